//! What cells have defined: node types, functions, and the library that scripts see.
//!
//! A copy is cheap, and is how a cell that fails leaves everything as it was.

mod depends;

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::{Rc, Weak};

use rhai::{
    AST, Dynamic, Engine, EvalAltResult, FuncRegistration, Module, NativeCallContext, ParseError, RhaiFunc,
    Shared,
};

use self::depends::{FunctionTexts, names_any};
use crate::body::{ANONYMOUS, Constants, Library};
use crate::language::{construct, construct_native, instantiate};
use crate::native::NativeType;
use crate::nodes::{NodeType, Template};
use crate::report::CellText;
use crate::source::CellSource;
use crate::world::World;

/// Node types, templates and functions by name.
#[derive(Clone, Default)]
pub(crate) struct Definitions {
    types: BTreeMap<String, Rc<NodeType>>,
    templates: BTreeMap<String, Rc<Template>>,
    /// The host's node types, written in Rust; a cell may define another of the same name.
    natives: BTreeMap<String, Rc<NativeType>>,
    /// The functions and closures of cells, oldest first, each under its cell's label: that is how errors in them
    /// name the cell. What a later cell defines again is taken out of the earlier ones.
    functions: Vec<AST>,
    texts: FunctionTexts,
    pub(crate) library: Rc<Library>,
    versions: u64,
}

/// What a cell has added.
pub(crate) struct Added {
    /// The node types and templates that are not as they were before, by name.
    pub(crate) changed: Vec<String>,
    /// Whether there is more to it than types and templates that say what they said before.
    pub(crate) is_new: bool,
}

/// A function that a cell defines.
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    pub(crate) params: Vec<&'a str>,
    /// The label of the cell.
    pub(crate) cell: Option<&'a str>,
}

impl Definitions {
    pub(crate) fn node_type(&self, name: &str) -> Option<Rc<NodeType>> {
        self.types.get(name).cloned()
    }

    pub(crate) fn template(&self, name: &str) -> Option<Rc<Template>> {
        self.templates.get(name).cloned()
    }

    /// How a node type or a template is called: `Add(x, y = 0)`.
    pub(crate) fn usage(&self, name: &str) -> Option<String> {
        let of_type = self.types.get(name).map(|node_type| node_type.usage());
        of_type
            .or_else(|| self.templates.get(name).map(|template| template.usage()))
            .or_else(|| self.natives.get(name).map(|native_type| native_type.usage()))
    }

    /// Adds a type of the host's.
    pub(crate) fn add_native(&mut self, world: &Weak<World>, native_type: NativeType) {
        self.natives.insert(native_type.name().to_owned(), Rc::new(native_type));
        self.renew_library(world);
    }

    /// All node types, by name.
    pub(crate) fn node_types(&self) -> impl Iterator<Item = &Rc<NodeType>> {
        self.types.values()
    }

