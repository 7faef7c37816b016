//! `--set name=value`: a cell that defines names before the others run.
//!
//! As with papermill, the cell stands behind the one tagged `parameters`, or first of all; it is tagged
//! `injected-parameters` and takes the place of one from an earlier run.

use std::str::FromStr;

use flowno_scripting::{Completeness, is_complete};
use serde_json::Value;
use thiserror::Error;

use crate::notebook::Notebook;

/// The tag of a cell with defaults.
const DEFAULTS: &str = "parameters";

/// The tag, and the id, of the cell that is put in.
const INJECTED: &str = "injected-parameters";

/// A name and what it is set to, as an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    name: String,
    expression: String,
}

/// Why a parameter cannot be set.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ParameterError {
    /// There is no `=`.
    #[error("expected name=value")]
    NoValue,
    /// A variable cannot be called so.
    #[error("{0:?} cannot name a variable")]
    Name(String),
    /// Whole numbers have 64 bits.
    #[error("{0} is too large for a whole number; write it with a decimal point")]
    Number(String),
}

impl FromStr for Parameter {
    type Err = ParameterError;

    /// `name=value`, where the value is JSON (`3`, `true`, `null`, `[1, 2]`, `{"a": 1}`), `()`, or else a text as it
    /// stands.
    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let (name, value) = text.split_once('=').ok_or(ParameterError::NoValue)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let assigns = || is_complete(&format!("let {name} = 0;")) == Completeness::Complete;
        if !begins || !name.chars().all(is_word) || !assigns() {
            return Err(ParameterError::Name(name.to_owned()));
        }
        // As JSON it would become a float.
        let digits = value.strip_prefix('-').unwrap_or(value);
        if digits.len() > 1 && digits.chars().all(|c| c.is_ascii_digit()) && value.parse::<i64>().is_err() {
            return Err(ParameterError::Number(value.to_owned()));
        }
        let value = match value {
            "()" => Value::Null,
            value => serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)),
        };
        Ok(Self { name: name.to_owned(), expression: expression(&value)? })
    }
}

/// Puts the parameters in, if there are any.
pub(super) fn inject(notebook: &mut Notebook, parameters: &[Parameter]) {
    if parameters.is_empty() {
        return;
    }
    let index = match (notebook.find_tagged(INJECTED), notebook.find_tagged(DEFAULTS)) {
        (Some(old), _) => {
            notebook.remove(old);
            old
        }
        (None, Some(defaults)) => defaults + 1,
        (None, None) => 0,
    };
    let lines: String = parameters
        .iter()
        .map(|Parameter { name, expression }| format!("let {name} = {expression};\n"))
        .collect();
    notebook.insert_code(index, INJECTED, &[INJECTED], &format!("// Parameters\n{lines}"));
}

/// A value as Rhai writes it.
fn expression(value: &Value) -> Result<String, ParameterError> {
    Ok(match value {
        Value::Null => "()".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            // Rhai reads the smallest number as the negation of one that is too large.
            (Some(i64::MIN), _) => format!("({} - 1)", i64::MIN + 1),
            (Some(whole), _) => whole.to_string(),
            (None, Some(float)) if number.is_f64() => format!("{float:?}"),
            _ => return Err(ParameterError::Number(number.to_string())),
        },
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(expression).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Object(fields) => {
            let field = |(key, value): (&String, _)| Ok(format!("{}: {}", quoted(key), expression(value)?));
            let fields: Result<Vec<_>, _> = fields.iter().map(field).collect();
            format!("#{{{}}}", fields?.join(", "))
        }
    })
}

fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        let Parameter { name, expression } = text.parse().unwrap();
        format!("let {name} = {expression};")
    }

    #[test]
    fn values_are_json_or_text() {
        for (given, expected) in [
            ("x=3", "let x = 3;"),
            ("x=-3", "let x = -3;"),
            ("x=-9223372036854775808", "let x = (-9223372036854775807 - 1);"),
            ("x=2.0", "let x = 2.0;"),
            ("x=1e-7", "let x = 1e-7;"),
            ("x=true", "let x = true;"),
            ("x=null", "let x = ();"),
            ("x=()", "let x = ();"),
            ("x=", r#"let x = "";"#),
            ("x=a=b", r#"let x = "a=b";"#),
            ("x=\"3\"", r#"let x = "3";"#),
            ("x=say \"hi\" \\ \n\u{7}", r#"let x = "say \"hi\" \\ \n\u0007";"#),
            (r#"x=[1, {"a b": [null]}]"#, r#"let x = [1, #{"a b": [()]}];"#),
        ] {
            assert_eq!(line(given), expected);
        }
    }

    #[test]
    fn what_cannot_be_set() {
        let error = |text: &str| text.parse::<Parameter>().unwrap_err();
        assert_eq!(error("x"), ParameterError::NoValue);
        for name in ["", "1x", "a b", "let", "flow", "x;y", "é"] {
            assert_eq!(error(&format!("{name}=1")), ParameterError::Name(name.to_owned()));
        }
        assert_eq!(
            error("x=18446744073709551615"),
            ParameterError::Number("18446744073709551615".to_owned())
        );
    }
}
