//! `AsyncQueue`: its rules in small, then all interleavings against a model.

mod interleavings;
mod rules;
