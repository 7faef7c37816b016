//! `kernel_info_request`: who this kernel is.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info>

use jupyter_protocol::{HelpLink, KernelInfoReply, LanguageInfo, ReplyStatus};
use serde_json::{Value, json};

use super::Content;
use crate::message::PROTOCOL_VERSION;

/// The Rhai of the scripting crate, without its patch level.
const RHAI_VERSION: &str = "1.27";

/// The reply.
pub(crate) fn reply() -> Content {
    let reply = KernelInfoReply {
        status: ReplyStatus::Ok,
        protocol_version: PROTOCOL_VERSION.to_owned(),
        implementation: "flowno".to_owned(),
        implementation_version: env!("CARGO_PKG_VERSION").to_owned(),
        language_info: language_info(),
        banner: format!("Flowno {}: dataflow notebooks in Rhai {RHAI_VERSION}", env!("CARGO_PKG_VERSION")),
        help_links: vec![HelpLink {
            text: "The Rhai book".to_owned(),
            url: "https://rhai.rs/book/".to_owned(),
        }],
        debugger: false,
        error: None,
    };
    let mut content = Content::typed(reply, "kernel_info_reply");
    // The type has no such field.
    content.body["supported_features"] = json!(["kernel subshells"]);
    content.body["language_info"]["codemirror_mode"] = codemirror_mode();
    content
}

/// The language, as front ends keep it in a notebook's metadata.
pub(crate) fn language() -> Value {
    let mut language = serde_json::to_value(language_info()).expect("it holds strings");
    language["codemirror_mode"] = codemirror_mode();
    language
}

/// The type knows no MIME type here. JupyterLab looks for a mode by `name`, which is our extension's, and then by
/// `mime`, which is Rust's: the closest that it has by itself. Clients in Rust (runtimed) read no object without a
/// `version`, since IPython's has one.
fn codemirror_mode() -> Value {
    json!({ "name": "rhai", "mime": "text/x-rustsrc", "version": 1 })
}

fn language_info() -> LanguageInfo {
    LanguageInfo {
        name: "rhai".to_owned(),
        version: RHAI_VERSION.to_owned(),
        mimetype: Some("text/x-rhai".to_owned()),
        file_extension: Some(".rhai".to_owned()),
        // The lexer of the Python package. Without that, nbconvert and the console warn and show plain text.
        pygments_lexer: Some("flowno".to_owned()),
        codemirror_mode: None,
        nbconvert_exporter: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_front_ends_read() {
        let body = reply().body;
        assert_eq!(body["status"], "ok");
        assert_eq!(body["protocol_version"], "5.4");
        assert_eq!(body["supported_features"], json!(["kernel subshells"]));
        assert_eq!(body["language_info"]["codemirror_mode"]["name"], "rhai");
        assert_eq!(body["language_info"]["pygments_lexer"], "flowno");
        assert_eq!(body["language_info"]["file_extension"], ".rhai");
    }
}
