//! Which names nodes can have.

/// Names that are no nodes (Flowno's `FlowHDL.KEYWORDS`).
pub const KEYWORDS: [&str; 2] = ["KEYWORDS", "run_until_complete"];

/// Stands between a node's name and the number of an anonymous node in its arguments: `total#1`.
pub(super) const ANONYMOUS: char = '#';

/// Stands between a group's name and that of a node in it: `filter.mean`.
pub(super) const INNER: char = '.';

/// Why a name cannot be given to a node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It begins with an underscore.
    #[error("a node's name must not begin with an underscore: `{0}`")]
    Underscore(String),
    /// It is one of [`KEYWORDS`].
    #[error("`{0}` is a keyword of the flow, not a node")]
    Keyword(String),
    /// It is empty, or has a character that stands for anonymous nodes or for those of groups.
    #[error("a node's name must not be empty nor contain `#` or `.`: `{0}`")]
    Separator(String),
}

/// Whether `name` can be a node's.
///
/// # Errors
///
/// [`NameError`] says why not.
pub fn check_name(name: &str) -> Result<(), NameError> {
    if name.starts_with('_') {
        return Err(NameError::Underscore(name.to_owned()));
    }
    if KEYWORDS.contains(&name) {
        return Err(NameError::Keyword(name.to_owned()));
    }
    if name.is_empty() || name.contains([ANONYMOUS, INNER]) {
        return Err(NameError::Separator(name.to_owned()));
    }
    Ok(())
}
