//! Sockets: clients and their server in one loop.

use flowno_engine::event_loop::spawn;
use flowno_engine::net::{Address, SocketHandle, SocketOptions, socket};

use super::tasks::measure;
use crate::measure::Measured;
use crate::work::MESSAGE_BYTES;

/// So many clients, each with so many round trips.
pub(crate) fn echo(clients: u64, trips: u64) -> Measured {
    measure(clients * trips, async move {
        let listener = new_socket();
        listener.bind(("127.0.0.1", 0)).await.expect("a port");
        listener.listen(None).expect("it listens");
        let address = listener.local_addr().expect("bound");
        spawn(async move {
            for _ in 0..clients {
                let (stream, _) = listener.accept().await.expect("a client");
                spawn(serve(stream));
            }
        });
        let handles: Vec<_> = (0..clients).map(|_| spawn(ask(address.clone(), trips))).collect();
        for handle in handles {
            handle.join().await.expect("it ends");
        }
    })
}

async fn serve(stream: SocketHandle) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stream.recv_into(&mut buffer).await {
        stream.send_all(&buffer[..length]).await.expect("open");
    }
}

async fn ask(address: Address, trips: u64) {
    let stream = new_socket();
    stream.connect(address).await.expect("a server");
    let mut message = [7; MESSAGE_BYTES];
    for _ in 0..trips {
        stream.send_all(&message).await.expect("open");
        let mut received = 0;
        while received < MESSAGE_BYTES {
            match stream.recv_into(&mut message[received..]).await.expect("an answer") {
                0 => panic!("the server closed"),
                length => received += length,
            }
        }
    }
}

fn new_socket() -> SocketHandle {
    socket(SocketOptions::default()).expect("a socket")
}
