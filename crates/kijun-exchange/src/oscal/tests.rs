//! Both directions together: what goes out comes back, what comes in means the same or is reported.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kijun_coverage::{Method, Rationale, Relationship};
use kijun_engine::program::Mark;
use kijun_model::{Input, Trees, compile};
use kijun_text::{Diagnostic, Label, Lang, Sources};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::claim::{CatalogAtHand, CatalogName, Claim, catalogs_at_hand, claims_of};
use super::export::{ExportOptions, collection};
use super::import::{ImportOptions, Imported, import_mapping};
use super::module::module_text;
use crate::loss::Losses;

fn options() -> ExportOptions {
    ExportOptions {
        title: "対応 test".into(), version: "1.0".into(), day: "2026-11-22".into(), gaps: false
    }
}

fn read_with(text: &str, options: &ImportOptions) -> Result<Imported, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("mapping.json", text);
    import_mapping(&sources, file, options)
}

fn read(text: &str) -> Result<Imported, Vec<Diagnostic>> {
    read_with(text, &ImportOptions::default())
}

fn claims(imported: &Imported) -> Vec<Claim> {
    imported.blocks.iter().flat_map(|b| &b.lines).filter_map(|l| l.claim.clone()).collect()
}

fn said(imported: &Imported) -> Vec<String> {
    imported.losses.iter().map(|l| l.what.en.clone()).collect()
}

/// In one order, whatever the order of mappings is.
fn sorted(claims: impl IntoIterator<Item = Claim>) -> Vec<String> {
    let mut out: Vec<String> = claims.into_iter().map(|c| format!("{c:?}")).collect();
    out.sort();
    out
}

/// The validator of NIST's schema, where it lies beside the checkout.
fn nist_schema() -> Option<&'static jsonschema::Validator> {
    static SCHEMA: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
        let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
        let shared = std::env::var_os("KIJUN_SHARED").map_or(beside, Into::into);
        #[allow(clippy::disallowed_methods, reason = "the schema is no part of this repository")]
        let Ok(text) = std::fs::read_to_string(shared.join("data/oscal/oscal_mapping_schema.json")) else {
            eprintln!("skipped: no schema of OSCAL beside the checkout (KIJUN_SHARED names another folder)");
            return None;
        };
        Some(jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap())
    });
    SCHEMA.as_ref()
}

// ---------------------------------------------------------------- out and back

fn catalog_name() -> impl Strategy<Value = CatalogName> {
    let names = [("a", "1"), ("a", "2.0"), ("規範", "令和7"), ("c", "")];
    proptest::sample::select(names.to_vec())
        .prop_map(|(alias, edition)| CatalogName { alias: alias.into(), edition: edition.into() })
}

fn id() -> impl Strategy<Value = String> {
    let some = [
        "1",
        "8.1.2.C.オ",
        "AC-2(1)",
        "PR.AC-1",
        "2-⑦",
        "mark",
        "運用.14-5",
        "a_b",
        "_x",
        "strength",
        "4.3.1.c-1",
    ];
    proptest::sample::select(some.to_vec()).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("印刷の\"とおり\"\\ 二行目\n三行目 ".to_owned()),
        Just(" 前に空白".to_owned()),
        Just("区切り\u{2028}と\r改行、// 注釈ではない".to_owned()),
        "\\PC{0,12}".prop_map(|t| kijun_text::nfc(&t).into_owned()),
    ]
}

