//! Instruments: what is told, when, and to whom; profiles and traces.

mod event_loops;
mod flows;
mod installed;
mod lines;
mod profiles;
mod traces;

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::instrument::{Each, Installed, install};

/// Lines that an instrument has noted.
pub(crate) type Lines = Rc<RefCell<Vec<String>>>;

/// Notes what is told in lines, each without brackets, as long as the guard lives.
pub(crate) fn noted() -> (Lines, Installed) {
    let lines = Lines::default();
    let kept = lines.clone();
    let guard = install(Rc::new(Each::new(move |note| kept.borrow_mut().push(note.to_string()))));
    (lines, guard)
}

/// Those of the lines that one of these hooks has made, by what stands in the brackets.
pub(crate) fn of(lines: &Lines, hooks: &[&str]) -> Vec<String> {
    let made = |line: &&String| hooks.iter().any(|hook| line.starts_with(&format!("[{hook}]")));
    lines.borrow().iter().filter(made).cloned().collect()
}
