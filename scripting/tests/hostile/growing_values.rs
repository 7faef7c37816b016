use crate::common::Notebook;

#[test]
fn a_text_of_many_megabytes_is_cut_where_it_is_shown() {
    let notebook = Notebook::new();
    let outputs =
        notebook.outputs("let s = \"é\"; for i in 0..24 { s += s; } flow.s = s; flow.s.value.len()");
    assert_eq!(outputs[1], "result: 16777216");
    assert!(outputs[0].len() < 11_000, "{}", outputs[0].len());
}

#[test]
fn so_is_an_array_and_what_a_stream_comes_to() {
    let notebook = Notebook::new();
    let code = "let a = []; a.pad(100_000, 1); flow.a = a; node Many() { for i in 0..5_000 { yield [i] } } flow.m = Many(); flow.m.value.len()";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs[2], "result: 5000");
    assert!(outputs.iter().all(|output| output.len() < 11_000));
}

#[test]
fn an_error_message_of_many_megabytes_ends_the_cell_only() {
    let notebook = Notebook::new();
    let error = notebook.error("let s = \"x\"; for i in 0..22 { s += s; } throw s");
    assert_eq!(error.name, "RuntimeError");
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn thousands_of_nodes_wait_at_once() {
    let notebook = Notebook::new();
    let code = "node Nap(x) { sleep(x); x } for i in 0..2_000 { flow[`n${i}`] = Nap(i); } flow.n1999.value";
    assert_eq!(notebook.outputs(code).pop().unwrap(), "result: 1999");
}