fn claim() -> impl Strategy<Value = Claim> {
    let relationships: Vec<(Relationship, bool)> =
        Relationship::ALL.into_iter().map(|r| (r, false)).chain([(Relationship::Equal, true)]).collect();
    let marks = vec![Mark::Printed, Mark::Published, Mark::Inferred, Mark::Ambiguous, Mark::Unverified];
    (
        (
            catalog_name(),
            catalog_name(),
            proptest::sample::subsequence((0..4_usize).collect::<Vec<_>>(), 1..3),
        ),
        (proptest::collection::vec(id(), 3), id(), proptest::sample::select(relationships)),
        (
            proptest::option::of(1_u8..=10),
            proptest::option::of(proptest::sample::select(Rationale::ALL.to_vec())),
        ),
        (text(), text(), text()),
        (proptest::sample::select(Method::ALL.to_vec()), proptest::sample::select(marks)),
    )
        .prop_map(
            |((from, to, count), (mut sources, target, relation), (strength, rationale), texts, how)| {
                let (ja, en, source) = texts;
                sources.truncate(count.len());
                sources.dedup();
                Claim {
                    from,
                    to,
                    sources,
                    relationship: relation.0,
                    equivalent: relation.1,
                    target,
                    strength,
                    rationale,
                    argument: Label::new(ja, en),
                    method: how.0,
                    source,
                    mark: how.1,
                }
            },
        )
}

