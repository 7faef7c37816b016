//! What ran, how it went, and how long it took.

use std::fmt;
use std::time::Duration;

/// How a part of the tests went.
pub(crate) enum Verdict {
    /// Everything in it passed.
    Passed,
    /// Something in it did not; the sentence says what.
    Failed(String),
    /// It could not run here; the sentence says why.
    Skipped(String),
}

/// The parts that ran, in order.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

struct Line {
    part: String,
    verdict: Verdict,
    took: Duration,
}

impl Report {
    /// Adds a part and says at once how it went.
    pub(crate) fn add(&mut self, part: String, verdict: Verdict, took: Duration) {
        let line = Line { part, verdict, took };
        println!("==> {line}");
        self.lines.push(line);
    }

    /// Whether nothing failed.
    pub(crate) fn is_good(&self) -> bool {
        self.count(|v| matches!(v, Verdict::Failed(_))) == 0
    }

    fn count(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        self.lines.iter().filter(|line| wanted(&line.verdict)).count()
    }
}

/// A table with a line a part, then the line of counts that other programs read.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Parts of this run:")?;
        for line in &self.lines {
            writeln!(f, "  {line}")?;
        }
        let passed = self.count(|v| matches!(v, Verdict::Passed));
        let failed = self.count(|v| matches!(v, Verdict::Failed(_)));
        let skipped = self.count(|v| matches!(v, Verdict::Skipped(_)));
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, reason) = match &self.verdict {
            Verdict::Passed => ("passed", ""),
            Verdict::Failed(reason) => ("FAILED", reason.as_str()),
            Verdict::Skipped(reason) => ("skipped", reason.as_str()),
        };
        let minutes = self.took.as_secs_f64() / 60.0;
        write!(f, "{:<9} {word:<8} {minutes:>5.1} min", self.part)?;
        if reason.is_empty() { Ok(()) } else { write!(f, "  {reason}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ends_with_a_plain_line_of_counts() {
        let mut report = Report::default();
        report.add("rust".into(), Verdict::Passed, Duration::from_secs(90));
        assert!(report.is_good());
        report.add("browser".into(), Verdict::Skipped("no Chromium".into()), Duration::ZERO);
        assert!(report.is_good());
        report.add("python".into(), Verdict::Failed("exit code 1".into()), Duration::from_secs(6));
        assert!(!report.is_good());
        let expected = "Parts of this run:
  rust      passed     1.5 min
  browser   skipped    0.0 min  no Chromium
  python    FAILED     0.1 min  exit code 1
1 passed, 1 failed, 1 skipped";
        assert_eq!(report.to_string(), expected);
    }
}
