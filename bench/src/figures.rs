//! What was measured of a case.

use crate::catalog::Case;
use crate::implementation::Implementation;
use crate::measure::Measured;

/// The rounds of one implementation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Series {
    /// A round each.
    pub rounds: Vec<Measured>,
    /// Why there are no more of them.
    pub failure: Option<String>,
}

impl Series {
    /// The median cost of an item: of an even number of rounds, the lower of the middle two.
    pub(crate) fn median(&self) -> Option<f64> {
        let costs = self.costs();
        costs.get(costs.len().saturating_sub(1) / 2).copied()
    }

    /// The least and the greatest cost of an item.
    pub(crate) fn range(&self) -> Option<(f64, f64)> {
        let costs = self.costs();
        Some((*costs.first()?, *costs.last()?))
    }

    fn costs(&self) -> Vec<f64> {
        let mut costs: Vec<_> = self.rounds.iter().map(Measured::cost).collect();
        costs.sort_by(f64::total_cmp);
        costs
    }
}

/// A case with all that was measured of it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The case.
    pub case: Case,
    /// In the order of the case's runs.
    pub series: Vec<(Implementation, Series)>,
}

impl Row {
    /// Nothing measured yet.
    pub(crate) fn new(case: Case) -> Self {
        let series = case.runs.iter().map(|(who, _)| (*who, Series::default())).collect();
        Self { case, series }
    }

    /// The rounds of an implementation, if it runs the case.
    pub(crate) fn of(&self, who: Implementation) -> Option<&Series> {
        self.series.iter().find(|(other, _)| *other == who).map(|(_, series)| series)
    }

    /// The median cost of an item of ours, which is the first to run the case, if there is one.
    pub(crate) fn own_median(&self) -> Option<f64> {
        self.series.first()?.1.median()
    }

    /// The median cost of an item, if there is one.
    pub(crate) fn median(&self, who: Implementation) -> Option<f64> {
        self.of(who)?.median()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::aim::Aim;
    use crate::catalog::Workload;
    use crate::measure::Unit;

    /// A row whose rounds cost this much an item; no rounds mean that it failed.
    pub(crate) fn row(name: &str, aim: Aim, costs: &[(Implementation, &[u64])]) -> Row {
        let case = Case {
            workload: Workload::Chain,
            name: name.to_owned(),
            runs: Vec::new(),
            aim,
            unit: Unit::CpuNs,
        };
        let series = costs.iter().map(|(who, costs)| (*who, series(costs))).collect();
        Row { case, series }
    }

    fn series(costs: &[u64]) -> Series {
        let rounds = costs.iter().map(|cost| Measured { items: 10, amount: cost * 10 }).collect();
        Series { rounds, failure: costs.is_empty().then(|| "it broke".to_owned()) }
    }

    #[test]
    fn the_median_is_of_the_sorted_rounds() {
        assert_eq!(series(&[30, 10, 20]).median(), Some(20.0));
        assert_eq!(series(&[30, 10, 20, 40]).median(), Some(20.0));
        assert_eq!(series(&[]).median(), None);
    }

    #[test]
    fn the_range_is_from_the_least_to_the_greatest() {
        assert_eq!(series(&[30, 10, 20]).range(), Some((10.0, 30.0)));
        assert_eq!(series(&[]).range(), None);
    }
}
