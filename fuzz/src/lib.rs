//! What the fuzz targets share: a request out of any bytes, written as HTTP/1.1 would have it, so that a seed is a text
//! a person can read; and the way of a request through one wire protocol.
//!
//! What comes in: bytes. What goes out: nothing; a target fails by a panic, a hang, or too much memory.

#[cfg(feature = "rooms")]
pub mod house;

use aws_protocol::Protocol;
use bytes::Bytes;

/// A request: `METHOD target`, lines `name: value`, an empty line, the body. What is missing is empty.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// Reads any bytes; `None` where the head is not UTF-8, which no listener lets in.
    pub fn read(data: &'a [u8]) -> Option<Self> {
        let end = data.windows(2).position(|pair| pair == b"\n\n");
        let (head, body) = end.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
        let mut lines = std::str::from_utf8(head).ok()?.split('\n');
        let (method, target) = lines.next()?.split_once(' ')?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let field =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        Some(Self { method, path, query, headers: lines.filter_map(field).collect(), body })
    }

    /// As the listener hands it over; `None` where it would not have.
    pub fn parts(&self) -> Option<http::request::Parts> {
        let target = if self.query.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, self.query) };
        let mut builder = http::Request::builder().method(self.method).uri(target);
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        Some(builder.body(()).ok()?.into_parts().0)
    }
}

/// Routes and decodes a request, and renders what is refused: it must be the caller's fault, in the protocol's words.
pub fn decode(protocol: &Protocol, data: &[u8]) {
    let Some(request) = Request::read(data) else { return };
    let Some(parts) = request.parts() else { return };
    let body = Bytes::copy_from_slice(request.body);
    let outcome = protocol.route(&parts, &body).and_then(|routed| protocol.decode(&routed, &parts, &body));
    if let Err(error) = outcome {
        assert!((400..500).contains(&error.status), "{error:?}");
        protocol.encode_error(&error, "r");
    }
}
