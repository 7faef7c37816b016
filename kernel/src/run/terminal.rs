//! What a run says: outputs to standard output, errors and progress to standard error.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal as _, Write};
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;

use super::Verdict;
use crate::content::{Content, output};

/// What can be shown as text, the best first.
const READABLE: [&str; 4] = ["text/plain", "text/markdown", "text/latex", "text/html"];

/// Goes to the beginning of the line and clears it.
const CLEAR_LINE: &str = "\r\u{1b}[K";

/// The two streams. Whoever has closed one gets nothing more, and the run goes on.
pub(super) struct Terminal {
    out: RefCell<Option<io::Stdout>>,
    err: RefCell<Option<io::Stderr>>,
    /// Whether colours are wanted on standard error.
    colours: bool,
    /// Whether a line of progress stands there that the next text must clear.
    transient: Cell<bool>,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            out: RefCell::new(Some(io::stdout())),
            err: RefCell::new(Some(io::stderr())),
            colours: io::stderr().is_terminal() && !no_color,
            transient: Cell::new(false),
        }
    }

    /// Shows an output. Updates are not shown: a terminal cannot go back.
    pub(super) fn show(&self, content: &Content) {
        let body = &content.body;
        match content.msg_type {
            output::STREAM => {
                let text = body["text"].as_str().unwrap_or_default();
                if body["name"] == "stderr" { self.say_err(text) } else { self.say_out(text) }
            }
            "display_data" | "execute_result" => self.say_out(&readable(&body["data"])),
            "error" => self.say_err(&traceback(body, self.colours)),
            _ => {}
        }
    }

    fn say_out(&self, text: &str) {
        self.clear();
        say(&mut self.out.borrow_mut(), text);
    }

    fn say_err(&self, text: &str) {
        self.clear();
        say(&mut self.err.borrow_mut(), text);
    }

    fn say_transient(&self, text: &str) {
        self.say_err(text);
        self.transient.set(true);
    }

    fn clear(&self) {
        if self.transient.replace(false) {
            say(&mut self.err.borrow_mut(), CLEAR_LINE);
        }
    }
}

fn say<W: Write>(stream: &mut Option<W>, text: &str) {
    let written = match stream {
        Some(stream) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
        None => return,
    };
    if written.is_err() {
        *stream = None;
    }
}

/// The text of a display, with a newline.
fn readable(data: &Value) -> String {
    let text = READABLE.iter().find_map(|mime| data[mime].as_str());
    let types = || {
        let types = data.as_object().into_iter().flat_map(|types| types.keys());
        format!("<{}>", types.map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    let mut text = text.map_or_else(types, str::to_owned);
    text.push('\n');
    text
}

fn traceback(error: &Value, colours: bool) -> String {
    let lines = error["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str);
    lines.map(|line| if colours { format!("{line}\n") } else { format!("{}\n", uncoloured(line)) }).collect()
}

/// The text without the colours that reports have: `ESC [ ... m`.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// Which cell runs: a line that comes and goes in a terminal, a line a cell elsewhere.
pub(super) struct Progress {
    terminal: Rc<Terminal>,
    cells: usize,
    quiet: bool,
    passing: bool,
}

impl Progress {
    pub(super) fn new(terminal: Rc<Terminal>, cells: usize, quiet: bool) -> Self {
        Self { terminal, cells, quiet, passing: io::stderr().is_terminal() }
    }

    /// A cell begins.
    pub(super) fn begin(&self, number: u32, label: &str) {
        if self.quiet {
            return;
        }
        let line = format!("[{number}/{}] {label}", self.cells);
        match self.passing {
            true => self.terminal.say_transient(&line),
            false => self.terminal.say_err(&format!("{line}\n")),
        }
    }

    /// All is done that will be.
    pub(super) fn end(&self, ran: u32, verdict: Verdict, took: Duration) {
        if self.quiet {
            return self.terminal.clear();
        }
        let how = match verdict {
            Verdict::Passed => "",
            Verdict::Failed => ", with an error",
            Verdict::Interrupted => ", then interrupted",
        };
        let line = format!("{ran} of {} cells in {:.1} s{how}\n", self.cells, took.as_secs_f64());
        self.terminal.say_err(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_best_text_is_shown_or_what_there_is() {
        assert_eq!(readable(&json!({ "text/html": "<b>", "text/plain": "b" })), "b\n");
        assert_eq!(
            readable(&json!({ "image/png": "QUJD", "image/svg+xml": "<svg>" })),
            "<image/png, image/svg+xml>\n"
        );
    }

    #[test]
    fn colours_go_where_nobody_sees_them() {
        let error = json!({ "traceback": ["\u{1b}[31mE\u{1b}[0m: m", "  1 | x"] });
        assert_eq!(traceback(&error, false), "E: m\n  1 | x\n");
        assert_eq!(traceback(&error, true), "\u{1b}[31mE\u{1b}[0m: m\n  1 | x\n");
    }
}
