//! Libraries in YAML become packs that are laid out and compile; what has no place is said.

use kijun_engine::program::Mark;
use kijun_model::{Input, Trees, compile};
use kijun_text::{Diagnostic, Lang, Sources};

use super::*;

type Importer =
    fn(&Sources, kijun_text::FileId, &Import<'_>, &[(String, String)]) -> Result<ImportedPack, Problems>;

fn read(importer: Importer, text: &str, words: &[(&str, &str)]) -> Result<ImportedPack, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("library.yaml", text);
    let import = Import {
        file_name: "library.yaml",
        sha256: "00ff",
        pack: None,
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: Lang::En,
    };
    let words: Vec<(String, String)> =
        words.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    importer(&sources, file, &import, &words)
}

/// The modules, which `fmt` leaves as they are and which compile.
fn modules_of(pack: &ImportedPack, more: &str) -> String {
    let mut sources = Sources::default();
    let mut files = vec![sources.add("more.kijun", more)];
    let mut all = String::new();
    for file in pack.files.iter().filter(|f| f.path.ends_with(".kijun")) {
        assert_eq!(kijun_syntax::format(&file.text).as_ref(), Ok(&file.text), "{}", file.path);
        files.push(sources.add(&file.path, file.text.as_str()));
        all.push_str(&file.text);
    }
    let compiled =
        compile(&mut sources, &mut Trees::default(), &Input { modules: files, ..Input::default() });
    assert!(!compiled.has_errors(), "{:#?}\n{all}", compiled.diagnostics);
    all
}

fn said(pack: &ImportedPack) -> String {
    pack.losses.iter().map(|l| l.what.en.as_str()).collect::<Vec<_>>().join("\n")
}

fn check(importer: Importer, text: &str, words: &[(&str, &str)], more: &str, parts: &[&str], lost: &[&str]) {
    let pack = read(importer, text, words).unwrap_or_else(|e| panic!("{e:#?}"));
    let modules = modules_of(&pack, more);
    for part in parts {
        assert!(modules.contains(part), "{part}: {modules}");
    }
    let said = said(&pack);
    for part in lost {
        assert!(said.contains(part), "{part}: {said}");
    }
}

const FRAMEWORK: &str = "urn: urn:x:risk:library:house\nlocale: en\nref_id: HOUSE\nname: House rules\ncopyright: 院内の規程\nversion: 2\nprovider: A hospital\npackager: x\nobjects:\n  framework:\n    urn: urn:x:risk:framework:house\n    ref_id: HOUSE\n    name: House rules\n    scores_definition:\n    - score: 1\n    requirement_nodes:\n    - urn: urn:x:risk:req_node:house:id\n      assessable: false\n      depth: 1\n      ref_id: ID\n      name: IDENTIFY\n    - urn: urn:x:risk:req_node:house:id.am-1\n      assessable: true\n      depth: 2\n      parent_urn: urn:x:risk:req_node:house:id\n      ref_id: ID.AM-1\n      description: \"Devices are listed\\nand kept.\"\n      annotation: Phones too.\n      implementation_groups:\n      - B\n    - urn: urn:x:risk:req_node:house:node5\n      assessable: true\n      depth: 2\n      parent_urn: urn:x:risk:req_node:house:id\n      name: 題名だけ\n";

#[test]
fn a_framework_of_ciso_assistant_is_a_catalogue() {
    check(
        import_ciso_assistant,
        FRAMEWORK,
        &[],
        "",
        &[
            "catalog house \"House rules\" {",
            "publisher \"A hospital\"",
            "note      ja \"院内の規程\"",
            "section house:id \"IDENTIFY\" {",
            "requirement house:id.am-1 \"Devices are listed\" {",
            "alias   \"ID.AM-1\"",
            "summary en \"Devices are listed\\nand kept.\"",
            "note    en \"Phones too.\"",
            "requirement house:node5 \"題名だけ\" {\n  part of house:id\n  text not included",
        ],
        &["`scores_definition`", "`implementation_groups`", "`packager`"],
    );
}

