//! `import` of catalogues, profiles, component definitions, tables and libraries as packs, and `export` of what came of them.

use std::path::Path;

use serde_json::{Value, json};

use crate::run::{Folder, MANIFEST, Output, kijun};

/// A catalogue of OSCAL in the shape of the large ones.
fn catalog() -> Value {
    let control = |id: &str, title: &str, below: Value| {
        let mut control = json!({
            "id": id, "class": "SP800-53", "title": title,
            "params": [{ "id": format!("{id}_prm_1"), "label": "frequency", "constraints": [{ "description": "yearly" }] }],
            "props": [{ "name": "label", "value": id.to_uppercase() }, { "name": "sort-id", "value": id }],
            "links": [{ "href": "#ac-1", "rel": "related" }],
            "parts": [
                { "id": format!("{id}_smt"), "name": "statement", "prose": format!("Do it {{{{ insert: param, {id}_prm_1 }}}}.") },
                { "id": format!("{id}_gdn"), "name": "guidance", "prose": "How." }
            ]
        });
        if below != Value::Null {
            control["controls"] = below;
        }
        control
    };
    json!({ "catalog": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
        "metadata": { "title": "A norm", "last-modified": "2026-01-01T00:00:00Z", "version": "5.2.0+u1", "oscal-version": "1.1.3" },
        "groups": [{ "id": "ac", "class": "family", "title": "Access", "controls": [
            control("ac-1", "Policy", Value::Null),
            control("ac-2", "Accounts", json!([control("ac-2.1", "Automation", Value::Null), control("ac-2.2", "Removal", Value::Null)])),
            { "id": "ac-3", "title": "Gone", "props": [{ "name": "status", "value": "withdrawn" }], "links": [{ "href": "#ac-2_smt", "rel": "incorporated-into" }] }
        ] }],
        "back-matter": { "resources": [{ "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002", "title": "A source" }] }
    } })
}

fn ok(out: Output) -> Output {
    assert_eq!(out.status, 0, "{}\n{}", out.stdout, out.stderr);
    out
}

