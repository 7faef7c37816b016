use std::io::ErrorKind;

use flowno_engine::event_loop::{TaskHandle, spawn, yield_now};
use flowno_engine::net::{Address, Family, SocketError, SocketHandle, SocketOptions, socket};

use super::{listener, plain, run};

/// A port where nobody listens.
async fn free_port() -> u16 {
    let (_listener, address) = listener(SocketOptions::default()).await.expect("a listener");
    address.port().expect("a port")
}

#[test]
fn nobody_listens_is_an_error_that_names_the_address_and_the_socket_can_try_again() {
    run(async {
        let port = free_port().await;
        let client = plain();
        let error = client.connect(("127.0.0.1", port)).await.unwrap_err();
        assert_eq!(error.kind(), Some(ErrorKind::ConnectionRefused));
        let message = error.to_string();
        assert!(message.starts_with(&format!("cannot connect to 127.0.0.1:{port}: ")), "{message}");
        assert!(message.ends_with("; nobody listens there"), "{message}");
        let (_listener, address) = listener(SocketOptions::default()).await.unwrap();
        client.connect(address).await.unwrap();
    });
}

#[test]
fn each_address_of_a_host_is_tried() {
    let listener = std::net::TcpListener::bind("[::1]:0");
    let Ok(listener) = listener else { return super::skip("there is no IPv6") };
    let port = listener.local_addr().unwrap().port();
    run(async move {
        let client = plain();
        // 127.0.0.1 first, where nobody listens.
        client.connect(("localhost", port)).await.unwrap();
        assert_eq!(client.peer_addr().unwrap().to_string(), format!("[::1]:{port}"));
    });
}

/// More than there is room for in the line of `listener_with_a_short_line`.
#[cfg(target_os = "linux")]
const CROWD: usize = 6;

