//! The format of server-sent events, as the [HTML standard](https://html.spec.whatwg.org/multipage/server-sent-events.html)
//! tells to read it: lines that end with LF, CR or both; `field: value`; an empty line ends an event.

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Its type; `message` if it names none.
    pub(super) event: String,
    pub(super) data: String,
    /// The last id that was named, in this event or before.
    pub(super) id: String,
}

/// The largest event, and the longest line, that is taken: more is no event but an endless download.
pub(super) const EVENT_BYTES_MAX: usize = 4 << 20;

/// Takes bytes as they come, and gives events.
#[derive(Default)]
pub(super) struct EventParser {
    line: Vec<u8>,
    /// The last byte was a CR: an LF that follows belongs to it.
    after_cr: bool,
    begun: bool,
    event: String,
    data: String,
    id: String,
}

/// An event is too large.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

impl EventParser {
    /// Takes the next bytes, and gives the events that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLarge> {
        let mut events = Vec::new();
        for byte in bytes {
            let after_cr = std::mem::replace(&mut self.after_cr, *byte == b'\r');
            match byte {
                b'\n' if after_cr => {}
                b'\n' | b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    events.extend(self.end_line(&String::from_utf8_lossy(&line)));
                }
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.data.len() > EVENT_BYTES_MAX {
                return Err(TooLarge);
            }
        }
        Ok(events)
    }

    fn end_line(&mut self, line: &str) -> Option<Event> {
        let line = if self.begun { line } else { line.strip_prefix('\u{feff}').unwrap_or(line) };
        self.begun = true;
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            // Comments, `retry`, which is for those who connect again, and what nobody knows.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?; // the line feed after the last line; without one there was no data
        let event = if event.is_empty() { "message".to_owned() } else { event };
        Some(Event { event, data, id: self.id.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `type|data|id` of each event, however the bytes are cut.
    fn parse(text: &str) -> Vec<String> {
        let show = |events: Vec<Event>| {
            events.into_iter().map(|e| format!("{}|{}|{}", e.event, e.data, e.id)).collect::<Vec<_>>()
        };
        let whole = show(EventParser::default().push(text.as_bytes()).unwrap());
        let mut parser = EventParser::default();
        let single: Vec<String> = text.bytes().flat_map(|byte| show(parser.push(&[byte]).unwrap())).collect();
        assert_eq!(whole, single);
        whole
    }

    #[test]
    fn events_are_read_as_the_standard_says() {
        assert_eq!(parse("data: YHOO\ndata: +2\ndata: 10\n\n"), ["message|YHOO\n+2\n10|"]);
        assert_eq!(
            parse(": a comment\n\ndata: one\nid: 1\n\ndata:two\nid\n\ndata:  three\n\n"),
            ["message|one|1", "message|two|", "message| three|"]
        );
        assert_eq!(parse("data\n\ndata\ndata\n\ndata:"), ["message||", "message|\n|"]);
        assert_eq!(parse("data:test\n\ndata: test\n\n"), ["message|test|", "message|test|"]);
        assert_eq!(
            parse("event: add\ndata: 73\r\n\r\nevent: gone\r\rdata: x\r\r"),
            ["add|73|", "message|x|"]
        );
        assert_eq!(parse("\u{feff}data: é\nretry: 10\nid: a\0b\n\n"), ["message|é|"]);
    }

    #[test]
    fn an_endless_one_is_refused() {
        let mut parser = EventParser::default();
        assert_eq!(parser.push(&vec![b'x'; EVENT_BYTES_MAX + 1]), Err(TooLarge));
    }
}
