//! Every function of Rhai's has a verdict: a new version cannot bring one that nobody has looked at.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use rhai::{Array, Blob, Dynamic, Engine, FLOAT, FnPtr, INT, ImmutableString, Map};

use crate::language;

/// Verdicts, each a line `[verdict]` and then the signatures that it holds for.
const REVIEWED: &str = include_str!("reviewed.txt");

/// `sort(array, Fn)` for each function of an engine.
fn signatures(engine: &Engine, with_standard_packages: bool) -> BTreeSet<String> {
    let all = engine.collect_fn_metadata(
        None,
        |function| {
            let metadata = function.metadata;
            let types: Vec<&str> = metadata.param_types.iter().map(|id| type_name(*id)).collect();
            Some(format!("{}({})", metadata.name, types.join(", ")))
        },
        with_standard_packages,
    );
    all.into_iter().collect()
}

fn type_name(id: TypeId) -> &'static str {
    macro_rules! named {
        ($($name:literal => $type:ty),* $(,)?) => { $(if id == TypeId::of::<$type>() { return $name; })* };
    }
    named! {
        "int" => INT, "float" => FLOAT, "bool" => bool, "char" => char, "string" => ImmutableString,
        "array" => Array, "map" => Map, "blob" => Blob, "Fn" => FnPtr, "()" => (), "any" => Dynamic,
        "range" => Range<INT>, "range=" => RangeInclusive<INT>, "time" => std::time::Instant, "f32" => f32,
        "i8" => i8, "u8" => u8, "i16" => i16, "u16" => u16, "i32" => i32, "u32" => u32, "u64" => u64,
        "i128" => i128, "u128" => u128,
    }
    "other"
}

fn reviewed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut verdicts: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut verdict = "";
    for line in REVIEWED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => verdict = name,
            None => {
                verdicts.entry(verdict).or_default().insert(line);
            }
        }
    }
    verdicts
}

#[test]
fn every_function_of_rhai_has_been_reviewed() {
    let all = signatures(&Engine::new(), true);
    let verdicts = reviewed();
    let known: BTreeSet<&str> = verdicts.values().flatten().copied().collect();
    let new: Vec<&String> = all.iter().filter(|signature| !known.contains(signature.as_str())).collect();
    assert!(new.is_empty(), "not in reviewed.txt: {new:#?}");
    let gone: Vec<&&str> = known.iter().filter(|signature| !all.contains(**signature)).collect();
    assert!(gone.is_empty(), "no longer in Rhai: {gone:#?}");
    let counted: usize = verdicts.values().map(BTreeSet::len).sum();
    assert_eq!(counted, known.len(), "a function has two verdicts");
}

#[test]
fn what_is_to_be_ours_is() {
    let own = signatures(&language::engine_of_no_session(), false);
    let missing: Vec<&str> =
        reviewed()["ours"].iter().filter(|signature| !own.contains(**signature)).copied().collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Texts of some hundred KiB, of few characters, so that much matches across the borders of what is searched at a time.
fn texts() -> impl Iterator<Item = String> {
    let mut seed = 7_u64;
    let alphabets = ["ab", "a ", "aé日 \u{301}", "a\"\\\n\u{7f}b"];
    alphabets.into_iter().map(move |alphabet| {
        let characters: Vec<char> = alphabet.chars().collect();
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            characters[(seed >> 33) as usize % characters.len()]
        };
        (0..90_000).map(|_| next()).collect()
    })
}

/// What an expression on `s`, and `n`, gives.
fn eval<T: Clone + 'static>(expression: &str, s: &str, n: &str) -> T {
    let mut scope = rhai::Scope::new();
    scope.push("s", s.to_owned()).push("n", n.to_owned());
    let result = language::engine_of_no_session().eval_with_scope(&mut scope, expression);
    result.unwrap_or_else(|error| panic!("{expression} with {n:?}: {error}"))
}

fn same(what: &str, ours: Array, of_rust: Vec<&str>) {
    let ours: Vec<String> = ours.into_iter().map(|piece| piece.into_string().unwrap()).collect();
    assert_eq!(ours.len(), of_rust.len(), "{what}");
    assert!(ours == of_rust, "{what}");
}

