//! What help and inspection show: Markdown, and the same as plain text.

use std::fmt::Write as _;

use crate::event::MimeBundle;
use crate::rich::Rich;

/// A text in both forms.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Page {
    markdown: String,
    plain: String,
}

impl Page {
    pub(super) fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// Source text.
    pub(super) fn code(mut self, code: &str) -> Self {
        // A fence longer than any in the text.
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let _ = writeln!(self.markdown, "{fence}rust\n{code}\n{fence}\n");
        let _ = writeln!(self.plain, "{code}\n");
        self
    }

    /// Prose, in Markdown.
    pub(super) fn text(mut self, text: &str) -> Self {
        if !text.is_empty() {
            let _ = writeln!(self.markdown, "{text}\n");
            let _ = writeln!(self.plain, "{}\n", text.replace("**", "").replace('`', ""));
        }
        self
    }

    /// A heading.
    pub(super) fn heading(mut self, text: &str) -> Self {
        let _ = writeln!(self.markdown, "#### {text}\n");
        let _ = writeln!(self.plain, "{text}\n");
        self
    }

    /// Another page below this one.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.markdown.push_str(&other.markdown);
        self.plain.push_str(&other.plain);
        self
    }

    fn rich(&self) -> Rich {
        Rich::new("help", self.plain.trim_end(), [("text/markdown", self.markdown.trim_end().into())])
    }

    pub(super) fn bundle(&self) -> MimeBundle {
        self.rich().bundle().clone()
    }
}
