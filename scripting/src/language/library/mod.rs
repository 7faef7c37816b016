//! Functions of Rhai's own that are replaced or bounded.
//!
//! Rhai looks at interrupts, turns and memory between operations, and to it a call of a native function is one
//! operation. So that no single call takes longer than about 50 ms:
//!
//! * what is worth having for large values is replaced, and takes steps on its way (`order.rs`, `arrays.rs`,
//!   `maps.rs`, `strings.rs`, `portion.rs`, `blobs.rs`, `write.rs`, `json.rs`);
//! * the rest is [guarded](guard): beyond a size it answers with an error that says the bound;
//! * what moves or scans memory at its speed, gigabytes a second, stays as it is: only the memory that scripts may have
//!   bounds it.
//!
//! Replaced are also the functions that swallow errors of a script that they call: to an interrupt that means
//! "go on", to a user that the result is silently wrong.
//!
//! `reviewed.txt` has the verdict on each function of Rhai's; a test fails on one that is not there.

mod arrays;
mod blobs;
mod growing;
mod guard;
mod json;
mod maps;
mod order;
mod portion;
mod search;
mod strings;
#[cfg(test)]
mod tests;
mod write;

use rhai::{Dynamic, Engine, EvalAltResult, FuncRegistration, NativeCallContext, RhaiNativeFunc, Variant};

use super::Pace;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    guard::register(engine);
    order::register(engine, pace);
    arrays::register(engine, pace);
    blobs::register(engine, pace);
    maps::register(engine, pace);
    strings::register(engine, pace);
    portion::register(engine, pace);
    write::register(engine, pace);
    json::register(engine, pace);
}

/// Registers a function that changes its first argument: it cannot be called on a constant.
fn register_changing<A: 'static, const N: usize, const X: bool, R, const F: bool>(
    engine: &mut Engine,
    name: &str,
    function: impl RhaiNativeFunc<A, N, X, R, F> + 'static,
) where
    R: Variant + Clone,
{
    FuncRegistration::new(name).with_purity(false).register_into_engine(engine, function);
}

/// Whether two values are equal, as `==` says; what cannot be compared is not.
fn are_equal(context: &NativeCallContext, left: &Dynamic, right: &Dynamic) -> Result<bool> {
    let (mut left, mut right) = (left.clone(), right.clone());
    match context.call_native_fn_raw("==", true, &mut [&mut left, &mut right]) {
        Ok(equal) => Ok(equal.as_bool().unwrap_or(false)),
        Err(error) if matches!(*error, EvalAltResult::ErrorFunctionNotFound(..)) => Ok(false),
        Err(error) => Err(error),
    }
}
