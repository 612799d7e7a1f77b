//! Ways from one place to others, once over the protocol.

use serde_json::{Value, json};

use crate::client::{Client, place};
use crate::fixture::{Editor, Folder, NORMS, RULES, workspace};

const FUNCTIONS: &str = "\
relation supplies(vendor, vendor) \"再委託\" en \"subcontracts\"
supplies(v, s) if v != s and s.country == JP
define 国内(v: vendor): bool = v.country == JP and all s in supplies(v): s.country == JP
check 再委託 for mhlw:8.2 { each c: contract require 国内(c.vendor) ja \"{c.vendor.name}\" }
satisfy mhlw:8.2 { technical home, 再委託 combine all technical }
";

fn opened(name: &str) -> (Folder, Editor, String) {
    let folder = workspace(name);
    folder.write("関数.kijun", FUNCTIONS);
    let mut editor = Editor::of(&folder);
    let functions = folder.uri("関数.kijun");
    editor.client.open(&functions, FUNCTIONS);
    editor.client.settle();
    (folder, editor, functions)
}

/// Line and first column of a word, in UTF-16 units.
fn at(text: &str, word: &str) -> (usize, usize) {
    let start = text.find(word).unwrap();
    let before = &text[..start];
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count(), before[line..].encode_utf16().count())
}