/// Whoever knocks where the line is full waits, on Linux; this line is for one or two.
#[cfg(target_os = "linux")]
async fn listener_with_a_short_line() -> Result<(SocketHandle, Address), SocketError> {
    let listener = plain();
    listener.bind(("127.0.0.1", 0)).await?;
    listener.listen(Some(0))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

#[cfg(target_os = "linux")]
#[test]
fn who_is_refused_the_socket_does_not_disturb_who_connects_it() {
    run(async {
        let (_listener, address) = listener_with_a_short_line().await.unwrap();
        let shared = plain();
        let knock = |_| {
            let address = address.clone();
            spawn(async move { plain().connect(address).await })
        };
        let _crowd: Vec<_> = (0..CROWD).map(knock).collect();
        // One looks a name up, and meanwhile the other begins to wait in the line.
        let connect = |to: Address| {
            let handle = shared.clone();
            spawn(async move { handle.connect(to).await })
        };
        let rivals = [connect(("127.1", address.port().unwrap()).into()), connect(address.clone())];
        while !rivals.iter().any(TaskHandle::is_done) {
            yield_now().await;
        }
        let (refused, connecting): (Vec<_>, Vec<_>) = rivals.into_iter().partition(TaskHandle::is_done);
        for refused in refused {
            let error = refused.join().await.unwrap().unwrap_err();
            assert_eq!(error.to_string(), "cannot connect: the socket is still connecting");
        }
        assert_eq!(connecting.len(), 1);
        assert_eq!(
            shared.peer_addr().unwrap_err().kind(),
            Some(ErrorKind::NotConnected),
            "it has its transport"
        );
    });
}

#[cfg(target_os = "linux")]
#[test]
fn connecting_lets_others_run() {
    use std::time::Duration;

    use flowno_engine::event_loop::sleep;

    run(async {
        let (_listener, address) = listener_with_a_short_line().await.unwrap();
        let knock = |_| {
            let address = address.clone();
            spawn(async move { plain().connect(address).await })
        };
        let clients: Vec<_> = (0..CROWD).map(knock).collect();
        // It comes here while some of them wait, not when they have given up.
        sleep(Duration::from_millis(20)).await;
        assert!(clients.iter().any(|client| client.is_done()), "there was no room at all");
        assert!(clients.iter().any(|client| !client.is_done()), "the line was never full");
    });
}

#[test]
fn a_crowd_waits_to_be_accepted_unless_told() {
    const BACKLOG: usize = 128;
    run(async {
        let (listener, address) = listener(SocketOptions::default()).await.unwrap();
        let mut clients = Vec::new();
        for _ in 0..BACKLOG {
            let client = plain();
            client.connect(address.clone()).await.unwrap();
            clients.push(client);
        }
        for client in clients {
            assert_eq!(listener.accept().await.unwrap().1, client.local_addr().unwrap());
        }
    });
}

#[test]
fn a_bound_socket_connects_from_where_it_is_bound() {
    run(async {
        let (listener, address) = listener(SocketOptions::default()).await.unwrap();
        let client = plain();
        client.bind(("127.0.0.1", 0)).await.unwrap();
        let bound = client.local_addr().unwrap();
        client.connect(address).await.unwrap();
        assert_eq!(listener.accept().await.unwrap().1, bound);
    });
}

#[test]
fn a_bound_socket_keeps_to_the_addresses_of_its_family() {
    run(async move {
        let listener = plain();
        if listener.bind(("::1", 0)).await.is_err() {
            return super::skip("there is no IPv6");
        }
        listener.listen(None).unwrap();
        let port = listener.local_addr().unwrap().port().unwrap();
        let client = plain();
        client.bind(("::1", 0)).await.unwrap();
        let bound = client.local_addr().unwrap();
        client.connect(("localhost", port)).await.unwrap();
        assert_eq!(listener.accept().await.unwrap().1, bound);
        let client = plain();
        client.bind(("127.0.0.1", 0)).await.unwrap();
        let error = client.connect(("::1", port)).await.unwrap_err();
        assert!(error.to_string().ends_with("the socket's family is IPv4"), "{error}");
    });
}

#[test]
fn a_name_that_cannot_be_looked_up_is_an_error_and_the_loop_goes_on() {
    run(async {
        let looking = spawn(async { plain().connect(("not..a..name", 80)).await });
        let mut turns = 0;
        while !looking.is_done() {
            turns += 1;
            yield_now().await;
        }
        let error = looking.join().await.unwrap().unwrap_err();
        assert!(matches!(&error, SocketError::Resolve { host, .. } if host == "not..a..name"), "{error}");
        assert!(turns > 1, "the loop waited for the resolver");
    });
}

#[test]
fn the_family_of_a_socket_is_kept_to() {
    run(async {
        let client =
            socket(SocketOptions { family: Some(Family::Inet6), ..SocketOptions::default() }).unwrap();
        let error = client.connect(("127.0.0.1", 1)).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot connect to 127.0.0.1:1: the socket's family is IPv6");
    });
}

#[test]
fn a_used_port_is_an_error_that_says_so() {
    run(async {
        let (_listener, address) = listener(SocketOptions::default()).await.unwrap();
        let error = plain().bind(address.clone()).await.unwrap_err();
        assert_eq!(error.kind(), Some(ErrorKind::AddrInUse));
        assert!(error.to_string().starts_with(&format!("cannot bind to {address}: ")), "{error}");
    });
}

#[test]
fn what_a_socket_cannot_do_yet_is_said() {
    run(async {
        let fresh = plain();
        let error = |error: SocketError| error.to_string();
        assert_eq!(error(fresh.recv(1).await.unwrap_err()), "cannot receive: the socket is not connected");
        assert_eq!(error(fresh.listen(None).unwrap_err()), "cannot listen: the socket is not bound");
        assert_eq!(error(fresh.accept().await.unwrap_err()), "cannot accept: the socket does not listen");
        let (listening, address) = listener(SocketOptions::default()).await.unwrap();
        assert_eq!(error(listening.send(b"x").await.unwrap_err()), "cannot send: the socket listens");
        assert_eq!(
            error(listening.connect(address.clone()).await.unwrap_err()),
            "cannot connect: the socket listens"
        );
        fresh.connect(address.clone()).await.unwrap();
        assert_eq!(
            error(fresh.connect(address).await.unwrap_err()),
            "cannot connect: the socket is connected already"
        );
    });
}
