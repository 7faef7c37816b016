//! Making a program smaller that fails.

use std::time::{Duration, Instant};

use super::TEST;
use super::child::{Child, Program};
use super::mutate::tokens;

/// How long a program is made smaller.
const TIME: Duration = Duration::from_secs(30);

/// The program without what it fails without too; `None` if it does not fail by itself.
pub(crate) fn smaller(program: &Program) -> Option<Program> {
    if !fails(program) {
        return None;
    }
    let until = Instant::now() + TIME;
    let mut cells: Vec<Vec<String>> = program.iter().map(|cell| tokens(cell)).collect();
    for at in (0..cells.len()).rev() {
        let without = cells[..at].iter().chain(&cells[at + 1..]).cloned().collect::<Vec<_>>();
        if cells.len() > 1 && fails(&joined(&without)) {
            cells = without;
        }
    }
    for at in 0..cells.len() {
        let mut chunk = cells[at].len().div_ceil(2);
        while chunk > 0 && Instant::now() < until {
            let mut start = 0;
            while start < cells[at].len() && Instant::now() < until {
                let mut without = cells.clone();
                let end = (start + chunk).min(without[at].len());
                without[at].drain(start..end);
                if fails(&joined(&without)) {
                    cells = without;
                } else {
                    start += chunk;
                }
            }
            chunk /= 2;
        }
    }
    Some(joined(&cells))
}

fn joined(cells: &[Vec<String>]) -> Program {
    cells.iter().map(|tokens| tokens.concat()).collect()
}

fn fails(program: &Program) -> bool {
    let mut child = Child::start(TEST);
    let failed = child.run(program).is_err();
    child.end();
    failed
}
