//! Completion and inspection, for tests.

use std::cell::RefCell;
use std::rc::Rc;

use flowno_scripting::Session;
use flowno_scripting::engine::event_loop::spawn;

use super::{Notebook, cell};

/// A text without its last `|`, and where that stood, in code points.
pub(crate) fn at_bar(code: &str) -> (String, usize) {
    let (before, after) = code.rsplit_once('|').unwrap();
    (format!("{before}{after}"), before.chars().count())
}

impl Notebook {
    /// What a front end asks.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// Asks for what could be typed at the end of a text, as a front end does between cells.
    pub(crate) fn complete_in_loop(&self, code: &'static str) -> usize {
        let session = self.session.clone();
        let ask = async move { session.complete(code, code.chars().count()).matches.len() };
        self.event_loop.run_until_complete(ask).unwrap()
    }

    /// Runs a cell and asks something while it waits.
    pub(crate) fn while_running<R: 'static>(
        &self,
        code: &str,
        ask: impl FnOnce(&Session) -> R + 'static,
    ) -> R {
        let answer = Rc::new(RefCell::new(None));
        let (session, kept) = (self.session.clone(), answer.clone());
        let cell = cell(code);
        let outcome = self.event_loop.run_until_complete(async move {
            let asked = session.clone();
            spawn(async move { *kept.borrow_mut() = Some(ask(&asked)) });
            session.execute(cell).await
        });
        assert!(outcome.unwrap().result.is_ok());
        answer.take().unwrap()
    }
}
