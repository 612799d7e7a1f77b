//! A catalogue comes back as it was; what a module says otherwise wins.

use kijun_engine::program::Mark;
use kijun_model::{Input, Trees, compile};
use kijun_testkit::oscal::{Shape, catalog};
use kijun_text::{Diagnostic, Lang, Sources};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::pack::{Import, ImportedPack};

const SMALL: Shape = Shape { families: 3, controls: 4, enhancements: 3 };

fn import(text: &str) -> Result<ImportedPack, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("norm.json", text);
    let import = Import {
        file_name: "norm.json",
        sha256: "00ff",
        pack: None,
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: Lang::En,
    };
    import_catalog(&sources, file, &import)
}

fn file<'p>(pack: &'p ImportedPack, path: &str) -> &'p str {
    &pack.files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("no {path}")).text
}

/// The modules, after an edit, compiled and exported.
fn export(pack: &ImportedPack, edit: impl Fn(&str) -> String, day: Option<&str>) -> Result<Value, NoCatalog> {
    let modules: Vec<(String, String)> = pack
        .files
        .iter()
        .filter(|f| f.path.ends_with(".kijun"))
        .map(|f| (f.path.clone(), edit(&f.text)))
        .collect();
    let sidecar = pack.files.iter().find(|f| f.path == SIDECAR).map(|f| f.text.as_str());
    export_modules(&modules, sidecar, day).map(|(value, _)| value)
}

fn export_modules(
    modules: &[(String, String)],
    sidecar: Option<&str>,
    day: Option<&str>,
) -> Result<(Value, Vec<String>), NoCatalog> {
    let mut sources = Sources::default();
    let files: Vec<_> = modules.iter().map(|(path, text)| sources.add(path, text.as_str())).collect();
    let mut trees = Trees::default();
    let compiled = compile(&mut sources, &mut trees, &Input { modules: files, ..Input::default() });
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.code != "K0401").collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let tree = |file| trees.get(file).map(|parse| &parse.tree);
    let found = export_catalog(&CatalogExport {
        program: &compiled.program,
        catalog: 0,
        sources: &sources,
        tree: &tree,
        sidecar,
        day,
    })?;
    let losses = found.losses.into_iter().map(|l| l.what.en).collect();
    Ok((serde_json::from_str(&found.text).unwrap(), losses))
}

/// A document goes into a pack that `fmt` leaves as it is, and comes back the same.
fn check_round_trip(document: &Value) -> ImportedPack {
    let pack = import(&document.to_string()).unwrap_or_else(|e| panic!("{e:#?}"));
    for module in pack.files.iter().filter(|f| f.path.ends_with(".kijun")) {
        assert_eq!(kijun_syntax::format(&module.text).as_ref(), Ok(&module.text), "{}", module.path);
    }
    let back = export(&pack, str::to_owned, None).unwrap();
    assert_eq!(back, *document);
    pack
}

/// The validator of NIST's schema, where it lies beside the checkout.
fn nist_schema() -> Option<jsonschema::Validator> {
    let text = beside("oscal/oscal_catalog_schema.json")?;
    Some(jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap())
}

fn beside(path: &str) -> Option<String> {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("KIJUN_SHARED").map_or(beside, Into::into);
    #[allow(clippy::disallowed_methods, reason = "the file is no part of this repository")]
    let text = std::fs::read_to_string(shared.join("data").join(path)).ok();
    if text.is_none() {
        eprintln!("skipped: no {path} beside the checkout (KIJUN_SHARED names another folder)");
    }
    text
}

