use crate::common::Notebook;

#[test]
fn a_server_and_a_client_in_one_cell() {
    let notebook = Notebook::in_real_time();
    let code = r#"
        let server = socket(); server.bind(["127.0.0.1", 0]); server.listen(5);
        let echo = spawn(|| {
            let accepted = server.accept();
            let peer = accepted[0];
            peer.sendAll(peer.recv(100).as_string().to_upper());
            peer.close();
            accepted[1][0]
        });
        let client = socket(); client.connect(server.local_address());
        client.send("hello"); let answer = client.recv(100).as_string(); let end = client.recv(100).len();
        client.close(); server.close();
        [answer, end, echo.join(), client.is_closed()]"#;
    assert_eq!(notebook.outputs(code), ["result: [\"HELLO\", 0, \"127.0.0.1\", true]"]);
}

#[test]
fn in_nodes_and_with_blobs() {
    let notebook = Notebook::in_real_time();
    let code = r#"
        let server = socket(#{ family: "inet" }); server.bind(["127.0.0.1", 0]); server.listen();
        node Serve(server) { let peer = server.accept()[0]; let got = peer.recv(10); peer.sendAll(got); peer.close(); got.len() }
        node Ask(to) { let s = socket(); s.connect(to); s.sendAll(blob(3, 7)); let b = s.recv(10); s.close(); b[2] }
        flow.served = Serve(server); flow.asked = Ask(server.local_address());"#;
    assert_eq!(notebook.outputs(code), ["show: served = 3", "show: asked = 7"]);
}

#[test]
fn datagrams() {
    let notebook = Notebook::in_real_time();
    let code = r#"
        let a = socket(#{ type: "dgram" }); a.bind(["127.0.0.1", 0]);
        let b = socket(#{ type: "dgram" }); b.connect(a.local_address());
        b.send("one"); b.send("two"); [a.recv(100).as_string(), a.recv(100).as_string()]"#;
    assert_eq!(notebook.outputs(code), ["result: [\"one\", \"two\"]"]);
}

#[cfg(unix)]
#[test]
fn paths_of_unix_sockets() {
    let path = std::env::temp_dir().join(format!("flowno-scripting-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let notebook = Notebook::in_real_time();
    let code = format!(
        r#"let server = socket(#{{ family: "unix" }}); server.bind("{0}"); server.listen();
        let t = spawn(|| server.accept()[0].recv(9).as_string());
        let c = socket(#{{ family: "unix" }}); c.connect("{0}"); c.sendAll("hi"); [t.join(), server.local_address() == "{0}"]"#,
        path.display()
    );
    assert_eq!(notebook.outputs(&code), ["result: [\"hi\", true]"]);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn an_interrupt_ends_a_wait() {
    let notebook = Notebook::in_real_time();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |_| interrupt.raise());
    let code = r#"let s = socket(); s.bind(["127.0.0.1", 0]); s.listen(); print("now"); s.accept()"#;
    assert_eq!(notebook.error(code).name, "KeyboardInterrupt");
}
