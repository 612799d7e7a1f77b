//! The archive that a workbook is: whether it is one at all, and whether it stays within bounds, before anything is parsed.

use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use super::{Fault, bounds, broken};

/// How many bytes a workbook may have when it is unpacked: an archive of a few kilobytes can hold any number.
pub(super) const LARGEST: u64 = 512 << 20;

/// How many parts it may have.
const MOST_PARTS: usize = 10_000;

/// `room`: how many bytes it may have when it is unpacked.
pub(super) fn check(bytes: &[u8], room: u64) -> Result<(), Fault> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(compound(bytes));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    if archive.len() > MOST_PARTS {
        return Err(too_large());
    }
    let mut room = room;
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(|error| broken(&error.to_string()))?;
        let is_named =
            |wanted: &[u8]| part.name_raw().windows(wanted.len()).any(|n| n.eq_ignore_ascii_case(wanted));
        let look: fn(&[u8]) -> Option<&'static str> = if is_named(b"worksheets/") {
            bounds::sheet
        } else if is_named(b"sharedstrings") {
            bounds::strings
        } else {
            |_| None
        };
        room = room.checked_sub(unpack(part, room, look)?).ok_or_else(too_large)?;
    }
    Ok(())
}

/// Unpacks a part without keeping it, and returns how long it is. What an archive says about lengths need not be true.
fn unpack(mut part: impl Read, room: u64, look: fn(&[u8]) -> Option<&'static str>) -> Result<u64, Fault> {
    let mut block = vec![0; 64 << 10];
    let (mut size, mut kept) = (0_u64, 0);
    loop {
        let read = part.read(block.get_mut(kept..).unwrap_or(&mut []));
        let count = read.map_err(|error| broken(&error.to_string()))?;
        size += count as u64;
        if size > room {
            return Err(too_large());
        }
        let filled = kept + count;
        let found = block.get(..filled).unwrap_or(&[]);
        if let Some(why) = look(found) {
            return Err(broken(why));
        }
        if count == 0 {
            return Ok(size);
        }
        // What is looked for may lie across two blocks.
        let tail = filled.min(bounds::REACH);
        block.copy_within(filled - tail..filled, 0);
        kept = tail;
    }
}

/// A container of an older kind: an encrypted workbook, or one of Excel 97.
fn compound(bytes: &[u8]) -> Fault {
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memmem::find(bytes, &wide).is_some() {
        return protected();
    }
    Fault::new("古い形式(.xls)のブックです", "this is a workbook of an older format (.xls)").help(
        "Excel で開き、「Excel ブック(.xlsx)」として保存し直してください",
        "open it in a spreadsheet and save it as an Excel workbook (.xlsx)",
    )
}

pub(super) fn protected() -> Fault {
    Fault::new("パスワードで保護されたブックです", "this workbook is protected with a password").help(
        "Excel の「情報」→「ブックの保護」→「パスワードを使用して暗号化」を空にして保存した写しを置いてください",
        "put a copy here that was saved without a password",
    )
}

fn too_large() -> Fault {
    let limit = LARGEST >> 20;
    Fault::new(
        format!("展開すると大きすぎるブックです(上限 {limit} MB)"),
        format!("this workbook is too large when it is unpacked: the limit is {limit} MB"),
    )
    .help(
        "使っていない書式や行を消すか、CSV に書き出してください",
        "remove rows and formats that are not used, or write it out as CSV",
    )
}
