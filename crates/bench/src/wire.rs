//! HTTP/1.1 over a kept connection, as little as a client can do, so that what is measured is the server.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Outcome;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest head of an answer.
const MAX_HEAD: usize = 64 * 1024;

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Sends a request and waits for its answer.
    pub fn send(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.stream.write_all(request)?;
        self.received.clear();
        let head_len = self.read_head()?;
        let (status, body_len) = read_lines(self.received.get(..head_len).unwrap_or_default())?;
        while self.received.len() < head_len + body_len {
            self.receive()?;
        }
        let body = self.received.get(head_len..head_len + body_len).unwrap_or_default().to_vec();
        Ok(Answer { status, body })
    }

    fn read_head(&mut self) -> Outcome<usize> {
        loop {
            if let Some(at) = self.received.windows(4).position(|window| window == b"\r\n\r\n") {
                return Ok(at + 4);
            }
            if self.received.len() > MAX_HEAD {
                return Err("the answer's head has no end".into());
            }
            self.receive()?;
        }
    }

    fn receive(&mut self) -> Outcome {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer)? {
            0 => Err("the server closed the connection".into()),
            count => {
                self.received.extend_from_slice(buffer.get(..count).unwrap_or_default());
                Ok(())
            }
        }
    }
}

/// Status and length of the body.
fn read_lines(head: &[u8]) -> Outcome<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let status = head.split(' ').nth(1).ok_or("an answer without status")?.parse()?;
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    if fields.clone().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")) {
        return Err("a chunked answer, which this client does not read".into());
    }
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Ok((status, length.map_or(Ok(0), |(_, value)| value.trim().parse())?))
}

/// A GET over a kept connection.
pub fn get(address: SocketAddr, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("GET {target} HTTP/1.1\r\nhost: localhost:{}\r\n", address.port());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    (text + "\r\n").into_bytes()
}
