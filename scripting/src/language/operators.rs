//! Operators on nodes: `flow.a + 1` makes a node. What needs a value at once is refused, and says so.
//!
//! Rhai looks for a function of the operands' exact types first, and then for one of any type. A function is
//! registered for each type that a package of Rhai's has an operator of its own with anything: `"x" + flow.a` would be
//! a text, and `[1] + flow.a` an array.

use rhai::{
    Array, Blob, Dynamic, Engine, EvalAltResult, FLOAT, INT, ImmutableString, Map, NativeCallContext,
    Position, Variant,
};

use super::construct::{refuse_in_node, site};
use super::{GroupHandle, Reference};
use crate::nodes::{Argument, Draft, Operator, Target};
use crate::report::error_map;

/// Make nodes.
const OPERATORS: [&str; 12] = ["+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">="];

/// Change a variable. `flow.a += 1` would mean `flow.a = flow.a + 1`, a node that reads itself: that is refused where
/// it is assigned. Rhai makes one of these of `x = x + 1` too.
const IN_PLACE: [(&str, &str); 6] =
    [("+=", "+"), ("-=", "-"), ("*=", "*"), ("/=", "/"), ("%=", "%"), ("**=", "**")];

/// Work on bits: they are for values.
const OF_VALUES: [&str; 10] = ["&", "|", "^", "<<", ">>", "&=", "|=", "^=", "<<=", ">>="];

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    for symbol in OPERATORS {
        engine.register_fn(symbol, move |context: NativeCallContext, left: Reference, right: Reference| {
            apply(&context, operator(symbol), [Dynamic::from(left), Dynamic::from(right)])
        });
        with::<Dynamic>(engine, symbol);
        with::<()>(engine, symbol);
        with::<bool>(engine, symbol);
        with::<char>(engine, symbol);
        with::<INT>(engine, symbol);
        with::<FLOAT>(engine, symbol);
        with::<ImmutableString>(engine, symbol);
        with::<Array>(engine, symbol);
        with::<Map>(engine, symbol);
        with::<Blob>(engine, symbol);
        with::<GroupHandle>(engine, symbol);
    }
    engine.register_fn("-", |context: NativeCallContext, node: Reference| {
        apply(&context, Operator { symbol: "-", operands: 1, in_place: false }, [Dynamic::from(node)])
    });
    engine.register_fn("+", |context: NativeCallContext, node: Reference| {
        apply(&context, Operator { symbol: "+", operands: 1, in_place: false }, [Dynamic::from(node)])
    });
    for (symbol, applied) in IN_PLACE {
        let in_place = Operator { symbol: applied, operands: 2, in_place: true };
        engine.register_fn(
            symbol,
            move |context: NativeCallContext, node: &mut Reference, value: Dynamic| -> Result<()> {
                *node = apply(&context, in_place, [Dynamic::from(node.clone()), value])?;
                Ok(())
            },
        );
    }
    register_refused(engine);
}

/// An operator between a node and something else.
fn with<T: Variant + Clone>(engine: &mut Engine, symbol: &'static str) {
    engine.register_fn(symbol, move |context: NativeCallContext, left: Reference, right: T| {
        apply(&context, operator(symbol), [Dynamic::from(left), plain(right)])
    });
    engine.register_fn(symbol, move |context: NativeCallContext, left: T, right: Reference| {
        apply(&context, operator(symbol), [plain(left), Dynamic::from(right)])
    });
}

/// A value as it is: `Dynamic::from` would wrap one that is dynamic already.
fn plain<T: Variant + Clone>(value: T) -> Dynamic {
    Dynamic::from(value).flatten()
}

fn operator(symbol: &'static str) -> Operator {
    Operator { symbol, operands: 2, in_place: false }
}

fn apply<const N: usize>(
    context: &NativeCallContext,
    operator: Operator,
    operands: [Dynamic; N],
) -> Result<Reference> {
    refuse_in_node(context)?;
    let position = context.call_position();
    let node = operands.iter().find_map(|operand| operand.read_lock::<Reference>().map(|node| node.clone()));
    let Some(world) = node.map(|node| node.world()).transpose()? else {
        return Err(error_map("TypeError", "no operand is a node", position));
    };
    let operands = operands
        .into_iter()
        .map(|operand| Argument::from_script(operand.flatten(), position))
        .collect::<Result<_>>()?;
    let draft = Draft::operator(operator, operands, site(&world, context))?;
    Ok(Reference::new(world.weak.clone(), Target::draft(draft)))
}

fn register_refused(engine: &mut Engine) {
    for symbol in OF_VALUES {
        engine
            .register_fn(symbol, move |context: NativeCallContext, left: Reference, _: Dynamic| {
                needs_value(&context, &left, &format!("`{symbol}`"))
            })
            .register_fn(symbol, move |context: NativeCallContext, _: Dynamic, right: Reference| {
                needs_value(&context, &right, &format!("`{symbol}`"))
            })
            .register_fn(symbol, move |context: NativeCallContext, left: Reference, _: Reference| {
                needs_value(&context, &left, &format!("`{symbol}`"))
            });
    }
    engine
        .register_fn("!", |context: NativeCallContext, node: Reference| needs_value(&context, &node, "`!`"));
    // `text += flow.a`, where Rhai would append the node's name.
    engine.register_fn("+=", |context: NativeCallContext, _: &mut ImmutableString, node: Reference| {
        needs_value(&context, &node, "`+=` on a text").map(|_| ())
    });
    engine.register_fn("+=", |context: NativeCallContext, _: &mut Array, node: Reference| {
        needs_value(&context, &node, "`+=` on an array").map(|_| ())
    });
    // `x in y` is a call of `contains`: an array would say that a node is none of its values.
    engine.register_fn("contains", |context: NativeCallContext, _: &mut Array, node: Reference| {
        needs_value(&context, &node, "`in` or `contains`")
    });
    engine.register_iterator_result::<Reference, Dynamic>();
}

/// `for x in flow.a`.
impl IntoIterator for Reference {
    type Item = Result<Dynamic>;
    type IntoIter = std::iter::Once<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(Err(error_map("TypeError", &needed(&self, "`for`"), Position::NONE)))
    }
}

fn needs_value(context: &NativeCallContext, node: &Reference, what: &str) -> Result<Dynamic> {
    Err(error_map("TypeError", &needed(node, what), context.call_position()))
}

fn needed(node: &Reference, what: &str) -> String {
    match node.draft() {
        Some(draft) => {
            let usage = draft.usage();
            format!("{what} needs a value, and {usage} is a node to be: wire it, and take its `.value`")
        }
        None => format!("{what} needs a value, and {node} is a node: write {node}.value"),
    }
}
