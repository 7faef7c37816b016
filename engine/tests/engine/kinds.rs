//! The node kinds of the sheets.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use flowno_engine::event_loop::sleep;
use flowno_engine::flow::{
    Arg, Emitter, Evaluation, Final, Node, NodeError, Signature, StreamCancelled, StreamReader,
};
use flowno_engine::native;
use flowno_engine::sync::Event;
use smallvec::{SmallVec, smallvec};

use crate::support::Log;

/// Why a kind failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct KindError(String);

impl KindError {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

type End = Result<Final<i64>, NodeError>;

/// The body of a kind: a fresh one has a fresh state.
pub(crate) fn body(kind: &str, parameter: i64, inputs: usize, log: &Log) -> Rc<dyn Node<i64>> {
    let signature = signature(kind, inputs);
    let (kind, log, state) = (kind.to_owned(), log.clone(), Rc::new(Cell::new(0)));
    native::node(signature, move |call| {
        let show = |arg: &Arg<i64>| match arg {
            Arg::Value(value) => value.to_string(),
            Arg::Stream(_) => "~".to_owned(),
        };
        let args: Vec<String> = call.args.iter().map(show).collect();
        log.borrow_mut().push(format!("{}({})", call.name, args.join(", ")));
        let values: Vec<i64> = call.args.iter().filter_map(value_of).collect();
        let streams = call.args.drain(..).filter_map(stream_of).collect();
        let work = Work { kind: kind.clone(), parameter, log: log.clone(), name: call.name.clone(), values };
        match call.emitter.take() {
            Some(emitter) => Evaluation::future(work.produce(emitter, streams)),
            None if !streams.is_empty() => Evaluation::future(work.consume(streams)),
            None if kind == "slow" => Evaluation::future(work.sleep()),
            None if kind == "stuck" => Evaluation::future(async {
                Event::new().wait().await;
                value(0)
            }),
            None => Evaluation::Ready(work.compute(&state)),
        }
    })
}

fn value_of(arg: &Arg<i64>) -> Option<i64> {
    match arg {
        Arg::Value(value) => Some(*value),
        Arg::Stream(_) => None,
    }
}

fn stream_of(arg: Arg<i64>) -> Option<StreamReader<i64>> {
    match arg {
        Arg::Stream(reader) => Some(reader),
        Arg::Value(_) => None,
    }
}

fn signature(kind: &str, inputs: usize) -> Signature {
    let streams = match kind {
        "sum" | "slow_sum" | "map" | "slow_map" | "twice" | "pair" | "take" | "read" | "cancel" => 1,
        "zip" | "plus" | "chain" => 2,
        _ => 0,
    };
    let add_input = |signature: Signature, index: usize| {
        let name = format!("x{index}");
        if index < streams { signature.stream_input(&name) } else { signature.input(&name) }
    };
    let signature = (0..inputs).fold(Signature::new(kind), add_input);
    let signature = match kind {
        "swap" | "pairs" => signature.outputs(2),
        "low_high" => signature.named_outputs(&["low", "high"]),
        "high_low" => signature.named_outputs(&["high", "low"]),
        _ => signature,
    };
    let streaming = matches!(
        kind,
        "range"
            | "slow_range"
            | "long"
            | "final"
            | "pairs"
            | "map"
            | "slow_map"
            | "twice"
            | "pair"
            | "plus"
            | "take"
            | "last_word"
            | "breaks"
    );
    if streaming { signature.streaming() } else { signature }
}

/// One call at work.
struct Work {
    kind: String,
    parameter: i64,
    log: Log,
    name: Rc<str>,
    values: Vec<i64>,
}

impl Work {
    fn compute(&self, state: &Cell<i64>) -> End {
        let first = self.values.first().copied().unwrap_or(0);
        let count = |by: i64| state.replace(state.get().wrapping_add(by));
        let outputs: SmallVec<[i64; 1]> = match self.kind.as_str() {
            "const" => smallvec![self.parameter],
            "counter" => smallvec![count(1)],
            "inc" => smallvec![first.wrapping_add(1)],
            "double" => smallvec![first.wrapping_mul(2)],
            "same" | "sum" | "chain" => smallvec![first],
            "add" => smallvec![self.values.iter().fold(0, |sum: i64, value| sum.wrapping_add(*value))],
            "mix" => smallvec![mix(&self.values)],
            "roll" => smallvec![count(first).wrapping_add(first)],
            "swap" => smallvec![self.values[1], first],
            "low_high" => smallvec![first - 1, first + 1],
            "high_low" => smallvec![first + 1, first - 1],
            "over" if first > self.parameter => return self.fail(),
            "at" if count(1) == self.parameter => return self.fail(),
            "over" | "at" => smallvec![first],
            "panics" => panic!("{} gave up", self.name),
            "nothing" => smallvec![],
            other => panic!("no kind is called {other}"),
        };
        Ok(Final::Values(outputs))
    }

    fn fail(&self) -> End {
        Err(Rc::new(KindError(format!("{} fails", self.name))))
    }

    async fn sleep(self) -> End {
        sleep(Duration::from_secs(self.parameter.unsigned_abs())).await;
        value(self.values[0])
    }

