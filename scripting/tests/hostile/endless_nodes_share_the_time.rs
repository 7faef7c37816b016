use flowno_scripting::event::EventKind;

use crate::common::Notebook;

#[test]
fn while_one_spins_another_sleeps_and_wakes() {
    let notebook = Notebook::in_real_time();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if event.kind == EventKind::Stdout("woke 3\n".to_owned()) {
            interrupt.raise();
        }
    });
    let code = "node Spin() { loop { } } node Nap() { for i in 1..=3 { sleep(0.001); print(`woke ${i}`); } loop { } }
        flow.s = Spin(); flow.n = Nap();";
    let ran = notebook.run(code);
    assert_eq!(ran.outputs[..3], ["out: woke 1", "out: woke 2", "out: woke 3"]);
    assert_eq!(ran.error().name, "KeyboardInterrupt");
}

#[test]
fn two_that_spin_both_go_on() {
    let notebook = Notebook::new();
    let code = "node Spin(name) { for round in 0..3 { let n = 0; for i in 0..20_000 { n += i; } print(name) } 1 } flow.a = Spin(\"a\"); flow.b = Spin(\"b\");";
    let printed: String =
        notebook.outputs(code).iter().filter_map(|line| line.strip_prefix("out: ")).collect();
    assert_eq!(printed.len(), 6);
    assert!(!["aaabbb", "bbbaaa"].contains(&printed.as_str()), "one after the other: {printed}");
}

#[test]
fn two_spin_and_a_third_sleeps_and_all_three_go_on() {
    const ROUNDS: usize = 5;
    let notebook = Notebook::in_real_time();
    let interrupt = notebook.interrupt.clone();
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::<String, usize>::new());
    notebook.listen(move |event| {
        if let EventKind::Stdout(name) = &event.kind {
            let mut seen = seen.borrow_mut();
            *seen.entry(name.clone()).or_default() += 1;
            if seen.len() == 3 && seen.values().all(|rounds| *rounds >= ROUNDS) {
                interrupt.raise();
            }
        }
    });
    // Without end: only the interrupt, which wants rounds of all three, ends the cell before the watchdog.
    let code = "node Spin(name) { loop { for i in 0..5_000 { } print(name); } }
        node Nap() { loop { sleep(0.001); print(\"nap\"); } }
        flow.a = Spin(\"a\"); flow.b = Spin(\"b\"); flow.nap = Nap();";
    assert_eq!(notebook.error(code).name, "KeyboardInterrupt");
}
