use crate::common::Notebook;
use crate::server::{ok, serve};

/// What a server is asked by a call.
fn asked(code: &str) -> String {
    let (port, requests) = serve(vec![ok("text/plain", "")]);
    Notebook::in_real_time().outputs(&code.replace("URL", &format!("\"http://127.0.0.1:{port}/p?q=1#f\"")));
    requests.recv().unwrap()
}

#[test]
fn get_with_headers() {
    let request = asked("http::get(URL, #{ headers: #{ \"X-One\": 1, accept: \"a/b\" } });");
    assert!(request.starts_with("GET /p?q=1 HTTP/1.1\r\n"), "{request}");
    for line in [
        "host: 127.0.0.1:",
        "x-one: 1\r\n",
        "accept: a/b\r\n",
        "user-agent: flowno/",
        "connection: close\r\n",
    ] {
        assert!(request.contains(line), "{line} in {request}");
    }
}

#[test]
fn bodies_and_json() {
    let request = asked("http::post(URL, #{ body: \"text\" });");
    assert!(
        request.starts_with("POST ")
            && request.contains("content-length: 4")
            && request.ends_with("\r\n\r\ntext")
    );
    let request = asked("http::put(URL, #{ body: blob(3, 65) });");
    assert!(request.starts_with("PUT ") && request.ends_with("\r\n\r\nAAA"), "{request}");
    let request = asked("http::patch(URL, #{ json: #{ a: [1, \"x\", ()] } });");
    assert!(request.starts_with("PATCH ") && request.contains("content-type: application/json"), "{request}");
    assert!(request.ends_with("{\"a\":[1,\"x\",null]}"), "{request}");
}

#[test]
fn every_method() {
    for (call, line) in [
        ("http::delete(URL)", "DELETE /p"),
        ("http::head(URL)", "HEAD /p"),
        ("http::post(URL)", "POST /p"),
        ("http::request(\"OPTIONS\", URL)", "OPTIONS /p"),
        ("http::request(\"GET\", URL, #{ body: \"odd\" })", "GET /p"),
    ] {
        let request = asked(call);
        assert!(request.starts_with(line), "{request}");
    }
}
