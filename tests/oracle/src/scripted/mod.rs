//! A case in the cell language: every node a type of its own, wired by `flow`, run by `flow.run_until_complete`.
//!
//! What the nodes do comes as lines of output, each `[node, event]`; what they end with is read by a node that waits for
//! nobody.

mod kinds;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::{Context, Poll};

use flowno_scripting::event::{Event, EventKind, Outbox, RunId};
use flowno_scripting::{Cell, DisplayMode, Interrupt, Outcome as Ran, Session, SessionOptions, block_on};
use serde_json::{Map, Value as Json, json};

use crate::case::{CallRecord, Case, CaseResult, InputSpec, NodeResult, NodeSpec, Outcome};
use crate::streams::stream_ports;
use crate::values;

const PRELUDE: &str = include_str!("prelude.rhai");

/// Runs one case with its kinds in the cell language.
///
/// # Errors
///
/// If the case is not of the known format, or its cells fail otherwise than the case may.
pub fn run_scripted(case: &Case) -> Result<CaseResult, Box<dyn std::error::Error>> {
    let mut nodes = Vec::new();
    let mut aliases = BTreeMap::new();
    case.nodes.iter().try_for_each(|spec| expand(spec, &mut nodes, &mut aliases))?;
    let cells = [definitions(&nodes)?, wiring(case, &nodes, &aliases), values_cell(case, &aliases)];
    let lines = Rc::<Lines>::default();
    let recorder = lines.clone();
    let outcomes = block_on(async move {
        let session = Session::new(SessionOptions::new(recorder, Interrupt::new()));
        let mut outcomes = Vec::new();
        for (number, code) in (1..).zip(cells) {
            outcomes.push(session.execute(cell(number, code)).await);
        }
        outcomes
    })?;
    let told = told(case, &lines.0.take())?;
    for Ran { result, .. } in outcomes {
        match result {
            // What is refused stays staged, also if the cell has caught the refusal: its end is refused too.
            Err(error) if told.outcome.kind == kind_of(&error.name) => {}
            result => drop(result.map_err(|error| error.traceback.join("\n"))?),
        }
    }
    Ok(told)
}

/// The output of cells.
#[derive(Default)]
struct Lines(RefCell<String>);

impl Outbox for Lines {
    fn send(&self, event: Event) {
        if let EventKind::Stdout(text) = event.kind {
            self.0.borrow_mut().push_str(&text);
        }
    }

