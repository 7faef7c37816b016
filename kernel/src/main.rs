//! The `flowno` program.
fn main() {}
