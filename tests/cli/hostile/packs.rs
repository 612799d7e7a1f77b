//! Modules, manifests, locks, checklists and archives of packs.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::facts::pack;
use super::texts::{nested, spoilt};
use super::{Case, Ends};
use crate::run::MANIFEST;

const PACK_MANIFEST: &str = "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n";

pub(super) fn cases() -> Vec<Case> {
    [modules(), manifests(), locks(), checklists(), archives()].into_iter().flatten().collect()
}

/// Truncated wherever something ends.
fn modules() -> Vec<Case> {
    let pack = pack();
    let module = |kind: &str, text: Vec<u8>, ends| {
        Case::new("module", kind, &["check", "$D"], ends).file("kijun.toml", MANIFEST).file("n.kijun", text)
    };
    let refused = |kind: &str, text: String| module(kind, text.into_bytes(), Ends::Refused);
    let somehow = |kind: &str, text: String| module(kind, text.into_bytes(), Ends::Somehow);
    let mut cases: Vec<Case> = spoilt(&pack)
        .into_iter()
        .map(|(kind, bytes, is_read)| {
            let is_read = is_read || kind == "NUL within";
            module(kind, bytes, if is_read { Ends::Somehow } else { Ends::Refused })
        })
        .collect();
    let condition = |text: &str| pack.replace("require c.encrypted", &format!("require {text}"));
    cases.extend([
        refused("parentheses without end", condition(&nested("(", "c.encrypted", ")", 100_000))),
        refused("only parentheses that open", condition(&"(".repeat(200_000))),
        refused("not not not", condition(&format!("{}c.encrypted", "not ".repeat(100_000)))),
        refused(
            "quantifiers in quantifiers",
            condition(&format!("{}c.encrypted", "any x in vendor: ".repeat(20_000))),
        ),
        somehow("a long row of and", condition(&vec!["c.encrypted"; 20_000].join(" and "))),
        somehow("a long row of plus", condition(&format!("{} == 3", vec!["c.seats"; 20_000].join(" + ")))),
        refused("implies implies", condition(&vec!["c.encrypted"; 20_000].join(" implies "))),
        refused("braces in braces", nested("entity a \"a\" {", "", "}", 50_000)),
        refused("braces that close", "}".repeat(300_000)),
        refused("a text that does not end", format!("{pack}\nrequirement n:9 \"{}", "a".repeat(300_000))),
        refused("a comment that does not end", format!("{pack}\n/* {}", "a".repeat(300_000))),
        refused(
            "a name of 1 MB",
            format!("entity {} \"a\" {{ }}\n", "a".repeat(1 << 20)).replace("{ }", "{ x }"),
        ),
        refused("an id of 1 MB", format!("{pack}\nrequirement n:{} \"a\"", "1.".repeat(1 << 19))),
        refused("a number of 100,000 digits", condition(&format!("c.seats == {}", "9".repeat(100_000)))),
        refused("a number above all", condition("c.seats == 9223372036854775808")),
        refused("a decimal of many places", condition("c.seats == 0.0000000000000000000000001")),
        refused("a day that is none", condition("c.signed >= 2026-02-30")),
        refused("a year of seven digits", condition("c.signed >= 9999999-01-01")),
        somehow("a duration above all", condition("c.signed + 9000000000000000000 months >= today")),
        refused(
            "a duration of many digits",
            condition(&format!("c.signed + {} months >= today", "9".repeat(50))),
        ),
        refused("an entity that holds itself", "entity a \"a\" { a \"a\": a b \"b\": nobody }\n".to_owned()),
        refused("a function that calls itself", format!("{pack}\ndefine f(c: contract): bool = f(c)\n")),
        refused(
            "functions that double",
            format!(
                "{pack}\ndefine f0(c: contract): bool = c.encrypted\n{}",
                (1..64)
                    .map(|i| format!("define f{i}(c: contract): bool = f{0}(c) and f{0}(c)\n", i - 1))
                    .collect::<String>()
            )
            .replace("require c.encrypted", "require f63(c) and nobody"),
        ),
        somehow(
            "functions in a long row",
            format!(
                "{pack}\ndefine f0(c: contract): bool = c.encrypted\n{}",
                (1..400)
                    .map(|i| format!("define f{i}(c: contract): bool = f{}(c)\n", i - 1))
                    .collect::<String>()
            )
            .replace("require c.encrypted", "require f399(c)"),
        ),
        refused(
            "a relation that is its negation",
            format!("{pack}\nrelation r(contract) \"r\"\nr(c) if c in contract and not r(c)\n"),
        ),
        refused(
            "a relation of no rule's arity",
            format!("{pack}\nrelation r(contract) \"r\"\nr(a, b, c) if a == b\n"),
        ),
        refused("everything twice", format!("{pack}{pack}")),
        refused("10,000 errors", "requirment x\n".repeat(10_000)),
        refused("20,000 words of no meaning", "lorem ".repeat(20_000)),
        somehow(
            "20,000 requirements",
            format!(
                "{pack}{}",
                (2..20_000).map(|i| format!("requirement n:{i} \"a\" {{ level C }}\n")).collect::<String>()
            ),
        ),
        refused(
            "confusable names",
            format!("{pack}\nentity соntract \"a\" {{ }}\nentity contract \"a\" {{ }}\n"),
        ),
        somehow("a catalogue of another world", "catalog n \"規範\" { edition \"\0\" }".to_owned()),
    ]);
    for (nth, (at, _)) in pack.match_indices(['{', '"', '}', ':']).step_by(9).enumerate() {
        cases.push(somehow(&format!("cut off, the {nth}th time"), pack[..at].to_owned()));
    }
    cases
}

