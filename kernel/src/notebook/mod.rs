//! Notebooks as files: `.ipynb`, and scripts (`.rhai`) that are read as notebooks.
//!
//! The nbformat crate says whether a file is a notebook and makes old formats new. What is kept is the JSON itself, so
//! that nothing is lost which that crate does not know; what is written is what Python's nbformat would write, byte by
//! byte, so that a notebook changes only where it changed.
//!
//! <https://nbformat.readthedocs.io/en/latest/format_description.html>

mod lines;
mod read;
mod script;
mod write;

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use thiserror::Error;

use crate::content::kernel_info;

/// What kept a file from being read or written as a notebook.
#[derive(Debug, Error)]
pub enum NotebookError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The name says neither notebook nor script.
    #[error("{} is neither a notebook (.ipynb) nor a script (.rhai)", .0.display())]
    Extension(PathBuf),
    /// What is in the file is no notebook.
    #[error("{} is not a notebook: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The notebook is another kernel's.
    #[error("{} is a notebook in {language}; flowno runs rhai", path.display())]
    Language {
        /// The file.
        path: PathBuf,
        /// The language that its metadata names.
        language: String,
    },
}

/// A notebook of format 4, whatever minor version.
///
/// # Invariant
///
/// `root` is an object, and its `cells` are an array of objects with `cell_type` and `metadata`.
#[derive(Debug, Clone, PartialEq)]
pub struct Notebook {
    root: Value,
}

/// Writes a text file as notebooks are written: whole or not at all.
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), NotebookError> {
    write::replace_file(path, text.as_bytes())
        .map_err(|source| NotebookError::Write { path: path.to_owned(), source })
}

/// A code cell that is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its place among all cells.
    pub index: usize,
    /// Its text.
    pub source: String,
    /// What to call it: its id, or its place if it has none.
    pub label: String,
    /// Whether it bears the tag `raises-exception`: its failure is meant.
    pub may_fail: bool,
}

/// Marks cells whose failure is meant, as nbclient and nbval know it.
const MAY_FAIL: &str = "raises-exception";

/// Marks cells that are not run, as nbclient knows it.
const SKIP: &str = "skip-execution";

impl Notebook {
    /// A notebook of this kernel without cells.
    fn new() -> Self {
        let kernelspec = json!({ "display_name": "Flowno", "language": "rhai", "name": "flowno" });
        Self {
            root: json!({
                "cells": [],
                "metadata": { "kernelspec": kernelspec, "language_info": kernel_info::language() },
                "nbformat": 4,
                "nbformat_minor": 5,
            }),
        }
    }

    /// The cells that run, in order: code that is not empty and not tagged `skip-execution`.
    pub fn code(&self) -> Vec<Code> {
        let cells = self.cells().iter().enumerate();
        let code = cells.filter(|(_, cell)| cell["cell_type"] == "code" && !has_tag(cell, SKIP));
        let code = code.map(|(index, cell)| Code {
            index,
            source: text(&cell["source"]),
            label: cell["id"].as_str().map_or_else(|| format!("cell {}", index + 1), str::to_owned),
            may_fail: has_tag(cell, MAY_FAIL),
        });
        code.filter(|code| !code.source.trim().is_empty()).collect()
    }

    /// Gives a code cell its number and what it showed.
    pub(crate) fn set_result(&mut self, index: usize, number: u32, outputs: Vec<Value>) {
        let cell = &mut self.cells_mut()[index];
        cell["execution_count"] = json!(number);
        cell["outputs"] = Value::Array(outputs);
    }

    /// Notes in the metadata what language ran, as nbclient does.
    pub(crate) fn set_language(&mut self) {
        self.root["metadata"]["language_info"] = kernel_info::language();
    }

    /// Puts a cell before the one at `index`, or at the end.
    pub(crate) fn insert_code(&mut self, index: usize, id: &str, tags: &[&str], source: &str) {
        let mut cell = code_cell(source, tags);
        let has_ids = self.root["nbformat_minor"].as_u64().is_some_and(|minor| minor >= 5);
        if has_ids {
            cell["id"] = json!(self.free_id(id));
        }
        self.cells_mut().insert(index, cell);
    }

    /// The place of the first cell with a tag.
    pub(crate) fn find_tagged(&self, tag: &str) -> Option<usize> {
        self.cells().iter().position(|cell| has_tag(cell, tag))
    }

    /// Takes a cell out.
    pub(crate) fn remove(&mut self, index: usize) {
        self.cells_mut().remove(index);
    }

    fn cells(&self) -> &[Value] {
        self.root["cells"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    fn cells_mut(&mut self) -> &mut Vec<Value> {
        self.root["cells"].as_array_mut().expect("the invariant")
    }

    /// `id`, or with a number if a cell has it already.
    fn free_id(&self, id: &str) -> String {
        let is_free = |id: &String| !self.cells().iter().any(|cell| cell["id"] == id.as_str());
        let numbered = (2_u32..).map(|number| format!("{id}-{number}"));
        std::iter::once(id.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }
}

fn code_cell(source: &str, tags: &[&str]) -> Value {
    let metadata = if tags.is_empty() { json!({}) } else { json!({ "tags": tags }) };
    json!({
        "cell_type": "code",
        "execution_count": null,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    })
}

fn has_tag(cell: &Value, tag: &str) -> bool {
    cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|known| known == tag))
}

/// Text that the format allows as a string or as an array of lines.
fn text(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs() {
        let mut notebook = Notebook::new();
        for (id, tags, source) in
            [("a", &[][..], "1"), ("b", &[SKIP], "2"), ("c", &[MAY_FAIL], "3"), ("d", &[], " \n")]
        {
            let end = notebook.cells().len();
            notebook.insert_code(end, id, tags, source);
        }
        notebook.cells_mut().insert(0, json!({ "cell_type": "markdown", "metadata": {}, "source": "text" }));
        let code = notebook.code();
        let seen: Vec<_> = code.iter().map(|code| (code.index, code.label.as_str(), code.may_fail)).collect();
        assert_eq!(seen, [(1, "a", false), (3, "c", true)]);
    }

    #[test]
    fn ids_stay_unique() {
        let mut notebook = Notebook::new();
        for _ in 0..3 {
            notebook.insert_code(0, "x", &[], "1");
        }
        let ids: Vec<_> = notebook.cells().iter().map(|cell| cell["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["x-3", "x-2", "x"]);
    }
}
