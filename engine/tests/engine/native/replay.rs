//! What a native stream keeps for late readers is bounded in bytes: vectors and strings weigh what they hold.

use std::cell::Cell;
use std::rc::Rc;

use flowno_engine::flow::{STREAM_REPLAY_BYTES, StreamCancelled};
use flowno_engine::native::HeapSize;
use flowno_engine::{Emitter, FlowHDL, Stream, node};

const MEBIBYTE: usize = 1 << 20;
const MOST: usize = STREAM_REPLAY_BYTES / MEBIBYTE;

/// Says that it holds a mebibyte.
#[derive(Clone)]
struct Block;

impl HeapSize for Block {
    fn heap_size(&self) -> usize {
        MEBIBYTE
    }
}

macro_rules! stream {
    ($name:ident, $chunk:ty, $value:expr) => {
        #[node]
        async fn $name(length: usize, calls: Rc<Cell<usize>>, out: Emitter<$chunk>) -> usize {
            calls.set(calls.get() + 1);
            for _ in 0..length {
                if let Err(StreamCancelled) = out.emit($value).await {
                    return 0;
                }
            }
            length
        }
    };
}

stream!(Texts, String, "x".repeat(MEBIBYTE));
stream!(Vectors, Vec<u64>, vec![0; MEBIBYTE / 8]);
stream!(Blocks, Block, Block);
stream!(Numbers, u8, 1);

#[node]
async fn Count<T: Clone + 'static>(mut chunks: Stream<T>) -> i64 {
    let mut count = 0;
    while chunks.next().await.is_some() {
        count += 1;
    }
    count
}

/// How often a stream was made when a second reader came after the first was done; each counts its chunks.
macro_rules! made_for_a_late_reader {
    ($stream:ident, $chunk:ty, $length:expr) => {{
        let (f, calls) = (FlowHDL::new(), Rc::new(Cell::new(0)));
        f.assign("s", $stream($length, calls.clone())).unwrap();
        for reader in ["early", "late"] {
            f.assign(reader, Count::<$chunk, _>(f.node("s"))).unwrap();
            f.run_until_complete(()).unwrap();
            assert_eq!(f.node(reader).get::<i64>(0), Some($length as i64));
        }
        calls.get()
    }};
}

#[test]
fn chunks_weigh_what_they_hold() {
    // Each weighs a little more than its mebibyte.
    let (few, many) = (MOST - 1, MOST + 1);
    assert_eq!(made_for_a_late_reader!(Texts, String, few), 1);
    assert_eq!(made_for_a_late_reader!(Texts, String, many), 2);
    assert_eq!(made_for_a_late_reader!(Vectors, Vec<u64>, few), 1);
    assert_eq!(made_for_a_late_reader!(Vectors, Vec<u64>, many), 2);
    assert_eq!(made_for_a_late_reader!(Blocks, Block, few), 1);
    assert_eq!(made_for_a_late_reader!(Blocks, Block, many), 2);
    assert_eq!(made_for_a_late_reader!(Numbers, u8, many), 1);
}
