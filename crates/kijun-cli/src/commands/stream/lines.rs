//! Lines of the input, a bounded number of them at a time.

use std::collections::VecDeque;
use std::io::{BufRead, ErrorKind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The longest line that is read, in bytes without its line end: 32 MB.
pub(super) const LONGEST: usize = 32 << 20;

/// How much of a longer line is kept, in bytes: enough to find its facility.
const KEPT: usize = 4 << 10;

/// At most so many lines, and bytes unless it is one line, wait to be assessed.
const WAITING_LINES: usize = 64;
const WAITING_BYTES: usize = 8 << 20;

/// A line that is not blank.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    /// Counted from the number of the first line; blank lines count.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether it is longer than [`LONGEST`]: `bytes` is its beginning.
    pub(super) too_long: bool,
}

/// Reads the next line that is not blank; `None` at the end. `number` is that of the line to read, and is moved on.
pub(super) fn next_line(
    input: &mut dyn BufRead,
    number: &mut u64,
    longest: usize,
) -> std::io::Result<Option<Line>> {
    while let Some((bytes, too_long)) = next_bytes(input, longest)? {
        let line = Line { number: *number, bytes: without_marks(bytes, *number == 1), too_long };
        *number += 1;
        if !line.bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

/// The bytes up to the next line end, and whether they are only the beginning of a line that is too long.
fn next_bytes(input: &mut dyn BufRead, longest: usize) -> std::io::Result<Option<(Vec<u8>, bool)>> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            return Ok((length > 0).then_some((bytes, length > longest)));
        }
        let end = memchr::memchr(b'\n', buffer);
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
        length += part.len();
        if length <= longest {
            bytes.extend_from_slice(part);
        } else {
            let room = KEPT.saturating_sub(bytes.len()).min(part.len());
            bytes.extend_from_slice(part.get(..room).unwrap_or(part));
            bytes.truncate(KEPT);
            bytes.shrink_to_fit();
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some((bytes, length > longest)));
        }
    }
}

/// The line without a carriage return at its end, and without a byte order mark at the beginning of the input.
fn without_marks(mut bytes: Vec<u8>, first: bool) -> Vec<u8> {
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if first && bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    bytes
}

/// What was read and waits to be assessed. Who reads ahead of the assessment waits, and so memory stays bounded; who
/// assesses takes what is there, and so the answer to a single line does not wait for more.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<Line>,
    bytes: usize,
    ended: bool,
    failure: Option<std::io::Error>,
}

impl Queue {
    /// Reads everything into the queue.
    pub(super) fn fill(&self, input: &mut dyn BufRead, first_line: u64) {
        let mut number = first_line;
        loop {
            match next_line(input, &mut number, LONGEST) {
                Ok(Some(line)) => self.push(line),
                Ok(None) => return self.end(None),
                Err(error) => return self.end(Some(error)),
            }
        }
    }

    fn push(&self, line: Line) {
        let mut state = self.lock();
        let is_full = |s: &State| {
            s.lines.len() >= WAITING_LINES
                || (!s.lines.is_empty() && s.bytes + line.bytes.len() > WAITING_BYTES)
        };
        while is_full(&state) && !state.ended {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.ended {
            return;
        }
        state.bytes += line.bytes.len();
        state.lines.push_back(line);
        self.changed.notify_all();
    }

    fn end(&self, failure: Option<std::io::Error>) {
        let mut state = self.lock();
        (state.ended, state.failure) = (true, failure);
        self.changed.notify_all();
    }

    /// The lines that wait, at least one; none at the end of the input.
    pub(super) fn take(&self) -> Vec<Line> {
        let mut state = self.lock();
        while state.lines.is_empty() && !state.ended {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.bytes = 0;
        let lines = state.lines.drain(..).collect();
        self.changed.notify_all();
        lines
    }

    /// Lets nobody wait any longer: what comes is not assessed.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.lines.clear();
        state.ended = true;
        self.changed.notify_all();
    }

    /// Why reading ended before the end of the input, if it did.
    pub(super) fn failure(&self) -> Option<std::io::Error> {
        self.lock().failure.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(input: &[u8], longest: usize) -> Vec<(u64, String, bool)> {
        let mut input = BufReader::with_capacity(5, input);
        let mut number = 1;
        let mut out = Vec::new();
        while let Some(line) = next_line(&mut input, &mut number, longest).unwrap() {
            out.push((line.number, String::from_utf8(line.bytes).unwrap(), line.too_long));
        }
        out
    }

    #[test]
    fn blank_lines_count_and_are_passed_over() {
        let line = |number, text: &str| (number, text.to_owned(), false);
        assert_eq!(
            lines(b"\xEF\xBB\xBF{first}\r\n\n  \r\nx\n\nthe last one", 100),
            [line(1, "{first}"), line(4, "x"), line(6, "the last one")]
        );
        assert!(lines(b"", 100).is_empty());
        assert!(lines(b"\n\n", 100).is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_not_held() {
        let long = "x".repeat(3 * KEPT);
        let input = format!("{long}\nshort\n{}\n", "y".repeat(8));
        let found = lines(input.as_bytes(), 2 * KEPT);
        assert_eq!(found[0], (1, "x".repeat(KEPT), true));
        assert_eq!(found[1..], [(2, "short".to_owned(), false), (3, "yyyyyyyy".to_owned(), false)]);
        let by_length: Vec<bool> =
            lines(b"12345678\n123456789\n", 8).iter().map(|(.., too_long)| *too_long).collect();
        assert_eq!(by_length, [false, true]);
    }

    #[test]
    fn the_queue_keeps_order_and_ends() {
        let queue = Queue::default();
        let text: String = (0..500).map(|i| format!("{i}\n")).collect();
        let mut seen = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(|| queue.fill(&mut text.as_bytes(), 1));
            loop {
                let lines = queue.take();
                assert!(lines.len() <= WAITING_LINES);
                if lines.is_empty() {
                    break;
                }
                seen.extend(lines.into_iter().map(|l| l.number));
            }
        });
        assert_eq!(seen, (1..=500).collect::<Vec<u64>>());
        assert!(queue.failure().is_none());
    }
}
