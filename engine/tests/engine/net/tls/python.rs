//! Python's `ssl` as the other side: a second implementation, and one that can be made to misbehave.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use flowno_engine::net::Address;

use super::certificates::{Authority, File, Identity};

/// What each side does with `s`, its TLS socket; `raw` is the plain one below. Sockets give up after 60 s.
const SERVER: &str = r#"
import socket, ssl, sys
chain, key, deed = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(chain, key)
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(60)
print(listener.getsockname()[1], flush=True)
raw, _ = listener.accept()
raw.settimeout(60)
try:
    s = context.wrap_socket(raw, server_side=True) if "raw" not in deed else None
    exec(deed)
except Exception as error:
    print(type(error).__name__, error)
"#;

const CLIENT: &str = r#"
import socket, ssl, sys
port, ca, deed = sys.argv[1:]
context = ssl.create_default_context(cafile=ca or None)
raw = socket.create_connection(("127.0.0.1", int(port)), 60)
try:
    s = context.wrap_socket(raw, server_hostname="localhost") if "raw" not in deed else None
    exec(deed)
except Exception as error:
    print(type(error).__name__, error)
"#;

/// Sends back what comes until the end, then says goodbye.
pub(super) const ECHO: &str = r"
while data := s.recv(65536):
    s.sendall(data)
s.unwrap()
";

/// A Python process; what it says at the end is for the test to see.
pub(super) struct Python {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    _files: Vec<File>,
}

impl Python {
    fn start(script: &str, arguments: &[&str], files: Vec<File>) -> Self {
        let mut child = Command::new("python3")
            .args(["-c", script])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed for the tests of TLS");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, output, _files: files }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// What it says before it ends.
    pub(super) fn end(mut self) -> String {
        let line = self.line();
        self.child.wait().expect("an end");
        line
    }
}

/// Serves one connection.
pub(super) fn serve(identity: &Identity, deed: &str) -> (Python, Address) {
    let (chain, key) = (File::new(&identity.chain), File::new(&identity.key));
    let arguments = [chain.path(), key.path()].map(|path| path.to_str().expect("a path").to_owned());
    let mut python = Python::start(SERVER, &[&arguments[0], &arguments[1], deed], vec![chain, key]);
    let port = python.line().parse().expect("a port");
    (python, ("127.0.0.1", port).into())
}

/// Connects once; trusts the authority, or only what the system trusts.
pub(super) fn connect(address: &Address, authority: Option<&Authority>, deed: &str) -> Python {
    let file = authority.map(|authority| File::new(&authority.pem()));
    let ca = file.as_ref().map_or(String::new(), |file| file.path().to_str().expect("a path").to_owned());
    let port = address.port().expect("a port").to_string();
    Python::start(CLIENT, &[&port, &ca, deed], file.into_iter().collect())
}
