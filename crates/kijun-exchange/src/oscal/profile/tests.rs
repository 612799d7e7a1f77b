//! What a profile selects becomes clauses that bring just that into scope, and comes back.

use kijun_engine::program::Mark;
use kijun_model::{Input, ProfileChoice, Trees, compile};
use kijun_text::{Diagnostic, Lang, Sources};
use serde_json::{Value, json};

use super::*;
use crate::oscal::CatalogName;
use crate::oscal::catalog::NoCatalog;
use crate::pack::{Import, ImportedPack};

const NORMS: &str = r#"
catalog n "規範" { en "norm" edition "1" }
section n:a "章" { }
requirement n:a-1 "一" { }
requirement n:a-1.1 "一の一" { }
requirement n:a-1.2 "一の二" { }
requirement n:a-2 "二" { }
requirement n:a-2.1 "二の一" { }
requirement n:a-3 "三" { withdrawn into a-2 }
section n:b "章" { }
requirement n:b-1 "四" { }
requirement n:b-2(1) "五" { }
"#;

struct Compiled {
    program: std::sync::Arc<kijun_engine::program::Program>,
    sources: Sources,
    trees: Trees,
    files: Vec<kijun_text::FileId>,
}

fn compiled(module: &str, profile: Option<&str>) -> Compiled {
    let mut sources = Sources::default();
    let files = vec![sources.add("norms.kijun", NORMS), sources.add("profile.kijun", module)];
    let mut trees = Trees::default();
    let profile = profile.map(|name| ProfileChoice { name: name.to_owned(), place: None });
    let input = Input { modules: files.clone(), profile, ..Input::default() };
    let compiled = compile(&mut sources, &mut trees, &input);
    assert!(!compiled.has_errors(), "{:#?}\n{module}", compiled.diagnostics);
    Compiled { program: compiled.program, sources, trees, files }
}

fn catalogs(module: &str, profile: Option<&str>) -> Vec<ProfileCatalog> {
    profile_catalogs(&compiled(module, profile).program, &|_| None)
}

fn document(imports: Value) -> Value {
    json!({ "profile": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
        "metadata": { "title": "Base line", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.2.1" },
        "imports": imports,
        "merge": { "as-is": true },
        "modify": { "set-parameters": [{ "param-id": "a-1_prm_1", "values": ["yearly"] }] },
        "back-matter": { "resources": [{ "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002", "title": "norm" }] }
    } })
}

fn import_with(
    document: &Value,
    near: &[(&str, &str)],
    named: &[ImportedCatalog],
) -> Result<ImportedPack, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("profile.json", document.to_string());
    let import = Import {
        file_name: "profile.json",
        sha256: "00",
        pack: None,
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: Lang::En,
    };
    let catalogs = catalogs("", None);
    let document = |href: &str| {
        near.iter()
            .find(|(name, _)| *name == href)
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
    };
    let dependency = |name: &CatalogName| Some(format!("norms = {{ path = \"../{}\" }}", name.alias));
    let nearby = Nearby { catalogs: &catalogs, named, document: &document, dependency: &dependency };
    import_profile(&mut sources, file, &import, &nearby)
}

fn import(document: &Value) -> Result<ImportedPack, Vec<Diagnostic>> {
    import_with(document, &[], &[])
}

fn file<'p>(pack: &'p ImportedPack, path: &str) -> &'p str {
    &pack.files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("no {path}")).text
}

fn export(module: &str, profile: &str, sidecar: Option<&str>, day: Option<&str>) -> Result<Value, NoCatalog> {
    let c = compiled(module, Some(profile));
    let catalogs = profile_catalogs(&c.program, &|_| None);
    let tree = |file| c.trees.get(file).map(|p| &p.tree);
    let found = export_profile(&ProfileExport {
        profile,
        catalogs: &catalogs,
        sources: &c.sources,
        modules: &c.files,
        tree: &tree,
        sidecar,
        day,
    })?;
    Ok(serde_json::from_str(&found.text).unwrap())
}

/// What is in scope under the profile of a module.
fn scope(module: &str, profile: &str) -> Vec<String> {
    let catalogs = catalogs(module, Some(profile));
    let items = catalogs.iter().flat_map(|c| &c.items);
    items.filter(|i| !i.is_passed_over && i.scope == Some(None)).map(|i| i.id.clone()).collect()
}

