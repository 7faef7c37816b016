//! What the session relies on in Rhai 1.27, each fact on its own.
//!
//! Much of this is Rhai's internal or volatile interface, or its unwritten behaviour. If an update of Rhai
//! breaks a cell, this says what has changed.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use flowno_scripting::body::{Body, Call, Constants, Library};
use flowno_scripting::{coroutine, source};
use rhai::{
    AST, Caches, Dynamic, Engine, EvalAltResult, FnPtr, FuncRegistration, GlobalRuntimeState,
    ImmutableString, Locked, Map, Module, NativeCallContext, ParseErrorType, Position, RhaiFunc, Scope,
    Shared, Token,
};

type Fallible<T = Dynamic> = Result<T, Box<EvalAltResult>>;

/// Runs a cell's statements with a runtime state of our own. A value of `return` or `exit` is the result.
fn run(engine: &Engine, global: &mut GlobalRuntimeState, scope: &mut Scope, ast: &AST) -> Fallible {
    #[allow(deprecated)]
    engine.eval_statements_raw(global, &mut Caches::new(), scope, ast.statements())
}

fn compile(engine: &Engine, source: &str, code: &str) -> AST {
    let mut ast = engine.compile(code).unwrap_or_else(|error| panic!("{error}\n{code}"));
    ast.set_source(source);
    ast
}

fn place(line: u16, column: u16) -> Position {
    Position::new(line, column)
}

fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => innermost(inner),
        error => error,
    }
}

// ---- Cells ----

#[test]
fn a_cell_runs_with_our_own_library_and_keeps_its_variables() {
    let engine = Engine::new();
    let mut scope = Scope::new();
    let mut global = engine.new_global_runtime_state();
    let first = compile(&engine, "In [1]", "let a = 20; fn twice(x) { x * 2 } let f = |x| x + 1;");
    global.lib.push(first.shared_lib().clone());
    assert!(run(&engine, &mut global, &mut scope, &first).unwrap().is_unit());
    // The next cell has a fresh state with the functions of the first; closures resolve by them too.
    let second = compile(&engine, "In [2]", "f.call(twice(a)) + 1");
    let mut global = engine.new_global_runtime_state();
    global.lib.extend([first.shared_lib().clone(), second.shared_lib().clone()]);
    assert_eq!(run(&engine, &mut global, &mut scope, &second).unwrap().as_int(), Ok(42));
    for ended in ["return 7; 8", "exit(7); 8", "fn g() { exit(7) } g(); 8"] {
        let cell = compile(&engine, "In [3]", ended);
        global.lib.push(cell.shared_lib().clone());
        assert_eq!(run(&engine, &mut global, &mut scope, &cell).unwrap().as_int(), Ok(7), "{ended}");
    }
}

#[test]
fn without_their_functions_closures_of_earlier_cells_cannot_be_called() {
    let engine = Engine::new();
    let mut scope = Scope::new();
    let first = compile(&engine, "In [1]", "let f = |x| x + 1;");
    let _ = run(&engine, &mut engine.new_global_runtime_state(), &mut scope, &first).unwrap();
    let second = compile(&engine, "In [2]", "f.call(1)");
    let error = run(&engine, &mut engine.new_global_runtime_state(), &mut scope, &second).unwrap_err();
    assert!(matches!(*error, EvalAltResult::ErrorFunctionNotFound(..)), "{error:?}");
}

#[test]
fn the_last_module_of_the_library_wins() {
    let engine = Engine::new();
    let (old, new) =
        (compile(&engine, "In [1]", "fn f() { 1 }"), compile(&engine, "In [2]", "fn f() { 2 } f()"));
    let mut global = engine.new_global_runtime_state();
    global.lib.extend([old.shared_lib().clone(), new.shared_lib().clone()]);
    assert_eq!(run(&engine, &mut global, &mut Scope::new(), &new).unwrap().as_int(), Ok(2));
}

