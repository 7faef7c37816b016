//! The kinds that make or read streams.

use std::rc::Rc;

use flowno_engine::flow::{Arg, Call, Emitter, StreamCancelled};
use serde_json::{Map, Value as Json};

use crate::datum::{Datum, reduced};
use crate::trace::{End, Items, Log};
use crate::values::{State, int, tail};

/// The stream ports of a kind.
pub(crate) fn stream_ports(kind: &str) -> &'static [usize] {
    match kind {
        "map_stream" | "upper_stream" | "scan_stream" | "dup_stream" | "pair_stream" | "filter_stream"
        | "add_to_stream" | "take_stream" | "sum_stream" | "hash_stream" | "join_stream" | "count_stream"
        | "sum_stream_plus" | "take_break" | "take_cancel" | "take_cancel_drain" | "sum_stream_st"
        | "fail_on_chunk" => &[0],
        "zip_add" | "chain_stream" | "dot_streams" | "chain_sum" => &[0, 1],
        _ => &[],
    }
}

/// Whether a kind yields chunks.
pub(crate) fn is_streaming(kind: &str) -> bool {
    matches!(
        kind,
        "list_stream"
            | "list_stream_final"
            | "range_stream"
            | "range_stream_final"
            | "chars_stream"
            | "square_stream2"
            | "stubborn_stream"
            | "lastword_stream"
            | "failing_stream"
            | "map_stream"
            | "upper_stream"
            | "scan_stream"
            | "dup_stream"
            | "pair_stream"
            | "filter_stream"
            | "zip_add"
            | "chain_stream"
            | "add_to_stream"
            | "take_stream"
    )
}

/// What a body has at hand.
pub(crate) struct Body {
    pub(crate) kind: String,
    pub(crate) params: Map<String, Json>,
    pub(crate) state: Rc<State>,
    pub(crate) log: Log,
}

impl Body {
    fn param(&self, name: &str) -> i64 {
        int(&self.params, name)
    }

    fn list(&self, name: &str) -> Vec<Datum> {
        let items = self.params.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
        items.into_iter().map(Datum).collect()
    }

    /// Evaluates a streaming kind.
    pub(crate) async fn produce(self, mut call: Call<Datum>) -> End {
        let Some(emitter) = call.emitter.take() else { return self.log.fail("no emitter") };
        let produced = if stream_ports(&self.kind).is_empty() {
            self.make(&emitter, call).await
        } else {
            self.transform(&emitter, call).await
        };
        match produced {
            Ok(end) => end,
            Err(cancelled) => {
                self.log.cancelled();
                match self.kind.as_str() {
                    "lastword_stream" => self.log.finally(Datum(self.params["final"].clone())),
                    "stubborn_stream" => {
                        for value in self.list("extra") {
                            // It goes on in spite of being cancelled.
                            let _ = self.log.yields(&emitter, [value]).await;
                        }
                        self.log.end()
                    }
                    _ => Err(Rc::new(cancelled)),
                }
            }
        }
    }

    /// Chunks from values.
    async fn make(&self, emitter: &Emitter<Datum>, call: Call<Datum>) -> Result<End, StreamCancelled> {
        let log = &self.log;
        let first = match call.args.first() {
            Some(Arg::Value(value)) => value.clone(),
            _ => Datum(Json::Null),
        };
        let length = |first: i64| {
            let (min, max) = (self.param("min"), self.param("max"));
            min + first.rem_euclid(max - min + 1)
        };
        match self.kind.as_str() {
            "range_stream" | "range_stream_final" => {
                let length = length(first.int());
                for i in 0..length {
                    log.yields(emitter, [reduced(first.int() + i)]).await?;
                }
                if self.kind == "range_stream_final" {
                    return Ok(log.finally(reduced(first.int() * 7 + length)));
                }
            }
            "chars_stream" => {
                let text = tail(&first.text(), self.param("max"));
                for c in if text.is_empty() { ".".to_owned() } else { text }.chars() {
                    log.yields(emitter, [Datum(c.to_string().into())]).await?;
                }
            }
            "square_stream2" => {
                for i in 0..length(first.int()) {
                    log.yields(emitter, [i.into(), (i * i).into()]).await?;
                }
            }
            _ => {
                for value in self.list("values") {
                    log.yields(emitter, [value]).await?;
                }
                match self.kind.as_str() {
                    "list_stream_final" => return Ok(log.finally(Datum(self.params["final"].clone()))),
                    "failing_stream" => return Ok(log.fail("stream")),
                    _ => {}
                }
            }
        }
        Ok(log.end())
    }

    /// Chunks from chunks.
    async fn transform(
        &self,
        emitter: &Emitter<Datum>,
        mut call: Call<Datum>,
    ) -> Result<End, StreamCancelled> {
        let log = &self.log;
        let second = (call.args.len() > 1).then(|| call.args.remove(1));
        let mut items = Items::of(call.args.remove(0));
        match (self.kind.as_str(), second) {
            ("zip_add", Some(second)) => {
                let mut others = Items::of(second);
                while let Some(u) = items.next(log, 0).await
                    && let Some(v) = others.next(log, 1).await
                {
                    log.yields(emitter, [reduced(u.int() + v.int())]).await?;
                }
            }
            ("chain_stream", Some(second)) => {
                while let Some(v) = items.next(log, 0).await {
                    log.yields(emitter, [v]).await?;
                }
                let mut others = Items::of(second);
                while let Some(v) = others.next(log, 1).await {
                    log.yields(emitter, [v]).await?;
                }
            }
            ("add_to_stream", Some(Arg::Value(addend))) => {
                while let Some(v) = items.next(log, 0).await {
                    log.yields(emitter, [reduced(v.int() + addend.int())]).await?;
                }
            }
            _ => self.map(emitter, &mut items).await?,
        }
        Ok(log.end())
    }

