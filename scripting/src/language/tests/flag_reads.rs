//! The interrupt flag is read at least every 4,096 operations, also inside of native functions: counted, not timed.

use std::rc::Weak;

use rhai::{Dynamic, INT, Scope};

use crate::coroutine::run;
use crate::engine::event_loop::EventLoop;
use crate::interrupt::Interrupt;
use crate::limits::Limits;
use crate::memory::Account;

/// How many operations may pass between two looks.
const OPERATIONS_MAX: u64 = 4_096;

/// So many elements, characters or turns are gone through by each of these.
const SIZE: u64 = 100_000;

/// Hot loops of every kind: what is made ready, and what goes through it.
const LOOPS: [(&str, &str); 35] = [
    ("let n = SIZE;", "for i in 0..n { }"),
    ("", "for i in range(0, SIZE, 1) { }"),
    ("let i = 0;", "while i < SIZE { i += 1; }"),
    ("let i = 0;", "loop { i += 1; if i == SIZE { break; } }"),
    ("let i = 0;", "do { i += 1; } while i < SIZE;"),
    ("let i = 0;", "loop { try { i += 1; if i == SIZE { break; } throw i; } catch { } }"),
    ("fn step(i) { i + 1 } let i = 0;", "while i < SIZE { i = step(i); }"),
    ("let s = \"\";", "for i in 0..SIZE { s += 'x'; }"),
    ("let s = \"\"; s.pad(SIZE, 'x');", "for c in s { }"),
    ("let a = []; a.pad(SIZE, 1);", "for x in a { }"),
    ("let a = []; a.pad(SIZE, 1);", "a.map(|x| x);"),
    ("let a = []; a.pad(SIZE, 1);", "a.filter(|x| true);"),
    ("let a = []; a.pad(SIZE, 1);", "a.reduce(|r, x| r + x, 0);"),
    ("let a = []; for i in 0..SIZE { a.push((i * 7919) % 100_003); }", "a.order();"),
    ("let a = []; for i in 0..SIZE { a.push((i * 7919) % 100_003); }", "a.order(|x, y| x - y);"),
    ("let a = []; for i in 0..SIZE { a.push(i); }", "a.dedup();"),
    ("let a = []; a.pad(SIZE, 1);", "a.to_json();"),
    ("let a = []; a.pad(SIZE, 1);", "a.to_string();"),
    ("let a = []; a.pad(SIZE, 1); let s = a.to_json();", "parse_json(s);"),
    ("let s = \"\"; s.pad(SIZE * 2, \"x,\");", "s.split(',');"),
    // What is large in bytes, and has nothing in it that would be an element.
    (LONG_TEXT, "s.replace(\"y\", \"z\");"),
    (LONG_TEXT, "s.split('y');"),
    (LONG_TEXT, "s.split();"),
    (LONG_TEXT, "s.split_rev(\"yx\", 3);"),
    (LONG_TEXT, "s.contains(\"y\");"),
    (LONG_TEXT, "s.to_debug();"),
    (LONG_TEXT, "[s].to_string();"),
    (LONG_TEXT, "[s].to_json();"),
    ("let s = \"\"; s.pad(SIZE * 50, 'x'); s = [s].to_json();", "parse_json(s);"),
    ("let s = \"\"; s.pad(SIZE * 50, ' ');", "s.trim();"),
    (LARGE_BLOB, "b.to_string();"),
    (LARGE_BLOB, "[b].to_json();"),
    (LARGE_BLOB, "b.to_array();"),
    (LARGE_BLOB, "b.as_string();"),
    (LARGE_BLOB, "\"\" + b;"),
];

const LONG_TEXT: &str = "let s = \"\"; s.pad(SIZE * 50, 'x');";
const LARGE_BLOB: &str = "let b = blob(SIZE * 20, 255);";

/// How often the flag is read while `code` runs, after `before`.
fn reads(before: &str, code: &str) -> u64 {
    let cell = |code: &str| {
        let code = code.replace("SIZE", &SIZE.to_string());
        crate::source::rewrite(&code).expect("it is well-formed").rhai
    };
    let (before, code) = (cell(before), cell(code));
    let script = run(move || {
        let interrupt = Interrupt::new();
        let engine =
            crate::language::engine(&Weak::new(), &interrupt, &Account::new(usize::MAX), &Limits::default());
        let mut scope = Scope::new();
        scope.push("unused", 0 as INT);
        // Together, for the functions; the count is that of the second part alone.
        let run =
            |scope: &mut Scope<'_>, code: &str| engine.eval_with_scope::<Dynamic>(scope, code).map(drop);
        run(&mut scope, &before).unwrap_or_else(|error| panic!("{before}: {error}"));
        let functions = before.split_inclusive('}').next().filter(|first| first.starts_with("fn "));
        let code = format!("{}{code}", functions.unwrap_or_default());
        let earlier = interrupt.reads();
        run(&mut scope, &code).unwrap_or_else(|error| panic!("{code}: {error}"));
        interrupt.reads() - earlier
    });
    let event_loop = EventLoop::new().expect("a poller");
    event_loop.run_until_complete(script).expect("the loop runs").expect("the script ends")
}

#[test]
fn every_hot_loop_reads_the_flag_often_enough() {
    let counted: Vec<_> = LOOPS.iter().map(|(before, code)| (reads(before, code), *code)).collect();
    let rare: Vec<_> = counted.iter().filter(|(reads, _)| reads * OPERATIONS_MAX < SIZE).collect();
    println!("{counted:?}");
    assert!(rare.is_empty(), "{rare:?}");
}