#[test]
fn the_functions_made_of_nodes_can_be_taken_out_of_a_cell() {
    let engine = Engine::new();
    let mut ast =
        compile(&engine, "In [1]", "fn Add(x) { x } fn twice(x) { [x].map(|y| y * 2)[0] } twice(4)");
    // `clone_functions_only_filtered` keeps everything.
    let kept = ast.clone_functions_only_filtered(|_, _, _, name, _| name == "Add");
    assert_eq!(kept.iter_functions().count(), 3);
    // `retain_functions` works, and keeps the id of the module, which is the source that errors name.
    ast.retain_functions(|_, _, name, _| name != "Add");
    assert_eq!(ast.iter_functions().count(), 2);
    assert_eq!(ast.shared_lib().id(), Some("In [1]"));
    assert_eq!(engine.eval_ast::<i64>(&ast).unwrap(), 8);
}

#[test]
fn errors_in_functions_name_the_cell_that_defines_them() {
    let engine = Engine::new();
    let first = compile(&engine, "In [1]", "\nfn f(x) { g(x) }\nfn g(x) {\n  x.nothing }");
    let second = compile(&engine, "In [2]", "let f2 = |x| f(x);\n f2.call(1)");
    let mut global = engine.new_global_runtime_state();
    global.source = Some("In [2]".into());
    global.lib.extend([first.shared_lib().clone(), second.shared_lib().clone()]);
    let mut error = run(&engine, &mut global, &mut Scope::new(), &second).unwrap_err();
    let mut calls = Vec::new();
    while let EvalAltResult::ErrorInFunctionCall(name, source, inner, position) = *error {
        calls.push((if name.starts_with("anon$") { String::new() } else { name }, source, position));
        error = inner;
    }
    // Each names the function, the cell that defines it, and where it was called (in the cell before).
    let names: Vec<_> = calls.iter().map(|(name, source, _)| (name.as_str(), source.as_str())).collect();
    assert_eq!(names[1..], [("f", "In [1]"), ("g", "In [1]")]);
    let places: Vec<_> = calls.iter().map(|(.., position)| *position).collect();
    assert_eq!(places, [place(2, 5), place(1, 14), place(2, 11)]);
    assert_eq!(error.position(), place(4, 5));
}

#[test]
fn constants_are_variables_of_the_scope_and_globals_of_one_run() {
    let engine = Engine::new();
    let mut scope = Scope::new();
    let first = compile(&engine, "In [1]", "const C = 1; fn f() { global::C } f()");
    let mut global = engine.new_global_runtime_state();
    global.lib.push(first.shared_lib().clone());
    assert_eq!(run(&engine, &mut global, &mut scope, &first).unwrap().as_int(), Ok(1));
    // They gather in the state, if there is any function at all; the next cell's state must be given them.
    let constants = global.constants.take().unwrap();
    assert_eq!(constants.borrow().keys().map(ImmutableString::as_str).collect::<Vec<_>>(), ["C"]);
    let second = compile(&engine, "In [2]", "f() + C");
    let mut global = engine.new_global_runtime_state();
    global.lib.push(first.shared_lib().clone());
    let error = run(&engine, &mut global, &mut scope, &second).unwrap_err();
    assert!(error.to_string().contains("global::C"), "{error}");
    global.constants = Some(constants);
    assert_eq!(run(&engine, &mut global, &mut scope, &second).unwrap().as_int(), Ok(2));
    let error = run(&engine, &mut global, &mut scope, &compile(&engine, "", "C = 2")).unwrap_err();
    assert!(matches!(*error, EvalAltResult::ErrorAssignmentToConstant(..)), "{error:?}");
    // Without a function in the library they are not gathered: refill from the scope instead.
    let mut global = engine.new_global_runtime_state();
    let _ = run(&engine, &mut global, &mut scope, &compile(&engine, "", "const D = 1;")).unwrap();
    assert!(global.constants.is_none());
    let from_scope: BTreeMap<ImmutableString, Dynamic> = scope
        .iter()
        .filter(|(_, constant, _)| *constant)
        .map(|(name, _, value)| (name.into(), value))
        .collect();
    assert_eq!(from_scope.len(), 2);
    global.constants = Some(Shared::new(Locked::new(from_scope)));
}

