//! What scripts print, joined.
//!
//! The first text of a cell leaves at once; what it prints in the next [`JOINED_FOR`] leaves together, or later, if the pace
//! does not allow it: a text that waits grows, and so many cells that print make no more messages than few. So a cell that
//! prints short texts makes at most twenty stream messages a second, however often it prints; what is longer than a message
//! holds, or changes between `print` and `debug`, makes more, at the common pace. Whatever else the cell sends takes the text
//! that waits along, before itself: the order of a cell's outputs holds.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;

/// How long texts of a cell wait for more of them.
const JOINED_FOR: Duration = Duration::from_millis(50);

/// As JSON, what a message has of a text at most: a longer one is cut into several, since Jupyter Server drops what is
/// larger than its limit for three seconds.
const MESSAGE_BYTES: usize = 32 << 10;

/// The texts of all cells that have printed lately, by the parent header.
#[derive(Default)]
pub(super) struct Prints(HashMap<Bytes, Print>);

struct Print {
    /// The stream that it waits for.
    name: String,
    text: String,
    /// The length of `text` as JSON.
    length: usize,
    paced: bool,
    due: Instant,
}

/// A text on its way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) parent: Bytes,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) paced: bool,
}

impl Prints {
    /// Takes a text; gives what cannot wait for more: what is long enough, or comes before the text of another stream.
    pub(super) fn add(&mut self, new: Text, now: Instant) -> Vec<Text> {
        let Text { parent, name, text, paced } = new;
        let mut leaving = Vec::new();
        let print = self.0.entry(parent.clone()).or_insert_with(|| Print {
            name: name.clone(),
            text: String::new(),
            length: 0,
            paced,
            due: now,
        });
        if print.name != name {
            leaving.extend(print.take(&parent, now));
            print.name = name;
        }
        print.paced = paced;
        for piece in pieces(&text, MESSAGE_BYTES) {
            let length = json_length(piece);
            if print.length + length > MESSAGE_BYTES {
                leaving.extend(print.take(&parent, now));
            }
            print.text.push_str(piece);
            print.length += length;
        }
        leaving
    }

    /// What waits of a cell: it may leave, or something else of the cell follows.
    pub(super) fn of(&mut self, parent: &Bytes, now: Instant) -> Option<Text> {
        let print = self.0.get_mut(parent)?;
        // What comes after it stays behind whatever is sent with it.
        print.due = print.due.max(now);
        print.take(parent, now)
    }

    /// The cell whose text has waited longest of those that have long enough, since when it may leave, and whether it is
    /// paced. Cells that had nothing more to say are forgotten.
    pub(super) fn first_due(&mut self, now: Instant) -> Option<(Bytes, Instant, bool)> {
        self.0.retain(|_, print| print.due > now || !print.text.is_empty());
        let due = self.0.iter().filter(|(_, print)| print.due <= now);
        let (parent, print) = due.min_by_key(|(_, print)| print.due)?;
        Some((parent.clone(), print.due, print.paced))
    }

    /// All that waits.
    pub(super) fn all(&mut self, now: Instant) -> Vec<Text> {
        self.0.drain().filter_map(|(parent, mut print)| print.take(&parent, now)).collect()
    }

    /// When the next text has waited long enough.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.0.values().filter(|print| !print.text.is_empty()).map(|print| print.due).min()
    }
}

impl Print {
    fn take(&mut self, parent: &Bytes, now: Instant) -> Option<Text> {
        self.length = 0;
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return None;
        }
        self.due = now + JOINED_FOR;
        Some(Text { parent: parent.clone(), name: self.name.clone(), text, paced: self.paced })
    }
}

/// Cuts a text into pieces of at most so many bytes as JSON.
fn pieces(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut length = 0;
        let end = rest.char_indices().find(|(_, character)| {
            length += char_length(*character);
            length > most
        });
        let (piece, left) = rest.split_at(end.map_or(rest.len(), |(index, _)| index));
        rest = left;
        Some(piece)
    })
}

/// How long a text is as JSON.
pub(super) fn json_length(text: &str) -> usize {
    text.chars().map(char_length).sum()
}

fn char_length(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: Bytes = Bytes::from_static(b"a");

    fn text(name: &str, text: &str) -> Text {
        Text { parent: PARENT, name: name.to_owned(), text: text.to_owned(), paced: true }
    }

    #[test]
    fn the_first_leaves_at_once_and_the_next_together() {
        let (mut prints, now) = (Prints::default(), Instant::now());
        assert!(prints.add(text("stdout", "1"), now).is_empty());
        assert_eq!(prints.first_due(now), Some((PARENT, now, true)));
        assert_eq!(prints.of(&PARENT, now), Some(text("stdout", "1")));
        assert!(prints.add(text("stdout", "2"), now).is_empty());
        assert!(prints.add(text("stdout", "3"), now).is_empty());
        assert_eq!(prints.first_due(now), None);
        let later = prints.next_due().unwrap();
        assert_eq!(prints.first_due(later), Some((PARENT, later, true)));
        assert_eq!(prints.of(&PARENT, later), Some(text("stdout", "23")));
        assert_eq!(prints.next_due(), None);
        assert!(prints.add(text("stdout", "4"), later).is_empty(), "it has just spoken");
        assert_eq!(prints.of(&PARENT, later), Some(text("stdout", "4")));
        assert_eq!(prints.first_due(later + JOINED_FOR), None);
        assert!(prints.0.is_empty(), "who says nothing more is forgotten");
    }

    #[test]
    fn another_stream_of_the_cell_takes_the_first_along() {
        let (mut prints, now) = (Prints::default(), Instant::now());
        prints.add(text("stdout", "1"), now);
        prints.add(text("stdout", "2"), now);
        assert_eq!(prints.add(text("stderr", "3"), now), [text("stdout", "12")]);
        assert_eq!(prints.all(now), [text("stderr", "3")]);
    }

    #[test]
    fn what_comes_after_a_text_that_has_left_stays_behind_it() {
        let (mut prints, begun) = (Prints::default(), Instant::now());
        prints.add(text("stdout", "1"), begun);
        let later = begun + Duration::from_secs(1);
        let leaving = prints.add(text("stdout", &"x".repeat(MESSAGE_BYTES)), later);
        assert_eq!(leaving, [text("stdout", "1")]);
        assert!(prints.next_due() > Some(later), "the rest is not due before that");
    }

    #[test]
    fn a_long_text_is_cut_where_a_character_begins() {
        let (mut prints, now) = (Prints::default(), Instant::now());
        let long: String = "né\u{1b}\n".repeat(MESSAGE_BYTES);
        let mut leaving = prints.add(text("stdout", &long), now);
        leaving.extend(prints.all(now));
        assert!(leaving.len() > 10);
        for text in &leaving {
            let json = serde_json::to_string(&text.text).unwrap();
            assert_eq!(json.len() - 2, json_length(&text.text));
            assert!(json.len() - 2 <= MESSAGE_BYTES);
        }
        let joined: String = leaving.iter().map(|text| text.text.as_str()).collect();
        assert_eq!(joined, long);
    }
}
