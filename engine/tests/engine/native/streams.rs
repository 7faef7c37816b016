//! Streams between native nodes.

use flowno_engine::flow::{Status, StreamCancelled};
use flowno_engine::native::{CannotFold, Fold};
use flowno_engine::sync::azip;
use flowno_engine::{DEFAULT, Emitter, Stream, flow_hdl, node};

use super::{Add, Double, Seen};

#[node]
async fn Range(from: i64, to: i64, out: Emitter<i64>) -> Result<(), StreamCancelled> {
    for i in from..to {
        out.emit(i).await?;
    }
    Ok(())
}

#[node]
async fn Emit<T: Clone + 'static>(chunks: Vec<T>, out: Emitter<T>) -> Result<(), StreamCancelled> {
    for chunk in chunks {
        out.emit(chunk).await?;
    }
    Ok(())
}

#[node]
async fn Letters(word: String, out: Emitter<String>) -> Result<(), StreamCancelled> {
    for letter in word.chars() {
        out.emit(letter.to_string()).await?;
    }
    Ok(())
}

#[node]
async fn Prefixes(all: Vec<i64>, out: Emitter<Vec<i64>>) -> Result<(), StreamCancelled> {
    for end in 1..=all.len() {
        out.emit(all[..end].to_vec()).await?;
    }
    Ok(())
}

/// Gives the number of chunks that it could emit, whatever they add up to.
#[node]
async fn Counted(to: i64, out: Emitter<i64>) -> i64 {
    for i in 0..to {
        if let Err(StreamCancelled) = out.emit(i).await {
            return 77;
        }
    }
    to
}

#[node(outputs("number", "text"))]
async fn Both(to: i64, out: Emitter<(i64, String)>) -> Result<(), StreamCancelled> {
    for i in 0..to {
        out.emit((i, i.to_string())).await?;
    }
    Ok(())
}

#[node]
async fn SumStream(x: i64, mut a: Stream<i64>, seen: Seen) -> i64 {
    let mut total = x;
    while let Some(value) = a.next().await {
        seen.borrow_mut().push(value.to_string());
        total += value;
    }
    total
}

#[node]
async fn Joined(mut words: Stream<String>) -> String {
    let mut all = Vec::new();
    while let Some(word) = words.next().await {
        all.push(word);
    }
    all.join(" ")
}

#[node]
async fn Squares(mut a: Stream<i64>, out: Emitter<i64>) -> Result<(), StreamCancelled> {
    while let Some(value) = a.next().await {
        out.emit(value * value).await?;
    }
    Ok(())
}

#[node]
async fn Take(mut a: Stream<i64>, n: i64) -> i64 {
    let mut total = 0;
    for _ in 0..n {
        total += a.next().await.unwrap_or(0);
    }
    a.cancel();
    total
}

#[node]
async fn Collect(#[default([10, 20])] mut a: Stream<i64>, seen: Seen) -> i64 {
    let mut last = 0;
    while let Some(value) = a.next().await {
        seen.borrow_mut().push(value.to_string());
        last = value;
    }
    last
}

#[node]
fn Same<T: Clone + 'static>(x: T) -> T {
    x
}

#[test]
fn chunks_reach_every_reader_and_fold_for_those_who_take_a_value() {
    let (one, two) = (Seen::default(), Seen::default());
    let f = flow_hdl! { |f|
        f.range = Range(1, 5);
        f.squares = Squares(f.range);
        f.plain = SumStream(100, f.range, one.clone());
        f.squared = SumStream(0, f.squares, two.clone());
        f.folded = Double(f.range);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(*one.borrow(), ["1", "2", "3", "4"]);
    assert_eq!(*two.borrow(), ["1", "4", "9", "16"]);
    assert_eq!(f.plain.get_data(), Some((110,)));
    assert_eq!(f.squared.get_data(), Some((30,)));
    assert_eq!(f.folded.get_data(), Some((20,)));
}

#[node]
async fn Pairs(a: Stream<i64>, b: Stream<String>) -> String {
    let mut zip = azip((a, b));
    let mut text = String::new();
    while let Some((number, word)) = zip.next().await {
        text += &format!("{number}{word} ");
    }
    text
}

#[test]
fn streams_can_be_zipped() {
    let f = flow_hdl! { |f| f.pairs = Pairs(Range(1, 9), Letters("abc")); }.unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.pairs.get_data(), Some(("1a 2b 3c ".to_owned(),)));
}

#[test]
fn text_is_joined_and_vectors_are_appended() {
    let f = flow_hdl! { |f|
        f.letters = Letters("word");
        f.word = Same::<String, _>(f.letters);
        f.spaced = Joined(f.letters);
        f.all = Same::<Vec<i64>, _>(Prefixes(vec![1, 2, 3]));
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.word.get_data(), Some(("word".to_owned(),)));
    assert_eq!(f.spaced.get_data(), Some(("w o r d".to_owned(),)));
    assert_eq!(f.all.get_data(), Some((vec![1, 1, 2, 1, 2, 3],)));
}

