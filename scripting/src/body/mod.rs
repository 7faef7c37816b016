//! Node bodies: compiled once, run many times.
//!
//! `this` parses only inside a function, so a body is compiled as one: it is the `fn` that
//! [`source::rewrite`](crate::source::rewrite) made of a `node` header. Calling that function through
//! `Engine::call_fn` would build a scope, a runtime state and caches each time and look the function up by
//! name. So its statements are lifted out of the AST, and run in a frame that is kept: a scope that
//! has the parameters already, and caches that know the functions the body calls.
//!
//! A body finds its helpers late, in the [`Library`] of the moment it is called, so that redefining a `fn`
//! reaches every node. Caches would still call the old function; they are thrown away when the library's
//! version changes. A body that is suspended keeps the library that it began with.
//!
//! The same body may run many times at once, suspended on different coroutines: each call takes a frame
//! out of a small pool, or makes one.
//!
//! What the body's own `fn` frame would do is done here: `return` and `exit` end it with a value. Errors
//! come out as they are, not wrapped as errors in a call of that function, at the place where they
//! happened.

mod brief;
mod calls;
mod frame;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use rhai::{
    AST, ASTNode, Dynamic, Engine, EvalAltResult, Expr, ImmutableString, Position, ScriptFuncDef, Stmt,
    StmtBlock,
};

pub(crate) use self::calls::Calls;
use self::frame::Frame;
pub use self::frame::{Constants, Library, SharedModule};

/// Most frames that a body keeps for later: as many calls as are usually suspended at once. Each holds the
/// caches of the functions that the body calls, a few KiB.
const FRAMES_MAX: usize = 32;

/// What Rhai calls the functions that it makes of closures, with a number that differs from run to run.
pub(crate) const ANONYMOUS: &str = "anon$";

/// A node body, ready to run.
pub struct Body {
    /// The statements, as a block expression; or, if it is one, the only expression, which needs no block.
    code: Expr,
    calls: Calls,
    brief: bool,
    name: ImmutableString,
    parameters: Box<[ImmutableString]>,
    /// The closures of the cell that defines the body.
    closures: SharedModule,
    end: Position,
    /// The cell that defines the body, as errors name it.
    source: Option<ImmutableString>,
    /// Those of the cell's shell.
    constants: Constants,
    #[expect(clippy::vec_box, reason = "a frame is half a KiB, and moves with each call")]
    frames: RefCell<Vec<Box<Frame>>>,
}

/// What the engine has to say about one call.
pub struct Call<'a> {
    /// The node's own state; `None` where `this` has no meaning.
    pub this: Option<&'a mut Dynamic>,
    /// What native functions see as `NativeCallContext::tag`: whose call this is. Lent for the call.
    pub tag: &'a mut Dynamic,
}

impl Body {
    /// Lifts the body of the function `name` with `arity` parameters out of a cell's AST; `None` if there
    /// is none. Wherever it is called, it sees these constants.
    pub fn lift(ast: &AST, name: &str, arity: usize, constants: &Constants) -> Option<Self> {
        let function = ast.iter_fn_def().find(|f| f.name == name && f.params.len() == arity)?;
        let code = code(ast, function);
        Some(Self {
            calls: Calls::of(&code),
            brief: brief::is_brief(&code),
            code,
            name: function.name.clone(),
            parameters: function.params.iter().cloned().collect(),
            closures: closures(ast),
            end: function.body.end_position(),
            source: ast.source().map(ImmutableString::from),
            constants: constants.clone(),
            frames: RefCell::default(),
        })
    }

    /// Where the body's last brace stands.
    pub(crate) fn end(&self) -> Position {
        self.end
    }

    /// The constants that it sees.
    pub(crate) fn constants(&self) -> &Constants {
        &self.constants
    }

