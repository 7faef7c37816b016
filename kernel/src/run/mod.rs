//! `flowno run` and `flowno export`: notebooks and scripts without Jupyter.
//!
//! The session is the one that the kernel has, driven on this thread without sockets; its displays are headless. What
//! cells show goes to the terminal at once and, as nbclient would keep it, into the notebook.
//!
//! | file | what it does |
//! | --- | --- |
//! | `driver.rs` | runs the cells of a notebook one after another |
//! | `recorder.rs` | events to outputs, as nbclient makes them of messages |
//! | `terminal.rs` | events to text, and progress |
//! | `parameters.rs` | `--set name=value` to a cell |
//! | `ctrl_c.rs` | Ctrl-C to the interrupt flag |

mod ctrl_c;
mod driver;
mod parameters;
mod recorder;
mod terminal;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf, absolute};
use std::{env, fs};

use flowno_scripting::engine::event_loop::LoopError;
use flowno_scripting::{Gate, Limits, NativeType};
use thiserror::Error;

use crate::notebook::{Notebook, NotebookError};

pub(crate) use ctrl_c::EXIT_CODE as INTERRUPTED;
pub use driver::Verdict;
pub use parameters::{Parameter, ParameterError};

/// What the command line says about a run.
#[derive(Debug)]
pub struct RunOptions {
    /// A notebook (`.ipynb`) or a script (`.rhai`).
    pub file: PathBuf,
    /// Whether the notebook is written back with its outputs.
    pub inplace: bool,
    /// Another file that gets the notebook with its outputs.
    pub output: Option<PathBuf>,
    /// Values that a cell defines before the others run.
    pub parameters: Vec<Parameter>,
    /// Whether the cells after one that failed run too.
    pub allow_errors: bool,
    /// No progress.
    pub quiet: bool,
    /// What scripts may reach of the network and the disk.
    pub gate: Gate,
    /// How much cells may take.
    pub limits: Limits,
}

/// What kept a file from being run or exported.
#[derive(Debug, Error)]
pub enum RunError {
    /// The file is not to be read, or the outputs are not to be written.
    #[error(transparent)]
    Notebook(#[from] NotebookError),
    /// A script has no place for outputs.
    #[error("{} is a script and cannot keep outputs: give --output FILE.ipynb", .0.display())]
    ScriptInplace(PathBuf),
    /// Outputs go into notebooks only.
    #[error("outputs are kept in a notebook, so {} should end with .ipynb", .0.display())]
    OutputName(PathBuf),
    /// The file's folder cannot be gone to.
    #[error("cells cannot run in the folder of {}", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// Ctrl-C cannot be caught.
    #[error("cannot listen for Ctrl-C")]
    CtrlC(#[source] io::Error),
    /// The event loop could not be made, or went no further.
    #[error(transparent)]
    EventLoop(#[from] LoopError),
    /// The script cannot be written.
    #[error("cannot write the script")]
    Export(#[source] io::Error),
}

/// Runs a notebook or a script from top to bottom; its cells know the host's node types `natives`. The process goes to the
/// file's folder, where Jupyter would run it: what cells import is beside it.
///
/// The outputs are kept if that was asked for: in another file whatever happens, in place only if no cell failed, since
/// what is there already may be better.
///
/// # Errors
///
/// When the file cannot be read or the outputs cannot be written. A cell that fails is no error but a [`Verdict`].
pub fn run(options: &RunOptions, natives: Vec<NativeType>) -> Result<Verdict, RunError> {
    if options.inplace && has_extension(&options.file, "rhai") {
        return Err(RunError::ScriptInplace(options.file.clone()));
    }
    if let Some(output) = &options.output {
        check_output(output)?;
    }
    let mut notebook = Notebook::read(&options.file)?;
    parameters::inject(&mut notebook, &options.parameters);
    let not_there = |error| RunError::Folder(options.file.clone(), error);
    let file = absolute(&options.file).map_err(not_there)?;
    let output = options.output.as_ref().map(absolute).transpose().map_err(not_there)?;
    file.parent().map_or(Ok(()), env::set_current_dir).map_err(not_there)?;
    let (notebook, verdict) = driver::run(notebook, options, natives)?;
    if let Some(output) = &output {
        notebook.write(output)?;
    }
    if options.inplace && verdict == Verdict::Passed {
        notebook.write(&file)?;
    }
    Ok(verdict)
}

/// Writes the cells of a notebook as a script, to a file or to standard output.
///
/// # Errors
///
/// When the notebook cannot be read or the script cannot be written.
pub fn export(file: &Path, output: Option<&Path>) -> Result<(), RunError> {
    let script = Notebook::read(file)?.to_script();
    match output {
        Some(path) => Ok(crate::notebook::write_text(path, &script)?),
        None => io::stdout().write_all(script.as_bytes()).map_err(RunError::Export),
    }
}

/// Whether outputs can be kept there, before a long run has made some.
fn check_output(output: &Path) -> Result<(), RunError> {
    if !has_extension(output, "ipynb") {
        return Err(RunError::OutputName(output.to_owned()));
    }
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.map_or(Ok(()), |folder| fs::metadata(folder).map(|_| ())) {
        Ok(()) => Ok(()),
        Err(source) => Err(NotebookError::Write { path: output.to_owned(), source }.into()),
    }
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}