/// Every catalogue and item of these claims, declared.
fn declarations(claims: &[Claim]) -> String {
    let ends = claims.iter().flat_map(|c| {
        let sources = c.sources.iter().map(|s| (&c.from, s));
        sources.chain([(&c.to, &c.target)])
    });
    let items: BTreeSet<(&CatalogName, &String)> = ends.collect();
    let catalogs: BTreeSet<&CatalogName> = items.iter().map(|(c, _)| *c).collect();
    let mut out = String::new();
    for name in catalogs {
        let edition =
            if name.edition.is_empty() { String::new() } else { format!("edition \"{}\"", name.edition) };
        out.push_str(&format!("catalog {} \"題\" {{ {edition} }}\n", name.alias));
    }
    for (name, id) in items {
        out.push_str(&format!("requirement {name}:{id} \"題\" {{ }}\n"));
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Statements -> OSCAL -> statements -> a module -> statements: all the same.
    #[test]
    fn what_goes_out_comes_back(claims in proptest::collection::vec(claim(), 1..12)) {
        let mut losses = Losses::default();
        let document = collection(&claims, &[], &options(), &mut losses).unwrap();
        let text = serde_json::to_string_pretty(&document).unwrap();
        prop_assert_eq!(&serde_json::to_string_pretty(&collection(&claims, &[], &options(), &mut losses).unwrap()).unwrap(), &text);
        if let Some(schema) = nist_schema() {
            let value: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<String> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            prop_assert!(errors.is_empty(), "{:#?}", errors);
        }
        let imported = read(&text).unwrap();
        prop_assert_eq!(&imported.losses, &vec![]);
        prop_assert_eq!(sorted(self::claims(&imported)), sorted(claims.clone()));

        let module = module_text(&imported, Lang::Ja).unwrap();
        prop_assert_eq!(&kijun_syntax::format(&module).unwrap(), &module);
        let mut sources = Sources::default();
        let files = vec![sources.add("norms.kijun", declarations(&claims)), sources.add("mapping.kijun", module.as_str())];
        let input = Input { modules: files, ..Input::default() };
        let compiled = compile(&mut sources, &mut Trees::default(), &input);
        prop_assert!(!compiled.has_errors(), "{:#?}\n{}", compiled.diagnostics, module);
        let statements: Vec<_> = compiled.mappings.iter().collect();
        let again = claims_of(&compiled.program, &statements, &mut Losses::default());
        prop_assert_eq!(sorted(again), sorted(claims), "{}", module);
    }
}

/// A document that something went wrong with is read or refused; nothing else happens.
fn damaged() -> impl Strategy<Value = String> {
    let text = document(json!([map("superset-of", &["a-1"], &["b-1", "b-2"])])).to_string();
    let pieces =
        vec!["", "{", "}", "[]", "null", "1e999", "\"\"", "\"#\"", ",", "\\u0000", "契", "\n", "\"uuid\":1,"];
    (0..text.len(), 0..8_usize, proptest::sample::select(pieces)).prop_map(move |(at, length, piece)| {
        let end = (at + length).min(text.len());
        format!("{}{piece}{}", text.get(..at).unwrap(), text.get(end..).unwrap())
    })
}

proptest! {
    #[test]
    fn a_damaged_document_is_read_or_refused(text in damaged()) {
        match read(&text) {
            Ok(imported) => prop_assert!(module_text(&imported, Lang::En).is_ok()),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}

// ---------------------------------------------------------------- what a document means

/// A document with one mapping, whose maps are these.
fn document(maps: Value) -> Value {
    json!({ "mapping-collection": {
        "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0001",
        "metadata": { "title": "A to B", "last-modified": "2026-11-22T09:00:00+09:00", "version": "1", "oscal-version": "1.2.1" },
        "provenance": { "method": "human", "matching-rationale": "semantic", "status": "draft", "mapping-description": "By hand." },
        "mappings": [{
            "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0002",
            "source-resource": { "type": "catalog", "href": "https://example.org/a.json" },
            "target-resource": { "type": "catalog", "href": "b.json" },
            "maps": maps,
        }],
    } })
}

fn map(relationship: &str, sources: &[&str], targets: &[&str]) -> Value {
    let items =
        |ids: &[&str]| -> Value { ids.iter().map(|id| json!({ "type": "control", "id-ref": id })).collect() };
    json!({ "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0003", "relationship": relationship, "sources": items(sources), "targets": items(targets) })
}

fn one(map: Value) -> Result<Imported, Vec<Diagnostic>> {
    read(&document(json!([map])).to_string())
}

/// How two sets of elements stand to each other.
fn relation(a: u32, b: u32) -> Relationship {
    match (a & !b, a & b, b & !a) {
        (0, _, 0) => Relationship::Equal,
        (_, 0, _) => Relationship::Unrelated,
        (0, _, _) => Relationship::Subset,
        (_, _, 0) => Relationship::Superset,
        _ => Relationship::Intersects,
    }
}

/// Against every choice of sets of three elements: what an import states follows from what the map says, and where it
/// says that nothing is lost of it, the map follows from what it states.
#[test]
fn a_map_of_several_items_keeps_its_meaning() {
    for (relationship, name) in [
        (Relationship::Equal, "equal-to"),
        (Relationship::Equal, "equivalent-to"),
        (Relationship::Subset, "subset-of"),
        (Relationship::Superset, "superset-of"),
        (Relationship::Intersects, "intersects-with"),
        (Relationship::Unrelated, "no-relationship"),
    ] {
        for (sources, targets) in [(1, 1), (2, 1), (1, 2), (2, 2)] {
            let sources = ["s1", "s2"].get(..sources).unwrap();
            let targets = ["t1", "t2"].get(..targets).unwrap();
            let imported = one(map(name, sources, targets)).unwrap();
            let claims = claims(&imported);
            assert!(claims.iter().all(|c| c.equivalent == (name == "equivalent-to")));
            let lost = said(&imported).join("\n");
            let exact = !lost.contains("properly wider") && !lost.contains("says nothing of any one");
            assert_eq!(claims.is_empty(), lost.contains("says nothing of any one"), "{name}");
            for sets in 0..7_u32.pow(4) {
                let set = |id: &str| {
                    let at = ["s1", "s2", "t1", "t2"].iter().position(|known| *known == id).unwrap();
                    sets / 7_u32.pow(at as u32) % 7 + 1
                };
                let union = |ids: &[&str]| ids.iter().fold(0, |all, id| all | set(id));
                let stated = relation(union(sources), union(targets)) == relationship;
                let follows = claims.iter().all(|c| {
                    let ids: Vec<&str> = c.sources.iter().map(String::as_str).collect();
                    relation(union(&ids), set(&c.target)) == c.relationship
                });
                assert!(!stated || follows, "{name} {sources:?} {targets:?}: {claims:#?}");
                assert!(!exact || stated || !follows, "{name} {sources:?} {targets:?}: {claims:#?}");
            }
        }
    }
}

#[test]
fn several_targets_are_read_the_other_way_round() {
    let imported = one(map("superset-of", &["ac-2"], &["A.9.2.1", "A.9.2.2"])).unwrap();
    let text = module_text(&imported, Lang::En).unwrap();
    assert!(text.contains("mapping b -> a {"), "{text}");
    assert!(text.contains("  jointly { A.9.2.1 A.9.2.2 } subset ac-2\n"), "{text}");
    assert!(!text.contains("mapping a -> b"), "{text}");
}

#[test]
fn what_cannot_be_said_stands_in_comments_and_is_reported() {
    let mut entry = map("intersects-with", &["a-1", "a-2"], &["b-1", "b-2"]);
    entry["x"] = json!(1);
    let imported = one(entry).unwrap();
    let text = module_text(&imported, Lang::En).unwrap();
    assert!(text.contains("// became no statement: OSCAL map: {\"uuid\":"), "{text}");
    assert!(
        said(&imported).iter().any(|l| l.starts_with("`x` is no field of OSCAL 1.2.1")),
        "{:?}",
        said(&imported)
    );

    let mut entry = map("subset-of", &["a-1"], &["b-1"]);
    entry["ns"] = json!("https://example.org/ns");
    let imported = one(entry).unwrap();
    assert!(claims(&imported).is_empty());
    assert!(said(&imported).iter().any(|l| l.contains("of another namespace")));

    let mut entry = map("subset-of", &["a-1"], &["b 1"]);
    entry["remarks"] = json!("行が\nふたつ");
    let imported = one(entry).unwrap();
    assert!(said(&imported).iter().any(|l| l.starts_with("`b 1` cannot be written as an id")));
}

#[test]
fn fields_without_a_place_are_kept_beside_their_statement() {
    let mut entry = map("equal-to", &["#a-1"], &["b-1"]);
    entry["confidence-score"] = json!({ "percentage": 0.5 });
    entry["coverage"] = json!({ "target-coverage": 1 });
    entry["qualifiers"] = json!([{ "subject": "both", "predicate": "has-incompatibility", "category": "blocked", "description": "…" }]);
    entry["props"] =
        json!([{ "name": "p", "value": "v" }, { "name": "future", "ns": "urn:kijun:oscal", "value": "v" }]);
    entry["links"] = json!([{ "href": "x" }]);
    entry["remarks"] = json!("the same in other words");
    let imported = one(entry).unwrap();
    let text = module_text(&imported, Lang::En).unwrap();
    for kept in [
        "confidence-score: {\"percentage\":0.5}",
        "coverage:",
        "qualifiers:",
        "props:",
        "future: \"v\"",
        "links:",
    ] {
        assert!(text.contains(&format!("  // OSCAL {kept}")), "{kept}: {text}");
        let name = kept.split(':').next().unwrap();
        assert!(
            said(&imported).iter().any(|l| l.contains(&format!("`{name}`"))),
            "{name}: {:?}",
            said(&imported)
        );
    }
    assert!(text.contains("  a-1 equal b-1 en \"the same in other words\"\n"), "{text}");
    assert!(text.contains("  mark      unverified\n"), "nothing that comes in decides by itself: {text}");
    assert!(text.contains("  source    \"A to B 1\"\n"), "{text}");
}

/// JSON pointers to every object.
fn objects(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, v)| objects(v, format!("{path}/{name}"), out));
            out.push(path);
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| objects(v, format!("{path}/{i}"), out));
        }
        _ => {}
    }
}

