use flowno_scripting::{Access, Gate};

use crate::common::{Notebook, headline};

/// Checks what a cell says where an access is denied.
fn check(access: Access, code: &str, expected: &str) {
    let error = Notebook::behind(Gate::open().deny(access)).error(code);
    assert!(headline(&error).starts_with(expected), "{}", headline(&error));
}

#[test]
fn to_the_network() {
    check(
        Access::Net,
        "socket().connect([\"127.0.0.1\", 1])",
        "PermissionError: cannot connect to 127.0.0.1:1: this kernel was started with --deny net (line 1, column 10)",
    );
    check(Access::Net, "socket().bind([\"127.0.0.1\", 0])", "PermissionError: cannot bind to 127.0.0.1:0: ");
    check(
        Access::Net,
        "http::get(\"http://127.0.0.1:1/x\")",
        "PermissionError: cannot connect to 127.0.0.1:1: ",
    );
    check(
        Access::Net,
        "spawn(|| http::stream_get(\"http://h/\")).join()",
        "PermissionError: cannot connect to h:80: ",
    );
    let node = "node Get() { http::get(\"https://h/\") } flow.g = Get();";
    check(Access::Net, node, "NodeExecutionError: node g failed: PermissionError: cannot connect to h:443: ");
}

#[test]
fn to_files() {
    check(
        Access::Read,
        "socket(#{ use_tls: true, ca_file: \"x.pem\" })",
        "PermissionError: cannot read x.pem: this kernel was started with --deny read",
    );
    check(
        Access::Read,
        "http::get(\"https://h/\", #{ ca_file: \"x.pem\" })",
        "PermissionError: cannot read x.pem: ",
    );
    check(
        Access::Write,
        "socket(#{ family: \"unix\" }).bind(\"/tmp/x\")",
        "PermissionError: cannot bind to /tmp/x: this kernel was started with --deny write",
    );
    check(
        Access::Net,
        "socket(#{ family: \"unix\" }).bind(\"/tmp/x\")",
        "PermissionError: cannot bind to /tmp/x: this kernel was started with --deny net",
    );
}

#[test]
fn what_is_not_denied_works() {
    let notebook = Notebook::behind(Gate::open().deny(Access::Read).deny(Access::Write));
    assert_eq!(
        notebook.outputs("let s = socket(); s.bind([\"127.0.0.1\", 0]); s.local_address()[0]"),
        ["result: \"127.0.0.1\""]
    );
}
