//! Archives that are not what they seem, each made here from a sound one.

use super::*;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn sound() -> Files {
    files(&[("kijun.toml", "[pack]\n"), ("a.kijun", "// a\n"), ("tests/t.kijun", "// t\n")])
}

/// Why an archive is refused.
#[track_caller]
fn check(archive: &[u8], says: &str) {
    let why = read(archive).unwrap_err();
    assert!(why.en.contains(says) && !why.ja.is_empty(), "{} / {says}", why.en);
}

/// The archive with bytes of the directory entry of its first file put otherwise.
fn patched(files: &Files, offset: usize, with: &[u8]) -> Vec<u8> {
    let mut archive = bytes(files);
    let end = archive.len() - END_SIZE;
    let start = word(&archive, end + 16).unwrap() as usize;
    archive[start + offset..start + offset + with.len()].copy_from_slice(with);
    archive
}

#[test]
fn the_same_files_are_the_same_bytes_and_come_back() {
    let archive = write(&sound()).unwrap();
    assert_eq!(read(&archive).unwrap(), sound());
    let mut names: Vec<(&str, &str)> = vec![("z", "1"), ("a", "2"), ("規則/八.kijun", "3")];
    let first = write(&files(&names)).unwrap();
    names.reverse();
    assert_eq!(write(&files(&names)).unwrap(), first);
    assert_eq!(read(&write(&Files::new()).unwrap()).unwrap(), Files::new());
    // Whoever changes the form makes every archive that was written unreadable.
    assert_eq!(crc32fast::hash(&archive), 0x23dc_afcd, "{:#x}", crc32fast::hash(&archive));
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let names = [
        ("../evil", "leads out"),
        ("a/../../evil", "leads out"),
        ("/etc/passwd", "absolute"),
        ("C:\\evil", "absolute"),
        ("..\\evil", "leads out"),
        ("a\\b", "character"),
        ("ab:c", "character"),
        ("con", "Windows"),
        ("a/", "empty or `.`"),
        ("\u{1b}[31m", "character"),
        ("か\u{3099}", "normal form"),
    ];
    for (name, says) in names {
        check(&bytes(&files(&[(name, "x")])), says);
        let why = write(&files(&[(name, "x")])).unwrap_err().en;
        assert!(why.contains(says) && !why.contains('\u{1b}'), "{why}");
    }
    check(&patched(&files(&[("abc", "x")]), 46, b"\xff\xfe\xfd"), "not UTF-8");
}

#[test]
fn names_that_meet_are_refused() {
    check(&bytes(&files(&[("a.kijun", ""), ("A.kijun", "")])), "take `A.kijun` and `a.kijun` for one name");
    check(&bytes(&files(&[("a", ""), ("a/b", "")])), "for one name");
    // A second file of one name: another reader may show the other one.
    let mut twice = bytes(&files(&[("a.kijun", "1"), ("b.kijun", "2")]));
    let at: Vec<usize> = (0..twice.len()).filter(|i| twice[*i..].starts_with(b"b.kijun")).collect();
    at.into_iter().for_each(|i| twice[i] = b'a');
    check(&twice, "two files `a.kijun`");
}

#[test]
fn links_and_what_grows_when_unpacked_are_refused() {
    check(&patched(&sound(), 38, &(0o120_777_u32 << 16).to_le_bytes()), "it is a link");
    check(&patched(&sound(), 8, &1_u16.to_le_bytes()), "encrypted");
    check(&patched(&sound(), 10, &8_u16.to_le_bytes()), "it is compressed");
    check(&patched(&sound(), 24, &(1_u32 << 30).to_le_bytes()), "too large");
    let many: Files = (0..=MAX_FILES).map(|i| (format!("f{i}"), Vec::new())).collect();
    check(&bytes(&many), "too many files");
    let large: Files = (0..=MAX_TOTAL / MAX_FILE).map(|i| (format!("f{i}"), vec![0; MAX_FILE])).collect();
    check(&bytes(&large), "too large as a whole");
    assert!(write(&files(&[("a", &"x".repeat(MAX_FILE + 1))])).unwrap_err().en.contains("too large"));
}

#[test]
fn what_is_damaged_or_hides_something_is_refused() {
    let archive = bytes(&sound());
    for cut in 0..archive.len() {
        assert!(read(&archive[..cut]).is_err(), "{cut}");
    }
    check(&archive[..archive.len() - 1], "cut off");
    check(b"", "no archive");
    check(b"#!/bin/sh\n", "no archive");
    // Every byte counts: one that is another makes another archive, or none.
    for i in 0..archive.len() {
        let mut other = archive.clone();
        other[i] ^= 1;
        if let Ok(found) = read(&other) {
            assert_ne!(found, sound(), "{i}");
        }
    }
    let mut damaged = archive.clone();
    damaged[37] ^= 1;
    check(&damaged, "damaged");
    // Before the first entry, between entries and after the last one nothing can hide.
    check(&[b"#!/bin/sh\n", archive.as_slice()].concat(), "cut off or damaged");
    check(&[archive.as_slice(), b"x"].concat(), "cut off");
    let other_day = patched(&sound(), 14, &(2_u16 << 5 | 1).to_le_bytes());
    check(&other_day, "not in the form");
    check(&patched(&sound(), 38, &(0o100_755_u32 << 16).to_le_bytes()), "not in the form");
    // Two entries that share their content.
    let two = files(&[("a.kijun", "same"), ("b.kijun", "same")]);
    let mut shared = bytes(&two);
    let end = shared.len() - END_SIZE;
    let second = word(&shared, end + 16).unwrap() as usize + 46 + 7;
    shared[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
    check(&shared, "not in the form");
}
