//! Programs drawn from a grammar of the language. Most parse; what they mean is left to chance.

use flowno_scripting::words::{Kind, words};

use super::random::Random;

const NAMES: [&str; 8] = ["a", "b", "c", "xs", "m", "f", "größe", "xs"];
const NODES: [&str; 6] = ["p", "q", "r", "s", "out", "p.x"];
const TYPES: [&str; 4] = ["Add", "Each", "Pair", "Box_"];
const FUNCTIONS: [&str; 3] = ["one", "two", "again"];
const OPERATORS: [&str; 20] = [
    "+", "-", "*", "/", "%", "**", "==", "!=", "<", ">=", "&&", "||", "&", "|", "^", "<<", ">>", "??", "in",
    "..",
];
const ASSIGNMENTS: [&str; 6] = ["=", "=", "=", "+=", "-=", "*="];
const LITERALS: [&str; 22] = [
    "0",
    "1",
    "2",
    "-1",
    "3",
    "100",
    "9223372036854775807",
    "-9223372036854775808",
    "0.5",
    "1e308",
    "0.0/0.0",
    "\"\"",
    "\"text\"",
    "\"é漢🦀\"",
    "'c'",
    "true",
    "false",
    "()",
    "[]",
    "#{}",
    "0..5",
    "\"\\u0000\\x1b[31m\"",
];

/// What most of these names mean, so that what is drawn gets beyond them.
pub(crate) const PRELUDE: &str = "let a = 1; let b = 2.5; let c = \"text\"; let xs = [3, 1, 2]; let m = #{ a: 1, b: [2] };
    let f = |x| x; let größe = 7; fn one(a) { a } fn two(a, b) { [a, b] } fn again() { 1 }
    fn one() { 1 } fn one(a, b) { b } fn two() { 2 } fn two(a) { -a } fn again(a) { a } fn again(a, b) { a == b }
    node Add(a = 1, b = 2) { a + b } node Each(stream xs, a = 1) { for x in xs { yield x } } node Pair(a = 1, b = 2) { yield a; yield b }
    node Box_(a = ()) with #{ n: 0 } { this.n += 1; [a, this.n] }
    flow.p = 1; flow.q = Add(flow.p, 2); flow.r = Pair(flow.q); flow.s = Box_(flow.r); flow.out = Each(flow.r);";

/// How deep statements and expressions nest.
const DEPTH: usize = 4;

/// Draws a cell.
pub(crate) fn cell(random: &mut Random) -> String {
    let mut drawn = Drawn { random, text: String::new(), is_body: false, loops: 0 };
    for _ in 0..=drawn.random.below(5) {
        drawn.top();
    }
    drawn.text
}

/// Draws an expression.
pub(crate) fn expression(random: &mut Random) -> String {
    let mut drawn = Drawn { random, text: String::new(), is_body: false, loops: 0 };
    drawn.expression(2);
    drawn.text
}

struct Drawn<'a> {
    random: &'a mut Random,
    text: String,
    /// In a node's own body, where `yield` may stand, or elsewhere.
    is_body: bool,
    /// In how many loops.
    loops: usize,
}

