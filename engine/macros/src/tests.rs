//! What is refused, and with which words.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Item, parse2};

use crate::{hdl, node_fn, node_impl, options, template};

/// The error of `#[node(options)] item`.
fn node(options: TokenStream, item: TokenStream) -> String {
    let written = parse2::<options::Options>(options).and_then(|options| match parse2::<Item>(item)? {
        Item::Fn(function) => node_fn::write(&options, function),
        Item::Impl(block) => node_impl::write(&options, block),
        _ => unreachable!("a function or a block"),
    });
    refused(written)
}

fn refused(written: Result<TokenStream, Error>) -> String {
    match written {
        Err(error) => error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>().join(" | "),
        Ok(written) => panic!("not refused: {written}"),
    }
}

#[test]
fn functions_that_are_no_nodes() {
    let cases = [
        ("fn A(x: &str) {}", "a node owns what it is given: take `String` for `&str`, `T` for `&T`"),
        ("fn A(x: impl Fn()) {}", "name the type: it is that of an edge"),
        ("fn A((x, y): (i64, i64)) {}", "a node's parameter needs a name"),
        ("fn A(self) {}", "a node that is a function has no `self`"),
        ("fn A(a: Stream<i64>) {}", "a node that reads a stream or emits chunks is an `async fn`"),
        ("fn A(out: Emitter<i64>) {}", "a node that reads a stream or emits chunks is an `async fn`"),
        ("async fn A(a: Stream) {}", "say of what, such as `Stream<i64>` or `Emitter<i64>`"),
        (
            "async fn A(one: Emitter<i64>, two: Emitter<i64>) {}",
            "a node has one `Emitter`; several outputs share it",
        ),
        ("fn A(#[default(1)] #[default(2)] x: i64) {}", "a parameter has one default"),
        ("async fn A(#[default(1)] out: Emitter<i64>) {}", "an `Emitter` is no input and has no default"),
        ("fn A() -> io::Result {}", "say what the `Result` holds: `Result<T, E>`"),
    ];
    for (item, expected) in cases {
        assert_eq!(node(quote!(), item.parse().unwrap()), expected, "{item}");
    }
}

#[test]
fn outputs_that_do_not_fit() {
    let pair = || {
        quote!(
            fn A() -> (i64, i64) {
                (1, 2)
            }
        )
    };
    let cases = [
        (
            quote!(multiple_outputs),
            quote!(
                fn A() -> i64 {
                    1
                }
            ),
            "a node with multiple outputs gives a tuple, one element an output",
        ),
        (quote!(outputs("one")), pair(), "1 name(s) for 2 output(s)"),
        (quote!(outputs("one", "one")), pair(), "two outputs of one name"),
        (quote!(stream_in), pair(), "a node's options are `multiple_outputs` and `outputs(\"name\", ..)`"),
    ];
    for (options, item, expected) in cases {
        assert_eq!(node(options.clone(), item), expected, "{options}");
    }
}

#[test]
fn blocks_that_are_no_nodes() {
    let cases = [
        (quote!(impl A { fn run(&mut self) {} }), "a node's `impl` block has a method `call`"),
        (quote!(impl A { fn call(self) {} }), "`call` takes `&mut self` or `&self`"),
        (quote!(impl A { fn call() {} }), "`call` takes `&mut self` or `&self`"),
        (quote!(impl B for A { fn call(&self) {} }), "a node is made of the struct's own `impl` block"),
        (quote!(impl A { fn call<T>(&self, x: T) {} }), "generic parameters go to the `impl` block"),
    ];
    for (item, expected) in cases {
        assert_eq!(node(quote!(), item.clone()), expected, "{item}");
    }
}

#[test]
fn names_that_are_none_and_names_that_nothing_defines() {
    let described =
        |text: TokenStream| refused(parse2::<hdl::Description>(text).and_then(hdl::Description::write));
    assert_eq!(described(quote!(|f| f._a = A();)), "a node's name must not begin with an underscore: `_a`");
    assert_eq!(
        described(quote!(|f| f.run_until_complete = A();)),
        "`run_until_complete` is a keyword of the flow, not a node"
    );
    let undefined = |name| {
        format!(
            "nothing here defines `f.{name}`: add `f.{name} = ..;`, or write `f.node(\"{name}\")` for a name that is \
             assigned elsewhere"
        )
    };
    let both = format!("{} | {}", undefined("c"), undefined("d"));
    assert_eq!(described(quote!(|f| f.a = A(f.c); B(f.a, f.d["x"]);)), both);
}

#[test]
fn templates_that_are_none() {
    let written = |text: TokenStream| refused(parse2(text).and_then(template::write));
    let async_error = "a template wires nodes and waits for nothing: it is no `async fn`";
    assert_eq!(
        written(quote!(
            async fn G(f: FlowHDLView) -> DraftNode<(i64,)> {}
        )),
        async_error
    );
    let result = "a template gives the node that stands for the group: `-> DraftNode<(T,)>`";
    assert_eq!(
        written(quote!(
            fn G(f: FlowHDLView) {}
        )),
        result
    );
    let first = "the first parameter of a template names its nodes: `f: FlowHDLView`";
    assert_eq!(
        written(quote!(
            fn G() -> DraftNode<(i64,)> {}
        )),
        first
    );
    let stream = "a template's parameter is of the type of the edge: `T` also for a stream of `T`";
    assert_eq!(
        written(quote!(
            fn G(f: FlowHDLView, a: Stream<i64>) -> DraftNode<(i64,)> {}
        )),
        stream
    );
}