const MAPPINGS: &str = "urn: urn:x:risk:library:map\nname: A to B\nversion: 1\nobjects:\n  requirement_mapping_sets:\n  - urn: urn:x:risk:req_mapping_set:map\n    name: A to B\n    source_framework_urn: urn:x:risk:framework:a\n    target_framework_urn: urn:x:risk:framework:b\n    requirement_mappings:\n    - source_requirement_urn: urn:x:risk:req_node:a:1.1\n      target_requirement_urn: urn:x:risk:req_node:b:x-1\n      relationship: intersect\n      strength_of_relationship: 2\n    - source_requirement_urn: urn:x:risk:req_node:a:1.2\n      target_requirement_urn: urn:x:risk:req_node:b:x-1\n      relationship: subset\n      annotation: 部分\n";

#[test]
fn a_mapping_set_of_ciso_assistant_is_a_mapping() {
    let norms = "catalog a \"A\" { }\ncatalog b \"B\" { }\nrequirement a:1.1 \"x\"\nrequirement a:1.2 \"x\"\nrequirement b:x-1 \"x\"\n";
    check(
        import_ciso_assistant,
        MAPPINGS,
        &[],
        norms,
        &["mapping a -> b {", "1.1 intersects x-1\n", "1.2 subset     x-1 \"部分\"\n", "mark   unverified"],
        &["another scale", "named after the ends of their URNs"],
    );
    let wrong = read(import_ciso_assistant, &MAPPINGS.replace("intersect", "akin"), &[]).unwrap_err();
    assert!(
        wrong[0].message.en.contains(
            "/objects/requirement_mapping_sets/0/requirement_mappings/0/relationship: the relationship `akin`"
        ),
        "{wrong:?}"
    );
    assert!(
        read(import_ciso_assistant, &MAPPINGS.replace("intersect", "akin"), &[("akin", "intersects")])
            .is_ok()
    );
}

const CATALOG: &str = "metadata:\n  id: EX-CCC\n  description: |\n    An example.\n  version: \"2025.1\"\n  author:\n    id: x\n    name: A body\n  applicability-categories:\n    - id: clear\ntitle: Example Catalog\nfamilies:\n  - id: data\n    title: Data Protection\n    description: About data.\ncontrols:\n  - id: EX.C01\n    family: data\n    title: |\n      No plain\n      requests\n    objective: |\n      Encrypt all.\n    guideline-mappings:\n      - reference-id: CSF\n        entries:\n          - reference-id: PR.DS-02\n            strength: 7\n    assessment-requirements:\n      - id: EX.C01.TR01\n        text: |\n          Traffic MUST be encrypted. Always.\n        applicability:\n          - clear\n        recommendation: Use TLS.\n";

#[test]
fn a_control_catalogue_of_gemara_is_a_catalogue() {
    check(
        import_gemara,
        CATALOG,
        &[],
        "",
        &[
            "catalog ex_ccc \"Example Catalog\" {",
            "edition   \"2025.1\"",
            "section ex_ccc@2025.1:data \"Data Protection\" {",
            "requirement ex_ccc@2025.1:EX.C01 \"No plain requests\" {",
            "part of ex_ccc@2025.1:data",
            "note    en \"guideline-mappings: CSF PR.DS-02\"",
            "requirement ex_ccc@2025.1:EX.C01.TR01 \"Traffic MUST be encrypted\" {",
            "note    en \"Use TLS.\"",
        ],
        &["`applicability`", "`applicability-categories`", "no relationship of sets"],
    );
}

