//! Variables that closures have captured, which Rhai makes shared: all see the same one.
//!
//! **Handles.** Rhai locks a shared variable for as long as a method called on it runs. `q.get()` waits, and no other
//! task could `q.put(1)` meanwhile: it would get a data race error. But what tasks share is mostly a handle, as good when
//! copied: a queue, a lock, a socket, a closure. So captured variables that hold one are read as copies.
//! A copy cannot be assigned to, so a variable that is assigned to is left to Rhai. Which one is told by its name alone, until a
//! cell of the same shell declares another of that name.
//!
//! **Loops.** `for i in 0..3 { spawn(|| print(i)) }` would print the last `i` three times, for the tasks run when the
//! loop is over. So a task gets the values that loop variables around its closure have when it is spawned.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};

use rhai::{AST, ASTNode, Dynamic, EvalAltResult, EvalContext, Expr, FnCallExpr, FnPtr, Position, Stmt};

use crate::body::ANONYMOUS;
use crate::ending::Ending;

/// How many closures are remembered that capture loop variables: those of the last cells, each a hundred bytes. Tasks
/// of older closures see the variable itself.
const CLOSURES_MAX: usize = 10_000;

/// How many closures may hold each other in a chain, as of `loop { let g = f; f = || g.call(); }` where `g` is assigned to, and so
/// is shared and not copied. They are let go of by recursion, for
/// which there must be stack; and to call so many in each other takes more of it.
const CHAIN_MAX: usize = 100;

/// How many closures are looked at to find a chain: many may hold the same ones.
const CLOSURES_LOOKED_AT: usize = 1_000;

/// What is known of captured variables, of all cells.
#[derive(Default)]
pub(crate) struct Captured {
    names: RefCell<HashSet<String>>,
    /// Variables that cells of the shell whose turn it is assign to, outside of functions and closures.
    assigned: RefCell<HashSet<String>>,
    /// Captured variables that closures and functions assign to. They may be called whenever.
    assigned_inside: RefCell<HashSet<String>>,
    /// Of a closure, which of its captured variables are of loops around it.
    of_loops: RefCell<HashMap<String, Vec<usize>>>,
    /// The closures in there, oldest first.
    order: RefCell<VecDeque<String>>,
}

impl Captured {
    /// Notes what a cell's closures capture, and which variables it assigns to.
    pub(crate) fn note(&self, ast: &AST) {
        let cell = self.variables(&ast.clone_statements_only());
        let inside = self.variables(&ast.clone_functions_only());
        let mut assigned = self.assigned.borrow_mut();
        declared(ast).for_each(|name| {
            assigned.remove(name);
        });
        assigned.extend(cell.assigned);
        let closures = ast.iter_fn_def().filter(|function| function.name.starts_with(ANONYMOUS));
        let given: HashSet<&str> = closures.flat_map(|closure| &closure.params).map(|name| &**name).collect();
        let is_captured = |name: &String| inside.captured.contains(name) || given.contains(name.as_str());
        self.assigned_inside.borrow_mut().extend(inside.assigned.into_iter().filter(is_captured));
        self.names.borrow_mut().extend(cell.captured.into_iter().chain(inside.captured));
    }

    /// Exchanges the variables that cells of one shell assign to for those of another's.
    pub(crate) fn exchange_assigned(&self, incoming: HashSet<String>) -> HashSet<String> {
        self.assigned.replace(incoming)
    }

