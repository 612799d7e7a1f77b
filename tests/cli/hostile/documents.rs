//! What others write: OSCAL, Gemara, CISO Assistant, tables, forms, assessments of before, answers, frames of an editor.

use super::facts::pack;
use super::texts::{nested, spoilt};
use super::{Case, Ends};
use crate::run::MANIFEST;

const CATALOG: &str = r#"{"catalog":{"uuid":"11111111-1111-4111-8111-111111111111","metadata":{"title":"x","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.2.1"},
"groups":[{"id":"g","title":"g","controls":[{"id":"c-1","title":"c","parts":[{"name":"statement","prose":"{{ insert: param, p }}"}],"params":[{"id":"p","label":"p"}]}]}]}}"#;
const PROFILE: &str = r#"{"profile":{"uuid":"11111111-1111-4111-8111-111111111111","metadata":{"title":"x","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.2.1"},
"imports":[{"href":"nowhere.json","include-all":{}}]}}"#;
const COMPONENT: &str = r#"{"component-definition":{"uuid":"11111111-1111-4111-8111-111111111111","metadata":{"title":"x","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.2.1"},
"components":[{"uuid":"11111111-1111-4111-8111-111111111112","type":"software","title":"x","description":"x"}]}}"#;
const MAPPING: &str = r#"{"mapping-collection":{"uuid":"11111111-1111-4111-8111-111111111111","metadata":{"title":"x","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.2.1"},
"mappings":[]}}"#;
const GEMARA: &str = "title: x\nmetadata:\n  id: x\n  version: \"1\"\ncontrols:\n  - id: c-1\n    title: c\n    objective: o\n    assessment-requirements:\n      - {id: c-1.1, text: t, applicability: [a]}\n";
const CISO: &str = "urn: urn:intuitem:risk:library:x\nlocale: en\nref_id: x\nname: x\nversion: 1\nobjects:\n  framework:\n    urn: urn:intuitem:risk:framework:x\n    ref_id: x\n    name: x\n    requirement_nodes:\n      - {urn: \"urn:intuitem:risk:req_node:x:1\", assessable: true, depth: 1, ref_id: \"1\", name: a}\n";
const ASSESSMENT: &str = r#"{"schema":"kijun.assessment/1","facility":"test","as_of":"2026-11-01","requirements":[],"findings":[]}"#;
const LAYOUT: &str =
    "[disclosure]\nname = { cell = \"C3\" }\n[answers]\nfirst_row = 10\nitem = \"B\"\nanswer = \"E\"\n";