/// A field that nobody knows, put into any object of a document, is said to be lost and stands in the module.
#[test]
fn no_field_disappears_wherever_it_stands() {
    let mut entry = map("equal-to", &["a-1"], &["b-1"]);
    entry["confidence-score"] = json!({ "category": "low" });
    entry["coverage"] = json!({ "target-coverage": 0.5, "generation-method": "arbitrary" });
    entry["qualifiers"] = json!([{ "subject": "both", "predicate": "has-incompatibility", "category": "blocked", "description": "…" }]);
    entry["props"] = json!([{ "name": "p", "value": "v" }, { "name": "mark", "ns": "urn:kijun:oscal", "value": "printed" }]);
    entry["sources"][0]["links"] = json!([{ "href": "x" }]);
    let mut whole = document(json!([entry]));
    let collection = &mut whole["mapping-collection"];
    collection["metadata"]["parties"] =
        json!([{ "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0020", "type": "person" }]);
    collection["provenance"]["responsible-parties"] = json!([{ "role-id": "mapper" }]);
    collection["mappings"][0]["target-gap-summary"] = json!({ "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0021", "unmapped-controls": [{ "with-ids": ["b-2"] }] });
    collection["mappings"][0]["target-resource"]["href"] = json!("#3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0022");
    collection["back-matter"] = json!({ "resources": [{
        "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0022", "title": "b", "rlinks": [{ "href": "b.json" }],
    }] });
    let before: usize = read(&whole.to_string()).unwrap().losses.iter().map(|l| l.places.len()).sum();
    let mut pointers = Vec::new();
    objects(&whole, String::new(), &mut pointers);
    assert!(pointers.len() > 20, "{pointers:?}");
    for pointer in pointers {
        let mut changed = whole.clone();
        changed.pointer_mut(&pointer).unwrap()["zz"] = json!("zz");
        let imported = read(&changed.to_string()).unwrap();
        let text = module_text(&imported, Lang::En).unwrap();
        assert!(text.contains("\"zz\""), "{pointer} {:?}: {text}", said(&imported));
        let after: usize = imported.losses.iter().map(|l| l.places.len()).sum();
        let inside = ["/links/0", "/parties/0", "/responsible-parties/0", "/rlinks/0", "/props/0"];
        assert!(
            after > before || inside.iter().any(|i| pointer.ends_with(i)),
            "{pointer}: {:?}",
            said(&imported)
        );
    }
}

