//! `input` and `password`: the user is asked, and only the script that asks waits.

use std::rc::Weak;

use rhai::{Engine, EvalAltResult, ImmutableString, NativeCallContext};

use crate::coroutine::block_on;
use crate::event::{AskError, Question};
use crate::report::error_map;
use crate::waiting::blocked;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    let plain = world.clone();
    engine.register_fn("input", move |context: NativeCallContext| ask(&context, &plain, "", false));
    for (name, password) in [("input", false), ("password", true)] {
        let world = world.clone();
        engine.register_fn(name, move |context: NativeCallContext, prompt: ImmutableString| {
            ask(&context, &world, &prompt, password)
        });
    }
}

fn ask(
    context: &NativeCallContext,
    world: &Weak<World>,
    prompt: &str,
    password: bool,
) -> Result<ImmutableString> {
    let position = context.call_position();
    let Some(world) = world.upgrade() else { return Ok(ImmutableString::new()) };
    let question = Question { prompt: prompt.to_owned(), password };
    let answer = block_on(world.console.ask(question)).map_err(|error| blocked(error, position))?;
    answer.map(Into::into).map_err(|error| match error {
        AskError::NobodyToAsk => {
            let message = "nobody can be asked: the front end that runs this cell takes no questions (allow_stdin is false) or has left";
            error_map("StdinNotImplementedError", message, position)
        }
    })
}