/// File, line and column of each location.
fn locations(found: &Value) -> Vec<String> {
    let shown = |l: &Value| {
        let start = &l["range"]["start"];
        let file = l["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        format!("{} {}:{}", file.replace("%E9%96%A2%E6%95%B0", "関数"), start["line"], start["character"])
    };
    found.as_array().unwrap().iter().map(shown).collect()
}

fn go(client: &mut Client, method: &str, uri: &str, word: &str) -> Vec<String> {
    let (line, column) = at(FUNCTIONS, word);
    locations(&client.at(&format!("textDocument/{method}"), uri, line, column + 1).unwrap())
}

#[test]
fn a_name_leads_to_what_it_rests_on_what_decides_it_and_its_type() {
    let (folder, mut editor, functions) = opened("lead");
    let client = &mut editor.client;
    assert_eq!(go(client, "declaration", &functions, "mhlw:8.2"), ["norms.kijun 0:8"]);
    assert_eq!(go(client, "declaration", &functions, "8.2"), ["norms.kijun 6:12"]);
    assert_eq!(
        go(client, "implementation", &functions, "8.2"),
        ["%E8%A6%8F%E5%89%87.kijun 4:6", "関数.kijun 3:6", "関数.kijun 4:8"].map(str::to_owned)
    );
    assert_eq!(go(client, "implementation", &functions, "supplies"), ["関数.kijun 1:0"]);
    assert_eq!(go(client, "typeDefinition", &functions, "v.country"), ["norms.kijun 8:7"]);
    let contracts = folder.uri("facts/contract.csv");
    let found = client.at("textDocument/declaration", &contracts, 1, 3).unwrap();
    assert_eq!(locations(&found), ["norms.kijun 9:23"]);
    let found = client.at("textDocument/typeDefinition", &contracts, 1, 6).unwrap();
    assert_eq!(locations(&found), ["norms.kijun 7:5"]);
}

/// The calls of an item: name, detail, and lines and columns of the places.
fn calls(client: &mut Client, direction: &str, item: &Value) -> Vec<String> {
    let method = format!("callHierarchy/{direction}Calls");
    let found = client.request(&method, json!({"item": item})).unwrap();
    let end = if direction == "incoming" { "from" } else { "to" };
    let shown = |c: &Value| {
        let places = c["fromRanges"].as_array().unwrap().iter();
        let places: Vec<String> =
            places.map(|p| format!("{}:{}", p["start"]["line"], p["start"]["character"])).collect();
        let item = &c[end];
        format!(
            "{} ({}) {}",
            item["name"].as_str().unwrap(),
            item["detail"].as_str().unwrap(),
            places.join(" ")
        )
    };
    found.as_array().unwrap().iter().map(shown).collect()
}

#[test]
fn calls_are_followed_in_both_directions_over_files() {
    let (folder, mut editor, functions) = opened("calls");
    let client = &mut editor.client;
    let (line, column) = at(FUNCTIONS, "国内(c");
    let item = client.at("textDocument/prepareCallHierarchy", &functions, line, column).unwrap()[0].clone();
    assert_eq!(item["name"], "国内");
    assert_eq!(item["selectionRange"]["start"], json!({"line": 2, "character": 7}));
    assert_eq!(calls(client, "incoming", &item), ["再委託 (check) 3:50"]);
    assert_eq!(calls(client, "outgoing", &item), ["supplies (subcontracts) 2:58"]);
    let norms = folder.uri("norms.kijun");
    let (line, column) = at(NORMS, "8.2");
    let item = client.at("textDocument/prepareCallHierarchy", &norms, line, column).unwrap()[0].clone();
    let decided = ["home (check) 6:12", "再委託 (check) 6:12", "mhlw:8.2 (combination of measures) 6:12"];
    assert_eq!(calls(client, "outgoing", &item), decided);
    assert_eq!(client.at("textDocument/prepareCallHierarchy", &norms, 0, 0), Ok(Value::Null));
}

#[test]
fn a_catalogue_and_an_entity_have_types_above_and_below() {
    let folder = workspace("types");
    let mut editor = Editor::start();
    let answer = editor.client.initialize(&[&folder.uri("")], json!({}), json!({"language": "en"}));
    assert_eq!(answer["capabilities"]["typeHierarchyProvider"], true);
    let client = &mut editor.client;
    let rules = folder.uri("規則.kijun");
    client.open(&rules, &format!("{RULES}extend entity vendor {{ size: int? }}\n"));
    client.settle();
    let names = |client: &mut Client, method: &str, item: &Value| -> Vec<String> {
        let found = client.request(&format!("typeHierarchy/{method}"), json!({"item": item})).unwrap();
        found.as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
    };
    let item = client.at("textDocument/prepareTypeHierarchy", &rules, 0, 22).unwrap()[0].clone();
    assert_eq!(
        (item["name"].as_str(), item["detail"].as_str()),
        (Some("mhlw:8.1"), Some("A contract with its clauses"))
    );
    assert_eq!(names(client, "supertypes", &item), ["mhlw"]);
    let above = client.request("typeHierarchy/supertypes", json!({"item": item})).unwrap()[0].clone();
    assert_eq!(names(client, "subtypes", &above), ["mhlw:8.1", "mhlw:8.2"]);
    let entity = client.at("textDocument/prepareTypeHierarchy", &rules, 5, 15).unwrap()[0].clone();
    let below = client.request("typeHierarchy/subtypes", json!({"item": entity})).unwrap();
    assert_eq!(
        (below[0]["uri"].as_str(), below[0]["detail"].as_str()),
        (Some(rules.as_str()), Some("extension of an entity"))
    );
}

#[test]
fn a_tree_stays_with_the_root_in_which_it_was_opened() {
    let pack = "[pack]\nname = \"norms\"\nversion = \"1.0.0\"\n";
    let folder = Folder::new(
        "tree",
        &[
            ("norms/kijun.toml", pack),
            ("norms/norms.kijun", NORMS),
            (
                "hospital/kijun.toml",
                "[workspace]\nfacility = \"a\"\n\n[dependencies]\nnorms = { path = \"../norms\" }\n",
            ),
            ("hospital/rules.kijun", RULES),
        ],
    );
    let mut editor = Editor::start();
    let client = &mut editor.client;
    client.initialize(&[&folder.uri("norms"), &folder.uri("hospital")], json!({}), json!({"language": "en"}));
    client.settle();
    let rules = folder.uri("hospital/rules.kijun");
    let item = client.at("textDocument/prepareCallHierarchy", &rules, 0, 22).unwrap()[0].clone();
    assert_eq!(item["uri"], folder.uri("norms/norms.kijun"));
    // The pack alone has no rules.
    assert_eq!(calls(client, "outgoing", &item), ["clauses (check) 5:12"]);
    let manifest = folder.uri("hospital/kijun.toml");
    let found =
        client.request("textDocument/documentLink", json!({"textDocument": {"uri": manifest}})).unwrap();
    assert_eq!(found[0]["target"], folder.uri("norms/kijun.toml"));
    assert_eq!(found[0]["range"]["start"], json!({"line": 4, "character": 18}));
}

#[test]
fn highlights_say_what_writes() {
    let (_folder, mut editor, functions) = opened("highlights");
    let client = &mut editor.client;
    let (line, column) = at(FUNCTIONS, "c: contract");
    let found = client.at("textDocument/documentHighlight", &functions, line, column).unwrap();
    let shown: Vec<(u64, u64)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|h| (h["range"]["start"]["character"].as_u64().unwrap(), h["kind"].as_u64().unwrap()))
        .collect();
    assert_eq!(shown, [(30, 3), (53, 2), (68, 2)]);
    let linked = client.at("textDocument/linkedEditingRange", &functions, line, column).unwrap();
    assert_eq!(linked["ranges"].as_array().unwrap().len(), 3);
    assert_eq!(client.at("textDocument/linkedEditingRange", &functions, 0, 0), Ok(Value::Null));
}