    /// The transformations of one stream.
    async fn map(&self, emitter: &Emitter<Datum>, items: &mut Items) -> Result<(), StreamCancelled> {
        let log = &self.log;
        let mut total = 0;
        let mut count = 0;
        let mut held: Option<Datum> = None;
        while let Some(v) = items.next(log, 0).await {
            match self.kind.as_str() {
                "map_stream" => {
                    let mapped = reduced(self.param("a") * v.int() + self.param("b"));
                    log.yields(emitter, [mapped]).await?;
                }
                "upper_stream" => {
                    log.yields(emitter, [Datum(v.text().to_uppercase().into())]).await?;
                }
                "scan_stream" => {
                    total = reduced(total + v.int()).int();
                    log.yields(emitter, [total.into()]).await?;
                }
                "dup_stream" => {
                    log.yields(emitter, [v.clone()]).await?;
                    log.yields(emitter, [v]).await?;
                }
                "pair_stream" => match held.take() {
                    None => held = Some(v),
                    Some(first) => {
                        log.yields(emitter, [reduced(first.int() + v.int())]).await?;
                    }
                },
                "filter_stream" if v.int().rem_euclid(self.param("k")) == 0 => {
                    log.yields(emitter, [v]).await?;
                }
                "take_stream" => {
                    log.yields(emitter, [v]).await?;
                    count += 1;
                    if count >= self.param("k") {
                        items.cancel(log, 0);
                        break;
                    }
                }
                _ => {}
            }
        }
        if let Some(last) = held {
            log.yields(emitter, [last]).await?;
        }
        Ok(())
    }

    /// Evaluates a kind that reads streams and gives one value.
    pub(crate) async fn consume(self, mut call: Call<Datum>) -> End {
        let second = (call.args.len() > 1).then(|| call.args.remove(1));
        let mut items = Items::of(call.args.remove(0));
        let log = &self.log;
        match (self.kind.as_str(), second) {
            ("dot_streams", Some(second)) => {
                let mut others = Items::of(second);
                let mut total = 0;
                while let Some(u) = items.next(log, 0).await
                    && let Some(v) = others.next(log, 1).await
                {
                    total = reduced(total + u.int() * v.int()).int();
                }
                log.give([total.into()])
            }
            ("chain_sum", Some(second)) => {
                let mut total = 0;
                while let Some(v) = items.next(log, 0).await {
                    total = reduced(total * 3 + v.int()).int();
                }
                let mut others = Items::of(second);
                while let Some(v) = others.next(log, 1).await {
                    total = reduced(total * 5 + v.int()).int();
                }
                log.give([total.into()])
            }
            ("join_stream", _) => {
                let mut parts = Vec::new();
                while let Some(v) = items.next(log, 0).await {
                    parts.push(v.text());
                }
                log.give([Datum(parts.join(",").into())])
            }
            ("sum_stream_st", _) => self.sum_with_state(&mut items).await,
            (_, second) => {
                let start = match second {
                    Some(Arg::Value(value)) => value.int(),
                    _ => 0,
                };
                self.reduce(&mut items, start).await
            }
        }
    }

    async fn sum_with_state(&self, items: &mut Items) -> End {
        let total = || self.state.borrow().get("t").map_or(0, Datum::int);
        while let Some(v) = items.next(&self.log, 0).await {
            let sum = reduced(total() + v.int());
            self.state.borrow_mut().insert("t", sum);
        }
        self.log.give([total().into()])
    }

    /// The reductions of one stream to an integer.
    async fn reduce(&self, items: &mut Items, start: i64) -> End {
        let log = &self.log;
        let mut total = if self.kind == "hash_stream" { 5 } else { start };
        let mut count = 0;
        while let Some(v) = items.next(log, 0).await {
            if self.kind == "fail_on_chunk" && count == self.param("at") {
                return log.fail("chunk");
            }
            count += 1;
            total = match self.kind.as_str() {
                "hash_stream" => reduced(total * 37 + v.int() + 1),
                _ => reduced(total + v.int()),
            }
            .int();
            let at_limit = |limit: i64| count >= limit;
            match self.kind.as_str() {
                "take_break" if at_limit(self.param("k")) => break,
                "take_cancel" if at_limit(self.param("k")) => {
                    items.cancel(log, 0);
                    break;
                }
                "take_cancel_drain" if count == self.param("k") => items.cancel(log, 0),
                _ => {}
            }
        }
        let counts = matches!(self.kind.as_str(), "count_stream" | "fail_on_chunk");
        log.give([if counts { count.into() } else { reduced(total) }])
    }
}
