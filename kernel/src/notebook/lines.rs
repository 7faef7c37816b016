//! Long texts are arrays of lines in a file, and strings everywhere else.
//!
//! Which ones, and what ends a line, is as in Python's nbformat (`rwbase.py`) and `str.splitlines`.

use serde_json::{Map, Value};

/// Text types whose names do not begin with `text/`.
const TEXT_TYPES: [&str; 2] = ["application/javascript", "image/svg+xml"];

/// Splits the texts of a cell, joining first what was split in another way.
pub(super) fn split_cell(cell: &mut Value) {
    if let Some(source) = cell.get_mut("source") {
        split(source);
    }
    if let Some(attachments) = cell.get_mut("attachments").and_then(Value::as_object_mut) {
        attachments.values_mut().filter_map(Value::as_object_mut).for_each(split_bundle);
    }
    if cell["cell_type"] == "code"
        && let Some(outputs) = cell.get_mut("outputs").and_then(Value::as_array_mut)
    {
        outputs.iter_mut().for_each(split_output);
    }
}

fn split_output(output: &mut Value) {
    match output["output_type"].as_str() {
        Some("execute_result" | "display_data") => {
            if let Some(bundle) = output.get_mut("data").and_then(Value::as_object_mut) {
                split_bundle(bundle);
            }
        }
        Some("stream") => {
            if let Some(text) = output.get_mut("text") {
                split(text);
            }
        }
        _ => {}
    }
}

fn split_bundle(bundle: &mut Map<String, Value>) {
    for (mime, content) in bundle {
        let is_json =
            mime == "application/json" || (mime.starts_with("application/") && mime.ends_with("+json"));
        if is_json {
            continue;
        }
        join(content);
        if mime.starts_with("text/") || TEXT_TYPES.contains(&mime.as_str()) {
            split(content);
        }
    }
}

fn split(text: &mut Value) {
    join(text);
    if let Value::String(joined) = text {
        *text = split_lines(joined).into_iter().map(Value::from).collect();
    }
}

fn join(text: &mut Value) {
    if let Value::Array(lines) = text
        && lines.iter().all(Value::is_string)
    {
        *text = lines.iter().filter_map(Value::as_str).collect::<String>().into();
    }
}

/// The lines of a text, each with what ends it.
fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        if c == '\r' && chars.next_if(|(_, next)| *next == '\n').is_some() {
            end += 1;
        }
        if ends_line(c) {
            lines.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_keep_what_ends_them() {
        assert_eq!(split_lines(""), [""; 0]);
        assert_eq!(split_lines("a"), ["a"]);
        assert_eq!(split_lines("a\nb\r\nc\rd\n"), ["a\n", "b\r\n", "c\r", "d\n"]);
        assert_eq!(split_lines("é\u{2028}\u{85}\r"), ["é\u{2028}", "\u{85}", "\r"]);
    }

    #[test]
    fn what_is_text_is_split_and_what_is_not_is_joined() {
        let mut cell = json!({
            "cell_type": "code",
            "source": ["1\n2", "\n"],
            "outputs": [
                { "output_type": "stream", "text": "" },
                { "output_type": "display_data", "data": {
                    "text/plain": "a\nb",
                    "image/svg+xml": "<svg>\n</svg>",
                    "image/png": ["QUJD\n", "REVG\n"],
                    "application/vnd.vega.v5+json": ["a", "b"],
                }},
                { "output_type": "error", "traceback": ["a\nb"] },
            ],
        });
        split_cell(&mut cell);
        assert_eq!(cell["source"], json!(["1\n", "2\n"]));
        assert_eq!(cell["outputs"][0]["text"], json!([]));
        let data = &cell["outputs"][1]["data"];
        assert_eq!(data["text/plain"], json!(["a\n", "b"]));
        assert_eq!(data["image/svg+xml"], json!(["<svg>\n", "</svg>"]));
        assert_eq!(data["image/png"], "QUJD\nREVG\n");
        assert_eq!(data["application/vnd.vega.v5+json"], json!(["a", "b"]));
        assert_eq!(cell["outputs"][2]["traceback"], json!(["a\nb"]));
    }
}
