//! Node types written in Rust, used in cells.

use flowno_engine::flow::StreamCancelled;
use flowno_engine::native::{Emitter, Stream};
use flowno_engine::{OPEN, node};
use flowno_scripting::{NativeType, NativeTypeError};

use crate::common::Notebook;

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

#[node]
async fn Sum(mut xs: Stream<i64>) -> i64 {
    let mut sum = 0;
    while let Some(x) = xs.next().await {
        sum += x;
    }
    sum
}

#[node]
async fn Longest(#[default(["to".to_owned(), "stand".to_owned()])] mut words: Stream<String>) -> String {
    let mut longest = String::new();
    while let Some(word) = words.next().await {
        longest = if word.len() > longest.len() { word } else { longest };
    }
    longest
}

#[node(outputs("square", "text"))]
async fn Squares(mut xs: Stream<i64>, out: Emitter<(i64, String)>) -> Result<(), StreamCancelled> {
    while let Some(x) = xs.next().await {
        out.emit((x * x, format!("{x}^2"))).await?;
    }
    Ok(())
}

/// The first chunk alone; the producer is told that no more are wanted.
#[node]
async fn First(mut xs: Stream<i64>) -> i64 {
    let first = xs.next().await.unwrap_or_default();
    xs.cancel();
    first
}

fn notebook() -> Notebook {
    Notebook::new()
        .knows(NativeType::new(|| Double(OPEN)).unwrap())
        .knows(NativeType::new(|| Numbers(OPEN)).unwrap())
        .knows(NativeType::new(|| Sum(OPEN)).unwrap())
        .knows(NativeType::new(|| Longest(OPEN)).unwrap())
        .knows(NativeType::new(|| Squares(OPEN)).unwrap())
        .knows(NativeType::new(|| First(OPEN)).unwrap())
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
    assert_eq!(NativeType::new(|| Sum(OPEN)).unwrap().usage(), "Sum(stream xs: i64)");
    let longest = NativeType::new(|| Longest(OPEN)).unwrap();
    assert_eq!(longest.usage(), r#"Longest(stream words: String = ["to", "stand"])"#);
}

#[test]
fn what_cells_cannot_use_is_refused() {
    let refused = |result: Result<NativeType, NativeTypeError>| result.err().unwrap();
    assert_eq!(refused(NativeType::new(|| words::sleep(OPEN))), NativeTypeError::Name("sleep".into()));
}

#[test]
fn streams_go_between_native_and_scripted_nodes() {
    let notebook = notebook();
    let cell = "node Evens(stream xs) { for x in xs { yield 2 * x; } }
        flow.numbers = Numbers(4); flow.evens = Evens(flow.numbers); flow.sum = Sum(flow.evens); flow.sum.value";
    assert_eq!(notebook.run(cell).outputs.last().unwrap(), "result: 12");
    let edited = notebook.run("flow.numbers = Numbers(5); flow.sum.value");
    assert_eq!(edited.outputs.last().unwrap(), "result: 20");
}

#[test]
fn a_native_producer_makes_each_chunk_when_it_is_wanted() {
    let notebook = notebook();
    let cell = "node Tell(n) { for i in 0..n { print(`made ${i}`); yield i; } }
        node Read(stream xs) { for x in xs { print(`read ${x}`); } }
        flow.squares = Squares(Tell(3)); flow.read = Read(flow.squares.square);";
    let ran = notebook.run(cell);
    ran.result.unwrap();
    let printed: Vec<&str> = ran.outputs.iter().filter_map(|line| line.strip_prefix("out: ")).collect();
    assert_eq!(printed, ["made 0", "read 0", "made 1", "read 1", "made 2", "read 4"]);
}

#[test]
fn outputs_of_a_native_stream_have_names() {
    let notebook = notebook();
    let cell = "node List(stream xs) { let all = []; for x in xs { all.push(x); } all }
        flow.squares = Squares(Numbers(3)); flow.list = List(flow.squares.text); flow.list.value";
    assert_eq!(notebook.run(cell).outputs.last().unwrap(), r#"result: ["0^2", "1^2", "2^2"]"#);
}

#[test]
fn arrays_and_values_stand_in_for_a_stream() {
    let notebook = notebook();
    let result = |cell: &str| notebook.run(cell).outputs.last().cloned().unwrap();
    assert_eq!(result("flow.s = Sum([1, 2, 3]); flow.s.value"), "result: 6");
    assert_eq!(result("flow.s = Sum(7); flow.s.value"), "result: 7");
    assert_eq!(result("flow.l = Longest(); flow.l.value"), r#"result: "stand""#);
    assert_eq!(result("flow.l = Longest([\"a\", \"bc\"]); flow.l.value"), r#"result: "bc""#);
}

#[test]
fn a_chunk_that_does_not_fit_is_an_error_of_its_reader() {
    let notebook = notebook();
    let cell = "node Mixed() { yield 1; yield \"two\"; yield 3; } flow.m = Mixed(); flow.s = Sum(flow.m);";
    let error = notebook.run(cell).result.unwrap_err();
    assert!(error.message.contains("stream `xs`: expected int, got string"), "{}", error.message);
    assert_eq!(notebook.run("flow.m = Numbers(3); flow.s.value").outputs.last().unwrap(), "result: 3");
}

#[test]
fn a_native_reader_cancels_a_scripted_stream() {
    let notebook = notebook();
    let cell = "node Tell() { try { loop { yield 5; } } catch (e) { print(e.error); throw e; } }
        flow.t = Tell(); flow.f = First(flow.t); flow.f.value";
    let ran = notebook.run(cell);
    assert!(ran.outputs.iter().any(|line| line == "out: StreamCancelled"), "{:?}", ran.outputs);
    assert_eq!(ran.outputs.last().unwrap(), "result: 5");
}

#[test]
fn a_scripted_reader_cancels_a_native_stream() {
    let notebook = notebook();
    let cell = "node First(stream xs) { for x in xs { xs.cancel(); return x + 1; } }
        flow.n = Numbers(1_000_000_000); flow.first = First(flow.n); flow.first.value";
    assert_eq!(notebook.run(cell).outputs.last().unwrap(), "result: 1");
}
