//! From text to what runs.

use rhai::{AST, ASTNode, Engine, Expr, OptimizationLevel, ParseError, Scope, Stmt};

/// Parses a script, whose errors are to name `label`, and simplifies it: constants are computed now, and a `return` at the end
/// is no error to be caught.
///
/// Rhai takes for idle what changes no value, and leaves it out: loops, which may wait, or raise an error; and statements that are
/// a variable alone, which may not be there. A script that would lose one stays as it was parsed.
///
/// # Errors
///
/// The syntax error.
pub(crate) fn compile(engine: &Engine, code: &str, label: &str) -> Result<AST, ParseError> {
    let parsed = engine.compile(code)?;
    let simplified = engine.optimize_ast(&Scope::new(), parsed.clone(), OptimizationLevel::Simple);
    let mut ast = if seemingly_idle(&simplified) == seemingly_idle(&parsed) { simplified } else { parsed };
    ast.set_source(label);
    Ok(ast)
}

/// How many statements there are that Rhai might take for idle, though they are not.
fn seemingly_idle(ast: &AST) -> usize {
    let mut found = 0;
    ast.walk(&mut |path| {
        let counts = match path.last() {
            Some(ASTNode::Stmt(Stmt::For(parts, _))) => !parts.2.body.is_empty(),
            Some(ASTNode::Stmt(Stmt::Expr(value))) => matches!(**value, Expr::Variable(..)),
            _ => false,
        };
        found += usize::from(counts);
        true
    });
    found
}
