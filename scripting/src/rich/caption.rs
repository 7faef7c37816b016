//! The name of a node, where a front end shows its value in another form than text.

use serde_json::{Value, json};

use super::escape;
use super::json::VEGA_LITE;
use crate::event::MimeBundle;

/// Names a bundle: above HTML and Markdown, and as the title of a plot that has none. Pictures have nowhere to put it.
pub(crate) fn caption(bundle: &mut MimeBundle, name: &str) {
    if let Some(Value::String(html)) = bundle.get_mut("text/html") {
        html.insert_str(0, &format!("<div style=\"font-weight: 600\">{}</div>", escape(name)));
    }
    if let Some(Value::String(markdown)) = bundle.get_mut("text/markdown") {
        markdown.insert_str(0, &format!("**{}**\n\n", name.replace('_', "\\_")));
    }
    if let Some(Value::Object(plot)) = bundle.get_mut(VEGA_LITE) {
        plot.entry("title").or_insert_with(|| json!(name));
    }
}