    /// The variables that code captures and assigns to. Notes its closures.
    fn variables(&self, ast: &AST) -> Variables {
        let mut variables = Variables::default();
        ast.walk(&mut |path| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::Share(captured))) => {
                    variables.captured.extend(captured.iter().map(|(variable, _)| variable.name.to_string()));
                }
                Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => {
                    if let Expr::Variable(variable, ..) = &assignment.1.lhs {
                        variables.assigned.insert(variable.1.to_string());
                    }
                }
                Some(ASTNode::Expr(Expr::FnCall(call, _))) if call.name == "curry" => {
                    self.note_closure(call, &path[..path.len() - 1]);
                }
                // As a statement the same call is another node.
                Some(ASTNode::Stmt(Stmt::FnCall(call, _))) if call.name == "curry" => {
                    self.note_closure(call, &path[..path.len() - 1]);
                }
                _ => {}
            }
            true
        });
        variables
    }

    /// Notes a closure, which Rhai makes by `curry(closure, captured, ...)`, if it captures variables of loops around.
    fn note_closure(&self, call: &FnCallExpr, around: &[ASTNode<'_>]) {
        let Some((Expr::DynamicConstant(function, _), captured)) = call.args.split_first() else { return };
        let Some(function) = function.read_lock::<FnPtr>() else { return };
        let is_of_loop = |name: &str| {
            around.iter().any(|node| match node {
                ASTNode::Stmt(Stmt::For(of, _)) => {
                    of.0.name == name || of.1.as_ref().is_some_and(|counter| counter.name == name)
                }
                _ => false,
            })
        };
        let of_loops: Vec<usize> = captured
            .iter()
            .enumerate()
            .filter(|(_, captured)| matches!(captured, Expr::Variable(of, ..) if is_of_loop(&of.1)))
            .map(|(index, _)| index)
            .collect();
        let mut order = self.order.borrow_mut();
        let name = function.fn_name().to_owned();
        if of_loops.is_empty() {
            // The same text may have stood in a loop before.
            if self.of_loops.borrow_mut().remove(&name).is_some() {
                order.retain(|other| *other != name);
            }
            return;
        }
        if self.of_loops.borrow_mut().insert(name.clone(), of_loops).is_none() {
            order.push_back(name);
        }
        if order.len() > CLOSURES_MAX
            && let Some(oldest) = order.pop_front()
        {
            self.of_loops.borrow_mut().remove(&oldest);
        }
    }

    /// A copy of the handle that a captured variable holds; `None` for all other variables. Rhai asks when a closure
    /// captures the variable, too.
    ///
    /// # Errors
    ///
    /// If it holds a closure that is the first of a long chain of them.
    pub(crate) fn copy(
        &self,
        name: &str,
        context: &EvalContext<'_, '_, '_, '_, '_, '_>,
    ) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        let names = self.names.borrow();
        if names.is_empty() || !names.contains(name) {
            return Ok(None);
        }
        let Some(value) = context.scope().get(name) else { return Ok(None) };
        if let Some(closure) = value.read_lock::<FnPtr>()
            && is_long_chain(&closure, &mut Vec::new(), &mut { CLOSURES_LOOKED_AT })
        {
            let token = Dynamic::from(Ending::TooNested);
            return Err(EvalAltResult::ErrorTerminated(token, Position::NONE).into());
        }
        let is_assigned =
            self.assigned.borrow().contains(name) || self.assigned_inside.borrow().contains(name);
        if !value.is_shared() || is_assigned {
            return Ok(None);
        }
        let Some(value) = value.read_lock::<Dynamic>() else { return Ok(None) };
        Ok((value.is_variant() || value.is_fnptr()).then(|| value.clone()))
    }

    /// Gives a closure the values that the loop variables have now.
    pub(super) fn detach(&self, function: &mut FnPtr) {
        let of_loops = self.of_loops.borrow();
        let Some(indices) = of_loops.get(function.fn_name()) else { return };
        for (index, captured) in function.iter_curry_mut().enumerate() {
            if indices.contains(&index) {
                *captured = captured.clone().flatten();
            }
        }
    }
}

/// Variables of some code, by name.
#[derive(Default)]
struct Variables {
    captured: HashSet<String>,
    assigned: HashSet<String>,
}

/// The variables that a cell declares for those after it.
fn declared(ast: &AST) -> impl Iterator<Item = &str> {
    ast.statements().iter().filter_map(|statement| match statement {
        Stmt::Var(variable, ..) => Some(variable.0.name.as_str()),
        _ => None,
    })
}

/// Whether closures hold each other in a chain of more than [`CHAIN_MAX`]. One that holds itself is none: it may call itself.
fn is_long_chain(closure: &FnPtr, around: &mut Vec<*const FnPtr>, left: &mut usize) -> bool {
    let this = std::ptr::from_ref(closure);
    if *left == 0 || around.contains(&this) {
        return false;
    }
    if around.len() == CHAIN_MAX {
        return true;
    }
    *left -= 1;
    around.push(this);
    let inner =
        |value: &Dynamic| value.read_lock::<FnPtr>().is_some_and(|held| is_long_chain(&held, around, left));
    let is_long = closure.iter_curry().any(inner);
    around.pop();
    is_long
}
