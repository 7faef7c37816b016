//! How errors read: each file in `cases/` holds cells and the report of the last.
//!
//! A cell begins with a line `=== cell`, the report with `=== error`. After a change that is meant,
//! `UPDATE_GOLDEN=1 cargo test -p flowno-scripting --test errors` writes the reports anew: read what it changed.

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

use std::env;
use std::fs;
use std::path::Path;

use common::{Notebook, traceback};

const CELL: &str = "=== cell\n";
const ERROR: &str = "=== error\n";

#[test]
fn reports_are_as_they_were_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 20, "there are cases");
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a text");
        let (cells, expected) = text.split_once(ERROR).unwrap_or((&text, ""));
        let cells: Vec<&str> = cells.split(CELL).skip(1).map(|cell| cell.trim_end_matches('\n')).collect();
        let (last, before) = cells.split_last().unwrap_or_else(|| panic!("{} has no cell", path.display()));
        let notebook = Notebook::new();
        for cell in before {
            let _ = notebook.run(cell); // may fail: what counts is the last
        }
        let report = traceback(&notebook.error(last)) + "\n";
        if env::var_os("UPDATE_GOLDEN").is_some() {
            let cells: String = cells.iter().map(|cell| format!("{CELL}{cell}\n")).collect();
            fs::write(&path, format!("{cells}{ERROR}{report}")).expect("a file that can be written");
        } else if report != expected {
            wrong.push(format!("{}:\n{report}\nand not\n{expected}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