    async fn produce(self, emitter: Emitter<i64>, streams: Vec<StreamReader<i64>>) -> End {
        match self.emit_all(&emitter, streams).await {
            Ok(end) => end,
            Err(_) if self.kind == "last_word" => value(self.parameter),
            Err(cancelled) => {
                self.note("cancelled");
                Err(Rc::new(cancelled))
            }
        }
    }

    async fn emit_all(
        &self,
        emitter: &Emitter<i64>,
        streams: Vec<StreamReader<i64>>,
    ) -> Result<End, StreamCancelled> {
        // An input gives a length of 0 to 6, so that streams in cycles stay short.
        let length = match (self.values.first(), self.kind.as_str()) {
            (None, _) => self.parameter,
            (Some(first), "long" | "map") => 1 + first.rem_euclid(6),
            (Some(first), _) => first.rem_euclid(7),
        };
        let mut streams = streams.into_iter();
        match (streams.next(), streams.next()) {
            (Some(left), Some(right)) => return self.plus(emitter, left, right).await,
            (Some(stream), None) => return self.transform(emitter, stream).await,
            _ => {}
        }
        for chunk in 1..=length {
            if self.kind == "slow_range" {
                sleep(Duration::from_secs(1)).await;
            }
            let outputs = if self.kind == "pairs" { smallvec![chunk, chunk * 10] } else { smallvec![chunk] };
            self.emit(emitter, outputs).await?;
        }
        match self.kind.as_str() {
            "final" | "long" => Ok(value(self.parameter)),
            "breaks" => Ok(self.fail()),
            _ => Ok(Ok(Final::Fold)),
        }
    }

    async fn transform(
        &self,
        emitter: &Emitter<i64>,
        mut stream: StreamReader<i64>,
    ) -> Result<End, StreamCancelled> {
        let mut count = 0;
        while let Some(mut chunk) = self.next(&mut stream).await {
            if self.kind == "pair" {
                match self.next(&mut stream).await {
                    Some(second) => chunk = chunk.wrapping_add(second),
                    None => break,
                }
            }
            if self.kind == "slow_map" {
                sleep(Duration::from_secs(1)).await;
            }
            self.emit(emitter, smallvec![chunk.wrapping_mul(2)]).await?;
            if self.kind == "twice" {
                self.emit(emitter, smallvec![chunk]).await?;
            }
            count += 1;
            if self.kind == "take" && count == self.parameter {
                stream.cancel();
                break;
            }
        }
        Ok(Ok(Final::Fold))
    }

    async fn plus(
        &self,
        emitter: &Emitter<i64>,
        mut left: StreamReader<i64>,
        mut right: StreamReader<i64>,
    ) -> Result<End, StreamCancelled> {
        while let Some(x) = self.next(&mut left).await
            && let Some(y) = self.next(&mut right).await
        {
            self.emit(emitter, smallvec![x.wrapping_add(y)]).await?;
        }
        Ok(Ok(Final::Fold))
    }

    async fn emit(&self, emitter: &Emitter<i64>, outputs: SmallVec<[i64; 1]>) -> Result<(), StreamCancelled> {
        self.note(&format!("{}", outputs[0]));
        emitter.emit(outputs).await
    }

    fn note(&self, event: &str) {
        self.log.borrow_mut().push(format!("{}:{event}", self.name));
    }

    async fn next(&self, stream: &mut StreamReader<i64>) -> Option<i64> {
        let chunk = stream.next().await;
        let shown = chunk.map_or("end".to_owned(), |chunk| chunk.to_string());
        self.log.borrow_mut().push(format!("{}<{shown}", self.name));
        chunk
    }

    async fn consume(self, mut streams: Vec<StreamReader<i64>>) -> End {
        if self.kind == "zip" && streams.len() == 2 {
            return self.zip(&mut streams).await;
        }
        let mut total = mix(&self.values);
        for (index, stream) in streams.iter_mut().enumerate() {
            let mut count = 0;
            while let Some(chunk) = self.next(stream).await {
                total = total.wrapping_mul(1 + index as i64).wrapping_add(chunk);
                count += 1;
                match self.kind.as_str() {
                    "read" if count == self.parameter => break,
                    "cancel" if count == self.parameter => stream.cancel(),
                    "slow_sum" => drop(sleep(Duration::from_secs(self.parameter.unsigned_abs())).await),
                    _ => {}
                }
            }
        }
        value(total)
    }

    async fn zip(&self, streams: &mut [StreamReader<i64>]) -> End {
        let [left, right] = streams else { unreachable!("two streams") };
        let mut total: i64 = 0;
        while let Some(x) = self.next(left).await
            && let Some(y) = self.next(right).await
        {
            total = total.wrapping_add(x.wrapping_mul(y));
        }
        value(total)
    }
}

fn value(value: i64) -> End {
    Ok(Final::Values(smallvec![value]))
}

/// Depends on the order of the values.
pub(crate) fn mix(values: &[i64]) -> i64 {
    values.iter().fold(0, |mixed: i64, value| mixed.wrapping_mul(31).wrapping_add(*value))
}
