//! What Rhai brings, by what it works on.

pub(super) mod arrays;
pub(super) mod blobs;
pub(super) mod maps;
pub(super) mod numbers;
pub(super) mod strings;
pub(super) mod values;

/// Numbers.
const NUMBER: &[&str] = &["int", "float"];
const INT: &[&str] = &["int"];
const FLOAT: &[&str] = &["float"];
/// Arrays.
const ARRAY: &[&str] = &["array"];
/// Strings and characters.
const STRING: &[&str] = &["string"];
const TEXT: &[&str] = &["string", "char"];
/// Maps.
const MAP: &[&str] = &["map"];
/// Blobs.
const BLOB: &[&str] = &["blob"];