#[test]
fn a_failed_cell_leaves_its_variables_and_a_usable_scope() {
    let engine = Engine::new();
    let mut scope = Scope::new();
    let cell = compile(&engine, "", "let a = 1; { let b = 2; throw 3; } let c = 4;");
    let _ = run(&engine, &mut engine.new_global_runtime_state(), &mut scope, &cell).unwrap_err();
    let names: Vec<_> = scope.iter().map(|(name, ..)| name.to_owned()).collect();
    assert_eq!(names, ["a"]);
}

// ---- Native functions in the library ----

/// A node constructor: any number of arguments by one registration each, with the place of the call.
fn constructors() -> Module {
    let mut module = Module::new();
    for arity in 0..3 {
        let types = vec![std::any::TypeId::of::<Dynamic>(); arity];
        let func = |context: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| {
            let position = context.map_or(Position::NONE, |context| context.call_position());
            let values: Vec<String> = arguments.iter().map(|value| value.to_string()).collect();
            Ok(Dynamic::from(format!("Add({}) at {position}", values.join(","))))
        };
        let func =
            RhaiFunc::Pure { func: Shared::new(func), has_context: true, is_pure: true, is_volatile: true };
        FuncRegistration::new("Add").in_global_namespace().set_into_module_raw(&mut module, types, func);
    }
    module
}

#[test]
fn constructors_take_any_types_and_know_their_place() {
    let engine = Engine::new();
    let cell = compile(&engine, "", "let f = |x| Add(x);\n[Add(), Add(1, \"a\"), f.call([]), Add(Add(1))]");
    let mut global = engine.new_global_runtime_state();
    global.lib.extend([constructors().into(), cell.shared_lib().clone()]);
    let values = run(&engine, &mut global, &mut Scope::new(), &cell).unwrap().into_array().unwrap();
    let values: Vec<String> = values.into_iter().map(|value| value.into_string().unwrap()).collect();
    assert_eq!(values[0], "Add() at line 2, position 2");
    assert_eq!(values[1], "Add(1,a) at line 2, position 9");
    assert_eq!(values[2], "Add([]) at line 1, position 13");
    assert_eq!(values[3], "Add(Add(1) at line 2, position 38) at line 2, position 34");
}

#[test]
fn a_variable_holding_a_value_can_be_spelled_like_a_constructor() {
    let engine = Engine::new();
    let cell = compile(&engine, "", "let Add = 3; Add + 1");
    let mut global = engine.new_global_runtime_state();
    global.lib.push(constructors().into());
    assert_eq!(run(&engine, &mut global, &mut Scope::new(), &cell).unwrap().as_int(), Ok(4));
}

#[test]
fn natives_see_the_tag_and_the_source() {
    let mut engine = Engine::new();
    engine.register_fn("whose", |context: NativeCallContext| {
        format!("{:?} {:?}", context.tag().map(|tag| tag.to_string()), context.call_source())
    });
    let cell = compile(&engine, "In [1]", "fn f() { whose() } f()");
    let mut global = engine.new_global_runtime_state();
    global.tag = "node".into();
    global.lib.push(cell.shared_lib().clone());
    let value = run(&engine, &mut global, &mut Scope::new(), &cell).unwrap();
    assert_eq!(value.into_string().unwrap(), "Some(\"node\") Some(\"In [1]\")");
}

