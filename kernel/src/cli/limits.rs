//! The command line's part about how much scripts may take.

use std::fs;

use clap::Args;
use flowno_scripting::Limits;
use flowno_scripting::limits::MEMORY_MAX;

/// Options of `flowno kernel` and `flowno run`.
#[derive(Debug, Args)]
pub(crate) struct LimitArgs {
    /// Memory for scripts, as in 512MiB or 4GiB [default: a quarter of the machine's or the container's].
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    memory: Option<usize>,
    /// Levels of script functions that call each other.
    #[arg(long, value_name = "N", default_value_t = Limits::default().call_levels)]
    call_levels: usize,
    /// Levels of expressions in a cell.
    #[arg(long, value_name = "N", default_value_t = Limits::default().expression_depth)]
    expression_depth: usize,
    /// Levels of expressions in a function or a node's body.
    #[arg(long, value_name = "N", default_value_t = Limits::default().function_expression_depth)]
    function_expression_depth: usize,
    /// Scripts that are suspended at a time.
    #[arg(long, value_name = "N", default_value_t = Limits::default().suspended_scripts)]
    suspended_scripts: usize,
}

impl LimitArgs {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            memory: self.memory.unwrap_or_else(default_memory),
            call_levels: self.call_levels,
            expression_depth: self.expression_depth,
            function_expression_depth: self.function_expression_depth,
            suspended_scripts: self.suspended_scripts,
        }
    }
}

/// The least that a kernel can work with.
const MEMORY_MIN: usize = 32 << 20;

/// A quarter of what there is: an operation that adds an array of arrays to itself is seen when it has taken as much again
/// twice, and there are other programs.
fn default_memory() -> usize {
    let there_is = [machine_memory(), container_memory()].into_iter().flatten().min();
    there_is.map_or(MEMORY_MAX, |bytes| (bytes / 4).max(MEMORY_MIN))
}

/// What Linux says of the machine.
fn machine_memory() -> Option<usize> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// What Linux says of the container, by control groups of version 2 or 1; `max` and the like are no numbers.
fn container_memory() -> Option<usize> {
    let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    files.iter().find_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok())
}

/// `512MiB`, `4GiB`, `4G` or a number of bytes.
fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" => 1,
        "K" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        other => return Err(format!("{other} is none of KiB, MiB and GiB")),
    };
    let number: usize = digits.parse().map_err(|_| format!("{text} is no size such as 512MiB"))?;
    let bytes = number.checked_mul(unit).ok_or("that is more than any machine has")?;
    if bytes < MEMORY_MIN {
        return Err(format!("a kernel needs at least {}MiB", MEMORY_MIN >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("512MiB"), Ok(512 << 20));
        assert_eq!(bytes("4G"), Ok(4 << 30));
        assert_eq!(bytes("33554432"), Ok(32 << 20));
        for wrong in ["", "MiB", "4TB", "-1", "1", "99999999999999999999", "99999999999GiB"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn there_is_a_default() {
        assert!(default_memory() >= MEMORY_MIN);
    }
}