/// A reader of a document: what it is called, how it is called, its file, and a document.
type Reader = (&'static str, &'static [&'static str], &'static str, &'static str);

const READERS: [Reader; 10] = [
    ("oscal catalog", &["import", "oscal-catalog", "$F", "-o", "$D/made"], "document.json", CATALOG),
    (
        "oscal profile",
        &["import", "oscal-profile", "$F", "--path", "$D", "-o", "$D/made"],
        "document.json",
        PROFILE,
    ),
    ("oscal component", &["import", "oscal-component", "$F", "-o", "$D/made"], "document.json", COMPONENT),
    ("oscal mapping", &["import", "oscal-mapping", "$F", "-o", "$D/made"], "document.json", MAPPING),
    ("gemara", &["import", "gemara", "$F", "-o", "$D/made"], "document.yaml", GEMARA),
    ("ciso assistant", &["import", "ciso-assistant", "$F", "-o", "$D/made"], "document.yaml", CISO),
    ("baseline", &["assess", "$D", "--baseline", "$F", "--quiet"], "before.json", ASSESSMENT),
    ("diff", &["diff", "$F", "$F", "$D"], "before.json", ASSESSMENT),
    (
        "answers",
        &["answer", "$F", "$D", "-o", "$D/made"],
        "answers.json",
        "{\"schema\":\"kijun.inquiry/1\",\"questions\":[]}",
    ),
    ("layout", &["import", "mds", "$D/n.kijun", "--layout", "$F"], "layout.toml", LAYOUT),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for reader @ (_, _, _, good) in READERS {
        let refused = |kind: &str, bytes: &[u8]| case(reader, kind, bytes, Ends::Refused);
        cases.push(case(reader, "as it should be", good.as_bytes(), Ends::Somehow));
        for (kind, bytes, is_read) in spoilt(good) {
            // An editor's marks and ends of lines may be read; what is empty is no document.
            let is_empty = bytes.iter().all(|b| b"\n\xEF\xBB\xBF".contains(b));
            let ends = if is_read && !is_empty { Ends::Somehow } else { Ends::Refused };
            cases.push(case(reader, kind, &bytes, ends));
        }
        let is_json = good.starts_with('{');
        cases.push(refused("lists in lists", nested("[", "", "]", 100_000).as_bytes()));
        cases.push(refused("objects in objects", nested("{\"a\": ", "1", "}", 100_000).as_bytes()));
        cases.push(refused("another document", b"{\"hello\": {\"world\": [1e999, null, true]}}"));
        cases.push(refused("a list", b"[1, 2, 3]"));
        // A part of YAML is YAML.
        let ends = if is_json || good == LAYOUT { Ends::Refused } else { Ends::Somehow };
        cases.push(case(reader, "cut off", good.split_at(good.len() * 2 / 3).0.as_bytes(), ends));
        if is_json {
            cases.push(refused(
                "half of a surrogate",
                good.replace("\"x\"", "\"\\ud800\"")
                    .replace("\"test\"", "\"\\ud800\"")
                    .replace("[]", "\"\\ud800\"")
                    .as_bytes(),
            ));
            cases.push(refused(
                "a value of another type",
                good.replace('[', "{\"0\":").replace(']', "}").as_bytes(),
            ));
        }
    }
    cases.extend(catalogs());
    cases.extend(libraries());
    cases.extend(tables());
    cases.extend(frames());
    cases
}

fn case((name, args, file, _): Reader, kind: &str, bytes: &[u8], ends: Ends) -> Case {
    // A form needs a layout first: what is wrong with it is said before the form is opened.
    Case::new(name, kind, args, ends).file("kijun.toml", MANIFEST).file("n.kijun", pack()).file(file, bytes)
}

fn catalogs() -> Vec<Case> {
    let reader = READERS[0];
    let with = |kind: &str, from: &str, to: &str, ends| {
        let text = CATALOG.replace(from, to);
        assert_ne!(text, CATALOG, "{kind}");
        case(reader, kind, text.as_bytes(), ends)
    };
    let deep = format!("{}{}", "{\"id\":\"g\",\"title\":\"g\",\"groups\":[".repeat(40), "]}".repeat(40));
    vec![
        with(
            "a control twice",
            "\"controls\":[",
            "\"controls\":[{\"id\":\"c-1\",\"title\":\"d\"},",
            Ends::Refused,
        ),
        with(
            "a parameter that is itself",
            "\"label\":\"p\"",
            "\"values\":[\"{{ insert: param, p }}\"]",
            Ends::Somehow,
        ),
        with(
            "groups of one id in each other",
            "\"groups\":[",
            &format!("\"groups\":[{deep},"),
            Ends::Refused,
        ),
        with("an id of a path", "\"c-1\"", "\"../../escaped\"", Ends::Somehow),
        with("an id of 1 MB", "\"c-1\"", &format!("\"{}\"", "x".repeat(1 << 20)), Ends::Somehow),
        with(
            "a title that ends a text",
            "\"title\":\"c\"",
            "\"title\":\"c\\\" }\\nrequirement n:9 \\\"x\"",
            Ends::Somehow,
        ),
        with(
            "prose of a page",
            "{{ insert: param, p }}",
            "<script>alert(1)</script>{{{{{{ insert: param,",
            Ends::Somehow,
        ),
    ]
}

fn libraries() -> Vec<Case> {
    let mut cases = Vec::new();
    let laughs: String = ('b'..='j')
        .map(|c| format!("{c}: &{c} [{}]\n", vec![format!("*{}", char::from(c as u8 - 1)); 9].join(",")))
        .collect();
    for (reader, good) in [(READERS[4], GEMARA), (READERS[5], CISO)] {
        cases.push(case(
            reader,
            "a billion laughs",
            format!("a: &a [lol]\n{laughs}{good}").as_bytes(),
            Ends::Refused,
        ));
        cases.push(case(
            reader,
            "an alias to nothing",
            format!("{good}x: *nobody\n").as_bytes(),
            Ends::Refused,
        ));
        cases.push(case(
            reader,
            "a tag that makes an object",
            format!("{good}x: !!python/object:os.system [a]\n").as_bytes(),
            Ends::Somehow,
        ));
        cases.push(case(reader, "a key twice", format!("{good}{good}").as_bytes(), Ends::Refused));
    }
    cases
}

fn tables() -> Vec<Case> {
    let args = ["import", "catalog", "$F", "-o", "$D/made", "--id", "id", "--title", "title"];
    let good = "id,title\n1,a\n2,b\n";
    let table =
        |kind: &str, bytes: &[u8], ends| Case::new("table", kind, &args, ends).file("table.csv", bytes);
    let mut cases: Vec<Case> = spoilt(good)
        .into_iter()
        .map(|(kind, bytes, is_read)| {
            table(kind, &bytes, if is_read { Ends::Somehow } else { Ends::Refused })
        })
        .collect();
    cases.extend([
        table("a quotation that does not end", b"id,title\n1,\"a\n2,b\n", Ends::Refused),
        table("no such column", b"a,b\n1,2\n", Ends::Refused),
        table("an id twice", b"id,title\n1,a\n1,b\n", Ends::Refused),
        table("formulas", b"id,title\n1,=1+1\n2,@SUM(A1)\n", Ends::Somehow),
        table("50,000 columns", format!("id,title{}\n1,a\n", ",x".repeat(50_000)).as_bytes(), Ends::Somehow),
    ]);
    cases
}

/// What no editor sends. The server ends when nothing more comes.
fn frames() -> Vec<Case> {
    let frame = |kind: &str, fed: &[u8]| {
        let mut case = Case::new("lsp", kind, &["lsp"], Ends::Somehow);
        case.fed = fed.to_vec();
        case
    };
    let body = |text: &str| format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes();
    let open = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    vec![
        frame("nothing", b""),
        frame("noise", &(0..9999_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>()),
        frame("a header without end", &[b'x'; 8 << 20]),
        frame("headers without end", &b"X: y\r\n".repeat(200_000)),
        frame("a length below zero", b"Content-Length: -5\r\n\r\n{}"),
        frame("a length above all", b"Content-Length: 18446744073709551615\r\n\r\n{}"),
        frame("a length of many digits", format!("Content-Length: {}\r\n\r\n{{}}", "9".repeat(10_000)).as_bytes()),
        frame("a longer length than there is", b"Content-Length: 4000000000\r\n\r\n{}"),
        frame("a length of zero", b"Content-Length: 0\r\n\r\n"),
        frame("two lengths", b"Content-Length: 2\r\nContent-Length: 900\r\n\r\n{}"),
        frame("no JSON", &body("hello")),
        frame("lists in lists", &body(&nested("[", "", "]", 100_000))),
        frame("objects in objects", &body(&nested("{\"a\":", "1", "}", 100_000))),
        frame("half of a surrogate", &body(&open.replace("2.0", "\\ud800"))),
        frame("bytes that are no text", b"Content-Length: 4\r\n\r\n\xFF\xFE\xC0\xAF"),
        frame("a request of another version", &body(&open.replace("2.0", "9.9"))),
        frame("a request before it is opened", &body(r#"{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{}}"#)),
        frame("parameters of another type", &body(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":[[[]]]}"#)),
        frame("an id that is an object", &body(&open.replace(":1,", ":{},"))),
        frame("positions above all", &[body(open), body(r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///x/a.kijun","languageId":"kijun","version":1,"text":"catalog"}}}"#), body(r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x/a.kijun","version":2},"contentChanges":[{"range":{"start":{"line":4294967295,"character":4294967295},"end":{"line":0,"character":0}},"text":"x"}]}}"#), body(r#"{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///x/a.kijun"},"position":{"line":4294967295,"character":4294967295}}}"#)].concat()),
        frame("an address of no file", &[body(open), body(r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"data:,x","languageId":"kijun","version":1,"text":"("}}}"#)].concat()),
    ]
}