/// From a cell's text to the value of one of its nodes, with the three modules together.
#[test]
fn a_cell_is_rewritten_compiled_lifted_and_run() {
    let code = "/// Doubles.\nnode Twice(x: int, by = 2) -> int {\n  let f = |y| helper(y);\n  f.call(x) * by\n}\n\
                fn helper(x) { x + 0 }\nflow.a = Twice(4); 5";
    let cell = source::rewrite(code).unwrap();
    let mut engine = Engine::new();
    #[allow(deprecated, reason = "volatile, not going away")]
    engine.on_var(|name, index, _| {
        Ok((index == 0 && name == "flow").then(|| Dynamic::from_map(Map::new()).into_shared()))
    });
    let mut ast = compile(&engine, "In [1]", &cell.rhai);
    let node = &cell.node_types[0];
    let body = Body::lift(&ast, &node.name, node.parameters.len(), &Constants::default()).unwrap();
    ast.retain_functions(|_, _, name, _| name != node.name);
    let library = Library { modules: vec![ast.shared_lib().clone()], ..Library::default() };
    let run_body = |x: Dynamic| {
        let call = Call { this: None, tag: &mut Dynamic::from(()) };
        body.call(&engine, &library, call, [x, 2_i64.into()])
    };
    let value = run_body(4_i64.into()).unwrap();
    assert_eq!(value.as_int(), Ok(8));
    let error = run_body(Dynamic::UNIT).unwrap_err();
    assert_eq!(innermost(&error).position(), place(6, 18));
    // The statements see the constructor, not the body.
    let mut global = engine.new_global_runtime_state();
    global.lib.push(ast.shared_lib().clone());
    let error = run(&engine, &mut global, &mut Scope::new(), &ast).unwrap_err();
    assert!(matches!(&*error, EvalAltResult::ErrorFunctionNotFound(name, _) if name.starts_with("Twice")));
    assert_eq!(error.position(), place(7, 10));
}

// ---- yield ----

fn yielding() -> (Engine, Rc<RefCell<Vec<String>>>) {
    let items: Rc<RefCell<Vec<String>>> = Rc::default();
    let out = items.clone();
    let mut engine = Engine::new();
    let syntax = engine.register_custom_syntax(["yield", "$expr$"], false, move |context, inputs| {
        let item = context.eval_expression_tree(&inputs[0])?;
        if item.is_bool() {
            return Err("StreamCancelled".into());
        }
        out.borrow_mut().push(item.to_string());
        coroutine::checkpoint().map_err(|error| error.to_string())?;
        Ok(Dynamic::UNIT)
    });
    syntax.unwrap();
    (engine, items)
}

/// Polls a script to its end; answers how often it suspended.
fn drive<R: 'static>(body: impl FnOnce() -> R + 'static) -> (R, usize) {
    let mut script = coroutine::run(body);
    let mut suspended = 0;
    loop {
        match Pin::new(&mut script).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => return (result.unwrap(), suspended),
            Poll::Pending => suspended += 1,
        }
    }
}

#[test]
fn yield_suspends_wherever_it_stands() {
    let cases = [
        ("yield 1; yield 2", "1 2"),
        ("yield -1; yield `${!false}`", "-1 true"),
        ("for i in 0..2 { yield i }", "0 1"),
        ("if true { yield 1 } else { yield 2 }", "1"),
        ("switch 2 { 1 => yield 1, 2 => yield 2 }", "2"),
        ("let s = `${yield 1}`; yield s.len()", "1 0"),
        ("try { yield 1; throw 2 } catch (e) { yield e }", "1 2"),
        ("yield if true { 1 } else { 2 }; yield [1, 2].map(|x| x + 1)", "1 [2, 3]"),
        ("let v = (yield 1) == (); yield v.to_string()", "1 true"),
        ("let v = yield 1 + 2 * 3; ", "7"),
        ("fn f() { yield 1; yield 2; } f()", "1 2"),
    ];
    for (code, expected) in cases {
        let (engine, items) = yielding();
        let (result, suspended) = drive(move || engine.eval::<Dynamic>(code).map(|_| ()));
        result.unwrap_or_else(|error| panic!("{error}: {code}"));
        assert_eq!(items.borrow().join(" "), expected, "{code}");
        assert_eq!(suspended, expected.replace("[2, 3]", "x").split(' ').count(), "{code}");
    }
}

