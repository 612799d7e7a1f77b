//! Which files belong together, and what happens when they change on disk.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::features::shown;
use crate::fixture::{Editor, Folder, MANIFEST, NORMS, RULES, workspace};

#[test]
fn two_workspaces_do_not_know_each_other() {
    let (a, b) = (workspace("two-a"), workspace("two-b"));
    b.write("規則.kijun", &RULES.replace("penalty", "secrecy"));
    let mut editor = Editor::start();
    editor.client.initialize(&[&a.uri(""), &b.uri("")], json!({}), json!({"language": "en"}));
    let line = |folder: &Folder| {
        let found = editor.client.diagnostics(&folder.uri("facts/contract.csv"), |d| !shown(d).is_empty());
        found["diagnostics"][0]["range"]["start"]["line"].clone()
    };
    assert_eq!((line(&a), line(&b)), (json!(1), json!(2)));
}

#[test]
fn a_file_without_an_open_folder_finds_its_manifest() {
    let folder = workspace("lonely");
    let mut editor = Editor::start();
    editor.client.initialize(&[], json!({}), json!({"language": "en"}));
    let rules = folder.uri("規則.kijun");
    editor.client.open(&rules, RULES);
    editor.client.settle();
    let hover = editor.client.at("textDocument/hover", &rules, 0, 20).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("条項のある契約"));
}

#[test]
fn a_folder_of_packs_is_one_root_and_their_tests_are_others() {
    let pack = |name: &str, more: &str| {
        format!("[pack]\nname = \"{name}\"\nversion = \"1.0.0\"\n\n[dependencies]\n{more}")
    };
    let folder = Folder::new(
        "packs",
        &[
            ("norms/kijun.toml", &pack("norms", "")),
            ("norms/norms.kijun", NORMS),
            ("rules/kijun.toml", &pack("rules", "norms = { path = \"../norms\" }\n")),
            ("rules/rules.kijun", RULES),
            ("rules/tests/t.kijun", "test \"t\" {\n  expect mhlw:8.9 satisfied\n}\n"),
        ],
    );
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    client.settle();
    let found = client.at("textDocument/references", &folder.uri("norms/norms.kijun"), 5, 16).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
    let test = folder.uri("rules/tests/t.kijun");
    client.open(&test, "test \"t\" {\n  expect mhlw:8.9 satisfied\n}\n");
    let found = client.diagnostics(&test, |d| !shown(d).is_empty());
    assert!(shown(&found)[0].starts_with("K0203 1"), "{found}");
}

