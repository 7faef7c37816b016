//! Maps of options: what `socket` and the `http::` calls take.

use std::path::PathBuf;
use std::time::Duration;

use rhai::{Blob, Dynamic, EvalAltResult, Map, Position};

use crate::concurrency::seconds;
use crate::display::called;
use crate::engine::net::tls::{TlsContext, TlsError};
use crate::gate::{Access, Gate};
use crate::report::error_map;
use crate::suggest::did_you_mean;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The options of one call.
pub(crate) struct Options<'a> {
    /// The function, for messages.
    of: &'a str,
    map: &'a Map,
    position: Position,
}

impl<'a> Options<'a> {
    /// Checks that all options are `known`.
    ///
    /// # Errors
    ///
    /// `ValueError` that says which there are, and which one was meant.
    pub(crate) fn new(of: &'a str, map: &'a Map, known: &[&str], position: Position) -> Result<Self> {
        let Some(unknown) = map.keys().find(|key| !known.contains(&key.as_str())) else {
            return Ok(Self { of, map, position });
        };
        let meant = did_you_mean(unknown, known.iter().copied());
        let message = format!("{of} has no option `{unknown}`; it has {}{meant}", known.join(", "));
        Err(error_map("ValueError", &message, position))
    }

    fn wrong(&self, key: &str, expected: &str) -> Box<EvalAltResult> {
        let found = called(self.map.get(key).map_or("()", Dynamic::type_name));
        let message = format!("the option `{key}` of {} is {expected}, not a value of type {found}", self.of);
        error_map("ValueError", &message, self.position)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Dynamic> {
        self.map.get(key).filter(|value| !value.is_unit())
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<String>> {
        let text = |value: &Dynamic| value.clone().into_string().map_err(|_| self.wrong(key, "a string"));
        self.get(key).map(text).transpose()
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>> {
        let flag = |value: &Dynamic| value.as_bool().map_err(|_| self.wrong(key, "true or false"));
        self.get(key).map(flag).transpose()
    }

    pub(crate) fn map(&self, key: &str) -> Result<Option<Map>> {
        let map = |value: &Dynamic| value.clone().try_cast::<Map>().ok_or_else(|| self.wrong(key, "a map"));
        self.get(key).map(map).transpose()
    }

    /// A string or a blob, as bytes.
    pub(crate) fn bytes(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let bytes = |value: &Dynamic| bytes_of(value).ok_or_else(|| self.wrong(key, "a string or a blob"));
        self.get(key).map(bytes).transpose()
    }

    pub(crate) fn timeout(&self) -> Result<Duration> {
        let timeout = |value| seconds("the option `timeout`", value, self.position);
        self.get("timeout").map_or(Ok(super::TIMEOUT), timeout)
    }

    /// One of a few words.
    ///
    /// # Errors
    ///
    /// `ValueError` that lists them.
    pub(crate) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match choices.iter().find(|(word, _)| *word == text) {
            Some((_, choice)) => Ok(Some(*choice)),
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let message =
                    format!("the option `{key}` of {} is one of {}, not {text}", self.of, words.join(", "));
                Err(error_map("ValueError", &message, self.position))
            }
        }
    }

    /// A file that is going to be read.
    ///
    /// # Errors
    ///
    /// `PermissionError` if the gate is closed.
    pub(crate) fn file(&self, key: &str, gate: Gate) -> Result<Option<PathBuf>> {
        let Some(path) = self.text(key)? else { return Ok(None) };
        gate.pass(Access::Read, &format!("read {path}"), self.position)?;
        Ok(Some(PathBuf::from(path)))
    }
}

/// What a client trusts: one CA if a file names it, else what the system trusts.
pub(crate) fn client_context(ca_file: Option<PathBuf>) -> std::result::Result<TlsContext, TlsError> {
    match ca_file {
        Some(path) => TlsContext::client().ca_file(path).build(),
        None => TlsContext::system(),
    }
}

/// The bytes of a string or a blob.
pub(crate) fn bytes_of(value: &Dynamic) -> Option<Vec<u8>> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return Some(text.as_bytes().to_vec());
    }
    value.read_lock::<Blob>().map(|blob| blob.clone())
}
