use flowno_engine::event_loop::spawn;
use flowno_engine::net::{Address, Family, SocketOptions, socket};

use super::{MUCH, TOO_MUCH, pair, pattern, plain, read_to_end, run};

#[test]
fn an_echo_over_each_address_of_this_machine() {
    for (host, family) in [("127.0.0.1", Family::Inet), ("::1", Family::Inet6), ("localhost", Family::Inet)] {
        let got = run(async move {
            let listener = plain();
            listener.bind((host, 0)).await?;
            listener.listen(Some(1))?;
            let port = listener.local_addr()?.port().expect("a port");
            spawn(async move {
                let (peer, _) = listener.accept().await?;
                let data = peer.recv(100).await?;
                peer.send_all(&data).await
            });
            let client = socket(SocketOptions { family: Some(family), ..SocketOptions::default() })?;
            client.connect((host, port)).await?;
            client.send_all(b"hello").await?;
            client.recv(100).await
        });
        match got {
            // A machine may have no IPv6.
            Err(error) if family == Family::Inet6 => {
                assert_eq!(error.kind(), Some(std::io::ErrorKind::AddrNotAvailable), "{error}");
            }
            got => assert_eq!(got.unwrap(), b"hello"),
        }
    }
}

#[test]
fn a_message_larger_than_all_buffers_comes_whole() {
    let (sent, got) = run(async {
        let (client, server) = pair().await?;
        let sent = pattern(TOO_MUCH);
        let copy = sent.clone();
        spawn(async move {
            client.send_all(&copy).await?;
            client.shutdown().await
        });
        Ok::<_, flowno_engine::net::SocketError>((sent, read_to_end(&server).await?))
    })
    .unwrap();
    assert!(sent == got, "{} of {} bytes, or others", got.len(), sent.len());
}

#[test]
fn recv_gives_at_most_what_is_asked_for_and_keeps_the_rest() {
    let got = run(async {
        let (client, server) = pair().await?;
        client.send_all(b"abcdef").await?;
        client.close().await;
        let mut buffer = [0; 2];
        let count = server.recv_into(&mut buffer).await?;
        assert_eq!((count, &buffer), (2, b"ab"));
        Ok::<_, flowno_engine::net::SocketError>([
            server.recv(0).await?,
            server.recv(3).await?,
            server.recv(3).await?,
            server.recv(3).await?,
        ])
    });
    assert_eq!(got.unwrap(), [&b""[..], b"cde", b"f", b""]);
}

#[test]
fn one_task_reads_while_another_writes_the_same_socket() {
    let got = run(async {
        let (client, server) = pair().await?;
        let writer = client.clone();
        let writing = spawn(async move {
            writer.send_all(&pattern(MUCH)).await?;
            writer.shutdown().await
        });
        let echo = spawn(async move {
            loop {
                let part = server.recv(4096).await?;
                if part.is_empty() {
                    return server.shutdown().await;
                }
                server.send_all(&part).await?;
            }
        });
        let got = read_to_end(&client).await?;
        writing.join().await.unwrap()?;
        echo.join().await.unwrap()?;
        Ok::<_, flowno_engine::net::SocketError>(got)
    });
    assert!(got.unwrap() == pattern(MUCH));
}

#[test]
fn two_that_read_at_once_are_both_served() {
    let mut got = run(async {
        let (client, server) = pair().await.unwrap();
        let readers = [(), ()].map(|()| {
            let server = server.clone();
            spawn(async move { server.recv(1).await.unwrap() })
        });
        flowno_engine::event_loop::yield_now().await;
        client.send_all(b"ab").await.unwrap();
        let mut got = Vec::new();
        for reader in readers {
            got.extend(reader.join().await.unwrap());
        }
        got
    });
    got.sort();
    assert_eq!(got, b"ab");
}

#[test]
fn the_ends_know_each_other() {
    run(async {
        let (client, server) = pair().await.unwrap();
        assert_eq!(client.local_addr().unwrap(), server.peer_addr().unwrap());
        assert_eq!(client.peer_addr().unwrap(), server.local_addr().unwrap());
        assert!(matches!(client.peer_addr().unwrap(), Address::Ip(address) if address.ip().is_loopback()));
        client.set_nodelay(true).unwrap();
    });
}

#[test]
fn a_socket_serves_one_loop_after_another() {
    let (client, server) = run(async {
        let (client, server) = pair().await.unwrap();
        let reader = server.clone();
        let reading = spawn(async move { reader.recv(10).await });
        flowno_engine::event_loop::yield_now().await;
        client.send_all(b"one").await.unwrap();
        assert_eq!(reading.join().await.unwrap().unwrap(), b"one");
        (client, server)
    });
    let got = run(async move {
        let reading = spawn(async move { server.recv(10).await });
        flowno_engine::event_loop::yield_now().await;
        client.send_all(b"two").await.unwrap();
        reading.join().await.unwrap().unwrap()
    });
    assert_eq!(got, b"two");
}