#[test]
fn links_lead_to_the_web_and_to_pages() {
    let folder = workspace("links");
    let mut editor = Editor::start();
    let client = &mut editor.client;
    let settings = json!({"language": "en", "docs": "https://example.org/docs/"});
    client.initialize(&[&folder.uri("")], json!({}), settings);
    let uri = folder.uri("more.kijun");
    client.open(&uri, "// 😀 https://example.org/表 K0203\n");
    let found = client.request("textDocument/documentLink", json!({"textDocument": {"uri": uri}})).unwrap();
    let shown: Vec<(&str, u64)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["target"].as_str().unwrap(), l["range"]["start"]["character"].as_u64().unwrap()))
        .collect();
    assert_eq!(shown, [("https://example.org/%E8%A1%A8", 6), ("https://example.org/docs/K0203.md", 28)]);
}

#[test]
fn a_place_grows_to_the_file() {
    let (_folder, mut editor, functions) = opened("selection");
    let client = &mut editor.client;
    let (line, column) = at(FUNCTIONS, "country == JP\ndefine");
    let positions = json!([{"line": line, "character": column}, {"line": 0, "character": 0}]);
    let params = json!({"textDocument": {"uri": functions}, "positions": positions});
    let found = client.request("textDocument/selectionRange", params).unwrap();
    let (mut range, mut widths) = (&found[0], Vec::new());
    while range["range"].is_object() {
        let (start, end) = (&range["range"]["start"], &range["range"]["end"]);
        widths.push(format!("{}:{}-{}:{}", start["line"], start["character"], end["line"], end["character"]));
        range = &range["parent"];
    }
    assert_eq!(widths, ["1:31-1:38", "1:29-1:38", "1:29-1:44", "1:18-1:44", "1:0-1:44", "0:0-5:0"]);
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[test]
fn a_call_shows_its_signature() {
    let (_folder, mut editor, functions) = opened("signature");
    let client = &mut editor.client;
    let (line, column) = at(FUNCTIONS, "c.vendor)");
    let help = client.at("textDocument/signatureHelp", &functions, line, column).unwrap();
    assert_eq!(help["signatures"][0]["label"], "国内(v: vendor): bool");
    assert_eq!(help["signatures"][0]["parameters"][0]["label"], "v: vendor");
    assert_eq!((help["activeSignature"].as_u64(), help["activeParameter"].as_u64()), (Some(0), Some(0)));
    assert_eq!(client.at("textDocument/signatureHelp", &functions, 0, 0), Ok(Value::Null));
    // Japanese, and offsets in UTF-16 although texts are exchanged in UTF-8.
    let folder = workspace("signature-offsets");
    folder.write("関数.kijun", FUNCTIONS);
    let mut editor = Editor::start();
    let offsets = json!({"signatureInformation": {"parameterInformation": {"labelOffsetSupport": true}}});
    let capabilities =
        json!({"general": {"positionEncodings": ["utf-8"]}, "textDocument": {"signatureHelp": offsets}});
    editor.client.initialize(&[&folder.uri("")], capabilities, json!({"language": "ja"}));
    editor.client.settle();
    let line_text = FUNCTIONS.lines().nth(3).unwrap();
    let column = line_text.find("c.vendor)").unwrap();
    let uri = folder.uri("関数.kijun");
    let help = editor.client.request("textDocument/signatureHelp", place(&uri, 3, column)).unwrap();
    assert_eq!(help["signatures"][0]["parameters"][0]["label"], json!([3, 12]));
    assert_eq!(help["signatures"][0]["parameters"][0]["documentation"], "事業者");
}
