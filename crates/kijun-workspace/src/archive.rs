//! The archive of a pack, `NAME-VERSION.kpack`: a zip file in the one form that `kijun pack` writes. Files stand in the order of
//! their names, uncompressed, with one date and one mode, so that the bytes follow from the content alone, whatever wrote
//! them; and a file that is not exactly in that form is not read. There is thus nothing that two readers could take
//! differently: no second file of a name, nothing hidden between entries, no link, and nothing that grows when it is unpacked.
//! (PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.)

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use kijun_text::Label;

use crate::names;

/// The files of a pack by name, with `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) const MAX_FILES: usize = 10_000;
pub(crate) const MAX_FILE: usize = 16 << 20;
/// Of all files together; an archive is little more.
pub(crate) const MAX_TOTAL: usize = 64 << 20;
const MAX_ARCHIVE: usize = MAX_TOTAL + MAX_TOTAL / 4;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_SIZE: usize = 22;
/// Made on Unix, by version 2.0 of the format, which is needed to read it.
const MADE_BY: u16 = 3 << 8 | 20;
const NEEDED: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1980-01-01, the first day that the format knows.
const DATE: u16 = 1 << 5 | 1;
const MODE: u32 = 0o100_644 << 16;

/// The bytes of an archive of these files.
///
/// # Errors
/// What a pack may not hold.
pub(crate) fn write(files: &Files) -> Result<Vec<u8>, Label> {
    limits(files)?;
    Ok(bytes(files))
}

/// The files of an archive on disk.
///
/// # Errors
/// When it cannot be read from the disk; within: what is wrong with it.
pub(crate) fn open(path: &Path) -> Result<Result<Files, Label>, std::io::Error> {
    let of = std::fs::metadata(path)?;
    if !of.is_file() {
        return Ok(Err(Label::new("通常のファイルではありません", "it is no regular file")));
    }
    if of.len() > MAX_ARCHIVE as u64 {
        return Ok(Err(too_large()));
    }
    Ok(read(&std::fs::read(path)?))
}

/// The files of an archive.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(archive: &[u8]) -> Result<Files, Label> {
    if archive.len() > MAX_ARCHIVE {
        return Err(too_large());
    }
    let end = archive.len().checked_sub(END_SIZE).filter(|at| word(archive, *at) == Some(END));
    let end = end.ok_or_else(|| {
        let is_zip = word(archive, 0) == Some(LOCAL);
        if is_zip {
            cut_off()
        } else {
            Label::new("パックの書庫ではありません", "it is no archive of a pack")
        }
    })?;
    let count = usize::from(half(archive, end + 10).unwrap_or(0));
    if count > MAX_FILES {
        return Err(too_many());
    }
    let mut at = word(archive, end + 16).unwrap_or(0) as usize;
    let mut files = Files::new();
    for _ in 0..count {
        let entry = Entry::at(archive, at).ok_or_else(cut_off)?;
        let (name, content) = entry.checked(archive)?;
        if files.insert(name.to_owned(), content.to_vec()).is_some() {
            return Err(twice(name, name));
        }
        at = entry.next;
    }
    limits(&files)?;
    // Whatever else could be told by an archive (comments, gaps, other fields, another order) is told by its bytes.
    if bytes(&files) == archive {
        return Ok(files);
    }
    Err(Label::new(
        "`kijun pack` の書く形ではありません(余分なデータがあるか、順序や属性が違います)",
        "it is not in the form that `kijun pack` writes: there is more in it, or order or attributes differ",
    ))
}

/// What the directory of an archive says of a file.
struct Entry<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    crc: u32,
    size: usize,
    attributes: u32,
    local: usize,
    /// Where the next entry starts.
    next: usize,
}