    /// What it calls by name.
    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Whether it only computes: called with numbers it cannot wait, and ends after a few operations.
    pub(crate) fn is_brief(&self) -> bool {
        self.brief
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> &[ImmutableString] {
        &self.parameters
    }

    /// The closures of the cell that defines the body, as functions. A closure that leaves the body, as a
    /// value or in its state, can be called only where these are in the library.
    pub fn closures(&self) -> &SharedModule {
        &self.closures
    }

    /// Runs the body to its end with `arguments`, one a parameter.
    ///
    /// # Errors
    ///
    /// What the script raises, at the place where it did.
    pub fn call(
        &self,
        engine: &Engine,
        library: &Library,
        call: Call<'_>,
        arguments: impl IntoIterator<Item = Dynamic, IntoIter: ExactSizeIterator>,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let arguments = arguments.into_iter();
        if arguments.len() != self.parameters.len() {
            return Err(self.wrong_arguments());
        }
        let mut frame = self.take_frame(engine);
        frame.prepare(library, &self.closures, call.tag);
        frame.bind(&self.parameters, arguments);
        let result = frame.run(engine, &self.code, call.this);
        frame.release(&self.parameters, call.tag);
        self.keep_frame(frame);
        match result {
            Err(error) => value_of_end(*error),
            ended => ended,
        }
    }

    fn take_frame(&self, engine: &Engine) -> Box<Frame> {
        let kept = self.frames.borrow_mut().pop();
        kept.unwrap_or_else(|| Box::new(self.new_frame(engine)))
    }

    fn new_frame(&self, engine: &Engine) -> Frame {
        Frame::new(engine, self.source.clone(), &self.constants, &self.parameters)
    }

    fn keep_frame(&self, frame: Box<Frame>) {
        let mut frames = self.frames.borrow_mut();
        if frames.len() < FRAMES_MAX {
            frames.push(frame);
        }
    }

    fn wrong_arguments(&self) -> Box<EvalAltResult> {
        let message = format!("`{}` takes {} arguments", self.name, self.parameters.len());
        EvalAltResult::ErrorRuntime(message.into(), Position::NONE).into()
    }
}

/// The value that `return` and `exit` end a body with; they come as errors.
fn value_of_end(error: EvalAltResult) -> Result<Dynamic, Box<EvalAltResult>> {
    match error {
        EvalAltResult::Return(value, _) | EvalAltResult::Exit(value, _) => Ok(value),
        error => Err(error.into()),
    }
}

fn code(ast: &AST, function: &ScriptFuncDef) -> Expr {
    let block = statements(ast, function);
    match block.statements() {
        [Stmt::Expr(expression)] => (**expression).clone(),
        [Stmt::FnCall(call, position)] => Expr::FnCall(call.clone(), *position),
        _ => Expr::Stmt(Box::new(block)),
    }
}

/// A function's statements. Rhai does not export the type that holds them; walking over an AST that has
/// only this function meets them as the paths of length one.
fn statements(ast: &AST, function: &ScriptFuncDef) -> StmtBlock {
    let only =
        only_functions(ast, |name, arity| name == function.name.as_str() && arity == function.params.len());
    let mut statements: Vec<Stmt> = Vec::new();
    only.walk(&mut |path| {
        if let [ASTNode::Stmt(statement)] = path {
            statements.push((*statement).clone());
        }
        true
    });
    StmtBlock::new(statements, function.body.start_position(), function.body.end_position())
}

/// The functions that Rhai has made of a cell's closures.
fn closures(ast: &AST) -> SharedModule {
    let mut only = only_functions(ast, |name, _| name.starts_with(ANONYMOUS));
    if let Some(source) = ast.source() {
        only.set_source(source);
    }
    only.shared_lib().clone()
}

/// An AST's functions of some names and numbers of parameters. Not by `clone_functions_only_filtered`:
/// in Rhai 1.27 that filters nothing when it begins with an empty module, as it does.
fn only_functions(ast: &AST, keep: impl Fn(&str, usize) -> bool) -> AST {
    let mut only = ast.clone_functions_only();
    only.retain_functions(|_, _, name, arity| keep(name, arity));
    only
}
