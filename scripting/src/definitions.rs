//! What cells have defined: node types, functions, and the library that scripts see.
//!
//! A copy is cheap, and is how a cell that fails leaves everything as it was.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::rc::{Rc, Weak};

use rhai::{AST, Dynamic, Engine, FuncRegistration, Module, NativeCallContext, ParseError, RhaiFunc, Shared};

use crate::body::Library;
use crate::language::construct;
use crate::nodes::NodeType;
use crate::report::CellText;
use crate::source::{CellSource, NodeHeader};
use crate::world::World;

/// Node types and functions by name.
#[derive(Clone)]
pub(crate) struct Definitions {
    types: BTreeMap<String, Rc<NodeType>>,
    /// The functions and closures of cells, oldest first, each under its cell's label: that is how errors in them
    /// name the cell. What a later cell defines again is taken out of the earlier ones.
    functions: Vec<AST>,
    pub(crate) library: Library,
    versions: u64,
}

impl Default for Definitions {
    fn default() -> Self {
        let library = Library { constants: Some(Shared::default()), ..Library::default() };
        Self { types: BTreeMap::new(), functions: Vec::new(), library, versions: 0 }
    }
}

impl Definitions {
    pub(crate) fn node_type(&self, name: &str) -> Option<Rc<NodeType>> {
        self.types.get(name).cloned()
    }

    /// Takes over what a cell defines. Gives the names of the node types that are not as they were before.
    ///
    /// # Errors
    ///
    /// A syntax error in a default or a `with` map.
    pub(crate) fn add_cell(
        &mut self,
        world: &Weak<World>,
        engine: &Engine,
        source: &CellSource,
        ast: &AST,
        cell: &CellText,
    ) -> Result<Vec<String>, ParseError> {
        let mut changed = Vec::new();
        for header in &source.node_types {
            if self.types.get(&header.name).is_some_and(|known| known.is_same(header)) {
                continue;
            }
            self.versions += 1;
            if let Some(compiled) = NodeType::compile(engine, ast, header, cell, self.versions)? {
                self.types.insert(header.name.clone(), Rc::new(compiled));
                changed.push(header.name.clone());
            }
        }
        let functions = plain_functions(ast, &source.node_types);
        if changed.is_empty() && functions.is_none() {
            return Ok(changed);
        }
        if let Some(functions) = functions {
            self.replace_functions(functions);
        }
        self.library.modules = self.functions.iter().map(|ast| ast.shared_lib().clone()).collect();
        self.library.modules.push(self.constructors(world).into());
        self.library.version += 1;
        Ok(changed)
    }

    /// Adds a cell's functions, and drops those of the same names and numbers of parameters.
    fn replace_functions(&mut self, new: AST) {
        let names: HashSet<(String, usize)> =
            new.iter_functions().map(|f| (f.name.to_owned(), f.params.len())).collect();
        let is_new = |name: &str, arity: usize| names.contains(&(name.to_owned(), arity));
        for old in &mut self.functions {
            if old.iter_functions().any(|f| is_new(f.name, f.params.len())) {
                old.retain_functions(|_, _, name, arity| !is_new(name, arity));
            }
        }
        self.functions.retain(AST::has_functions);
        self.functions.push(new);
    }

    /// A native function for each node type and number of arguments: `Add(1, flow.b)` makes a draft, with
    /// exact positions also inside closures.
    fn constructors(&self, world: &Weak<World>) -> Module {
        let mut module = Module::new();
        for node_type in self.types.values() {
            for arity in 0..=node_type.header.parameters.len() {
                let (world, of) = (world.clone(), node_type.clone());
                let func = move |context: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| {
                    construct(&world, &of, context.as_ref(), arguments)
                };
                FuncRegistration::new(node_type.header.name.as_str()).set_into_module_raw(
                    &mut module,
                    vec![TypeId::of::<Dynamic>(); arity],
                    RhaiFunc::Pure {
                        func: Shared::new(func),
                        has_context: true,
                        is_pure: true,
                        is_volatile: true,
                    },
                );
            }
        }
        module.build_index();
        module
    }
}

/// The functions and closures of a cell without those that its node headers became; `None` if there are none.
fn plain_functions(ast: &AST, node_types: &[NodeHeader]) -> Option<AST> {
    let is_node = |name: &str, arity: usize| {
        node_types.iter().any(|header| header.name == name && header.parameters.len() == arity)
    };
    let mut plain = ast.clone_functions_only();
    plain.retain_functions(|_, _, name, arity| !is_node(name, arity));
    // The copy's module has lost its name, and a shared one can be given none.
    if let Some(source) = ast.source() {
        plain.set_source(source);
    }
    plain.has_functions().then_some(plain)
}
