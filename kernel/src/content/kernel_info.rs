//! `kernel_info_request`: who this kernel is.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info>

use jupyter_protocol::{CodeMirrorMode, HelpLink, KernelInfoReply, LanguageInfo, ReplyStatus};
use serde_json::json;

use super::Content;
use crate::wire::PROTOCOL_VERSION;

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
    // The type has no such field. Listing "kernel subshells" or "debugger" would promise them.
    content.body["supported_features"] = json!([]);
    content
}

fn language_info() -> LanguageInfo {
    LanguageInfo {
        name: "rhai".to_owned(),
        version: RHAI_VERSION.to_owned(),
        mimetype: Some("text/x-rhai".to_owned()),
        file_extension: Some(".rhai".to_owned()),
        // Neither Pygments nor CodeMirror knows Rhai; Rust is the closest that both know. An empty
        // lexer breaks nbconvert, and JupyterLab finds no mode by the MIME type.
        pygments_lexer: Some("rust".to_owned()),
        codemirror_mode: Some(CodeMirrorMode::Simple("rust".to_owned())),
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
        assert_eq!(body["supported_features"], json!([]));
        assert_eq!(body["language_info"]["codemirror_mode"], "rust");
        assert_eq!(body["language_info"]["pygments_lexer"], "rust");
        assert_eq!(body["language_info"]["file_extension"], ".rhai");
    }
}
