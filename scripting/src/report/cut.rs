//! Long lines and long messages, cut: a report is read by people, and goes to every front end.

/// Characters of a line that a report shows around a place: what a wide screen shows of one.
const LINE_CHARACTERS: usize = 240;

/// How many of these stand before the place, when the line goes on after it.
const BEFORE_PLACE: usize = 160;

/// The largest message or note, in bytes: as much as is shown of a value.
const MESSAGE_BYTES: usize = 10 << 10;

/// The part of a line around a column (from 1), and what of it stands before that column.
pub(super) fn line_around(line: &str, column: usize) -> (String, String) {
    let place = column.saturating_sub(1);
    let length = line.chars().count();
    let start = match length <= LINE_CHARACTERS {
        true => 0,
        false => place.saturating_sub(BEFORE_PLACE).min(length - LINE_CHARACTERS),
    };
    let lead = if start > 0 { "…" } else { "" };
    let trail = if start + LINE_CHARACTERS < length { "…" } else { "" };
    let part: String = line.chars().skip(start).take(LINE_CHARACTERS).collect();
    let before: String = part.chars().take(place.saturating_sub(start)).collect();
    (format!("{lead}{part}{trail}"), format!("{lead}{before}"))
}

/// A message that is no longer than people read.
pub(super) fn message(text: &str) -> String {
    if text.len() <= MESSAGE_BYTES {
        return text.to_owned();
    }
    let end = (0..=MESSAGE_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}… ({} of {} bytes)", &text[..end], end, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_are_whole() {
        assert_eq!(line_around("let x = y;", 9), ("let x = y;".into(), "let x = ".into()));
        assert_eq!(line_around("", 1), (String::new(), String::new()));
        assert_eq!(message("short"), "short");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let line = format!("{}é{}", "a".repeat(1_000), "b".repeat(1_000));
        for (column, lead, trail) in [(1, false, true), (1_001, true, true), (2_001, true, false)] {
            let (shown, before) = line_around(&line, column);
            assert_eq!((shown.starts_with('…'), shown.ends_with('…')), (lead, trail), "{column}");
            assert!(shown.chars().count() <= LINE_CHARACTERS + 2);
            let at = shown.chars().nth(before.chars().count());
            assert_eq!(
                at,
                if column == 1_001 { Some('é') } else { line.chars().nth(column - 1) },
                "{column}"
            );
        }
    }

    #[test]
    fn long_messages_say_how_long_they_were() {
        let long = "é".repeat(8 << 20);
        let told = message(&long);
        assert!(
            told.len() < MESSAGE_BYTES + 100 && told.ends_with("… (10240 of 16777216 bytes)"),
            "{}",
            &told[10_000..]
        );
    }
}
