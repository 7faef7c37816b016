//! Scripts that want more memory than they may have. A process of its own, because the allocator counts the whole
//! process; one test after another in it.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Notebook, headline, traceback};
use flowno_scripting::{CountingAllocator, Limits, allocated};

#[global_allocator]
static ALLOCATOR: Peak = Peak;

/// Notes the most that was allocated at a time.
struct Peak;

static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the counting allocator as it came.
unsafe impl GlobalAlloc for Peak {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let allocation = unsafe { CountingAllocator.alloc(layout) };
        MOST.fetch_max(allocated(), Ordering::Relaxed);
        allocation
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { CountingAllocator.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        let allocation = unsafe { CountingAllocator.realloc(pointer, layout, new_size) };
        MOST.fetch_max(allocated(), Ordering::Relaxed);
        allocation
    }
}

const LIMIT: usize = 64 << 20;

/// Scripts that take more and more.
const GREEDY: [(&str, &str); 9] = [
    (
        "a loop of a million allocations",
        "let a = []; for i in 0..1_000_000 { a.push(`text number ${i} of many`); }",
    ),
    ("arrays in an array", "let a = []; loop { a.push([1, 2, 3, 4, 5, 6, 7, 8]); }"),
    ("a bomb of map keys", "let m = #{}; for i in 0..10_000_000 { m[`key${i}`] = i; }"),
    ("many texts", "let a = []; loop { let s = \"\"; s.pad(100_000, 'x'); a.push(s); }"),
    ("a node", "node Eat() { let a = []; loop { a.push([1, 2, 3]); } } flow.e = Eat();"),
    ("a node's state", "node Log(x) with #{ log: [] } { loop { this.log.push([x, x]); } } flow.l = Log(1);"),
    (
        "two nodes",
        "node Eat(n) { let a = []; loop { a.push([1, 2, 3]); } } flow.a = Eat(1); flow.b = Eat(2);",
    ),
    ("a function", "fn grow() { let a = []; loop { a.push(#{ x: [] }); } } grow()"),
    ("closures", "let a = []; loop { let x = a.len(); a.push(|| x + 1); }"),
];

/// Scripts of which no single value is more than a twentieth of the limit, the arrays that hold the others included.
const STEADY: [(&str, &str); 5] = [
    ("texts", "let a = []; loop { let s = \"\"; s.pad(100_000, 'x'); a.push(s); }"),
    ("arrays", "let a = []; loop { let b = []; for i in 0..1_000 { b.push(i); } a.push(b); }"),
    (
        "maps",
        "let m = #{}; let n = 0; loop { let o = #{}; for i in 0..100 { o[`k${i}`] = [i]; } m[`o${n}`] = o; n += 1; }",
    ),
    ("copies", "let b = []; b.pad(100_000, 1); let a = []; loop { a.push(b); }"),
    ("blobs as JSON", "let b = blob(1_500_000); let a = []; loop { a.push([b].to_json()); }"),
];

/// Scripts that double a single value of a quarter of the limit.
const DOUBLING: [(&str, &str); 5] = [
    ("a text", "let s = \"\"; s.pad(15_000_000, 'x'); loop { s += s; }"),
    ("a text elsewhere", "let s = \"\"; s.pad(15_000_000, 'x'); loop { s = s + s; }"),
    ("a text in a map", "let m = #{ s: \"\" }; m.s.pad(15_000_000, 'x'); loop { m.s += m.s; }"),
    ("an array", "let a = []; a.pad(900_000, 1); loop { a += a; }"),
    ("a blob", "let b = blob(15_000_000); loop { b += b; }"),
];

/// Scripts whose single value is large: nothing is promised but an error and a next cell.
const LARGE: [(&str, &str); 6] = [
    ("an array of arrays that doubles", "let a = [[1]]; loop { a += a; }"),
    ("padding", "let a = []; a.pad(1_000_000_000, 0);"),
    ("padding a text", "let s = \"\"; s.pad(1_000_000_000, 'x');"),
    ("replacing", "let s = \"\"; s.pad(100_000, 'x'); let t = s; t.replace(\"x\", s);"),
    ("a blob as an array", "let b = blob(10_000_000); b.to_array()"),
    ("interpolation", "let s = \"0123456789abcdef\"; loop { s = `${s}${s}`; }"),
];

fn notebook() -> Notebook {
    Notebook::with_limits(Limits { memory: LIMIT, ..Limits::default() })
}

/// `code` ends with the error, and the session goes on.
fn ends(what: &str, code: &str) {
    let notebook = notebook();
    let ran = notebook.run(code);
    let error = ran.error();
    let said = traceback(&error);
    assert!(headline(&error).contains("MemoryLimitError"), "{what}: {said}");
    assert!(said.contains("of the 64 MiB of memory that they may"), "{what}: {said}");
    assert!(error.message.contains("--memory"), "{what}: {said}");
    // The next cell works, and so does one that needs some memory.
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{what}");
    assert_eq!(
        notebook.outputs("let b = []; for i in 0..1000 { b.push(`${i}`); } b.len()"),
        ["result: 1000"],
        "{what}"
    );
}

