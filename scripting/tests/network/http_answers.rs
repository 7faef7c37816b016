use crate::common::Notebook;
use crate::server::{Answer, ok, serve};

fn outputs(answer: Answer, code: &str) -> Vec<String> {
    let (port, _requests) = serve(vec![answer]);
    Notebook::in_real_time().outputs(&code.replace("URL", &format!("\"http://127.0.0.1:{port}/a?b=c\"")))
}

#[test]
fn text_and_json() {
    let code = "let r = http::get(URL); [r.status, r.ok, r.headers[\"content-type\"], r.body]";
    assert_eq!(outputs(ok("text/plain", "hé"), code), ["result: [200, true, \"text/plain\", \"hé\"]"]);
    let json = r#"{"a": [1, 2.5, null, true], "b": "x"}"#;
    let outputs = outputs(ok("application/json", json), "let j = http::get(URL).json(); [j.a, j.b]");
    assert_eq!(outputs, ["result: [[1, 2.5, (), true], \"x\"]"]);
}

#[test]
fn bytes_are_a_blob() {
    let code = "let b = http::get(URL).body; [type_of(b), b.len()]";
    let answer = ok("application/octet-stream", "abc");
    assert_eq!(outputs(answer, code), ["result: [\"blob\", 3]"]);
}

#[test]
fn a_status_is_no_error() {
    let answer = Answer::new("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nno");
    let code = "let r = http::get(URL); [r.status, r.ok, r.body, r.headers[\"x-a\"]]";
    assert_eq!(outputs(answer, code), ["result: [404, false, \"no\", \"1, 2\"]"]);
}

#[test]
fn pieces_and_bodies_without_length() {
    let answer =
        Answer::new("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_eq!(outputs(answer, "http::get(URL).text()"), ["result: \"abcde\""]);
    let answer = Answer::new("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    assert_eq!(outputs(answer, "http::get(URL).body"), ["result: \"until the end\""]);
}

#[test]
fn in_nodes_and_closures() {
    let (port, _requests) = serve((0..3).map(|_| ok("text/plain", "5")).collect());
    let code = format!(
        "node Get(url) {{ parse_int(http::get(url).body) }} flow.a = Get(\"http://127.0.0.1:{port}/\");
        let ask = || http::get(\"http://127.0.0.1:{port}/\").body; print(ask.call()); print(spawn(ask).join());"
    );
    assert_eq!(Notebook::in_real_time().outputs(&code), ["out: 5", "out: 5", "show: a = 5"]);
}

#[test]
fn broken_ones_are_errors() {
    for answer in ["nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", ""] {
        let (port, _requests) = serve(vec![Answer::new(answer)]);
        let error = Notebook::in_real_time().error(&format!("http::get(\"http://127.0.0.1:{port}/\")"));
        let is_named = error.name == "HttpError" || error.name == "ConnectionResetError";
        assert!(is_named, "{answer:?}: {} {}", error.name, error.message);
    }
}

#[test]
fn one_that_is_too_large_is_refused() {
    let answer = Answer::new("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx");
    let (port, _requests) = serve(vec![answer]);
    let error = Notebook::in_real_time().error(&format!("http::get(\"http://127.0.0.1:{port}/\")"));
    assert_eq!(error.message, "the answer's body is larger than 64 MiB (line 1, column 7)");
}
