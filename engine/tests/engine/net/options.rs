use flowno_engine::net::{Kind, SocketError, SocketOptions, socket};

use super::{listener, run};

/// The numbers that the registry of protocols gives to TCP and UDP.
const TCP: i32 = 6;
const UDP: i32 = 17;

#[test]
fn the_defaults_are_flownos() {
    let options = SocketOptions::default();
    assert_eq!((options.family, options.kind, options.proto), (None, Kind::Stream, None));
    assert!(!options.use_tls && options.ssl_context.is_none() && options.server_hostname.is_none());
    #[cfg(unix)]
    assert!(options.fileno.is_none());
}

#[test]
fn a_protocol_by_its_number() {
    run(async {
        let (_listener, address) = listener(SocketOptions::default()).await.unwrap();
        let of = |proto| socket(SocketOptions { proto: Some(proto), ..SocketOptions::default() }).unwrap();
        of(TCP).connect(address.clone()).await.unwrap();
        let refused = of(UDP).connect(address).await;
        assert!(matches!(refused, Err(SocketError::Os { .. })), "{refused:?}");
    });
}

#[test]
fn an_option_that_cannot_be_set_says_so() {
    let error = super::plain().set_nodelay(true).unwrap_err().to_string();
    assert_eq!(error, "cannot set an option of the connection: the socket is not connected");
}
