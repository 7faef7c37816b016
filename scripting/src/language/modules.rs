//! `import "tools" as tools`: functions and constants of `.rhai` files beside the notebook.
//!
//! A module is read each time that it is imported, so that a changed file counts from the next run on. It is parsed and run
//! on a stack of its own, because parsing takes stack that nothing watches. It may what its importer may: in a node's body it
//! does not wire, and its tasks are that node's.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::rc::Weak;

use rhai::{
    Dynamic, Engine, EvalAltResult, GlobalRuntimeState, Module, ModuleResolver, Position, Scope, Shared,
};

use crate::compile::compile;
use crate::coroutine;
use crate::gate::Access;
use crate::report::{CellText, error_map};
use crate::source;
use crate::waiting::blocked;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The longest file: to parse it takes some hundred milliseconds.
const BYTES_MAX: u64 = 1 << 20;

/// Most modules that are being imported at a time: ones that import each other would never end.
const IMPORTS_MAX: usize = 32;

const EXTENSION: &str = "rhai";

/// Finds modules in the directory that the program was in when the session began: the notebook's.
struct Beside {
    world: Weak<World>,
    folder: PathBuf,
    importing: Cell<usize>,
}

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    let folder = std::env::current_dir().unwrap_or_default();
    engine.set_module_resolver(Beside { world: world.clone(), folder, importing: Cell::new(0) });
}

impl ModuleResolver for Beside {
    fn resolve(
        &self,
        _engine: &Engine,
        _source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>> {
        self.import(path, position, Dynamic::UNIT)
    }

    fn resolve_raw(
        &self,
        _engine: &Engine,
        global: &mut GlobalRuntimeState,
        _scope: &mut Scope<'_>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>> {
        self.import(path, position, global.tag.clone())
    }
}

impl Beside {
    /// Reads and runs a module under the tag of whoever imports it.
    fn import(&self, path: &str, position: Position, tag: Dynamic) -> Result<Shared<Module>> {
        let Some(world) = self.world.upgrade() else {
            return Err(error_map("ImportError", "there is no session", position));
        };
        world.gate.pass(Access::Read, &format!("import {path:?}"), position)?;
        let failed =
            |why: &str| error_map("ImportError", &format!("cannot import {path:?}: {why}"), position);
        let code = read(&self.folder, path).map_err(|why| failed(&why))?;
        let _importing = Importing::begin(&self.importing)
            .ok_or_else(|| failed("it imports itself, or too many modules are being imported"))?;
        let name = path.to_owned();
        let script = coroutine::run(move || load(&world, &name, &code, tag));
        match coroutine::block_on(script).map_err(|error| blocked(error, position))? {
            Ok(Ok(module)) => Ok(module.into()),
            // As a call, so that the error shows the line of the file and the import that led there.
            Ok(Err(error)) => {
                let (module, file) = (format!("module {path}"), path.to_owned());
                Err(EvalAltResult::ErrorInFunctionCall(module, file, error, position).into())
            }
            Err(error) => Err(error_map(error.name(), &error.to_string(), position)),
        }
    }
}

/// Counts an import while it lasts.
struct Importing<'a>(&'a Cell<usize>);

impl<'a> Importing<'a> {
    fn begin(count: &'a Cell<usize>) -> Option<Self> {
        (count.get() < IMPORTS_MAX).then(|| {
            count.set(count.get() + 1);
            Self(count)
        })
    }
}

impl Drop for Importing<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

fn load(world: &World, path: &str, code: &str, tag: Dynamic) -> Result<Module> {
    let text = CellText::of_file(path, code);
    world.sources.add(&text);
    let source =
        source::rewrite(code).map_err(|error| error_map("SyntaxError", &error.message, error.position))?;
    let nodes = source.node_types.first().map(|header| header.position);
    if let Some(position) = nodes.or(source.templates.first().map(|header| header.position)) {
        let message = "a module has functions and constants: node types and templates are defined in cells";
        return Err(error_map("SyntaxError", message, position));
    }
    let ast = compile(&world.engine, &source.rhai, &text.label())?;
    world.sources.add_closures(&text, &ast);
    let mut global = world.engine.new_global_runtime_state();
    global.tag = tag;
    Module::eval_ast_as_new_raw(&world.engine, &mut Scope::new(), &mut global, &ast)
}

/// The text of a module; what is wrong with it.
fn read(folder: &Path, path: &str) -> std::result::Result<String, String> {
    let wanted = Path::new(path);
    if path.is_empty() || !wanted.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("a module is named by a path below the notebook's directory, without `..`".to_owned());
    }
    let mut wanted = folder.join(wanted);
    if wanted.extension().is_none_or(|extension| extension != EXTENSION) {
        wanted.as_mut_os_string().push(format!(".{EXTENSION}"));
    }
    let missing = |error: std::io::Error| format!("{}: {error}", wanted.display());
    let (root, file) =
        (fs::canonicalize(folder).map_err(missing)?, fs::canonicalize(&wanted).map_err(missing)?);
    if !file.starts_with(&root) {
        return Err("it is a link that leads out of the notebook's directory".to_owned());
    }
    if !fs::metadata(&file).map_err(missing)?.is_file() {
        return Err("it is no file".to_owned());
    }
    let mut code = String::new();
    File::open(&file).and_then(|file| file.take(BYTES_MAX + 1).read_to_string(&mut code)).map_err(missing)?;
    if code.len() as u64 > BYTES_MAX {
        return Err(format!("it is longer than {} KiB", BYTES_MAX >> 10));
    }
    Ok(code)
}
