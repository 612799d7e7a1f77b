//! `import oscal-mapping` and `export oscal-mapping`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{Folder, MANIFEST, Output, kijun, kijun_fed, root};

/// The packs that hold mappings.
fn map_packs() -> Vec<String> {
    let folders = std::fs::read_dir(root().join("rulepacks")).unwrap();
    let names = folders.map(|f| f.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|n| n.starts_with("map-")).collect();
    names.sort();
    names
}

/// NIST's schema, where it lies beside the checkout: it is no part of this repository.
fn nist_schema() -> Option<jsonschema::Validator> {
    let shared = std::env::var_os("KIJUN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("data/oscal/oscal_mapping_schema.json")) else {
        eprintln!("skipped: no schema of OSCAL beside the checkout (KIJUN_SHARED names another folder)");
        return None;
    };
    Some(jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap())
}

fn export(path: &str) -> String {
    let out = kijun(&["export", "oscal-mapping", path, "--as-of", "2026-11-22"]);
    assert_eq!(out.status, 0, "{path}: {}", out.stderr);
    out.stdout
}

/// The pack that a document becomes in a folder, and what is said of it; no module where it is refused.
fn import(folder: &Folder, document: &str, more: &[&str]) -> (Output, String) {
    let pack = format!("{}/imported", folder.path());
    let _ = std::fs::remove_dir_all(&pack);
    let out = kijun_fed(
        &[&["import", "oscal-mapping", "-", "--output", &pack, "--quiet"], more].concat(),
        document.as_bytes(),
    );
    assert_eq!((out.status == 0, out.stdout.as_str()), (Path::new(&pack).exists(), ""), "{}", out.stderr);
    let module = std::fs::read_to_string(format!("{pack}/mapping.kijun")).unwrap_or_default();
    (out, module)
}

