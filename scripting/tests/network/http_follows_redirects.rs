use crate::common::Notebook;
use crate::server::{Answer, ok, serve};

fn to(status: &str, place: &str) -> Answer {
    Answer::new(format!("HTTP/1.1 {status} Moved\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"))
}

#[test]
fn to_relative_places() {
    let (port, requests) = serve(vec![to("302", "../c?d"), ok("text/plain", "there")]);
    let code =
        format!("let r = http::get(\"http://127.0.0.1:{port}/a/b\"); [r.body, r.url.ends_with(\"/c?d\")]");
    assert_eq!(Notebook::in_real_time().outputs(&code), ["result: [\"there\", true]"]);
    assert!(requests.iter().nth(1).unwrap().starts_with("GET /c?d "));
}

#[test]
fn a_post_becomes_a_get_or_stays_one() {
    for (status, line) in [("303", "GET /x"), ("302", "GET /x"), ("307", "POST /x"), ("308", "POST /x")] {
        let (port, requests) = serve(vec![to(status, "/x"), ok("text/plain", "")]);
        Notebook::in_real_time()
            .outputs(&format!("http::post(\"http://127.0.0.1:{port}/\", #{{ body: \"b\" }});"));
        let second = requests.iter().nth(1).unwrap();
        assert!(second.starts_with(line), "{status}: {second}");
        assert_eq!(second.ends_with("\r\n\r\nb"), line.starts_with("POST"), "{status}: {second}");
    }
}

#[test]
fn secrets_stay_with_their_server() {
    let (other, elsewhere) = serve(vec![ok("text/plain", "")]);
    let (port, here) = serve(vec![to("302", &format!("http://127.0.0.1:{other}/"))]);
    let code = format!(
        "http::get(\"http://127.0.0.1:{port}/\", #{{ headers: #{{ authorization: \"s\", x: \"y\" }} }});"
    );
    Notebook::in_real_time().outputs(&code);
    assert!(here.recv().unwrap().contains("authorization: s"));
    let second = elsewhere.recv().unwrap();
    assert!(!second.contains("authorization") && second.contains("x: y"), "{second}");
}

#[test]
fn but_not_for_ever() {
    let (port, _requests) = serve((0..3).map(|_| to("301", "/again")).collect());
    let error = Notebook::in_real_time()
        .error(&format!("http::get(\"http://127.0.0.1:{port}/\", #{{ max_redirects: 2 }})"));
    assert!(error.message.contains("too many redirects"), "{}", error.message);
}
