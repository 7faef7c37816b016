//! The rounds: in each, every implementation of a case runs once, one right after the other, so that a spell of
//! noise on the machine falls on all of them.

use crate::catalog::Case;
use crate::child::{self, FlownoPeer};
use crate::figures::Row;

/// Measures all cases so many times. Progress goes to stderr, a line a case and round.
pub(crate) fn rounds(cases: Vec<Case>, count: usize, flowno: Option<&FlownoPeer>) -> Vec<Row> {
    let mut rows: Vec<_> = cases.into_iter().map(Row::new).collect();
    for round in 1..=count {
        for row in &mut rows {
            let told = measure(row, flowno);
            eprintln!("round {round} of {count}  {}: {}", row.case.name, told.join(", "));
        }
    }
    rows
}

/// One round of a case; gives a word on each implementation.
fn measure(row: &mut Row, flowno: Option<&FlownoPeer>) -> Vec<String> {
    let mut told = Vec::new();
    for (who, series) in &mut row.series {
        if series.failure.is_some() {
            // It would fail again, perhaps by hanging.
            continue;
        }
        let work = row.case.runs.iter().find(|(other, _)| other == who).map(|(_, work)| *work);
        let outcome = match work {
            Some(work) => child::measure(*who, &row.case.name, work, flowno),
            None => Err("it has no such workload".to_owned()),
        };
        match outcome {
            Ok(measured) => {
                let unit = row.case.unit.name();
                told.push(format!("{} {:.0} {unit}", who.name(), measured.cost()));
                series.rounds.push(measured);
            }
            Err(reason) => {
                told.push(format!("{} failed", who.name()));
                series.failure = Some(reason);
            }
        }
    }
    told
}
