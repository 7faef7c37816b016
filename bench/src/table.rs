//! The figures as tables for a terminal: plain text, at most some 110 columns.

use std::fmt::Write;

use crate::aim::{Aim, Verdict};
use crate::catalog::Workload;
use crate::figures::{Row, Series};
use crate::implementation::Implementation;

/// All tables, then what failed, then how many aims are met. A range stands below its median if there was more
/// than one round.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut text = String::new();
    let judged: Vec<_> = rows.iter().map(|row| (row, row.case.aim.judge(row, rows))).collect();
    for group in judged.chunk_by(|a, b| title(a.0) == title(b.0)) {
        text += &format!("{}\n{}\n", title(group[0].0), align(&lines(group)));
    }
    text + failures(rows).as_str() + summary(&judged).as_str()
}

/// Cases of one title share a table.
fn title(row: &Row) -> &'static str {
    match row.case.workload {
        Workload::Update => "One input changes (ratio to reactive_graph)",
        Workload::Scale => "As the graph grows and as it runs on (ratio to the smallest)",
        Workload::Flowno => "Beside Flowno 0.1.19, a first run (ratio to it)",
        Workload::Script => "Scripts beside Rhai's own call_fn of the same body on the same engine (ratio to it)",
        Workload::Suspended => "Scripts that wait (ratio to the aim)",
        Workload::Interrupt => "From an interrupt to the end of its cell (ratio to the aim)",
        _ => "Beside event loops and dataflow (ratio to the best of tokio and smol, at equal back-pressure)",
    }
}

/// A line of names; then two a case: the medians, and the least and greatest below them.
fn lines(group: &[(&Row, Option<Verdict>)]) -> Vec<Vec<String>> {
    let mut columns: Vec<_> = group.iter().flat_map(|(row, _)| &row.series).map(|(who, _)| *who).collect();
    columns.sort();
    columns.dedup();
    let names = columns.iter().map(|who| who.name());
    let unit = format!("{} an item", group[0].0.case.unit.name());
    let mut lines =
        vec![[unit.as_str()].into_iter().chain(names).chain(["ratio", "aim", ""]).map(String::from).collect()];
    for (row, verdict) in group {
        let shown = |who: &Implementation| row.of(*who).map_or_else(|| "-".to_owned(), median);
        let ranged = |who: &Implementation| row.of(*who).map_or_else(String::new, range);
        let mut medians = vec![row.case.name.clone()];
        medians.extend(columns.iter().map(shown));
        medians.extend(judgement(&row.case.aim, *verdict));
        let mut ranges = vec![String::new()];
        ranges.extend(columns.iter().map(ranged));
        lines.push(medians);
        if row.series.iter().any(|(_, series)| series.rounds.len() > 1) {
            lines.push(ranges);
        }
    }
    lines
}

fn median(series: &Series) -> String {
    series.median().map_or_else(|| "failed".to_owned(), number)
}

fn range(series: &Series) -> String {
    series.range().map_or_else(String::new, |(least, most)| format!("{}..{}", number(least), number(most)))
}

/// The ratio, the aim, and whether it is met.
fn judgement(aim: &Aim, verdict: Option<Verdict>) -> [String; 3] {
    let aim = match aim {
        Aim::None => return Default::default(),
        Aim::Faster { times, .. } => number(*times),
        Aim::Flat { times, .. } | Aim::AtMost { times, .. } => format!("<= {}", number(*times)),
        Aim::Below(bound) => format!("<= {}", number(*bound)),
    };
    match verdict {
        None => ["?".to_owned(), aim, "unknown".to_owned()],
        Some(Verdict { ratio, met }) => {
            let word = if met { "met" } else { "MISSED" };
            [format!("{}", Ratio(ratio)), aim, word.to_owned()]
        }
    }
}

/// Two decimals where they say something.
struct Ratio(f64);

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 < 10.0 { write!(f, "{:.2}", self.0) } else { f.write_str(&number(self.0)) }
    }
}

/// One decimal below 100, and none above, where thousands are grouped.
fn number(value: f64) -> String {
    if value < 99.95 {
        let text = format!("{value:.1}");
        return text.strip_suffix(".0").filter(|_| value.fract() == 0.0).map_or(text.clone(), str::to_owned);
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The first column to the left, the others to the right.
fn align(lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(String::len).max();
    let mut text = String::new();
    for line in lines {
        let mut shown = String::new();
        for (column, cell) in line.iter().enumerate() {
            let width = width(column).unwrap_or(0);
            let _ = match column {
                0 => write!(shown, "  {cell:<width$}"),
                _ => write!(shown, "  {cell:>width$}"),
            };
        }
        text += shown.trim_end();
        text.push('\n');
    }
    text
}

fn failures(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        for (who, series) in &row.series {
            if let Some(reason) = &series.failure {
                let _ = writeln!(text, "{} on {}: {reason}", who.name(), row.case.name);
            }
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn summary(judged: &[(&Row, Option<Verdict>)]) -> String {
    let aimed: Vec<_> = judged.iter().filter(|(row, _)| row.case.aim != Aim::None).collect();
    let is_met = |verdict: &Option<Verdict>| verdict.is_some_and(|verdict| verdict.met);
    let open: Vec<_> =
        aimed.iter().filter(|(_, verdict)| !is_met(verdict)).map(|(row, _)| row.case.name.as_str()).collect();
    let mut text = format!("{} of {} aims met", aimed.len() - open.len(), aimed.len());
    if !open.is_empty() {
        text += &format!("; not: {}", open.join(", "));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::tests::row;
    use crate::implementation::Implementation::{Engine, Smol, Tokio};

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        let shown = [0.5, 3.0, 62.14, 99.96, 297.4, 12_345.0, 1_234_567.0].map(number);
        assert_eq!(shown, ["0.5", "3", "62.1", "100", "297", "12,345", "1,234,567"]);
    }

    #[test]
    fn a_table_shows_medians_ranges_ratios_and_aims() {
        let aim = |times| Aim::Faster { times, than: &[Tokio, Smol] };
        let rows = [
            row("chain", aim(1.7), &[(Engine, &[60, 61, 90]), (Tokio, &[120, 122, 124]), (Smol, &[240; 3])]),
            row("fan", aim(3.0), &[(Engine, &[100]), (Tokio, &[200])]),
            row("chain async", Aim::None, &[(Engine, &[70])]),
        ];
        let expected = "\
Beside event loops and dataflow (ratio to the best of tokio and smol, at equal back-pressure)
  ns an item   engine     tokio      smol  ratio  aim
  chain            61       122       240   2.00  1.7     met
               60..90  120..124  240..240
  fan             100       200         -   2.00    3  MISSED
  chain async      70         -         -

1 of 2 aims met; not: fan
";
        assert_eq!(render(&rows), expected);
    }

    #[test]
    fn what_failed_is_told_below_the_tables() {
        let aim = Aim::Faster { times: 2.0, than: &[Tokio] };
        let text = render(&[row("chain", aim, &[(Engine, &[60]), (Tokio, &[])])]);
        assert!(text.contains("  chain           60  failed      ?    2  unknown\n"), "{text}");
        assert!(text.ends_with("\ntokio on chain: it broke\n\n0 of 1 aims met; not: chain\n"), "{text}");
    }
}
