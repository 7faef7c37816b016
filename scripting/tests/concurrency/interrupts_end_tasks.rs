use crate::common::Notebook;

/// A notebook in which printing raises the interrupt.
fn raising() -> Notebook {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |_| interrupt.raise());
    notebook
}

#[test]
fn wherever_they_are() {
    for code in [
        "let n = 0; let t = spawn(|| { print(\"now\"); sleep(1000); n = 1; });",
        "let n = 0; let t = spawn(|| { print(\"now\"); loop { try { sleep(1) } catch { n = 1 } } }); t.join()",
        "let n = 0; let t = spawn(|| { print(\"now\"); for i in 0..100 { } n = 1; }); t.join()",
        "let n = 0; let t = spawn(|| sleep(5)); print(\"now\"); timeout(100, || { sleep(50); n = 1; })",
    ] {
        let notebook = raising();
        assert_eq!(notebook.error(code).name, "KeyboardInterrupt", "{code}");
        notebook.interrupt.clear();
        assert_eq!(notebook.outputs("sleep(2000); [n, t.is_done()]"), ["result: [0, true]"], "{code}");
    }
}

#[test]
fn in_nodes() {
    let notebook = raising();
    let code = "let q = AsyncQueue(); node Work(q) { spawn(|| { print(\"now\"); sleep(10); q.put(1); }); 5 } flow.w = Work(q);";
    assert_eq!(notebook.error(code).name, "KeyboardInterrupt");
    notebook.interrupt.clear();
    assert_eq!(notebook.outputs("sleep(100); q.len()"), ["result: 0"]);
}
