//! The command line of `flowno`.

use std::error::Error;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::history::HistoryPlace;
use crate::install::{self, Place};
use crate::kernel::{self, KernelOptions};
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
    /// What cells may not reach: the network, files to read, files to write.
    #[arg(long, value_enum, value_delimiter = ',')]
    deny: Vec<Denial>,
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

impl Cli {
    /// Runs the command to its end.
    ///
    /// # Errors
    ///
    /// Whatever stopped the command, ready to be shown to the user.
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            Command::Kernel(args) => {
                logging::init();
                let listen_anywhere = args.allow.contains(&Permission::Listen);
                let gate = args.gate();
                let history = args.history.unwrap_or_default();
                let connection_file = args.connection_file;
                let options = KernelOptions { connection_file, listen_anywhere, history, gate };
                Ok(kernel::run(&options)?)
            }
            Command::Install(args) => {
                let at = install::install(&args.place(), &args.name)?;
                println!("Installed the kernel in {}", at.display());
                Ok(())
            }
        }
    }
}

impl KernelArgs {
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
            args.gate()
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
