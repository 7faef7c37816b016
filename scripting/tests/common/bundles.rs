//! The bundles of a cell's outputs, for tests that look beyond the text.

use flowno_scripting::event::{Display, EventKind, MimeBundle};

use super::{Notebook, cell};

impl Notebook {
    /// Runs a headless cell that must not fail, and gives the bundles that it displayed, the result last.
    pub(crate) fn bundles(&self, code: &str) -> Vec<MimeBundle> {
        let ran = self.execute(cell(code));
        let data = ran.events.iter().filter_map(|event| match &event.kind {
            EventKind::Display(Display { data, .. }) | EventKind::Update(Display { data, .. }) => Some(data),
            EventKind::Result(data) => Some(data),
            _ => None,
        });
        let data = data.cloned().collect();
        ran.outputs();
        data
    }

    /// The bundle of a cell that displays one thing.
    pub(crate) fn bundle(&self, code: &str) -> MimeBundle {
        let mut bundles = self.bundles(code);
        assert_eq!(bundles.len(), 1, "{bundles:?}");
        bundles.remove(0)
    }
}

/// The content of a text type.
pub(crate) fn text<'a>(data: &'a MimeBundle, mime: &str) -> &'a str {
    data.get(mime).and_then(|value| value.as_str()).unwrap_or_else(|| panic!("no {mime} in {data:?}"))
}

/// The MIME types, in order.
pub(crate) fn types(data: &MimeBundle) -> Vec<&str> {
    data.keys().map(String::as_str).collect()
}
