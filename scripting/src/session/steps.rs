//! The steps of one cell.
//!
//! 1. The source is rewritten and parsed, and what it defines is taken over.
//! 2. The statements run as a script, which may wait and may run the flow itself.
//! 3. What they wired is committed, all or none.
//! 4. The dirty part of the graph runs, unless the cell has run the flow or `flow.auto` is off.
//!
//! A cell that fails before a commit leaves graph, node types and functions as they were.

use std::collections::HashSet;
use std::rc::Rc;

use rhai::{AST, Caches, Dynamic, EvalAltResult, Position, Scope, Stmt};

use super::cell::{Cell, CellRun};
use crate::assist::variables_of;
use crate::compile::compile;
use crate::coroutine;
use crate::datum::weight;
use crate::display::{ShownByNodes, key_of};
use crate::ending::Ending;
use crate::engine::flow::{NodeId, RunError, RunOptions, Scope as RunScope, Status};
use crate::engine::hdl::Unchanged;
use crate::language::Reference;
use crate::memory::megabytes;
use crate::nodes::NodeState;
use crate::report::{CellText, Report, from_parse, from_rhai};
use crate::source::{self, SourceError};
use crate::words;
use crate::world::World;

/// How many nodes are named that hold much memory, and from how many bytes on one does.
const HELD_NAMED: usize = 3;
const HELD_MIN: usize = 1 << 18;

/// What a cell's work came to: the value of its last expression, and the error that ended it.
pub(crate) struct Finished {
    pub(crate) value: Dynamic,
    pub(crate) error: Option<Report>,
    /// Where the last expression ends.
    pub(crate) position: Position,
}

impl Finished {
    pub(crate) fn failed(error: Report) -> Self {
        Self { value: Dynamic::UNIT, error: Some(error), position: Position::NONE }
    }
}

impl World {
    /// Prepares for a cell.
    pub(crate) fn begin(&self, cell: &Cell, text: &CellText) {
        self.memory.begin();
        self.sources.add(text);
        self.console.set_run((!cell.silent).then_some(cell.run));
        if !self.other_cells_run() {
            self.watch.take_touched();
            if !self.background.is_on() {
                self.watch.take_changed();
            }
        }
        self.note_request();
        let key = key_of(cell.cell_id.as_deref(), cell.run);
        self.displays.borrow_mut().leave(&key);
        let unchanged = if self.is_repeated(cell) { Unchanged::Dirty } else { Unchanged::Held };
        *self.cell.borrow_mut() = Some(CellRun {
            text: text.clone(),
            unchanged,
            staged: Vec::new(),
            places: Default::default(),
            assigned: Vec::new(),
            removed: Vec::new(),
            of_deleted: Vec::new(),
            changed_types: Vec::new(),
            ran: false,
            dropped_at: Position::NONE,
            mode: cell.mode,
            shown_by_nodes: ShownByNodes::default(),
            bars: Vec::new(),
            shows: Vec::new(),
            displayed: 0,
            tabled: None,
            table_id: format!("flowno-table/{key}"),
            key,
            kept: self.definitions.borrow().clone(),
            kept_at: self.defined.get(),
        });
    }

    /// The cell is over.
    pub(crate) fn end(&self) {
        self.tasks.cancel();
        self.note_request();
        self.console.set_run(None);
        *self.cell.borrow_mut() = None;
    }

    /// All steps.
    pub(crate) async fn work(self: &Rc<Self>, cell: &Cell, text: &CellText) -> Finished {
        self.remove_deleted(cell);
        let ast = match self.define(&cell.code, text) {
            Ok(ast) => ast,
            Err(report) => return Finished::failed(report),
        };
        let position = ast.statements().last().map_or(Position::NONE, Stmt::position);
        let (world, own, cell_id) = (self.clone(), text.clone(), cell.cell_id.clone());
        let script = coroutine::run(move || {
            let value = world.run_statements(&ast, &own)?;
            world.remove_unassigned(cell_id.as_deref());
            world.commit().map_err(|error| world.report(&error, &own))?;
            Ok::<_, Report>(value)
        });
        let value = match script.await {
            Ok(Ok(value)) => value,
            Ok(Err(report)) => return Finished::failed(report),
            Err(error) => return Finished::failed(Report::new(error.name(), error.to_string())),
        };
        let error = self.run_beside_tasks(text).await;
        Finished { value, error, position }
    }

