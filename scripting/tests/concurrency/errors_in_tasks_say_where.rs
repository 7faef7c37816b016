use crate::common::{Notebook, headline, traceback};

#[test]
fn join_raises_with_the_place_and_the_way_there() {
    let notebook = Notebook::new();
    notebook.outputs("fn check(x) {\n  if x > 1 { throw `${x} is too much` }\n}");
    let error = notebook.error("let t = spawn(|| {\n  check(2)\n});\nt.join()");
    assert_eq!(headline(&error), "RuntimeError: 2 is too much (line 2, column 14)");
    let expected = "RuntimeError: 2 is too much
  In [1], line 2, column 14, in function check
  2 |   if x > 1 { throw `${x} is too much` }
    |              ^
  In [2], line 2, column 3, in a closure
  2 |   check(2)
    |   ^
  In [2], line 1, column 9, where the task was spawned
  1 | let t = spawn(|| {
    |         ^
  In [2], line 4, column 3
  4 | t.join()
    |   ^";
    assert_eq!(traceback(&error), expected);
}

#[test]
fn join_in_a_later_cell_names_both() {
    let notebook = Notebook::new();
    let spawned = notebook.error("let t = spawn(|| 1 / 0);");
    assert_eq!(spawned.name, "ArithmeticError");
    let error = notebook.error("\nt.join()");
    let text = traceback(&error);
    assert!(text.contains("In [1], line 1, column 20, in a closure"), "{text}");
    assert!(text.contains("In [2], line 2, column 3"), "{text}");
}

#[test]
fn join_raises_again_and_can_be_caught() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(); q.close(); let t = spawn(|| q.get()); let said = [];
        for i in 0..2 { try { t.join() } catch (e) { said.push(e.error); } } said";
    assert_eq!(notebook.outputs(code), ["result: [\"QueueClosedError\", \"QueueClosedError\"]"]);
}
