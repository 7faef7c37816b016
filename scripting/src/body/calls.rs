//! What a body calls, as far as its text says: whether it may wait.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, FnCallExpr, FnPtr, ImmutableString, Stmt};

/// The functions that a body calls by name, operators included.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    names: BTreeSet<ImmutableString>,
    /// Whether it does something that no name tells of: `yield`, a closure, a module's function, a loop over what may be
    /// waited for.
    more: bool,
}

impl Calls {
    pub(super) fn of(code: &Expr) -> Self {
        let mut calls = Self::default();
        code.walk(&mut Vec::new(), &mut |path| {
            if let Some(node) = path.last() {
                calls.note(node);
            }
            true
        });
        calls
    }

    /// Whether all that it does is to call functions that pass this test.
    pub(crate) fn are_all(&self, test: impl Fn(&str) -> bool) -> bool {
        !self.more && self.names.iter().all(|name| test(name))
    }

    fn note(&mut self, node: &ASTNode<'_>) {
        match node {
            ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _))
            | ASTNode::Stmt(Stmt::FnCall(call, _)) => self.note_call(call),
            ASTNode::Expr(Expr::Custom(..)) | ASTNode::Stmt(Stmt::Import(..) | Stmt::Share(..)) => {
                self.more = true
            }
            ASTNode::Expr(Expr::DynamicConstant(value, _)) => {
                self.more |= value.read_lock::<FnPtr>().is_some()
            }
            ASTNode::Stmt(Stmt::For(of, _)) => self.more |= !is_range(&of.2.expr),
            _ => {}
        }
    }

    fn note_call(&mut self, call: &FnCallExpr) {
        self.more |= !call.namespace.is_empty();
        if call.op_token.is_none() && !RANGES.contains(&call.name.as_str()) {
            self.names.insert(call.name.clone());
        }
    }
}

const RANGES: [&str; 2] = ["..", "..="];

fn is_range(iterable: &Expr) -> bool {
    match iterable {
        Expr::FnCall(call, _) => RANGES.contains(&call.name.as_str()),
        // Of constants the parser makes the range itself.
        Expr::DynamicConstant(..) => true,
        _ => false,
    }
}
