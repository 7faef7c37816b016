//! What names are made of.

use unicode_xid::UnicodeXID;

/// Whether a character may stand in a name, by the rule of Rhai's tokenizer: marks above and below letters may, which no
/// `is_alphanumeric` takes.
pub(crate) fn is_name_char(c: char) -> bool {
    c.is_xid_continue()
}

/// The words of a text: names, keywords and numbers, also those inside of strings.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_name_char(c)).filter(|word| !word.is_empty())
}
