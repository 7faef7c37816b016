//! A server that answers what it is told to, once a connection, and tells what it was asked.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// How a connection is answered.
pub(crate) struct Answer {
    /// Sent when the request is there.
    pub(crate) bytes: Vec<u8>,
    /// Whether the connection stays open then until the client closes it.
    pub(crate) stays: bool,
}

impl Answer {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), stays: false }
    }

    pub(crate) fn staying(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), stays: true }
    }
}

/// Text with the status line and headers that it needs.
pub(crate) fn ok(kind: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::new(format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"))
}

/// Serves one connection an answer; gives the port, and each request when its connection has ended.
pub(crate) fn serve(answers: Vec<Answer>) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (requests, received) = channel();
    thread::spawn(move || {
        for answer in answers {
            let (mut peer, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            while !is_whole(&request) {
                match peer.read(&mut piece) {
                    Ok(count) if count > 0 => request.extend_from_slice(&piece[..count]),
                    _ => break,
                }
            }
            let _ = peer.write_all(&answer.bytes);
            while answer.stays && matches!(peer.read(&mut piece), Ok(count) if count > 0) {}
            let _ = requests.send(String::from_utf8_lossy(&request).into_owned());
        }
    });
    (port, received)
}

/// Whether head and body of a request are there.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0_usize)
}
