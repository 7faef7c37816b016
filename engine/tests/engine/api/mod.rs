//! `docs/api.md` has all of Flowno's API page, and tests that exist. That its Rust paths exist too is for rustdoc to say,
//! which reads it as a page of the crate: an item that is not there is a broken link.

mod page;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use self::table::{Row, rows};

const TABLE: &str = include_str!("../../../docs/api.md");

/// The entries of Flowno's page, one a line.
const NAMES: &str = include_str!("names.txt");

/// The heading below which rows are of no entry of the page.
const BESIDE: &str = "Beside that page";

/// Where the page lies beside the project, if it does.
const PAGES: &str = "../../shared/seeds";

/// What the page begins with.
const PAGE_BEGINS: &str = "flowno\n";

#[test]
fn each_name_of_the_page_has_one_row() {
    let rows = rows(TABLE, |heading| heading != BESIDE);
    let (has, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
        (rows.iter().map(|row| row.name).collect(), NAMES.lines().collect());
    let missing: Vec<_> = wanted.difference(&has).collect();
    let unknown: Vec<_> = has.difference(&wanted).collect();
    assert!(missing.is_empty(), "docs/api.md has no row for {missing:?}");
    assert!(unknown.is_empty(), "docs/api.md has rows for what is not on the page: {unknown:?}");
    assert_eq!(rows.len(), wanted.len(), "one row a name");
}

#[test]
fn each_row_has_a_path_a_spelling_and_tests() {
    let rows = rows(TABLE, |_| true);
    for Row { name, rust, cell, tests } in &rows {
        assert!(rust.contains("[`"), "no Rust path for {name}");
        assert!(!cell.is_empty(), "nothing is said of cells for {name}");
        for test in tests {
            assert!(table::is_test(test), "{name} names a test that is not there: {test}");
        }
    }
    assert!(!table::is_test("api::no_such_test") && !table::is_test("api::page::entries"));
}

#[test]
fn the_names_are_those_of_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES);
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("skipped: Flowno's API page is not at {}", folder.display());
        return;
    };
    let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    let page = texts.into_iter().find(|text| text.starts_with(PAGE_BEGINS)).expect("Flowno's API page");
    assert_eq!(page::entries(&page), NAMES.lines().collect::<Vec<_>>());
}

#[test]
fn the_page_is_read_by_its_signatures() {
    let page = "\
Set the environment:
  • FLOWNO_LEVEL: How much (default: LOW)

class flowno.Queue(maxsize: dict[str, int] | None = None, /, *items: Unpack[tuple[int, ...]])[source]

size

How many there are

Type:

int

async get(key: str = 'a') tuple[int, ...][source]

Raises:

Closed – If it is closed
  • Empty – If it is empty

Returns:
WORDS: ClassVar[list[str]] = ['a', 'b']

flowno.sleep(duration: float)[source]
";
    let expected = [
        "FLOWNO_LEVEL = LOW",
        "Queue",
        "Queue(maxsize = None)",
        "Queue(*items)",
        "Queue.size",
        "Queue.get",
        "Queue.get(key = 'a')",
        "Queue.get raises Closed",
        "Queue.get raises Empty",
        "Queue.WORDS = ['a', 'b']",
        "sleep",
        "sleep(duration)",
    ];
    assert_eq!(page::entries(page), expected);
}
