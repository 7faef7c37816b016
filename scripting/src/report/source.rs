//! The texts of cells, for carets.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// How many cells' texts are kept for errors that lead back to them. A function or node type keeps its own
/// cell's text alive by itself.
const TEXTS_KEPT: usize = 1_000;

/// A cell's source and its number.
#[derive(Debug, Clone)]
pub(crate) struct CellText(Rc<(u32, String)>);

impl CellText {
    pub(crate) fn new(number: u32, code: &str) -> Self {
        Self(Rc::new((number, code.to_owned())))
    }

    /// `In [3]`: how errors name the cell, and what Rhai has as the source of its functions.
    pub(crate) fn label(&self) -> String {
        format!("In [{}]", self.0.0)
    }

    /// The line with this number, from 1.
    pub(crate) fn line(&self, number: usize) -> Option<&str> {
        self.0.1.split('\n').nth(number.checked_sub(1)?)
    }
}

/// Cells by label.
#[derive(Default)]
pub(crate) struct Sources {
    texts: RefCell<HashMap<String, CellText>>,
    order: RefCell<VecDeque<String>>,
}

impl Sources {
    pub(crate) fn add(&self, cell: &CellText) {
        let mut order = self.order.borrow_mut();
        let mut texts = self.texts.borrow_mut();
        if texts.insert(cell.label(), cell.clone()).is_none() {
            order.push_back(cell.label());
        }
        if order.len() > TEXTS_KEPT
            && let Some(oldest) = order.pop_front()
        {
            texts.remove(&oldest);
        }
    }

    pub(crate) fn get(&self, label: &str) -> Option<CellText> {
        self.texts.borrow().get(label).cloned()
    }
}
