//! Keeps what is no message away from the reader behind it, which stops at the first one. What cannot be read is answered with
//! an error, as the protocol wants, and reading goes on.

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tower_lsp::jsonrpc::{Request, Response};

/// The method that stands in for a message that cannot be read.
pub(crate) const MALFORMED: &str = "kijun/malformed";

/// Hands on every message of `input`.
pub(crate) async fn forward(input: impl AsyncRead + Unpin, mut to: DuplexStream) {
    let mut input = BufReader::new(input);
    while let Some(body) = next(&mut input).await {
        let body = if is_message(&body) { body } else { stand_in() };
        let head = format!("Content-Length: {}\r\n\r\n", body.len());
        if to.write_all(head.as_bytes()).await.is_err() || to.write_all(&body).await.is_err() {
            return;
        }
    }
}

/// The next body; `None` at the end. Lines that are no header are passed over.
async fn next(input: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Vec<u8>> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        match (line.trim(), length) {
            ("", Some(length)) => {
                let mut body = Vec::new();
                let read = input.take(length).read_to_end(&mut body).await.ok()?;
                return (read as u64 == length).then_some(body);
            }
            (header, _) => {
                let stated =
                    header.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
                length = stated.and_then(|(_, value)| value.trim().parse().ok()).or(length);
            }
        }
    }
}

fn is_message(body: &[u8]) -> bool {
    serde_json::from_slice::<Request>(body).is_ok() || serde_json::from_slice::<Response>(body).is_ok()
}

fn stand_in() -> Vec<u8> {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"{MALFORMED}\"}}").into_bytes()
}
