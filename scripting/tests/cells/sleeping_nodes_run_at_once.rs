use crate::common::Notebook;

#[test]
fn they_print_in_the_order_in_which_they_wake() {
    let notebook = Notebook::new();
    let code = "node Nap(s) { let slept = sleep(s); print(s); slept } flow.a = Nap(3); flow.b = Nap(1); flow.c = Nap(2.5);";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs, ["out: 1", "out: 2.5", "out: 3", "show: a = 3.0", "show: b = 1.0", "show: c = 2.5"]);
}

#[test]
fn a_cell_that_sleeps_gets_the_time_it_slept() {
    assert_eq!(Notebook::new().outputs("sleep(1.5) + sleep(2) + sleep(0)"), ["result: 3.5"]);
}
