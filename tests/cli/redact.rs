//! `--redact`: of the facts nothing leaves the house but verdicts, and what packs say themselves.

use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Read};
use std::path::Path;

use kijun_facts::{Column, Date, Symbol, Type};
use kijun_workspace::Options;
use serde_json::Value;

use crate::run::{Folder, MANIFEST, PACK, command, kijun, root};

const FORMATS: [&str; 13] = [
    "text",
    "json",
    "csv",
    "html",
    "xlsx",
    "md",
    "ndjson",
    "sarif",
    "junit",
    "github",
    "gitlab",
    "oscal",
    "oscal-poam",
];

/// Every text of the facts of a workspace that no pack has as well, and that is long enough to be told from others.
fn private_texts(path: &str) -> BTreeSet<String> {
    let workspace = kijun_workspace::load(Path::new(path), &Options::default()).unwrap();
    let store = &workspace.store;
    let mut texts: BTreeSet<String> =
        (0..store.symbols.len() as u32).map(|code| store.symbols.text(Symbol(code)).to_owned()).collect();
    store.any_evidence(|evidence| {
        texts.extend(
            [&evidence.source, &evidence.recorded_by, &evidence.remark].into_iter().flatten().cloned(),
        );
        false
    });
    texts.extend(dates(&workspace));
    texts.extend(workspace.fact_files.iter().map(|file| file.path.clone()));
    texts.insert(workspace.facility().to_owned());
    texts.insert(workspace.title().ja);
    let facts: BTreeSet<_> = workspace.fact_files.iter().map(|file| file.file).collect();
    let public: Vec<&str> = workspace
        .sources
        .iter()
        .filter(|(file, source)| !facts.contains(file) && !source.path.ends_with("kijun.toml"))
        .map(|(_, source)| source.text.as_str())
        .collect();
    texts.retain(|text| {
        let is_told = text.chars().count() >= if text.is_ascii() { 6 } else { 3 };
        is_told && public.iter().all(|source| !source.contains(text.as_str()))
    });
    texts
}

/// Every day that the facts state, but the day of evaluation and the one before.
fn dates(workspace: &kijun_workspace::Workspace) -> BTreeSet<String> {
    let schema = &workspace.compiled.program.schema;
    let today = i64::from(workspace.as_of().unwrap());
    let mut days = BTreeSet::new();
    for table in &workspace.store.kinds {
        let kind = schema.kind(table.kind).unwrap();
        for (column, _) in table.columns.iter().zip(&kind.attributes).filter(|(_, a)| a.ty == Type::Date) {
            let Column::Numbers { lo, .. } = column else { continue };
            let known = lo[..table.len()].iter().filter(|day| i32::try_from(**day).is_ok());
            days.extend(known.copied().filter(|day| ![today, today - 1].contains(day)));
        }
    }
    days.into_iter().map(|day| Date::day(day as i32).to_string()).collect()
}

/// What an output says, whatever form it has.
fn told(bytes: &[u8]) -> String {
    if !bytes.starts_with(b"PK") {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for part in 0..archive.len() {
        archive.by_index(part).unwrap().read_to_string(&mut all).unwrap();
    }
    all
}

fn output(args: &[&str]) -> Vec<u8> {
    let out = command(args).output().unwrap();
    assert!(
        matches!(out.status.code(), Some(0 | 1 | 3)),
        "{args:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    // What is said beside it leaves no trace either.
    [out.stdout, out.stderr].concat()
}

/// Texts by their first bytes: there are thousands, and outputs of megabytes.
struct Private(HashMap<[u8; 5], Vec<String>>);

impl Private {
    fn of(path: &str) -> Private {
        let mut by_beginning: HashMap<[u8; 5], Vec<String>> = HashMap::new();
        for text in private_texts(path) {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            by_beginning.entry(escaped.as_bytes()[..5].try_into().unwrap()).or_default().push(escaped);
            by_beginning.entry(text.as_bytes()[..5].try_into().unwrap()).or_default().push(text);
        }
        Private(by_beginning)
    }

    fn found_in<'p>(&'p self, told: &[u8]) -> BTreeSet<&'p str> {
        let mut found = BTreeSet::new();
        for at in 0..told.len().saturating_sub(4) {
            let beginning: &[u8; 5] = told[at..at + 5].try_into().unwrap();
            let Some(texts) = self.0.get(beginning) else { continue };
            found.extend(
                texts.iter().map(String::as_str).filter(|text| told[at..].starts_with(text.as_bytes())),
            );
        }
        found
    }
}

#[track_caller]
fn holds_none(private: &Private, args: &[&str]) {
    let text = told(&output(args));
    let found: Vec<&str> = private.found_in(text.as_bytes()).into_iter().collect();
    assert!(found.is_empty(), "{args:?} tells {:?}", &found[..found.len().min(20)]);
}

#[test]
fn no_text_of_the_facts_is_in_any_redacted_output() {
    let hospital = root().join("examples/city-hospital");
    let hospital = hospital.to_str().unwrap();
    let private = Private::of(hospital);
    assert!(private.0.values().map(Vec::len).sum::<usize>() > 1000);
    // Without `--redact` they are there.
    let open = output(&["assess", hospital, "--format", "json"]);
    assert!(private.found_in(&open).len() > 100);
    for (format, lang) in FORMATS.into_iter().zip(["ja", "en"].into_iter().cycle()) {
        holds_none(&private, &["assess", hospital, "--redact", "--format", format, "--lang", lang]);
    }
    holds_none(&private, &["assess", hospital, "--redact", "--details"]);
    for role in ["management", "purchaser"] {
        for format in ["text", "html", "xlsx", "md"] {
            holds_none(&private, &["assess", hospital, "--redact", "--for", role, "--format", format]);
        }
    }
    for format in ["text", "csv", "json", "xlsx", "md", "html"] {
        let matrix =
            ["matrix", hospital, "--redact", "--from", "mhlw@4.2", "--to", "csf@2.0", "--format", format];
        holds_none(&private, &matrix);
    }
    for format in ["text", "md", "json", "csv"] {
        holds_none(&private, &["plan", hospital, "--redact", "--max-trials", "20", "--format", format]);
    }
}

