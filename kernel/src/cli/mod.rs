//! The command line of `flowno`.

mod limits;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::limits::LimitArgs;
use crate::additions::Additions;
use crate::history::HistoryPlace;
use crate::install::{self, Place};
use crate::kernel::{self, KernelOptions};
use crate::run::{self, Parameter, RunOptions, Verdict};
use flowno_scripting::engine::logging;
use flowno_scripting::{Access, Gate};

/// A Jupyter kernel for interactive dataflow notebooks.
#[derive(Debug, Parser)]
#[command(name = "flowno", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the kernel; Jupyter starts it so.
    Kernel(KernelArgs),
    /// Tell Jupyter about this kernel.
    Install(InstallArgs),
    /// Run a notebook (.ipynb) or a script (.rhai) without Jupyter.
    ///
    /// Cells run from top to bottom, in the file's folder; what they show goes to standard output. Exits with 0 if all ran, 1
    /// if a cell failed, 130 after Ctrl-C. A cell tagged `raises-exception` may fail; one tagged `skip-execution` does not run.
    Run(RunArgs),
    /// Write the cells of a notebook as a script, with text as comments.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
struct KernelArgs {
    /// The JSON file in which Jupyter names addresses and key.
    #[arg(long, short = 'f', value_name = "FILE")]
    connection_file: PathBuf,
    /// Where the history of cells is kept, or `off`.
    #[arg(long, env = "FLOWNO_HISTORY", value_name = "FILE", hide_env_values = true)]
    history: Option<HistoryPlace>,
    /// What the kernel may do beyond the default.
    #[arg(long, value_enum, value_delimiter = ',')]
    allow: Vec<Permission>,
    #[command(flatten)]
    gate: GateArgs,
}

#[derive(Debug, Args)]
struct GateArgs {
    /// What cells may not reach: the network, files to read, files to write.
    #[arg(long, value_enum, value_delimiter = ',')]
    deny: Vec<Denial>,
    #[command(flatten)]
    limits: LimitArgs,
}

/// What can be refused to cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Denial {
    /// Sockets and HTTP.
    Net,
    /// Files that are read: certificates, modules.
    Read,
    /// Files that are written: the paths of Unix sockets.
    Write,
}

impl From<Denial> for Access {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Net => Self::Net,
            Denial::Read => Self::Read,
            Denial::Write => Self::Write,
        }
    }
}

/// Things that are refused unless asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Permission {
    /// Listen on an address that other machines can reach.
    Listen,
}

#[derive(Debug, Args)]
struct InstallArgs {
    /// For the current user (the default).
    #[arg(long, conflicts_with_all = ["sys_prefix", "prefix"])]
    user: bool,
    /// Into the active Python environment (venv or conda).
    #[arg(long, conflicts_with = "prefix")]
    sys_prefix: bool,
    /// Under DIR/share/jupyter/kernels.
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    /// The kernel's name in Jupyter.
    #[arg(long, default_value = install::DEFAULT_NAME)]
    name: String,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// The notebook or script. In a script, lines `// %%` begin cells.
    file: PathBuf,
    /// Write the notebook back with its outputs, unless a cell failed.
    #[arg(long, conflicts_with = "output")]
    inplace: bool,
    /// Write a notebook with the outputs, also if a cell failed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Define a variable after the cell tagged `parameters`, or before all cells. The value is JSON, `()`, or a text.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
    /// Go on after a cell that failed.
    #[arg(long)]
    allow_errors: bool,
    /// Show no progress.
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    gate: GateArgs,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// The notebook.
    file: PathBuf,
    /// The script; standard output if none is named.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Cli {
    /// Runs the command to its end.
    ///
    /// # Errors
    ///
    /// Whatever stopped the command, ready to be shown to the user.
    pub fn run(self, additions: Additions) -> Result<ExitCode, Box<dyn Error>> {
        match self.command {
            Command::Kernel(args) => {
                logging::init();
                let listen_anywhere = args.allow.contains(&Permission::Listen);
                let (gate, limits) = (args.gate.gate(), args.gate.limits.limits());
                let history = args.history.unwrap_or_default();
                let connection_file = args.connection_file;
                let options = KernelOptions { connection_file, listen_anywhere, history, gate, limits };
                kernel::run(&options, additions)?;
            }
            Command::Install(args) => {
                let at = install::install(&args.place(), &args.name)?;
                println!("Installed the kernel in {}", at.display());
            }
            Command::Run(args) => {
                logging::init();
                return Ok(exit_code(run::run(&args.options(), additions.natives)?));
            }
            Command::Export(args) => run::export(&args.file, args.output.as_deref())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl GateArgs {
    fn gate(&self) -> Gate {
        self.deny.iter().fold(Gate::open(), |gate, denial| gate.deny((*denial).into()))
    }
}

impl InstallArgs {
    fn place(&self) -> Place {
        match (&self.prefix, self.sys_prefix) {
            (Some(prefix), _) => Place::Prefix(prefix.clone()),
            (None, true) => Place::SysPrefix,
            (None, false) => Place::User,
        }
    }
}

impl RunArgs {
    fn options(self) -> RunOptions {
        let Self { file, inplace, output, parameters, allow_errors, quiet, gate } = self;
        let (gate, limits) = (gate.gate(), gate.limits.limits());
        RunOptions { file, inplace, output, parameters, allow_errors, quiet, gate, limits }
    }
}

fn exit_code(verdict: Verdict) -> ExitCode {
    match verdict {
        Verdict::Passed => ExitCode::SUCCESS,
        Verdict::Failed => ExitCode::FAILURE,
        Verdict::Interrupted => ExitCode::from(run::INTERRUPTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn two_places_are_refused() {
        assert!(Cli::try_parse_from(["flowno", "install", "--user", "--sys-prefix"]).is_err());
        assert!(Cli::try_parse_from(["flowno", "install", "--sys-prefix", "--prefix", "x"]).is_err());
    }

    #[test]
    fn what_is_denied_closes_the_gate() {
        let gate = |more: &[&str]| {
            let cli = Cli::try_parse_from([&["flowno", "kernel", "-f", "x"], more].concat()).unwrap();
            let Command::Kernel(args) = cli.command else { panic!("not kernel") };
            args.gate.gate()
        };
        assert_eq!(gate(&[]), Gate::open());
        assert_eq!(gate(&["--deny", "net,write"]), Gate::open().deny(Access::Net).deny(Access::Write));
        assert!(!gate(&["--deny", "read"]).allows(Access::Read));
    }

    #[test]
    fn the_default_place_is_the_users() {
        let cli = Cli::try_parse_from(["flowno", "install"]).unwrap();
        let Command::Install(args) = cli.command else { panic!("not install") };
        assert_eq!(args.place(), Place::User);
    }
}
