//! Claims become facts that are read, and come back.

use kijun_engine::program::Mark;
use kijun_facts::{Decoded, StoreBuilder, read_texts};
use kijun_model::{Input, Trees, compile};
use kijun_text::{Diagnostic, Lang, Sources};
use serde_json::{Value, json};

use super::*;
use crate::oscal::CatalogName;
use crate::oscal::catalog::NoCatalog;
use crate::oscal::profile::profile_catalogs;
use crate::pack::Import;

const NORMS: &str = r#"
catalog n "規範" { edition "1" }
requirement n:sc-8 "通信の保護" { }
requirement n:sc-8(1) "暗号化" { }
"#;

fn document() -> Value {
    json!({ "component-definition": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
        "metadata": { "title": "A database", "last-modified": "2026-05-12T09:16:10Z", "version": "3", "oscal-version": "1.1.2",
            "parties": [{ "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002", "type": "organization", "name": "Maker" }] },
        "components": [
            {
                "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0003", "type": "service", "title": "Database \"X\"",
                "description": "Stores\nrecords.", "purpose": "storage",
                "control-implementations": [{
                    "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0004", "source": "norm.json", "description": "Claims.",
                    "implemented-requirements": [
                        {
                            "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0005", "control-id": "sc-8", "description": "TLS.",
                            "set-parameters": [{ "param-id": "sc-8_prm_1", "values": ["confidentiality"] }],
                            "statements": [{ "statement-id": "sc-8_smt", "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0006", "description": "By TLS." }]
                        },
                        {
                            "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0007", "control-id": "_sc-8_28_1_29_", "description": " unknown ",
                            "props": [{ "name": "x", "value": "y" }, { "name": "implementation-status", "value": "not-applicable" }]
                        },
                        {
                            "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0008", "control-id": "sc-8", "description": "?",
                            "props": [{ "name": "implementation-status", "value": "partial", "remarks": "half" }, { "name": "x", "value": "y" }]
                        }
                    ]
                }]
            },
            { "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0009", "type": "policy", "title": "Database \"X\"", "description": "The same name." }
        ],
        "back-matter": { "resources": [{ "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c000a", "title": "norm" }] }
    } })
}

fn import(document: &Value, named: &[(String, CatalogName)]) -> Result<ImportedComponents, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("component.json", document.to_string());
    let norms = sources.add("n.kijun", NORMS);
    let compiled =
        compile(&mut sources, &mut Trees::default(), &Input { modules: vec![norms], ..Input::default() });
    let catalogs = profile_catalogs(&compiled.program, &|_| None);
    let import = Import {
        file_name: "component.json",
        sha256: "00",
        pack: None,
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: Lang::En,
    };
    import_components(
        &sources,
        file,
        &ComponentImport { import, named, catalogs: Some(&catalogs), dependencies: &[] },
    )
}

fn export(facts: &str, day: Option<&str>) -> Result<Value, NoCatalog> {
    let mut sources = Sources::default();
    let modules = vec![sources.add("n.kijun", NORMS), sources.add("schema.kijun", SCHEMA)];
    let compiled = compile(&mut sources, &mut Trees::default(), &Input { modules, ..Input::default() });
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    let decoded = Decoded::read(facts.as_bytes(), facts.len()).unwrap();
    read_texts(&mut builder, &mut sources, vec![("facts/components.toml".to_owned(), decoded)], &[]);
    let (store, problems) = builder.finish();
    assert!(problems.is_empty(), "{problems:#?}\n{facts}");
    let catalogs = profile_catalogs(&compiled.program, &|_| None);
    let export = ComponentExport {
        program: &compiled.program,
        store: &store,
        catalogs: &catalogs,
        definition: None,
        day,
    };
    Ok(serde_json::from_str(&export_components(&export)?.text).unwrap())
}

