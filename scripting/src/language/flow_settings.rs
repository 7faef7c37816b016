//! `flow.show` and `flow.clock`.

use std::rc::Rc;

use rhai::{Engine, EvalAltResult, FuncRegistration, ImmutableString, NativeCallContext};

use super::flow::FlowHandle;
use crate::engine::clock::{Clock, RealClock, VirtualClock};
use crate::engine::event_loop;
use crate::report::error_map;
use crate::world::ShowNodes;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    engine.register_get("show", |flow: &mut FlowHandle| -> ImmutableString {
        match flow.settings().show {
            ShowNodes::Each => "each".into(),
            ShowNodes::Table => "table".into(),
            ShowNodes::None => "none".into(),
        }
    });
    FuncRegistration::new_setter("show").with_purity(true).register_into_engine(
        engine,
        |context: NativeCallContext, flow: &mut FlowHandle, show: ImmutableString| -> Result<()> {
            let show = match show.as_str() {
                "each" => ShowNodes::Each,
                "table" => ShowNodes::Table,
                "none" => ShowNodes::None,
                _ => return Err(neither(&context, "show", "\"each\", \"table\" or \"none\"", &show)),
            };
            flow.set(&context, |settings| settings.show = show)
        },
    );
    engine.register_get("clock", |flow: &mut FlowHandle| -> ImmutableString {
        if flow.settings().virtual_clock { "virtual".into() } else { "real".into() }
    });
    FuncRegistration::new_setter("clock").with_purity(true).register_into_engine(
        engine,
        |context: NativeCallContext, flow: &mut FlowHandle, clock: ImmutableString| -> Result<()> {
            let is_virtual = match clock.as_str() {
                "virtual" => true,
                "real" => false,
                _ => return Err(neither(&context, "clock", "\"virtual\" or \"real\"", &clock)),
            };
            if is_virtual != flow.settings().virtual_clock {
                flow.set(&context, |settings| settings.virtual_clock = is_virtual)?;
                let now = event_loop::now();
                let clock: Rc<dyn Clock> = match is_virtual {
                    true => Rc::new(VirtualClock::starting_at(now)),
                    false => Rc::new(RealClock::starting_at(now)),
                };
                event_loop::set_clock(clock);
            }
            Ok(())
        },
    );
}

fn neither(context: &NativeCallContext, what: &str, words: &str, given: &str) -> Box<EvalAltResult> {
    let message = format!("flow.{what} is {words}, not \"{given}\"");
    error_map("ValueError", &message, context.call_position())
}
