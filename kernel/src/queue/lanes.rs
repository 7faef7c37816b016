//! What waits to be sent, in order.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use serde_json::Value;

use super::Post;
use super::pace::{Backlog, Pace};
use super::prints::{Prints, Text, json_length};
use crate::content::{Content, output};

/// Scripts wait while more than this is queued. Enough to keep the wire busy; little enough that an
/// interrupted cell falls silent at once (a Python client reads some 10 MB a second).
const OUTPUT_BYTES: usize = 1 << 20;

/// Threads of a host wait while more than this is queued of what its comms send.
const COMM_BYTES: usize = 1 << 20;

/// What a stream message has beside its text, as Jupyter Server counts: two headers, a signature, braces.
const ENVELOPE_BYTES: usize = 1_000;

/// What comes next.
pub(super) enum Next {
    /// This, and the scripts that have room again.
    Post(Post, Vec<Waker>),
    /// Something, at this time, unless more comes before.
    Until(Instant),
    /// Nothing waits.
    Nothing,
}

/// All that waits.
#[derive(Default)]
pub(super) struct Lanes {
    urgent: VecDeque<Post>,
    output: VecDeque<Waiting>,
    comm: VecDeque<Waiting>,
    comm_bytes: usize,
    /// What of `comm` keeps to the pace.
    comm_backlog: Backlog,
    /// Whether a comm's message goes next: output has gone since the latest.
    comm_is_next: bool,
    /// Texts that are not in `output` yet.
    prints: Prints,
    /// The weight of `output` and `prints`.
    output_bytes: usize,
    pace: Pace,
    /// What of `output` keeps to the pace.
    backlog: Backlog,
    /// Whether all leaves as fast as it can: the kernel ends.
    hurries: bool,
    /// The task that sends, while it finds nothing.
    reader: Option<Waker>,
    /// The scripts that wait for room: a cell, or nodes that print. Whoever wakes and finds none
    /// registers again.
    writers: Vec<Waker>,
    /// The same of a host's threads, for room in `comm`.
    comm_writers: Vec<Waker>,
}

struct Waiting {
    post: Post,
    paced: bool,
    /// How much stream text it has, as Jupyter Server counts.
    stream_bytes: usize,
    since: Instant,
}

impl Lanes {
    pub(super) fn push_urgent(&mut self, post: Post) {
        self.urgent.push_back(post);
    }

    pub(super) fn push_comm(&mut self, post: Post, paced: bool, now: Instant) {
        self.comm_bytes += post.weight();
        if paced {
            self.comm_backlog.add(1, 0);
        }
        self.comm.push_back(Waiting { paced, ..Waiting::at_once(post, now) });
    }

    /// Appends to the output lane. What is printed waits a little for more, but goes before whatever else its cell sends.
    pub(super) fn push(&mut self, post: Post, paced: bool, now: Instant) {
        match post {
            Post::Publish { parent, content } if content.msg_type == output::STREAM => {
                self.push_print(Text::of(parent, &content, paced), now);
            }
            post => self.push_other(post, paced, now),
        }
    }

    fn push_print(&mut self, text: Text, now: Instant) {
        self.count_text(&text);
        let leaving = self.prints.add(text, now);
        self.push_texts(leaving, now);
    }

    fn push_other(&mut self, post: Post, paced: bool, now: Instant) {
        if let Post::Flush(_) = post {
            self.hurries = true;
            let all = self.prints.all(now);
            self.push_texts(all, now);
            (self.comm_bytes, self.comm_backlog) = Default::default();
            let comm = std::mem::take(&mut self.comm);
            comm.into_iter().for_each(|waiting| self.push_waiting(Waiting::at_once(waiting.post, now)));
        }
        if let Some(text) = post.parent().and_then(|parent| self.prints.of(parent, now)) {
            self.push_texts(vec![text], now);
        }
        self.push_waiting(Waiting { paced, ..Waiting::at_once(post, now) });
    }

    /// The next post, urgent ones first; then output and comms' messages by turns, if both wait.
    pub(super) fn next(&mut self, now: Instant) -> Next {
        if let Some(post) = self.urgent.pop_front() {
            self.pace.take_for(&post, 0);
            return Next::Post(post, Vec::new());
        }
        if self.comm_is_next
            && let Some(next) = self.next_comm()
        {
            return next;
        }
        let output = self.next_output(now);
        if let Next::Post(..) = output {
            self.comm_is_next = true;
            return output;
        }
        // Comms keep to the pace where nothing else sets one.
        let paced = self.comm.front().is_some_and(|first| first.paced);
        let time = if paced { now + self.pace.wait(now) } else { now };
        match output {
            _ if time <= now => self.next_comm().unwrap_or(output),
            Next::Until(other) => Next::Until(time.min(other)),
            _ => Next::Until(time),
        }
    }

    fn next_comm(&mut self) -> Option<Next> {
        let Waiting { post, paced, .. } = self.comm.pop_front()?;
        self.comm_is_next = false;
        self.comm_bytes = self.comm_bytes.saturating_sub(post.weight());
        if paced {
            self.comm_backlog.remove(1, 0);
        }
        self.pace.take_for(&post, 0);
        let has_room = self.has_comm_room();
        let writers = if has_room { std::mem::take(&mut self.comm_writers) } else { Vec::new() };
        Some(Next::Post(post, writers))
    }