#[test]
fn a_policy_of_gemara_is_a_catalogue_of_what_it_adds() {
    let policy = "metadata:\n  id: pol-1\n  description: D\ntitle: Policy\ncontacts:\n  responsible: []\nscope:\n  in: {}\nimports:\n  catalogs:\n    - reference-id: ISO-27001\n      constraints:\n        - id: c-1\n          target-id: A.8.1.1\n          text: Phones are enrolled\nadherence:\n  non-compliance: x\n";
    check(
        import_gemara,
        policy,
        &[],
        "",
        &[
            "section pol_1:ISO-27001 \"ISO-27001\"",
            "requirement pol_1:c-1 \"A.8.1.1 Phones are enrolled\" {",
            "source  \"A.8.1.1\"",
        ],
        &["`contacts`", "`adherence`", "`scope`"],
    );
}

#[test]
fn a_mapping_document_of_gemara_needs_the_meaning_of_its_words() {
    let document = "title: A to B\nmetadata:\n  id: map\nsource-reference:\n  reference-id: A\n  entry-type: Control\ntarget-reference:\n  reference-id: B\nmappings:\n  - id: m1\n    source: 1.1\n    relationship: relates-to\n    targets:\n      - entry-id: \"x-1\"\n        strength: 6\n        rationale: Both.\n        confidence-level: High\n  - id: m2\n    source: 1.2\n    relationship: subsumed-by\n    targets:\n      - entry-id: x-1\n  - id: m3\n    source: 1.3\n    relationship: no-match\n";
    let wrong = read(import_gemara, document, &[]).unwrap_err();
    assert!(
        wrong[0]
            .message
            .en
            .contains("/mappings/0/relationship: the relationship `relates-to` is none of sets"),
        "{wrong:?}"
    );
    let norms = "catalog a \"A\" { }\ncatalog b \"B\" { }\nrequirement a:1.1 \"x\"\nrequirement a:1.2 \"x\"\nrequirement b:x-1 \"x\"\n";
    check(
        import_gemara,
        document,
        &[("relates-to", "intersects")],
        norms,
        &["mapping a -> b {", "1.1 intersects x-1 strength 6 en \"Both.\"", "1.2 subset     x-1\n"],
        &["`confidence-level`", "rows without a target"],
    );
}

#[test]
fn broken_documents_are_refused_with_their_place() {
    for importer in [import_ciso_assistant as Importer, import_gemara] {
        for text in ["", "- a\n", "a: [", "a: *x\n", "x: 1\n", "---\na: 1\n---\nb: 2\n"] {
            let wrong = read(importer, text, &[]).unwrap_err();
            assert!(["K0802", "K0508"].contains(&wrong[0].code), "{text}: {wrong:?}");
        }
    }
    let twice = FRAMEWORK.replace("house:node5", "house:id.am-1");
    assert!(
        read(import_ciso_assistant, &twice, &[]).unwrap_err()[0].message.en.contains("stands here twice")
    );
    let orphan = FRAMEWORK.replace(
        "parent_urn: urn:x:risk:req_node:house:id\n      name",
        "parent_urn: urn:x:other\n      name",
    );
    assert!(
        read(import_ciso_assistant, &orphan, &[]).unwrap_err()[0]
            .message
            .en
            .contains("nothing before this is")
    );
    let family = CATALOG.replace("family: data", "family: other");
    assert!(
        read(import_gemara, &family, &[]).unwrap_err()[0].message.en.contains("there is no family `other`")
    );
    let list = CATALOG.replace("objective: |\n      Encrypt all.", "objective: [a]");
    assert!(
        read(import_gemara, &list, &[]).unwrap_err()[0]
            .message
            .en
            .contains("/controls/0/objective: a text belongs here")
    );
}

#[test]
fn the_page_of_the_diagnostic_shows_what_it_says() {
    let page = kijun_model::page("K0802").unwrap();
    let blocks: Vec<&str> =
        page.split("```yaml ciso-assistant\n").skip(1).filter_map(|b| b.split("```").next()).collect();
    let [wrong, right] = blocks.as_slice() else { panic!("{blocks:?}") };
    let codes: Vec<&str> =
        read(import_ciso_assistant, wrong, &[]).unwrap_err().iter().map(|d| d.code).collect();
    assert_eq!(codes, ["K0802"]);
    assert!(read(import_ciso_assistant, right, &[]).is_ok());
}