#[test]
fn an_error_of_custom_syntax_has_no_place_unless_we_give_one() {
    let (engine, _) = yielding();
    let error = engine.run("let x = 1;\n  yield true;").unwrap_err();
    assert_eq!(error.position(), Position::NONE);
    // The place of the expression is known: `inputs[0].position()`. The keyword's is not.
    let mut engine = Engine::new();
    let syntax = engine.register_custom_syntax(["yield", "$expr$"], false, |_, inputs| {
        Err(EvalAltResult::ErrorRuntime("no".into(), inputs[0].position()).into())
    });
    syntax.unwrap();
    assert_eq!(engine.run("let x = 1;\n  yield x;").unwrap_err().position(), place(2, 9));
}

/// The token hook sees where the keyword stands, and runs before the syntax's own parser, which can keep
/// that in the state that each evaluation is given. The state must be a plain value: closures are named by
/// a hash of their syntax tree, state included, and hashing a value of a custom type panics.
#[test]
fn the_place_of_a_yield_can_be_kept_in_its_state() {
    let last: Rc<Cell<Position>> = Rc::new(Cell::new(Position::NONE));
    let seen = last.clone();
    let mut engine = Engine::new();
    #[allow(deprecated, reason = "volatile, not going away")]
    engine.on_parse_token(move |token, position, _| {
        if matches!(&token, Token::Custom(word) if word.as_str() == "yield") {
            seen.set(position);
        }
        token
    });
    // Reserved words become custom keywords only by this.
    let _ = engine.register_custom_syntax(["yield", "$expr$"], false, |_, _| Ok(Dynamic::UNIT)).unwrap();
    engine.register_custom_syntax_with_state_raw(
        "yield",
        move |symbols, _, state| match symbols.len() {
            1 => {
                let (line, column) = (last.get().line(), last.get().position());
                *state = ((line.unwrap_or(0) << 16 | column.unwrap_or(0)) as i64).into();
                Ok(Some("$expr$".into()))
            }
            _ => Ok(None),
        },
        false,
        |_, _, state| {
            let packed = state.as_int().unwrap();
            let position = place((packed >> 16) as u16, packed as u16);
            Err(EvalAltResult::ErrorRuntime("no".into(), position).into())
        },
    );
    for (code, position) in [
        ("let x = 1;\n  yield 1 + x; yield 2;", place(2, 3)),
        ("if true {\n yield [1, 2]; }", place(2, 2)),
        ("`a ${yield 1} b ${yield 2}`", place(1, 6)),
        ("let f = || { yield 1 }; f.call(); yield 2", place(1, 14)),
    ] {
        let error = engine.run(code).unwrap_err();
        assert_eq!(innermost(&error).position(), position, "{code}");
    }
}

#[test]
fn bare_yield_is_a_syntax_error() {
    let (engine, _) = yielding();
    assert!(engine.compile("yield;").is_err());
    assert!(engine.compile("yield ();").is_ok());
    // As a property it stays refused, also where it is custom syntax.
    assert!(engine.compile("let m = #{}; m.yield").is_err());
}

// ---- flow ----

type Log = Rc<RefCell<Vec<String>>>;

#[derive(Clone)]
struct Flow(Log);

#[derive(Clone)]
struct Reference {
    name: String,
    log: Log,
}

