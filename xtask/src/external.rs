//! Running another program: its output goes where ours goes, its end has a deadline, and its
//! failure says what was run, how it ended and what to do.

use std::ffi::OsStr;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

/// How often a running program is asked whether it has ended. Short beside any program here.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Runs `command` to its end.
///
/// `advice` completes the error when it fails: one sentence on what the person can do.
pub(crate) fn run(command: &mut Command, deadline: Duration, advice: &str) -> anyhow::Result<()> {
    let shown = show(command);
    let status = wait(command, deadline).map_err(|error| anyhow!("{error:#}. {advice}"))?;
    if !status.success() {
        bail!("`{shown}` ended with {}. {advice}", describe(status));
    }
    Ok(())
}

/// The command as a person would type it.
pub(crate) fn show(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

fn wait(command: &mut Command, deadline: Duration) -> anyhow::Result<ExitStatus> {
    let shown = show(command);
    let mut child = command.spawn().with_context(|| format!("`{shown}` could not be started"))?;
    let end = Instant::now() + deadline;
    loop {
        if let Some(status) = child.try_wait().with_context(|| format!("`{shown}` was lost"))? {
            return Ok(status);
        }
        if Instant::now() >= end {
            child.kill().and_then(|()| child.wait()).with_context(|| format!("`{shown}` does not end"))?;
            bail!("`{shown}` had not ended after {} s and was killed", deadline.as_secs());
        }
        thread::sleep(POLL_INTERVAL);
    }
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains(char::is_whitespace) { format!("'{word}'") } else { word.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    #[test]
    fn success_is_silent() {
        run(&mut Command::new("true"), SOON, "").unwrap();
    }

    #[test]
    fn failure_names_the_command_its_code_and_what_to_do() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 3"]);
        let error = run(&mut command, SOON, "Try again.").unwrap_err();
        assert_eq!(format!("{error:#}"), "`sh -c 'exit 3'` ended with exit code 3. Try again.");
    }

    #[test]
    fn a_missing_program_is_told_from_a_failing_one() {
        let error = run(&mut Command::new("no-such-program"), SOON, "Install it.").unwrap_err();
        let told = format!("{error:#}");
        assert!(told.starts_with("`no-such-program` could not be started"), "{told}");
        assert!(told.ends_with("Install it."), "{told}");
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_at_its_deadline() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let started = Instant::now();
        let error = run(&mut command, Duration::from_millis(200), "").unwrap_err();
        assert!(started.elapsed() < SOON);
        assert!(format!("{error:#}").contains("had not ended"), "{error:#}");
    }
}