impl Drawn<'_> {
    fn say(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn one_of(&mut self, texts: &[&str]) -> &mut Self {
        let text = *self.random.pick(texts);
        self.say(text)
    }

    /// A definition or a statement.
    fn top(&mut self) {
        match self.random.below(12) {
            0 => self.function(),
            1..3 => self.node(),
            3 => self.template(),
            4..7 => self.wiring(),
            7 => self.setting(),
            _ => self.statement(DEPTH),
        }
        self.say("\n");
    }

    fn function(&mut self) {
        self.say("fn ").one_of(&FUNCTIONS).say("(");
        self.parameters();
        self.say(") ").block(DEPTH - 1);
    }

    fn node(&mut self) {
        self.say("node ").one_of(&TYPES).say("(");
        if self.random.once_in(3) {
            self.say("stream xs, ");
        }
        for name in &NAMES[..self.random.below(3)] {
            self.say(name);
            if self.random.once_in(3) {
                self.say(": ").one_of(&["int", "float", "string", "array", "map", "bool"]);
            }
            if self.random.once_in(2) {
                self.say(" = ").expression(1);
            }
            self.say(", ");
        }
        self.say(") ");
        if self.random.once_in(4) {
            self.say("with #{ n: ").expression(1);
            self.say(" } ");
        }
        self.is_body = true;
        self.block(DEPTH - 1);
        self.is_body = false;
    }

    fn template(&mut self) {
        self.say("template ").one_of(&TYPES).say("(f, a, b) { ");
        for _ in 0..=self.random.below(2) {
            self.say("f.").one_of(&["a", "b", "out"]).say(" = ").source(2);
            self.say("; ");
        }
        self.say("} ");
    }

    fn wiring(&mut self) {
        self.say("flow.").one_of(&NODES[..5]).say(" = ").source(2);
        self.say(";");
    }

    /// What a node can be given.
    fn source(&mut self, depth: usize) {
        match self.random.below(4) {
            0 => self.expression(depth),
            1 => {
                self.say("flow.").one_of(&NODES);
            }
            _ if depth == 0 => self.expression(0),
            _ => {
                self.one_of(&TYPES).say("(");
                for _ in 0..self.random.below(3) {
                    self.source(depth - 1);
                    self.say(", ");
                }
                self.say(")");
            }
        }
    }

    fn setting(&mut self) {
        self.say("flow.").one_of(&["auto", "generations", "show", "clock"]).say(" = ");
        self.one_of(&["true", "false", "5", "()", "\"table\"", "\"each\"", "\"virtual\"", "\"real\""])
            .say(";");
    }

    fn parameters(&mut self) {
        let names = NAMES[..self.random.below(3)].join(", ");
        self.say(&names);
    }

    fn block(&mut self, depth: usize) {
        self.say("{ ");
        for _ in 0..self.random.below(4) {
            self.statement(depth);
            self.say(" ");
        }
        if self.random.once_in(2) {
            self.value(depth.min(2));
        }
        self.say(" } ");
    }

    fn statement(&mut self, depth: usize) {
        let Some(below) = depth.checked_sub(1) else {
            self.expression(0);
            self.say(";");
            return;
        };
        match self.random.below(16) {
            0..3 => {
                self.one_of(&["let ", "let ", "const "]).one_of(&NAMES).say(" = ").expression(below);
                self.say(";");
            }
            3..5 => {
                self.place();
                self.say(" ").one_of(&ASSIGNMENTS).say(" ").expression(below);
                self.say(";");
            }
            5 => self.wiring(),
            6 => {
                self.say("if ").expression(1);
                self.say(" ").block(below);
                if self.random.once_in(2) {
                    self.say("else ").block(below);
                }
            }
            7 => {
                self.say("for ").one_of(&NAMES).say(" in ").value(1);
                self.say(" ").looped(below);
            }
            8 => {
                self.one_of(&["loop ", "while true ", "while a < 9 ", "do "]);
                let is_do = self.text.ends_with("do ");
                self.looped(below);
                self.say(if is_do { "while b < 3;" } else { "" });
            }
            9 => {
                self.say("try ").block(below);
                self.say("catch (e) ").block(below);
            }
            10 => {
                self.one_of(if self.is_body { &["yield "] } else { &["return ", "throw ", "exit("] });
                let is_call = self.text.ends_with('(');
                self.value(1);
                self.say(if is_call { ");" } else { ";" });
            }
            11 => {
                self.one_of(&[
                    "continue;",
                    "break;",
                    "return;",
                    "flow.run();",
                    "flow.start();",
                    "flow.stop();",
                ]);
            }
            _ => {
                self.expression(below);
                self.say(";");
            }
        }
    }

    fn looped(&mut self, depth: usize) {
        self.loops += 1;
        self.block(depth);
        self.loops -= 1;
    }

    /// What can be assigned to.
    fn place(&mut self) {
        self.one_of(&NAMES);
        match self.random.below(5) {
            0 => {
                self.say("[").expression(0);
                self.say("]");
            }
            1 => {
                self.say(".").one_of(&NAMES);
            }
            _ => {}
        }
    }

    fn expression(&mut self, depth: usize) {
        let Some(below) = depth.checked_sub(1) else {
            match self.random.below(3) {
                0 => self.one_of(&NAMES),
                1 if self.random.once_in(3) => self.say("flow.").one_of(&NODES),
                1 => self.say("flow.").one_of(&NODES).say(".value"),
                _ => self.one_of(&LITERALS),
            };
            return;
        };
        match self.random.below(13) {
            0 => self.expression(0),
            1 => {
                self.expression(below);
                self.say(" ").one_of(&OPERATORS).say(" ").expression(below);
            }
            2 => {
                self.say("[");
                self.arguments(below);
                self.say("]");
            }
            3 => {
                self.say("#{ ").one_of(&NAMES).say(": ").expression(below);
                self.say(" }");
            }
            4 => {
                self.say("|");
                self.parameters();
                self.say("| ").expression(below);
            }
            5 => {
                self.say("`${").value(0);
                self.say("}`");
            }
            6 => {
                self.one_of(&FUNCTIONS).say("(");
                self.arguments(below);
                self.say(")");
            }
            7..10 => self.method(below),
            10 => self.function_call(below),
            11 => {
                self.say("(").expression(below);
                self.say(")[").expression(below);
                self.say("]");
            }
            _ => {
                self.one_of(&[
                    "if a { 1 } else { b }",
                    "switch a { 1 => b, _ => c }",
                    "-a",
                    "!b",
                    "a?.b",
                    "xs?[0]",
                ]);
            }
        }
    }

    /// Seldom a node, where nodes are refused.
    fn value(&mut self, depth: usize) {
        match (depth, self.random.below(3)) {
            (0, 0) => drop(self.one_of(&NAMES)),
            (0, _) => drop(self.one_of(&LITERALS)),
            _ => self.expression(depth),
        }
    }

    fn arguments(&mut self, depth: usize) {
        for at in 0..self.random.below(4) {
            self.say(if at == 0 { "" } else { ", " }).expression(depth);
        }
    }

    /// A method or a property of any value of the language's.
    fn method(&mut self, depth: usize) {
        let all: Vec<_> = words().filter(|word| !word.is_free() || !word.on.is_empty()).collect();
        let word = *self.random.pick(&all);
        match (word.on.first(), self.random.below(3)) {
            (Some(&"array"), 1..) => self.say("xs"),
            (Some(&"map"), 1..) => self.say("m"),
            (Some(&"string"), 1..) => self.say("c"),
            (Some(&"int" | &"float"), 1..) => self.say("a"),
            _ => {
                self.say("(").expression(depth);
                self.say(")")
            }
        }
        .say(".")
        .say(word.name);
        if word.kind != Kind::Property {
            self.say("(");
            self.arguments(depth);
            self.say(")");
        }
    }

    /// A call of a function of the language's.
    fn function_call(&mut self, depth: usize) {
        let all: Vec<_> = words().filter(|word| word.kind == Kind::Function).collect();
        let word = *self.random.pick(&all);
        self.say(word.name).say("(");
        self.arguments(depth);
        self.say(")");
    }
}
