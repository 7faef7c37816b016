//! What one call of a body runs in, kept for the next.

use std::collections::BTreeMap;

use rhai::{
    Caches, Dynamic, Engine, EvalAltResult, EvalContext, Expr, GlobalRuntimeState, ImmutableString, Locked,
    Module, Scope, Shared,
};

/// A module of functions, as Rhai's runtime state holds them. Rhai's own name for it is private.
pub type SharedModule = Shared<Module>;

/// The functions that bodies see.
#[derive(Clone, Default)]
pub struct Library {
    /// Script functions that cells define, and native ones for the node types. Where two define the same
    /// function, the later module wins.
    pub modules: Vec<SharedModule>,
    /// To be changed with everything else here: caches live as long as this stays the same.
    pub version: u64,
}

impl Library {
    /// A runtime state in which the scripts of a cell see the library, and these constants.
    pub(crate) fn runtime_state(
        &self,
        engine: &Engine,
        constants: &Constants,
        source: Option<&str>,
    ) -> GlobalRuntimeState {
        let mut global = engine.new_global_runtime_state();
        global.lib.extend(self.modules.iter().cloned());
        constants.show_to(&mut global);
        global.source = source.map(Into::into);
        global
    }
}

/// What functions see as `global::NAME`: the constants of a shell's cells. A copy is the same ones.
#[derive(Clone, Default)]
pub struct Constants(Shared<Locked<BTreeMap<ImmutableString, Dynamic>>>);

impl Constants {
    /// Whether both are those of the same shell.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.0, &other.0)
    }

    /// Makes them those of `scope`. Rhai gathers a script's constants itself, but only while there are
    /// functions that could see them, and forgets them at the end of the script.
    pub(crate) fn refill(&self, scope: &Scope<'_>) {
        let mut constants = self.0.borrow_mut();
        constants.clear();
        // The newest first: it hides older ones of its name.
        for (name, _, value) in scope.iter_raw().filter(|(_, is_constant, _)| *is_constant) {
            constants.entry(name.into()).or_insert_with(|| value.clone());
        }
    }

    /// Whether there is one of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.borrow().contains_key(name)
    }

    /// Lets scripts that run with this state see them, and add to them.
    fn show_to(&self, global: &mut GlobalRuntimeState) {
        global.constants = Some(self.0.clone());
    }
}

/// A scope, a runtime state and caches.
///
/// # Invariant
///
/// Between calls the scope has exactly the body's parameters, all `()` and none constant.
pub(super) struct Frame {
    scope: Scope<'static>,
    global: GlobalRuntimeState,
    caches: Caches,
    /// The version of the library that `global` has; none yet in a new frame.
    version: Option<u64>,
}

impl Frame {
    pub(super) fn new(
        engine: &Engine,
        source: Option<ImmutableString>,
        constants: &Constants,
        parameters: &[ImmutableString],
    ) -> Self {
        let mut global = engine.new_global_runtime_state();
        global.source = source;
        constants.show_to(&mut global);
        let mut scope = Scope::with_capacity(parameters.len());
        declare(&mut scope, parameters);
        Self { scope, global, caches: Caches::new(), version: None }
    }

    /// Makes the frame see `library`, and begin anew.
    pub(super) fn prepare(&mut self, library: &Library, closures: &SharedModule, tag: &mut Dynamic) {
        let global = &mut self.global;
        if self.version != Some(library.version) {
            self.caches = Caches::new();
            global.lib.clear();
            global.lib.extend(library.modules.iter().cloned());
            global.lib.push(closures.clone());
            self.version = Some(library.version);
        }
        std::mem::swap(&mut global.tag, tag);
        global.num_operations = 0;
        global.num_modules_loaded = 0;
        // As in a function that the outermost level calls.
        global.level = 1;
        global.scope_level = 0;
        global.always_search_scope = false;
    }

    /// Gives each parameter its argument; there are as many.
    pub(super) fn bind(&mut self, parameters: &[ImmutableString], arguments: impl Iterator<Item = Dynamic>) {
        for (name, value) in parameters.iter().zip(arguments) {
            if let Some(slot) = self.scope.get_mut(name) {
                // A constant of a cell says so in the value itself; a copy does not.
                *slot = if value.is_read_only() { value.clone() } else { value };
            }
        }
    }

    /// Runs the statements.
    pub(super) fn run(
        &mut self,
        engine: &Engine,
        code: &Expr,
        this: Option<&mut Dynamic>,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let mut context = EvalContext::new(engine, &mut self.global, &mut self.caches, &mut self.scope, this);
        #[allow(deprecated, reason = "marked as volatile, not as going away")]
        let result = context.eval_expression_tree_raw(&code.into(), true);
        match &result {
            Ok(value) if value.is_shared() => result.map(Dynamic::flatten),
            _ => result,
        }
    }

    /// Lets go of all values, and gives the tag back.
    pub(super) fn release(&mut self, parameters: &[ImmutableString], tag: &mut Dynamic) {
        *tag = std::mem::take(&mut self.global.tag);
        let cleared = parameters.iter().all(|name| match self.scope.get_mut(name) {
            Some(slot) => {
                *slot = Dynamic::UNIT;
                true
            }
            None => false,
        });
        // A body may declare a constant over a parameter, which takes its place in the scope.
        if !cleared || self.scope.len() != parameters.len() {
            self.scope.clear();
            declare(&mut self.scope, parameters);
        }
    }
}

fn declare(scope: &mut Scope<'static>, parameters: &[ImmutableString]) {
    scope.extend(parameters.iter().map(|name| (name.clone(), Dynamic::UNIT)));
}