#[test]
fn both_names_of_equality_come_through() {
    for (name, word) in [("equal-to", "equal"), ("equivalent-to", "equivalent")] {
        let imported = one(map(name, &["a-1"], &["b-1"])).unwrap();
        assert!(module_text(&imported, Lang::En).unwrap().contains(&format!("a-1 {word} b-1")));
        let again = collection(&claims(&imported), &[], &options(), &mut Losses::default()).unwrap();
        let again = serde_json::to_value(again).unwrap();
        assert_eq!(again["mapping-collection"]["mappings"][0]["maps"][0]["relationship"], name);
    }
}

// ---------------------------------------------------------------- what is wrong

/// The one problem of a document with this change, in English, with line.
fn problem(change: impl FnOnce(&mut Value)) -> String {
    let mut value = document(json!([map("equal-to", &["a-1"], &["b-1"])]));
    change(&mut value);
    let problems = read(&value.to_string()).unwrap_err();
    let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
    assert!(!problem.message.ja.is_empty());
    problem.message.en.clone()
}

#[test]
fn the_vocabulary_that_the_schema_leaves_open_is_checked() {
    let in_map =
        |change: fn(&mut Value)| problem(|d| change(&mut d["mapping-collection"]["mappings"][0]["maps"][0]));
    let at = "/mapping-collection/mappings/0/maps/0";
    assert_eq!(
        in_map(|m| m["relationship"] = json!("superset")),
        format!(
            "{at}/relationship: there is no `superset` here (one of equal-to, equivalent-to, subset-of, superset-of, intersects-with, no-relationship); did you mean `superset-of`?"
        )
    );
    let range = "a number from 0 to 1 belongs here";
    assert_eq!(
        in_map(|m| m["coverage"] = json!({ "target-coverage": 1.7 })),
        format!("{at}/coverage/target-coverage: {range}")
    );
    assert_eq!(
        in_map(|m| m["coverage"] = json!({})),
        format!("{at}/coverage: `target-coverage` is missing; it is required")
    );
    assert_eq!(
        in_map(|m| m["confidence-score"] = json!({ "percentage": -0.1 })),
        format!("{at}/confidence-score/percentage: {range}")
    );
    assert!(
        in_map(|m| m["confidence-score"] = json!({ "percentage": 0.1, "category": "low" }))
            .contains("not both")
    );
    assert!(
        in_map(|m| m["uuid"] = json!("3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0002"))
            .contains("stands at /mapping-collection/mappings/0/uuid too")
    );
    assert!(in_map(|m| m["uuid"] = json!("x")).contains("no UUID"));
    assert!(in_map(|m| m["sources"] = json!([])).contains("never empty"));
    assert!(in_map(|m| m["targets"][0]["type"] = json!("part")).contains("one of control, statement"));
    assert!(in_map(|m| m["props"] = json!([{ "name": "8.1", "value": "v" }])).contains("no token"));
    assert!(
        in_map(|m| m["props"] = json!([{ "name": "strength", "ns": "urn:kijun:oscal", "value": "11" }]))
            .contains("from 1 to 10")
    );
    assert!(
        in_map(|m| m["props"] = json!([{ "name": "mark", "ns": "urn:kijun:oscal", "value": "sure" }]))
            .contains("no mark")
    );
    assert!(in_map(|m| m["qualifiers"] = json!([{ "subject": "none", "predicate": "has-requirement", "category": "blocked", "description": "" }])).contains("one of source, target, both"));
    let in_mapping =
        |change: fn(&mut Value)| problem(|d| change(&mut d["mapping-collection"]["mappings"][0]));
    assert!(in_mapping(|m| m["method"] = json!("manual")).contains("one of human, automation, hybrid"));
    assert!(
        in_mapping(|m| m["source-resource"]["href"] = json!("#nowhere"))
            .contains("the back-matter has no resource")
    );
    assert!(in_mapping(|m| m["source-gap-summary"] = json!({ "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0009", "unmapped-controls": [{ "with-ids": ["8.1"] }] })).contains("`8.1` is no token"));
    assert!(
        problem(|d| d["mapping-collection"]["metadata"]["last-modified"] = json!("2026-11-22"))
            .contains("time zone")
    );
    assert!(
        problem(|d| d["mapping-collection"]["provenance"] = json!([])).contains("an object { } belongs here")
    );
    assert!(problem(|d| *d = json!({})).contains("`mapping-collection` is missing"));
}