    /// Parses a cell and takes over the node types and functions that it defines.
    fn define(&self, code: &str, text: &CellText) -> Result<AST, Report> {
        let source_error =
            |error: SourceError| Report::new("SyntaxError", error.message.clone()).at(text, error.position);
        let source = source::rewrite(code).map_err(source_error)?;
        let named = source.node_types.iter().map(|header| (&header.name, header.position));
        let named = named.chain(source.templates.iter().map(|header| (&header.name, header.position)));
        for (name, position) in named {
            if words::named(name).any(|word| word.kind == words::Kind::Function) {
                let message =
                    format!("`{name}` is a function of the language: give the node type another name");
                return Err(Report::new("SyntaxError", message).at(text, position));
            }
        }
        let ast =
            compile(&self.engine, &source.rhai, &text.label()).map_err(|error| from_parse(&error, text))?;
        self.sources.add_closures(text, &ast);
        self.captured.note(&ast);
        let mut definitions = self.definitions.borrow_mut();
        let added = definitions
            .add_cell(&self.weak, &self.engine, &source, &ast, text, &self.constants.borrow())
            .map_err(|error| from_parse(&error, text))?;
        drop(definitions);
        let defined = u64::from(added.is_new);
        self.defined.set(self.defined.get() + defined);
        self.with_cell(|cell| {
            cell.changed_types = added.changed;
            cell.kept_at += defined;
        });
        Ok(ast)
    }

    /// Runs a cell's statements on the coroutine this is called on.
    fn run_statements(&self, ast: &AST, text: &CellText) -> Result<Dynamic, Report> {
        let mut variables = Variables::take(self);
        let result = self.run_in(&mut variables.scope, ast, text);
        let error = match result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        coroutine::release_held();
        if coroutine::is_cancelled() {
            self.with_cell(|cell| cell.dropped_at = error.position());
        }
        if Ending::of(&error).is_some_and(|ending| ending.is_out_of_memory()) {
            let report = self.report(&error, text);
            self.tasks.end(); // as for each cell that fails, and what they hold is not the variables'
            return Err(self.let_go(&mut variables.scope, report));
        }
        drop(variables); // a report looks among them for what was meant
        Err(self.report(&error, text))
    }

    /// Makes room for the next cell: empties the largest variables until half of the memory is free, and says so.
    fn let_go(&self, scope: &mut Scope<'static>, report: Report) -> Report {
        let mut by_weight: Vec<(usize, String)> =
            scope.iter_raw().map(|(name, _, value)| (weight(value), name.to_owned())).collect();
        by_weight.sort();
        let mut emptied = Vec::new();
        while self.memory.is_scarce()
            && let Some((_, name)) = by_weight.pop()
        {
            if let Some(value) = scope.get_mut(&name) {
                *value = Dynamic::UNIT;
            }
            emptied.push(format!("`{name}`"));
        }
        let report = match emptied.is_empty() {
            true => report,
            false => report.note(format!("to go on, these variables were emptied: {}", emptied.join(", "))),
        };
        match self.memory.is_scarce().then(|| self.largest_nodes()) {
            Some(nodes) if !nodes.is_empty() => {
                report.note(format!("nodes that hold the most: {} (flow.remove(\"name\"))", nodes.join(", ")))
            }
            _ => report,
        }
    }

    /// The nodes that hold the most in their values and states, with how much that is.
    fn largest_nodes(&self) -> Vec<String> {
        let states = self.states.borrow();
        let holds = |node: NodeId| {
            let name = self.flow.name(node)?;
            let values =
                self.flow.value(node).map_or(0, |values| values.iter().map(|value| weight(&value.0)).sum());
            let state = states.get(&name).map_or(0, NodeState::weight);
            (values + state >= HELD_MIN).then_some((values + state, name))
        };
        let mut nodes: Vec<_> = self.flow.nodes().into_iter().filter_map(holds).collect();
        nodes.sort_by(|one, other| other.cmp(one));
        nodes.truncate(HELD_NAMED);
        nodes.iter().map(|(bytes, name)| format!("`{name}` ({})", megabytes(*bytes))).collect()
    }

