use flowno_engine::event_loop::{spawn, yield_now};
use flowno_engine::net::SocketOptions;

use super::{TOO_MUCH, listener, pair, pattern, plain, run};

#[test]
fn a_cancelled_recv_takes_nothing() {
    let got = run(async {
        let (client, server) = pair().await.unwrap();
        let reader = server.clone();
        let reading = spawn(async move { reader.recv(1).await });
        yield_now().await;
        reading.cancel();
        client.send_all(b"a").await.unwrap();
        server.recv(1).await.unwrap()
    });
    assert_eq!(got, b"a");
}

#[test]
fn a_wake_up_given_to_a_cancelled_task_is_not_lost() {
    let got = run(async {
        let (client, server) = pair().await.unwrap();
        let [first, second] = [(), ()].map(|()| {
            let server = server.clone();
            spawn(async move { server.recv(1).await.unwrap() })
        });
        yield_now().await;
        client.send_all(b"a").await.unwrap();
        first.cancel();
        second.join().await.unwrap()
    });
    assert_eq!(got, b"a");
}

#[test]
fn a_cancelled_accept_leaves_the_connection_to_the_next() {
    run(async {
        let (listener, address) = listener(SocketOptions::default()).await.unwrap();
        let acceptor = listener.clone();
        let accepting = spawn(async move { acceptor.accept().await.map(drop) });
        yield_now().await;
        accepting.cancel();
        let client = plain();
        client.connect(address).await.unwrap();
        assert_eq!(listener.accept().await.unwrap().1, client.local_addr().unwrap());
    });
}

#[test]
fn a_socket_whose_connect_was_cancelled_is_as_new() {
    run(async {
        let (_listener, address) = listener(SocketOptions::default()).await.unwrap();
        let client = plain();
        let (connecting, target) = (client.clone(), address.clone());
        let task = spawn(async move { connecting.connect(target).await });
        yield_now().await;
        task.cancel();
        // On some systems it is connected by now; then it stays so.
        if client.peer_addr().is_err() {
            client.connect(address).await.unwrap();
        }
    });
}

#[test]
fn a_cancelled_send_leaves_a_socket_that_can_be_used() {
    run(async {
        let (client, server) = pair().await.unwrap();
        let writer = client.clone();
        let writing = spawn(async move { writer.send_all(&pattern(TOO_MUCH)).await });
        yield_now().await;
        assert!(!writing.is_done());
        writing.cancel();
        let reading = spawn(async move {
            let mut last = Vec::new();
            loop {
                let part = server.recv(1 << 16).await.unwrap();
                if part.is_empty() {
                    return last;
                }
                last = part;
            }
        });
        client.send_all(b"the end").await.unwrap();
        client.close().await;
        assert!(reading.join().await.unwrap().ends_with(b"the end"));
    });
}
