//! What the engine should reach, and whether it does.

use serde::Serialize;

use crate::figures::Row;
use crate::implementation::Implementation;

/// What is aimed at in a case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    /// The figures are only shown.
    None,
    /// So many times as fast as the best of these peers.
    Faster {
        /// The ratio of the cost of an item.
        times: f64,
        /// At equal back-pressure.
        than: &'static [Implementation],
    },
    /// An item costs at most so many times what it costs in another case.
    Flat {
        /// The ratio of the cost of an item.
        times: f64,
        /// The other case.
        as_in: &'static str,
    },
    /// An item costs at most so many times what it costs a peer.
    AtMost {
        /// The ratio of the cost of an item.
        times: f64,
        /// The peer.
        than: Implementation,
    },
    /// An item costs at most this, in the case's unit.
    Below(f64),
}

/// How a case stands to its aim.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Verdict {
    /// For [`Aim::Faster`], the best peer's cost by ours; for [`Aim::Flat`], ours by that in the other case; for
    /// [`Aim::AtMost`], ours by the peer's; for [`Aim::Below`], ours by the bound.
    pub ratio: f64,
    /// Whether the ratio is what was aimed at.
    pub met: bool,
}

impl Aim {
    /// Judges a row by the medians; nothing to say if there is no aim or what it compares is missing.
    pub(crate) fn judge(&self, row: &Row, rows: &[Row]) -> Option<Verdict> {
        let ours = row.own_median()?;
        match self {
            Self::None => None,
            Self::Faster { times, than } => {
                let best = than.iter().filter_map(|peer| row.median(*peer)).min_by(f64::total_cmp)?;
                Some(Verdict { ratio: best / ours, met: best / ours >= *times })
            }
            Self::Flat { times, as_in } => {
                let other = rows.iter().find(|row| row.case.name == *as_in)?;
                let ratio = ours / other.own_median()?;
                Some(Verdict { ratio, met: ratio <= *times })
            }
            Self::AtMost { times, than } => {
                let ratio = ours / row.median(*than)?;
                Some(Verdict { ratio, met: ratio <= *times })
            }
            Self::Below(bound) => Some(Verdict { ratio: ours / bound, met: ours <= *bound }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::tests::row;
    use crate::implementation::Implementation::{Engine, Smol, Tokio};

    const FASTER: Aim = Aim::Faster { times: 2.0, than: &[Tokio, Smol] };

    #[test]
    fn the_best_peer_counts() {
        let row = row("a", FASTER, &[(Engine, &[100]), (Tokio, &[250]), (Smol, &[210])]);
        assert_eq!(FASTER.judge(&row, &[]), Some(Verdict { ratio: 2.1, met: true }));
    }

    #[test]
    fn a_ratio_below_the_aim_misses_it() {
        let row = row("a", FASTER, &[(Engine, &[100]), (Tokio, &[190]), (Smol, &[500])]);
        assert_eq!(FASTER.judge(&row, &[]), Some(Verdict { ratio: 1.9, met: false }));
    }

    #[test]
    fn a_peer_that_failed_does_not_count() {
        let row = row("a", FASTER, &[(Engine, &[100]), (Tokio, &[]), (Smol, &[300])]);
        assert_eq!(FASTER.judge(&row, &[]), Some(Verdict { ratio: 3.0, met: true }));
    }

    #[test]
    fn without_the_engine_or_any_peer_nothing_is_said() {
        assert_eq!(FASTER.judge(&row("a", FASTER, &[(Engine, &[]), (Tokio, &[1])]), &[]), None);
        assert_eq!(FASTER.judge(&row("a", FASTER, &[(Engine, &[1]), (Tokio, &[])]), &[]), None);
    }

    #[test]
    fn at_most_compares_with_one_peer_and_below_with_none() {
        let at_most = Aim::AtMost { times: 1.3, than: Tokio };
        let row = row("a", at_most, &[(Engine, &[120]), (Tokio, &[100]), (Smol, &[10])]);
        assert_eq!(at_most.judge(&row, &[]), Some(Verdict { ratio: 1.2, met: true }));
        assert_eq!(Aim::Below(100.0).judge(&row, &[]), Some(Verdict { ratio: 1.2, met: false }));
        assert_eq!(Aim::Below(120.0).judge(&row, &[]), Some(Verdict { ratio: 1.0, met: true }));
    }

    #[test]
    fn flat_compares_with_another_case() {
        let flat = Aim::Flat { times: 1.5, as_in: "small" };
        let rows = [100, 149, 151]
            .map(|ns| row(if ns == 100 { "small" } else { "large" }, flat, &[(Engine, &[ns])]));
        assert_eq!(flat.judge(&rows[1], &rows), Some(Verdict { ratio: 1.49, met: true }));
        assert_eq!(flat.judge(&rows[2], &rows), Some(Verdict { ratio: 1.51, met: false }));
        assert_eq!(flat.judge(&rows[1], &rows[1..]), None);
    }
}