fn manifests() -> Vec<Case> {
    let manifest = |kind: &str, text: Vec<u8>, ends| {
        Case::new("kijun.toml", kind, &["assess", "$D"], ends)
            .file("n.kijun", pack())
            .file("kijun.toml", text)
    };
    let refused = |kind: &str, text: &str| manifest(kind, text.as_bytes().to_vec(), Ends::Refused);
    let mut cases: Vec<Case> = spoilt(MANIFEST)
        .into_iter()
        // Much may stand before a table that means nothing; what may not be read is an error.
        .map(|(kind, bytes, is_read)| {
            manifest(kind, bytes, if is_read { Ends::Somehow } else { Ends::Refused })
        })
        .collect();
    cases.extend([
        refused("lists in lists", &format!("x = {}", nested("[", "", "]", 100_000))),
        refused("a key twice", "[workspace]\nfacility = \"a\"\nfacility = \"b\"\n"),
        refused("a key that nobody knows", "[workspace]\nfacility = \"a\"\nfacilty = \"b\"\n"),
        refused("a day that is none", "[workspace]\nfacility = \"a\"\nas_of = 2026-02-30\n"),
        refused("a year of seven digits", "[workspace]\nfacility = \"a\"\nas_of = \"9999999-01-01\"\n"),
        refused("a facility that is a list", "[workspace]\nfacility = [[[]]]\n"),
        refused("a dependency on the root", "[workspace]\nfacility = \"a\"\n[dependencies]\nx = { path = \"/\" }\n"),
        refused("a dependency on itself", "[workspace]\nfacility = \"a\"\n[dependencies]\nx = { path = \".\" }\n"),
        refused("a dependency far above", &format!("[workspace]\nfacility = \"a\"\n[dependencies]\nx = {{ path = \"{}nowhere\" }}\n", "../".repeat(500))),
        refused("a dependency on a device", "[workspace]\nfacility = \"a\"\n[dependencies]\nx = { archive = \"/dev/zero\" }\n"),
        refused("a revision that is an option", "[workspace]\nfacility = \"a\"\n[dependencies]\nx = { git = \".\", rev = \"--upload-pack=touch ../escaped\" }\n"),
        refused("a repository that is an address", "[workspace]\nfacility = \"a\"\n[dependencies]\nx = { git = \"ext::sh -c touch% ../escaped\", rev = \"x\" }\n"),
        refused("a version that is none", "[workspace]\nfacility = \"a\"\n[dependencies]\nx = { version = \">>>=1.x.99999999999999999999\" }\n"),
        refused("a source of no kind", "[workspace]\nfacility = \"a\"\n[[source]]\nfile = \"../../x\"\nkind = \"nobody\"\n"),
    ]);
    cases
}

