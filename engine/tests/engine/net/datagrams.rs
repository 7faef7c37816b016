use flowno_engine::net::{Kind, SocketOptions, socket};

use super::{plain, run};

#[test]
fn datagrams_come_one_by_one() {
    let got = run(async {
        let options = || SocketOptions { kind: Kind::Datagram, ..SocketOptions::default() };
        let receiver = socket(options())?;
        receiver.bind(("127.0.0.1", 0)).await?;
        let sender = socket(options())?;
        sender.connect(receiver.local_addr()?).await?;
        sender.send(b"one").await?;
        socket(options())?.send_to(b"two", receiver.local_addr()?).await?;
        sender.send(b"three").await?;
        let mut got = Vec::new();
        for _ in 0..3 {
            got.push(receiver.recv(100).await?);
        }
        Ok::<_, flowno_engine::net::SocketError>(got)
    });
    assert_eq!(got.unwrap(), [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()]);
}

#[test]
fn streams_and_datagrams_are_told_apart() {
    run(async {
        let datagrams = socket(SocketOptions { kind: Kind::Datagram, ..SocketOptions::default() }).unwrap();
        let error = datagrams.listen(None).unwrap_err();
        assert_eq!(error.to_string(), "cannot listen: the socket carries datagrams");
        let error = plain().send_to(b"x", ("127.0.0.1", 1)).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot send: the socket carries no datagrams");
    });
}
