use std::io::Write;
use std::process::{Command, Stdio};

use flowno_engine::event_loop::{TaskHandle, spawn, yield_now};
use flowno_engine::net::{SocketError, SocketHandle, SocketOptions, socket};

use super::super::{MUCH, TOO_MUCH, listener, pattern, plain, read_to_end, run, skip};
use super::certificates::{Authority, File};
use super::{client, client_options, python, server, server_options};

async fn echo(peer: SocketHandle) -> Result<(), SocketError> {
    loop {
        let part = peer.recv(1 << 16).await?;
        if part.is_empty() {
            peer.close().await;
            return Ok(());
        }
        peer.send_all(&part).await?;
    }
}

/// Sends much while it reads what comes back, both to the end.
async fn exchange(socket: SocketHandle) -> Result<Vec<u8>, SocketError> {
    let writer = socket.clone();
    let writing = spawn(async move {
        writer.send_all(&pattern(MUCH)).await?;
        writer.shutdown().await
    });
    let got = read_to_end(&socket).await?;
    writing.join().await.expect("a task that ends")?;
    Ok(got)
}

#[test]
fn much_goes_both_ways_between_our_own_client_and_server() {
    let authority = Authority::new();
    let got = run(async move {
        let (listener, address) = server(&authority.local()).await;
        let echoing = spawn(async move { echo(listener.accept().await?.0).await });
        let client = client(&authority);
        client.connect(address).await?;
        let got = exchange(client).await?;
        echoing.join().await.expect("a task that ends")?;
        Ok::<_, SocketError>(got)
    });
    assert!(got.unwrap() == pattern(MUCH));
}

#[test]
fn much_goes_both_ways_with_pythons_server() {
    let authority = Authority::new();
    let (python, address) = python::serve(&authority.local(), python::ECHO);
    let got = run(async move {
        let client = client(&authority);
        client.connect(address).await?;
        exchange(client).await
    });
    assert!(got.unwrap() == pattern(MUCH));
    assert_eq!(python.end(), "");
}