/// `flow` by the variable resolver, and `flow.name`, `flow["name"]` by indexers.
fn flowing() -> (Engine, Log) {
    let log = Log::default();
    let flow = Flow(log.clone());
    let mut engine = Engine::new();
    #[allow(deprecated, reason = "volatile, not going away")]
    engine.on_var(move |name, index, _| {
        // Variables that the parser has found in the scope come with an index: not ours.
        if index == 0 && name == "flow" { Ok(Some(Dynamic::from(flow.clone()))) } else { Ok(None) }
    });
    engine.register_indexer_get(|flow: &mut Flow, name: ImmutableString| -> Fallible<Reference> {
        flow.0.borrow_mut().push(format!("get {name}"));
        if name.starts_with('_') {
            return Err(EvalAltResult::ErrorRuntime("bad name".into(), Position::NONE).into());
        }
        Ok(Reference { name: name.to_string(), log: flow.0.clone() })
    });
    // What the resolver returns is a constant, and only a pure function may change a constant.
    FuncRegistration::new_index_setter().with_purity(true).register_into_engine(
        &mut engine,
        |flow: &mut Flow, name: ImmutableString, value: Dynamic| -> Fallible<()> {
            flow.0.borrow_mut().push(format!("set {name} = {}", value.type_name()));
            if name.starts_with('_') {
                return Err(EvalAltResult::ErrorRuntime("bad name".into(), Position::NONE).into());
            }
            Ok(())
        },
    );
    engine.register_fn("show", |reference: Reference| reference.log.borrow_mut().push("show".into()));
    engine.register_fn("nodes", |_: Flow| 3_i64);
    engine.register_get("value", |reference: &mut Reference| reference.name.len() as i64);
    engine.register_fn("+", |a: Reference, b: Reference| format!("{}+{}", a.name, b.name));
    engine.register_fn("+", |a: Reference, b: i64| format!("{}+{b}", a.name));
    (engine, log)
}

#[test]
fn flow_is_reached_from_everywhere() {
    let (engine, log) = flowing();
    engine
        .run("flow.a = 1; fn f() { flow.b = 2; } f(); let g = || flow.c = 3; g.call(); flow[\"d\"] = 4")
        .unwrap();
    assert_eq!(*log.borrow(), ["set a = i64", "set b = i64", "set c = i64", "set d = i64"]);
    assert_eq!(engine.eval::<i64>("flow.nodes() + flow.abc.value").unwrap(), 6);
    assert_eq!(engine.eval::<String>("flow.a + flow.b").unwrap(), "a+b");
    assert_eq!(engine.eval::<String>("let x = flow; x.a + 1").unwrap(), "a+1");
}

#[test]
fn the_resolver_wins_over_a_variable_of_a_scope_that_the_parser_did_not_see() {
    let (engine, log) = flowing();
    // With an index the parser has found the variable: then the resolver can step back ...
    engine.run("let flow = #{}; flow.a = 1;").unwrap();
    assert!(log.borrow().is_empty());
    // ... but one from an earlier cell has none, and the resolver wins silently.
    let mut scope = Scope::new();
    scope.push("flow", Map::new());
    engine.run_with_scope(&mut scope, "flow.a = 1;").unwrap();
    assert_eq!(*log.borrow(), ["set a = i64"]);
}

#[test]
fn errors_of_indexers_stand_at_the_dot_or_the_bracket() {
    let (engine, _) = flowing();
    for (code, position) in [
        ("flow.a;\n  flow._b", place(2, 7)),
        ("flow.a;\n  flow._b = 1", place(2, 7)),
        ("flow.a;\n  flow[\"_b\"]", place(2, 7)),
        ("flow.a;\n  flow[\"_b\"] = 1", place(2, 7)),
        ("flow.a;\n  1 + flow.a", place(2, 5)),
        ("flow.a;\n  flow.a.nothing", place(2, 10)),
        ("flow.a;\n  flow.a.nothing()", place(2, 10)),
    ] {
        let error = engine.run(code).unwrap_err();
        assert_eq!(innermost(&error).position(), position, "{code}: {error}");
    }
}

#[test]
fn flow_itself_cannot_be_assigned() {
    let (engine, _) = flowing();
    let error = engine.run("flow = 1").unwrap_err();
    assert!(matches!(*error, EvalAltResult::ErrorAssignmentToConstant(..)), "{error:?}");
}

