//! Node types: what a `node` definition comes to.

use std::cell::Cell;
use std::rc::Rc;

use flowno_engine::flow::{InputPort, OutputPort, Signature};
use rhai::{AST, Dynamic, Engine, EvalAltResult, ParseError, Position, Scope};

use super::activation::Activation;
use super::types::{OutputTypes, port_type};
use crate::body::{Body, Constants, Library};
use crate::compile::compile;
use crate::event::EventKind;
use crate::report::CellText;
use crate::source::{NodeHeader, Output, Outputs, Snippet, ValueType};
use crate::world::World;

/// A version of a node type.
#[derive(Clone)]
pub(crate) struct NodeType {
    pub(crate) header: NodeHeader,
    /// The cell that defines it.
    pub(crate) cell: CellText,
    pub(crate) body: Rc<Body>,
    pub(crate) signature: Rc<Signature>,
    /// Grows with each definition that says something else than the one before.
    pub(crate) version: u64,
    /// Empty if no output has a type.
    pub(crate) output_types: OutputTypes,
    defaults: Vec<Option<AST>>,
    state: Option<AST>,
    /// Whether the body cannot wait, as found with a version of the library.
    pub(super) plain: Cell<(Option<u64>, bool)>,
}

impl NodeType {
    /// Compiles a type from its header and the AST of its cell. `None` if the AST has no such function, which
    /// cannot be: the header became one.
    ///
    /// # Errors
    ///
    /// The syntax error of a default or of the `with` map, at its place in the cell.
    pub(crate) fn compile(
        engine: &Engine,
        ast: &AST,
        header: &NodeHeader,
        cell: &CellText,
        constants: &Constants,
        version: u64,
    ) -> Result<Option<Self>, ParseError> {
        let arity = header.parameters.len();
        let Some(body) = Body::lift(ast, &header.name, arity, constants) else { return Ok(None) };
        let compile = |snippet: &Snippet| compile(engine, &snippet.in_place(), &cell.label());
        let defaults = header
            .parameters
            .iter()
            .map(|parameter| parameter.default.as_ref().map(compile).transpose())
            .collect::<Result<_, ParseError>>()?;
        let state = header.state.as_ref().map(compile).transpose()?;
        let signature = Rc::new(signature(header));
        Ok(Some(Self {
            header: header.clone(),
            cell: cell.clone(),
            body: Rc::new(body),
            signature,
            version,
            output_types: output_types(header),
            defaults,
            state,
            plain: Cell::default(),
        }))
    }

    /// Whether another definition says the same, but for comments and white space, and sees the same constants.
    pub(crate) fn is_same(&self, other: &NodeHeader, constants: &Constants) -> bool {
        let text = |snippet: &Option<Snippet>| snippet.as_ref().map(|snippet| snippet.tokens.clone());
        let parameters = |header: &NodeHeader| -> Vec<_> {
            let of =
                |p: &crate::source::Parameter| (p.name.clone(), p.value_type, text(&p.default), p.stream);
            header.parameters.iter().map(of).collect()
        };
        let own = &self.header;
        own.body_tokens == other.body_tokens
            && parameters(own) == parameters(other)
            && text(&own.state) == text(&other.state)
            && *self.signature == signature(other)
            && self.body.constants().is(constants)
    }

    /// The closures of its defaults and its state, as functions.
    pub(crate) fn closures(&self) -> Vec<AST> {
        let snippets = self.defaults.iter().flatten().chain(&self.state);
        let closures = |snippet: &AST| {
            let mut closures = snippet.clone_functions_only();
            closures.set_source(self.cell.label());
            closures
        };
        snippets.filter(|snippet| snippet.has_functions()).map(closures).collect()
    }

    /// Evaluates the default of each parameter that has one.
    ///
    /// # Errors
    ///
    /// What an expression raises.
    pub(crate) fn defaults(
        &self,
        world: &World,
        library: &Library,
    ) -> Result<Vec<Option<Dynamic>>, Box<EvalAltResult>> {
        let evaluate =
            |ast: &Option<AST>| ast.as_ref().map(|ast| self.evaluate(world, library, ast)).transpose();
        self.defaults.iter().map(evaluate).collect()
    }

    /// Evaluates the `with` map; unit for a node without state.
    ///
    /// # Errors
    ///
    /// What the expression raises.
    pub(crate) fn fresh_state(
        &self,
        world: &World,
        library: &Library,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        match &self.state {
            Some(ast) => self.evaluate(world, library, ast),
            None => Ok(Dynamic::UNIT),
        }
    }

