//! What holds in a body that runs without a function around it.

use std::cell::Cell;
use std::rc::Rc;

use rhai::{Map, Module, NativeCallContext, Scope};

use super::*;

struct Cells {
    engine: Engine,
    library: Library,
    constants: Constants,
}

impl Cells {
    fn new() -> Self {
        Self { engine: Engine::new(), library: Library::default(), constants: Constants::default() }
    }

    /// Compiles a cell and lifts its function `body`.
    fn body(&self, cell: &str) -> Body {
        let mut ast = self.engine.compile(cell).unwrap();
        ast.set_source("In [1]");
        let arity = ast.iter_functions().find(|f| f.name == "body").unwrap().params.len();
        Body::lift(&ast, "body", arity, &self.constants).unwrap()
    }

    /// Puts a cell's functions into the library, over what is there.
    fn define(&mut self, source: &str, cell: &str) {
        let mut ast = self.engine.compile(cell).unwrap();
        ast.set_source(source);
        self.library.modules.push(ast.shared_lib().clone());
        self.library.version += 1;
    }

    fn call(&self, body: &Body, arguments: &[i64]) -> Result<Dynamic, Box<EvalAltResult>> {
        let arguments = arguments.iter().map(|n| Dynamic::from(*n));
        body.call(&self.engine, &self.library, Call { this: None, tag: &mut ().into() }, arguments)
    }

    fn int(&self, body: &Body, arguments: &[i64]) -> i64 {
        self.call(body, arguments).unwrap().as_int().unwrap()
    }
}

#[test]
fn arguments_are_bound_in_order_and_anew_each_time() {
    let cells = Cells::new();
    let body = cells.body("fn body(a, b) { let c = a - b; a = 0; c }");
    assert_eq!(cells.int(&body, &[5, 3]), 2);
    assert_eq!(cells.int(&body, &[1, 9]), -8);
    assert_eq!(body.parameters(), ["a", "b"]);
    assert!(cells.call(&body, &[1]).unwrap_err().to_string().contains("`body` takes 2 arguments"));
    assert!(cells.call(&body, &[1, 2, 3]).is_err());
    assert_eq!(cells.int(&body, &[5, 3]), 2);
}

#[test]
fn the_right_overload_is_lifted() {
    let cells = Cells::new();
    let ast = cells.engine.compile("fn body(a) { 1 } fn body(a, b) { 2 }").unwrap();
    assert_eq!(cells.int(&Body::lift(&ast, "body", 2, &cells.constants).unwrap(), &[0, 0]), 2);
    assert_eq!(cells.int(&Body::lift(&ast, "body", 1, &cells.constants).unwrap(), &[0]), 1);
    assert!(
        Body::lift(&ast, "body", 3, &cells.constants).is_none()
            && Body::lift(&ast, "other", 1, &cells.constants).is_none()
    );
}

#[test]
fn values_of_bodies() {
    let cells = Cells::new();
    let cases = [
        ("fn body() { 1 }", 1),
        ("fn body() { return 2; 3 }", 2),
        ("fn body() { for i in 0..9 { if i == 4 { return i; } } 0 }", 4),
        ("fn body() { exit(5); 6 }", 5),
        ("fn body() { try { throw 6 } catch (e) { return e; } 0 }", 6),
        ("fn body() { let f = |x| x + 3; f.call(4) }", 7),
        ("fn body() { let n = 3; let f = |x| { n += x; n }; f.call(1); f.call(4) }", 8),
        ("fn body() { [1, 2, 6].map(|x| x * 1).reduce(|s, x| s + x, 0) }", 9),
        ("fn body() { let f = |x| |y| x + y; f.call(4).call(6) }", 10),
        ("fn body() { let x = 1; { let x = 2; } const Y = 10; x + Y }", 11),
        ("fn body() { switch 3 { 3 => 12, _ => 0 } }", 12),
    ];
    for (cell, value) in cases {
        let body = cells.body(cell);
        for _ in 0..3 {
            assert_eq!(cells.int(&body, &[]), value, "{cell}");
        }
    }
    assert!(cells.call(&cells.body("fn body() {}"), &[]).unwrap().is_unit());
    assert!(cells.call(&cells.body("fn body() { return; }"), &[]).unwrap().is_unit());
}

