//! What is asked: a request from its options, and following redirects.

use std::path::PathBuf;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName,
    HeaderValue, LOCATION, USER_AGENT,
};
use hyper::{Method, Request, Response, StatusCode};
use rhai::{EvalAltResult, Map, Position};
use url::Url;

use super::exchange::Connection;
use super::json;
use crate::engine::net::{Address, SocketOptions, socket};
use crate::gate::{Access, Gate};
use crate::net::{self, Options, client_context};
use crate::report::error_map;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The options of all calls.
const OPTIONS: [&str; 7] =
    ["body", "json", "headers", "timeout", "ca_file", "server_hostname", "max_redirects"];

/// How many redirects are followed unless an option says otherwise: browsers follow 20, curl 50, a loop for ever.
const REDIRECTS_MAX: i64 = 10;

/// How requests name who asks.
const AGENT: &str = concat!("flowno/", env!("CARGO_PKG_VERSION"));

/// A request to be sent.
pub(super) struct Ask {
    method: Method,
    pub(super) url: Url,
    headers: HeaderMap,
    body: Bytes,
    pub(super) timeout: Duration,
    ca_file: Option<PathBuf>,
    server_hostname: Option<String>,
    redirects_left: i64,
    gate: Gate,
    pub(super) position: Position,
}

impl Ask {
    pub(super) fn new(
        function: &str,
        method: &str,
        url: &str,
        options: &Map,
        gate: Gate,
        position: Position,
    ) -> Result<Self> {
        let options = Options::new(function, options, &OPTIONS, position)?;
        let invalid = |what: String| error_map("ValueError", &what, position);
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| invalid(format!("{method:?} is no method of HTTP")))?;
        let (headers, body) = content(&options, position)?;
        let redirects = options.get("max_redirects").map(|value| value.as_int().ok().filter(|n| *n >= 0));
        let Some(redirects_left) = redirects.unwrap_or(Some(REDIRECTS_MAX)) else {
            return Err(invalid("max_redirects is a number from 0".to_owned()));
        };
        Ok(Self {
            method,
            url: parse(url).map_err(invalid)?,
            headers,
            body,
            timeout: options.timeout()?,
            ca_file: options.file("ca_file", gate)?,
            server_hostname: options.text("server_hostname")?,
            redirects_left,
            gate,
            position,
        })
    }

    /// The default of a header that the caller has not set.
    pub(super) fn prefer(&mut self, header: HeaderName, value: &'static str) {
        self.headers.entry(header).or_insert(HeaderValue::from_static(value));
    }

    /// Sends it, again where redirects lead, and gives the answer as soon as its head is there.
    pub(super) async fn send(&mut self) -> Result<(Connection, Response<Incoming>)> {
        loop {
            let (connection, response) = self.send_once().await?;
            let Some(next) = redirect(&self.url, &response) else { return Ok((connection, response)) };
            if self.redirects_left == 0 {
                return Err(self.failed("too many redirects".to_owned()));
            }
            self.redirects_left -= 1;
            self.turn_to(next, response.status())?;
        }
    }

    /// Goes where a redirect leads: as `GET` where browsers do so, and without what only the first was to know.
    fn turn_to(&mut self, next: std::result::Result<Url, String>, status: StatusCode) -> Result<()> {
        let next = next.map_err(|why| self.failed(why))?;
        let is_changed = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if is_changed {
            self.method = Method::GET;
            self.body = Bytes::new();
            self.headers.remove(CONTENT_TYPE);
        }
        if next.origin() != self.url.origin() {
            self.headers.remove(AUTHORIZATION);
            self.headers.remove(COOKIE);
            self.headers.remove(HOST);
        }
        self.url = next;
        Ok(())
    }

    async fn send_once(&self) -> Result<(Connection, Response<Incoming>)> {
        let (host, port) = self.target();
        self.gate.pass(Access::Net, &format!("connect to {host}:{port}"), self.position)?;
        let use_tls = self.url.scheme() == "https";
        let context = use_tls.then(|| client_context(self.ca_file.clone())).transpose();
        let options = SocketOptions {
            use_tls,
            ssl_context: context.map_err(|error| error_map("TlsError", &error.to_string(), self.position))?,
            server_hostname: self.server_hostname.clone(),
            ..SocketOptions::default()
        };
        let socket = socket(options).map_err(|error| net::raise(&error, self.position))?;
        let connected = socket.connect(Address::Host(host, port)).await;
        connected.map_err(|error| net::raise(&error, self.position))?;
        Connection::send(socket, self.request()?, self.position).await
    }

    /// The host, without the brackets of an IPv6 address, and the port.
    fn target(&self) -> (String, u16) {
        let host = self.url.host_str().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        (host.to_owned(), self.url.port_or_known_default().unwrap_or(80))
    }

    fn request(&self) -> Result<Request<Full<Bytes>>> {
        let target = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        let authority = &self.url[url::Position::BeforeHost..url::Position::AfterPort];
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(target)
            .header(HOST, authority)
            .body(Full::new(self.body.clone()))
            .map_err(|error| self.failed(error.to_string()))?;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        for name in self.headers.keys() {
            headers.remove(name);
        }
        headers.extend(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let expects_body = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        if expects_body || !self.body.is_empty() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        }
        Ok(request)
    }

    fn failed(&self, why: String) -> Box<EvalAltResult> {
        error_map("HttpError", &format!("{} {}: {why}", self.method, self.url), self.position)
    }
}

/// The headers and the body that options ask for.
fn content(options: &Options<'_>, position: Position) -> Result<(HeaderMap, Bytes)> {
    let invalid = |what: String| error_map("ValueError", &what, position);
    let mut headers = HeaderMap::new();
    for (name, value) in options.map("headers")?.unwrap_or_default() {
        let header = HeaderName::from_bytes(name.as_bytes());
        let text = value.clone().into_string().unwrap_or_else(|_| value.to_string());
        match (header, HeaderValue::from_str(&text)) {
            (Ok(header), Ok(value)) => headers.append(header, value),
            _ => return Err(invalid(format!("{name}: {text:?} is no header of HTTP"))),
        };
    }
    let body = options.bytes("body")?;
    let Some(value) = options.get("json") else { return Ok((headers, body.unwrap_or_default().into())) };
    if body.is_some() {
        return Err(invalid("a request has either a body or json, not both".to_owned()));
    }
    let text = json::text_of(value).map_err(invalid)?;
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Ok((headers, text.into()))
}

fn parse(text: &str) -> std::result::Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{text:?} is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{text:?}: only http: and https: are spoken here"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL carries no name or password here: set the header authorization".to_owned());
    }
    Ok(url)
}

/// Where an answer leads; `None` if it does not.
fn redirect(url: &Url, response: &Response<Incoming>) -> Option<std::result::Result<Url, String>> {
    let leads = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = response.headers().get(LOCATION).filter(|_| leads)?;
    let text = String::from_utf8_lossy(location.as_bytes());
    Some(
        url.join(&text)
            .map_err(|error| format!("a redirect to {text:?}: {error}"))
            .and_then(|url| parse(url.as_str())),
    )
}
