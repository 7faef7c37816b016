//! The rows of `docs/api.md`, and the tests they name.

use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table.
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) rust: &'a str,
    pub(super) cell: &'a str,
    pub(super) tests: Vec<&'a str>,
}

/// The rows below a heading that `wanted` takes.
pub(super) fn rows(table: &str, wanted: impl Fn(&str) -> bool) -> Vec<Row<'_>> {
    let mut heading = "";
    let mut rows = Vec::new();
    for line in table.lines() {
        if let Some(title) = line.strip_prefix("# ") {
            heading = title;
        } else if wanted(heading) && line.starts_with("| `") {
            rows.push(row(line));
        }
    }
    rows
}

fn row(line: &str) -> Row<'_> {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let [name, rust, cell, tests] = cells[..] else { panic!("four cells in a row: {line}") };
    let tests = tests.split(", ").map(|test| test.trim_matches('`')).collect();
    Row { name: name.trim_matches('`'), rust, cell, tests }
}

/// Whether there is a test function of this path among the engine's tests.
pub(super) fn is_test(path: &str) -> bool {
    let Some((module, function)) = path.rsplit_once("::") else { return false };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine");
    let file = folder.join(module.replace("::", "/"));
    let files: [PathBuf; 2] = [file.with_extension("rs"), file.join("mod.rs")];
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok());
    let declared = format!("fn {function}(");
    texts.into_iter().any(|text| {
        let mut marked = false;
        text.lines().map(str::trim).any(|line| {
            let found = marked && line.starts_with(&declared);
            // Other attributes may stand between the mark and the function.
            marked = line == "#[test]" || marked && line.starts_with("#[");
            found
        })
    })
}