fn check_schema(document: &Value) {
    let Some(schema) = nist_schema() else { return };
    let errors: Vec<String> =
        schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_catalogue_comes_back_as_it_was() {
    let document = catalog(SMALL);
    check_schema(&document);
    let pack = check_round_trip(&document);
    assert_eq!((pack.counts.sections, pack.counts.requirements), (3, 48));
    assert!(pack.counts.withdrawn > 0);
    let module = file(&pack, "aa.kijun");
    assert!(module.contains("requirement norm@5.2.0-u1:aa-1.1 \"Enhancement AA-1(1)\" {"), "{module}");
    assert!(module.contains("alias   \"AA-1(1)\""), "{module}");
    assert!(module.contains("a. Develops, documents, and disseminates to [Assignment: organization-defined personnel or roles]:\\n"), "{module}");
    assert!(module.contains("[Selection (one or more): organization-level; [Assignment: organization-defined personnel or roles] level; system-level]"), "{module}");
    let sidecar = file(&pack, SIDECAR);
    assert!(sidecar.contains("\"constraints\"") && sidecar.contains("\"back-matter\""));
    assert!(!sidecar.contains("\"Enhancement AA-1(1)\""), "what a module says is not said twice");
    let report = file(&pack, "IMPORT.md");
    assert!(report.contains("| SHA-256 | 00ff |") && report.contains("5.2.0+u1"), "{report}");
}

#[test]
fn twelve_hundred_controls_come_back() {
    let pack = check_round_trip(&catalog(Shape::WHOLE));
    assert_eq!((pack.counts.sections, pack.counts.requirements), (20, 1200));
}

#[test]
fn the_framework_of_nist_comes_back() {
    let Some(text) = beside("nist-csf-2.0/nist-csf-2.0-catalog.oscal.json") else { return };
    let pack = check_round_trip(&serde_json::from_str(&text).unwrap());
    assert_eq!((pack.counts.sections, pack.counts.requirements), (6, 34 + 185));
    assert_eq!(pack.counts.withdrawn, 0, "the document marks none of its 79 withdrawn items");
    assert!(
        file(&pack, "catalog.kijun").contains("unverified\n}"),
        "so nothing rests on it before it is compared"
    );
}

#[test]
fn a_changed_module_wins() {
    let pack = import(&catalog(SMALL).to_string()).unwrap();
    let edit = |text: &str| {
        let text = text.replace("\"Enhancement AA-1(1)\"", "\"強化 AA-1(1)\"");
        let text = text.replace("alias   \"AA-2\"", "alias \"AA-2 new\"");
        text.replace("requirement norm@5.2.0-u1:aa-3.1 ", "requirement norm@5.2.0-u1:aa-3.99 ")
    };
    assert_eq!(export(&pack, edit, None), Err(NoCatalog::NoDay));
    let back = export(&pack, edit, Some("2026-11-22")).unwrap();
    check_schema(&back);
    assert_eq!(back["catalog"]["metadata"]["last-modified"], "2026-11-22T00:00:00Z");
    assert_ne!(back["catalog"]["uuid"], catalog(SMALL)["catalog"]["uuid"]);
    let controls = &back["catalog"]["groups"][0]["controls"];
    assert_eq!(controls[0]["controls"][0]["title"], "強化 AA-1(1)");
    assert_eq!(
        controls[0]["controls"][0]["params"],
        catalog(SMALL)["catalog"]["groups"][0]["controls"][0]["controls"][0]["params"]
    );
    assert_eq!(controls[1]["props"][0], json!({ "name": "label", "value": "AA-2 new" }));
    let ids: Vec<&str> =
        controls[2]["controls"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["aa-3.2", "aa-3.3", "aa-3.99"], "what is new stands last");
    let again = export(&pack, edit, Some("2026-11-22")).unwrap();
    assert_eq!(back, again);
}

#[test]
fn a_changed_summary_withdrawal_or_translation_wins() {
    let document = json!({ "catalog": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
        "metadata": { "title": "T", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.2.1" },
        "controls": [
            { "id": "a", "title": "A", "parts": [{ "id": "a_smt", "name": "statement", "prose": "Do it." }, { "name": "guidance", "prose": "How." }] },
            { "id": "b", "title": "B", "parts": [{ "name": "statement", "prose": "Keep it." }] },
            { "id": "c", "title": "C" },
            { "id": "d", "title": "D", "props": [{ "name": "status", "value": "withdrawn" }], "links": [{ "href": "#a", "rel": "moved-to" }] }
        ]
    } });
    let pack = check_round_trip(&document);
    let module = file(&pack, "catalog.kijun");
    assert!(module.contains("requirement norm@1:c \"C\" {\n  text not included\n}"), "{module}");
    assert!(module.contains("withdrawn into norm@1:a"), "{module}");
    let edit = |text: &str| {
        let text = text.replace("en \"Do it.\"", "ja \"行う。\" en \"Do it well.\"");
        let text = text.replace(
            "requirement norm@1:b \"B\" {",
            "requirement norm@1:b \"ビー\" {\n  en \"B\"\n  withdrawn into norm@1:c",
        );
        let text = text.replace("  text not included\n", "  summary ja \"要約\"\n");
        text.replace("  withdrawn into norm@1:a\n", "  source \"p. 3\"\n")
    };
    let back = export(&pack, edit, Some("2026-11-22")).unwrap();
    check_schema(&back);
    let controls = &back["catalog"]["controls"];
    let ns = "urn:kijun:oscal";
    assert_eq!(
        controls[0]["parts"],
        json!([
            { "id": "a_smt", "name": "statement", "prose": "Do it well." },
            { "name": "guidance", "prose": "How." },
            { "name": "summary", "ns": ns, "class": "ja", "prose": "行う。" }
        ])
    );
    assert_eq!(controls[1]["title"], "B");
    assert_eq!(
        controls[1]["props"],
        json!([{ "name": "status", "value": "withdrawn" }, { "name": "title-ja", "ns": ns, "value": "ビー" }])
    );
    assert_eq!(controls[1]["links"], json!([{ "href": "#c", "rel": "incorporated-into" }]));
    assert_eq!(
        controls[2]["parts"],
        json!([{ "name": "summary", "ns": ns, "class": "ja", "prose": "要約" }])
    );
    assert_eq!(
        controls[3]["props"],
        json!([{ "name": "source", "ns": ns, "value": "p. 3" }, { "name": "text", "ns": ns, "value": "included" }])
    );
    assert_eq!(controls[3].get("links"), None);
    // And what was changed comes back too.
    let pack = import(&back.to_string()).unwrap();
    assert_eq!(export(&pack, str::to_owned, None).unwrap(), back);
    assert!(file(&pack, "catalog.kijun").contains("requirement norm@1:b \"ビー\" {\n  en"));
}

const OWN: &str = r#"
catalog rule "規程" {
  en "rules"
  edition "令和8年"  published 2026-04
  publisher "例示病院"
  level A must "必須" en "required"
  level B should "推奨"
  source "規程集"
  mark printed
  note ja "注" en "a remark"
}
instrument act "法律" { kind act }
section rule:8 "章" { en "chapter" summary ja "章の要約" }
requirement rule:8.2 "二" { en "two" level A measure technical audience user, vendor basis act mark inferred }
requirement rule:8.10 "十" { summary ja "十の\n要約" en "of ten" note ja "注意" alias "第十" }
requirement rule:8.10(1) "小項目" { text not included }
section rule:8.10.x "中の節"
requirement rule:9.オ "移った" { withdrawn into 8.2 source "p. 1" }
"#;

#[test]
fn a_catalogue_of_ones_own_goes_out_and_comes_back() {
    let modules = [("m.kijun".to_owned(), OWN.to_owned())];
    assert_eq!(export_modules(&modules, None, None).unwrap_err(), NoCatalog::NoDay);
    let (document, losses) = export_modules(&modules, None, Some("2026-11-22")).unwrap();
    check_schema(&document);
    assert!(losses.iter().any(|l| l.contains("section below a requirement")), "{losses:?}");
    assert!(losses.iter().any(|l| l.contains("only the names")), "{losses:?}");
    let group = &document["catalog"]["groups"][0];
    assert_eq!((&group["id"], &group["title"]), (&json!("_8"), &json!("chapter")));
    let ids: Vec<&str> =
        group["controls"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["_8.2", "_8.10"], "the order of the catalogue");
    assert_eq!(
        document["catalog"]["controls"][0]["links"],
        json!([{ "href": "#_8.2", "rel": "incorporated-into" }])
    );
    let pack = check_round_trip(&document);
    let module = file(&pack, "catalog.kijun");
    for part in
        ["catalog rule \"規程\" {", "level B should \"推奨\"", "published 2026-04", "mark      printed"]
    {
        assert!(module.contains(part), "{part}: {module}");
    }
    let chapter = file(&pack, "8.kijun");
    for part in [
        "section rule@令和8年:8.10.x \"中の節\"",
        "audience user, vendor",
        "summary ja \"十の\\n要約\" en \"of ten\"",
        "text not included",
    ] {
        assert!(chapter.contains(part), "{part}: {chapter}");
    }
}

fn codes(text: &str) -> Vec<String> {
    let diagnostics = import(text).map(|p| p.counts).unwrap_err();
    diagnostics.iter().map(|d| format!("{} {}", d.code, d.message.en)).collect()
}

fn with_controls(controls: Value) -> Value {
    json!({ "catalog": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
        "metadata": { "title": "T", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.2.1" },
        "groups": [{ "id": "g", "title": "G", "controls": controls }]
    } })
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (controls, said) in [
        (json!([{ "id": "a" }]), "K0801 /catalog/groups/0/controls/0: `title` is missing"),
        (json!([{ "title": "A" }]), "K0801 /catalog/groups/0/controls/0: `id` is missing"),
        (json!([{ "id": "a b", "title": "A" }]), "/catalog/groups/0/controls/0/id: `a b` is no token"),
        (
            json!([{ "id": "a", "title": "A" }, { "id": "a", "title": "B" }]),
            "/catalog/groups/0/controls/1: the id `a` stands at /catalog/groups/0/controls/0 too",
        ),
        (json!([{ "id": "g", "title": "A" }]), "the id `g` stands at /catalog/groups/0 too"),
        (json!([]), "/catalog/groups/0/controls: an array is never empty"),
        (
            json!([{ "id": "a", "title": "A", "parts": [{ "prose": "x" }] }]),
            "/catalog/groups/0/controls/0/parts/0: `name` is missing",
        ),
        (
            json!([{ "id": "a", "title": "A", "parts": [{ "name": "x", "parts": [{ "name": "y", "prose": 1 }] }] }]),
            "/controls/0/parts/0/parts/0/prose: a string",
        ),
        (json!([{ "id": "a", "title": "A", "links": [{}] }]), "/controls/0/links/0: `href` is missing"),
        (json!([{ "id": "a", "title": "A", "params": [{ "id": 1 }] }]), "/controls/0/params/0/id: a token"),
        (json!([{ "id": "a", "title": "A", "props": {} }]), "/controls/0/props: an array"),
        (json!([1]), "/catalog/groups/0/controls/0: an object { }"),
    ] {
        let found = codes(&with_controls(controls).to_string());
        assert!(found[0].contains(said), "{said}: {found:?}");
    }
    for text in ["", "{", "[]", "null", "{\"catalog\":[]}", "{\"catalog\":{}}", "<catalog/>"] {
        assert!(codes(text)[0].starts_with("K0801"), "{text}");
    }
    let twice = with_controls(json!([{ "id": "a", "title": "A", "class": "x" }]))
        .to_string()
        .replace("\"class\":\"x\"", "\"class\":\"x\",\"class\":\"y\"");
    assert!(codes(&twice)[0].contains("stands here twice"));
    let deep = format!("{}{}", "{\"catalog\":{\"groups\":[".repeat(200), "]}}".repeat(200));
    assert!(codes(&deep)[0].contains("recursion limit"), "{:?}", codes(&deep));
}

#[test]
fn odd_documents_come_back_too() {
    let document = json!({ "catalog": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
        "metadata": { "title": "奇妙な \"目録\"\u{7}", "last-modified": "2026-01-01T00:00:00Z", "version": "v 1/β", "oscal-version": "1.0.0" },
        "params": [{ "id": "p", "label": "{{ insert: param, p }}{{ insert: param, p }}" }],
        "groups": [
            { "title": "id のない組", "groups": [{ "title": "その中", "controls": [{ "id": "x..y-", "title": "一\n行でない" }] }] },
            { "id": "b", "title": "組", "controls": [{ "id": "b.c", "title": "下" }] },
            { "id": "tests", "title": "試", "unheard-of": [1, 2.5, null], "controls": [
                { "id": "mark", "title": "語", "parts": [{ "name": "statement", "prose": "a {{ insert: param, p }} {{ b }} {{" }] },
                { "id": "_z", "title": "\u{212b}" }
            ] }
        ],
        "controls": [
            { "id": "b.d", "title": "最上位", "props": [{ "name": "status", "value": "withdrawn" }], "links": [{ "href": "#b.e", "rel": "moved-to" }, { "href": "#nowhere", "rel": "moved-to" }] },
            { "id": "b.e", "title": "戻る", "props": [{ "name": "status", "value": "Withdrawn" }], "links": [{ "href": "#b.d", "rel": "moved-to" }] },
            { "id": "k", "title": "上だけ取下げ", "props": [{ "name": "status", "value": "withdrawn" }], "controls": [{ "id": "k.1", "title": "生きている" }] }
        ]
    } });
    let pack = check_round_trip(&document);
    let said: Vec<&str> = pack.losses.iter().map(|l| l.what.en.as_str()).collect();
    for part in [
        "groups without an id",
        "changed to ones that it can",
        "whose id begins with that of `b`",
        "leads back to the item itself",
        "no other item of this document",
        "items below it that are not",
        "`unheard-of` is no field",
    ] {
        assert!(said.iter().any(|s| s.contains(part)), "{part}: {said:#?}");
    }
}

