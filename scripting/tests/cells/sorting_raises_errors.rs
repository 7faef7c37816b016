use crate::common::{Notebook, headline, traceback};

#[test]
fn what_a_comparator_throws_ends_the_cell_where_it_was_thrown() {
    let notebook = Notebook::new();
    let error =
        notebook.error("let a = [3, 1, 2];\na.sort(|x, y| if x == 1 { throw \"no\" } else { x - y });");
    assert_eq!(error.name, "RuntimeError", "{}", error.message);
    assert!(error.message.starts_with("no"), "{}", error.message);
    assert!(traceback(&error).contains("line 2"), "{}", traceback(&error));
    // The array is as it was.
    assert_eq!(notebook.outputs("a"), ["result: [3, 1, 2]"]);
}

#[test]
fn it_can_be_caught() {
    let notebook = Notebook::new();
    let code = "let a = [2, 1]; try { a.sort(|x, y| q); } catch (e) { print(\"caught\") } a";
    assert_eq!(notebook.outputs(code), ["out: caught", "result: [2, 1]"]);
}

#[test]
fn so_do_dedup_and_order() {
    let notebook = Notebook::new();
    for code in [
        "[1, 1].dedup(|x, y| q)",
        "[1, 2].order(|x, y| q)",
        "[1, 2].order_by(|x, y| q)",
        "[1, 2].sort_by(|x, y| q)",
    ] {
        assert_eq!(notebook.error(&format!("let a = 0; {code}")).name, "NameError", "{code}");
    }
}

#[test]
fn a_comparator_that_answers_nonsense_is_told() {
    let notebook = Notebook::new();
    let error = notebook.error("[1, 2].sort(|x, y| \"a\")");
    assert!(headline(&error).starts_with("TypeError: a comparator gives a number"), "{}", headline(&error));
}

#[test]
fn equal_elements_keep_their_order() {
    let notebook = Notebook::new();
    let setup = "let a = []; for i in 0..100 { a.push(#{ key: (i * 7) % 5, at: i }); }
        fn check(a) { for i in 1..a.len() { let p = a[i - 1]; let q = a[i]; if p.key > q.key || p.key == q.key && p.at > q.at { throw i } } true }";
    notebook.outputs(setup);
    for comparator in ["|x, y| x.key - y.key", "|x, y| x.key < y.key"] {
        let code = format!("let b = a; b.sort({comparator}); check(b)");
        assert_eq!(notebook.outputs(&code), ["result: true"], "{comparator}");
        assert_eq!(
            notebook.outputs(&format!("check(a.order({comparator}))")),
            ["result: true"],
            "{comparator}"
        );
    }
}

#[test]
fn a_comparator_may_wait() {
    let notebook = Notebook::new();
    let code = "let a = [3, 1, 2]; a.sort(|x, y| { sleep(1); x - y }); a";
    assert_eq!(notebook.outputs(code), ["result: [1, 2, 3]"]);
}

#[test]
fn without_a_comparator_as_in_rhai() {
    let notebook = Notebook::new();
    let code = "let n = []; for i in 0..10_000 { n.push((i * 7919) % 10_007); } n.sort();
        for i in 1..n.len() { if n[i - 1] > n[i] { throw i } }
        let d = [2, 3, 1]; d.sort_desc();
        let f = [2.5, -1.0, 0.0].order(); let t = [\"b\", \"a\"].order_desc(); let c = ['b', 'a'].order();
        [d, f, t, c, [true, false].order(), [].order()]";
    let expected = "result: [[3, 2, 1], [-1.0, 0.0, 2.5], [\"b\", \"a\"], ['a', 'b'], [false, true], []]";
    assert_eq!(notebook.outputs(code), [expected]);
    assert_eq!(notebook.error("[1, \"a\"].order()").name, "TypeError");
    assert_eq!(notebook.error("[#{}, #{}].order()").name, "TypeError");
}

#[test]
fn dedup_drops_repeated_elements() {
    let notebook = Notebook::new();
    let code = "let a = [1, 1, 2, 2, 2, 1, \"a\", \"a\"]; a.dedup(); let b = [1, 2, 12, 3]; b.dedup(|x, y| x % 10 == y % 10); [a, b]";
    assert_eq!(notebook.outputs(code), ["result: [[1, 2, 1, \"a\"], [1, 2, 3]]"]);
}

#[test]
fn drain_and_retain_take_out_what_the_filter_says() {
    let notebook = Notebook::new();
    let code = "let a = [1, 2, 3, 4]; let even = a.drain(|x| x % 2 == 0); let b = [5, 6, 7]; let gone = b.retain(|x, i| i == 0); [a, even, b, gone]";
    assert_eq!(notebook.outputs(code), ["result: [[1, 3], [2, 4], [5], [6, 7]]"]);
}