    /// Of output, whichever could have left first.
    fn next_output(&mut self, now: Instant) -> Next {
        let text = self.prints.first_due(now);
        let text = text.filter(|(_, due, _)| self.output.front().is_none_or(|first| *due < first.since));
        let paced = match (&text, self.output.front()) {
            (Some((_, _, paced)), _) => *paced,
            (None, Some(first)) => first.paced,
            (None, None) => return self.prints.next_due().map_or(Next::Nothing, Next::Until),
        };
        let wait = self.pace.wait(now);
        if paced && !self.hurries && !wait.is_zero() {
            return Next::Until(now + wait);
        }
        if let Some(text) = text.and_then(|(parent, ..)| self.prints.of(&parent, now)) {
            self.discount_text(&text);
            let post = self.leave(text.into_waiting(now));
            return Next::Post(post, self.writers_with_room());
        }
        match self.output.pop_front() {
            Some(waiting) => {
                self.discount(&waiting);
                Next::Post(self.leave(waiting), self.writers_with_room())
            }
            None => Next::Nothing,
        }
    }

    pub(super) fn note_published(&mut self) {
        self.pace.take(0);
    }

    /// Whether a script may send more.
    pub(super) fn has_room(&self) -> bool {
        self.output_bytes < OUTPUT_BYTES && !self.backlog.is_long()
    }

    pub(super) fn register_writer(&mut self, waker: &Waker) {
        register(&mut self.writers, waker);
    }

    /// Whether a host's thread may send more by its comms.
    pub(super) fn has_comm_room(&self) -> bool {
        self.hurries || self.comm_bytes < COMM_BYTES && !self.comm_backlog.is_long()
    }

    pub(super) fn register_comm_writer(&mut self, waker: &Waker) {
        register(&mut self.comm_writers, waker);
    }

    pub(super) fn register_reader(&mut self, waker: &Waker) {
        self.reader = Some(waker.clone());
    }

    pub(super) fn take_reader(&mut self) -> Option<Waker> {
        self.reader.take()
    }

    /// Replies and waits, of all lanes.
    pub(super) fn overtake(&mut self) -> Vec<Post> {
        let overtakes =
            |post: &Post| matches!(post, Post::Reply { .. } | Post::Ask { .. } | Post::Wait { .. });
        let (mut taken, urgent): (Vec<Post>, Vec<Post>) =
            std::mem::take(&mut self.urgent).into_iter().partition(overtakes);
        self.urgent.extend(urgent);
        let (overtaking, left): (Vec<Waiting>, Vec<Waiting>) =
            std::mem::take(&mut self.output).into_iter().partition(|waiting| overtakes(&waiting.post));
        self.output.extend(left);
        overtaking.iter().for_each(|waiting| self.discount(waiting));
        taken.extend(overtaking.into_iter().map(|waiting| waiting.post));
        taken
    }

    fn push_texts(&mut self, texts: Vec<Text>, now: Instant) {
        for text in texts {
            self.discount_text(&text);
            self.push_waiting(text.into_waiting(now));
        }
    }

    fn push_waiting(&mut self, waiting: Waiting) {
        self.output_bytes += waiting.post.weight();
        if waiting.paced {
            self.backlog.add(1, waiting.stream_bytes);
        }
        self.output.push_back(waiting);
    }

    fn discount(&mut self, waiting: &Waiting) {
        self.output_bytes = self.output_bytes.saturating_sub(waiting.post.weight());
        if waiting.paced {
            self.backlog.remove(1, waiting.stream_bytes);
        }
    }

    /// A text that waits for more is no message yet.
    fn count_text(&mut self, text: &Text) {
        self.output_bytes += text.text.len();
        if text.paced {
            self.backlog.add(0, json_length(&text.text));
        }
    }

    fn discount_text(&mut self, text: &Text) {
        self.output_bytes = self.output_bytes.saturating_sub(text.text.len());
        if text.paced {
            self.backlog.remove(0, json_length(&text.text));
        }
    }

    fn leave(&mut self, waiting: Waiting) -> Post {
        self.pace.take_for(&waiting.post, waiting.stream_bytes);
        waiting.post
    }

    fn writers_with_room(&mut self) -> Vec<Waker> {
        let mut writers = if self.has_room() { std::mem::take(&mut self.writers) } else { Vec::new() };
        if self.hurries {
            writers.append(&mut self.comm_writers); // nothing of theirs is sent any more
        }
        writers
    }
}

impl Waiting {
    /// What keeps to no pace.
    fn at_once(post: Post, since: Instant) -> Self {
        Self { post, paced: false, stream_bytes: 0, since }
    }
}

fn register(writers: &mut Vec<Waker>, waker: &Waker) {
    if !writers.iter().any(|known| known.will_wake(waker)) {
        writers.push(waker.clone());
    }
}

impl Pace {
    /// Only what is published counts.
    fn take_for(&mut self, post: &Post, stream_bytes: usize) {
        if let Post::Publish { .. } | Post::Comm { .. } = post {
            self.take(stream_bytes);
        }
    }
}

impl Text {
    /// What is printed.
    fn of(parent: Bytes, content: &Content, paced: bool) -> Self {
        let field = |name: &str| content.body[name].as_str().unwrap_or_default().to_owned();
        Self { parent, name: field("name"), text: field("text"), paced }
    }

    fn into_waiting(self, since: Instant) -> Waiting {
        let Self { parent, name, text, paced } = self;
        let stream_bytes = ENVELOPE_BYTES + json_length(&text);
        let body = serde_json::json!({ "name": name, "text": Value::String(text) });
        let content = Content { msg_type: output::STREAM, body };
        Waiting { post: Post::Publish { parent, content }, paced, stream_bytes, since }
    }
}

#[cfg(test)]
mod tests;
