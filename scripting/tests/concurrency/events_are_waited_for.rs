use crate::common::Notebook;

#[test]
fn all_who_wait_go_on_when_it_is_set() {
    let notebook = Notebook::new();
    let code = "let e = Event(); for i in 0..2 { spawn(|| { e.wait(); print(`${i} goes on`) }); }
        sleep(1); let before = e.is_set(); e.set(); e.wait(); [before, e.is_set()]";
    let mut outputs = notebook.outputs(code);
    outputs.sort(); // either may step back before it prints
    assert_eq!(outputs, ["out: 0 goes on", "out: 1 goes on", "result: [false, true]"]);
}

#[test]
fn one_node_waits_for_another() {
    let notebook = Notebook::new();
    let code = "let e = Event(); node Wait(e) { e.wait(); 1 } node Set(e) { sleep(1); e.set(); 2 }
        flow.w = Wait(e); flow.s = Set(e);";
    assert_eq!(notebook.outputs(code), ["show: w = 1", "show: s = 2"]);
}

#[test]
fn one_that_is_never_set_is_no_hang() {
    assert_eq!(Notebook::new().error("Event().wait()").name, "StalledError");
}
