//! Valid programs, a little changed.

use std::fs;
use std::path::Path;

use flowno_scripting::words::words;

use super::grammar;
use super::random::Random;

/// Every program there is to change: the examples of the language's page and of its words, and all that other tests run.
pub(crate) fn corpus() -> Vec<String> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut programs: Vec<String> =
        words().map(|word| word.example.to_owned()).filter(|example| !example.is_empty()).collect();
    let page = include_str!("../../../docs/language.md");
    let blocks = page.split("```rhai\n").skip(1).filter_map(|rest| rest.split("```").next());
    programs.extend(blocks.map(str::to_owned));
    let mut folders = vec![tests];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                programs.extend(programs_in(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    programs
}

/// The texts of a Rust source that look like cells.
fn programs_in(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = source;
    while let Some(start) = rest.find('"') {
        let mut text = String::new();
        let mut characters = rest[start + 1..].char_indices();
        let mut end = rest.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    end = start + 1 + at + 1;
                    break;
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, '\n')) | None => {}
                    Some((_, other)) => text.push(other),
                },
                other => text.push(other),
            }
        }
        let is_cell =
            ["let ", "flow.", "node ", "fn ", "loop ", "template "].iter().any(|word| text.contains(word));
        if is_cell {
            texts.push(text);
        }
        rest = &rest[end..];
    }
    texts
}

/// A program of the corpus, with one to three changes.
pub(crate) fn mutated(random: &mut Random, corpus: &[String]) -> String {
    let mut tokens = tokens(random.pick::<String>(corpus));
    for _ in 0..=random.below(3) {
        change(random, corpus, &mut tokens);
    }
    tokens.concat()
}

fn change(random: &mut Random, corpus: &[String], program: &mut Vec<String>) {
    if program.is_empty() {
        program.push("a".to_owned());
    }
    let words: Vec<usize> = (0..program.len()).filter(|at| is_word(&program[*at])).collect();
    let at = match words.is_empty() {
        true => random.below(program.len()),
        false => *random.pick(&words),
    };
    match random.below(19) / 2 {
        0 => {
            program.remove(at);
        }
        1 => {
            let token = program[at].clone();
            program.insert(at, token);
        }
        2 => {
            let other = if words.is_empty() { at } else { *random.pick(&words) };
            program.swap(at, other);
        }
        3 | 4 => program[at] = format!("({})", grammar::expression(random)),
        5 => program.insert(at, format!(" {} ", grammar::cell(random))),
        6 => {
            let other = tokens(random.pick::<String>(corpus));
            let start = random.below(other.len().max(1)).min(other.len());
            let end = (start + random.below(12)).min(other.len());
            program.splice(at..at, other[start..end].iter().cloned());
        }
        7 => {
            let other = tokens(random.pick::<String>(corpus));
            let other: Vec<String> = other.into_iter().filter(|token| is_word(token)).collect();
            if !other.is_empty() {
                program[at].clone_from(random.pick(&other));
            }
        }
        _ => {
            let odd = [
                "`${",
                "\u{0}",
                "\u{202e}",
                "\"",
                "}",
                "{",
                "#{",
                "|",
                "🦀",
                "\t",
                "/*",
                "'",
                "999999999999999999999",
            ];
            program.insert(at, (*random.pick(&odd)).to_owned());
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|character: char| character.is_alphanumeric() || character == '_')
}

/// Names, numbers, spaces; every other character alone.
pub(crate) fn tokens(program: &str) -> Vec<String> {
    let kind = |character: char| match character {
        '_' => 0,
        _ if character.is_alphanumeric() => 0,
        _ if character.is_whitespace() => 1,
        _ => 2,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = 2;
    for character in program.chars() {
        match tokens.last_mut() {
            Some(token) if kind(character) == last && last != 2 => token.push(character),
            _ => tokens.push(character.to_string()),
        }
        last = kind(character);
    }
    tokens
}
