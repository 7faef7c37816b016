//! Building a case's graph, and running it.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use flowno_engine::event_loop::{EventLoop, LoopError};
use flowno_engine::flow::{
    Arg, Call, EditError, Evaluation, Flow, Generation, OnMissingDefault, PortRef, RunError, RunOptions,
    Scope, Signature, Stop,
};
use flowno_engine::hdl::{Draft, DraftArg, LiveHdl, NodeRef, Unchanged};
use flowno_engine::native;
use serde_json::Value as Json;

use crate::case::{Case, CaseResult, InputSpec, NodeResult, NodeSpec, Outcome};
use crate::datum::Datum;
use crate::streams::{Body, is_streaming, stream_ports};
use crate::trace::Trace;
use crate::values::{self, State};

/// Runs one case on an event loop of its own. It always ends: a run that can go no further is the outcome
/// `stalled`.
///
/// # Errors
///
/// If the case is not of the known format, or no event loop can be had.
pub fn run(case: &Case) -> Result<CaseResult, Box<dyn std::error::Error>> {
    let trace = Trace::default();
    let mut hdl = LiveHdl::default();
    let mut aliases = HashMap::new();
    for spec in &case.nodes {
        define(&mut hdl, spec, &trace, &mut aliases)?;
    }
    let outcome = match hdl.commit(Unchanged::Dirty, OnMissingDefault::Defer) {
        Ok(_) => execute(hdl.flow(), &case.stop)?,
        Err(error) => refused(error),
    };
    let calls = trace.take();
    let mut nodes: BTreeMap<String, NodeResult> = BTreeMap::new();
    for (name, calls) in calls {
        nodes.entry(name).or_default().calls = calls;
    }
    for spec in &case.nodes {
        let name = aliases.get(&spec.name).map_or(spec.name.as_str(), String::as_str);
        let value = hdl.flow().node(name).and_then(|node| hdl.flow().value(node));
        nodes.entry(spec.name.clone()).or_default().value =
            value.map(|outputs| outputs.into_iter().map(|output| output.0).collect());
    }
    Ok(CaseResult { name: case.name.clone(), outcome, nodes })
}

fn execute(flow: &Flow<Datum>, stop: &Json) -> Result<Outcome, Box<dyn std::error::Error>> {
    let options = RunOptions {
        scope: Scope::All,
        stop: stop_of(flow, stop)?,
        terminate_on_node_error: true,
        ..RunOptions::default()
    };
    let event_loop = EventLoop::new()?;
    let running = flow.clone();
    Ok(match event_loop.run_until_complete(async move { running.run(options).await }) {
        Ok(Ok(_)) => outcome("completed", None, None),
        Ok(Err(RunError::TerminateLimitReached(reached))) => outcome("limit", Some(&reached.name), None),
        Ok(Err(RunError::NodeExecution(failure))) => {
            outcome("error", Some(&failure.name), Some(failure.error.to_string()))
        }
        Ok(Err(RunError::MissingDefault(error))) => outcome("missing_default", None, Some(error.to_string())),
        Ok(Err(error)) => return Err(error.into()),
        Err(error @ LoopError::Stalled { .. }) => outcome("stalled", None, Some(error.to_string())),
        Err(error) => return Err(error.into()),
    })
}

fn outcome(kind: &'static str, node: Option<&str>, message: Option<String>) -> Outcome {
    Outcome { kind, node: node.map(str::to_owned), message }
}

fn refused(error: EditError) -> Outcome {
    outcome("refused", None, Some(error.to_string()))
}

fn stop_of(flow: &Flow<Datum>, stop: &Json) -> Result<Stop, String> {
    match stop {
        Json::Null => Ok(Stop::Never),
        Json::Array(_) => Ok(Stop::All(generation(stop)?)),
        Json::Object(nodes) => {
            let mut limits = HashMap::new();
            for (name, limit) in nodes {
                let node = flow.node(name).ok_or_else(|| format!("stop names no node: {name}"))?;
                limits.insert(node, generation(limit)?);
            }
            Ok(Stop::Nodes(limits))
        }
        other => Err(format!("not a stop: {other}")),
    }
}

fn generation(limit: &Json) -> Result<Generation, String> {
    let number = |index: usize| limit.get(index).and_then(Json::as_u64);
    match (number(0), limit.as_array().map(Vec::len)) {
        (Some(run), Some(1)) => Ok(Generation::run(run)),
        (Some(run), Some(2)) => {
            number(1).map(|chunk| Generation::chunk(run, chunk)).ok_or("not a chunk".into())
        }
        _ => Err(format!("not a generation: {limit}")),
    }
}

/// Defines a node, or the nodes of a group.
fn define(
    hdl: &mut LiveHdl<Datum>,
    spec: &NodeSpec,
    trace: &Trace,
    aliases: &mut HashMap<String, String>,
) -> Result<(), Box<dyn std::error::Error>> {
    match spec.kind.strip_prefix("group:") {
        None => assign(hdl, &spec.name, &spec.name, spec, trace),
        Some(group) => {
            let result = expand(hdl, group, &spec.name, &spec.inputs, trace)?;
            aliases.insert(spec.name.clone(), format!("{}/{result}", spec.name));
            hdl.assign_ref(&spec.name, NodeRef::new(&format!("{}/{result}", spec.name)))?;
            Ok(())
        }
    }
}