/// What stands in an archive is known like anything else, and nothing leads to where an editor cannot go.
#[test]
fn a_pack_in_an_archive_is_known_and_never_edited() {
    let work = "lints = { all = \"off\" }\n[workspace]\nfacility = \"minato\"\n\n[dependencies]\nnorms = { archive = \"norms.kpack\" }\n";
    let folder = Folder::new(
        "archive",
        &[
            ("norms/kijun.toml", "[pack]\nname = \"norms\"\nversion = \"1.0.0\"\n"),
            ("norms/norms.kijun", NORMS),
            ("w/kijun.toml", work),
            ("w/規則.kijun", RULES),
        ],
    );
    let pack = |text: &str| {
        folder.write("norms/norms.kijun", text);
        let loaded =
            kijun_workspace::load(&folder.path("norms"), &kijun_workspace::Options::default()).unwrap();
        let bundle = kijun_workspace::bundle(&loaded.packs[0], None).unwrap();
        std::fs::write(folder.path("w/norms.kpack"), bundle.bytes).unwrap();
    };
    pack(NORMS);
    let mut editor = Editor::start();
    editor.client.initialize(&[&folder.uri("w")], json!({}), json!({"language": "en"}));
    let client = &mut editor.client;
    let rules = folder.uri("w/規則.kijun");
    client.open(&rules, RULES);
    client.settle();
    let (line, text) = RULES.lines().enumerate().find(|(_, l)| l.contains("mhlw:")).unwrap();
    let column = text.split("mhlw:").next().unwrap().chars().count() + 6;
    let hover = client.at("textDocument/hover", &rules, line, column).unwrap();
    assert!(!hover["contents"]["value"].as_str().unwrap().is_empty());
    for method in ["textDocument/definition", "textDocument/references", "textDocument/documentHighlight"] {
        let found = client.at(method, &rules, line, column).unwrap();
        assert!(!found.to_string().contains("kpack"), "{method}: {found}");
    }
    let rename =
        json!({"textDocument": {"uri": rules}, "position": {"line": 1, "character": 12}, "newName": "deal"});
    let refused = client.request("textDocument/rename", rename).unwrap_err();
    assert!(refused["message"].as_str().unwrap().contains("read from an archive"), "{refused}");
    // The archive is another one now: what it lacks is told.
    pack(&NORMS.replace("requirement mhlw:", "requirement mhlw:9."));
    let changed = json!({"changes": [{"uri": folder.uri("w/norms.kpack"), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changed);
    let found = client.diagnostics(&rules, |d| !shown(d).is_empty());
    assert!(shown(&found)[0].starts_with("K0203"), "{found}");
    // And where it is none, that is told in the manifest.
    folder.write("w/norms.kpack", "x");
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": folder.uri("w/norms.kpack"), "type": 2}]}),
    );
    let found = client.diagnostics(&folder.uri("w/kijun.toml"), |d| !shown(d).is_empty());
    assert!(shown(&found)[0].starts_with("K0606 5"), "{found}");
}

#[test]
fn a_file_of_no_workspace_has_its_syntax_checked() {
    let folder = Folder::new("loose", &[("a.kijun", "")]);
    let mut editor = Editor::start();
    editor.client.initialize(&[], json!({}), json!({"language": "en"}));
    let uri = folder.uri("a.kijun");
    editor.client.open(&uri, "check c for mhlw:8.1 { require true }\nrisk\n");
    let found = editor.client.diagnostics(&uri, |d| !shown(d).is_empty());
    assert_eq!(shown(&found), ["K0101 1 this ends too early: expected a name"]);
}

#[test]
fn changes_on_disk_and_in_the_manifest_are_followed() {
    let folder = workspace("watched");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let contracts = folder.uri("facts/contract.csv");
    client.diagnostics(&contracts, |d| shown(d).len() == 1);
    folder.write("facts/contract.csv", "id,vendor,clauses\nc1,a,罰則\n");
    let changed = |path: &str, kind: u8| json!({"changes": [{"uri": folder.uri(path), "type": kind}]});
    client.notify("workspace/didChangeWatchedFiles", changed("facts/contract.csv", 2));
    client.diagnostics(&contracts, |d| shown(d).is_empty());
    // A file that comes, and goes.
    folder.write("more.kijun", "risk\n");
    client.notify("workspace/didChangeWatchedFiles", changed("more.kijun", 1));
    let more = folder.uri("more.kijun");
    client.diagnostics(&more, |d| shown(d).len() == 1);
    std::fs::remove_file(more.strip_prefix("file://").unwrap()).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed("more.kijun", 3));
    client.diagnostics(&more, |d| shown(d).is_empty());
    // What is typed in the manifest counts before it is saved.
    let manifest = folder.uri("kijun.toml");
    client.open(&manifest, MANIFEST);
    client.change(&manifest, 2, json!([{"text": format!("{MANIFEST}profile = \"nobody\"\n")}]));
    let found = client.diagnostics(&manifest, |d| !shown(d).is_empty());
    assert_eq!(shown(&found), ["K0604 4 there is no profile `nobody`"]);
    client.change(&manifest, 3, json!([{"text": "[workspace\n"}]));
    client.diagnostics(&manifest, |d| shown(d).iter().any(|d| d.starts_with("K0601")));
    assert_eq!(client.at("textDocument/hover", &manifest, 0, 0), Ok(Value::Null));
}

#[test]
fn the_city_hospital_is_analysed_as_on_the_command_line() {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/city-hospital");
    let mut editor = Editor::start();
    let client = &mut editor.client;
    client.initialize(&[&crate::fixture::uri(&root)], json!({}), json!({"language": "en"}));
    let count = |all: &BTreeMap<String, Value>, key: &str, value: Value| {
        let found = all.values().flat_map(|d| d.as_array().unwrap()).filter(|d| d[key] == value);
        found.count()
    };
    // Six tracked catalogues, each summed up once, and verdicts on the facts.
    let all = client.all_diagnostics(|all| {
        count(all, "code", json!("coverage")) == 6
            && count(all, "code", json!("violated")) > 5
            && count(all, "code", json!("unknown")) > 5
    });
    assert_eq!(count(&all, "severity", json!(1)), 0);
}

#[test]
fn the_manifest_says_what_is_tracked_and_how_loudly_and_the_editor_goes_before_it() {
    let norms =
        "catalog iso \"規格\" { edition \"2022\" }\nrequirement iso:A \"甲\"\nrequirement iso:B \"乙\"\n";
    let mapping = "mapping mhlw -> iso { source \"表\" 8.1 equal A }\n";
    let coverage = "[coverage]\ntrack = [\"iso@2022\"]\nshow = \"items\"\nlevels = { not_covered = \"warning\", unmapped = \"off\" }\n";
    let files = [
        ("kijun.toml", format!("{MANIFEST}{coverage}")),
        ("規範.kijun", NORMS.to_owned()),
        ("規則.kijun", RULES.to_owned()),
        ("規格.kijun", format!("{norms}{mapping}")),
        ("facts/vendor.csv", "id,country\na,?\n".to_owned()),
    ];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let folder = Folder::new("coverage", &files);
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let of = |d: &Value| -> Vec<(String, u64)> {
        let issues = d["diagnostics"].as_array().unwrap().iter();
        issues.map(|i| (i["code"].as_str().unwrap().to_owned(), i["severity"].as_u64().unwrap())).collect()
    };
    let is = |d: &Value, wanted: &[(&str, u64)]| {
        of(d) == wanted.iter().map(|(code, level)| ((*code).to_owned(), *level)).collect::<Vec<_>>()
    };
    let iso = folder.uri("規格.kijun");
    client.diagnostics(&iso, |d| is(d, &[("coverage", 3), ("not_covered", 2)]));
    // What rules read and nobody fills: where it is read, with the records, and without any on the manifest.
    client.diagnostics(&folder.uri("規則.kijun"), |d| is(d, &[("K0513", 3), ("K0513", 3), ("K0513", 3)]));
    client.diagnostics(&folder.uri("facts/vendor.csv"), |d| of(d).contains(&("K0513".to_owned(), 3)));
    client.diagnostics(&folder.uri("kijun.toml"), |d| is(d, &[("K0513", 3)]));
    let settings = json!({"language": "en", "levels": {"not_covered": "hint", "unfilled": "off"}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"kijun": settings}}));
    client.diagnostics(&iso, |d| is(d, &[("coverage", 3), ("not_covered", 4)]));
    client.diagnostics(&folder.uri("kijun.toml"), |d| is(d, &[]));
    let settings = json!({"language": "en", "coverage": "off"});
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"kijun": settings}}));
    client.diagnostics(&iso, |d| is(d, &[]));
    // A catalogue that is not there, and a key that is not known, each with the name that was meant.
    let manifest = folder.uri("kijun.toml");
    client.open(&manifest, MANIFEST);
    let typed = |text: &str| json!([{"text": format!("{MANIFEST}[coverage]\n{text}\n")}]);
    client.change(&manifest, 2, typed("track = [\"izo@2022\"]"));
    client.diagnostics(&manifest, |d| shown(d).iter().any(|d| d.starts_with("K0205 5")));
    client.change(&manifest, 3, typed("levels = { unmaped = \"off\" }"));
    let found = client.diagnostics(&manifest, |d| shown(d).iter().any(|d| d.starts_with("K0601 5")));
    assert!(found.to_string().contains("did you mean `unmapped`?"), "{found}");
}