/// The imports select just these; the pack is laid out and comes back as it was.
fn check(imports: Value, ids: &[&str]) -> ImportedPack {
    let document = document(imports);
    let pack = import(&document).unwrap_or_else(|e| panic!("{e:#?}"));
    let module = file(&pack, "profile.kijun");
    assert_eq!(kijun_syntax::format(module).as_deref(), Ok(module));
    assert_eq!(scope(module, "base_line"), ids, "{module}");
    let back = export(module, "base_line", Some(file(&pack, PROFILE_SIDECAR)), None).unwrap();
    assert_eq!(back, document, "{module}");
    pack
}

#[test]
fn a_resource_of_ours_says_which_catalogue_it_is() {
    let mut of = document(json!([{ "href": "#6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002", "include-all": {} }]));
    let resource = &mut of["profile"]["back-matter"]["resources"][0];
    resource["title"] = "a title that nothing has".into();
    assert!(import(&of).is_ok(), "the only catalogue at hand");
    let prop =
        |name: &str, value: &str| json!({ "name": name, "ns": super::super::names::NS, "value": value });
    of["profile"]["back-matter"]["resources"][0]["props"] =
        json!([prop("catalog", "n"), prop("edition", "1")]);
    let pack = import(&of).unwrap();
    assert!(!file(&pack, "IMPORT.md").contains("the only catalogue at hand"), "{}", file(&pack, "IMPORT.md"));
}

const ALL: [&str; 7] = ["a-1", "a-1.1", "a-1.2", "a-2", "a-2.1", "b-1", "b-2(1)"];

#[test]
fn imports_become_clauses_that_mean_the_same() {
    check(json!([{ "href": "n.json", "include-all": {} }]), &ALL);
    check(json!([{ "href": "n.json" }]), &ALL);
    check(
        json!([{ "href": "#6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002", "include-controls": [{ "with-ids": ["a-1", "b-1"] }] }]),
        &["a-1", "b-1"],
    );
    check(
        json!([{ "href": "n", "include-controls": [{ "with-ids": ["a-1"], "with-child-controls": "yes" }] }]),
        &["a-1", "a-1.1", "a-1.2"],
    );
    check(json!([{ "href": "n", "include-controls": [{ "matching": [{ "pattern": "a-*" }] }] }]), &ALL[..5]);
    check(
        json!([{ "href": "n", "include-all": {}, "exclude-controls": [{ "with-ids": ["a-1.2"] }] }]),
        &["a-1", "a-1.1", "a-2", "a-2.1", "b-1", "b-2(1)"],
    );
    let pack =
        check(json!([{ "href": "n", "include-controls": [{ "with-ids": ["_b-2_28_1_29_"] }] }]), &["b-2(1)"]);
    let module = file(&pack, "profile.kijun");
    assert!(module.contains("  include n@1:b-2(1)\n"), "{module}");
    assert!(file(&pack, "kijun.toml").contains("norms = { path = \"../n\" }"));
    let said: Vec<&str> = pack.losses.iter().map(|l| l.what.en.as_str()).collect();
    assert!(said.iter().any(|s| s.contains("`set-parameters`")), "{said:?}");
}

#[test]
fn what_is_below_and_not_selected_is_excluded_with_a_reason() {
    let pack = check(
        json!([{ "href": "n", "include-controls": [{ "with-ids": ["a-1", "a-1.1"] }] }]),
        &["a-1", "a-1.1"],
    );
    let module = file(&pack, "profile.kijun");
    assert!(
        module.contains("exclude n@1:a-1.2 reason \"not selected by the profile `Base line`\""),
        "{module}"
    );
}

#[test]
fn what_the_language_brings_along_is_said() {
    let document = document(json!([{ "href": "n", "include-controls": [{ "with-ids": ["a-1.1"] }] }]));
    let pack = import(&document).unwrap();
    assert_eq!(scope(file(&pack, "profile.kijun"), "base_line"), ["a-1", "a-1.1"]);
    let lost = pack.losses.iter().find(|l| l.what.en.contains("in scope all the same")).unwrap();
    assert_eq!(lost.places[0].path, "n@1:a-1");
    let back =
        export(file(&pack, "profile.kijun"), "base_line", Some(file(&pack, PROFILE_SIDECAR)), None).unwrap();
    assert_eq!(back, document);
}

