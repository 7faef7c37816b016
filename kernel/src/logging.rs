//! Log lines on standard error, where Jupyter servers show them.
//!
//! `FLOWNO_LOG_LEVEL` is one of `off`, `error` (the default), `warn`, `info`, `debug`, `trace`;
//! `FLOWNO_LOG_TAG_FILTER` lists the targets to show, separated by commas, each with all below it
//! (`flowno_kernel::wire,flowno_engine`).

use std::env;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What the kernel logs when `FLOWNO_LOG_LEVEL` says nothing.
const DEFAULT_LEVEL: LevelFilter = LevelFilter::ERROR;

/// Starts logging for the process. A second call does nothing.
pub fn start() {
    let level = env::var("FLOWNO_LOG_LEVEL").ok();
    let tags = env::var("FLOWNO_LOG_TAG_FILTER").ok();
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let _ =
        tracing_subscriber::registry().with(filter(level.as_deref(), tags.as_deref())).with(layer).try_init();
}

fn filter(level: Option<&str>, tags: Option<&str>) -> Targets {
    let level = match level.map(str::parse) {
        Some(Ok(level)) => level,
        Some(Err(_)) => {
            eprintln!("flowno: FLOWNO_LOG_LEVEL is none of off, error, warn, info, debug, trace");
            DEFAULT_LEVEL
        }
        None => DEFAULT_LEVEL,
    };
    let tags: Vec<&str> =
        tags.unwrap_or("").split(',').map(str::trim).filter(|tag| !tag.is_empty()).collect();
    if tags.is_empty() {
        return Targets::new().with_default(level);
    }
    Targets::new().with_targets(tags.into_iter().map(|tag| (tag, level)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn errors_only_by_default() {
        assert!(filter(None, None).would_enable("any", &Level::ERROR));
        assert!(!filter(None, None).would_enable("any", &Level::WARN));
    }

    #[test]
    fn an_unknown_level_counts_as_the_default() {
        assert!(!filter(Some("loud"), None).would_enable("any", &Level::WARN));
    }

    #[test]
    fn tags_select_targets_and_all_below() {
        let filter = filter(Some("debug"), Some("flowno_kernel::wire, other"));
        assert!(filter.would_enable("flowno_kernel::wire::gate", &Level::DEBUG));
        assert!(!filter.would_enable("flowno_kernel::install", &Level::ERROR));
    }
}
