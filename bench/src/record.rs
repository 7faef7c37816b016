//! All figures as JSON.

use serde_json::{Map, Value, json};

use crate::figures::{Row, Series};
use crate::machine::Machine;

/// Machine facts, then a value a case, with every round of every implementation.
pub(crate) fn record(machine: &Machine, rows: &[Row]) -> Value {
    json!({ "machine": machine, "cases": rows.iter().map(|row| case(row, rows)).collect::<Vec<_>>() })
}

fn case(row: &Row, rows: &[Row]) -> Value {
    let verdict = row.case.aim.judge(row, rows);
    let series = row.series.iter().map(|(who, series)| (who.name().to_owned(), implementation(series)));
    json!({
        "workload": row.case.workload,
        "case": row.case.name,
        "unit": row.case.unit,
        "aim": row.case.aim,
        "ratio": verdict.map(|verdict| verdict.ratio),
        "met": verdict.map(|verdict| verdict.met),
        "implementations": series.collect::<Map<_, _>>(),
    })
}

fn implementation(series: &Series) -> Value {
    json!({
        "median": series.median(),
        "min": series.range().map(|(least, _)| least),
        "max": series.range().map(|(_, most)| most),
        "rounds": series.rounds,
        "failure": series.failure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aim::Aim;
    use crate::figures::tests::row;
    use crate::implementation::Implementation::{Engine, Tokio};

    #[test]
    fn a_case_keeps_every_round_and_every_failure() {
        let aim = Aim::Faster { times: 2.0, than: &[Tokio] };
        let rows = [row("chain", aim, &[(Engine, &[60, 62]), (Tokio, &[])])];
        let cases = &record(&Machine::look(), &rows)["cases"];
        assert_eq!(cases[0]["implementations"]["engine"]["rounds"][1], json!({"items": 10, "amount": 620}));
        assert_eq!(cases[0]["implementations"]["tokio"]["failure"], "it broke");
        assert_eq!(cases[0]["met"], Value::Null);
    }
}
