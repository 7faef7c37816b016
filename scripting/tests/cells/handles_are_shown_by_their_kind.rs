use crate::common::{Notebook, headline};

#[test]
fn as_a_cells_value_and_inside_of_others() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("spawn(|| 1)"), ["result: (task)"]);
    assert_eq!(notebook.outputs("[AsyncQueue(), Lock(), Event()]"), ["result: [(queue), (lock), (event)]"]);
    assert_eq!(notebook.outputs("#{ s: socket() }"), ["result: #{\"s\": (socket)}"]);
}

#[test]
fn in_errors_too() {
    let notebook = Notebook::new();
    notebook.outputs("node N(x: int) { x }  node Two() -> (a, b) { AsyncQueue() }");
    for (code, said) in [
        ("flow.n = N(AsyncQueue());", "parameter `x` of N takes int, not queue (line"),
        ("flow.n = N(0..3);", "parameter `x` of N takes int, not range (line"),
        ("flow.n = N(markdown(\"a\"));", "parameter `x` of N takes int, not display (line"),
        ("flow.n = N(1.5);", "parameter `x` of N takes int, not float 1.5 (line"),
        ("flow.two = Two();", "gives an array of 2 values, not queue"),
        ("[Lock(), Lock()].sort()", "elements of type lock cannot be sorted without a comparator"),
        ("[1, 0..3].sort()", "elements of different types cannot be sorted (int and range)"),
        ("timeout(Lock(), || 1)", "timeout takes a number of seconds, not a value of type lock"),
    ] {
        let error = notebook.error(code);
        assert!(headline(&error).contains(said), "{code}: {}", headline(&error));
    }
}