#[test]
fn a_profile_may_stand_on_another() {
    let inner = document(
        json!([{ "href": "n", "include-controls": [{ "with-ids": ["a-1", "a-2"], "with-child-controls": "yes" }] }]),
    );
    let outer = document(
        json!([{ "href": "inner.json", "exclude-controls": [{ "with-ids": ["a-2"], "with-child-controls": "yes" }] }]),
    );
    let pack = import_with(&outer, &[("inner.json", &inner.to_string())], &[]).unwrap();
    assert_eq!(scope(file(&pack, "profile.kijun"), "base_line"), ["a-1", "a-1.1", "a-1.2"]);
    let circle = document(json!([{ "href": "me.json" }]));
    let wrong = import_with(&circle, &[("me.json", &circle.to_string())], &[]).unwrap_err();
    assert!(wrong[0].message.en.contains("imports itself"), "{wrong:?}");
}

#[test]
fn a_changed_profile_wins() {
    let pack = import(&document(json!([{ "href": "n.json", "include-controls": [{ "with-ids": ["a-1"], "with-child-controls": "yes" }] }]))).unwrap();
    let module = file(&pack, "profile.kijun").replace("include n@1:a-1", "include n@1:b-1");
    let sidecar = file(&pack, PROFILE_SIDECAR);
    assert_eq!(export(&module, "base_line", Some(sidecar), None), Err(NoCatalog::NoDay));
    let back = export(&module, "base_line", Some(sidecar), Some("2026-11-22")).unwrap();
    assert_eq!(
        back["profile"]["imports"],
        json!([{ "href": "n.json", "include-controls": [{ "with-child-controls": "no", "with-ids": ["b-1"] }] }])
    );
    assert_eq!(back["profile"]["modify"]["set-parameters"][0]["param-id"], "a-1_prm_1");
    assert_eq!(back["profile"]["metadata"]["last-modified"], "2026-11-22T00:00:00Z");
}

#[test]
fn a_profile_of_ones_own_goes_out_and_comes_back() {
    let module = "param cycle: duration = 1 year\nprofile own \"自院\" {\n  en \"own\"\n  include n:a, n:b-1\n  exclude n:a-2 reason \"使っていない\"\n  set cycle = 2 years\n  raise n:b-1 to should\n}\n";
    let document = export(module, "own", None, Some("2026-11-22")).unwrap();
    check_schema(&document);
    assert_eq!(
        document["profile"]["imports"][0]["include-controls"][0]["with-ids"],
        json!(["a-1", "a-1.1", "a-1.2", "b-1"])
    );
    let pack = import(&document).unwrap();
    let text = file(&pack, "profile.kijun");
    for clause in ["include n:a, n:b-1", "exclude n:a-2 reason \"使っていない\"", "= 2 years", "raise"]
    {
        assert!(text.contains(clause), "{clause}: {text}");
    }
    let with_param = format!("param cycle: duration = 1 year\n{text}");
    assert_eq!(export(&with_param, "own", Some(file(&pack, PROFILE_SIDECAR)), None).unwrap(), document);
}

fn check_schema(document: &Value) {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("KIJUN_SHARED").map_or(beside, Into::into);
    #[allow(clippy::disallowed_methods, reason = "the schema is no part of this repository")]
    let Ok(text) = std::fs::read_to_string(shared.join("data/oscal/oscal_profile_schema.json")) else {
        eprintln!("skipped: no schema of OSCAL beside the checkout (KIJUN_SHARED names another folder)");
        return;
    };
    let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let errors: Vec<String> =
        schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn what_is_not_there_is_told_with_its_place() {
    let wrong = |imports: Value| -> String { import(&document(imports)).unwrap_err()[0].message.en.clone() };
    assert!(wrong(json!([{ "href": "n", "include-controls": [{ "with-ids": ["a-9"] }] }])).contains(
        "/profile/imports/0/include-controls/0/with-ids/0: the catalogue `n@1` has no `a-9`; did you mean"
    ));
    assert!(wrong(json!([{ "href": "#none" }])).contains("no resource `#none`"));
    assert!(
        wrong(json!([{ "href": "n", "include-all": {}, "include-controls": [] }]))
            .contains("exclude each other")
    );
    assert!(wrong(json!([{ "href": "n", "included": [] }])).contains("`included` has no place here"));
    let named = [("n".to_owned(), CatalogName::parse("other"))];
    let unknown = import_with(&document(json!([{ "href": "n" }])), &[], &named).unwrap_err();
    assert_eq!(unknown[0].code, "K0205");
}
