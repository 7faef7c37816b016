//! The kinds of nodes, each a body in the cell language. Inputs are `a0`, `a1`, ..., and `args` has those that are no
//! streams; `me` is the node's name and `p` its parameters.

/// The body of a kind; `None` if there is no such kind.
pub(super) fn body(kind: &str) -> Option<String> {
    let plain = values(kind).or_else(|| reader(kind)).map(str::to_owned);
    plain.or_else(|| stateful(kind).map(|(_, body)| body.to_owned())).or_else(|| producer(kind))
}

/// The state that a stateful kind begins with.
pub(super) fn state(kind: &str) -> Option<&'static str> {
    stateful(kind).map(|(state, _)| state)
}

fn values(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "source" => "returns(me, p.value)",
        "identity" => "returns(me, a0)",
        "inc" => "returns(me, m(n(a0) + (p.by ?? 1)))",
        "affine" => "returns(me, m(p.a * n(a0) + p.b))",
        "add" => "returns(me, m(args.reduce(|r, x| r + n(x), 0)))",
        "mul" => "returns(me, args.reduce(|r, x| m(r * n(x)), 1))",
        "mix" => "returns(me, args.reduce(|r, x| m(r * 31 + n(x) + 1), 0))",
        "concat" => "returns(me, args.reduce(|r, x| r + text(x), \"\"))",
        "to_str" => "returns(me, text(a0))",
        "str_hash" => "returns(me, hash(text(a0)))",
        "tail_str" => "returns(me, tail(text(a0), p.k))",
        "not" => "returns(me, !truth(a0))",
        "sink" => "returns(me, ())",
        "countdown" => "if n(a0) <= 0 { fails(me, \"zero\") } returns(me, n(a0) - 1)",
        "fail_if_gt" => "if n(a0) > p.limit { fails(me, \"over\") } returns(me, a0)",
        "sum_diff" => "returns_all(me, [m(n(a0) + n(a1)), m(n(a0) - n(a1))])",
        "swap" => "returns_all(me, [a1, a0])",
        "divmod" => "returns_all(me, [floor_div(n(a0), p.k), floor_mod(n(a0), p.k)])",
        "split3" => "returns_all(me, [m(n(a0)), m(2 * n(a0)), m(3 * n(a0))])",
        _ => return None,
    })
}

fn stateful(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "counter" => ("#{ k: 0 }", "let v = m(p.start + p.step * this.k); this.k += 1; returns(me, v)"),
        "rolling_sum" => ("#{ t: 0 }", "this.t = m(this.t + n(a0)); returns(me, this.t)"),
        "call_count" => ("#{ n: 0 }", "this.n += 1; returns(me, this.n)"),
        "delay1" => (
            "#{ v: (), has: false }",
            "let v = if this.has { this.v } else { p.init }; this.v = a0; this.has = true; returns(me, v)",
        ),
        "fail_at" => {
            ("#{ n: 0 }", "let n = this.n; this.n += 1; if n == p.at { fails(me, \"at\") } returns(me, a0)")
        }
        "rolling_concat" => ("#{ s: \"\" }", "this.s = tail(this.s + text(a0), p.k); returns(me, this.s)"),
        "sum_stream_st" => (
            "#{ t: 0 }",
            "for v in items(a0) { received(me, 0, v); this.t = m(this.t + n(v)); } is_over(me, 0); returns(me, this.t)",
        ),
        _ => return None,
    })
}

/// Kinds that read streams and give one value.
fn reader(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "sum_stream" => "let t = 0; for v in items(a0) { received(me, 0, v); t = m(t + n(v)); } is_over(me, 0); returns(me, t)",
        "hash_stream" => "let t = 5; for v in items(a0) { received(me, 0, v); t = m(t * 37 + n(v) + 1); } is_over(me, 0); returns(me, t)",
        "join_stream" => {
            "let r = \"\"; let first = true;
             for v in items(a0) { received(me, 0, v); if !first { r += \",\"; } first = false; r += text(v); }
             is_over(me, 0); returns(me, r)"
        }
        "count_stream" => "let c = 0; for v in items(a0) { received(me, 0, v); c += 1; } is_over(me, 0); returns(me, c)",
        "sum_stream_plus" => "let t = n(a1); for v in items(a0) { received(me, 0, v); t = m(t + n(v)); } is_over(me, 0); returns(me, m(t))",
        "dot_streams" => {
            "let t = 0;
             loop {
                 let u = a0.next_item(me, 0); if u == () { break; }
                 let v = a1.next_item(me, 1); if v == () { break; }
                 t = m(t + n(u) * n(v));
             }
             returns(me, t)"
        }
        "chain_sum" => {
            "let t = 0;
             for v in items(a0) { received(me, 0, v); t = m(t * 3 + n(v)); } is_over(me, 0);
             for v in items(a1) { received(me, 1, v); t = m(t * 5 + n(v)); } is_over(me, 1);
             returns(me, t)"
        }
        "take_break" | "take_cancel" | "take_cancel_drain" => {
            "let t = 0; let c = 0; let left = false;
             for v in items(a0) {
                 received(me, 0, v); t = m(t + n(v)); c += 1;
                 if KIND == \"take_cancel_drain\" && c == p.k { a0.cancels(me, 0); }
                 if KIND != \"take_cancel_drain\" && c >= p.k {
                     if KIND == \"take_cancel\" { a0.cancels(me, 0); }
                     left = true; break;
                 }
             }
             if !left { is_over(me, 0); }
             returns(me, t)"
        }
        "fail_on_chunk" => {
            "let c = 0; for v in items(a0) { received(me, 0, v); if c == p.at { fails(me, \"chunk\") } c += 1; }
             is_over(me, 0); returns(me, c)"
        }
        _ => return None,
    })
}