    fn run_in(
        &self,
        scope: &mut Scope<'static>,
        ast: &AST,
        text: &CellText,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let library = self.definitions.borrow().library.clone();
        let constants = self.constants.borrow().clone();
        constants.refill(scope);
        let label = text.label();
        let mut global = library.runtime_state(&self.engine, &constants, Some(&label));
        #[allow(deprecated, reason = "marked as volatile, not as going away")]
        self.engine.eval_statements_raw(&mut global, &mut Caches::new(), scope, ast.statements())
    }

    /// Evaluates one expression in the scope of cells, on a coroutine.
    pub(crate) fn evaluate(&self, expression: &str, text: &CellText) -> Result<Dynamic, Report> {
        let ast = self
            .engine
            .compile_expression(expression)
            .map_err(|error| Report::new("SyntaxError", error.err_type().to_string()))?;
        let mut variables = Variables::take(self);
        let rewound = variables.scope.len();
        let result = self.run_in(&mut variables.scope, &ast, text);
        variables.scope.rewind(rewound);
        drop(variables);
        // An expression looks; what it may have wired by a function is not the cell's.
        self.hdl.borrow_mut().discard();
        self.with_cell(|cell| cell.staged.clear());
        let result = result.and_then(|value| match value.read_lock::<Reference>().map(|r| r.clone()) {
            Some(reference) => reference.value(false, Position::NONE),
            None => Ok(value),
        });
        result.map_err(|error| {
            let mut report = from_rhai(&error, text, &self.sources);
            report.places.clear(); // the expression is no cell's text
            report
        })
    }

    /// Runs what is dirty; gives the error that it ended with.
    pub(super) async fn run_dirty(&self) -> Option<Report> {
        let settings = self.settings.get();
        let ran = self.with_cell(|cell| cell.ran).unwrap_or_default();
        let in_background = self.background.is_on();
        if !in_background && (ran || !settings.auto) {
            return None;
        }
        let assigned = self.with_cell(|cell| cell.assigned.clone()).unwrap_or_default();
        let assigned: Vec<NodeId> = assigned.iter().filter_map(|name| self.flow.node(name)).collect();
        assigned.iter().for_each(|node| self.flow.set_shown(*node, true));
        if in_background {
            self.flow.want(&assigned);
            return None;
        }
        if self.is_driven_elsewhere() {
            self.settle_elsewhere(&assigned).await;
            if self.is_driven_elsewhere() {
                return self.first_failure(&assigned);
            }
        }
        let options = RunOptions {
            scope: RunScope::Dirty,
            generations: settings.generations,
            drain_shown: true,
            ..RunOptions::default()
        };
        match self.run_flow(options).await {
            Ok(_) => None,
            Err(error) => Some(self.run_report(&error)),
        }
    }

    /// The failure of the first of these nodes that has failed.
    fn first_failure(&self, nodes: &[NodeId]) -> Option<Report> {
        let failure = nodes.iter().find_map(|node| match self.flow.status(*node) {
            Some(Status::Failed(failure)) => Some(failure),
            _ => None,
        })?;
        Some(self.run_report(&RunError::NodeExecution(failure)))
    }
}

/// The variables of cells while a script has them; they go back also when it panics.
struct Variables<'a> {
    world: &'a World,
    scope: Scope<'static>,
}

impl<'a> Variables<'a> {
    fn take(world: &'a World) -> Self {
        let scope = world.scope.take();
        *world.lent_variables.borrow_mut() = Some(variables_of(&scope));
        Self { world, scope }
    }
}

impl Drop for Variables<'_> {
    fn drop(&mut self) {
        *self.world.scope.borrow_mut() = without_hidden(std::mem::take(&mut self.scope));
        *self.world.lent_variables.borrow_mut() = None;
    }
}

/// A scope without the variables that a later one of the same name hides: `let` in a cell that is run again adds
/// a variable, and the old one would be kept for good with all that it holds.
fn without_hidden(scope: Scope<'static>) -> Scope<'static> {
    let mut seen = HashSet::new();
    if scope.iter_raw().all(|(name, ..)| seen.insert(name)) {
        return scope;
    }
    let mut seen = HashSet::new();
    let mut newest_first: Vec<(String, Dynamic)> =
        scope.into_iter().map(|(name, value, _)| (name, value)).collect();
    newest_first.reverse();
    newest_first.retain(|(name, _)| seen.insert(name.clone()));
    let mut visible = Scope::new();
    for (name, value) in newest_first.into_iter().rev() {
        visible.push_dynamic(name, value);
    }
    visible
}