#[test]
fn broken_text_is_refused_with_its_place() {
    let problem = |text: &str| -> (String, u32) {
        let problems = read(text).err().unwrap();
        let [only] = problems.as_slice() else { panic!("{problems:#?}") };
        assert_eq!(only.code, "K0801");
        (only.message.en.clone(), only.span.start)
    };
    assert!(problem("").0.starts_with("this cannot be read as JSON"));
    assert_eq!(problem("{\n  \"a\": }").1, 9);
    assert!(problem(&"[".repeat(100_000)).0.contains("recursion"));
    assert!(problem("<mapping-collection/>").0.starts_with("this cannot be read as JSON"));
    assert_eq!(problem("[]").0, "/: an object { } belongs here");
}

#[test]
fn a_field_that_stands_twice_is_an_error() {
    let text = document(json!([map("equal-to", &["a-1"], &["b-1"])])).to_string();
    let text = text.replacen("\"relationship\"", "\"relationship\": \"subset-of\", \"relationship\"", 1);
    let problems = read(&text).unwrap_err();
    assert!(problems[0].message.en.contains("stands here twice"), "{problems:#?}");
}

#[test]
fn ids_are_compared_with_the_catalogues_at_hand() {
    let at_hand = |alias: &str, ids: &[&str]| CatalogAtHand {
        name: CatalogName { alias: alias.into(), edition: "1".into() },
        title: Label::new(format!("題{alias}"), ""),
        ids: ids.iter().map(|id| ((*id).to_owned(), false)).collect(),
    };
    let lists = vec![at_hand("x", &["a-1", "8.1.2"]), at_hand("y", &["b-1"])];
    let named = |text: &str| Some(CatalogName::parse(text));
    let options = ImportOptions { from: named("x"), to: named("y@1"), at_hand: Some(lists.clone()) };
    let text = |source: &str| document(json!([map("equal-to", &[source], &["b-1"])])).to_string();
    let imported = read_with(&text("_8.1.2"), &options).unwrap();
    assert_eq!(claims(&imported)[0].sources, ["8.1.2"]);
    assert_eq!(claims(&imported)[0].from, CatalogName::parse("x@1"));
    let problems = read_with(&text("a-11"), &options).unwrap_err();
    assert_eq!((problems[0].code, problems.len()), ("K0203", 1));
    assert_eq!(
        problems[0].message.en,
        "/mapping-collection/mappings/0/maps/0/sources/0/id-ref: the catalogue `x@1` has no `a-11`"
    );
    assert_eq!(problems[0].help.en, "did you mean `a-1`?");

    let unnamed = ImportOptions { to: named("y"), at_hand: Some(lists.clone()), from: None };
    assert_eq!(read_with(&text("a-1"), &unnamed).unwrap_err()[0].code, "K0205");
    let unknown = ImportOptions { from: named("z"), to: named("y"), at_hand: Some(lists) };
    assert!(read_with(&text("a-1"), &unknown).unwrap_err()[0].message.en.contains("no catalogue `z`"));
}