impl<'a> Entry<'a> {
    fn at(archive: &'a [u8], at: usize) -> Option<Entry<'a>> {
        let half = |offset: usize| half(archive, at.checked_add(offset)?);
        let word = |offset: usize| word(archive, at.checked_add(offset)?);
        if word(0)? != CENTRAL {
            return None;
        }
        let (name, more) = (usize::from(half(28)?), usize::from(half(30)?) + usize::from(half(32)?));
        let start = at.checked_add(46)?;
        Some(Entry {
            name: slice(archive, start..start.checked_add(name)?)?,
            flags: half(8)?,
            method: half(10)?,
            crc: word(16)?,
            size: word(24)? as usize,
            attributes: word(38)?,
            local: word(42)? as usize,
            next: start + name + more,
        })
    }

    fn checked(&self, archive: &'a [u8]) -> Result<(&'a str, &'a [u8]), Label> {
        let name = std::str::from_utf8(self.name).map_err(|_| {
            let shown = String::from_utf8_lossy(self.name);
            Label::new(
                format!("`{shown}` の名前が UTF-8 ではありません"),
                format!("the name `{shown}` is not UTF-8"),
            )
        })?;
        if let Some(why) = names::problem(name) {
            return Err(refused(name, &why));
        }
        let say = |ja: &str, en: &str| Err(refused(name, &Label::new(ja, en)));
        if self.attributes >> 16 & 0o170_000 == 0o120_000 {
            return say("リンクです", "it is a link");
        }
        if self.flags & 1 != 0 {
            return say("暗号化されています", "it is encrypted");
        }
        if self.size > MAX_FILE {
            return say("大きすぎます", "it is too large");
        }
        if self.method != 0 {
            return say(
                "圧縮されています(`kijun pack` は圧縮しません)",
                "it is compressed; `kijun pack` compresses nothing",
            );
        }
        let content = || {
            let name = usize::from(half(archive, self.local.checked_add(26)?)?);
            let more = usize::from(half(archive, self.local.checked_add(28)?)?);
            let start = self.local.checked_add(30 + name + more)?;
            slice(archive, start..start.checked_add(self.size)?)
        };
        let content = content().ok_or_else(cut_off)?;
        if crc32fast::hash(content) != self.crc {
            return say(
                "中身が壊れています (CRC が合いません)",
                "its content is damaged: the checksum differs",
            );
        }
        Ok((name, content))
    }
}

/// Names, sizes and numbers that a pack may have.
fn limits(files: &Files) -> Result<(), Label> {
    if files.len() > MAX_FILES {
        return Err(too_many());
    }
    for (name, content) in files {
        if let Some(why) = names::problem(name) {
            return Err(refused(name, &why));
        }
        if content.len() > MAX_FILE {
            return Err(refused(name, &Label::new("大きすぎます", "it is too large")));
        }
    }
    if files.values().map(Vec::len).sum::<usize>() > MAX_TOTAL {
        return Err(too_large());
    }
    match names::clash(files.keys().map(String::as_str)) {
        Some((a, b)) => Err(twice(a, b)),
        None => Ok(()),
    }
}

/// The one form of an archive. Within the limits every number fits its field.
fn bytes(files: &Files) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let (offset, size) = (out.len() as u32, content.len() as u32);
        let mut common: Vec<u8> = Vec::new();
        for half in [NEEDED, FLAGS, 0, 0, DATE] {
            common.extend(half.to_le_bytes());
        }
        for word in [crc32fast::hash(content), size, size] {
            common.extend(word.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        out.extend(LOCAL.to_le_bytes());
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(content);
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&common);
        // Length of a comment, disk, internal attributes.
        directory.extend([0; 6]);
        directory.extend(MODE.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn slice(bytes: &[u8], range: Range<usize>) -> Option<&[u8]> {
    bytes.get(range)
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn refused(name: &str, why: &Label) -> Label {
    // What a name of an archive holds goes to a terminal.
    let name: String = name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    Label::new(format!("`{name}`: {}", why.ja), format!("`{name}`: {}", why.en))
}

fn twice(a: &str, b: &str) -> Label {
    if a == b {
        return Label::new(format!("`{a}` が二つあります"), format!("there are two files `{a}`"));
    }
    Label::new(
        format!("`{a}` と `{b}` は、同じ名前として扱う OS があります"),
        format!("some systems take `{a}` and `{b}` for one name"),
    )
}

fn cut_off() -> Label {
    Label::new("書庫が途中で切れているか、壊れています", "the archive is cut off or damaged")
}

fn too_many() -> Label {
    Label::new(
        format!("ファイルが多すぎます ({MAX_FILES} まで)"),
        format!("there are too many files; {MAX_FILES} may be in a pack"),
    )
}

fn too_large() -> Label {
    let most = MAX_TOTAL >> 20;
    Label::new(
        format!("全体が大きすぎます ({most} MiB まで)"),
        format!("it is too large as a whole; a pack may have {most} MiB"),
    )
}

#[cfg(test)]
mod tests;
