//! Rows of tab-separated text, read in parallel from memory-mapped files.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Bytes that one task reads.
const CHUNK: usize = 1 << 18;

/// Tab-separated text with one header line.
pub struct Text {
    name: &'static str,
    bytes: Mmap,
}

/// Where in the text a cell stands, in bytes.
#[derive(Clone, Copy)]
pub struct Place {
    pub start: u32,
    pub end: u32,
}

impl Text {
    /// Maps a file of less than 4 GiB.
    #[allow(unsafe_code)]
    pub fn open(folder: &Path, name: &'static str) -> Result<Text, String> {
        let path = folder.join(name);
        let said = |e| format!("{}: {e}", path.display());
        let file = File::open(&path).map_err(said)?;
        // SAFETY: nobody writes to the files of a comparison while it runs.
        let bytes = unsafe { Mmap::map(&file) }.map_err(said)?;
        match u32::try_from(bytes.len()) {
            Ok(_) => Ok(Text { name, bytes }),
            Err(_) => Err(format!("{}: larger than 4 GiB", path.display())),
        }
    }

    /// A value from each row, in order. `N`: cells of a row.
    pub fn rows<'t, const N: usize, T: Send, C: FromIterator<T>>(
        &'t self,
        columns: [&str; N],
        read: impl Fn([&'t [u8]; N]) -> Result<T, String> + Sync,
    ) -> Result<C, String> {
        let end = memchr::memchr(b'\n', &self.bytes).unwrap_or(self.bytes.len());
        let (header, body) = self.bytes.split_at(end);
        if cells(header)? != columns.map(str::as_bytes) {
            return Err(format!("{}: the columns are not {}", self.name, columns.join(", ")));
        }
        let row = |line| cells(line).and_then(&read).map_err(|e| self.fault(line, &e));
        let parts: Vec<Vec<T>> = chunks(body.get(1..).unwrap_or_default())
            .into_par_iter()
            .map(|chunk| lines(chunk).map(row).collect())
            .collect::<Result<_, String>>()?;
        Ok(Counted { left: parts.iter().map(Vec::len).sum(), items: parts.into_iter().flatten() }.collect())
    }

    /// `part`: a piece of this text.
    pub fn place(&self, part: &[u8]) -> Place {
        let start = (part.as_ptr().addr() - self.bytes.as_ptr().addr()) as u32;
        Place { start, end: start + part.len() as u32 }
    }

    /// Says what is wrong with a piece of this text, and where it stands.
    pub fn fault(&self, part: &[u8], what: &str) -> String {
        let before = &self.bytes[..self.place(part).start as usize];
        format!("{}, line {}: {what}", self.name, memchr::memchr_iter(b'\n', before).count() + 1)
    }
}

/// Says how many items come, so that a collection asks for its memory once.
struct Counted<I> {
    items: I,
    left: usize,
}

impl<I: Iterator> Iterator for Counted<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.left = self.left.saturating_sub(1);
        self.items.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

/// Pieces that end at a line's end.
fn chunks(mut text: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    while text.len() > CHUNK {
        let end = memchr::memchr(b'\n', &text[CHUNK..]).map_or(text.len(), |at| CHUNK + at + 1);
        let (chunk, rest) = text.split_at(end);
        out.push(chunk);
        text = rest;
    }
    out.push(text);
    out
}

fn lines(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let line = &text[..end];
        text = text.get(end + 1..).unwrap_or_default();
        Some(line)
    })
}

fn cells<const N: usize>(line: &[u8]) -> Result<[&[u8]; N], String> {
    let mut out = [&line[..0]; N];
    let mut cells = line.split(|&byte| byte == b'\t');
    for slot in &mut out {
        *slot = cells.next().ok_or_else(|| format!("too few cells: {}", said(line)))?;
    }
    match cells.next() {
        None => Ok(out),
        Some(_) => Err(format!("too many cells: {}", said(line))),
    }
}

pub fn said(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Rows of a register by their ids.
pub struct Ids<'t>(FxHashMap<&'t [u8], u32>);

impl<'t> Ids<'t> {
    pub fn new(text: &Text, ids: impl ExactSizeIterator<Item = &'t [u8]>) -> Result<Ids<'t>, String> {
        let mut rows = FxHashMap::with_capacity_and_hasher(ids.len(), Default::default());
        for (row, id) in (0..).zip(ids) {
            if id.is_empty() || rows.insert(id, row).is_some() {
                return Err(text.fault(id, &format!("no id, or one that is given twice: {}", said(id))));
            }
        }
        Ok(Ids(rows))
    }

    pub fn row(&self, id: &[u8]) -> Result<u32, String> {
        self.0.get(id).copied().ok_or_else(|| format!("no such record: {}", said(id)))
    }

    /// A reference that may be unknown.
    pub fn known(&self, cell: &[u8]) -> Result<Option<u32>, String> {
        if cell.is_empty() { Ok(None) } else { self.row(cell).map(Some) }
    }
}
