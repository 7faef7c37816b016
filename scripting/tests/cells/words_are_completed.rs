use crate::common::{Notebook, assist};

/// The texts that complete `code` where `|` stands in it, and the range that they replace.
fn complete(notebook: &Notebook, code: &str) -> (Vec<String>, usize, usize) {
    let (code, cursor) = assist::at_bar(code);
    let completion = notebook.session().complete(&code, cursor);
    assert_eq!(completion.end, cursor);
    (completion.matches.into_iter().map(|found| found.text).collect(), completion.start, completion.end)
}

fn texts(notebook: &Notebook, code: &str) -> Vec<String> {
    complete(notebook, code).0
}

/// Whether a text is among them.
fn offers(notebook: &Notebook, code: &str, text: &str) -> bool {
    texts(notebook, code).iter().any(|found| found == text)
}

#[test]
fn keywords_functions_and_what_cells_define() {
    let notebook = Notebook::new();
    notebook.outputs("node Adder(x, y = 0) { x + y } fn addled(a) { a } let address = 1;");
    assert_eq!(
        complete(&notebook, "let z = add|"),
        (vec!["address".into(), "addled".into(), "Adder".into()], 8, 11)
    );
    assert_eq!(texts(&notebook, "slee|"), ["sleep"]);
    assert_eq!(texts(&notebook, "yiel|"), ["yield"]);
    assert!(offers(&notebook, "|", "flow"));
}

#[test]
fn kinds_and_signatures() {
    let notebook = Notebook::new();
    notebook.outputs("node Adder(x: int, y = 0) { x + y } let address = #{ street: 1 };");
    let of = |code: &str, text: &str| {
        let found = notebook.session().complete(code, code.len()).matches;
        let found = found.into_iter().find(|found| found.text == text).unwrap();
        (found.kind, found.signature)
    };
    assert_eq!(of("Add", "Adder"), ("class", "Adder(x: int, y = 0)".to_owned()));
    assert_eq!(of("addr", "address"), ("instance", "map".to_owned()));
    assert_eq!(of("sle", "sleep"), ("function", "sleep(seconds: int|float) -> float".to_owned()));
    assert_eq!(of("address.", "street"), ("property", String::new()));
}

#[test]
fn nodes_outputs_and_words_after_dots() {
    let notebook = Notebook::new();
    notebook.outputs(
        "node Two(x) -> (first, second) { [x, x] } flow.pair = Two(1); flow.part = flow.pair.first;",
    );
    assert_eq!(texts(&notebook, "flow.pa|"), ["pair", "part", "pause"]);
    assert!(offers(&notebook, "flow.|", "run_until_complete"));
    assert_eq!(texts(&notebook, "flow.pair.f|"), ["first"]);
    assert_eq!(texts(&notebook, "flow[\"pair\"].sec|"), ["second"]);
    assert_eq!(texts(&notebook, "flow.pair.first.val|"), ["value"]);
    assert_eq!(texts(&notebook, "let x = Two(flow.part.sta|"), ["status"]);
    assert_eq!(texts(&notebook, "flow[\"pa|"), ["pair", "part"]);
    assert_eq!(texts(&notebook, "flow.remove(\"par|"), ["part"]);
    assert!(
        !texts(&notebook, "flow.|").iter().any(|name| name.contains('#')),
        "anonymous nodes have no names"
    );
}

#[test]
fn methods_of_the_type_that_a_value_has() {
    let notebook = Notebook::new();
    notebook.outputs("let text = \"a\"; let list = [1]; flow.list = [1, 2]; flow.text = \"x\";");
    for (code, has, has_not) in [
        ("text.|", "to_upper", "push"),
        ("list.|", "push", "to_upper"),
        ("\"a\".|", "to_upper", "push"),
        ("`a${1}`.|", "to_upper", "push"),
        ("[1, [2]].|", "push", "to_upper"),
        ("#{ a: 1 }.|", "keys", "push"),
        ("flow.list.value.|", "push", "to_upper"),
        ("flow[\"text\"].value.|", "to_upper", "push"),
        ("flow.text.status.|", "to_upper", "push"),
        ("parse_int(\"1\").|", "to_hex", "push"),
        ("text.to_chars().|", "push", "to_upper"),
    ] {
        let found = texts(&notebook, code);
        assert!(found.iter().any(|name| name == has), "{code} has {has}: {found:?}");
        assert!(!found.iter().any(|name| name == has_not), "{code} has no {has_not}");
    }
    assert!(offers(&notebook, "(1 + 2).|", "to_upper"), "nobody knows what it is, so all is offered");
}

