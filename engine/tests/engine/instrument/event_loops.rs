//! The hooks of event loops.

use flowno_engine::event_loop::{EventLoop, spawn, spawn_named, yield_now};
use flowno_engine::net::{SocketOptions, socket};
use flowno_engine::sync::AsyncQueue;

use super::{noted, of};
use crate::support::virtual_loop;

#[test]
fn queues_tell_whether_somebody_had_to_wait() {
    let (lines, _guard) = noted();
    let root = async {
        let queue = AsyncQueue::<u8>::new(Some(1));
        let own = queue.clone();
        let reader = spawn(async move { (own.get().await, own.get().await) });
        yield_now().await;
        queue.put(1).await.unwrap();
        queue.put(2).await.unwrap();
        reader.join().await.unwrap().1.unwrap();
        queue.put(3).await.unwrap();
        queue.until_empty().next().await;
    };
    virtual_loop().run_until_complete(root).unwrap();
    assert_eq!(
        of(&lines, &["QUEUE-PUT", "QUEUE-GET"]),
        [
            "[QUEUE-PUT] AsyncQueue<u8> at once, 1 in it",
            "[QUEUE-GET] AsyncQueue<u8> after a wait, 0 left",
            "[QUEUE-PUT] AsyncQueue<u8> after a wait, 1 in it",
            "[QUEUE-GET] AsyncQueue<u8> after a wait, 0 left",
            "[QUEUE-PUT] AsyncQueue<u8> at once, 1 in it",
            "[QUEUE-GET] AsyncQueue<u8> at once, 0 left",
        ]
    );
}

#[test]
fn tasks_tell_each_step_and_how_they_end() {
    let (lines, _guard) = noted();
    let root = async {
        let waits = spawn_named("waits", std::future::pending::<()>());
        let panics = spawn_named("panics", async { panic!("on purpose") });
        yield_now().await;
        waits.cancel();
        panics.join().await.unwrap_err();
    };
    virtual_loop().run_until_complete(root).unwrap();
    let name =
        |line: &String| line.contains("`waits`") || line.contains("`panics`") || line.contains("COMPLETED");
    let lines: Vec<String> = lines.take().into_iter().filter(name).collect();
    assert_eq!(
        lines,
        [
            "[TASK-BEFORE-SEND] task 2 `waits`",
            "[TASK-AFTER-SEND] task 2 `waits` waits for something that it does not tell",
            "[TASK-BEFORE-SEND] task 3 `panics`",
            "[TASK-ERROR] task 3 `panics` the task panicked: on purpose",
            "[TASK-BEFORE-THROW] task 2 `waits` the task was cancelled",
            "[TASK-AFTER-THROW] task 2 `waits` the task was cancelled",
            "[TASK-CANCELLED] task 2 `waits` the task was cancelled",
            "[TASK-COMPLETED] task 1 `root`",
        ]
    );
}

#[test]
fn sockets_tell_their_operations_and_bytes() {
    let (lines, _guard) = noted();
    let root = async {
        let server = socket(SocketOptions::default())?;
        server.bind(("127.0.0.1", 0)).await?;
        server.listen(None)?;
        let address = server.local_addr()?;
        let client = spawn(async move {
            let client = socket(SocketOptions::default())?;
            client.connect(address).await?;
            client.send_all(b"hello").await?;
            client.close().await;
            Ok::<_, flowno_engine::net::SocketError>(())
        });
        let (connection, _) = server.accept().await?;
        let heard = connection.recv(16).await?;
        client.join().await.expect("it ends")?;
        Ok::<_, flowno_engine::net::SocketError>(heard)
    };
    let heard = EventLoop::new().unwrap().run_until_complete(root).unwrap().unwrap();
    assert_eq!(heard, b"hello");
    let count = |hook: &str| of(&lines, &[hook]).len();
    for hook in ["CONNECT", "ACCEPT", "SEND", "RECV"] {
        assert_eq!(count(&format!("SOCKET-{hook}-START")), 1, "{hook}");
        assert_eq!(count(&format!("SOCKET-{hook}-READY")), 1, "{hook}");
    }
    assert!(of(&lines, &["SOCKET-SEND-DATA"])[0].ends_with("5 of 5 bytes"));
    assert!(of(&lines, &["SOCKET-RECV-DATA"])[0].ends_with("5 bytes"));
    assert_eq!(count("SOCKET-CLOSE"), 1);
}
