use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use flowno_engine::clock::VirtualClock;
use flowno_engine::event_loop::{EventLoop, sleep, spawn, yield_now};

use super::{pair, run};

#[test]
fn tasks_that_are_always_ready_do_not_starve_a_socket() {
    run(async {
        let (client, server) = pair().await.unwrap();
        let busy = [(); 2].map(|()| {
            spawn(async {
                for _ in 0..100_000 {
                    yield_now().await;
                }
            })
        });
        let reading = spawn(async move { server.recv(1).await.unwrap() });
        yield_now().await;
        client.send_all(b"x").await.unwrap();
        assert_eq!(reading.join().await.unwrap(), b"x");
        assert!(busy.iter().all(|task| !task.is_done()), "the socket had to wait for them");
    });
}

#[test]
fn what_has_come_comes_before_virtual_time_jumps() {
    let event_loop = EventLoop::with_clock(Rc::new(VirtualClock::new())).unwrap();
    let slept = event_loop.run_until_complete(async {
        let (client, server) = pair().await.unwrap();
        let over = Rc::new(Cell::new(false));
        let flag = over.clone();
        let sleeper = spawn(async move {
            sleep(Duration::from_secs(60)).await;
            flag.get()
        });
        let reading = spawn(async move {
            server.recv(1).await.unwrap();
            over.set(true);
        });
        yield_now().await;
        client.send_all(b"x").await.unwrap();
        reading.join().await.unwrap();
        sleeper.join().await
    });
    assert_eq!(slept.unwrap(), Ok(true));
}

#[cfg(unix)]
#[test]
fn waiting_for_a_socket_is_no_stall() {
    let (mut outside, inside) = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (std::net::TcpStream::connect(address).unwrap(), listener.accept().unwrap().0)
    };
    let (ready, go) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        go.recv().unwrap();
        std::io::Write::write_all(&mut outside, b"x").unwrap();
    });
    let got = run(async move {
        let options = flowno_engine::net::SocketOptions {
            fileno: Some(inside.into()),
            ..flowno_engine::net::SocketOptions::default()
        };
        let socket = flowno_engine::net::socket(options).unwrap();
        let reading = spawn(async move { socket.recv(1).await.unwrap() });
        yield_now().await;
        ready.send(()).unwrap();
        reading.join().await.unwrap()
    });
    assert_eq!(got, b"x");
    thread.join().unwrap();
}