#[test]
fn long_texts_are_taken_as_they_are() {
    let long = "長い文。\"引用\" \\ ".repeat(100_000);
    check_round_trip(&with_controls(
        json!([{ "id": "a", "title": "A", "parts": [{ "name": "statement", "prose": long }] }]),
    ));
    let inserts = "{{ insert: param, p }}".repeat(1_000);
    let params = json!([{ "id": "p", "label": inserts }]);
    check_round_trip(&with_controls(
        json!([{ "id": "a", "title": "A", "params": params, "parts": [{ "name": "statement", "prose": inserts }] }]),
    ));
}

#[test]
fn a_sidecar_that_is_none_is_refused() {
    let modules = [("m.kijun".to_owned(), OWN.to_owned())];
    for text in ["", "{}", "[]", "{\"schema\":\"kijun.oscal-catalog/1\",\"items\":{\"a\":1}}"] {
        assert!(matches!(export_modules(&modules, Some(text), None), Err(NoCatalog::Sidecar(_))), "{text}");
    }
}

/// A document that something went wrong with.
fn damaged() -> impl Strategy<Value = String> {
    let text = catalog(Shape { families: 1, controls: 2, enhancements: 1 }).to_string();
    let pieces = vec![
        "",
        "{",
        "}",
        "[]",
        "null",
        "1e999",
        "\"\"",
        ",",
        "\\u0000",
        "契",
        "\n",
        "\"id\":\"aa-1\",",
        "\"title\":\"\",",
    ];
    (0..text.len(), 0..12_usize, proptest::sample::select(pieces)).prop_map(move |(at, length, piece)| {
        let end = (at + length).min(text.len());
        format!("{}{piece}{}", text.get(..at).unwrap_or(""), text.get(end..).unwrap_or(""))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What is read can be compiled and comes back as it was; anything else is refused.
    #[test]
    fn a_damaged_document_comes_back_or_is_refused(text in damaged()) {
        if let Ok(pack) = import(&text) {
            let back = export(&pack, str::to_owned, None).unwrap();
            let mut document: Value = serde_json::from_str(&text).unwrap();
            document.as_object_mut().unwrap().retain(|name, _| name == "catalog");
            prop_assert_eq!(back, document);
        }
    }
}