/// Kinds that make streams. What a cancelled one does first is to say so.
fn producer(kind: &str) -> Option<String> {
    let (yields, end) = match kind {
        "list_stream" => ("for v in p.values { Y(v) }", "ends(me)"),
        "list_stream_final" => ("for v in p.values { Y(v) }", "finally(me, p.final)"),
        "range_stream" => (RANGE, "ends(me)"),
        "range_stream_final" => (RANGE, "finally(me, m(n(a0) * 7 + count))"),
        "chars_stream" => {
            ("let s = tail(text(a0), p.max); if s == \"\" { s = \".\"; } for c in s { let c = c.to_string(); Y(c) }", "ends(me)")
        }
        "square_stream2" => (
            "let count = p.min + floor_mod(n(a0), p.max - p.min + 1);
             for i in 0..count { let both = [i, i * i]; event(me, [\"yield\", both]); yield both; }",
            "ends(me)",
        ),
        "failing_stream" => ("for v in p.values { Y(v) }", "fails(me, \"stream\")"),
        "stubborn_stream" | "lastword_stream" => return Some(last_words(kind)),
        "map_stream" => ("E0 { let x = m(p.a * n(v) + p.b); Y(x) } is_over(me, 0);", "ends(me)"),
        "upper_stream" => ("E0 { let x = text(v).to_upper(); Y(x) } is_over(me, 0);", "ends(me)"),
        "scan_stream" => ("let t = 0; E0 { t = m(t + n(v)); Y(t) } is_over(me, 0);", "ends(me)"),
        "dup_stream" => ("E0 { Y(v) Y(v) } is_over(me, 0);", "ends(me)"),
        "pair_stream" => (
            "let have = (); E0 { if have == () { have = v; } else { let x = m(n(have) + n(v)); have = (); Y(x) } }
             is_over(me, 0); if have != () { Y(have) }",
            "ends(me)",
        ),
        "filter_stream" => ("E0 { if floor_mod(n(v), p.k) == 0 { Y(v) } } is_over(me, 0);", "ends(me)"),
        "zip_add" => (
            "loop {
                 let u = a0.next_item(me, 0); if u == () { break; }
                 let v = a1.next_item(me, 1); if v == () { break; }
                 let x = m(n(u) + n(v)); Y(x)
             }",
            "ends(me)",
        ),
        "chain_stream" => ("E0 { Y(v) } is_over(me, 0); E1 { Y(v) } is_over(me, 1);", "ends(me)"),
        "add_to_stream" => ("E0 { let x = m(n(v) + n(a1)); Y(x) } is_over(me, 0);", "ends(me)"),
        "take_stream" => (
            "let c = 0; let left = false; E0 { Y(v) c += 1; if c >= p.k { a0.cancels(me, 0); left = true; break; } }
             if !left { is_over(me, 0); }",
            "ends(me)",
        ),
        _ => return None,
    };
    let guarded =
        format!("let count = 0; try {{ {yields} }} catch (e) {{ was_cancelled(me, e); throw e; }} {end}");
    Some(spelled_out(&guarded))
}

const RANGE: &str =
    "count = p.min + floor_mod(n(a0), p.max - p.min + 1); for i in 0..count { let x = m(n(a0) + i); Y(x) }";

/// Kinds that go on when they are cancelled.
fn last_words(kind: &str) -> String {
    let after = match kind {
        "stubborn_stream" => "if cancelled { for v in p.extra { Y(v) } } ends(me)",
        _ => "if cancelled { return finally(me, p.final); } ends(me)",
    };
    spelled_out(&format!(
        "let cancelled = false; try {{ for v in p.values {{ Y(v) }} }} catch (e) {{ was_cancelled(me, e); cancelled = true; }} {after}"
    ))
}

/// `Y(x)` yields and notes it, `E0 {` goes over input 0 and notes what comes.
fn spelled_out(body: &str) -> String {
    let mut body = body.to_owned();
    for x in ["v", "x", "t", "c", "have"] {
        body = body.replace(&format!("Y({x})"), &format!("event(me, [\"yield\", [{x}]]); yield {x};"));
    }
    for port in 0..2 {
        let each = format!("for v in items(a{port}) {{ received(me, {port}, v); ");
        body = body.replace(&format!("E{port} {{"), &each);
    }
    body
}
