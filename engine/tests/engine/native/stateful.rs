//! Nodes with a state, which lives as long as they do.

use flowno_engine::event_loop::yield_now;
use flowno_engine::flow::StreamCancelled;
use flowno_engine::{DEFAULT, Emitter, Stream, flow_hdl, node};

use super::{Add, Double, Note, Seen};

#[derive(Default)]
struct RollingSum {
    total: i64,
}

#[node]
impl RollingSum {
    async fn call(&mut self, #[default(1)] x: i64) -> i64 {
        yield_now().await;
        self.total += x;
        self.total
    }
}

struct Scale {
    by: i64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { by: 10 }
    }
}

#[node(multiple_outputs)]
impl Scale {
    fn call(&self, x: i64) -> (i64, i64) {
        (self.by * x, self.by)
    }
}

/// Gives each different value on once.
struct Distinct<T> {
    seen: Vec<T>,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { seen: Vec::new() }
    }
}

#[node]
impl<T: Clone + PartialEq + 'static> Distinct<T> {
    async fn call(&mut self, mut a: Stream<T>, out: Emitter<T>) -> Result<(), StreamCancelled> {
        while let Some(value) = a.next().await {
            if !self.seen.contains(&value) {
                self.seen.push(value.clone());
                out.emit(value).await?;
            }
        }
        Ok(())
    }
}

#[node]
async fn Digits(number: i64, out: Emitter<i64>) -> Result<(), StreamCancelled> {
    for digit in number.to_string().bytes() {
        out.emit(i64::from(digit - b'0')).await?;
    }
    Ok(())
}

#[node]
async fn Texts(mut a: Stream<i64>) -> String {
    let mut text = String::new();
    while let Some(digit) = a.next().await {
        text.push_str(&digit.to_string());
    }
    text
}

#[test]
fn the_state_lives_across_generations_and_belongs_to_one_node() {
    let seen = Seen::default();
    let f = flow_hdl! { |f|
        f.sum = RollingSum(f.next);
        f.next = Add(f.sum, 1);
        f.noted = Note(f.sum, seen.clone());
        f.other = RollingSum(DEFAULT);
    }
    .unwrap();
    f.run_until_complete([(&f.noted, (3,))]).unwrap_err();
    assert_eq!(*seen.borrow(), ["1", "3", "7", "15"]);
    assert_eq!(f.other.get_data(), Some((1,)));
}

#[test]
fn a_node_may_begin_with_a_state_of_choice() {
    let f = flow_hdl! { |f|
        f.ten = Scale(2);
        f.three = Scale { by: 3 }.node(f.ten);
        f.by = Double(f.three.output(1));
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.ten.get_data(), Some((20, 10)));
    assert_eq!(f.three.get_data(), Some((60, 3)));
    assert_eq!(f.by.get_data(), Some((6,)));
}

#[test]
fn a_state_may_be_generic_and_the_node_a_stream() {
    let f = flow_hdl! { |f|
        f.digits = Digits(3_131_222);
        f.distinct = Distinct::<i64, _>(f.digits);
        f.text = Texts(f.distinct);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.text.get_data(), Some(("312".to_owned(),)));
}
