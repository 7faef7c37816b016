//! What cells show, as outputs of a notebook.
//!
//! This does what nbclient does with messages (`process_message`), and joins neighbouring texts of one stream, which
//! come in pieces that depend on time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::task::{Context, Poll};

use flowno_scripting::event::{Event, Outbox};
use serde_json::{Value, json};

use super::terminal::Terminal;
use crate::content::{Content, output};

/// The session's [`Outbox`].
pub(super) struct Recorder {
    terminal: Rc<Terminal>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// The outputs of each cell that has begun.
    cells: Vec<Vec<Value>>,
    /// Where each display_id was shown: a cell's place and an output's place in it.
    shown: HashMap<String, Vec<(usize, usize)>>,
}

impl Recorder {
    /// Says everything on `terminal` too.
    pub(super) fn new(terminal: Rc<Terminal>) -> Self {
        Self { terminal, state: RefCell::default() }
    }

    /// Begins the next cell. `number` counts from 1.
    pub(super) fn begin(&self, number: u32) {
        let mut state = self.state.borrow_mut();
        debug_assert_eq!(state.cells.len() + 1, number as usize);
        state.cells.push(Vec::new());
    }

    /// Takes an output of the cell that runs.
    pub(super) fn take(&self, content: Content) {
        self.terminal.show(&content);
        self.state.borrow_mut().take(content);
    }

    /// All outputs, cell by cell.
    pub(super) fn outputs(&self) -> Vec<Vec<Value>> {
        std::mem::take(&mut self.state.borrow_mut().cells)
    }

    fn running(&self) -> u64 {
        self.state.borrow().cells.len() as u64
    }
}

impl Outbox for Recorder {
    /// What an earlier cell causes is dropped, as by nbclient.
    fn send(&self, event: Event) {
        let number = self.running();
        if event.run.0 == number {
            self.take(output::of_event(event.kind, u32::try_from(number).unwrap_or(u32::MAX)));
        }
    }

    /// Writing to the terminal waits by itself.
    fn poll_ready(&self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl State {
    fn take(&mut self, Content { msg_type, mut body }: Content) {
        let id = body["transient"]["display_id"].as_str().map(str::to_owned);
        if let Some(id) = &id {
            self.update(id, &body);
        }
        if msg_type == "update_display_data" {
            return;
        }
        let running = self.cells.len().saturating_sub(1);
        let Some(outputs) = self.cells.last_mut() else { return };
        if msg_type == output::STREAM && join(outputs, &body) {
            return;
        }
        if let Some(id) = id {
            self.shown.entry(id).or_default().push((running, outputs.len()));
        }
        if let Some(fields) = body.as_object_mut() {
            fields.shift_remove("transient");
        }
        body["output_type"] = json!(msg_type);
        outputs.push(body);
    }

    /// Every output that was shown under `id` shows this now.
    fn update(&mut self, id: &str, body: &Value) {
        for (cell, place) in self.shown.get(id).into_iter().flatten() {
            let output = &mut self.cells[*cell][*place];
            output["data"] = body["data"].clone();
            output["metadata"] = body["metadata"].clone();
        }
    }
}

/// Appends a text to the last output, if that is of the same stream.
fn join(outputs: &mut [Value], body: &Value) -> bool {
    let Some(last) = outputs.last_mut() else { return false };
    if last["output_type"] != output::STREAM || last["name"] != body["name"] {
        return false;
    }
    let (Value::String(text), Some(more)) = (&mut last["text"], body["text"].as_str()) else { return false };
    text.push_str(more);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowno_scripting::event::{Display, EventKind, MimeBundle};

    fn outputs(cells: &[&[EventKind]]) -> Vec<Vec<Value>> {
        let mut state = State::default();
        for (cell, number) in cells.iter().zip(1..) {
            state.cells.push(Vec::new());
            cell.iter().for_each(|event| state.take(output::of_event(event.clone(), number)));
        }
        state.cells
    }

    fn display(id: Option<&str>, text: &str) -> Display {
        let data = MimeBundle::from_iter([("text/plain".to_owned(), json!(text))]);
        Display { display_id: id.map(str::to_owned), data }
    }

    #[test]
    fn texts_of_one_stream_are_joined_and_order_holds() {
        use EventKind::{Result, Stderr, Stdout};
        let cell = [
            Stdout("a\n".into()),
            Stdout("b\n".into()),
            Stderr("c\n".into()),
            Result(display(None, "1").data),
            Stdout("d\n".into()),
        ];
        let outputs = outputs(&[&cell]);
        let types: Vec<_> = outputs[0].iter().map(|output| output["output_type"].as_str().unwrap()).collect();
        assert_eq!(types, ["stream", "stream", "execute_result", "stream"]);
        assert_eq!(outputs[0][0]["text"], "a\nb\n");
        let result = json!({
            "output_type": "execute_result", "execution_count": 1, "data": {"text/plain": "1"}, "metadata": {},
        });
        assert_eq!(outputs[0][2], result);
    }

    #[test]
    fn an_update_reaches_every_output_of_its_identity() {
        use EventKind::{Display, Update};
        let outputs = outputs(&[
            &[Display(display(Some("x"), "1")), Display(display(Some("y"), "2"))],
            &[Display(display(Some("x"), "3")), Update(display(Some("x"), "4"))],
        ]);
        let texts = |cell: usize| -> Vec<_> {
            outputs[cell].iter().map(|output| output["data"]["text/plain"].clone()).collect()
        };
        assert_eq!((texts(0), texts(1)), (vec![json!("4"), json!("2")], vec![json!("4")]));
        assert!(outputs[0][0].get("transient").is_none());
    }
}
