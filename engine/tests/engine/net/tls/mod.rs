//! TLS, against itself and against Python's `ssl`, which is OpenSSL.

mod certificates;
mod contexts;
mod failures;
mod python;
mod server_side;
mod transfers;

use flowno_engine::net::tls::{TlsContext, TlsError};
use flowno_engine::net::{Address, SocketError, SocketHandle, SocketOptions, socket};

use self::certificates::{Authority, Identity};
use super::listener;

fn client_options(authority: &Authority) -> SocketOptions {
    let context = TlsContext::client().ca_pem(authority.pem()).build().expect("a CA");
    SocketOptions { use_tls: true, ssl_context: Some(context), ..SocketOptions::default() }
}

fn server_options(identity: &Identity) -> SocketOptions {
    let context = TlsContext::server_from_pem(identity.chain.as_bytes(), identity.key.as_bytes());
    SocketOptions {
        use_tls: true,
        ssl_context: Some(context.expect("an identity")),
        ..SocketOptions::default()
    }
}

fn client(authority: &Authority) -> SocketHandle {
    socket(client_options(authority)).expect("a socket")
}

async fn server(identity: &Identity) -> (SocketHandle, Address) {
    listener(server_options(identity)).await.expect("a listener")
}

/// A TLS error, by its debug text's first word.
fn kind(error: &SocketError) -> String {
    let text = error.tls().map_or_else(|| format!("{error:?}"), |error: &TlsError| format!("{error:?}"));
    text.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}
