//! From text to what runs.

use rhai::{AST, Engine, OptimizationLevel, ParseError};

/// Lets an engine run scripts as they are written.
///
/// Rhai's optimizer leaves out what changes no value: loops that wait or raise an error, names that are not there. It puts a
/// constant's value where a loop variable has its name, and takes `x = x + y` for `x += y`, which nodes refuse.
pub(crate) fn register(engine: &mut Engine) {
    engine.set_optimization_level(OptimizationLevel::None);
}

/// Parses a script, whose errors are to name `label`.
///
/// # Errors
///
/// The syntax error.
pub(crate) fn compile(engine: &Engine, code: &str, label: &str) -> Result<AST, ParseError> {
    let mut ast = engine.compile(code)?;
    ast.set_source(label);
    Ok(ast)
}
