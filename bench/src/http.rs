//! A small HTTP client that costs little: one connection kept open, requests rendered beforehand, bodies whose length
//! is announced. It reads what furusu sends and no more of HTTP than that.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Res;

/// The end of a response's head.
const END: &[u8] = b"\r\n\r\n";

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(to: SocketAddr) -> Res<Self> {
        let stream = TcpStream::connect(to).map_err(|e| format!("cannot connect to {to}: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(|e| e.to_string())?;
        Ok(Self { stream, buffer: vec![0; 64 << 10] })
    }

    /// Sends a request and reads the whole answer: its status and its body.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Res<(u16, &[u8])> {
        let broken = |e: std::io::Error| format!("the connection broke: {e}");
        self.stream.write_all(request).map_err(broken)?;
        let mut filled = 0;
        let mut whole: Option<(usize, usize)> = None;
        loop {
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            let n = match self.stream.read(&mut self.buffer[filled..]) {
                // Whoever looks on may have stopped this process for a moment.
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                read => read.map_err(broken)?,
            };
            if n == 0 {
                return Err("the service closed the connection".to_owned());
            }
            filled += n;
            if whole.is_none() {
                let head = self.buffer[..filled].windows(END.len()).position(|part| part == END);
                if let Some(head) = head {
                    let body = head + END.len();
                    whole = Some((body, body + length(&self.buffer[..head])?));
                }
            }
            if let Some((body, end)) = whole {
                if filled == end {
                    return Ok((status(&self.buffer)?, &self.buffer[body..end]));
                }
                if end > self.buffer.len() {
                    self.buffer.resize(end, 0);
                }
            }
        }
    }
}

/// `HTTP/1.1 200 OK`
fn status(answer: &[u8]) -> Res<u16> {
    let digits = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| "the answer has no status".to_owned())
}

fn length(head: &[u8]) -> Res<usize> {
    let head = std::str::from_utf8(head).map_err(|e| e.to_string())?;
    let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let length = fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.and_then(|(_, value)| value.trim().parse().ok()).ok_or_else(|| "the answer has no Content-Length".to_owned())
}

/// A request's bytes: `GET` without a body, `POST` of JSON with one.
pub(crate) fn render(path: &str, token: &str, body: Option<&str>) -> Vec<u8> {
    let common = format!("HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n");
    match body {
        None => format!("GET {path} {common}\r\n"),
        Some(body) => {
            let length = body.len();
            format!("POST {path} {common}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        }
    }
    .into_bytes()
}

/// A value in a query string.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
