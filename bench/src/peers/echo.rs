//! Both ends of an echo connection, for sockets whose methods have the same names though their traits differ.

/// Defines `serve` and `ask` for a type of stream. The traits with its methods must be in scope.
macro_rules! echo_ends {
    ($stream:ty) => {
        async fn serve(mut stream: $stream) {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                stream.write_all(&buffer[..length]).await.expect("open");
            }
        }

        async fn ask(address: std::net::SocketAddr, trips: u64) {
            let mut stream = <$stream>::connect(address).await.expect("a server");
            let mut message = [7; $crate::work::MESSAGE_BYTES];
            for _ in 0..trips {
                stream.write_all(&message).await.expect("open");
                stream.read_exact(&mut message).await.expect("an answer");
            }
        }
    };
}
