//! Facts: TOML, JSON, NDJSON, YAML, CSV, TSV, and the lines of a stream.

use super::texts::{nested, spoilt};
use super::{Case, Ends};
use crate::run::{MANIFEST, PACK};

/// A format, the name of its file, and facts in it; `$S` stands for a date, `$N` for a number, `$I` for an id.
const FORMATS: [(&str, &str, &str); 6] = [
    (
        "toml",
        "facts/all.toml",
        "[[vendor]]\nid = \"v\"\nname = \"社\"\n[[contract]]\nid = \"$I\"\nvendor = \"v\"\nsigned = \"$S\"\nseats = $N\nencrypted = true\nclauses = [\"penalty\"]\n",
    ),
    (
        "json",
        "facts/all.json",
        "{\"vendor\":[{\"id\":\"v\",\"name\":\"社\"}],\n\"contract\":[{\"id\":\"$I\",\"vendor\":\"v\",\"signed\":\"$S\",\"seats\":$N,\"encrypted\":true,\"clauses\":[\"penalty\"]}]}\n",
    ),
    (
        "ndjson",
        "facts/contract.ndjson",
        "{\"id\":\"$I\",\"signed\":\"$S\",\"seats\":$N}\n{\"id\":\"d\",\"encrypted\":true,\"clauses\":[\"penalty\"]}\n",
    ),
    (
        "yaml",
        "facts/all.yaml",
        "vendor:\n  - {id: v, name: 社}\ncontract:\n  - id: \"$I\"\n    vendor: v\n    signed: \"$S\"\n    seats: $N\n    encrypted: true\n    clauses: [penalty]\n",
    ),
    ("csv", "facts/contract.csv", "id,signed,seats,encrypted,clauses\n\"$I\",$S,$N,true,penalty\nd,,,,\n"),
    (
        "tsv",
        "facts/contract.tsv",
        "id\tsigned\tseats\tencrypted\tclauses\n$I\t$S\t$N\ttrue\tpenalty\nd\t\t\t\t\n",
    ),
];

pub(super) fn pack() -> String {
    let pack =
        PACK.replace("  signed \"締結日\": date\n", "  signed \"締結日\": date\n  seats \"席数\": int\n");
    assert_ne!(pack, PACK);
    pack
}

fn filled(text: &str, date: &str, number: &str, id: &str) -> String {
    text.replace("$S", date).replace("$N", number).replace("$I", id)
}

/// A file of facts beside a sound workspace.
pub(super) fn assessed(
    reader: &'static str,
    kind: &str,
    path: &str,
    bytes: impl Into<Vec<u8>>,
    ends: Ends,
) -> Case {
    let case = Case::new(reader, kind, &["assess", "$D", "--quiet"], ends);
    case.file("kijun.toml", MANIFEST).file("n.kijun", pack()).file(path, bytes)
}

fn ends(is_read: bool) -> Ends {
    if is_read { Ends::Somehow } else { Ends::Refused }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (format, path, text) in FORMATS {
        let good = filled(text, "2026-04-01", "3", "c");
        cases.push(assessed(format, "as it should be", path, good.clone(), Ends::Somehow));
        for (kind, bytes, is_read) in spoilt(&good) {
            // Ledgers come in Shift_JIS as well, in which these bytes are characters.
            let is_shift_jis =
                matches!(format, "csv" | "tsv") && matches!(kind, "overlong UTF-8" | "surrogates as UTF-8");
            cases.push(assessed(format, kind, path, bytes, ends(is_read || is_shift_jis)));
        }
        for (kind, date) in [
            ("a day 0", "0000-00-00"),
            ("a year of seven digits", "9999999-01-01"),
            ("a month 13", "2026-13-45"),
            ("a year below zero", "-5000-01-01"),
            ("a day of many digits", &format!("2026-04-{}", "1".repeat(5_000))),
        ] {
            cases.push(assessed(format, kind, path, filled(text, date, "3", "c"), Ends::Refused));
        }
        for (kind, number) in [
            ("an exponent", "1e999999"),
            ("a number below all", "-9223372036854775809"),
            ("a number of 100,000 digits", &"9".repeat(100_000)),
            ("no number", "nan"),
            ("no end", "inf"),
        ] {
            cases.push(assessed(format, kind, path, filled(text, "2026-04-01", number, "c"), Ends::Refused));
        }
        for (kind, id) in [
            ("a formula as an id", "=cmd|' /C calc'!A0"),
            ("a path as an id", "../../../../etc/passwd"),
            ("a turned id", "c\u{202E}dc\u{200B}"),
            ("an id of 1 MB", &"x".repeat(1 << 20)),
            ("marks of a terminal in an id", "c\u{9B}31mred"),
        ] {
            cases.push(assessed(format, kind, path, filled(text, "2026-04-01", "3", id), Ends::Somehow));
        }
    }
    cases.extend(nesting());
    cases.extend(of_one_format());
    cases.extend(streams());
    cases
}

