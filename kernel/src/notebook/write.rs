//! Notebooks to files, as Python's nbformat writes them: keys sorted, one blank a level, floats as Python prints them.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use uuid::Uuid;

use super::lines::split_cell;
use super::{Notebook, NotebookError, write_text};

impl Notebook {
    /// Writes the notebook; whoever reads meanwhile sees the old file or the new one.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), NotebookError> {
        write_text(path, &self.to_json())
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        let mut root = self.root.clone();
        if let Some(cells) = root["cells"].as_array_mut() {
            cells.iter_mut().for_each(split_cell);
        }
        let mut bytes = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut bytes, PythonFormatter::new());
        sorted(root).serialize(&mut serializer).expect("memory can be written");
        bytes.push(b'\n');
        String::from_utf8(bytes).expect("JSON is UTF-8")
    }
}

/// Writes a file beside `path` and renames it; a link stays a link, and the file keeps its mode.
pub(super) fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let draft = target.with_extension(format!("{}.new", Uuid::new_v4().simple()));
    let written = fs::write(&draft, content)
        .and_then(|()| match fs::metadata(&target) {
            Ok(old) => fs::set_permissions(&draft, old.permissions()),
            Err(_) => Ok(()), // a new file has the mode of new files
        })
        .and_then(|()| fs::rename(&draft, &target));
    if written.is_err() {
        let _ = fs::remove_file(&draft); // the first error is the one that tells
    }
    written
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            fields.into_iter().map(|(key, value)| (key, sorted(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        value => value,
    }
}

/// JSON as `json.dumps(indent=1)` writes it.
struct PythonFormatter(PrettyFormatter<'static>);

impl PythonFormatter {
    fn new() -> Self {
        Self(PrettyFormatter::with_indent(b" "))
    }
}

impl Formatter for PythonFormatter {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(python_float(value).as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// The shortest digits that give the number back, as Rust finds them too, in Python's notation: an exponent of at least
/// two digits below 1e-4 and from 1e16 on.
fn python_float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => format!("{value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn floats_are_pythons() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (-1.25e100, "-1.25e+100"),
            (123_456_789.125, "123456789.125"),
        ] {
            assert_eq!(python_float(value), text);
        }
    }

    #[test]
    fn keys_are_sorted_at_every_level() {
        let mut notebook = Notebook::new();
        notebook.root["metadata"] = json!({ "b": [{ "d": [], "c": {} }], "a": "ü\u{1}" });
        let expected = "{\n \"cells\": [],\n \"metadata\": {\n  \"a\": \"ü\\u0001\",\n  \"b\": [\n   {\n    \"c\": {},\n    \
                        \"d\": []\n   }\n  ]\n },\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n";
        assert_eq!(notebook.to_json(), expected);
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("flowno-write-{}", Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let taken = folder.join("taken.ipynb");
        fs::create_dir(&taken).unwrap();
        assert!(replace_file(&taken, b"x").is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let file = folder.join("file");
        replace_file(&file, b"1").unwrap();
        replace_file(&file, b"2").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"2");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        fs::remove_dir_all(folder).unwrap();
    }
}
