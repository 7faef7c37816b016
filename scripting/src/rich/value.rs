//! A value that displays richly.

use std::rc::Rc;

use serde_json::Value;

use crate::event::MimeBundle;

/// What a display weighs at most besides its text, in bytes: a notebook with a hundred such pictures still opens.
const CONTENT_MAX: usize = 2 * 1024 * 1024;

/// The MIME type that every bundle has.
pub(crate) const PLAIN: &str = "text/plain";

/// A MIME bundle that scripts hold. Copies share it.
#[derive(Debug, Clone)]
pub(crate) struct Rich(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    summary: String,
    bundle: MimeBundle,
    weight: usize,
}

impl Rich {
    /// A value with a text, and with content in further MIME types, the least rich first. The content is left out if it
    /// weighs too much, and the text says so.
    ///
    /// `summary` is what a line about the value says: `table of 3 rows`.
    pub(crate) fn new(
        summary: impl Into<String>,
        text: impl Into<String>,
        content: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        let (summary, mut text) = (summary.into(), text.into());
        let mut content: Vec<_> = content.into_iter().collect();
        let weight = content.iter().map(|(_, value)| weight(value)).sum();
        if weight > CONTENT_MAX {
            content.clear();
            let most = CONTENT_MAX / (1024 * 1024);
            text =
                format!("{text} (not shown: its {weight} bytes are more than the {most} MiB of a display)");
        }
        let content = content.into_iter().map(|(mime, value)| (mime.to_owned(), value));
        let bundle = [(PLAIN.to_owned(), text.into())].into_iter().chain(content).collect();
        Self(Rc::new(Inner { summary, bundle, weight }))
    }

    /// The value in one line.
    pub(crate) fn summary(&self) -> &str {
        &self.0.summary
    }

    /// The value as text, which may have several lines.
    pub(crate) fn plain(&self) -> &str {
        self.0.bundle.get(PLAIN).and_then(Value::as_str).unwrap_or_default()
    }

    /// All of it.
    pub(crate) fn bundle(&self) -> &MimeBundle {
        &self.0.bundle
    }

    /// The same with another text.
    pub(crate) fn bundle_with(&self, text: &str) -> MimeBundle {
        let mut bundle = self.0.bundle.clone();
        bundle.insert(PLAIN.to_owned(), text.into());
        bundle
    }

    /// About how many bytes it keeps.
    pub(crate) fn weight(&self) -> usize {
        self.0.weight + self.plain().len()
    }
}

/// About how many bytes a JSON value takes on the wire.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum(),
        Value::Object(fields) => fields.iter().map(|(key, value)| key.len() + weight(value) + 4).sum(),
        Value::Null | Value::Bool(_) => 4,
        Value::Number(number) => number.to_string().len(),
    }
}