#[test]
fn names_of_the_cell_itself() {
    let notebook = Notebook::new();
    assert_eq!(texts(&notebook, "node Sum(value_in) { let total = 0; tot|"), ["total"]);
    assert_eq!(texts(&notebook, "node Sum(value_in) { valu|"), ["value_in"]);
    assert!(!offers(&notebook, "a.zebra = 1; zeb|", "zebra"), "a property is no name");
}

#[test]
fn nothing_where_nothing_can_stand() {
    let notebook = Notebook::new();
    for code in ["// flo|", "/* flo|", "\"flo|", "let s = `flo|", "1|", "x = 12.5|"] {
        assert!(texts(&notebook, code).is_empty(), "{code}");
    }
    assert!(offers(&notebook, "`${flo|", "flow"), "an interpolation is code");
    assert!(offers(&notebook, "/* a */ flo|", "flow"));
    assert!(offers(&notebook, "// a\nflo|", "flow"));
    assert!(offers(&notebook, "help(\"slee|", "sleep"));
}

#[test]
fn every_position_of_hostile_text() {
    let notebook = Notebook::new();
    notebook.outputs("node Two(x) -> (first, second) { [x, x] } flow.pair = Two(1); let e = 1;");
    let hostile = [
        "flow.pair.first // \u{1F600}\u{200D}\u{1F466} e\u{301}\n`日本${flow.pa}\u{202E}` + \"\\u{1F600}\" + '\u{1F4A9}'",
        "\u{FEFF}let \u{10FFFF} = flow[\"\u{0}\u{1}\"]; \u{FFFD}.e\u{301}",
        "`${`${`${\"}\"}`}`}`.|| |x| /* /* */ */ }}}])) #{ #\"a\"# flow.\u{1F469}\u{200D}\u{1F4BB}",
        "\r\n\t\u{85}\u{2028}'\\''\\\"\"\\ \n# NBVAL_SKIP flow.\u{65E5}",
        "0x 1.. 1.e5 ..= ?. ?? :: ::a::b flow::pair @ $ ` \" '",
    ];
    for code in hostile {
        let length = code.chars().count();
        for cursor in 0..=length + 2 {
            let completion = notebook.session().complete(code, cursor);
            assert!(
                completion.start <= completion.end && completion.end == cursor.min(length),
                "{code:?} at {cursor}"
            );
            let word: String =
                code.chars().skip(completion.start).take(completion.end - completion.start).collect();
            for found in &completion.matches {
                let begins = found.text.to_lowercase().starts_with(&word.to_lowercase());
                assert!(begins, "{} does not begin with {word:?}", found.text);
            }
            notebook.session().inspect(code, cursor, true);
        }
    }
    let code = "\"\u{1F600}\u{1F600}\" + e\u{301} + flow.pai";
    let completion = notebook.session().complete(code, code.chars().count());
    assert_eq!((completion.start, completion.end), (17, 20), "offsets are in code points");
    assert_eq!(completion.matches[0].text, "pair");
}

#[test]
fn a_text_longer_than_a_cell_offers_nothing() {
    let code = "\n".repeat(70_000) + "flo";
    assert!(Notebook::new().session().complete(&code, code.len()).matches.is_empty());
}

#[test]
fn while_a_cell_runs() {
    let notebook = Notebook::new();
    notebook.outputs("let before = \"text\";");
    let seen = notebook.while_running("let own = 1; sleep(1); print(before)", |session| {
        let names = session.complete("befo", 4).matches;
        let members = session.complete("before.to_up", 12).matches;
        let page = session.inspect("before", 3, false).unwrap();
        (names, members, page["text/plain"].as_str().unwrap().to_owned())
    });
    let (names, members, page) = seen;
    assert_eq!(names[0].text, "before");
    assert_eq!(members[0].text, "to_upper");
    assert_eq!(page, "before: string\n\nA cell that runs has it just now.");
}