/// One test: the allocator counts what all do.
#[test]
fn end_with_an_error_and_the_next_cell_works() {
    for (scripts, beyond) in [(&STEADY, LIMIT / 10), (&DOUBLING, LIMIT / 4)] {
        for (what, code) in scripts {
            MOST.store(0, Ordering::Relaxed);
            ends(what, code);
            let most = MOST.load(Ordering::Relaxed);
            println!("{what}: at most {:.3} of the limit", most as f64 / LIMIT as f64);
            assert!(most <= LIMIT + beyond, "{what} took {most} bytes of {LIMIT}");
        }
    }
    states_outlive_the_end_of_memory();
    short_evaluations_copy_no_state();
    no_cell_after_cell_goes_far_beyond();
    stacks_count();
    let before = allocated();
    for (what, code) in GREEDY.into_iter().chain(LARGE) {
        ends(what, code);
        let left = allocated().saturating_sub(before);
        assert!(left < LIMIT / 4, "{what} leaves {left} bytes when its session is gone");
    }
}

/// A node that has worked in its own state when memory runs out keeps it: it may be another that took the memory.
fn states_outlive_the_end_of_memory() {
    let notebook = notebook();
    let node = "node Log(x) with #{ log: [] } { \
                this.log.push(x); if x < 0 { let a = []; loop { a.push([x, x]); } } this.log.len() }\n";
    for x in 1..=4 {
        notebook.outputs(&format!("{node}flow.l = Log({x});"));
    }
    for (x, least) in [(5, 5), (6, 6)] {
        let ran = notebook.run(&format!("{node}flow.l = Log(-{x});"));
        assert!(headline(&ran.error()).contains("MemoryLimitError"));
        let outputs = notebook.outputs(&format!("{node}flow.l = Log({x});"));
        let length: usize = outputs[0].strip_prefix("show: l = ").unwrap().parse().unwrap();
        // The ended evaluation may have worked in a copy, if one before it has stepped back.
        assert!((least..=least + 2).contains(&length), "{outputs:?}");
    }
}

/// However many of them there are, so that slices end in some.
fn short_evaluations_copy_no_state() {
    let notebook = notebook();
    notebook.outputs(
        "node Log(x = 0) with #{ lines: [] } {
             if this.lines.is_empty() { this.lines.pad(500_000, 0); }
             this.lines.push(x);
             this.lines.len()
         }
         flow.log = Log(flow.log);",
    );
    let before = allocated();
    MOST.store(0, Ordering::Relaxed);
    notebook.outputs("flow.run(3_000)");
    let more = MOST.load(Ordering::Relaxed).saturating_sub(before);
    assert!(more < 4_000_000, "{more} bytes, where the state has 8,000,000");
    assert_eq!(notebook.outputs("flow.log.value"), ["result: 503101"]);
}

/// Cells that each keep a little, and go on when that is an error.
fn no_cell_after_cell_goes_far_beyond() {
    let notebook = notebook();
    let mut refused = Vec::new();
    for cell in 0..100 {
        let ran = notebook.run(&format!("flow.b{cell} = blob(1_000_000);"));
        assert!(allocated() <= LIMIT + LIMIT / 10, "cell {cell}: {} of {LIMIT} bytes", allocated());
        if ran.result.is_err() {
            refused.push(traceback(&ran.error()));
        }
    }
    assert!(refused.len() > 30, "{} were refused", refused.len());
    let last = refused.last().unwrap();
    assert!(last.contains("nodes that hold the most: `b"), "{last}");
    assert!(last.contains("MiB)") && last.contains("flow.remove("), "{last}");
    notebook.outputs("for i in 0..100 { if i % 2 == 0 { flow.remove(`b${i}`); } }");
    assert!(notebook.run("flow.b100 = blob(1_000_000);").result.is_ok(), "there is room again");
}

/// Tasks that wait deep in calls, and hold nothing else.
fn stacks_count() {
    let deep = "fn deep(n) { if n == 0 { sleep(1000); 0 } else { deep(n - 1) + 1 } }
        fn deep_and_back(n) { if n == 0 { 0 } else { deep_and_back(n - 1) + 1 } }
        let kept = blob(1_000_000);";
    for task in ["deep(40)", "{ deep_and_back(40); sleep(1000); }"] {
        let notebook = notebook();
        let error = notebook.error(&format!("{deep} for i in 0..1_000 {{ spawn(|| {task}); }} sleep(1);"));
        assert_eq!(error.name, "MemoryLimitError", "{task}: {}", error.message);
        assert_eq!(notebook.outputs("kept.len()"), ["result: 1000000"], "{task}");
        assert_eq!(notebook.outputs("let t = spawn(|| { sleep(1); 2 }); t.join()"), ["result: 2"], "{task}");
    }
}