#[test]
fn nor_of_any_other_example() {
    let examples = std::fs::read_dir(root().join("examples")).unwrap().map(|e| e.unwrap().path());
    let mut tried = 0;
    for path in examples.filter(|p| p.join("kijun.toml").is_file() && p.join("facts").is_dir()) {
        let path = path.to_str().unwrap();
        let private = Private::of(path);
        tried += 1;
        for format in ["text", "json", "xlsx", "md", "oscal"] {
            holds_none(&private, &["assess", path, "--redact", "--format", format, "--fail-on", "never"]);
        }
    }
    assert!(tried >= 6, "{tried}");
}

#[test]
fn verdicts_stay_and_so_does_which_record_is_which() {
    let json = |more: &[&str]| -> Value {
        let args = [&["assess", "examples/city-hospital", "--format", "json", "--lang", "en"], more].concat();
        serde_json::from_slice(&command(&args).output().unwrap().stdout).unwrap()
    };
    let (open, redacted) = (json(&[]), json(&["--redact"]));
    let of = |all: &Value, keys: &[&str], list: &str| -> Vec<String> {
        let line = |v: &Value| keys.iter().map(|k| v[*k].to_string()).collect::<Vec<_>>().join(" ");
        all[list].as_array().unwrap().iter().map(line).collect()
    };
    assert_eq!(open["as_of"], redacted["as_of"]);
    assert_eq!(
        of(&open, &["id", "verdict", "mark"], "requirements"),
        of(&redacted, &["id", "verdict", "mark"], "requirements")
    );
    let gist = ["requirement", "check", "verdict", "severity"];
    assert_eq!(of(&open, &gist, "findings"), of(&redacted, &gist, "findings"));
    assert_eq!(redacted["facts"], Value::Array(Vec::new()));
    // One record, one name, and the other way round.
    let subject = |v: &Value| format!("{} {}", v["subject"]["kind"], v["subject"]["id"]);
    let pairs = open["findings"].as_array().unwrap().iter().zip(redacted["findings"].as_array().unwrap());
    let (mut there, mut back) = (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
    for (a, b) in pairs.map(|(a, b)| (subject(a), subject(b))) {
        assert_eq!(there.entry(a.clone()).or_insert_with(|| b.clone()), &b);
        assert_eq!(back.entry(b).or_insert_with(|| a.clone()), &a);
    }
    // Numbers and dates of facts are withheld.
    let values = redacted["findings"].to_string();
    assert!(values.contains("[withheld]") && !values.contains("valid_until\":\"20"), "{}", &values[..500]);
}

#[test]
fn an_error_in_the_facts_stays_in_the_house() {
    let facts = "[[contract]]\nid = \"c-2026\"\nencrypted = \"zqsecret\"\n";
    let files = [("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/all.toml", facts)];
    let folder = Folder::new("redact-broken", &files);
    for format in ["sarif", "ndjson", "junit", "github", "gitlab"] {
        let out = kijun(&["assess", folder.path(), "--redact", "--format", format]);
        assert_eq!(out.status, 2);
        assert!(out.stdout.is_empty() && out.stderr.contains("zqsecret"), "{format}: {}", out.stdout);
    }
}

#[test]
fn the_key_is_written_once_and_for_its_owner_only() {
    let facts = "[[vendor]]\nid = \"acme-kk\"\nname = \"株式会社アクメ\"\n[[contract]]\nid = \"c-2026\"\nvendor = \"acme-kk\"\nencrypted = false\n";
    let files = [("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/all.toml", facts)];
    let folder = Folder::new("redact-key", &files);
    let key = format!("{}/key.tsv", folder.path());
    let call = ["assess", folder.path(), "--redact", "--redact-key", &key, "--lang", "ja"];
    let out = kijun(&call);
    assert_eq!(out.status, 1, "{}", out.stderr);
    assert!(out.stdout.contains("契約-1") && out.stdout.contains("施設-1"), "{}", out.stdout);
    assert!(out.stdout.contains("契約 事業者-1 は暗号化されていません"), "{}", out.stdout);
    for own in ["acme", "アクメ", "c-2026", "all.toml"] {
        assert!(!out.stdout.contains(own), "{own}: {}", out.stdout);
    }
    let written = std::fs::read_to_string(&key).unwrap();
    for line in [
        "契約-1\tc-2026\n",
        "事業者-1\tacme-kk\n",
        "事業者-1\t株式会社アクメ\n",
        "施設-1\ttest\n",
        "台帳-1\tfacts/all.toml\n",
    ] {
        assert!(written.contains(line), "{line}: {written}");
    }
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&key).unwrap()) & 0o777, 0o600);
    let again = kijun(&call);
    assert!(again.status == 2 && again.stdout.is_empty() && again.stderr.contains("鍵"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(&key).unwrap(), written);
    for more in [&["--keep"][..], &["--baseline", "x.json"], &["--changed", "x"]] {
        let call = [&["assess", folder.path(), "--redact"], more].concat();
        assert_eq!(kijun(&call).status, 2, "{more:?}");
    }
    assert_eq!(kijun(&["assess", folder.path(), "--redact-key", "k"]).status, 2);
}