#[test]
fn texts_are_searched_as_rust_searches_them() {
    let long = "ab".repeat(40_000);
    for text in texts().chain([String::new(), "ab".repeat(70_000)]) {
        let s = text.as_str();
        for n in ["a", "aa", "aba", "é", "日a", "", " ", &long] {
            let what = &format!("{n:.9?} in {s:.9?}");
            same(what, eval("s.split(n)", s, n), s.split(n).collect());
            same(what, eval("s.split_rev(n)", s, n), s.rsplit(n).collect());
            same(what, eval("s.split(n, 99)", s, n), s.splitn(99, n).collect());
            same(what, eval("s.split_rev(n, 2)", s, n), s.rsplitn(2, n).collect());
            assert!(eval::<String>("s.replace(n, \"-\"); s", s, n) == s.replace(n, "-"), "{what}");
            assert_eq!(eval::<bool>("s.contains(n)", s, n), s.contains(n), "{what}");
        }
        same(s, eval("s.split()", s, ""), s.split_whitespace().collect());
        same(s, eval("s.split('é')", s, ""), s.split('é').collect());
        assert_eq!(eval::<String>("s.trim(); s", s, ""), s.trim());
    }
    let blanks = " ".repeat(100_000);
    assert_eq!(eval::<String>("s.trim(); s", &blanks, ""), "");
    assert_eq!(eval::<String>("s.trim(); s", &format!("{blanks}é {blanks}"), ""), "é");
}

#[test]
fn texts_are_quoted_as_rust_and_serde_quote_them() {
    for text in texts() {
        assert_eq!(eval::<String>("s.to_debug()", &text, ""), format!("{text:?}"));
        assert_eq!(eval::<String>("[s].to_string()", &text, ""), format!("[{text:?}]"));
        let json = serde_json::to_string(&[&text]).unwrap();
        assert_eq!(eval::<String>("[s].to_json()", &text, ""), json);
        assert_eq!(eval::<Array>("parse_json(s)", &json, "")[0].clone().into_string().unwrap(), text);
        let long = serde_json::to_string(&[text.repeat(40)]).unwrap();
        assert_eq!(eval::<String>("parse_json(s).to_json()", &long, ""), long);
    }
}

#[test]
fn blobs_are_written_as_rhai_writes_them() {
    let plain = Engine::new();
    for code in [
        "blob().to_string()",
        "blob(7, 1).to_string()",
        "blob(8, 1).to_debug()",
        "let b = blob(40_000, 0xa0); b[9] = 7; b.to_string()",
        "let b = blob(40_000, 0xa0); `${b}`",
        "let b = blob(40_000, 0x61); b[3] = 0xff; b[30_000] = 0xc3; b.as_string() + (\"x\" + b) + (b + \"x\")",
        "let s = \"\"; s += blob(3, 0x61); s.append(blob(3, 0x62)); s",
        "blob(3, 200).to_array().to_string()",
    ] {
        let ours: String = eval(code, "", "");
        assert_eq!(ours, plain.eval::<String>(code).unwrap(), "{code}");
    }
    assert_eq!(eval::<String>("[blob(3, 200)].to_json()", "", ""), "[[200,200,200]]");
}

#[test]
fn portions_are_those_of_rhai() {
    let (own, plain) = (language::engine_of_no_session(), Engine::new());
    let numbers = ["-9", "-5", "-4", "-1", "0", "1", "3", "4", "5", "9", "9223372036854775807"];
    let mut arguments: Vec<String> = numbers.map(str::to_owned).to_vec();
    for one in numbers {
        for other in numbers {
            arguments.extend([
                format!("{one}, {other}"),
                format!("{one}..{other}"),
                format!("{one}..={other}"),
            ]);
        }
    }
    for arguments in arguments {
        for text in ["", "aé日b"] {
            for call in [format!("s.sub_string({arguments})"), format!("s.crop({arguments}); s")] {
                let code = format!("let s = \"{text}\"; {call}");
                let [own, plain] = [&own, &plain].map(|engine| engine.eval::<ImmutableString>(&code));
                assert_eq!(own.unwrap(), plain.unwrap(), "{code}");
            }
        }
        let code = format!("let a = [1, [2, 3], 4]; [a.extract({arguments}), a]");
        let [own, plain] = [&own, &plain].map(|engine| engine.eval::<Array>(&code));
        assert_eq!(format!("{:?}", own.unwrap()), format!("{:?}", plain.unwrap()), "{code}");
    }
}