/// Expands one of the template groups; gives the inner name of its result.
fn expand(
    hdl: &mut LiveHdl<Datum>,
    group: &str,
    name: &str,
    inputs: &[InputSpec],
    trace: &Trace,
) -> Result<&'static str, Box<dyn std::error::Error>> {
    let x = inputs.first().cloned().unwrap_or_default();
    let inner = |name: &str| InputSpec { node: Some(name.to_owned()), ..InputSpec::default() };
    let mut node = |part: &str, kind: &str, params: Json, inputs: Vec<InputSpec>| {
        let name = format!("{name}/{part}");
        let params = params.as_object().cloned().unwrap_or_default();
        let spec = NodeSpec { name: name.clone(), kind: kind.to_owned(), params, inputs };
        assign(hdl, &name, &name, &spec, trace)
    };
    match group {
        "inc_twice" => {
            node("first", "inc", Json::Null, vec![x])?;
            node("second", "inc", Json::Null, vec![inner(&format!("{name}/first"))])?;
            Ok("second")
        }
        "nested" => {
            expand(hdl, "inc_twice", &format!("{name}/A"), inputs, trace)?;
            let inputs = [inner(&format!("{name}/A/second"))];
            expand(hdl, "inc_twice", &format!("{name}/B"), &inputs, trace)?;
            Ok("B/second")
        }
        "add_default" => {
            let five = InputSpec { constant: Some(5.into()), ..InputSpec::default() };
            let b = inputs.get(1).cloned().unwrap_or(five);
            node("sum", "add", Json::Null, vec![x, b])?;
            Ok("sum")
        }
        "fwd" => {
            node("out", "inc", Json::Null, vec![inner(&format!("{name}/mid"))])?;
            node("mid", "affine", serde_json::json!({"a": 3, "b": 0}), vec![x])?;
            Ok("out")
        }
        "pass" => {
            node("pass", "identity", Json::Null, vec![x])?;
            Ok("pass")
        }
        "stream_sum" => {
            node("s", "range_stream", serde_json::json!({"min": 1, "max": 4}), vec![x])?;
            node("t", "sum_stream", Json::Null, vec![inner(&format!("{name}/s"))])?;
            Ok("t")
        }
        other => Err(format!("no group is called {other}").into()),
    }
}

/// Assigns a node of one kind to a name.
fn assign(
    hdl: &mut LiveHdl<Datum>,
    name: &str,
    traced: &str,
    spec: &NodeSpec,
    trace: &Trace,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut signature = Signature::new(&spec.kind).outputs(values::outputs(&spec.kind));
    let mut args = Vec::new();
    let mut defaults = Vec::new();
    for (index, input) in spec.inputs.iter().enumerate() {
        let port = format!("p{index}");
        let stream = stream_ports(&spec.kind).contains(&index);
        signature = if stream { signature.stream_input(&port) } else { signature.input(&port) };
        defaults.push(input.default.clone().map(Datum));
        match (&input.node, &input.constant) {
            (Some(node), _) => {
                args.push(DraftArg::Ref(NodeRef {
                    name: node.as_str().into(),
                    port: PortRef::Index(input.port),
                }));
            }
            (None, Some(constant)) => args.push(DraftArg::Constant(Datum(constant.clone()))),
            (None, None) => {} // unconnected: only as last inputs
        }
    }
    if is_streaming(&spec.kind) {
        signature = signature.streaming();
    }
    let body = native::node(signature, body(traced, spec, trace));
    hdl.assign(name, Draft { body, args, defaults, fingerprint: None })?;
    Ok(())
}

/// The closure that evaluates a kind.
fn body(
    name: &str,
    spec: &NodeSpec,
    trace: &Trace,
) -> impl Fn(&mut Call<Datum>) -> Evaluation<Datum> + 'static {
    let (name, kind, params, trace) =
        (name.to_owned(), spec.kind.clone(), spec.params.clone(), trace.clone());
    let state: Rc<State> = Rc::default();
    move |call: &mut Call<Datum>| {
        let log = trace.begin(&name, call);
        let streaming = is_streaming(&kind);
        if !streaming && stream_ports(&kind).is_empty() {
            let value = |arg: &Arg<Datum>| match arg {
                Arg::Value(value) => value.clone(),
                Arg::Stream(_) => unreachable!("the kind has no stream port"),
            };
            let args: Vec<Datum> = call.args.iter().map(value).collect();
            let end = values::call(&kind, &params, &state, &log, &args);
            return Evaluation::Ready(end.unwrap_or_else(|| log.fail("no such kind")));
        }
        let body = Body { kind: kind.clone(), params: params.clone(), state: state.clone(), log };
        if streaming {
            Evaluation::future(body.produce(call.take()))
        } else {
            Evaluation::future(body.consume(call.take()))
        }
    }
}