    /// All templates, by name.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &Rc<Template>> {
        self.templates.values()
    }

    /// The functions of cells, without closures.
    pub(crate) fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        self.functions.iter().flat_map(|ast| {
            let named = ast.iter_functions().filter(|function| !function.name.starts_with(ANONYMOUS));
            named.map(|function| Function {
                name: function.name,
                params: function.params,
                cell: ast.source(),
            })
        })
    }

    /// Takes over what a cell defines, whose shell has these constants. Node types and templates that only their comments
    /// or their places tell from before are the same version, as this cell writes it.
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
        constants: &Constants,
    ) -> Result<Added, ParseError> {
        let mut changed = Vec::new();
        for header in &source.node_types {
            let same = self.types.get(&header.name).filter(|known| known.is_same(header, constants));
            let same = same.map(|known| known.version);
            self.versions += u64::from(same.is_none());
            let version = same.unwrap_or(self.versions);
            if let Some(compiled) = NodeType::compile(engine, ast, header, cell, constants, version)? {
                self.templates.remove(&header.name);
                compiled.closures().into_iter().for_each(|closures| self.replace_functions(closures));
                self.types.insert(header.name.clone(), Rc::new(compiled));
                changed.extend(same.is_none().then(|| header.name.clone()));
            }
        }
        for header in &source.templates {
            let is_same =
                self.templates.get(&header.name).is_some_and(|known| known.is_same(header, constants));
            if let Some(compiled) = Template::compile(ast, header, cell, constants) {
                self.types.remove(&header.name);
                self.templates.insert(header.name.clone(), Rc::new(compiled));
                changed.extend((!is_same).then(|| header.name.clone()));
            }
        }
        self.renumber_dependent(source, &mut changed);
        let functions = plain_functions(ast, source);
        if source.node_types.is_empty() && source.templates.is_empty() && functions.is_none() {
            return Ok(Added { is_new: !changed.is_empty(), changed });
        }
        let is_new = !changed.is_empty() || functions.is_some();
        if let Some(functions) = functions {
            self.replace_functions(functions);
        }
        self.renew_library(world);
        Ok(Added { changed, is_new })
    }

    /// Goes back to what was kept, under numbers of versions that nothing has had.
    pub(crate) fn go_back(&mut self, kept: Self) {
        let (versions, library_version) = (self.versions, self.library.version + 1);
        *self = kept;
        self.versions = versions;
        Rc::make_mut(&mut self.library).version = library_version;
    }

    fn renew_library(&mut self, world: &Weak<World>) {
        let constructors = self.constructors(world).into();
        let library = Rc::make_mut(&mut self.library);
        library.modules = self.functions.iter().map(|ast| ast.shared_lib().clone()).collect();
        library.modules.push(constructors);
        library.version += 1;
    }

    /// Makes another version of each type, and of each template's nodes, that names a function which is not as it was.
    fn renumber_dependent(&mut self, source: &CellSource, changed: &mut Vec<String>) {
        let mut functions: BTreeSet<String> = self.texts.replace(&source.functions);
        if functions.is_empty() {
            return;
        }
        self.texts.spread(&mut functions);
        let names = |text: &str| names_any(text, &functions);
        for (name, node_type) in &mut self.types {
            if !changed.contains(name) && node_type.names_any(names) {
                self.versions += 1;
                *node_type = Rc::new(node_type.renumbered(self.versions));
                changed.push(name.clone());
            }
        }
        for (name, template) in &self.templates {
            if !changed.contains(name) && names(&template.header.body_tokens) {
                changed.push(name.clone());
            }
        }
    }

    /// The names that cells have given to node types, templates and functions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let named = self.types.keys().chain(self.templates.keys()).map(String::as_str);
        named.chain(self.texts.names())
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

    /// A native function for each node type, template and number of arguments: `Add(1, flow.b)` makes a draft, with
    /// exact positions also inside closures.
    fn constructors(&self, world: &Weak<World>) -> Module {
        let mut module = Module::new();
        for node_type in self.types.values() {
            for arity in 0..=node_type.header.parameters.len() {
                let (world, of) = (world.clone(), node_type.clone());
                constructor(&mut module, &node_type.header.name, arity, move |context, arguments| {
                    construct(&world, &of, context, arguments)
                });
            }
        }
        let is_hidden = |name: &str| self.types.contains_key(name) || self.templates.contains_key(name);
        for native_type in self.natives.values().filter(|native_type| !is_hidden(native_type.name())) {
            for arity in 0..=native_type.arity() {
                let (world, of) = (world.clone(), native_type.clone());
                constructor(&mut module, native_type.name(), arity, move |context, arguments| {
                    construct_native(&world, &of, context, arguments)
                });
            }
        }
        for template in self.templates.values() {
            let (world, of) = (world.clone(), template.clone());
            let arity = template.header.parameters.len() - 1;
            constructor(&mut module, &template.header.name, arity, move |context, arguments| {
                instantiate(&world, &of, context, arguments)
            });
        }
        module.build_index();
        module
    }
}

/// Adds a native function that takes arguments of any types.
fn constructor(
    module: &mut Module,
    name: &str,
    arity: usize,
    make: impl Fn(&NativeCallContext, &mut [&mut Dynamic]) -> Result<Dynamic, Box<EvalAltResult>> + 'static,
) {
    let func = move |context: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| match &context {
        Some(context) => make(context, arguments),
        None => Ok(Dynamic::UNIT), // never: `has_context` is set
    };
    FuncRegistration::new(name).set_into_module_raw(
        module,
        vec![TypeId::of::<Dynamic>(); arity],
        RhaiFunc::Pure { func: Shared::new(func), has_context: true, is_pure: true, is_volatile: true },
    );
}

/// The functions and closures of a cell without those that its headers became; `None` if there are none.
fn plain_functions(ast: &AST, source: &CellSource) -> Option<AST> {
    let is_node = |name: &str, arity: usize| {
        let nodes = source.node_types.iter().map(|header| (&header.name, header.parameters.len()));
        let templates = source.templates.iter().map(|header| (&header.name, header.parameters.len()));
        nodes.chain(templates).any(|header| header == (&name.to_owned(), arity))
    };
    let mut plain = ast.clone_functions_only();
    plain.retain_functions(|_, _, name, arity| !is_node(name, arity));
    // The copy's module has lost its name, and a shared one can be given none.
    if let Some(source) = ast.source() {
        plain.set_source(source);
    }
    plain.has_functions().then_some(plain)
}