    fn poll_ready(&self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

fn cell(number: u32, code: String) -> Cell {
    Cell {
        run: RunId(number.into()),
        number,
        code,
        cell_id: None,
        deleted_cells: Vec::new(),
        mode: DisplayMode::Headless,
        silent: false,
        user_expressions: BTreeMap::new(),
    }
}

/// A node, and the name under which its events are told.
struct Node {
    spec: NodeSpec,
    name: String,
}

/// Adds a node, or those of a group; `aliases` has the inner node that a group's name means.
fn expand(
    spec: &NodeSpec,
    nodes: &mut Vec<Node>,
    aliases: &mut BTreeMap<String, String>,
) -> Result<(), Box<dyn std::error::Error>> {
    let Some(group) = spec.kind.strip_prefix("group:") else {
        nodes.push(Node { spec: spec.clone(), name: script_name(&spec.name) });
        return Ok(());
    };
    let own = &spec.name;
    let x = spec.inputs.first().cloned().unwrap_or_default();
    let inner = |part: &str| InputSpec { node: Some(format!("{own}/{part}")), ..InputSpec::default() };
    let mut add = |part: &str, kind: &str, params: Json, inputs: Vec<InputSpec>| {
        let params = params.as_object().cloned().unwrap_or_default();
        let name = format!("{own}/{part}");
        expand(&NodeSpec { name, kind: kind.to_owned(), params, inputs }, nodes, aliases)
    };
    let result = match group {
        "inc_twice" => {
            add("first", "inc", Json::Null, vec![x])?;
            add("second", "inc", Json::Null, vec![inner("first")])?;
            "second"
        }
        "nested" => {
            add("A", "group:inc_twice", Json::Null, vec![x])?;
            add("B", "group:inc_twice", Json::Null, vec![inner("A")])?;
            "B"
        }
        "add_default" => {
            let five = InputSpec { constant: Some(5.into()), ..InputSpec::default() };
            let b = spec.inputs.get(1).cloned().unwrap_or(five);
            add("sum", "add", Json::Null, vec![x, b])?;
            "sum"
        }
        "fwd" => {
            add("out", "inc", Json::Null, vec![inner("mid")])?;
            add("mid", "affine", json!({"a": 3, "b": 0}), vec![x])?;
            "out"
        }
        "stream_sum" => {
            add("s", "range_stream", json!({"min": 1, "max": 4}), vec![x])?;
            add("t", "sum_stream", Json::Null, vec![inner("s")])?;
            "t"
        }
        other => return Err(format!("no group is called {other}").into()),
    };
    let meant = script_name(&format!("{own}/{result}"));
    let meant = aliases.get(&meant).cloned().unwrap_or(meant);
    aliases.insert(script_name(own), meant);
    Ok(())
}

/// A node's name as scripts can have it.
fn script_name(name: &str) -> String {
    format!("n_{}", name.replace('/', "__"))
}

/// The cell that defines a type for each node.
fn definitions(nodes: &[Node]) -> Result<String, Box<dyn std::error::Error>> {
    let mut code = PRELUDE.to_owned();
    for Node { spec, name } in nodes {
        let body = kinds::body(&spec.kind).ok_or_else(|| format!("no kind is called {}", spec.kind))?;
        let streams = stream_ports(&spec.kind);
        let parameter = |(index, input): (usize, &InputSpec)| {
            let stream = if streams.contains(&index) { "stream " } else { "" };
            let default = input.default.as_ref().map(|value| format!(" = {}", literal(value)));
            format!("{stream}a{index}{}", default.unwrap_or_default())
        };
        let parameters: Vec<String> = spec.inputs.iter().enumerate().map(parameter).collect();
        let outputs = match values::outputs(&spec.kind) {
            1 => String::new(),
            count => {
                let outputs: Vec<String> = (0..count).map(|port| format!("o{port}: any")).collect();
                format!(" -> ({})", outputs.join(", "))
            }
        };
        let state = kinds::state(&spec.kind).map(|state| format!(" with {state}")).unwrap_or_default();
        let shown: Vec<String> = (0..spec.inputs.len()).map(|port| format!("shown(a{port})")).collect();
        let args: Vec<String> = (0..spec.inputs.len())
            .filter(|port| !streams.contains(port))
            .map(|port| format!("a{port}"))
            .collect();
        code.push_str(&format!(
            "node T{name}({}){outputs}{state} {{ let me = {}; let KIND = {}; let p = {}; let args = [{}]; \
             event(me, [\"call\", [{}]]); {body} }}\n",
            parameters.join(", "),
            literal(&json!(spec.name)),
            literal(&json!(spec.kind)),
            literal(&Json::Object(spec.params.clone())),
            args.join(", "),
            shown.join(", "),
        ));
    }
    Ok(code)
}

/// The cell that wires and runs.
fn wiring(case: &Case, nodes: &[Node], aliases: &BTreeMap<String, String>) -> String {
    let mut code = String::from("flow.auto = false;\n");
    let named = |name: &str| {
        let name = script_name(name);
        aliases.get(&name).cloned().unwrap_or(name)
    };
    let outputs = |name: &str| {
        let node = nodes.iter().find(|node| node.name == name);
        node.map_or(1, |node| values::outputs(&node.spec.kind))
    };
    for Node { spec, name } in nodes {
        let argument = |input: &InputSpec| match (&input.node, &input.constant) {
            (Some(node), _) => {
                let node = named(node);
                Some(if outputs(&node) == 1 && input.port == 0 {
                    format!("flow.{node}")
                } else {
                    format!("flow.{node}[{}]", input.port)
                })
            }
            (None, constant) => constant.as_ref().map(literal),
        };
        let arguments: Vec<String> = spec.inputs.iter().filter_map(argument).collect();
        code.push_str(&format!("flow.{name} = T{name}({});\n", arguments.join(", ")));
    }
    let stop = match &case.stop {
        Json::Null => String::new(),
        Json::Object(limits) => {
            let limits: Map<String, Json> =
                limits.iter().map(|(name, limit)| (named(name), limit.clone())).collect();
            format!("stop_at_node_generation: {}, ", literal(&Json::Object(limits)))
        }
        limit => format!("stop_at_node_generation: {}, ", literal(limit)),
    };
    code.push_str(&format!(
        "let ended = #{{ error: \"completed\" }};
         try {{ flow.run_until_complete(#{{ {stop}terminate_on_node_error: true }}); }} catch (e) {{ ended = e; }}
         print([\"outcome of the case\", ended].to_json());\n"
    ));
    code
}

/// The cell that reads what the nodes end with.
fn values_cell(case: &Case, aliases: &BTreeMap<String, String>) -> String {
    let names = case.nodes.iter().map(|spec| {
        let name = script_name(&spec.name);
        let meant = aliases.get(&name).cloned().unwrap_or(name);
        format!("[{}, {}]", literal(&json!(spec.name)), literal(&json!(meant)))
    });
    let names: Vec<String> = names.collect();
    format!(
        "node Look(names) {{ for pair in names {{ try {{ print([\"value of a node\", pair[0], flow[pair[1]].value].to_json()); }} catch {{ }} }} 1 }}
         flow.look = Look([{}]); flow.look.value",
        names.join(", ")
    )
}

/// A value as the language writes it.
fn literal(value: &Json) -> String {
    match value {
        Json::Null => "()".to_owned(),
        Json::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Json::Object(fields) => {
            let field = |(name, value): (&String, &Json)| format!("{}: {}", json!(name), literal(value));
            format!("#{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// The result that the lines tell.
fn told(case: &Case, lines: &str) -> Result<CaseResult, Box<dyn std::error::Error>> {
    let mut result = CaseResult {
        name: case.name.clone(),
        outcome: Outcome { kind: "stalled", node: None, message: None },
        nodes: case.nodes.iter().map(|spec| (spec.name.clone(), NodeResult::default())).collect(),
    };
    let is_multiple =
        |name: &str| case.nodes.iter().any(|spec| spec.name == name && values::outputs(&spec.kind) > 1);
    let mut ended = false;
    for line in lines.lines() {
        let line: Vec<Json> = serde_json::from_str(line)?;
        match (line[0].as_str().unwrap_or_default(), &line[1]) {
            ("outcome of the case", end) => {
                result.outcome = outcome(case, end);
                ended = true;
            }
            ("value of a node", Json::String(name)) => {
                let value = match is_multiple(name) {
                    true => line[2].as_array().cloned(),
                    false => Some(vec![line[2].clone()]),
                };
                result.nodes.entry(name.clone()).or_default().value = value;
            }
            _ if ended => {} // what is dropped has nothing to tell
            (name, event) => {
                let calls = &mut result.nodes.entry(name.to_owned()).or_default().calls;
                match (event[0].as_str(), calls.last_mut()) {
                    (Some("call"), _) => {
                        let args = event[1].as_array().cloned().unwrap_or_default();
                        calls.push(CallRecord { args, ..CallRecord::default() });
                    }
                    (_, Some(call)) => call.events.push(event.clone()),
                    (_, None) => return Err(format!("an event before a call: {line:?}").into()),
                }
            }
        }
    }
    Ok(result)
}

/// The kind of an outcome, by the name of its error.
fn kind_of(error: &str) -> &'static str {
    match error {
        "completed" => "completed",
        "TerminateLimitReached" => "limit",
        "NodeExecutionError" => "error",
        "MissingDefaultError" => "missing_default",
        _ => "refused",
    }
}

fn outcome(case: &Case, end: &Json) -> Outcome {
    let kind = kind_of(end["error"].as_str().unwrap_or_default());
    let node = end["node"].as_str().map(|node| {
        let own = case.nodes.iter().find(|spec| script_name(&spec.name) == node);
        own.map_or_else(|| node.trim_start_matches("n_").replace("__", "/"), |spec| spec.name.clone())
    });
    Outcome { kind, node, message: end["message"].as_str().map(str::to_owned) }
}
