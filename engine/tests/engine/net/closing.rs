use flowno_engine::event_loop::{spawn, yield_now};
use flowno_engine::net::{SocketError, SocketOptions};

use super::{TOO_MUCH, listener, pair, pattern, run};

#[test]
fn closing_wakes_who_waits() {
    run(async {
        let (client, server) = pair().await.unwrap();
        let (listening, _) = listener(SocketOptions::default()).await.unwrap();
        let (reader, writer, acceptor) = (client.clone(), client.clone(), listening.clone());
        let reading = spawn(async move { reader.recv(1).await.map(drop) });
        let writing = spawn(async move { writer.send_all(&pattern(TOO_MUCH)).await });
        let accepting = spawn(async move { acceptor.accept().await.map(drop) });
        yield_now().await;
        client.close().await;
        listening.close().await;
        for task in [reading, writing, accepting] {
            let error = task.join().await.unwrap().unwrap_err();
            assert!(matches!(error, SocketError::Closed(_)), "{error}");
        }
        drop(server);
    });
}

#[test]
fn a_closed_socket_says_so_and_closes_again_in_peace() {
    run(async {
        let (client, _server) = pair().await.unwrap();
        assert!(!client.is_closed());
        client.close().await;
        client.close().await;
        assert!(client.is_closed());
        assert_eq!(client.recv(1).await.unwrap_err().to_string(), "cannot receive: the socket is closed");
        assert!(matches!(client.connect(("127.0.0.1", 1)).await, Err(SocketError::Closed(_))));
        assert!(matches!(client.local_addr(), Err(SocketError::Closed(_))));
    });
}

#[test]
fn dropping_the_last_handle_closes_and_not_before() {
    run(async {
        let (client, server) = pair().await.unwrap();
        let other = client.clone();
        drop(client);
        other.send_all(b"x").await.unwrap();
        drop(other);
        assert_eq!(server.recv(10).await.unwrap(), b"x");
        assert_eq!(server.recv(10).await.unwrap(), b"");
    });
}

#[test]
fn shutdown_ends_one_direction() {
    run(async {
        let (client, server) = pair().await.unwrap();
        client.shutdown().await.unwrap();
        assert_eq!(server.recv(10).await.unwrap(), b"");
        server.send_all(b"still").await.unwrap();
        assert_eq!(client.recv(10).await.unwrap(), b"still");
    });
}

#[test]
fn a_loop_that_is_dropped_leaves_its_sockets_to_others() {
    let (client, server) = run(async {
        let (client, server) = pair().await.unwrap();
        let reader = server.clone();
        spawn(async move { reader.recv(1).await });
        yield_now().await;
        (client, server)
    });
    let got = run(async move {
        let reading = spawn(async move { server.recv(1).await });
        yield_now().await;
        client.send_all(b"x").await.unwrap();
        reading.join().await.unwrap().unwrap()
    });
    assert_eq!(got, b"x");
}
