//! Sockets and HTTP.

use super::Word;

const ON_SOCKET: &[&str] = &["Socket"];
const ON_EVENTS: &[&str] = &["EventStream"];
const ON_RESPONSE: &[&str] = &["HttpResponse"];

pub(super) const WORDS: &[Word] = &[
    Word::function(
        "socket",
        "socket() -> Socket\nsocket(options: map) -> Socket",
        "A TCP socket, or as the options say: `use_tls`, `server_hostname`, `ca_file`, `cert_file` and `key_file` (a TLS server), `family` (`inet`, `inet6`, `unix`), `type` (`stream`, `dgram`), `timeout` (30 s to connect).",
    )
    .example("let s = socket(#{ use_tls: true, timeout: 5 })"),
    Word::method(
        ON_SOCKET,
        "connect",
        "socket.connect([host: string, port: int])\nsocket.connect(path: string)",
        "Connects, with TLS shaking hands too.",
    ),
    Word::method(
        ON_SOCKET,
        "bind",
        "socket.bind([host: string, port: int])\nsocket.bind(path: string)",
        "Takes an address of this machine; port 0 is any that is free.",
    ),
    Word::method(ON_SOCKET, "listen", "socket.listen()\nsocket.listen(n: int)", "Listens; `n` connections may wait (128)."),
    Word::method(ON_SOCKET, "accept", "socket.accept() -> array", "Waits for a connection: `[socket, address]`."),
    Word::method(
        ON_SOCKET,
        "recv",
        "socket.recv(n: int) -> blob",
        "Waits for at most `n` bytes (64 KiB), or one datagram; empty at the end.",
    ),
    Word::method(ON_SOCKET, "send", "socket.send(data: string|blob) -> int", "Sends what there is room for; how many bytes."),
    Word::method(ON_SOCKET, "sendAll", "socket.sendAll(data: string|blob)", "Sends all of it."),
    Word::method(ON_SOCKET, "local_address", "socket.local_address()", "This side's address: `[host, port]`, or a path."),
    Word::method(&["Socket", "EventStream"], "close", "x.close()", "Closes the connection; whoever waits for it is told."),
    Word::method(&["Socket", "EventStream"], "is_closed", "x.is_closed() -> bool", "Whether it is closed."),
    Word::function(
        "http::get",
        "http::get(url: string) -> HttpResponse\nhttp::get(url: string, options: map) -> HttpResponse",
        "Asks a server. Options of all calls: `body` (string or blob), `json`, `headers`, `timeout` (30 s), `ca_file`, `server_hostname`, `max_redirects` (10).",
    )
    .example("let r = http::get(\"http://localhost:8000/\");\nr.json().items"),
    Word::function("http::post", "http::post(url: string, options: map) -> HttpResponse", "A POST request; options as `http::get`.")
        .example("http::post(\"http://localhost:8000/\", #{ json: #{ a: 1 } })"),
    Word::function("http::put", "http::put(url: string, options: map) -> HttpResponse", "A PUT request; options as `http::get`."),
    Word::function("http::patch", "http::patch(url: string, options: map) -> HttpResponse", "A PATCH request; options as `http::get`."),
    Word::function("http::delete", "http::delete(url: string) -> HttpResponse", "A DELETE request; options as `http::get`."),
    Word::function("http::head", "http::head(url: string) -> HttpResponse", "A HEAD request; options as `http::get`."),
    Word::function(
        "http::request",
        "http::request(method: string, url: string, options: map) -> HttpResponse",
        "A request of any method; options as `http::get`.",
    ),
    Word::function(
        "http::stream_get",
        "http::stream_get(url: string, options: map) -> EventStream",
        "Server-sent events as they come, each `#{ event, data, id }`. Leaving the loop closes the connection.",
    )
    .example("for e in http::stream_get(\"http://localhost:8000/\") { print(e.data); break }"),
    Word::function("http::stream_post", "http::stream_post(url: string, options: map) -> EventStream", "As `http::stream_get`, by POST."),
    Word::function("http::stream_put", "http::stream_put(url: string, options: map) -> EventStream", "As `http::stream_get`, by PUT."),
    Word::function("http::stream_patch", "http::stream_patch(url: string, options: map) -> EventStream", "As `http::stream_get`, by PATCH."),
    Word::function("http::stream_delete", "http::stream_delete(url: string, options: map) -> EventStream", "As `http::stream_get`, by DELETE."),
    Word::function(
        "http::stream_request",
        "http::stream_request(method: string, url: string, options: map) -> EventStream",
        "As `http::stream_get`, by any method.",
    ),
    Word::method(ON_EVENTS, "next", "events.next()", "The next event, which it waits for; `()` at the end."),
    Word::property(ON_RESPONSE, "status", "response.status -> int", "The status: 200, 404."),
    Word::property(ON_RESPONSE, "ok", "response.ok -> bool", "Whether the status is from 200 to 299."),
    Word::property(ON_RESPONSE, "url", "response.url -> string", "Where it came from, after redirects."),
    Word::property(ON_RESPONSE, "headers", "response.headers -> map", "The headers, by names in lower case."),
    Word::property(ON_RESPONSE, "body", "response.body", "The body: a string if it is text, else a blob."),
    Word::method(ON_RESPONSE, "text", "response.text() -> string", "The body as text, whatever it is."),
    Word::method(ON_RESPONSE, "json", "response.json()", "The value that the body stands for."),
];
