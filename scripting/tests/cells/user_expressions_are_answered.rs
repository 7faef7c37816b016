use std::collections::BTreeMap;

use crate::common::{Notebook, cell, plain};
use flowno_scripting::Cell;

fn asking(code: &str, expressions: &[(&str, &str)]) -> Cell {
    let pair = |(name, code): &(&str, &str)| ((*name).to_owned(), (*code).to_owned());
    Cell { user_expressions: expressions.iter().map(pair).collect::<BTreeMap<_, _>>(), ..cell(code) }
}

#[test]
fn each_on_its_own() {
    let notebook = Notebook::new();
    let expressions = [("a", "x + 1"), ("b", "nothing"), ("c", "1 +"), ("d", "flow.n.value"), ("e", "1 / 0")];
    let answers = notebook.execute(asking("let x = 1; flow.n = 5;", &expressions)).user_expressions;
    let answers: Vec<String> = answers
        .iter()
        .map(|(name, answer)| match answer {
            Ok(data) => format!("{name}: {}", plain(data)),
            Err(error) => format!("{name}: {}", error.name),
        })
        .collect();
    assert_eq!(answers, ["a: 2", "b: NameError", "c: SyntaxError", "d: 5", "e: ArithmeticError"]);
}

#[test]
fn they_leave_no_variables() {
    let notebook = Notebook::new();
    notebook.execute(asking("let x = 1;", &[("a", "let y = x; y")])).outputs();
    assert_eq!(notebook.error("y").name, "NameError");
    assert_eq!(notebook.outputs("x"), ["result: 1"]);
}

#[test]
fn not_after_an_error() {
    let ran = Notebook::new().execute(asking("throw 1", &[("a", "1")]));
    assert!(ran.user_expressions.is_empty());
}
