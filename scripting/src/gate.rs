//! The gate: what reaches the network or the disk passes here, and a host can close it.
//!
//! Everything of the language that opens a connection, listens, or names a file asks [`Gate::pass`] first.
//! The kernel closes it with `flowno kernel --deny net,read,write`.

use rhai::{EvalAltResult, Position};

use crate::report::error_map;

/// What a script may want of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The network: connections, and addresses that are listened on or looked up.
    Net,
    /// Files that are read: certificates and keys, modules.
    Read,
    /// Files that are made or changed, the paths of Unix sockets among them.
    Write,
}

impl Access {
    /// As `--deny` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Net => "net",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// Which [`Access`] scripts have. Open at first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gate {
    net_denied: bool,
    read_denied: bool,
    write_denied: bool,
}

impl Gate {
    /// A gate that is open.
    pub fn open() -> Self {
        Self::default()
    }

    /// The gate with one way less.
    #[must_use]
    pub fn deny(mut self, access: Access) -> Self {
        *self.denied_mut(access) = true;
        self
    }

    /// Whether scripts have this access.
    pub fn allows(mut self, access: Access) -> bool {
        !*self.denied_mut(access)
    }

    fn denied_mut(&mut self, access: Access) -> &mut bool {
        match access {
            Access::Net => &mut self.net_denied,
            Access::Read => &mut self.read_denied,
            Access::Write => &mut self.write_denied,
        }
    }

    /// Lets a script do `what` ("connect to 127.0.0.1:80"), or raises `PermissionError`.
    pub(crate) fn pass(
        self,
        access: Access,
        what: &str,
        position: Position,
    ) -> Result<(), Box<EvalAltResult>> {
        if self.allows(access) {
            return Ok(());
        }
        let message = format!("cannot {what}: this kernel was started with --deny {}", access.name());
        Err(error_map("PermissionError", &message, position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_way_is_refused_by_the_name_of_its_option() {
        let gate = Gate::open().deny(Access::Net);
        assert!(gate.pass(Access::Read, "read a file", Position::NONE).is_ok());
        let refused =
            gate.pass(Access::Net, "connect to 127.0.0.1:80", Position::NONE).unwrap_err().to_string();
        assert!(refused.contains("PermissionError") && refused.contains("--deny net"), "{refused}");
    }
}
