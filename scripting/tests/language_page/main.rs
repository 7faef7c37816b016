//! Keeps `docs/language.md` true: its examples run, and each row of its tables names a test.
//!
//! **To add a row**, write the test first, and its path into the last column, headed `shown by`: the folder in `tests/`,
//! the file, the function, as in `cells::templates::nest`. **To add an example**, write it in a block marked `rhai`. A block
//! marked `text` behind it says what it outputs, a line each, as [`Notebook`] records it; without one it must only run. The
//! examples of one `##` section run one after another in one notebook. Code that is not meant to run stands in the text.

#[path = "../common/mod.rs"]
mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::Notebook;

const PAGE: &str = include_str!("../../../docs/language.md");

/// A block of code with what it outputs, if the page says so.
#[derive(Default)]
struct Example {
    line: usize,
    code: String,
    outputs: Option<Vec<String>>,
}

#[test]
fn examples_do_what_the_page_says() {
    let mut count = 0;
    for section in sections() {
        let notebook = Notebook::new();
        for example in section {
            let outputs = notebook.run(&example.code);
            assert!(outputs.result.is_ok(), "line {}: {:?}", example.line, outputs.result);
            if let Some(expected) = example.outputs {
                assert_eq!(outputs.outputs, expected, "line {}", example.line);
            }
            count += 1;
        }
    }
    assert!(count >= 4, "the page has examples: {count}");
}

#[test]
fn rows_name_their_tests() {
    let mut count = 0;
    let mut forms = BTreeSet::new();
    for (number, row) in rows() {
        let (form, test) = (&row[0], &row[row.len() - 1]);
        let path: Vec<&str> = test.trim_matches('`').split("::").collect();
        let [folder, file, function] = path[..] else {
            panic!("line {number}: the row of {form} names no test: {test}");
        };
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder).join(format!("{file}.rs"));
        let source =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("line {number}: no {}", path.display()));
        let heads: Vec<&str> = source.split("#[test]").skip(1).collect();
        let is_there = heads.iter().any(|rest| rest.trim_start().starts_with(&format!("fn {function}(")));
        assert!(is_there, "line {number}: the row of {form} names a test that is not there: {test}");
        assert!(forms.insert(form.clone()), "line {number}: {form} has two rows");
        count += 1;
    }
    assert!(count >= 20, "the page has tables: {count} rows");
}

/// The examples of each section.
fn sections() -> Vec<Vec<Example>> {
    let mut sections = vec![Vec::new()];
    let mut lines = PAGE.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if line.starts_with("## ") {
            sections.push(Vec::new());
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let section: &mut Vec<Example> = sections.last_mut().expect("there is a first");
        match language {
            "rhai" => section.push(Example { line: index + 1, code: body.join("\n"), outputs: None }),
            "text" => {
                let outputs = body.into_iter().map(str::to_owned).collect();
                section.last_mut().expect("outputs stand behind an example").outputs = Some(outputs);
            }
            other => panic!("line {}: a block is marked rhai or text, not {other:?}", index + 1),
        }
    }
    sections
}

/// The cells of each row of each table, but for the heads, with their lines.
fn rows() -> Vec<(usize, Vec<String>)> {
    let lines: Vec<&str> = PAGE.lines().collect();
    let is_rule = |line: &&str| line.starts_with("| ---");
    let mut rows = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let is_head = lines.get(index + 1).is_some_and(is_rule);
        if !line.starts_with("| ") || is_rule(line) {
            continue;
        }
        // A bar in code is escaped.
        let row = line.replace("\\|", "\u{0}");
        let cells: Vec<String> =
            row.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect();
        if is_head {
            assert_eq!(cells.last().map(String::as_str), Some("shown by"), "line {}", index + 1);
        } else {
            rows.push((index + 1, cells));
        }
    }
    rows
}
