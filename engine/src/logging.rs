//! Log lines on standard error, set by two environment variables, as Flowno's are.
//!
//! `FLOWNO_LOG_LEVEL` is one of `off`, `error` (the default), `warn`, `info`, `debug`, `trace`, in any case; Python's
//! `WARNING`, `CRITICAL` and `NOTSET` mean `warn`, `off` and `trace`.
//!
//! `FLOWNO_LOG_TAG_FILTER` is `ALL` (the default) or a list of tags, separated by commas. A tag stands for the events
//! whose target has it among its parts: `flow` shows those of `flowno_engine::flow::run`, `flowno_kernel::wire` those of
//! that module and all below it. The engine's tags are `event_loop`, `flow`, `stream`, `queue`, `socket` and `tls`. In
//! Flowno an event has one tag of its own; here its module says it.
//!
//! A value that is none of these is warned of once, and the default is used. Nothing is logged before [`init`]: a
//! program that has a `tracing` subscriber of its own simply does not call it.

use std::env;
use std::sync::Once;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What is logged when `FLOWNO_LOG_LEVEL` says nothing.
pub const DEFAULT_LEVEL: LevelFilter = LevelFilter::ERROR;

/// Starts logging for the process. Nothing happens if it has a `tracing` subscriber already, or the second time.
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(start);
}

fn start() {
    let level = level(env::var("FLOWNO_LOG_LEVEL").ok().as_deref());
    let tags = Tags::parse(env::var("FLOWNO_LOG_TAG_FILTER").ok().as_deref());
    let filter = filter_fn(move |event| *event.level() <= level && tags.show(event.target()))
        .with_max_level_hint(level);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}

fn level(text: Option<&str>) -> LevelFilter {
    let text = text.unwrap_or_default().trim().to_ascii_lowercase();
    match text.as_str() {
        "" => DEFAULT_LEVEL,
        "warning" => LevelFilter::WARN,
        "critical" => LevelFilter::OFF,
        "notset" => LevelFilter::TRACE,
        // A number would be a level to `tracing`, but another one than Python's.
        text if text.chars().all(|c| c.is_ascii_alphabetic()) && text.parse::<LevelFilter>().is_ok() => {
            text.parse().unwrap_or(DEFAULT_LEVEL)
        }
        text => {
            eprintln!(
                "flowno: FLOWNO_LOG_LEVEL is `{text}`, which is none of off, error, warn, info, debug, trace; \
                 errors are logged"
            );
            DEFAULT_LEVEL
        }
    }
}

/// Which targets are shown; `None`: all.
struct Tags(Option<Vec<String>>);

impl Tags {
    fn parse(text: Option<&str>) -> Self {
        let list = text.unwrap_or("all").to_ascii_lowercase();
        let (good, bad): (Vec<&str>, Vec<&str>) =
            list.split(',').map(str::trim).filter(|tag| !tag.is_empty()).partition(|tag| is_tag(tag));
        if !bad.is_empty() {
            let bad = bad.join("`, `");
            eprintln!("flowno: FLOWNO_LOG_TAG_FILTER has `{bad}`, which cannot be a tag; it is left out");
        }
        let all = good.is_empty() || good.contains(&"all");
        Self((!all).then(|| good.into_iter().map(str::to_owned).collect()))
    }

    fn show(&self, target: &str) -> bool {
        let Some(tags) = &self.0 else { return true };
        let target: Vec<String> = target.split("::").map(str::to_ascii_lowercase).collect();
        tags.iter().any(|tag| {
            let tag: Vec<&str> = tag.split("::").collect();
            target.windows(tag.len()).any(|parts| parts == tag)
        })
    }
}

/// Whether it may be a path of a module.
fn is_tag(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    text.split("::").all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_tracing_and_of_python() {
        let cases = [
            (None, LevelFilter::ERROR),
            (Some(""), LevelFilter::ERROR),
            (Some("Debug"), LevelFilter::DEBUG),
            (Some("WARNING"), LevelFilter::WARN),
            (Some("warn"), LevelFilter::WARN),
            (Some("OFF"), LevelFilter::OFF),
            (Some("CRITICAL"), LevelFilter::OFF),
            (Some("NOTSET"), LevelFilter::TRACE),
            (Some("loud"), LevelFilter::ERROR),
            (Some("10"), LevelFilter::ERROR),
        ];
        for (text, expected) in cases {
            assert_eq!(level(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_tag_is_a_part_of_a_target() {
        let tags = |text| Tags::parse(Some(text));
        assert!(tags("flow, tls").show("flowno_engine::flow::run"));
        assert!(tags("flow, tls").show("flowno_engine::net::tls"));
        assert!(!tags("flow, tls").show("flowno_engine::event_loop"));
        assert!(tags("flowno_kernel::wire").show("flowno_kernel::wire::gate"));
        assert!(!tags("flowno_kernel::wire").show("flowno_kernel::wires"));
        assert!(tags("FLOW").show("flowno_engine::Flow"));
    }

    #[test]
    fn all_is_no_filter_and_neither_is_nothing() {
        for text in [None, Some("ALL"), Some("flow,all"), Some(""), Some(" , "), Some("a b")] {
            assert!(Tags::parse(text).show("any"), "{text:?}");
        }
    }
}
