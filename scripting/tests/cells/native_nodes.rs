//! Node types written in Rust, used in cells.

use flowno_engine::flow::StreamCancelled;
use flowno_engine::native::Emitter;
use flowno_engine::{OPEN, node};
use flowno_scripting::{NativeType, NativeTypeError};

#[node]
fn Double(x: i64) -> i64 {
    2 * x
}

#[node]
async fn Numbers(stop: i64, out: Emitter<i64>) -> Result<(), StreamCancelled> {
    for number in 0..stop {
        out.emit(number).await?;
    }
    Ok(())
}

#[allow(non_snake_case)]
mod words {
    #[flowno_engine::node]
    pub(super) fn sleep(x: i64) -> i64 {
        x
    }
}

#[test]
fn a_type_says_how_it_is_called() {
    assert_eq!(NativeType::new(|| Double(OPEN)).unwrap().usage(), "Double(x: i64)");
}

#[test]
fn what_cells_cannot_use_is_refused() {
    let refused = |result: Result<NativeType, NativeTypeError>| result.err().unwrap();
    assert_eq!(refused(NativeType::new(|| Numbers(OPEN))), NativeTypeError::Stream("Numbers".into()));
    assert_eq!(refused(NativeType::new(|| words::sleep(OPEN))), NativeTypeError::Name("sleep".into()));
}
