//! `Lock`, `Event`, `Condition`: all interleavings against a model, and what happens to those who give up.

mod eager;
mod giving_up;
mod interleavings;