    /// Runs a snippet in a scope of its own, and the tasks that it spawns to their ends.
    fn evaluate(&self, world: &World, library: &Library, ast: &AST) -> Result<Dynamic, Box<EvalAltResult>> {
        let engine = &world.engine;
        let mut global = library.runtime_state(engine, self.body.constants(), ast.source());
        // As in a body: such an expression does not wire, and does not wait for values.
        let activation = Activation::new(Rc::from(""), None, 1, Rc::from([]));
        global.tag = Dynamic::from(activation.clone());
        if ast.has_functions() {
            global.lib.push(ast.shared_lib().clone());
        }
        let (mut caches, mut scope) = (rhai::Caches::new(), Scope::new());
        #[allow(deprecated, reason = "marked as volatile, not as going away")]
        let ended = engine.eval_statements_raw(&mut global, &mut caches, &mut scope, ast.statements());
        activation.tasks().settle(ended, |error| {
            let line = format!("another task of a default of {} failed: {error}\n", self.header.name);
            world.say(EventKind::Stderr(line));
        })
    }

    pub(crate) fn is_stateful(&self) -> bool {
        self.state.is_some()
    }

    /// The same type as another version: a function that its body names has changed.
    pub(crate) fn renumbered(&self, version: u64) -> Self {
        Self { version, ..self.clone() }
    }

    /// Whether its body, a default or its state names one of these functions.
    pub(crate) fn names_any(&self, test: impl Fn(&str) -> bool) -> bool {
        let header = &self.header;
        let defaults = header.parameters.iter().filter_map(|parameter| parameter.default.as_ref());
        let snippets = defaults.chain(&header.state);
        test(&header.body_tokens) || snippets.into_iter().any(|snippet| test(&snippet.tokens))
    }

    /// Where its first output is named, or else the type itself.
    pub(crate) fn output_position(&self) -> Position {
        match &self.header.outputs {
            Outputs::Named(outputs) if !outputs.is_empty() => outputs[0].position,
            _ => self.header.position,
        }
    }

    /// Where the output of this name stands, or else the type itself.
    pub(crate) fn position_of_output(&self, name: &str) -> Position {
        match &self.header.outputs {
            Outputs::Named(outputs) => outputs.iter().find(|output| output.name == name).map(|o| o.position),
            _ => None,
        }
        .unwrap_or(self.header.position)
    }

    /// `Add(x, y = 0)`, as messages show a type.
    pub(crate) fn usage(&self) -> String {
        let parameter = |p: &crate::source::Parameter| {
            let stream = if p.stream { "stream " } else { "" };
            let value_type = p.value_type.map(|t| format!(": {}", t.name())).unwrap_or_default();
            let default = p.default.as_ref().map(|d| format!(" = {}", d.text)).unwrap_or_default();
            format!("{stream}{}{value_type}{default}", p.name)
        };
        let parameters: Vec<String> = self.header.parameters.iter().map(parameter).collect();
        format!("{}({})", self.header.name, parameters.join(", "))
    }
}

fn signature(header: &NodeHeader) -> Signature {
    let port = |p: &crate::source::Parameter| InputPort {
        name: Rc::from(p.name.as_str()),
        stream: p.stream,
        port_type: port_type(p.value_type),
    };
    let named = |output: &Output| OutputPort {
        name: Some(Rc::from(output.name.as_str())),
        port_type: port_type(output.value_type),
    };
    Signature {
        type_name: Rc::from(header.name.as_str()),
        inputs: header.parameters.iter().map(port).collect(),
        outputs: match &header.outputs {
            Outputs::Undeclared => vec![OutputPort::default()],
            Outputs::Single(single) => vec![OutputPort { name: None, port_type: port_type(Some(*single)) }],
            Outputs::Named(outputs) => outputs.iter().map(named).collect(),
        },
        streaming: header.streaming,
    }
}

fn output_types(header: &NodeHeader) -> OutputTypes {
    let name = &header.name;
    let types: Vec<(Option<ValueType>, String)> = match &header.outputs {
        Outputs::Undeclared => Vec::new(),
        Outputs::Single(value_type) => vec![(Some(*value_type), format!("the output of {name}"))],
        Outputs::Named(outputs) => {
            let typed = |output: &Output| (output.value_type, format!("output `{}` of {name}", output.name));
            outputs.iter().map(typed).collect()
        }
    };
    let is_typed =
        |(value_type, _): &(Option<ValueType>, _)| !matches!(value_type, None | Some(ValueType::Any));
    if types.iter().any(is_typed) { types.into() } else { Rc::from([]) }
}