#[test]
fn much_goes_both_ways_with_pythons_client() {
    // Reads while it writes, checks what comes back, and wants a goodbye.
    const DEED: &str = r"
import threading
sent = bytes((i * 31 + i // 251) % 256 for i in range(3 << 20))
writer = threading.Thread(target=lambda: s.sendall(sent))
writer.start()
got = bytearray()
while len(got) < len(sent):
    got += s.recv(65536)
writer.join()
s.unwrap()
print(got == sent)
";
    let authority = Authority::new();
    let said = run(async move {
        let (listener, address) = server(&authority.local()).await;
        let python = python::connect(&address, Some(&authority), DEED);
        echo(listener.accept().await.unwrap().0).await.unwrap();
        python.end()
    });
    assert_eq!(said, "True");
}

#[test]
fn openssls_client_gets_an_answer() {
    if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
        return skip("there is no openssl"); // Python's ssl is the same library
    }
    let authority = Authority::new();
    let output = run(async move {
        let (listener, address) = server(&authority.local()).await;
        let ca = File::new(&authority.pem());
        let mut child = Command::new("openssl")
            .args([
                "s_client",
                "-quiet",
                "-no_ign_eof",
                "-verify_return_error",
                "-verify_hostname",
                "localhost",
            ])
            .args(["-connect", &address.to_string(), "-CAfile"])
            .arg(ca.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl");
        child.stdin.as_mut().expect("a pipe").write_all(b"hello\n").expect("a write");
        let (peer, _) = listener.accept().await.unwrap();
        let question = peer.recv(100).await.unwrap();
        peer.send_all(&question.to_ascii_uppercase()).await.unwrap();
        peer.close().await;
        child.wait_with_output().expect("an end").stdout
    });
    assert_eq!(output, b"HELLO\n");
}

#[test]
fn the_server_name_can_be_said() {
    let authority = Authority::new();
    run(async move {
        let (listener, address) = server(&authority.identify(&["flowno.test"])).await;
        spawn(async move { listener.accept().await.unwrap().0.handshake().await });
        let options = client_options(&authority);
        let client =
            socket(SocketOptions { server_hostname: Some("flowno.test".into()), ..options }).unwrap();
        client.connect(address).await.unwrap();
    });
}

#[test]
fn a_client_that_says_nothing_holds_up_nobody() {
    let authority = Authority::new();
    run(async move {
        let (listener, address) = server(&authority.local()).await;
        let silent = plain();
        silent.connect(address.clone()).await.unwrap();
        spawn(async move {
            loop {
                let (peer, _) = listener.accept().await.unwrap();
                spawn(echo(peer));
            }
        });
        let client = client(&authority);
        client.connect(address).await.unwrap();
        client.send_all(b"x").await.unwrap();
        assert_eq!(client.recv(1).await.unwrap(), b"x");
    });
}

#[test]
fn what_was_sent_before_a_close_arrives_with_its_end() {
    let authority = Authority::new();
    let got = run(async move {
        let (listener, address) = server(&authority.local()).await;
        let sending = spawn(async move {
            let (peer, _) = listener.accept().await?;
            peer.send_all(&pattern(MUCH)).await?;
            peer.close().await;
            Ok::<_, SocketError>(())
        });
        let client = client(&authority);
        client.connect(address).await?;
        let got = read_to_end(&client).await;
        sending.join().await.expect("a task that ends")?;
        got
    });
    assert!(got.unwrap() == pattern(MUCH));
}

/// Both ends of a connection, hands shaken.
async fn pair(authority: &Authority) -> (SocketHandle, SocketHandle) {
    let (listener, address) = server(&authority.local()).await;
    let accepting = spawn(async move {
        let (peer, _) = listener.accept().await?;
        peer.handshake().await?;
        Ok::<_, SocketError>(peer)
    });
    let client = client(authority);
    client.connect(address).await.expect("a connection");
    (client, accepting.join().await.expect("a task that ends").expect("a connection"))
}

/// A task that sends more than there is room for, and waits.
async fn blocked(socket: &SocketHandle) -> TaskHandle<Result<(), SocketError>> {
    let writer = socket.clone();
    let writing = spawn(async move { writer.send_all(&pattern(TOO_MUCH)).await });
    yield_now().await;
    assert!(!writing.is_done(), "there is room for all");
    writing
}

#[test]
fn a_send_that_was_blocked_goes_on_where_it_was() {
    let got = run(async {
        let (client, peer) = pair(&Authority::new()).await;
        let writing = blocked(&client).await;
        let reading = spawn(async move { read_to_end(&peer).await });
        writing.join().await.unwrap().unwrap();
        client.close().await;
        reading.join().await.unwrap()
    });
    assert!(got.unwrap() == pattern(TOO_MUCH));
}

#[test]
fn a_cancelled_send_leaves_a_connection_that_can_be_used() {
    let got = run(async {
        let (client, peer) = pair(&Authority::new()).await;
        blocked(&client).await.cancel();
        let reading = spawn(async move { read_to_end(&peer).await.unwrap() });
        client.send_all(b"the end").await.unwrap();
        client.close().await;
        reading.join().await.unwrap()
    });
    assert!(got.ends_with(b"the end"));
    let body = &got[..got.len() - b"the end".len()];
    assert!(body == &pattern(body.len())[..], "a part of a record is missing");
}

#[test]
fn who_waits_learns_of_a_close_at_once_though_the_goodbye_waits_for_room() {
    run(async {
        let (client, peer) = pair(&Authority::new()).await;
        let writing = blocked(&client).await;
        let (reader, closer) = (client.clone(), client.clone());
        let reading = spawn(async move { reader.recv(1).await });
        yield_now().await;
        let closing = spawn(async move { closer.close().await });
        for result in [writing.join().await.unwrap(), reading.join().await.unwrap().map(drop)] {
            assert!(matches!(result, Err(SocketError::Closed(_))), "{result:?}");
        }
        assert!(!closing.is_done());
        assert!(client.is_closed());
        let got = read_to_end(&peer).await.expect("all that was sent, and a goodbye");
        assert!(got == pattern(got.len()));
        closing.join().await.unwrap();
    });
}

#[test]
fn tls_over_a_connection_that_exists() {
    #[cfg(unix)]
    run(async {
        let authority = Authority::new();
        let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
        let adopt = |fd: std::os::unix::net::UnixStream, options: SocketOptions| {
            let server_hostname = Some("localhost".into());
            socket(SocketOptions { fileno: Some(fd.into()), server_hostname, ..options }).unwrap()
        };
        let server = adopt(one, server_options(&authority.local()));
        let client = adopt(other, client_options(&authority));
        spawn(echo(server));
        client.send_all(b"x").await.unwrap();
        assert_eq!(client.recv(1).await.unwrap(), b"x");
        client.close().await;
    });
}

#[test]
fn without_use_tls_a_context_changes_nothing() {
    let authority = Authority::new();
    run(async move {
        let options = server_options(&authority.local());
        let (listener, address) = listener(SocketOptions { use_tls: false, ..options }).await.unwrap();
        spawn(async move { echo(listener.accept().await?.0).await });
        let client = plain();
        client.connect(address).await.unwrap();
        client.send_all(b"x").await.unwrap();
        assert_eq!(client.recv(1).await.unwrap(), b"x");
    });
}