#[test]
fn this_is_the_state() {
    let cells = Cells::new();
    let body = cells.body("fn body(x) { this.total += x; let t = this; t.total = 0; this.total }");
    let mut state: Dynamic = Map::from([("total".into(), 1_i64.into())]).into();
    for total in [3, 5] {
        let call = Call { this: Some(&mut state), tag: &mut ().into() };
        let value = body.call(&cells.engine, &cells.library, call, [2_i64.into()]).unwrap();
        assert_eq!(value.as_int(), Ok(total));
    }
    let error = cells.call(&body, &[1]).unwrap_err();
    assert!(matches!(*error, EvalAltResult::ErrorUnboundThis(_)), "{error:?}");
}

#[test]
fn helpers_are_found_late_and_may_recurse() {
    let mut cells = Cells::new();
    cells.define("In [2]", "fn fact(n) { if n < 2 { 1 } else { n * fact(n - 1) } }");
    let body = cells.body("fn body(n) { fact(n) + fact(1) + fact(1) }");
    for _ in 0..4 {
        assert_eq!(cells.int(&body, &[5]), 122);
    }
    cells.define("In [3]", "fn fact(n) { -n }");
    assert_eq!(cells.int(&body, &[5]), -7);
    cells.library.modules.truncate(1);
    cells.library.version += 1;
    assert_eq!(cells.int(&body, &[5]), 122);
}

#[test]
fn a_frame_forgets_the_call_before() {
    let cells = Cells::new();
    // The constant takes the parameter's place in the scope.
    let body = cells.body("fn body(x) { const x = x + 1; x }");
    assert_eq!([cells.int(&body, &[1]), cells.int(&body, &[5])], [2, 6]);
    // A captured parameter is shared from then on.
    let body = cells.body("fn body(x) { let f = || { x += 1; x }; f.call(); f.call() }");
    assert_eq!([cells.int(&body, &[1]), cells.int(&body, &[5])], [3, 7]);
    let alive = Rc::new(());
    let body = cells.body("fn body(x) { let y = x; throw 1 }");
    let value = Dynamic::from(alive.clone());
    let mut tag = Dynamic::from(alive.clone());
    let call = Call { this: None, tag: &mut tag };
    assert!(body.call(&cells.engine, &cells.library, call, [value]).is_err());
    drop(tag);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_constant_argument_is_a_variable_in_the_body() {
    let cells = Cells::new();
    let mut scope = Scope::new();
    let constant: Dynamic = cells.engine.eval_with_scope(&mut scope, "const C = 1; C").unwrap();
    let body = cells.body("fn body(x) { x += 1; x }");
    for value in [constant.into_read_only(), 1_i64.into()] {
        let call = Call { this: None, tag: &mut ().into() };
        let result = body.call(&cells.engine, &cells.library, call, [value]).unwrap();
        assert_eq!(result.as_int(), Ok(2));
    }
}

#[test]
fn errors_stand_where_they_happened() {
    let mut cells = Cells::new();
    cells.define("In [2]", "\n\nfn helper(x) {\n  x.nothing()\n}");
    let cases = [
        ("fn body() {\n  throw 1 }", (2, 3)),
        ("fn body() { let a = [1];\n    a[7] }", (2, 7)),
        ("fn body() {\n 1 + unknown }", (2, 6)),
        ("\n\nfn body() { let f = |x| x.nothing(); f.call(1) }", (3, 27)),
        ("fn body() {\n try { throw 1 } catch { throw 2 } }", (2, 26)),
    ];
    for (cell, (line, column)) in cases {
        let error = cells.call(&cells.body(cell), &[]).unwrap_err();
        let innermost = innermost(&error);
        assert_eq!(innermost.position(), Position::new(line, column), "{cell}: {error}");
    }
    let error = cells.call(&cells.body("fn body() {\n  helper(1) }"), &[]).unwrap_err();
    let EvalAltResult::ErrorInFunctionCall(name, source, inner, position) = &*error else {
        panic!("{error}")
    };
    assert_eq!((name.as_str(), source.as_str()), ("helper", "In [2]"));
    assert_eq!((*position, inner.position()), (Position::new(2, 3), Position::new(4, 5)));
}

fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => innermost(inner),
        error => error,
    }
}

