//! A chat room on a TCP socket, as a flow: a stream of guests who arrive, and a cycle that goes round once a line.
//!
//! * `cargo run --example chat`: two scripted guests talk, then the room closes.
//! * `cargo run --example chat -- --listen 127.0.0.1:7000`: a real room, to join with `nc 127.0.0.1 7000`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use flowno_engine::event_loop::{EventLoop, RunUntil, spawn};
use flowno_engine::net::{Address, SocketHandle, SocketOptions, socket};
use flowno_engine::{Emitter, Stream, flow::RunError, flow_hdl, hdl::FlowError, node, sync::AsyncQueue};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Who is there, and what was said and not yet passed on. A clone is the same room.
#[derive(Clone)]
struct Room {
    guests: Rc<RefCell<BTreeMap<String, SocketHandle>>>,
    lines: AsyncQueue<Line>,
}

type Line = (String, String); // who says what
type Tally = BTreeMap<String, u32>; // how many lines each has said

/// A stream: each guest as they arrive.
#[node]
async fn Arrivals(listener: SocketHandle, out: Emitter<SocketHandle>) -> Result<()> {
    loop {
        out.emit(listener.accept().await?.0).await?;
    }
}

/// Reads the stream, and lets each guest speak in a task of their own.
#[node]
async fn Host(room: Room, mut arrivals: Stream<SocketHandle>) {
    while let Some(guest) = arrivals.next().await {
        spawn(attend(room.clone(), guest));
    }
}

/// The cycle begins: the next line, whoever says it. It is asked for when everybody has heard the last.
#[node]
async fn Hear(room: Room, #[default(0)] _heard: usize) -> Result<Line> {
    Ok(room.lines.get().await?)
}

/// A cycle of its own: its last value is its next input.
#[node]
fn Count(line: Line, #[default(Tally::new())] mut tally: Tally) -> Tally {
    *tally.entry(line.0).or_default() += 1;
    tally
}

/// Tells everybody, and closes the cycle with how many heard it. A guest who never reads holds up the room in the end.
#[node]
async fn Tell(room: Room, line: Line, tally: Tally) -> usize {
    let text = format!("{} ({}): {}\n", line.0, tally[&line.0], line.1);
    let (guests, mut heard) = (room.guests.borrow().clone(), 0);
    for guest in guests.values() {
        heard += usize::from(guest.send_all(text.as_bytes()).await.is_ok()); // who has left does not hear it
    }
    heard
}

/// Puts what a guest says, after their name, into the room until they leave.
async fn attend(room: Room, guest: SocketHandle) -> Result<()> {
    let mut rest = Vec::new();
    let Some(speaker) = line(&guest, &mut rest).await? else { return Ok(()) };
    room.guests.borrow_mut().insert(speaker.clone(), guest.clone());
    while let Ok(Some(text)) = line(&guest, &mut rest).await {
        room.lines.put((speaker.clone(), text)).await?;
    }
    room.guests.borrow_mut().remove(&speaker);
    Ok(())
}

/// The next line from a socket; `rest` is what has come after the last.
async fn line(socket: &SocketHandle, rest: &mut Vec<u8>) -> Result<Option<String>> {
    while !rest.contains(&b'\n') {
        let part = socket.recv(4096).await?;
        if part.is_empty() {
            return Ok(None);
        }
        rest.extend(part);
    }
    let after = rest.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let line: Vec<u8> = rest.drain(..after).collect();
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

/// Opens a room until so many lines were said.
async fn open(listener: SocketHandle, lines: u64) -> Result<Tally> {
    let room = Room { guests: Rc::default(), lines: AsyncQueue::new(Some(100)) };
    let f = flow_hdl! { |f|
        f.arrivals = Arrivals(listener);
        f.host = Host(room.clone(), f.arrivals);
        f.line = Hear(room.clone(), f.told);
        f.tally = Count(f.line, f.tally);
        f.told = Tell(room, f.line, f.tally);
    }?;
    match f.run([(&f.told, (lines - 1,))]).await {
        Err(FlowError::Run(RunError::TerminateLimitReached { .. })) => {}
        other => other?,
    }
    Ok(f.tally.get_data().ok_or("nobody said anything")?.0)
}

/// Says each text when the one before has come back.
async fn guest(room: Address, name: &str, texts: [&str; 3]) -> Result<()> {
    let (socket, mut rest) = (socket(SocketOptions::default())?, Vec::new());
    socket.connect(room).await?;
    socket.send_all(format!("{name}\n").as_bytes()).await?;
    for text in texts {
        socket.send_all(format!("{text}\n").as_bytes()).await?;
        let mut heard = String::new();
        while !heard.starts_with(name) {
            heard = line(&socket, &mut rest).await?.ok_or("the room has closed")?;
            println!("{name} hears {heard}");
        }
    }
    Ok(())
}

fn main() -> Result<()> {
    let address = std::env::args().skip_while(|argument| argument != "--listen").nth(1);
    let bound: std::net::SocketAddr = address.as_deref().unwrap_or("127.0.0.1:0").parse()?;
    let root = async move {
        let listener = socket(SocketOptions::default())?;
        listener.bind(bound).await?;
        listener.listen(None)?;
        let room = listener.local_addr()?;
        println!("the room is at {room}");
        if address.is_some() {
            return open(listener, u64::MAX).await;
        }
        spawn(guest(room.clone(), "ann", ["hello?", "is anybody here?", "ah, Bob!"]));
        spawn(guest(room, "bob", ["hi", "it is me, Bob", "bye"]));
        open(listener, 6).await
    };
    let tally = EventLoop::new()?.run_with(root, RunUntil { join: true, ..RunUntil::default() })?;
    println!("lines said: {:?}", tally.transpose()?);
    Ok(())
}

#[test]
fn the_demo_ends() -> Result<()> {
    main()
}
