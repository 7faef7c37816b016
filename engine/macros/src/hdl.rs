//! `f.name` in the text of `flow_hdl!` and of templates.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Error, Expr, ExprField, ExprLit, Ident, Lit, Member, Result, Stmt, Token, parse_quote};

/// Names that are no nodes, as in `flowno_engine::hdl::KEYWORDS`.
const KEYWORDS: [&str; 2] = ["KEYWORDS", "run_until_complete"];

/// What `flow_hdl!` is given: `|f| statements`.
pub(crate) struct Description {
    view: Ident,
    statements: Vec<Stmt>,
}

impl Parse for Description {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![|]>()?;
        let view = input.parse()?;
        input.parse::<Token![|]>()?;
        Ok(Self { view, statements: Block::parse_within(input)? })
    }
}

impl Description {
    pub(crate) fn write(self) -> Result<TokenStream> {
        let view = self.view;
        let mut names = Names::new(view.clone());
        let mut statements = self.statements;
        if let Some(Stmt::Expr(_, end @ None)) = statements.last_mut() {
            *end = Some(Token![;](view.span()));
        }
        statements.iter_mut().for_each(|statement| names.visit_stmt_mut(statement));
        names.check()?;
        let (slots, fields) = (names.slots(), names.names.iter().collect::<Vec<_>>());
        let slot = fields.iter().map(|name| slot_of(name));
        let types: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("Node{index}")).collect();
        Ok(quote! {{
            #[allow(non_snake_case, dead_code)]
            struct __Nodes<#(#types),*> {
                #(#fields: #types,)*
            }
            let __flow = ::flowno_engine::FlowHDL::new();
            #[allow(unused_variables)]
            let #view = ::core::clone::Clone::clone(__flow.view());
            #slots
            #(#statements)*
            let __nodes = __Nodes { #(#fields: __flow.view().read(&#slot),)* };
            __flow.described(__nodes)
        }})
    }
}

/// Rewrites what is said of a view's names, and collects them.
pub(crate) struct Names {
    view: Ident,
    /// In order, each once.
    names: Vec<Ident>,
    known: HashSet<Ident>,
    assigned: HashSet<Ident>,
    /// Variables that are cloned where they are used.
    pub(crate) cloned: Vec<Ident>,
    errors: Vec<Error>,
}

impl Names {
    pub(crate) fn new(view: Ident) -> Self {
        let (names, known, assigned) = (Vec::new(), HashSet::new(), HashSet::new());
        Self { view, names, known, assigned, cloned: Vec::new(), errors: Vec::new() }
    }

    /// Statements that declare what the names stand for.
    pub(crate) fn slots(&self) -> TokenStream {
        let declare = self.names.iter().map(|name| {
            let (slot, view, text) = (slot_of(name), &self.view, text_of(name));
            quote!(let #slot = #view.slot(#text);)
        });
        quote!(#(#declare)*)
    }

    /// # Errors
    ///
    /// If a name is none, or nothing defines it.
    pub(crate) fn check(&mut self) -> Result<()> {
        for name in &self.names {
            if !self.assigned.contains(name) {
                let (view, text) = (&self.view, text_of(name));
                let message = format!(
                    "nothing here defines `{view}.{text}`: add `{view}.{text} = ..;`, or write `{view}.node(\"{text}\")` \
                     for a name that is assigned elsewhere",
                );
                self.errors.push(Error::new(name.span(), message));
            }
        }
        let errors = self.errors.drain(..);
        match errors.reduce(|mut all, error| {
            all.combine(error);
            all
        }) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The name in `f.name`.
    fn name_in(&mut self, expression: &Expr) -> Option<Ident> {
        let Expr::Field(ExprField { base, member: Member::Named(name), .. }) = expression else {
            return None;
        };
        if !is_ident(base, &self.view) {
            return None;
        }
        let text = text_of(name);
        if text.starts_with('_') {
            let message = format!("a node's name must not begin with an underscore: `{text}`");
            self.errors.push(Error::new(name.span(), message));
        } else if KEYWORDS.contains(&&*text) {
            let message = format!("`{text}` is a keyword of the flow, not a node");
            self.errors.push(Error::new(name.span(), message));
        }
        if self.known.insert(name.clone()) {
            self.names.push(name.clone());
        }
        Some(name.clone())
    }

    /// The view, for code that stands where a name does: errors point there.
    fn view_at(&self, name: &Ident) -> Ident {
        Ident::new(&self.view.to_string(), name.span().resolved_at(self.view.span()))
    }

    fn read(&self, name: &Ident) -> Expr {
        let (view, slot) = (self.view_at(name), slot_of(name));
        syn::parse2(quote_spanned!(name.span()=> #view.read(&#slot))).unwrap_or_else(|_| parse_quote!(#slot))
    }
}

impl VisitMut for Names {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Assign(assign) => {
                if let Some(name) = self.name_in(&assign.left) {
                    self.visit_expr_mut(&mut assign.right);
                    self.assigned.insert(name.clone());
                    let (view, slot, right) = (self.view_at(&name), slot_of(&name), &assign.right);
                    *expression = parse_quote!(#view.set(&#slot, #right));
                    return;
                }
            }
            Expr::MethodCall(call) if call.method == "output" && call.args.len() == 1 => {
                if let (Some(port), Some(name)) = (integer(&call.args[0]), self.name_in(&call.receiver)) {
                    let node = self.read(&name);
                    *expression = parse_quote!(#node.port::<#port>());
                    return;
                }
            }
            Expr::Index(index) => {
                let text = matches!(&*index.index, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
                if let (true, Some(name)) = (text, self.name_in(&index.expr)) {
                    let (node, port) = (self.read(&name), &index.index);
                    *expression = parse_quote!(#node.output_named(#port));
                    return;
                }
            }
            Expr::Field(_) => {
                if let Some(name) = self.name_in(expression) {
                    *expression = self.read(&name);
                    return;
                }
            }
            Expr::Path(_) if self.cloned.iter().any(|variable| is_ident(expression, variable)) => {
                *expression = parse_quote!(::core::clone::Clone::clone(&#expression));
                return;
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    /// `Print(f.a);` is a node without a name.
    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, statement);
        if let Stmt::Expr(expression, Some(_)) = statement
            && is_node_call(expression)
        {
            let view = &self.view;
            *statement = Stmt::Expr(parse_quote!(#view.add(#expression)), Some(Token![;](expression.span())));
        }
    }
}

/// Whether it is the call of something whose name begins as a node type's does.
fn is_node_call(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    let Expr::Path(path) = &*call.func else { return false };
    path.path.segments.last().is_some_and(|name| name.ident.to_string().starts_with(char::is_uppercase))
}

fn is_ident(expression: &Expr, ident: &Ident) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(ident))
}

fn integer(expression: &Expr) -> Option<&Lit> {
    match expression {
        Expr::Lit(ExprLit { lit: lit @ Lit::Int(_), .. }) => Some(lit),
        _ => None,
    }
}

/// The variable that stands for a name.
fn slot_of(name: &Ident) -> Ident {
    format_ident!("__{}", text_of(name), span = name.span())
}

fn text_of(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