/// Nesting that no parser should follow.
fn nesting() -> Vec<Case> {
    let deep = 200_000;
    let toml_tables = format!("[{}]\nx = 1\n", vec!["a"; 20_000].join("."));
    let yaml_blocks: String = (0..3_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let refused = |format, kind, path: &str, text: String| assessed(format, kind, path, text, Ends::Refused);
    vec![
        refused("toml", "lists in lists", "facts/all.toml", format!("x = {}", nested("[", "", "]", deep))),
        refused(
            "toml",
            "tables in tables",
            "facts/all.toml",
            format!("x = {}1{}", "{a=".repeat(deep), "}".repeat(deep)),
        ),
        refused("toml", "a dotted name without end", "facts/all.toml", toml_tables),
        refused("json", "lists in lists", "facts/all.json", nested("[", "", "]", deep)),
        refused(
            "json",
            "objects in objects",
            "facts/all.json",
            format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep)),
        ),
        refused("json", "only what opens", "facts/all.json", "[{\"a\":".repeat(deep)),
        refused("ndjson", "lists in lists", "facts/contract.ndjson", nested("[", "", "]", deep)),
        refused(
            "ndjson",
            "lists in a value",
            "facts/contract.ndjson",
            format!("{{\"id\":\"c\",\"clauses\":{}}}\n", nested("[", "", "]", deep)),
        ),
        refused("yaml", "lists in lists", "facts/all.yaml", nested("[", "", "]", deep)),
        refused("yaml", "mappings in mappings", "facts/all.yaml", nested("{a: ", "1", "}", deep)),
        refused("yaml", "blocks in blocks", "facts/all.yaml", yaml_blocks),
        refused("yaml", "lists in one line", "facts/all.yaml", "- ".repeat(50_000)),
        refused("yaml", "keys that are mappings", "facts/all.yaml", "? ".repeat(50_000)),
    ]
}