#[test]
fn one_name_cannot_stand_for_several_resources() {
    let mut value = document(json!([map("equal-to", &["a-1"], &["b-1"])]));
    let mut second = value["mapping-collection"]["mappings"][0].clone();
    second["uuid"] = json!("3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0012");
    second["maps"][0]["uuid"] = json!("3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0013");
    second["source-resource"]["href"] = json!("c.json");
    value["mapping-collection"]["mappings"].as_array_mut().unwrap().push(second);
    let options = ImportOptions { from: Some(CatalogName::parse("x")), ..ImportOptions::default() };
    let problems = read_with(&value.to_string(), &options).unwrap_err();
    assert!(problems[0].message.en.contains("--from cannot say"), "{problems:#?}");
    assert!(read(&value.to_string()).is_ok());
}

#[test]
fn resources_that_are_called_alike_stay_apart() {
    let mut value = document(json!([map("equal-to", &["a-1"], &["b-1"])]));
    value["mapping-collection"]["mappings"][0]["source-resource"]["href"] = json!("old/catalog.json");
    value["mapping-collection"]["mappings"][0]["target-resource"]["href"] = json!("new/Catalog.json");
    value["mapping-collection"]["back-matter"] =
        json!({ "resources": [{ "uuid": "3f0c1d52-6f0e-4f44-9a61-7a4c2b9d0030", "title": "nobody's" }] });
    let imported = read(&value.to_string()).unwrap();
    let text = module_text(&imported, Lang::En).unwrap();
    assert!(text.contains("mapping catalog -> catalog_2 {"), "{text}");
    assert!(text.contains("// OSCAL resources: {\"uuid\""), "{text}");

    for (href, alias) in
        [("", "catalog"), ("8.1.json", "catalog_8"), ("Ⓐ.json", "catalog"), ("規範-第4版.json", "規範_第4版")]
    {
        value["mapping-collection"]["mappings"][0]["source-resource"]["href"] = json!(href);
        let text = module_text(&read(&value.to_string()).unwrap(), Lang::En).unwrap();
        assert!(text.contains(&format!("mapping {alias} -> ")), "{href}: {text}");
    }
    let options = ImportOptions { from: Some(CatalogName::parse("a b")), ..ImportOptions::default() };
    assert_eq!(read_with(&value.to_string(), &options).unwrap_err()[0].code, "K0205");
}

#[test]
fn the_page_of_the_diagnostic_shows_what_it_says() {
    let page = kijun_model::page("K0801").unwrap();
    let blocks: Vec<&str> =
        page.split("```json oscal-mapping\n").skip(1).filter_map(|b| b.split("```").next()).collect();
    let [wrong, right] = blocks.as_slice() else { panic!("{blocks:?}") };
    assert_eq!(read(wrong).unwrap_err().iter().map(|d| d.code).collect::<Vec<_>>(), ["K0801"]);
    assert!(read(right).is_ok());
}

// ---------------------------------------------------------------- what goes out

const NORMS: &str = r#"
catalog a "旧" { en "old" edition "1" }
catalog b "新" { edition "1" }
section a:1 "章"
requirement a:1.1 "一" { }
requirement a:1.2 "二" { }
requirement a:2 "三" { }
requirement b:X-1 "い" { }
requirement b:X-2 "ろ" { }
"#;