#[test]
fn claims_are_facts_and_come_back() {
    assert_eq!(kijun_syntax::format(SCHEMA).as_deref(), Ok(SCHEMA));
    let imported = import(&document(), &[]).unwrap();
    assert_eq!((imported.components, imported.claims), (2, 3));
    let facts = &imported.facts;
    for line in [
        "requirement = \"n@1:sc-8\"",
        "requirement = \"n@1:sc-8(1)\"",
        "status = \"not_applicable\"",
        "status = \"partial\"",
        "description = \"Stores\\nrecords.\"",
        "_evidence = { source = \"A database 3 (component.json)\", as_of = 2026-05-12, grade = \"declared\" }",
    ] {
        assert!(facts.contains(line), "{line}: {facts}");
    }
    assert_eq!(export(facts, None).unwrap(), document());
    let said: Vec<&str> = imported.pack.losses.iter().map(|l| l.what.en.as_str()).collect();
    for part in ["`back-matter`", "no implementation-status", "satisfy no requirement", "`statements"] {
        assert!(said.iter().any(|s| s.contains(part)), "{part}: {said:#?}");
    }
}

#[test]
fn changed_facts_win() {
    let facts = import(&document(), &[]).unwrap().facts;
    let facts = facts
        .replace("status = \"partial\"", "status = \"implemented\"")
        .replace("description = \"TLS.\"", "description = \"TLS 1.3.\"");
    assert_eq!(export(&facts, None), Err(NoCatalog::NoDay));
    let back = export(&facts, Some("2026-11-22")).unwrap();
    let claims = &back["component-definition"]["components"][0]["control-implementations"][0]["implemented-requirements"];
    assert_eq!(claims[0]["description"], "TLS 1.3.");
    assert_eq!(
        claims[2]["props"][0],
        json!({ "name": "implementation-status", "value": "implemented", "remarks": "half" })
    );
    assert_eq!(back["component-definition"]["metadata"]["last-modified"], "2026-11-22T00:00:00Z");
    assert_eq!(export("", None), Err(NoCatalog::Absent));
}

#[test]
fn facts_of_ones_own_go_out() {
    let facts = "[[component_definition]]\nid = \"d\"\ntitle = \"Own\"\nversion = \"2\"\n\n[[component]]\nid = \"pacs\"\ndefinition = \"d\"\ntitle = \"PACS\"\nkind = \"software\"\ndescription = \"Images.\"\n\n[[component_claim]]\nid = \"c\"\ncomponent = \"pacs\"\nrequirement = \"n:sc-8(1)\"\nstatus = \"planned\"\ndescription = \"Soon.\"\n";
    let document = export(facts, Some("2026-11-22")).unwrap();
    let claim = &document["component-definition"]["components"][0]["control-implementations"][0]["implemented-requirements"]
        [0];
    assert_eq!((&claim["control-id"], &claim["description"]), (&json!("_sc-8_28_1_29_"), &json!("Soon.")));
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("KIJUN_SHARED").map_or(beside, Into::into);
    #[allow(clippy::disallowed_methods, reason = "the schema is no part of this repository")]
    let Ok(text) = std::fs::read_to_string(shared.join("data/oscal/oscal_component_schema.json")) else {
        eprintln!("skipped: no schema of OSCAL beside the checkout (KIJUN_SHARED names another folder)");
        return;
    };
    let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    for document in [&document, &self::document()] {
        let errors: Vec<String> =
            schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let imported = import(&document, &[]).unwrap();
    assert_eq!(export(&imported.facts, None).unwrap(), document);
}

#[test]
fn what_is_not_there_is_told_with_its_place() {
    let mut wrong = document();
    wrong["component-definition"]["components"][0]["control-implementations"][0]["implemented-requirements"]
        [0]["control-id"] = json!("sc-9");
    let found = import(&wrong, &[]).unwrap_err();
    let path =
        "/component-definition/components/0/control-implementations/0/implemented-requirements/0/control-id";
    assert!(found[0].message.en.starts_with(path), "{found:?}");
    let named = [("norm.json".to_owned(), CatalogName::parse("other"))];
    assert_eq!(import(&document(), &named).unwrap_err()[0].code, "K0205");
    for part in ["title", "type", "description", "uuid"] {
        let mut broken = document();
        broken["component-definition"]["components"][1].as_object_mut().unwrap().remove(part);
        assert_eq!(import(&broken, &[]).is_err(), part != "uuid", "{part}");
    }
}
