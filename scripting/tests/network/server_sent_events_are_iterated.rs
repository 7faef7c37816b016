use crate::common::{Notebook, headline};
use crate::server::{Answer, ok, serve};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n";

#[test]
fn until_the_server_ends() {
    let (port, requests) = serve(vec![Answer::new(format!(
        "{HEAD}data: one\n\nevent: e\nid: 7\ndata: two\ndata: three\n\ndata: cut"
    ))]);
    let code = format!(
        "let got = []; for e in http::stream_get(\"http://127.0.0.1:{port}/\") {{ got.push([e.event, e.data, e.id]) }} got"
    );
    let expected = r#"result: [["message", "one", ""], ["e", "two\nthree", "7"]]"#;
    assert_eq!(Notebook::in_real_time().outputs(&code), [expected]);
    assert!(requests.recv().unwrap().contains("accept: text/event-stream"));
}

#[test]
fn a_loop_that_is_left_closes_the_connection() {
    let (port, requests) = serve(vec![Answer::staying(format!("{HEAD}data: 1\n\ndata: 2\n\n"))]);
    let code = format!(
        "let s = http::stream_post(\"http://127.0.0.1:{port}/\", #{{ json: 1 }}); for e in s {{ print(e.data); break }} s.is_closed()"
    );
    let notebook = Notebook::in_real_time();
    assert_eq!(notebook.outputs(&code), ["out: 1", "result: true"]);
    // The server sees the end though the session goes on.
    assert!(requests.recv().unwrap().starts_with("POST"));
}

#[test]
fn an_interrupt_closes_it_too() {
    let (port, requests) = serve(vec![Answer::staying(format!("{HEAD}data: 1\n\n"))]);
    let notebook = Notebook::in_real_time();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |_| interrupt.raise());
    let code = format!("for e in http::stream_get(\"http://127.0.0.1:{port}/\") {{ print(e.data) }}");
    assert_eq!(notebook.error(&code).name, "KeyboardInterrupt");
    requests.recv().unwrap();
}

#[test]
fn in_a_streaming_node() {
    let (port, _requests) = serve(vec![Answer::new(format!("{HEAD}data: 1\n\ndata: 2\n\n"))]);
    let code = format!(
        "node Feed(url) {{ for e in http::stream_get(url) {{ yield parse_int(e.data); }} }} flow.f = Feed(\"http://127.0.0.1:{port}/\");"
    );
    assert_eq!(Notebook::in_real_time().outputs(&code).last().unwrap(), "show: f = 3");
}

#[test]
fn other_answers_are_errors() {
    let (port, _requests) = serve(vec![ok("text/html", "no events")]);
    let error = Notebook::in_real_time().error(&format!("http::stream_get(\"http://127.0.0.1:{port}/\")"));
    assert!(
        headline(&error).contains("with \"text/html\" and not with text/event-stream"),
        "{}",
        headline(&error)
    );
    let (port, _requests) = serve(vec![Answer::new("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")]);
    let error = Notebook::in_real_time().error(&format!("http::stream_get(\"http://127.0.0.1:{port}/\")"));
    assert!(
        headline(&error).starts_with("HttpError") && headline(&error).contains("status 503"),
        "{}",
        headline(&error)
    );
}
