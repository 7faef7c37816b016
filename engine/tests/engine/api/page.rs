//! The names on Flowno's API page, as its text has them.
//!
//! A signature ends with `[source]`; one that begins with `flowno.` is a name of the package, others are methods of the
//! class before. A name gives one entry, and one more for each parameter (`name(parameter = default)`) and each exception
//! (`name raises Exception`).

/// What a documented name ends with.
const SOURCE: &str = "[source]";

/// How far below an attribute its type stands, in lines.
const TYPE_WITHIN: usize = 5;

/// The entries of a page, in its order.
pub(super) fn entries(page: &str) -> Vec<String> {
    let lines: Vec<&str> = page.lines().map(str::trim).collect();
    let mut entries = Vec::new();
    let (mut class, mut name) = (String::new(), String::new());
    for (index, line) in lines.iter().enumerate() {
        let rest = &lines[index + 1..];
        if let Some(signature) = line.strip_suffix(SOURCE) {
            name = documented(signature, &mut class);
            entries.push(name.clone());
            entries.extend(parameters(signature).iter().map(|parameter| format!("{name}({parameter})")));
        } else if is_attribute(line, rest) {
            entries.push(format!("{class}.{line}"));
        } else if let Some((constant, value)) = constant(line) {
            entries.push(format!("{class}.{constant} = {value}"));
        } else if let Some((variable, value)) = variable(line) {
            entries.push(format!("{variable} = {value}"));
        } else if *line == "Raises:" {
            entries.extend(raised(rest).map(|exception| format!("{name} raises {exception}")));
        }
    }
    entries
}

/// The name of a signature, with its class if it is a method; notes the class if it is one.
fn documented(signature: &str, class: &mut String) -> String {
    let (kind, named) = ["class ", "exception ", "async "]
        .into_iter()
        .find_map(|kind| Some((kind, signature.strip_prefix(kind)?)))
        .unwrap_or(("", signature));
    let name = named.split(['(', ' ']).next().unwrap_or_default();
    match name.strip_prefix("flowno.") {
        Some(name) => {
            if kind == "class " {
                name.clone_into(class);
            }
            name.to_owned()
        }
        None => format!("{class}.{name}"),
    }
}

/// The parameters of a signature, without their types.
fn parameters(signature: &str) -> Vec<String> {
    let Some((_, list)) = signature.split_once('(') else { return Vec::new() };
    let list = before(list, ")").unwrap_or(list);
    let mut parameters = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let parameter = before(rest, ",").unwrap_or(rest);
        rest = rest[parameter.len()..].trim_start_matches(',');
        let name = before(parameter, ":").unwrap_or(parameter).trim();
        let default = before(parameter, " = ").map(|typed| &parameter[typed.len()..]);
        if !["/", "*"].contains(&name) {
            parameters.push(format!("{name}{}", default.unwrap_or_default()));
        }
    }
    parameters
}

/// The text before the first `end` that stands in no bracket.
fn before<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        if depth == 0 && text[at..].starts_with(end) {
            return Some(&text[..at]);
        }
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a line is the name of an attribute: a word, and its type soon below.
fn is_attribute(line: &str, rest: &[&str]) -> bool {
    let is_word = !line.is_empty() && line.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_word && rest.iter().take(TYPE_WITHIN).any(|line| *line == "Type:")
}

fn constant(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(": ClassVar")?;
    Some((name, rest.split_once(" = ")?.1))
}

/// An environment variable and its default.
fn variable(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("• FLOWNO_").and(line.strip_prefix("• "))?.split_once(": ")?;
    Some((name, rest.split_once("(default: ")?.1.strip_suffix(')')?))
}

/// The exceptions in a list of them.
fn raised<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    lines
        .iter()
        .filter(|line| !line.is_empty())
        .map_while(|line| line.trim_start_matches("• ").split_once(" – ").map(|(exception, _)| exception))
        .take_while(|exception| exception.starts_with(|c: char| c.is_ascii_uppercase()))
}
