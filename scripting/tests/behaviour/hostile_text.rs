//! Text that tries to be markup or to command a terminal is shown as text, wherever a front end may draw it.

use flowno_scripting::event::MimeBundle;
use serde_json::Value;

use crate::common::{Notebook, traceback};

/// Markup that would run or load something, that would end an attribute, a title or a picture, and sequences that would
/// clear a terminal, rename its window or overwrite a line.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\\\"'><img src=x onerror=alert(1)>",
    "</title></svg><svg onload=alert(1)>",
    "\\x1b[2J\\x1b]0;owned\\x07\\r\\x08",
    "&lt;b&gt; %3Cscript%3E ]]> --> `${1}`",
];

/// What none of it may leave in a form that is drawn as markup.
const MARKUP: [&str; 4] = ["<script", "<img", "</title></svg>", "onload=alert(1)>"];

/// Values that are shown as they are: a table, a plot with names, an error, a node whose value is one of them.
const CELLS: [&str; 11] = [
    "flow.a = text;",
    "flow.list = [text, #{ key: text }]; flow.list",
    "text",
    "[text, text]",
    "table([#{ name: text }], [\"name\"])",
    "node Table(x) { table([[x, 1]]) } flow.t = Table(text);",
    "plot(#{ ys: [1, 2, 3], title: text, x_label: text, y_label: text })",
    "node Id(x) { x } flow.a = text; flow.b = Id(flow.a); flow.b.value; flow.graph()",
    "flow.a = text; flow.a.value; flow.nodes()",
    "flow.a = text; flow.a.value; flow.lineage(\"a\")",
    "flow.a = text; flow.a.value; flow.graph(\"mermaid\")",
];

fn assert_shows_text(bundle: &MimeBundle, code: &str) {
    for (mime, content) in bundle {
        let text = match content {
            Value::String(text) => text.clone(),
            // What is JSON is data to its viewer.
            other => other.to_string(),
        };
        let is_markup =
            ["text/html", "text/markdown", "image/svg+xml", "text/vnd.mermaid"].contains(&&**mime);
        for markup in MARKUP.iter().filter(|_| is_markup) {
            assert!(!text.contains(markup), "{mime} of {code} has {markup}: {text}");
        }
        let commands = text.chars().filter(|c| c.is_control() && !"\n\t".contains(*c)).count();
        assert_eq!(commands, 0, "{mime} of {code} commands a terminal: {text:?}");
    }
}

#[test]
fn as_value_in_each_form_of_display() {
    for text in HOSTILE {
        for code in CELLS {
            let code = format!("let text = \"{text}\"; {code}").replace("`${1}`", "");
            for bundle in Notebook::new().bundles(&code) {
                assert_shows_text(&bundle, &code);
            }
        }
    }
}

#[test]
fn as_message_of_an_error() {
    for text in HOSTILE {
        let notebook = Notebook::new();
        let text = text.replace("`${1}`", "");
        for code in [
            format!("throw \"{text}\";"),
            format!("node Fail(x) {{ throw x }} flow.f = Fail(\"{text}\");"),
            format!("flow[\"{text}\"] = 1;"),
            format!("flow.f[\"{text}\"].value"),
            format!("http::get(\"http://{text}/\")"),
            format!("http::get(\"{text}\")"),
        ] {
            let error = notebook.error(&code);
            // Colours are the traceback's own.
            let shown = format!("{}{}{}", traceback(&error), error.name, error.message);
            let commands = shown.chars().filter(|c| c.is_control() && !"\n\t".contains(*c)).count();
            assert_eq!(commands, 0, "{code}: {shown:?}");
        }
        let outputs = notebook.bundles("flow.graph()");
        outputs.iter().for_each(|bundle| assert_shows_text(bundle, "the graph of a failed node"));
    }
}

#[test]
fn as_name_it_is_refused() {
    for text in HOSTILE {
        let text = text.replace("`${1}`", "");
        let error = Notebook::new().error(&format!("flow[\"{text}\"] = 1;"));
        assert_eq!(error.name, "NameError", "{text}");
    }
}