#[test]
fn every_map_pack_follows_the_schema_of_nist() {
    let Some(schema) = nist_schema() else { return };
    let packs = map_packs();
    assert!(packs.len() >= 10, "{packs:?}");
    for pack in packs {
        for more in [&[][..], &["--gaps"]] {
            let path = format!("rulepacks/{pack}");
            let out = kijun(&[&["export", "oscal-mapping", &path, "--as-of", "2026-11-22"], more].concat());
            let value: Value = serde_json::from_str(&out.stdout).unwrap();
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{pack}: {errors:#?}");
        }
    }
}

/// Out, in, and out again: the same bytes. So nothing that a pack's mappings say is lost on the way.
#[test]
fn every_map_pack_comes_back() {
    for pack in map_packs() {
        let folder = root().join("rulepacks").join(&pack);
        let first = export(folder.to_str().unwrap());
        let copy = Folder::new(&format!("oscal-{pack}"), &[]);
        let imported = import(&copy, &first, &["--path", folder.to_str().unwrap(), "--name", &pack]).0;
        assert_eq!((imported.status, imported.stderr.as_str()), (0, ""), "{pack}");
        let copy = format!("{}/imported", copy.path());
        let checked = kijun(&["check", &copy]);
        assert_eq!(checked.status, 0, "{pack}: {}", checked.stderr);
        assert_eq!(export(&copy), first, "{pack}");
        let formatted = kijun(&["fmt", "--check", &copy]);
        assert_eq!(formatted.status, 0, "{pack}: {}", formatted.stdout);
    }
}

const NORMS: &str = r#"
catalog a "旧" { edition "1" }
catalog b "新" { edition "1" }
requirement a:AC-2(1) "一" { }
requirement a:8.1.オ "二" { }
requirement b:X-1 "い" { }
requirement b:X-2 "ろ" { }
"#;
const MAPPING: &str = r#"
mapping a -> b {
  method    human
  rationale semantic
  source    "当方の読み"
  AC-2(1) equivalent X-1 strength 8 "言い方だけが違う" en "said differently"
  8.1.オ intersects X-2 mark printed
}
"#;

fn workspace(name: &str) -> Folder {
    Folder::new(name, &[("kijun.toml", MANIFEST), ("norms.kijun", NORMS), ("mapping.kijun", MAPPING)])
}

#[test]
fn a_workspace_is_exported_on_its_own_day() {
    let folder = workspace("oscal-day");
    let out = kijun(&["export", "oscal-mapping", folder.path()]);
    assert_eq!((out.status, out.stderr.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let collection = &value["mapping-collection"];
    assert_eq!(collection["metadata"]["last-modified"], "2026-11-22T00:00:00Z");
    let maps = collection["mappings"][0]["maps"].as_array().unwrap();
    let shown: Vec<(&str, &str)> = maps
        .iter()
        .map(|m| (m["sources"][0]["id-ref"].as_str().unwrap(), m["relationship"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [("_8.1.オ", "intersects-with"), ("_AC-2_28_1_29_", "equivalent-to")]);
    let file = format!("{}/out.json", folder.path());
    let written = kijun(&["export", "oscal-mapping", folder.path(), "-o", &file, "--threads", "1"]);
    assert_eq!((written.status, written.stdout.as_str()), (0, ""));
    assert_eq!(std::fs::read_to_string(file).unwrap(), out.stdout);
}

#[test]
fn only_the_mappings_that_are_asked_for_are_exported() {
    let folder = workspace("oscal-filter");
    let other_way = kijun(&["export", "oscal-mapping", folder.path(), "--from", "b"]);
    assert_eq!(other_way.status, 2);
    assert!(other_way.stderr.contains("there is no mapping to write"), "{}", other_way.stderr);
    let this_way = kijun(&["export", "oscal-mapping", folder.path(), "--from", "a@1", "--to", "b"]);
    assert_eq!(this_way.status, 0, "{}", this_way.stderr);
    let unknown = kijun(&["export", "oscal-mapping", folder.path(), "--from", "a@2"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("no catalogue `a@2` is loaded"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("did you mean `a@1`?"), "{}", unknown.stderr);
}

#[test]
fn a_pack_needs_a_day_and_no_clock_gives_one() {
    let out = kijun(&["export", "oscal-mapping", "rulepacks/map-mhlw-csf"]);
    assert_eq!((out.status, out.stdout.as_str()), (2, ""));
    assert!(out.stderr.contains("say --as-of 2026-11-22"), "{}", out.stderr);
    let ja = kijun(&["export", "oscal-mapping", "rulepacks/map-mhlw-csf", "--lang", "ja"]);
    assert!(ja.stderr.contains("文書の日付が決まりません"), "{}", ja.stderr);
    let early = kijun(&["export", "oscal-mapping", "rulepacks/map-mhlw-csf", "--as-of", "1815-01-01"]);
    assert_eq!(early.status, 2);
}

/// A document of someone else, with one relationship, source and target.
fn foreign(relationship: &str, source: &str, targets: &str) -> String {
    format!(
        r##"{{ "mapping-collection": {{
  "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0001",
  "metadata": {{ "title": "Old to new", "last-modified": "2026-11-22T09:00:00Z", "version": "3", "oscal-version": "1.2.1" }},
  "provenance": {{ "method": "human", "matching-rationale": "semantic", "status": "complete", "mapping-description": "By hand." }},
  "mappings": [{{
    "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0002",
    "source-resource": {{ "type": "catalog", "href": "old.json" }},
    "target-resource": {{ "type": "catalog", "href": "#3f0c1d52-6f0e-4f44-9a61-7a4c2b9d00a2" }},
    "maps": [{{
      "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0003",
      "relationship": "{relationship}",
      "sources": [{{ "type": "control", "id-ref": "{source}" }}],
      "targets": [{targets}],
      "confidence-score": {{ "category": "high" }}
    }}]
  }}],
  "back-matter": {{ "resources": [{{ "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d00a2", "title": "新" }}] }}
}} }}"##
    )
}

const ONE: &str = r#"{ "type": "control", "id-ref": "X-1" }"#;

#[test]
fn a_foreign_document_becomes_a_module_and_what_is_lost_is_said() {
    let folder = Folder::new("oscal-foreign", &[("in.json", &foreign("subset-of", "ac-2", ONE))]);
    let file = format!("{}/in.json", folder.path());
    let packs = ["en", "ja", "quiet"].map(|name| format!("{}/{name}", folder.path()));
    let [en, ja, quiet] = &packs;
    let out = kijun(&["import", "oscal-mapping", &file, "-o", en]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let module = std::fs::read_to_string(format!("{en}/mapping.kijun")).unwrap();
    let expected = r#"
mapping old -> 新 {
  method    human
  rationale semantic
  source    "Old to new 3"
  mark      unverified
  // OSCAL href: "old.json"
  // OSCAL title: "新"
  // OSCAL status: "complete"

  // OSCAL confidence-score: {"category":"high"}
  ac-2 subset X-1
}
"#;
    assert!(module.ends_with(expected), "{module}");
    let manifest = std::fs::read_to_string(format!("{en}/kijun.toml")).unwrap();
    assert!(
        manifest.contains("name = \"map-old-新\"") && manifest.contains("en = \"Old to new\""),
        "{manifest}"
    );
    let report = std::fs::read_to_string(format!("{en}/IMPORT.md")).unwrap();
    for part in [
        "| file | in.json |",
        "| last modified | 2026-11-22T09:00:00Z |",
        "confidence-score",
        "| statements of mappings | 1 |",
        "`mark` of a `mapping`",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let again = kijun(&["import", "oscal-mapping", &file, "-o", en]);
    assert!(again.status == 2 && again.stderr.contains("no empty folder"), "{}", again.stderr);
    assert!(out.stderr.contains("`confidence-score`"), "{}", out.stderr);
    assert!(
        out.stderr.contains("line 14 /mapping-collection/mappings/0/maps/0/confidence-score"),
        "{}",
        out.stderr
    );
    let ja = kijun(&["import", "oscal-mapping", &file, "-o", ja, "--lang", "ja"]);
    assert!(ja.stderr.contains("そのままでは移らなかったもの"), "{}", ja.stderr);
    assert!(ja.stderr.contains("14 行 /mapping"), "{}", ja.stderr);
    let said = kijun(&["import", "oscal-mapping", &file, "-o", quiet, "--quiet"]);
    assert_eq!((said.status, said.stderr.as_str()), (0, ""));
    assert_eq!(std::fs::read_to_string(format!("{quiet}/mapping.kijun")).unwrap(), module);
}

#[test]
fn an_import_is_compared_with_the_catalogues_of_a_workspace() {
    let folder = workspace("oscal-path");
    let import = |document: String, more: &[&str]| {
        self::import(&folder, &document, &[&["--path", folder.path()], more].concat())
    };
    // The target is found by the title of its resource; the source has none.
    let (unnamed, _) = import(foreign("subset-of", "_8.1.オ", ONE), &[]);
    assert_eq!(unnamed.status, 2);
    assert!(unnamed.stderr.contains("K0205") && unnamed.stderr.contains("--from"), "{}", unnamed.stderr);
    let (named, module) = import(foreign("subset-of", "_8.1.オ", ONE), &["--from", "a"]);
    assert_eq!(named.status, 0, "{}", named.stderr);
    assert!(module.contains("mapping a@1 -> b@1 {"), "{module}");
    assert!(module.contains("  8.1.オ subset X-1\n"), "{module}");
    let (dangling, _) = import(foreign("subset-of", "_8.1.ア", ONE), &["--from", "a"]);
    assert_eq!(dangling.status, 2);
    assert!(
        dangling.stderr.contains("K0203") && dangling.stderr.contains("has no `8.1.ア`"),
        "{}",
        dangling.stderr
    );
    assert!(dangling.stderr.contains("did you mean `8.1.オ`?"), "{}", dangling.stderr);
}

#[test]
fn a_broken_document_is_refused_with_its_place() {
    let folder = Folder::new("oscal-broken", &[]);
    let output = format!("{}/imported", folder.path());
    let (wrong, _) = import(&folder, &foreign("subset", "ac-2", ONE), &[]);
    assert_eq!(wrong.status, 2);
    for part in ["K0801", "/mapping-collection/mappings/0/maps/0/relationship", "`subset-of`?", ":11:"] {
        assert!(wrong.stderr.contains(part), "{part}: {}", wrong.stderr);
    }
    for text in ["", "{", "<xml/>", "null", "{\"mapping-collection\": []}"] {
        let (out, _) = import(&folder, text, &[]);
        assert_eq!(out.status, 2, "{text}");
        assert!(out.stderr.contains("K0801"), "{text}: {}", out.stderr);
    }
    let bytes = kijun_fed(&["import", "oscal-mapping", "-", "-o", &output], b"\xff\xfe{");
    assert!(bytes.status == 2 && bytes.stderr.contains("UTF-8"), "{}", bytes.stderr);
    let absent = kijun(&["import", "oscal-mapping", "no-such.json", "-o", &output]);
    assert!(absent.status == 2 && absent.stderr.contains("cannot read"), "{}", absent.stderr);
    let page = kijun(&["explain", "K0801"]);
    assert!(page.status == 0 && page.stdout.contains("OSCAL"), "{}", page.stdout);
}

/// The smallest collection that NIST's schema takes, where it lies beside the checkout.
#[test]
fn the_example_of_a_collection_is_read() {
    let shared = std::env::var_os("KIJUN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let example = shared.join("data/oscal/minimal-mapping-collection.json");
    if !Path::new(&example).exists() {
        eprintln!("skipped: no example of OSCAL beside the checkout");
        return;
    }
    let folder = Folder::new("oscal-example", &[]);
    let document = std::fs::read_to_string(&example).unwrap();
    let (out, module) = import(&folder, &document, &["--from", "csf", "--to", "iso"]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(module.contains("mapping iso -> csf {"), "{module}");
    assert!(module.contains("  jointly { A.8.1.1 A.8.1.2 } intersects ID.AM-1\n"), "{module}");
    assert!(module.contains("// OSCAL sources <-> targets\n"), "{module}");
}