#[test]
fn mappings_that_cannot_all_hold_are_told_on_each_of_their_lines_once() {
    let norm = |c: &str| format!("catalog {c} \"{c}\" {{ edition \"1\" }}\nrequirement {c}:1 \"x\"\n");
    let line = |a: &str, b: &str| format!("mapping {a} -> {b} {{ source \"表\" 1 subset 1 }}\n");
    let files = [
        ("kijun.toml", MANIFEST.replace("{ all", "{ mapping = \"warning\", all")),
        ("n.kijun", ["a", "b", "c"].map(norm).concat()),
        ("x.kijun", line("a", "b")),
        ("y.kijun", line("b", "c")),
        ("z.kijun", line("c", "a")),
    ];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let folder = Folder::new("contradiction", &files);
    let editor = Editor::of(&folder);
    for file in ["x.kijun", "y.kijun", "z.kijun"] {
        let told = |d: &Value| shown(d).iter().any(|d| d.starts_with("K0411"));
        let found = editor.client.diagnostics(&folder.uri(file), told);
        let all = found["diagnostics"].as_array().unwrap();
        let issues: Vec<&Value> = all.iter().filter(|issue| issue["code"] == "K0411").collect();
        assert_eq!(issues.len(), 1, "{file}: {found}");
        assert_eq!(issues[0]["relatedInformation"].as_array().unwrap().len(), 2, "{file}");
    }
}

#[test]
fn facts_in_a_workbook_count_and_their_errors_are_told_at_its_head() {
    let folder = workspace("workbook");
    let contracts = folder.path("facts/contract.csv");
    std::fs::remove_file(contracts).unwrap();
    let save = |clause: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("契約").unwrap();
        for (row, cells) in
            (0..).zip([["id", "事業者", "条項"], ["c1", "a", "守秘義務"], ["c2", "a", clause]])
        {
            for (column, text) in (0..).zip(cells) {
                sheet.write(row, column, text).unwrap();
            }
        }
        book.save(folder.path("facts/台帳.xlsx")).unwrap();
    };
    save("罰測");
    let workbook = folder.uri("facts/台帳.xlsx");
    let mut editor = Editor::of(&folder);
    let found = editor.client.diagnostics(&workbook, |d| !shown(d).is_empty());
    assert!(shown(&found)[0].starts_with("K0503 0 契約!C3: `罰測` is not a `clause`"), "{found}");
    save("罰則");
    editor
        .client
        .notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": workbook, "type": 2}]}));
    let found = editor.client.diagnostics(&workbook, |d| shown(d).is_empty());
    assert!(shown(&found).is_empty());
    let norms = folder.uri("norms.kijun");
    editor.client.open(&norms, NORMS);
    editor.client.settle();
    let lenses = editor.client.request("textDocument/codeLens", json!({"textDocument": {"uri": norms}}));
    let lenses = lenses.unwrap().to_string();
    assert!(lenses.contains("1 violated") || lenses.contains("violated 1"), "{lenses}");
}
