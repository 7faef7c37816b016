//! A measurement in a process of its own, so that neither memory nor caches carry over.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::implementation::Implementation;
use crate::measure::Measured;
use crate::work::Work;

/// Much longer than any measurement takes; a peer that hangs ends here.
const DEADLINE: Duration = Duration::from_secs(180);

/// How often a process is asked whether it has ended. Asking costs little beside what is measured.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The Python that has Flowno, and the script that runs its workloads.
#[derive(Debug, Clone)]
pub(crate) struct FlownoPeer {
    /// The interpreter.
    pub python: PathBuf,
    /// `tests/bench/flowno_peer.py`.
    pub script: PathBuf,
}

/// Has the work of a case done by an implementation.
///
/// # Errors
///
/// A sentence that says what went wrong, with the last line that the process had to say.
pub(crate) fn measure(
    who: Implementation,
    case: &str,
    work: Work,
    flowno: Option<&FlownoPeer>,
) -> Result<Measured, String> {
    let command = match who {
        Implementation::Flowno => flowno_command(work, flowno.ok_or("no Python with Flowno was given")?)?,
        _ => own_command(who, case)?,
    };
    run(command).map(|(measured, _)| measured)
}

/// This program, in the process that measures.
///
/// # Errors
///
/// If the system does not tell which program this is.
pub(crate) fn own_command(who: Implementation, case: &str) -> Result<Command, String> {
    use clap::ValueEnum;

    let program = std::env::current_exe().map_err(|error| format!("this program is not found: {error}"))?;
    let mut command = Command::new(program);
    let who = who.to_possible_value().ok_or("an implementation has a name")?;
    command.args(["one", who.get_name(), case]);
    Ok(command)
}

fn flowno_command(work: Work, peer: &FlownoPeer) -> Result<Command, String> {
    let (name, size) = match work {
        Work::FirstChain { nodes, .. } => ("chain", nodes),
        Work::FirstCycle { generations, .. } => ("cycle", generations),
        Work::FirstStream { chunks, .. } => ("stream", chunks),
        _ => return Err("Flowno has no such workload".to_owned()),
    };
    let mut command = Command::new(&peer.python);
    command.arg(&peer.script).arg(name).arg(size.to_string());
    Ok(command)
}

/// Runs a process that prints a [`Measured`] as JSON; gives that and what it wrote to stderr.
///
/// # Errors
///
/// As [`measure`].
pub(crate) fn run(mut command: Command) -> Result<(Measured, String), String> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("it cannot be started: {error}"))?;
    let end = Instant::now() + DEADLINE;
    let status = loop {
        match child.try_wait().map_err(|error| format!("it was lost: {error}"))? {
            Some(status) => break status,
            None if Instant::now() > end => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it had not ended after {} s", DEADLINE.as_secs()));
            }
            None => thread::sleep(POLL_INTERVAL),
        }
    };
    // Both are short, so that the process never waits for us to read them.
    let (said, complained) = (text(child.stdout.take()), text(child.stderr.take()));
    if !status.success() {
        let last = complained.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message");
        return Err(format!("{status}: {last}"));
    }
    let measured =
        serde_json::from_str(&said).map_err(|error| format!("its answer is no figure: {error}"))?;
    Ok((measured, complained))
}

fn text(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