fn of_one_format() -> Vec<Case> {
    let refused = |format, kind, path: &str, text: &str| assessed(format, kind, path, text, Ends::Refused);
    let somehow = |format, kind, path: &str, text: &str| assessed(format, kind, path, text, Ends::Somehow);
    let laughs: String = ('b'..='j')
        .map(|c| {
            let before = char::from(c as u8 - 1);
            format!("{c}: &{c} [{}]\n", vec![format!("*{before}"); 9].join(","))
        })
        .collect();
    let laughs = format!("a: &a [lol,lol]\n{laughs}");
    let json_laughs = format!("{{\"contract\":[{}]}}", vec!["{}"; 20_000].join(","));
    let wide: String = (0..10_000).map(|i| format!(",x{i}")).collect();
    vec![
        refused("yaml", "a billion laughs", "facts/all.yaml", &laughs),
        refused("yaml", "an alias to itself", "facts/all.yaml", "contract: &a\n  - *a\n"),
        refused("yaml", "an alias to nothing", "facts/all.yaml", "contract:\n  - *nobody\n"),
        refused(
            "yaml",
            "a merge",
            "facts/all.yaml",
            "base: &b {vendor: v}\ncontract:\n  - {id: c, <<: *b}\n",
        ),
        refused(
            "yaml",
            "a tag that makes an object",
            "facts/all.yaml",
            "contract: !!python/object/apply:os.system ['x']\n",
        ),
        somehow("yaml", "a key twice", "facts/all.yaml", "contract:\n  - {id: c}\ncontract:\n  - {id: d}\n"),
        refused(
            "yaml",
            "an attribute twice",
            "facts/all.yaml",
            "contract:\n  - {id: c, encrypted: true, encrypted: false}\n",
        ),
        refused("yaml", "tabs that indent", "facts/all.yaml", "contract:\n\t- id: c\n"),
        somehow("yaml", "the Norway problem", "facts/all.yaml", "contract:\n  - {id: no, encrypted: no}\n"),
        somehow("yaml", "many documents", "facts/all.yaml", &"---\n".repeat(20_000)),
        somehow("yaml", "directives", "facts/all.yaml", "%YAML 9.9\n%TAG ! tag:x,2000:\n---\ncontract: []\n"),
        refused("yaml", "base 60", "facts/all.yaml", "contract:\n  - {id: c, seats: 190:20:30}\n"),
        somehow("json", "a key twice", "facts/all.json", "{\"contract\":[{\"id\":\"c\"}],\"contract\":[]}"),
        refused(
            "json",
            "an attribute twice",
            "facts/all.json",
            "{\"contract\":[{\"id\":\"c\",\"encrypted\":true,\"encrypted\":false}]}",
        ),
        refused("json", "half of a surrogate", "facts/all.json", "{\"contract\":[{\"id\":\"\\ud800\"}]}"),
        refused(
            "json",
            "surrogates turned round",
            "facts/all.json",
            "{\"contract\":[{\"id\":\"\\udc00\\ud800\"}]}",
        ),
        refused(
            "json",
            "an escape of no character",
            "facts/all.json",
            "{\"contract\":[{\"id\":\"\\x41\\u12\"}]}",
        ),
        refused("json", "a text after it", "facts/all.json", "{\"contract\":[]} {\"contract\":[]}"),
        somehow("json", "comments", "facts/all.json", "{/* x */\"contract\":[] // y\n}"),
        refused("json", "a list at the top", "facts/all.json", "[[[1]]]"),
        refused("json", "a number at the top", "facts/all.json", "1e5"),
        refused("json", "records without a name", "facts/all.json", &json_laughs),
        refused(
            "json",
            "an id of every other type",
            "facts/all.json",
            "{\"contract\":[{\"id\":null},{\"id\":[]},{\"id\":{}},{\"id\":true}]}",
        ),
        refused(
            "json",
            "a key of a prototype",
            "facts/all.json",
            "{\"__proto__\":{\"x\":1},\"constructor\":[]}",
        ),
        refused("toml", "a key twice", "facts/all.toml", "[vendor.v]\nname = \"a\"\nname = \"b\"\n"),
        refused(
            "toml",
            "a table twice",
            "facts/all.toml",
            "[vendor.v]\nname = \"a\"\n[vendor.v]\nname = \"b\"\n",
        ),
        refused("toml", "half of a surrogate", "facts/all.toml", "[vendor.v]\nname = \"\\uD800\"\n"),
        refused("toml", "a text that does not end", "facts/all.toml", "[vendor.v]\nname = \"\"\"a\n"),
        refused("toml", "a day that is none", "facts/all.toml", "[contract.c]\nsigned = 2026-02-30\n"),
        refused(
            "toml",
            "a time with a leap second far away",
            "facts/all.toml",
            "[contract.c]\nsigned = 9999-12-31T23:59:61+99:99\n",
        ),
        refused(
            "csv",
            "a quotation that does not end",
            "facts/contract.csv",
            "id,encrypted\n\"c,true\nd,false\n",
        ),
        refused("csv", "a column twice", "facts/contract.csv", "id,encrypted,encrypted\nc,true,false\n"),
        refused("csv", "10,000 columns", "facts/contract.csv", &format!("id{wide}\nc\n")),
        refused("csv", "a row of 10,000 cells", "facts/contract.csv", &format!("id,encrypted\nc{wide}\n")),
        refused("csv", "no id", "facts/contract.csv", "encrypted\ntrue\n"),
        refused("csv", "an id twice", "facts/contract.csv", "id,encrypted\nc,true\nc,false\n"),
        somehow(
            "csv",
            "a million empty cells",
            "facts/contract.csv",
            &format!("id,encrypted\n{}", ",\n".repeat(300_000)),
        ),
        refused(
            "csv",
            "a name of a column of 1 MB",
            "facts/contract.csv",
            &format!("id,{}\nc,1\n", "x".repeat(1 << 20)),
        ),
        refused("csv", "no kind of that name", "facts/nobody.csv", "id\nc\n"),
        refused("tsv", "a quotation that does not end", "facts/contract.tsv", "id\tencrypted\n\"c\ttrue\n"),
        refused(
            "ndjson",
            "a line that is cut off",
            "facts/contract.ndjson",
            "{\"id\":\"c\"}\n{\"id\":\"d\",\n",
        ),
        refused("ndjson", "a list for a line", "facts/contract.ndjson", "[1,2]\n\"x\"\n"),
        refused("files", "an extension of another file", "facts/contract.exe", "MZ"),
        refused("files", "no extension", "facts/contract", "id\nc\n"),
        refused("files", "a name that tells another kind", "facts/vendor@x.csv", "id,encrypted\nc,true\n"),
    ]
}

/// Lines of a stream; each is answered, and none of them stops the others.
fn streams() -> Vec<Case> {
    let good = r#"{"facility":"a","facts":{"contract":[{"id":"c","encrypted":true}]}}"#;
    let stream = |kind: &str, fed: Vec<u8>| {
        let mut case = Case::new("stream", kind, &["stream", "$D"], Ends::Somehow);
        case = case.file("kijun.toml", MANIFEST).file("n.kijun", pack());
        case.fed = fed;
        case
    };
    let mut cases: Vec<Case> = spoilt(good).into_iter().map(|(kind, bytes, _)| stream(kind, bytes)).collect();
    cases.push(stream("lists in lists", nested("[", "", "]", 200_000).into_bytes()));
    cases.push(stream("a line without end", vec![b'['; 40 << 20]));
    cases.push(stream("every key twice", good.replace("\"facility\"", "\"facility\":1,\"facility\"").into()));
    cases.push(stream("a facility that is a list", good.replace("\"a\"", "[[]]").into()));
    cases
}
