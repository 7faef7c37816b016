//! "Did you mean": the name that was probably meant.

/// At most this part of a name's characters may differ.
const DIFFERENT_MAX: usize = 3;

/// What is longer is no misspelt name, and to compare it would take its length times theirs.
const LENGTH_MAX: usize = 100;

/// The name nearest to `name` among those that exist, if it is nearly the same. Names of one or two characters are
/// too much alike for that.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length <= 2 || length > LENGTH_MAX {
        return None;
    }
    let most = (length / DIFFERENT_MAX).max(1);
    let distance = |other: &'a str| {
        let distance = match other.eq_ignore_ascii_case(name) {
            true => 0,
            false => strsim::damerau_levenshtein(name, other),
        };
        (distance <= most && other != name).then_some((distance, other))
    };
    names.into_iter().filter_map(distance).min().map(|(_, name)| name)
}

/// "; did you mean `name`?", or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, names).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_the_same_is_meant() {
        let names = ["total", "Total", "sleep", "ab"];
        assert_eq!(nearest("totl", names), Some("total"));
        assert_eq!(nearest("slepe", names), Some("sleep"));
        assert_eq!(nearest("TOTAL", names), Some("Total"));
        assert_eq!(nearest("other", names), None);
        assert_eq!(nearest("a", names), None);
        assert_eq!(nearest("total", ["total"]), None);
        let long = "n".repeat(LENGTH_MAX + 1);
        assert_eq!(nearest(&long, [&*format!("{long}n")]), None);
    }
}
