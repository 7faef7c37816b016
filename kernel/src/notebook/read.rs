//! Files to notebooks.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use nbformat::{Quirk, parse_notebook, upgrade_v3_notebook};
use serde_json::{Value, json};

use super::{Notebook, NotebookError};

/// Python's nbformat drops these when it reads: they are a file's, not the notebook's.
const TRANSIENT: [&str; 3] = ["orig_nbformat", "orig_nbformat_minor", "signature"];

impl Notebook {
    /// Reads a notebook (`.ipynb`), or a script (`.rhai`) as the notebook that its cells make.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is neither, or is another language's.
    pub fn read(path: &Path) -> Result<Self, NotebookError> {
        let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        let is_script = match extension.as_deref() {
            Some("rhai") => true,
            Some("ipynb") => false,
            _ => return Err(NotebookError::Extension(path.to_owned())),
        };
        let text = fs::read_to_string(path)
            .map_err(|source| NotebookError::Read { path: path.to_owned(), source })?;
        if is_script {
            return Ok(Self::from_script(&text));
        }
        let notebook =
            Self::parse(&text).map_err(|reason| NotebookError::Format { path: path.to_owned(), reason })?;
        match notebook.foreign_language() {
            Some(language) => Err(NotebookError::Language { path: path.to_owned(), language }),
            None => Ok(notebook),
        }
    }

    /// Reads the text of an `.ipynb` file.
    fn parse(text: &str) -> Result<Self, String> {
        // As other tools write it, too.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let keep = |root: Value| Ok(Self { root }.without_transient());
        let parsed = || serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
        match parse_notebook(text).map_err(|error| error.to_string())? {
            nbformat::Notebook::V4(_) | nbformat::Notebook::Legacy(_) => keep(parsed()?),
            nbformat::Notebook::V4QuirksMode(quirky) => {
                let mut root = parsed()?;
                for quirk in quirky.quirks() {
                    if let Quirk::MissingCellId { cell_index } = quirk {
                        let id = quirky.notebook().cells[*cell_index].id();
                        root["cells"][*cell_index]["id"] = json!(id.as_str());
                    }
                }
                keep(root)
            }
            nbformat::Notebook::V3(old) => {
                let new = upgrade_v3_notebook(old).map_err(|error| error.to_string())?;
                keep(serde_json::to_value(new).map_err(|error| error.to_string())?)
            }
            _ => Err("its format is not known".to_owned()),
        }
    }

    fn without_transient(mut self) -> Self {
        if let Some(metadata) = self.root["metadata"].as_object_mut() {
            metadata.retain(|key, _| !TRANSIENT.contains(&key.as_str()));
        }
        for cell in self.cells_mut() {
            if let Some(metadata) = cell["metadata"].as_object_mut() {
                metadata.shift_remove("trusted");
            }
        }
        self
    }

    /// The language, if it is named and not ours.
    fn foreign_language(&self) -> Option<String> {
        let metadata = &self.root["metadata"];
        let named = [&metadata["kernelspec"]["language"], &metadata["language_info"]["name"]];
        let language = named.into_iter().find_map(Value::as_str)?;
        (!language.is_empty() && language != "rhai").then(|| language.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = r#"{"cell_type":"code","execution_count":null,"id":"a","metadata":{"trusted":true,"x":1},
        "outputs":[],"source":["1\n","2"]}"#;

    fn notebook(minor: u32, cell: &str) -> String {
        format!(
            r#"{{"cells":[{cell}],"metadata":{{"signature":"s","own":{{"b":1}}}},"nbformat":4,"nbformat_minor":{minor}}}"#
        )
    }

    #[test]
    fn nothing_but_what_is_transient_is_lost() {
        let read = Notebook::parse(&notebook(5, CODE)).unwrap();
        assert_eq!(read.root["metadata"], json!({ "own": { "b": 1 } }));
        assert_eq!(read.cells()[0]["metadata"], json!({ "x": 1 }));
        assert_eq!(read.code()[0].source, "1\n2");
    }

    #[test]
    fn ids_are_given_where_the_format_wants_them() {
        let cell = CODE.replace(r#""id":"a","#, "");
        assert!(Notebook::parse(&notebook(5, &cell)).unwrap().cells()[0]["id"].is_string());
        assert!(Notebook::parse(&notebook(4, &cell)).unwrap().cells()[0].get("id").is_none());
    }

    #[test]
    fn old_formats_are_made_new() {
        let old = r#"{"metadata":{"name":"n"},"nbformat":3,"nbformat_minor":0,"worksheets":[{"metadata":{},"cells":[
            {"cell_type":"code","collapsed":false,"input":["let x = 1;"],"language":"rhai","metadata":{},"outputs":[]}]}]}"#;
        let read = Notebook::parse(old).unwrap();
        assert_eq!(read.root["nbformat"], 4);
        assert_eq!(read.code()[0].source, "let x = 1;");
    }

    #[test]
    fn what_is_none() {
        for text in ["", "[]", "{}", r#"{"nbformat": 5, "nbformat_minor": 0}"#, &notebook(5, "{}")] {
            assert!(Notebook::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn another_language_is_named() {
        let mut read = Notebook::new();
        assert_eq!(read.foreign_language(), None);
        read.root["metadata"]["kernelspec"]["language"] = json!("python");
        assert_eq!(read.foreign_language().as_deref(), Some("python"));
    }
}