fn locks() -> Vec<Case> {
    let good = "version = 1\n\n[[pack]]\nname = \"n\"\nversion = \"1.0.0\"\npath = \"n\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
    let lock = |kind: &str, text: Vec<u8>, ends| {
        Case::new("kijun.lock", kind, &["assess", "$D", "--locked"], ends)
            .file("kijun.toml", format!("{MANIFEST}\n[dependencies]\nn = {{ path = \"n\" }}\n"))
            .file("n/kijun.toml", PACK_MANIFEST)
            .file("n/n.kijun", pack())
            .file("kijun.lock", text)
    };
    let mut cases: Vec<Case> = spoilt(good)
        .into_iter()
        .map(|(kind, bytes, is_read)| lock(kind, bytes, if is_read { Ends::Somehow } else { Ends::Refused }))
        .collect();
    cases.push(lock("another digest", good.into(), Ends::Refused));
    cases.push(lock("a digest that is none", good.replace("0000", "zz").into(), Ends::Refused));
    cases.push(lock(
        "a version of tomorrow",
        good.replace("version = 1\n", "version = 99999999999999999999\n").into(),
        Ends::Refused,
    ));
    cases.push(lock(
        "lists in lists",
        format!("x = {}", nested("[", "", "]", 100_000)).into(),
        Ends::Refused,
    ));
    cases.push(lock(
        "a pack twice",
        format!("{good}{}", good.replace("version = 1\n", "")).into(),
        Ends::Refused,
    ));
    cases
}

fn checklists() -> Vec<Case> {
    let good = "name = { ja = \"表\", en = \"list\" }\ntitle = { ja = \"表\", en = \"list\" }\n[[column]]\ncontent = \"answer\"\ntitle = { ja = \"答\", en = \"answer\" }\nwidth = 12\n[[group]]\ntitle = { ja = \"一\", en = \"one\" }\nitems = [\"n@1:1\"]\n";
    let list = |kind: &str, text: Vec<u8>, ends| {
        Case::new("checklist.toml", kind, &["check", "$D"], ends)
            .file("kijun.toml", PACK_MANIFEST)
            .file("n.kijun", pack())
            .file("checklist.toml", text)
    };
    let mut cases: Vec<Case> = spoilt(good)
        .into_iter()
        .map(|(kind, bytes, is_read)| list(kind, bytes, if is_read { Ends::Somehow } else { Ends::Refused }))
        .collect();
    cases.push(list("a width above all", good.replace("12", "99999999999999999999").into(), Ends::Refused));
    cases.push(list("a width below zero", good.replace("12", "-1").into(), Ends::Refused));
    cases.push(list("an item that is not there", good.replace("n@1:1", "n@1:999").into(), Ends::Refused));
    cases.push(list(
        "lists in lists",
        format!("x = {}", nested("[", "", "]", 100_000)).into(),
        Ends::Refused,
    ));
    cases
}