fn read(folder: &Folder, path: &str) -> String {
    let path = Path::new(folder.path()).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A folder with a catalogue of OSCAL and the pack `norm` made of it.
fn with_catalog(name: &str) -> Folder {
    let folder = Folder::new(name, &[("norm.json", &catalog().to_string())]);
    let (file, pack) = (format!("{}/norm.json", folder.path()), format!("{}/norm", folder.path()));
    let out = ok(kijun(&["import", "oscal-catalog", &file, "-o", &pack, "--alias", "norm"]));
    assert!(out.stderr.contains("1 section(s), 5 requirement(s) of which 1 withdrawn"), "{}", out.stderr);
    assert!(out.stderr.contains("line 1 /catalog/groups/0/controls/0/params"), "{}", out.stderr);
    folder
}

#[test]
fn a_catalogue_of_oscal_is_a_pack_and_comes_back() {
    let folder = with_catalog("import-catalog");
    let pack = format!("{}/norm", folder.path());
    let checked = ok(kijun(&["check", &pack]));
    assert!(!checked.stderr.contains("warning"), "{}", checked.stderr);
    ok(kijun(&["fmt", "--check", &pack]));
    let back = ok(kijun(&["export", "oscal-catalog", &pack]));
    assert_eq!(serde_json::from_str::<Value>(&back.stdout).unwrap(), catalog());
    let report = read(&folder, "norm/IMPORT.md");
    assert!(report.contains("norm.json") && report.contains("| requirements | 5 |"), "{report}");
    // A folder that holds something is left alone.
    let file = format!("{}/norm.json", folder.path());
    let again = kijun(&["import", "oscal-catalog", &file, "-o", &pack]);
    assert!(again.status == 2 && again.stderr.contains("is no empty folder"), "{}", again.stderr);
    // The same document gives the same bytes.
    let second = format!("{}/second", folder.path());
    ok(kijun(&["import", "oscal-catalog", &file, "-o", &second, "--alias", "norm", "--threads", "1"]));
    for path in ["kijun.toml", "catalog.kijun", "ac.kijun", "oscal.json", "IMPORT.md"] {
        assert_eq!(
            read(&folder, &format!("norm/{path}")),
            read(&folder, &format!("second/{path}")),
            "{path}"
        );
    }
}

#[test]
fn a_changed_title_goes_out_on_the_day_that_is_said() {
    let folder = with_catalog("import-changed");
    let module = Path::new(folder.path()).join("norm/ac.kijun");
    let text = std::fs::read_to_string(&module)
        .unwrap()
        .replace("\"Accounts\"", "\"利用者の管理\" {\n  en \"User accounts\"")
        .replace("\"User accounts\" {", "\"User accounts\"");
    std::fs::write(&module, text).unwrap();
    let pack = format!("{}/norm", folder.path());
    let no_day = kijun(&["export", "oscal-catalog", &pack]);
    assert!(no_day.status == 2 && no_day.stderr.contains("say --as-of"), "{}", no_day.stderr);
    let out = ok(kijun(&["export", "oscal-catalog", &pack, "--as-of", "2026-11-22"]));
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let control = &value["catalog"]["groups"][0]["controls"][1];
    assert_eq!(control["title"], "User accounts");
    assert_eq!(control["params"], catalog()["catalog"]["groups"][0]["controls"][1]["params"]);
    assert_eq!(value["catalog"]["metadata"]["last-modified"], "2026-11-22T00:00:00Z");
    std::fs::write(Path::new(folder.path()).join("norm/oscal.json"), "{").unwrap();
    let broken = kijun(&["export", "oscal-catalog", &pack, "--as-of", "2026-11-22"]);
    assert!(broken.status == 2 && broken.stderr.contains("oscal.json"), "{}", broken.stderr);
}

#[test]
fn every_catalogue_that_ships_goes_out_and_comes_back() {
    for pack in ["nist-csf-2.0", "mhlw-6.0", "iso27001-2022"] {
        let folder = Folder::new(&format!("import-own-{pack}"), &[]);
        let path = format!("rulepacks/{pack}");
        let first = ok(kijun(&["export", "oscal-catalog", &path, "--as-of", "2026-11-22"]));
        std::fs::create_dir_all(folder.path()).unwrap();
        let (file, target) = (format!("{}/c.json", folder.path()), format!("{}/c", folder.path()));
        std::fs::write(&file, &first.stdout).unwrap();
        ok(kijun(&["import", "oscal-catalog", &file, "-o", &target]));
        ok(kijun(&["check", &target]));
        ok(kijun(&["fmt", "--check", &target]));
        let again = ok(kijun(&["export", "oscal-catalog", &target, "--as-of", "2026-11-22"]));
        assert_eq!(
            serde_json::from_str::<Value>(&again.stdout).unwrap(),
            serde_json::from_str::<Value>(&first.stdout).unwrap(),
            "{pack}"
        );
    }
}

#[test]
fn a_profile_selects_from_an_imported_catalogue_and_comes_back() {
    let folder = with_catalog("import-profile");
    let profile = json!({ "profile": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0010",
        "metadata": { "title": "Low", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.1.3" },
        "imports": [{ "href": "norm.json", "include-controls": [{ "with-ids": ["ac-1", "ac-2", "ac-2.1"] }] }],
        "modify": { "set-parameters": [{ "param-id": "ac-1_prm_1", "values": ["monthly"] }] }
    } });
    let (file, pack) = (format!("{}/low.json", folder.path()), format!("{}/low", folder.path()));
    std::fs::write(&file, profile.to_string()).unwrap();
    let norm = format!("{}/norm", folder.path());
    let out = ok(kijun(&["import", "oscal-profile", &file, "--path", &norm, "-o", &pack]));
    assert!(out.stderr.contains("`set-parameters`"), "{}", out.stderr);
    let manifest = read(&folder, "low/kijun.toml");
    assert!(manifest.contains("path = \"../norm\", version = \"1.0\""), "{manifest}");
    ok(kijun(&["check", &pack]));
    ok(kijun(&["fmt", "--check", &pack]));
    let module = read(&folder, "low/profile.kijun");
    assert!(module.contains("exclude norm@5.2.0-u1:ac-2.2 reason"), "{module}");
    let back = ok(kijun(&["export", "oscal-profile", &pack]));
    assert_eq!(serde_json::from_str::<Value>(&back.stdout).unwrap(), profile);
}

#[test]
fn what_a_vendor_declares_is_facts_and_comes_back() {
    let folder = with_catalog("import-component");
    let document = json!({ "component-definition": {
        "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0020",
        "metadata": { "title": "PACS", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.1.3" },
        "components": [{
            "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0021", "type": "software", "title": "PACS", "description": "Images.",
            "control-implementations": [{
                "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0022", "source": "norm.json", "description": "Claims.",
                "implemented-requirements": [{
                    "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0023", "control-id": "ac-2.1", "description": "By LDAP.",
                    "props": [{ "name": "implementation-status", "value": "implemented" }]
                }]
            }]
        }]
    } });
    let (file, pack) = (format!("{}/pacs.json", folder.path()), format!("{}/pacs", folder.path()));
    std::fs::write(&file, document.to_string()).unwrap();
    let norm = format!("{}/norm", folder.path());
    let out = ok(kijun(&["import", "oscal-component", &file, "--path", &norm, "-o", &pack]));
    assert!(out.stderr.contains("1 component(s), 1 claim(s)"), "{}", out.stderr);
    ok(kijun(&["check", &pack]));
    ok(kijun(&["fmt", "--check", &pack]));
    let facts = read(&folder, "pacs/facts/components.toml");
    assert!(
        facts.contains("requirement = \"norm@5.2.0-u1:ac-2.1\"") && facts.contains("grade = \"declared\""),
        "{facts}"
    );
    let back = ok(kijun(&["export", "oscal-component", &pack]));
    assert_eq!(serde_json::from_str::<Value>(&back.stdout).unwrap(), document);
    let toml = format!("{}/facts.toml", folder.path());
    ok(kijun(&["import", "oscal-component", &file, "--catalog", "norm", "-o", &toml]));
    assert!(read(&folder, "facts.toml").contains("[[component_claim]]"));
    let again = kijun(&["import", "oscal-component", &file, "--catalog", "norm", "-o", &toml]);
    assert!(again.status == 2 && again.stderr.contains("is there already"), "{}", again.stderr);
}

#[test]
fn tables_are_packs_and_their_direction_is_asked_for() {
    let folder = with_catalog("import-tables");
    let at = |path: &str| format!("{}/{path}", folder.path());
    std::fs::write(at("own.csv"), "番号,題名,本文\n1,施錠,鍵を掛ける。\n1.1,記録,\n").unwrap();
    let proposed = kijun(&["import", "catalog", &at("own.csv"), "-o", &at("own")]);
    assert!(
        proposed.status == 2 && proposed.stderr.contains("--id '番号' --title '題名' --text '本文'"),
        "{}",
        proposed.stderr
    );
    assert!(!Path::new(&at("own")).exists(), "nothing is written");
    ok(kijun(&[
        "import",
        "catalog",
        &at("own.csv"),
        "--id",
        "番号",
        "--title",
        "題名",
        "--text",
        "本文",
        "--edition",
        "1",
        "-o",
        &at("own"),
    ]));
    ok(kijun(&["check", &at("own")]));
    ok(kijun(&["fmt", "--check", &at("own")]));
    assert!(read(&folder, "own/catalog.kijun").contains("text not included"));

    std::fs::write(at("map.csv"), "from,to,rel\nAC-2,1,subset of\nAC-2,1.1,nearly\n").unwrap();
    let columns =
        ["--source-column", "from", "--target-column", "to", "--relationship-column", "rel", "--path"];
    let (map, packs, output) = (at("map.csv"), folder.path().to_owned(), at("map"));
    let call = |more: &[&str]| {
        let fixed = ["import", "crosswalk", &map, "--from", "norm", "--to", "own", "-o", &output];
        kijun(&[&fixed[..], &columns, &[&packs], more].concat())
    };
    let undirected = call(&[]);
    assert!(undirected.status == 2 && undirected.stderr.contains("--direction"), "{}", undirected.stderr);
    let unknown = call(&["--direction", "target-to-source"]);
    assert!(
        unknown.status == 2
            && unknown.stderr.contains("map.csv C3: the relationship `nearly` is not understood"),
        "{}",
        unknown.stderr
    );
    ok(call(&["--direction", "target-to-source", "--word", "nearly=intersects"]));
    let module = read(&folder, "map/mapping.kijun");
    assert!(module.contains("ac-2 superset   1\n") && module.contains("ac-2 intersects 1.1\n"), "{module}");
    ok(kijun(&["check", &at("map")]));
    ok(kijun(&["fmt", "--check", &at("map")]));
    let out = ok(kijun(&["export", "oscal-mapping", &at("map"), "--as-of", "2026-11-22"]));
    assert!(out.stdout.contains("\"superset-of\""));

    // The same rows on the second sheet of a workbook, whose headings are not its first row, say the same.
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("表紙").unwrap().write(0, 0, "対応表").unwrap();
    let sheet = book.add_worksheet().set_name("対応").unwrap();
    let rows: [&[&str]; 4] =
        [&["対応表 v1"], &["from", "to", "rel"], &["AC-2", "1", "subset of"], &["AC-2", "1.1", "nearly"]];
    for (row, cells) in (0..).zip(rows) {
        sheet.write_row(row, 0, cells.iter().copied()).unwrap();
    }
    book.save(at("map.xlsx")).unwrap();
    let call = |more: &[&str]| {
        let (file, output) = (at("map.xlsx"), at("from-workbook"));
        let fixed = ["import", "crosswalk", &file, "--from", "norm", "--to", "own", "-o", &output];
        let read = ["--direction", "target-to-source", "--sheet", "対応", "--header-row", "2"];
        kijun(&[&fixed[..], &columns, &[folder.path()], &read, more].concat())
    };
    let unknown = call(&[]);
    assert!(
        unknown.status == 2
            && unknown.stderr.contains("map.xlsx 対応!C4: the relationship `nearly` is not understood"),
        "{}",
        unknown.stderr
    );
    ok(call(&["--word", "nearly=intersects"]));
    let lines =
        |module: &str| module.lines().filter(|l| l.contains("ac-2")).map(str::to_owned).collect::<Vec<_>>();
    let from_workbook = read(&folder, "from-workbook/mapping.kijun");
    assert_eq!(lines(&from_workbook), lines(&module));
    assert!(from_workbook.contains("map.xlsx 対応"), "{from_workbook}");
    ok(kijun(&["check", &at("from-workbook")]));
}

#[test]
fn libraries_in_yaml_are_packs() {
    let library = "urn: urn:x:risk:library:h\nname: House\nversion: 1\nobjects:\n  framework:\n    urn: urn:x:risk:framework:h\n    name: House\n    requirement_nodes:\n    - urn: urn:x:risk:req_node:h:1\n      assessable: true\n      ref_id: '1'\n      name: Locks\n      description: Lock it.\n";
    let gemara = "metadata:\n  id: g\ntitle: G\ncontrols:\n  - id: G1\n    title: One\n    objective: Do.\n    assessment-requirements:\n      - id: G1.1\n        text: MUST.\n        applicability: [all]\n";
    let folder = Folder::new("import-libraries", &[("h.yaml", library), ("g.yaml", gemara)]);
    for (format, file, id) in [("ciso-assistant", "h.yaml", "h:1"), ("gemara", "g.yaml", "g:G1.1")] {
        let (file, pack) = (format!("{}/{file}", folder.path()), format!("{}/{format}", folder.path()));
        ok(kijun(&["import", format, &file, "-o", &pack]));
        ok(kijun(&["check", &pack]));
        ok(kijun(&["fmt", "--check", &pack]));
        let module = read(&folder, &format!("{format}/catalog.kijun"));
        assert!(module.contains(&format!("requirement {id} ")), "{module}");
    }
    let broken = kijun(&[
        "import",
        "gemara",
        &format!("{}/h.yaml", folder.path()),
        "-o",
        &format!("{}/x", folder.path()),
    ]);
    assert!(broken.status == 2 && broken.stderr.contains("K0802"), "{}", broken.stderr);
    let page = ok(kijun(&["explain", "K0802"]));
    assert!(page.stdout.contains("--word"), "{}", page.stdout);
}

#[test]
fn an_imported_catalogue_counts_as_unverified_until_it_is_confirmed() {
    let folder = with_catalog("import-unverified");
    let files = [
        ("ws/kijun.toml", format!("{MANIFEST}\n[dependencies]\nnorm-5.2.0-u1 = {{ path = \"../norm\" }}\n").replace("norm-5.2.0-u1", "\"norm-5.2.0-u1\"")),
        ("ws/rule.kijun", "attest norm:ac-1 \"方針がありますか\" { by management }\n".to_owned()),
        ("ws/facts/attestation.toml", "[[attestation]]\nid = \"a\"\nrequirement = \"norm:ac-1\"\nanswer = \"yes\"\nby = \"management\"\ndate = 2026-11-01\n".to_owned()),
    ];
    for (path, text) in &files {
        let path = Path::new(folder.path()).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let verdict = || {
        let out = kijun(&["assess", &format!("{}/ws", folder.path()), "--format", "json"]);
        let value: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|_| panic!("{}", out.stderr));
        let list = value["requirements"].as_array().unwrap().clone();
        list.iter().find(|r| r["id"] == "norm:ac-1").unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_ne!(verdict(), "satisfied");
    let module = Path::new(folder.path()).join("norm/catalog.kijun");
    let text = std::fs::read_to_string(&module).unwrap().replace("unverified\n}", "printed\n}");
    std::fs::write(&module, text).unwrap();
    assert_eq!(verdict(), "satisfied");
}