#[test]
fn op_assignment_reads_and_writes_what_the_operator_made() {
    let (engine, log) = flowing();
    engine.run("flow.a += 1").unwrap();
    assert_eq!(*log.borrow(), ["get a", "set a = string"]);
}

#[test]
fn a_method_by_reference_writes_its_property_back_and_one_by_value_does_not() {
    let (mut engine, log) = flowing();
    engine.register_fn("touch", |reference: &mut Reference| reference.log.borrow_mut().push("touch".into()));
    engine.run("flow.a.show(); flow.a.value").unwrap();
    assert_eq!(*log.borrow(), ["get a", "show", "get a"]);
    log.borrow_mut().clear();
    engine.run("flow.a.touch()").unwrap();
    assert_eq!(*log.borrow(), ["get a", "touch", "set a = rhai_facts::Reference"]);
}

#[test]
fn what_a_write_back_refuses_as_an_index_type_is_swallowed() {
    let (mut engine, log) = flowing();
    engine.register_fn("touch", |_: &mut Reference| ());
    FuncRegistration::new_index_setter().with_purity(true).register_into_engine(
        &mut engine,
        |flow: &mut Flow, name: ImmutableString, value: Reference| -> Fallible<()> {
            flow.0.borrow_mut().push(format!("copy {name} = {}", value.name));
            Err(EvalAltResult::ErrorIndexingType("no".into(), Position::NONE).into())
        },
    );
    engine.run("flow.a.touch()").unwrap();
    assert_eq!(*log.borrow(), ["get a", "copy a = a"]);
    // On an assignment it is raised.
    assert!(engine.run("flow.b = flow.a").is_err());
}

// ---- Tasks ----

#[test]
fn spawn_is_an_identifier_if_the_token_says_so() {
    let mut engine = Engine::new();
    let error = engine.compile("spawn(|| 1)").unwrap_err();
    assert!(matches!(error.err_type(), ParseErrorType::Reserved(_)));
    #[allow(deprecated, reason = "volatile, not going away")]
    engine.on_parse_token(|token, _, _| match token {
        Token::Reserved(word) if word.as_str() == "spawn" => Token::Identifier(word),
        token => token,
    });
    engine.register_fn("spawn", |_: FnPtr| 5_i64);
    assert_eq!(engine.eval::<i64>("spawn(|| 1)").unwrap(), 5);
    assert!(engine.compile("await(1)").is_err());
}

/// What a task needs to run a closure later: the function pointer, and a copy of the caller's state.
struct Task {
    function: FnPtr,
    global: GlobalRuntimeState,
    position: Position,
}

#[test]
fn a_closure_runs_later_with_a_copy_of_its_callers_state() {
    let task: Rc<RefCell<Option<Task>>> = Rc::default();
    let slot = task.clone();
    let mut engine = Engine::new();
    engine.register_fn("later", move |context: NativeCallContext, function: FnPtr| {
        let (global, position) = (context.global_runtime_state().clone(), context.call_position());
        *slot.borrow_mut() = Some(Task { function, global, position });
    });
    let cell = compile(&engine, "In [1]", "fn f(x) { x + 1 }\nlet n = 1; later(|x| { n += x; f(n) });");
    let mut global = engine.new_global_runtime_state();
    global.lib.push(cell.shared_lib().clone());
    let mut scope = Scope::new();
    let _ = run(&engine, &mut global, &mut scope, &cell).unwrap();
    drop(global);
    let task = task.borrow_mut().take().unwrap();
    assert_eq!(task.position, place(2, 12));
    let context = NativeCallContext::new_with_all_fields(&engine, "spawn", None, &task.global, task.position);
    // `call_raw` consumes the arguments. Captured variables are shared with the cell.
    let value = task.function.call_raw(&context, None, [Dynamic::from(5_i64)]).unwrap();
    assert_eq!((value.as_int(), scope.get_value::<i64>("n")), (Ok(7), Some(6)));
    // Its errors come wrapped once, as of a call at the place we gave.
    let error = task.function.call_raw(&context, None, [Dynamic::UNIT]).unwrap_err();
    assert!(matches!(*error, EvalAltResult::ErrorInFunctionCall(..)), "{error:?}");
}

