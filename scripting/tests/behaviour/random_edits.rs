//! Live results equal fresh results: whatever was edited in whatever order, the values are those of one fresh run of what
//! is left.

use std::collections::BTreeMap;

use crate::common::Notebook;

/// How many sequences, from seed 0 on; `FLOWNO_RANDOM_NOTEBOOKS` raises it.
const SEQUENCES: u64 = 1_000;

const EDITS_MAX: u64 = 20;
const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const TYPES: [&str; 3] = ["Add", "Mul", "Mix"];

/// xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn body(version: u64) -> String {
    format!("(x * {} + y + {version}) % 1000", version % 5 + 1)
}

fn define_type(name: &str, version: u64) -> String {
    format!("node {name}(x, y = 3) {{ {} }}", body(version))
}

/// An argument of a node: a constant, or a node that comes before it in the alphabet, so that there is no cycle.
fn argument(random: &mut Random, place: usize) -> String {
    match random.below(3) {
        0 => random.below(50).to_string(),
        _ if place == 0 => "7".to_owned(),
        _ => format!("flow.{}", NAMES[random.below(place as u64) as usize]),
    }
}

fn values(notebook: &Notebook) -> Vec<String> {
    let ask = |name: &str| {
        let ran = notebook.run(&format!("flow.{name}.value"));
        let error = ran.result.map_or_else(|error| error.message, |()| String::new());
        // A node that stood dirty may be named beside the result.
        let results = ran.outputs.into_iter().filter(|line| line.starts_with("result"));
        // Of several names that nobody defines, it names the one that it came to first.
        let waits = error.contains(" waits for ").then(|| "waits".to_owned());
        results.chain([waits.unwrap_or(error)]).collect()
    };
    NAMES.iter().map(|name| ask(name)).collect()
}

fn run_sequence(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let live = Notebook::new();
    let mut types: BTreeMap<&str, u64> = BTreeMap::new();
    let mut nodes: BTreeMap<&str, String> = BTreeMap::new();
    let mut history = Vec::new();
    for name in TYPES {
        types.insert(name, 1);
        live.outputs(&define_type(name, 1));
    }
    for _ in 0..1 + random.below(EDITS_MAX) {
        let place = random.below(NAMES.len() as u64) as usize;
        let name = NAMES[place];
        let code = match random.below(6) {
            0 => {
                let changed = TYPES[random.below(3) as usize];
                let version = random.below(1_000);
                types.insert(changed, version);
                define_type(changed, version)
            }
            1 => {
                nodes.remove(name);
                format!("flow.remove(\"{name}\");")
            }
            _ => {
                let node_type = TYPES[random.below(3) as usize];
                let (x, y) = (argument(&mut random, place), argument(&mut random, place));
                let code = format!("flow.{name} = {node_type}({x}, {y});");
                nodes.insert(name, code.clone());
                code
            }
        };
        live.outputs(&code);
        history.push(code);
    }
    let fresh = Notebook::new();
    let types = types.iter().map(|(name, version)| define_type(name, *version));
    let all: Vec<String> = types.chain(nodes.into_values()).collect();
    fresh.outputs(&all.join("\n"));
    assert_eq!(values(&live), values(&fresh), "seed {seed}: {history:#?}");
}

#[test]
fn live_results_equal_fresh_results() {
    let sequences = std::env::var("FLOWNO_RANDOM_NOTEBOOKS").ok().and_then(|count| count.parse().ok());
    (0..sequences.unwrap_or(SEQUENCES)).for_each(run_sequence);
}
