//! The texts of cells, for carets.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::rc::Rc;

use rhai::{AST, Position};

use crate::body::ANONYMOUS;
use crate::source::is_name_char;

/// How many cells' texts are kept for errors that lead back to them. A function or node type keeps its own
/// cell's text alive by itself.
const TEXTS_KEPT: usize = 1_000;

/// A cell's source, or a module's, and what it is called.
#[derive(Debug, Clone)]
pub(crate) struct CellText(Rc<(String, String)>);

impl CellText {
    pub(crate) fn new(number: u32, code: &str) -> Self {
        Self(Rc::new((format!("In [{number}]"), code.to_owned())))
    }

    /// The text of a file.
    pub(crate) fn of_file(path: &str, code: &str) -> Self {
        Self(Rc::new((path.to_owned(), code.to_owned())))
    }

    /// `In [3]`, or a file's path: how errors name the cell, and what Rhai has as the source of its functions.
    pub(crate) fn label(&self) -> String {
        self.0.0.clone()
    }

    /// The text of a range of characters.
    pub(crate) fn characters(&self, range: Range<usize>) -> Option<String> {
        let text: String = self.0.1.chars().skip(range.start).take(range.len()).collect();
        (!text.is_empty()).then_some(text)
    }

    /// Whether this is the same run of the same cell.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Where `flow.a` begins, of which Rhai names the dot; any other place stays.
    pub(crate) fn operand_start(&self, position: Position) -> Position {
        let (Some(line), Some(column)) = (position.line(), position.position()) else { return position };
        let Some(text) = self.line(line) else { return position };
        if text.chars().nth(column - 1) != Some('.') {
            return position;
        }
        let before: Vec<char> = text.chars().take(column - 1).collect();
        let name = before.iter().rev().take_while(|c| is_name_char(**c)).count();
        let start = u16::try_from(column - name).ok();
        match (u16::try_from(line).ok(), start) {
            (Some(line), Some(start)) if name > 0 => Position::new(line, start),
            _ => position,
        }
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
    /// The cell of each closure, by Rhai's name for it. A closure called in another cell names that one, or none.
    closures: RefCell<HashMap<String, CellText>>,
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
            self.closures.borrow_mut().retain(|_, cell| cell.label() != oldest);
        }
    }

    /// Notes the closures of a cell.
    pub(crate) fn add_closures(&self, cell: &CellText, ast: &AST) {
        let names = ast.iter_functions().map(|function| function.name);
        let closures = names.filter(|name| name.starts_with(ANONYMOUS));
        self.closures.borrow_mut().extend(closures.map(|name| (name.to_owned(), cell.clone())));
    }

    /// The cell that defines a function, which is in the cell of this label unless it is a closure.
    pub(crate) fn of_function(&self, function: &str, label: &str) -> Option<CellText> {
        self.closures.borrow().get(function).cloned().or_else(|| self.get(label))
    }

    /// The cell of this label.
    pub(crate) fn get(&self, label: &str) -> Option<CellText> {
        self.texts.borrow().get(label).cloned()
    }
}
