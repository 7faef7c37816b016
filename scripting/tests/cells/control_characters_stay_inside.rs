use crate::common::{Notebook, Ran, headline};

/// Every text that a front end would show of a cell, its error included; our own colours taken out.
fn texts(ran: &Ran) -> String {
    let mut all = ran.outputs.join("\n");
    if let Err(error) = &ran.result {
        let coloured = error.traceback.join("\n");
        let plain =
            ["\u{1b}[31m", "\u{1b}[36m", "\u{1b}[0m"].iter().fold(coloured, |text, c| text.replace(c, ""));
        all = format!("{all}\n{}\n{plain}", headline(error));
    }
    all
}

#[test]
fn of_values_messages_names_and_code() {
    let steered = "\\x1b[41m\\x07\\u009b1m\\r\\x08";
    let cells = [
        format!("\"{steered}\""),
        format!("flow.a = \"{steered}\";"),
        format!("flow.a = '\\x1b'; #{{ \"{steered}\": 1 }}"),
        format!("throw \"{steered}\""),
        format!("throw #{{ error: \"{steered}\", message: \"{steered}\" }}"),
        format!("node Bad(x) {{ throw \"{steered}\" }} flow.a = Bad(\"{steered}\");"),
        format!(
            "node Bad(x) {{ throw #{{ error: \"{steered}\", message: \"{steered}\" }} }} flow.a = Bad(1);"
        ),
        format!("flow[\"{steered}\"] = 1;"),
        format!("flow.a = 1; flow.a[\"{steered}\"]"),
        format!("node Bad(x) {{ throw \"{steered}\" }} flow.a = Bad(1);\nflow.a.value"),
        "throw \"\u{1b}[41m\" + 1 // \u{9b}1m\u{7}".to_owned(),
        "let x = ; // \u{1b}[41m".to_owned(),
        "\u{1b}[41m".to_owned(),
        "/* \u{1b} */ node \u{7}(x) { x }".to_owned(),
    ];
    for code in &cells {
        for live in [false, true] {
            let notebook = Notebook::new();
            let ran = if live { notebook.live("A", code) } else { notebook.run(code) };
            let shown = texts(&ran);
            let raw: Vec<char> = shown.chars().filter(|c| c.is_control() && *c != '\n').collect();
            assert!(raw.is_empty(), "{code:?}: {raw:?} in {shown:?}");
        }
    }
}
