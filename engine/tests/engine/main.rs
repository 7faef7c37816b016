//! The engine from outside: one behaviour a file, graphs as text (`support`), the kinds of nodes in `kinds`.

mod api;
mod counting;
mod drops;
mod event_loop;
mod explore;
mod flow;
mod instrument;
mod kinds;
mod locks;
mod logging;
mod native;
mod net;
mod queue;
mod random;
mod rewire;
mod scale;
mod seeded;
mod support;
