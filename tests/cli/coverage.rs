//! `matrix`, `gaps` and `relate` on the packs that ship.

use std::collections::BTreeMap;

use crate::run::{Folder, MANIFEST, kijun, root};

fn packs() -> String {
    root().join("rulepacks").display().to_string()
}

fn city() -> String {
    root().join("examples/city-hospital").display().to_string()
}

type Row = BTreeMap<String, String>;

fn rows(csv: &str) -> Vec<Row> {
    let text = csv.strip_prefix('\u{feff}').expect("a byte order mark, as spreadsheets expect");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub(crate) fn assert_valid(schema: &str, value: &serde_json::Value) {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).take(5).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let name = value["schema"].as_str().unwrap();
    let mut other = value.clone();
    other["schema"] = "kijun.other/1".into();
    assert!(!validator.is_valid(&other), "{name} is told from others");
}

/// NIST maps CSF 1.1 to ISO 27001:2013, and the editions of ISO are mapped: the rest follows, with its derivation.
#[test]
fn what_follows_through_an_older_edition_is_inferred() {
    let out = kijun(&["matrix", "--from", "csf@1.1", "--to", "iso27001@2022", &packs(), "--format", "csv"]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let header = out.stdout.trim_start_matches('\u{feff}').lines().next().unwrap();
    assert!(header.starts_with("source,target,relation,possible,strength,mark,derivation,"), "{header}");
    let rows = rows(&out.stdout);
    assert!(rows.len() > 150, "{}", rows.len());
    let found =
        rows.iter().find(|r| r["source"] == "csf@1.1:PR.AC-1" && r["target"] == "iso27001@2022:A.5.16");
    let found = found.unwrap();
    assert_eq!(found["relation"], "overlaps");
    assert_eq!(found["possible"], "subset|intersects");
    assert_eq!(found["stated"], "inferred");
    assert!(found["derivation"].contains("csf@1.1:PR.AC-1 intersects iso27001@2013:A.9.2.1"));
    for row in &rows {
        let links = row["derivation"].matches(" intersects ").count();
        let ways = row["derivation"].matches(" & ").count() + 1;
        assert!(links <= ways, "two links of intersects say nothing: {row:?}");
    }
}

#[test]
fn a_matrix_against_facts_keeps_editions_apart_and_decides_nothing_by_unverified_mappings() {
    let args = ["matrix", "--from", "mhlw", "--to", "iso27001-2022,nist-csf-2.0"];
    let city = city();
    let run = |format| kijun(&[&args[..], &[city.as_str(), "--format", format]].concat());
    let json = run("json");
    assert_eq!(json.status, 0, "{}", json.stderr);
    assert!(json.stderr.contains("`mhlw` means mhlw@4.2, mhlw@7.0"), "{}", json.stderr);
    let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_valid(kijun_exchange::MATRIX_SCHEMA, &value);
    assert_eq!(value["assessed"]["facility"], "minato");
    let blocks = value["blocks"].as_array().unwrap();
    let names: Vec<(&str, &str)> =
        blocks.iter().map(|b| (b["from"]["id"].as_str().unwrap(), b["to"]["id"].as_str().unwrap())).collect();
    assert_eq!(
        names,
        [
            ("mhlw@4.2", "iso27001@2022"),
            ("mhlw@4.2", "csf@2.0"),
            ("mhlw@7.0", "iso27001@2022"),
            ("mhlw@7.0", "csf@2.0")
        ]
    );
    for block in blocks {
        let total = &block["total"];
        let sum =
            |key: &str| total[key].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum::<u64>();
        assert_eq!(sum("coverage"), total["items"].as_u64().unwrap());
        assert_eq!(sum("met"), total["items"].as_u64().unwrap());
        assert_eq!(total["met"]["met"], 0, "all mappings of the guideline are unverified: {total}");
    }
    assert_eq!(blocks[1]["total"]["items"], 106, "withdrawn items are in no figure");
    let again = run("json");
    assert_eq!(json.stdout, again.stdout, "the same bytes");
    let text = run("text");
    assert!(text.stdout.contains("△ partly covered"), "{}", text.stdout);
    assert!(text.stdout.contains("replaces neither the norms nor an expert"), "{}", text.stdout);
}

#[test]
fn filters_list_less_and_say_so() {
    let run = |more: &[&str]| {
        let args = [&["matrix", "--from", "csf@1.1", "--to", "iso27001@2022"], more].concat();
        kijun(&[&args[..], &[packs().as_str()]].concat())
    };
    let value: serde_json::Value =
        serde_json::from_str(&run(&["--format", "json", "--under", "iso27001@2022:A.5"]).stdout).unwrap();
    let block = &value["blocks"][0];
    assert_eq!(block["listed"], 37);
    assert_eq!(block["total"]["items"], 123, "figures stay those of the whole");
    let items = block["items"].as_array().unwrap();
    assert!(items.iter().all(|i| i["id"].as_str().unwrap().starts_with("iso27001@2022:A")), "{items:?}");
    let cells = block["cells"].as_array().unwrap();
    for item in items {
        for cell in item["cells"].as_array().unwrap() {
            assert_eq!(cells[cell.as_u64().unwrap() as usize]["target"], item["id"], "indexes follow");
        }
    }
    let pairs = rows(&run(&["--format", "csv", "--relation", "intersects"]).stdout);
    assert!(!pairs.is_empty() && pairs.iter().all(|r| r["relation"] == "intersects"));
    let text = run(&["--coverage", "not-covered"]).stdout;
    assert!(text.contains("of 123 items are listed") && !text.contains("  △ A."), "{text}");
    assert_eq!(run(&["--under", "iso27001@2022:A.99"]).status, 2);
}

#[test]
fn gaps_name_what_is_missing_and_what_would_help() {
    let out = kijun(&["gaps", "--of", "csf@2.0", &city()]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    for part in
        ["－ not covered", "△ partly covered", "would reduce the gap most", "need a person to confirm"]
    {
        assert!(out.stdout.contains(part), "{part} is missing in:\n{}", out.stdout);
    }
    let ja = kijun(&["--lang", "ja", "gaps", "--of", "csf@2.0", &city()]);
    assert!(ja.stdout.contains("決めれば隙間が最も減る対応"), "{}", ja.stdout);
    let json = kijun(&["gaps", "--of", "csf@2.0", &city(), "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_valid(kijun_exchange::GAPS_SCHEMA, &value);
    let gaps = &value["catalogs"][0];
    let covered = gaps["total"]["coverage"]["covered"].as_u64().unwrap();
    let listed = gaps["items"].as_array().unwrap().len() as u64;
    assert_eq!(listed + covered, gaps["total"]["items"].as_u64().unwrap(), "nothing is left out");
    let csv = kijun(&["gaps", "--of", "csf@2.0", &city(), "--format", "csv"]);
    assert_eq!(rows(&csv.stdout).len() as u64, listed);
}

#[test]
fn relate_tells_the_way_in_words() {
    let out = kijun(&["relate", "csf@1.1:PR.AC-1", "iso27001@2022:A.5.16", &packs()]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    for part in [
        "something in common for certain",
        "PR.AC-1 intersects iso27001@2013:A.9.2.1",
        "⇒ subset or intersects",
    ] {
        assert!(out.stdout.contains(part), "{part} is missing in:\n{}", out.stdout);
    }
    let ja = kijun(&["--lang", "ja", "relate", "csf@1.1:PR.AC-1", "iso27001@2022:A.5.16", &packs()]);
    assert!(ja.stdout.contains("⇒ 部分または重なる"), "{}", ja.stdout);
    let nothing = kijun(&["relate", "csf@1.1:ID.BE-3", "iso27001@2022:A.5.7", &packs()]);
    assert!(nothing.stdout.contains("does not mean that they are unrelated"), "{}", nothing.stdout);
}

#[test]
fn names_that_mean_nothing_or_too_much_are_refused_with_what_to_do() {
    let refused = |args: &[&str], parts: &[&str]| {
        let out = kijun(args);
        assert_eq!(out.status, 2, "{args:?}");
        for part in parts {
            assert!(out.stderr.contains(part), "{part} is missing in:\n{}", out.stderr);
        }
        assert!(out.stdout.is_empty());
    };
    refused(
        &["matrix", "--from", "csf@1.1", "--to", "iso27001@2023", &packs()],
        &["no catalogue `iso27001@2023` is loaded", "did you mean `iso27001@20"],
    );
    refused(&["matrix", "--from", "csf@1.1", "--to", "csf@1.1", &packs()], &["nothing to compare"]);
    refused(&["relate", "csf@1.1:PR.AC-99", "csf@2.0:PR.AA-01", &packs()], &["there is no requirement"]);
    refused(
        &["relate", "A.5.1", "csf@2.0:PR.AA-01", &packs()],
        &["it is not clear which", "iso27001@2013:A.5.1, iso27001@2022:A.5.1"],
    );
    let pack = "catalog n \"規範\" { edition \"1\" }\nrequirement n:1 \"x\"\n";
    let alone = Folder::new("no-gaps", &[("kijun.toml", MANIFEST), ("norm.kijun", pack)]);
    refused(&["gaps", alone.path()], &["--of CATALOG"]);
}