// ---- Progress ----

#[test]
fn the_operations_count_says_nothing_across_closures() {
    let (calls, most) = (Rc::new(Cell::new(0_u64)), Rc::new(Cell::new(0)));
    let (counter, maximum) = (calls.clone(), most.clone());
    let mut engine = Engine::new();
    engine.on_progress(move |operations| {
        counter.set(counter.get() + 1);
        maximum.set(operations.max(maximum.get()));
        None
    });
    engine.run("let a = []; a.pad(1000, 1); a.map(|x| x + 1);").unwrap();
    // Each call of a closure by a native function counts on from its caller's number, and is forgotten:
    // a counter of our own must decide when to look.
    assert!(calls.get() > 1_000, "{}", calls.get());
    assert!(most.get() < 100, "{}", most.get());
}

#[test]
fn termination_cannot_be_caught_and_suspension_in_progress_works() {
    let mut engine = Engine::new();
    engine.on_progress(|operations| {
        if operations > 50 {
            return Some("stop".into());
        }
        coroutine::checkpoint().is_err().then(|| "cancelled".into())
    });
    let code = "let n = 0; loop { try { loop { n += 1; } } catch { } }";
    let (result, suspended) = drive(move || engine.run(code).map_err(|error| error.to_string()));
    assert!(result.unwrap_err().starts_with("Script terminated"));
    assert_eq!(suspended, 50);
}

#[test]
fn dropping_a_looping_script_ends_it_by_its_progress_check() {
    let mut engine = Engine::new();
    engine.on_progress(|_| coroutine::is_cancelled().then_some(Dynamic::UNIT));
    engine.register_fn("pause", || -> Fallible<()> {
        coroutine::checkpoint().map_err(|error| EvalAltResult::from(error.to_string()).into())
    });
    let ended = Rc::new(Cell::new(false));
    let flag = ended.clone();
    let mut script = coroutine::run(move || {
        // It catches the error of `pause` and would go on for ever.
        let result = engine.run("loop { try { pause() } catch { loop {} } }");
        flag.set(matches!(*result.unwrap_err(), EvalAltResult::ErrorTerminated(..)));
    });
    assert!(Pin::new(&mut script).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(script);
    assert!(ended.get());
}

// ---- Errors ----

#[test]
fn errors_as_maps_are_caught_and_keep_their_place() {
    let mut engine = Engine::new();
    engine.register_fn("get", || -> Fallible<()> {
        let map = Map::from([("error".into(), "QueueClosedError".into())]);
        Err(EvalAltResult::ErrorRuntime(map.into(), Position::NONE).into())
    });
    let caught = "try { get() } catch (e) { return e.error; }";
    assert_eq!(engine.eval::<String>(caught).unwrap(), "QueueClosedError");
    assert_eq!(engine.run("let x = 1;\n  get()").unwrap_err().position(), place(2, 3));
    // Through a script function, the caught value is the map all the same; uncaught, it is wrapped.
    let helper = "fn f() { get() }\ntry { f() } catch (e) { return e.error; }";
    assert_eq!(engine.eval::<String>(helper).unwrap(), "QueueClosedError");
    let error = engine.run("fn f() { get() }\nf()").unwrap_err();
    assert_eq!((error.position(), innermost(&error).position()), (place(2, 1), place(1, 10)));
}

#[test]
fn neither_try_nor_catch_has_a_value() {
    let engine = Engine::new();
    assert!(engine.eval::<Dynamic>("try { throw 1 } catch (e) { 5 }").unwrap().is_unit());
    assert!(engine.eval::<Dynamic>("try { 4 } catch (e) { 5 }").unwrap().is_unit());
}