#[test]
fn a_final_value_of_the_bodys_own_takes_the_place_of_the_fold() {
    let seen = Seen::default();
    let f = flow_hdl! { |f|
        f.counted = Counted(4);
        f.value = Double(f.counted);
        f.sum = SumStream(0, f.counted, seen.clone());
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!((f.counted.get_data(), f.value.get_data()), (Some((4,)), Some((8,))));
    assert_eq!(f.sum.get_data(), Some((6,)));
}

#[test]
fn each_output_of_a_stream_is_a_stream() {
    let seen = Seen::default();
    let f = flow_hdl! { |f|
        f.both = Both(3);
        f.numbers = SumStream(0, f.both, seen.clone());
        f.texts = Joined(f.both["text"]);
        f.value = Same::<String, _>(f.both.output(1));
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.numbers.get_data(), Some((3,)));
    assert_eq!(f.texts.get_data(), Some(("0 1 2".to_owned(),)));
    assert_eq!(f.value.get_data(), Some(("012".to_owned(),)));
}

#[test]
fn a_cancelled_body_may_end_as_it_likes() {
    let f = flow_hdl! { |f|
        f.range = Range(1, 1_000);
        f.mapped = Squares(f.range);
        f.taken = Take(f.mapped, 3);
        f.counted = Counted(1_000);
        f.other = Take(f.counted, 2);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.taken.get_data(), Some((14,)));
    // The chunks so far are folded, and the producer above was cancelled too.
    let (mapped,) = f.mapped.get_data().unwrap();
    let (range,) = f.range.get_data().unwrap();
    assert!(mapped < 200 && range < 30, "{mapped} {range}");
    assert_eq!(f.counted.get_data(), Some((77,)));
}

#[test]
fn a_stream_that_nobody_reads_on_stays_where_it_is() {
    let f = flow_hdl! { |f| f.range = Range(0, 10); }.unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.range.get_data(), None);
    assert_eq!(f.range.generation().map(|generation| generation.to_string()), Some("(0, 0)".to_owned()));
    assert!(matches!(f.flow().status(f.range.id().unwrap()), Some(Status::Suspended)));
}

#[test]
fn a_stream_may_have_a_default_or_be_a_constant() {
    let (alone, cycle, value) = (Seen::default(), Seen::default(), Seen::default());
    let f = flow_hdl! { |f|
        f.alone = Collect(DEFAULT, alone.clone());
        f.value = Collect(5, value.clone());
        f.range = Range(0, f.last);
        f.last = Collect(f.range, cycle.clone());
    }
    .unwrap();
    f.run_until_complete([(&f.last, (1,))]).unwrap_err();
    assert_eq!(*alone.borrow(), ["10", "20"]);
    assert_eq!(*value.borrow(), ["5"]);
    assert_eq!(cycle.borrow()[..4], ["10", "20", "0", "1"]);
    assert_eq!(f.last.get_data(), Some((19,)));
}

#[derive(Debug, Clone, PartialEq)]
struct Opaque(i64);

#[derive(Debug, Clone, PartialEq)]
struct Most(i64);

impl Fold for Most {
    fn fold(&mut self, chunk: &Self) -> Result<(), CannotFold> {
        self.0 = self.0.max(chunk.0);
        Ok(())
    }
}

#[node]
async fn Opaques(n: i64, out: Emitter<Opaque>) -> Result<(), StreamCancelled> {
    for i in 0..n {
        out.emit(Opaque(i)).await?;
    }
    Ok(())
}

#[node]
async fn Mosts(chunks: Vec<i64>, out: Emitter<Most>) -> Result<(), StreamCancelled> {
    for chunk in chunks {
        out.emit(Most(chunk)).await?;
    }
    Ok(())
}

#[node]
async fn Last(mut a: Stream<Opaque>) -> i64 {
    let mut last = -1;
    while let Some(Opaque(value)) = a.next().await {
        last = value;
    }
    last
}

#[test]
fn types_of_ones_own_fold_as_they_say() {
    let f = flow_hdl! { |f| f.most = Same(Mosts(vec![3, 9, 4])); }.unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.most.get_data(), Some((Most(9),)));
}

#[test]
fn chunks_without_a_fold_are_an_error_only_for_who_needs_their_sum() {
    let f = flow_hdl! { |f|
        f.one = Same(Opaques(1));
        f.many = Opaques(3);
        f.last = Last(f.many);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.one.get_data(), Some((Opaque(0),)));
    assert_eq!((f.last.get_data(), f.many.get_data()), (Some((2,)), None));
    f.assign("value", Same::<Opaque, _>(&f.many)).unwrap();
    let error = f.run_until_complete(()).unwrap_err().to_string();
    assert!(
        error.starts_with("node value failed in generation (0,): parameter `x`: a stream of "),
        "{error}"
    );
    assert!(
        error.contains("Opaque has no final value: several chunks of this type cannot be added"),
        "{error}"
    );
}

#[test]
fn a_sum_out_of_range_is_an_error() {
    let f = flow_hdl! { |f|
        f.far = Emit(vec![i64::MAX, 1]);
        f.next = Add(f.far, 1);
    }
    .unwrap();
    let error = f.run_until_complete(()).unwrap_err().to_string();
    assert!(
        error.ends_with("a stream of i64 has no final value: the sum of its chunks is out of range"),
        "{error}"
    );
}
