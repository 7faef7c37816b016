//! Bodies that only compute: a few operators on numbers.
//!
//! Given numbers, such a body has ended before anybody would be let in between, and nothing that it does waits: it needs no
//! stack of its own to wait on.

use rhai::{ASTNode, Expr, FnCallExpr, Stmt};

/// Most parts of such a body, each of them an operation: many bodies run before the event loop looks at others.
const PARTS_MAX: usize = 64;

/// How deep they nest at most, so that the stack it is called on has room for them.
const DEPTH_MAX: usize = 16;

/// All that take no longer for any numbers. No function that a cell defines has such a name.
const OPERATORS: [&str; 18] =
    ["+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^", "!", "==", "!=", "<", "<=", ">", ">="];

/// Whether a body is such a one.
pub(super) fn is_brief(code: &Expr) -> bool {
    let mut parts = 0;
    code.walk(&mut Vec::new(), &mut |path| {
        parts += 1;
        parts <= PARTS_MAX && path.len() <= DEPTH_MAX && path.last().is_some_and(computes)
    })
}

fn computes(part: &ASTNode<'_>) -> bool {
    match part {
        ASTNode::Expr(expression) => match expression {
            Expr::BoolConstant(..) | Expr::IntegerConstant(..) | Expr::FloatConstant(..) | Expr::Unit(..) => {
                true
            }
            Expr::Stmt(..) | Expr::And(..) | Expr::Or(..) | Expr::Coalesce(..) => true,
            Expr::Variable(variable, ..) => variable.2.is_empty(),
            Expr::FnCall(call, ..) => is_operator(call),
            _ => false,
        },
        ASTNode::Stmt(statement) => match statement {
            Stmt::Noop(..) | Stmt::Block(..) | Stmt::Expr(..) | Stmt::Return(..) => true,
            Stmt::If(..) | Stmt::Switch(..) | Stmt::Var(..) | Stmt::Assignment(..) => true,
            Stmt::FnCall(call, ..) => is_operator(call),
            _ => false,
        },
        _ => false,
    }
}

fn is_operator(call: &FnCallExpr) -> bool {
    call.namespace.is_empty() && OPERATORS.contains(&call.name.as_str())
}
