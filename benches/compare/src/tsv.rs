//! Rows of tab-separated text, read in parallel from memory-mapped files.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Bytes that one task reads.
const CHUNK: usize = 1 << 18;

#[allow(unsafe_code)]
pub fn map(folder: &Path, name: &str) -> Result<Mmap, String> {
    let path = folder.join(name);
    let said = |e| format!("{}: {e}", path.display());
    let file = File::open(&path).map_err(said)?;
    // SAFETY: nobody writes to the files of a comparison while it runs.
    unsafe { Mmap::map(&file) }.map_err(said)
}

/// A value from each row after the header, in order. `N`: cells of a row.
pub fn rows<'t, const N: usize, T: Send>(
    text: &'t [u8],
    read: impl Fn([&'t [u8]; N]) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    let body = match memchr::memchr(b'\n', text) {
        Some(end) => &text[end + 1..],
        None => &[],
    };
    let parts: Vec<Vec<T>> = chunks(body)
        .into_par_iter()
        .map(|chunk| lines(chunk).map(|line| read(cells(line)?)).collect())
        .collect::<Result<_, String>>()?;
    Ok(parts.into_iter().flatten().collect())
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
    pub fn new(ids: impl ExactSizeIterator<Item = &'t [u8]>) -> Result<Ids<'t>, String> {
        let mut rows = FxHashMap::with_capacity_and_hasher(ids.len(), Default::default());
        for (row, id) in (0..).zip(ids) {
            if rows.insert(id, row).is_some() {
                return Err(format!("twice: {}", said(id)));
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