/// An archive with these entries, as others write it.
fn zipped(entries: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The names in an archive replaced by others of the same length, of which the writer would not have any.
fn renamed(entries: &[(&str, &str)], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = zipped(entries, CompressionMethod::Stored);
    while let Some(at) = bytes.windows(from.len()).position(|w| w == from.as_bytes()) {
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

fn archives() -> Vec<Case> {
    let pack = pack();
    let entries = [("kijun.toml", PACK_MANIFEST), ("n.kijun", pack.as_str())];
    let unpacked = |kind: &str, bytes: Vec<u8>| {
        Case::new("archive", kind, &["unpack", "$F", "$D/made"], Ends::Refused).file("n-1.0.0.kpack", bytes)
    };
    let used = |kind: &str, bytes: Vec<u8>| {
        Case::new("archive", kind, &["assess", "$D"], Ends::Refused)
            .file(
                "kijun.toml",
                format!("{MANIFEST}\n[dependencies]\nn = {{ archive = \"n-1.0.0.kpack\" }}\n"),
            )
            .file("n-1.0.0.kpack", bytes)
    };
    let stored = |more: &[(&str, &str)]| zipped(&[&entries, more].concat(), CompressionMethod::Stored);
    let whole = stored(&[]);
    let mut cases = vec![
        unpacked("nothing", Vec::new()),
        used("noise", (0..9999_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect()),
        unpacked("zeros", vec![0; 100_000]),
        unpacked("compressed", zipped(&entries, CompressionMethod::Deflated)),
        used(
            "a zip bomb",
            zipped(
                &[entries.as_slice(), &[("x.md", " ".repeat(40 << 20).as_str())]].concat(),
                CompressionMethod::Deflated,
            ),
        ),
        unpacked(
            "an archive in the archive",
            stored(&[("a.kpack", std::str::from_utf8(b"PK\x05\x06").unwrap())]),
        ),
        unpacked("a comment of the archive", [whole.as_slice(), b"hidden"].concat()),
        unpacked("something before the archive", [b"#!/bin/sh\n".as_slice(), &whole].concat()),
        unpacked("written by others", whole.clone()),
        unpacked(
            "a way out",
            renamed(&[entries.as_slice(), &[("aa/escaped", "x")]].concat(), "aa/escaped", "../escaped"),
        ),
        unpacked(
            "a way out deep within",
            renamed(
                &[entries.as_slice(), &[("a/b/aa/aa/aa/escaped", "x")]].concat(),
                "a/b/aa/aa/aa/escaped",
                "a/b/../../../escaped",
            ),
        ),
        unpacked(
            "a way out with other strokes",
            renamed(&[entries.as_slice(), &[("aaaescaped", "x")]].concat(), "aaaescaped", "..\\escaped"),
        ),
        unpacked(
            "an absolute name",
            renamed(&[entries.as_slice(), &[("atmp/escaped", "x")]].concat(), "atmp/escaped", "/tmp/escaped"),
        ),
        unpacked(
            "a letter of a drive",
            renamed(&[entries.as_slice(), &[("aaaescaped", "x")]].concat(), "aaaescaped", "C:\\escaped"),
        ),
        unpacked(
            "a share",
            renamed(
                &[entries.as_slice(), &[("aahost/escaped", "x")]].concat(),
                "aahost/escaped",
                "\\\\host/escaped",
            ),
        ),
        unpacked("a device of Windows", stored(&[("NUL.md", "x")])),
        unpacked("a stream of a file", stored(&[("a.md:hidden", "x")])),
        unpacked(
            "a name with a NUL",
            renamed(&[entries.as_slice(), &[("a.mdX.exe", "x")]].concat(), "a.mdX.exe", "a.md\0.exe"),
        ),
        unpacked("a name with a mark of a terminal", stored(&[("a\u{1b}[31m.md", "x")])),
        unpacked("a name that ends in a full stop", stored(&[("a.md.", "x")])),
        unpacked("names that differ in case", stored(&[("Readme.md", "x"), ("README.md", "y")])),
        unpacked("names that differ in form", stored(&[("が.md", "x"), ("か\u{3099}.md", "y")])),
        unpacked(
            "a name twice",
            renamed(&[entries.as_slice(), &[("a.md", "x"), ("b.md", "y")]].concat(), "b.md", "a.md"),
        ),
        unpacked("a file that is a folder, too", stored(&[("a", "x"), ("a/b", "y")])),
        unpacked("a name of 3,000 bytes", stored(&[(&"a/".repeat(1500), "")])),
        unpacked("10,001 files", {
            let names: Vec<String> = (0..10_001).map(|i| format!("x/{i}.md")).collect();
            stored(&names.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>())
        }),
        unpacked("a link", {
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            zip.add_symlink("kijun.toml", "/etc/passwd", SimpleFileOptions::default()).unwrap();
            zip.finish().unwrap().into_inner()
        }),
        used("no manifest", zipped(&[("n.kijun", "")], CompressionMethod::Stored)),
    ];
    let central = |bytes: &[u8]| bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let end = |bytes: &[u8]| bytes.len() - 22;
    let patched = |at: usize, to: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    let (central, end) = (central(&whole), end(&whole));
    cases.extend([
        unpacked("a wrong length", patched(central + 24, &[0xFF; 4])),
        unpacked("a wrong checksum", patched(central + 16, &[1, 2, 3, 4])),
        unpacked("files that overlap", patched(central + 42, &[1, 0, 0, 0])),
        unpacked("a file beyond the end", patched(central + 42, &[0xFF; 4])),
        unpacked("an encrypted file", patched(central + 8, &[1, 0])),
        unpacked("a directory beyond the end", patched(end + 16, &[0xFF; 4])),
        unpacked("a directory in a circle", patched(end + 16, &[0; 4])),
        unpacked("more files than there are", patched(end + 10, &[0xFF; 2])),
        unpacked("fewer files than there are", patched(end + 10, &[1, 0])),
    ]);
    for (nth, at) in [4, 40, whole.len() / 2, whole.len() - 22, whole.len() - 1].into_iter().enumerate() {
        cases.push(unpacked(&format!("cut off, the {nth}th time"), whole[..at].to_vec()));
    }
    cases
}