#[test]
fn natives_of_the_library_know_the_call_and_the_place() {
    let mut cells = Cells::new();
    let mut module = Module::new();
    module.set_native_fn("Where", |context: NativeCallContext, n: i64| {
        let place = context.call_position();
        Ok(format!("{} {n} {place} {:?}", context.tag().unwrap(), context.call_source()))
    });
    cells.library.modules.push(module.into());
    let body = cells.body("fn body(n) {\n  let f = || Where(n); f.call() }");
    let call = Call { this: None, tag: &mut "sum".into() };
    let value = body.call(&cells.engine, &cells.library, call, [7_i64.into()]).unwrap();
    assert_eq!(value.into_string().unwrap(), "sum 7 line 2, position 14 Some(\"In [1]\")");
}

#[test]
fn constants_of_cells_are_global_to_functions() {
    let mut cells = Cells::new();
    let mut scope = Scope::new();
    scope.push_constant("LIMIT", 9_i64).push("OTHER", 1_i64);
    cells.constants.refill(&scope);
    cells.define("In [2]", "fn limit() { global::LIMIT }");
    assert_eq!(cells.int(&cells.body("fn body() { limit() }"), &[]), 9);
}

/// The same body is called again from inside itself, as another coroutine would while this one waits.
#[test]
fn a_body_may_run_while_it_runs() {
    let mut cells = Cells::new();
    let body = Rc::new(
        cells.body("fn body(n) { let m = n; let sum = if n > 0 { again(n - 1) } else { 0 }; sum + m }"),
    );
    let depth = Rc::new(Cell::new(0));
    let (inner, counter) = (body.clone(), depth.clone());
    let mut module = Module::new();
    let library: Rc<RefCell<Library>> = Rc::default();
    let late = library.clone();
    module.set_native_fn("again", move |context: NativeCallContext, n: i64| {
        counter.set(counter.get() + 1);
        let call = Call { this: None, tag: &mut ().into() };
        let library = late.borrow().clone();
        inner.call(context.engine(), &library, call, [n.into()])
    });
    cells.library.modules.push(module.into());
    *library.borrow_mut() = cells.library.clone();
    assert_eq!((cells.int(&body, &[9]), depth.get()), (45, 9));
    assert_eq!(body.frames.borrow().len(), 10);
    assert_eq!((cells.int(&body, &[9]), depth.get()), (45, 18));
    assert_eq!(body.frames.borrow().len(), 10);
}

#[test]
fn a_script_body_suspends_and_others_of_its_type_run_meanwhile() {
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    let mut engine = Engine::new();
    engine.register_fn("pause", || crate::coroutine::checkpoint().is_ok());
    let cells = Rc::new(Cells { engine, library: Library::default(), constants: Constants::default() });
    let body = Rc::new(cells.body("fn body(n) { let m = n * 2; pause(); m + n }"));
    let mut scripts: Vec<_> = (0..40_i64)
        .map(|n| {
            let (cells, body) = (cells.clone(), body.clone());
            crate::coroutine::run(move || cells.int(&body, &[n]))
        })
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    for script in &mut scripts {
        assert!(Pin::new(script).poll(&mut context).is_pending());
    }
    for (n, script) in scripts.iter_mut().enumerate() {
        let Poll::Ready(Ok(value)) = Pin::new(script).poll(&mut context) else { panic!("not ready") };
        assert_eq!(value, n as i64 * 3);
    }
    assert_eq!(body.frames.borrow().len(), FRAMES_MAX);
}

#[test]
fn what_only_computes_is_brief() {
    let mut cells = Cells::new();
    cells.engine.set_max_expr_depths(0, 0);
    let is_brief = |code: &str| cells.body(&format!("fn f(x) {{ x }} fn body(x, y) {{ {code} }}")).is_brief();
    for code in [
        "x + 1",
        "-x * y ** 2",
        "if x > y && x != 0 { return x; } y",
        "let z = x; z += y; z",
        "switch x { 1 => y, 2..9 => x << 2, _ => x ?? y }",
        "const Z = 2.5; !(x >= Z)",
        "if x < 0 { throw y; } x",
    ] {
        assert!(is_brief(code), "{code}");
    }
    let long = "let z = x + 1; ".repeat(40);
    let deep = format!("{}x{}", "-(".repeat(20), ")".repeat(20));
    for code in [
        "f(x)",
        "x.len()",
        "x.a",
        "x[0]",
        "x in y",
        "`${x}`",
        "[x, y]",
        "let z = \"a\"; z += z; z",
        "loop { }",
        "while x { }",
        "for i in 0..x { }",
        "x..y",
        "let z = || x; y",
        "global::z + x",
        "try { throw x; } catch { y }",
        &long,
        &deep,
    ] {
        assert!(!is_brief(code), "{code}");
    }
}
