//! Drawn cells: programs of a grammar, and valid ones a little changed. None may take the process down, hang, or leave a
//! session in which the next cell does not work.
//!
//! They run in a child process, this test started again, so that an abort, a stack that overflows or a hang is found,
//! made smaller and printed. `FLOWNO_FUZZ_SECONDS` says for how long, `FLOWNO_FUZZ_SEED` from which program on: the
//! same seed draws the same program, on every machine.
//!
//! | file | what it does |
//! | --- | --- |
//! | `random.rs` | random numbers by a seed |
//! | `grammar.rs` | programs of a grammar |
//! | `mutate.rs` | programs of the page and the other tests, changed |
//! | `child.rs` | running them in another process |
//! | `shrink.rs` | making what was found smaller |

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod child;
mod grammar;
mod mutate;
mod random;
mod shrink;

use std::env;
use std::time::{Duration, Instant};

use child::{Child, Program};
use random::Random;

/// As long as a run of all tests allows.
const SECONDS: u64 = 60;

/// Most findings before a run ends.
const FINDINGS_MAX: usize = 10;

/// So many programs share a process, so that one that disturbs those behind it is found too.
const PROGRAMS_A_CHILD: u64 = 500;

/// Its name, by which it is started again.
const TEST: &str = "drawn_cells_leave_a_working_session";

#[test]
fn drawn_cells_leave_a_working_session() {
    if child::is_child() {
        return child::serve();
    }
    let seconds = setting("FLOWNO_FUZZ_SECONDS").unwrap_or(SECONDS);
    let first = setting("FLOWNO_FUZZ_SEED").unwrap_or(1);
    let until = Instant::now() + Duration::from_secs(seconds);
    let corpus = mutate::corpus();
    assert!(corpus.len() > 200, "programs to change: {}", corpus.len());
    let mut child = Child::start(TEST);
    let (mut findings, mut cells, mut good) = (0, 0, 0);
    let mut seed = first;
    while Instant::now() < until && findings < FINDINGS_MAX {
        let program = drawn(seed, &corpus);
        let ran = child.run(&program);
        good += ran.as_ref().copied().unwrap_or(0);
        if ran.is_err() || seed.is_multiple_of(PROGRAMS_A_CHILD) {
            let said = std::mem::replace(&mut child, Child::start(TEST)).end();
            if let Err(why) = ran {
                findings += 1;
                report(seed, &program, &why, &said);
            }
        }
        cells += program.len();
        seed += 1;
    }
    println!("{} programs from seed {first}, {good} of {cells} cells did not fail", seed - first);
    assert_eq!(findings, 0, "findings, above");
    assert!(seed > first + seconds, "a program a second at least: {}", seed - first);
    assert!(good * 10 > cells, "cells that do not fail at once say most: {good} of {cells}");
}

#[test]
fn a_process_that_goes_down_is_found() {
    let mut child = Child::start(TEST);
    assert_eq!(child.run(&vec!["flow.a = 1;".to_owned(), "x".to_owned()]), Ok(1));
    let why = child.run(&vec![child::ABORT.to_owned()]).unwrap_err();
    assert!(why.starts_with("the process is gone"), "{why}");
    assert!(child.end().contains("signal"), "as the system says it");
}

fn setting(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// The program of a seed: one to three cells, most behind definitions.
fn drawn(seed: u64, corpus: &[String]) -> Program {
    let mut random = Random::new(seed);
    let cells = (0..=random.below(3)).map(|_| match random.once_in(2) {
        true => grammar::cell(&mut random),
        false => mutate::mutated(&mut random, corpus),
    });
    let cells: Vec<String> = cells.collect();
    // With and without what the names of the grammar mean.
    if seed.is_multiple_of(4) {
        cells
    } else {
        [grammar::PRELUDE.to_owned()].into_iter().chain(cells).collect()
    }
}

fn report(seed: u64, program: &Program, why: &str, said: &str) {
    println!("seed {seed}: {why}\n{}", said.chars().take(2_000).collect::<String>());
    let smaller = shrink::smaller(program);
    let what =
        if smaller.is_some() { "made smaller" } else { "fails only behind those before it in its process" };
    println!("{what}:");
    for cell in smaller.as_ref().unwrap_or(program) {
        println!("--- cell\n{cell}");
    }
    println!("---");
}
