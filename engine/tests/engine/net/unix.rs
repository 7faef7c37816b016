use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use flowno_engine::event_loop::{spawn, yield_now};
use flowno_engine::net::{Address, Family, Kind, SocketOptions, socket};

use super::{plain, run};

/// A path of its own, removed at the end.
struct Path(PathBuf);

impl Path {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("flowno-{}-{number}.sock", std::process::id())))
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn an_echo_over_a_path() {
    let path = Path::new();
    let name = path.0.clone();
    let got = run(async move {
        let listener = socket(SocketOptions { family: Some(Family::Unix), ..SocketOptions::default() })?;
        listener.bind(name.clone()).await?;
        listener.listen(None)?;
        spawn(async move {
            let (peer, address) = listener.accept().await?;
            assert_eq!(address, Address::Path(PathBuf::new()));
            let data = peer.recv(100).await?;
            peer.send_all(&data).await
        });
        let client = plain();
        client.connect(name.clone()).await?;
        assert_eq!(client.peer_addr()?, Address::Path(name));
        client.send_all(b"hello").await?;
        client.recv(100).await
    });
    assert_eq!(got.unwrap(), b"hello");
}

#[test]
fn a_path_without_a_socket_is_an_error_that_names_it() {
    let path = Path::new();
    let name = path.0.clone();
    let error = run(async move { plain().connect(name).await.unwrap_err() });
    assert_eq!(error.kind(), Some(std::io::ErrorKind::NotFound));
    assert!(error.to_string().contains(&path.0.display().to_string()), "{error}");
}

#[test]
fn who_finds_a_full_queue_waits_for_a_place() {
    let path = Path::new();
    let name = path.0.clone();
    run(async move {
        let listener = plain();
        listener.bind(name.clone()).await.unwrap();
        listener.listen(Some(0)).unwrap();
        let clients = [(); 8].map(|()| {
            let name = name.clone();
            spawn(async move {
                let client = plain();
                client.connect(name).await.unwrap();
                client.recv(1).await.unwrap()
            })
        });
        yield_now().await;
        for _ in 0..clients.len() {
            listener.accept().await.unwrap().0.send_all(b"x").await.unwrap();
        }
        for client in clients {
            assert_eq!(client.join().await.unwrap(), b"x");
        }
    });
}

#[test]
fn who_is_bound_and_finds_a_full_queue_connects_from_there() {
    let (path, own) = (Path::new(), Path::new());
    let (name, bound) = (path.0.clone(), own.0.clone());
    run(async move {
        let listener = plain();
        listener.bind(name.clone()).await.unwrap();
        listener.listen(Some(0)).unwrap();
        let first = plain();
        first.connect(name.clone()).await.unwrap();
        let client = plain();
        client.bind(bound.clone()).await.unwrap();
        let connecting = spawn(async move { client.connect(name).await });
        yield_now().await;
        assert!(!connecting.is_done(), "the queue was not full");
        listener.accept().await.unwrap();
        assert_eq!(listener.accept().await.unwrap().1, Address::Path(bound));
        connecting.join().await.unwrap().unwrap();
    });
}

#[test]
fn a_connection_that_exists_is_adopted() {
    let (mut outside, inside) = UnixStream::pair().unwrap();
    outside.write_all(b"in").unwrap();
    run(async move {
        let adopted =
            socket(SocketOptions { fileno: Some(inside.into()), ..SocketOptions::default() }).unwrap();
        assert!(adopted.fileno().is_some());
        assert_eq!(adopted.recv(10).await.unwrap(), b"in");
        adopted.send_all(b"out").await.unwrap();
        adopted.close().await;
        assert!(adopted.fileno().is_none());
    });
    let mut got = String::new();
    outside.read_to_string(&mut got).unwrap();
    assert_eq!(got, "out");
}

#[test]
fn a_listener_that_exists_is_adopted() {
    let path = Path::new();
    let existing = UnixListener::bind(&path.0).unwrap();
    let name = path.0.clone();
    run(async move {
        let options = SocketOptions { fileno: Some(existing.into()), ..SocketOptions::default() };
        let listener = socket(options).unwrap();
        if !cfg!(target_os = "linux") {
            listener.listen(None).unwrap();
        }
        let client = plain();
        client.connect(name).await.unwrap();
        listener.accept().await.unwrap().0.send_all(b"x").await.unwrap();
        assert_eq!(client.recv(1).await.unwrap(), b"x");
    });
}

#[test]
fn a_file_is_no_socket() {
    let file = std::fs::File::open("/dev/null").unwrap();
    let error = socket(SocketOptions { fileno: Some(file.into()), ..SocketOptions::default() }).unwrap_err();
    assert!(error.to_string().starts_with("cannot open a socket: "), "{error}");
}

#[test]
fn datagrams_over_a_path() {
    let path = Path::new();
    let name = path.0.clone();
    let got = run(async move {
        let options = || SocketOptions { kind: Kind::Datagram, ..SocketOptions::default() };
        let receiver = socket(options())?;
        receiver.bind(name.clone()).await?;
        let sender = socket(options())?;
        sender.connect(name).await?;
        sender.send(b"one").await?;
        sender.send(b"").await?;
        sender.send(b"two").await?;
        Ok::<_, flowno_engine::net::SocketError>([
            receiver.recv(10).await?,
            receiver.recv(10).await?,
            receiver.recv(2).await?,
        ])
    });
    assert_eq!(got.unwrap(), [&b"one"[..], b"", b"tw"]);
}
