//! `yield`, and reading stream inputs.

use rhai::{Dynamic, Engine, EvalAltResult};

use crate::nodes::{Activation, ScriptStream};
use crate::report::error_map;

pub(super) fn register(engine: &mut Engine) {
    let yields = engine.register_custom_syntax(["yield", "$expr$"], false, |context, inputs| {
        let value = context.eval_expression_tree(&inputs[0])?;
        let position = inputs[0].position();
        match Activation::of_tag(context.tag()) {
            Some(activation) => activation.emit(value.flatten(), position)?,
            None => {
                let message = "`yield` stands in a node's own body";
                return Err(error_map("SyntaxError", message, position));
            }
        }
        Ok(Dynamic::UNIT)
    });
    debug_assert!(yields.is_ok(), "the pattern is well-formed and the word reserved");
    engine.register_type_with_name::<ScriptStream>("Stream");
    engine.register_iterator_result::<ScriptStream, Dynamic>();
    engine.register_fn("cancel", |stream: &mut ScriptStream| stream.cancel());
    engine.register_fn("next", |stream: &mut ScriptStream| -> Result<Dynamic, Box<EvalAltResult>> {
        Ok(stream.next()?.unwrap_or(Dynamic::UNIT))
    });
}