fn exported(mapping: &str, gaps: bool) -> (Value, Vec<String>) {
    let mut sources = Sources::default();
    let module = sources.add("m.kijun", format!("{NORMS}{mapping}"));
    let input = Input { modules: vec![module], ..Input::default() };
    let compiled = compile(&mut sources, &mut Trees::default(), &input);
    // These mappings are short: that they name no source is the one thing to be said of them.
    let others: Vec<_> = compiled.diagnostics.iter().filter(|d| d.code != "K0405").collect();
    assert!(others.is_empty(), "{others:?}");
    let statements: Vec<_> = compiled.mappings.iter().collect();
    let options = ExportOptions { gaps, ..options() };
    let (document, losses) = super::export_mapping(&compiled.program, &statements, &options);
    assert_eq!(catalogs_at_hand(&compiled.program).len(), 2);
    (serde_json::to_value(document).unwrap(), losses.into_iter().map(|l| l.what.en).collect())
}

#[test]
fn sources_taken_together_are_one_map() {
    let (value, losses) = exported(
        "mapping a -> b {\n  rationale semantic\n  jointly { 1.1 1.2 } equal X-1 strength 7\n}\n",
        false,
    );
    let collection = &value["mapping-collection"];
    let map = &collection["mappings"][0]["maps"][0];
    assert_eq!(
        map["sources"],
        json!([{ "type": "control", "id-ref": "_1.1" }, { "type": "control", "id-ref": "_1.2" }])
    );
    assert_eq!(map["targets"], json!([{ "type": "control", "id-ref": "X-1" }]));
    assert_eq!(collection["metadata"]["last-modified"], "2026-11-22T00:00:00Z");
    assert_eq!(collection["provenance"]["status"], "not-complete");
    assert_eq!(collection["back-matter"]["resources"][0]["title"], "old");
    assert_eq!(losses, [""; 0]);
    assert_eq!(
        collection["mappings"][0].get("source-gap-summary"),
        None,
        "nothing is said of what is not mapped"
    );
}

#[test]
fn a_statement_without_a_rationale_says_so() {
    let (value, losses) = exported("mapping a -> b {\n  1.1 subset X-1\n  mark unverified\n}\n", false);
    let collection = &value["mapping-collection"];
    assert_eq!(collection["mappings"][0]["maps"][0].get("matching-rationale"), None);
    assert_eq!(collection["provenance"]["status"], "draft");
    assert!(losses[0].contains("state no rationale"), "{losses:?}");
}

#[test]
fn a_union_across_catalogues_is_reported() {
    let (value, losses) = exported("mapping a -> b {\n  jointly { 1.1 b:X-2 } superset X-1\n}\n", false);
    assert_eq!(value, Value::Null);
    assert!(losses[0].contains("several catalogues"), "{losses:?}");
}

#[test]
fn gaps_are_the_items_that_nothing_names_where_they_are_asked_for() {
    let (value, _) =
        exported("mapping a -> b {\n  1.1 subset X-1\n}\nmapping b -> a {\n  X-1 superset 1.1\n}\n", true);
    let mappings = &value["mapping-collection"]["mappings"];
    assert_eq!(
        mappings[0]["source-gap-summary"]["unmapped-controls"],
        json!([{ "with-ids": ["_1.2", "_2"] }])
    );
    assert_eq!(mappings[0]["target-gap-summary"]["unmapped-controls"], json!([{ "with-ids": ["X-2"] }]));
    assert_eq!(mappings[1].get("source-gap-summary"), None, "each catalogue once");
}

#[test]
fn the_uuid_of_an_entry_stays_while_what_is_said_of_it_changes() {
    let uuids = |text: &str| {
        let (value, _) = exported(text, false);
        let collection = &value["mapping-collection"];
        (collection["uuid"].clone(), collection["mappings"][0]["maps"][0]["uuid"].clone())
    };
    let (document, entry) = uuids("mapping a -> b {\n  1.1 subset X-1\n}\n");
    let (changed, same) = uuids("mapping a -> b {\n  1.1 equal X-1 strength 3\n}\n");
    assert_eq!(entry, same);
    assert_ne!(document, changed);
}
