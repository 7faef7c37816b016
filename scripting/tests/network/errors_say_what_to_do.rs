use crate::common::{Notebook, headline};

/// The error of a cell, without its place.
fn error(code: &str) -> String {
    let text = headline(&Notebook::in_real_time().error(code));
    text.rsplit_once(" (line").map_or(text.clone(), |(text, _)| text.to_owned())
}

#[test]
fn of_options() {
    let text = error("socket(#{ server_hostnam: \"h\" })");
    assert!(text.starts_with("ValueError: socket has no option `server_hostnam`; it has "), "{text}");
    assert!(text.ends_with("; did you mean `server_hostname`?"), "{text}");
    assert_eq!(
        error("socket(#{ family: \"ipx\" })"),
        "ValueError: the option `family` of socket is one of inet, inet6, unix, not ipx"
    );
    assert_eq!(
        error("socket(#{ use_tls: 1 })"),
        "ValueError: the option `use_tls` of socket is true or false, not a value of type int"
    );
    assert_eq!(
        error("socket(#{ cert_file: \"c\" })"),
        "ValueError: a TLS server needs both cert_file and key_file"
    );
    let text = error("socket(#{ server_hostname: \"h\" })");
    assert!(text.ends_with("add use_tls: true"), "{text}");
    let text = error("http::get(\"http://localhost\", #{ jsn: 1 })");
    assert!(text.starts_with("ValueError: http::get has no option `jsn`; it has "), "{text}");
    assert!(text.ends_with("; did you mean `json`?"), "{text}");
    assert_eq!(
        error("socket(#{ cert_file: AsyncQueue() })"),
        "ValueError: the option `cert_file` of socket is a string, not a value of type queue"
    );
}

#[test]
fn of_addresses() {
    let text = error("socket().connect([\"localhost\"])");
    assert!(text.starts_with("ValueError: an address is [host, port]"), "{text}");
    let text = error("socket().connect([\"no.such.host.invalid\", 80])");
    assert!(text.starts_with("HostNotFoundError: cannot look up no.such.host.invalid"), "{text}");
    let code = "let s = socket(); s.bind([\"127.0.0.1\", 0]); let at = s.local_address(); s.close(); socket().connect(at)";
    let text = error(code);
    assert!(text.starts_with("ConnectionRefusedError: cannot connect to 127.0.0.1:"), "{text}");
    assert!(text.ends_with("nobody listens there"), "{text}");
}

#[test]
fn of_sockets_in_another_state() {
    assert_eq!(error("socket().recv(5)"), "SocketError: cannot receive: the socket is not connected");
    assert_eq!(
        error("let s = socket(); s.close(); s.send(\"x\")"),
        "SocketError: cannot send: the socket is closed"
    );
    assert_eq!(
        error("socket().send(5)"),
        "TypeError: send takes a string or a blob, not a value of type int"
    );
    assert_eq!(error("socket().recv(0)"), "ValueError: recv takes a number of bytes from 1, not 0");
}

#[test]
fn of_urls() {
    assert!(error("http::get(\"nowhere\")").starts_with("ValueError: \"nowhere\" is no URL"));
    assert_eq!(
        error("http::get(\"ftp://x/\")"),
        "ValueError: \"ftp://x/\": only http: and https: are spoken here"
    );
    assert_eq!(error("http::request(\"G T\", \"http://x/\")"), "ValueError: \"G T\" is no method of HTTP");
    let text = error("http::post(\"http://localhost/\", #{ body: \"x\", json: 1 })");
    assert_eq!(text, "ValueError: a request has either a body or json, not both");
}

#[test]
fn they_can_be_caught() {
    let code = "let said = (); try { http::get(\"http://127.0.0.1:1/\") } catch (e) { said = e.error } said";
    assert_eq!(Notebook::in_real_time().outputs(code), ["result: \"ConnectionRefusedError\""]);
}

#[test]
fn what_takes_too_long_times_out() {
    // Nobody accepts, so nobody shakes hands or answers.
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let text = error(&format!("http::get(\"http://127.0.0.1:{port}/\", #{{ timeout: 0.05 }})"));
    assert_eq!(text, format!("TimeoutError: no answer from http://127.0.0.1:{port}/ in 0.05 s"));
    let text = error(&format!("http::stream_get(\"http://127.0.0.1:{port}/\", #{{ timeout: 0.05 }})"));
    assert!(text.starts_with("TimeoutError: no answer"), "{text}");
    let text =
        error(&format!("socket(#{{ use_tls: true, timeout: 0.05 }}).connect([\"127.0.0.1\", {port}])"));
    assert!(
        text.starts_with("TimeoutError: cannot connect to 127.0.0.1") || text.starts_with("TlsError"),
        "{text}"
    );
}
