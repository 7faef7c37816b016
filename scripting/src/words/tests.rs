//! The table against the engine: neither has what the other has not.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rhai::{Array, Blob, FLOAT, FnAccess, INT, ImmutableString, Map};

use super::{Kind, Word, named, words};
use crate::language::{self, FlowHandle, Reference};

/// Functions that Rhai's parser or evaluator knows by itself.
const BUILT_IN: [&str; 7] = ["type_of", "is_def_var", "is_def_fn", "is_shared", "Fn", "call", "curry"];

/// What Rhai has of its `metadata` feature, which is off.
const EMPTY: [&str; 1] = ["get_fn_metadata_list"];

/// The names that are registered with the engine: functions, and properties without `get$` and `set$`. Operators and
/// indexers are no words.
fn registered() -> BTreeSet<String> {
    let engine = language::engine_of_no_session();
    let names = engine.collect_fn_metadata(
        None,
        |function| {
            let metadata = function.metadata;
            let name = metadata.name.as_str();
            let name = name.strip_prefix("get$").or_else(|| name.strip_prefix("set$")).unwrap_or(name);
            (metadata.access == FnAccess::Public).then(|| match function.namespace.is_empty() {
                true => name.to_owned(),
                false => format!("{}::{name}", function.namespace),
            })
        },
        true,
    );
    let is_word =
        |name: &String| name.starts_with(|c: char| c.is_alphabetic() || c == '_') && !name.contains('$');
    names.into_iter().filter(is_word).filter(|name| !EMPTY.contains(&name.as_str())).collect()
}

fn callable(word: &Word) -> bool {
    matches!(word.kind, Kind::Function | Kind::Method | Kind::Property)
}

#[test]
fn whatever_is_registered_has_a_row() {
    let rows: BTreeSet<&str> = words().filter(|word| callable(word)).map(|word| word.name).collect();
    let missing: Vec<String> =
        registered().into_iter().filter(|name| !rows.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "add rows to the table of words for {missing:?}");
}

#[test]
fn whatever_has_a_row_is_there() {
    let registered = registered();
    let gone: Vec<&str> = words()
        .filter(|word| callable(word))
        .map(|word| word.name)
        .filter(|name| !registered.contains(*name) && !BUILT_IN.contains(name))
        .collect();
    assert!(gone.is_empty(), "the table of words tells of what is not: {gone:?}");
}

#[test]
fn methods_are_on_the_types_that_have_them() {
    let types = [
        (TypeId::of::<Array>(), "array"),
        (TypeId::of::<Map>(), "map"),
        (TypeId::of::<Blob>(), "blob"),
        (TypeId::of::<ImmutableString>(), "string"),
        (TypeId::of::<INT>(), "int"),
        (TypeId::of::<FLOAT>(), "float"),
        (TypeId::of::<Reference>(), "node"),
        (TypeId::of::<FlowHandle>(), "flow"),
    ];
    let engine = language::engine_of_no_session();
    let taken = engine.collect_fn_metadata(
        None,
        |function| {
            if !function.namespace.is_empty() {
                return None; // `http::put(url)` is no method of strings
            }
            let first = function.metadata.param_types.first()?;
            let (_, on) = types.iter().find(|(id, _)| id == first)?;
            let name = function.metadata.name.as_str();
            let name = name.strip_prefix("get$").or_else(|| name.strip_prefix("set$")).unwrap_or(name);
            Some((name.to_owned(), *on))
        },
        true,
    );
    let is_taken = |name: &str, on: &str| taken.iter().any(|(taken, by)| taken == name && by == &on);
    for word in words().filter(|word| word.kind == Kind::Method || word.kind == Kind::Property) {
        for (_, on) in types.iter().filter(|(_, on)| word.is_on(on)) {
            assert!(is_taken(word.name, on), "{} does not take {on}", word.name);
        }
    }
    for (name, on) in &taken {
        let rows: Vec<&Word> = named(name).filter(|word| callable(word) && !word.is_free()).collect();
        let known = rows.iter().any(|word| word.is_on(on) || word.is_on("any"));
        assert!(rows.is_empty() || known, "the rows of {name} do not say that it takes {on}");
    }
}

#[test]
fn rows_are_whole_and_no_two_are_the_same() {
    let mut seen = BTreeMap::new();
    for word in words() {
        assert!(!word.signature.is_empty() && !word.doc.is_empty(), "{}", word.name);
        assert!(word.doc.ends_with('.') || word.doc.ends_with(':'), "{}: {}", word.name, word.doc);
        assert!(word.is_free() || !word.on.is_empty(), "{} is on nothing", word.name);
        let key = (word.name, word.on, word.kind.name());
        assert!(seen.insert(key, ()).is_none(), "{} stands there twice", word.name);
    }
}

#[test]
fn every_error_that_is_raised_has_a_row() {
    let rows: BTreeSet<&str> =
        words().filter(|word| word.kind == Kind::Error).map(|word| word.name).collect();
    let mut raised = BTreeSet::new();
    names_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut raised);
    assert!(raised.len() > 8, "the search finds them: {raised:?}");
    let missing: Vec<&String> = raised.iter().filter(|name| !rows.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "add rows to the table of words for the errors {missing:?}");
}

/// The first words of calls that make errors, in all sources below a folder.
fn names_in(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names_in(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            for call in ["error_map(\"", "Report::new(\""] {
                let found = source.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                let is_name = |name: &&str| name.chars().all(char::is_alphanumeric);
                names.extend(found.filter(is_name).map(str::to_owned));
            }
        }
    }
}
