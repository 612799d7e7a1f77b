//! The report for people: what comes first, what is told once, what is never left out, and that marks are seen.

use crate::run::{Folder, MANIFEST, PACK, kijun};

/// Contracts `c01`, `c02`, …, none of them encrypted.
fn contracts(n: usize) -> String {
    let mut facts = "[complete]\ncontract = true\nvendor = true\n".to_owned();
    for i in 1..=n {
        facts.push_str(&format!("[[vendor]]\nid = \"v{i:02}\"\nname = \"第{i}社\"\n"));
        facts.push_str(&format!("[[contract]]\nid = \"c{i:02}\"\nvendor = \"v{i:02}\"\nencrypted = false\n"));
    }
    facts
}

fn with_packs(name: &str, pack: &str, facts: &str) -> Folder {
    Folder::new(name, &[("kijun.toml", MANIFEST), ("norm.kijun", pack), ("facts/facts.toml", facts)])
}

fn in_order(text: &str, parts: &[&str]) {
    let mut from = 0;
    for part in parts {
        let at = text[from..].find(part);
        from += at.unwrap_or_else(|| panic!("{part:?} is missing, or not in this order, in:\n{text}"));
    }
}

#[test]
fn a_short_report_draws_the_facts_and_a_long_one_tells_a_check_once() {
    let few = with_packs("few", PACK, &contracts(3));
    let out = kijun(&["assess", few.path()]).stdout;
    assert_eq!(out.matches("is not encrypted").count(), 3, "{out}");
    assert_eq!(out.matches("╭─[facts/facts.toml").count(), 3, "{out}");

    let many = with_packs("many", PACK, &contracts(13));
    let out = kijun(&["assess", many.path()]).stdout;
    assert_eq!(out.matches("is not encrypted").count(), 1, "{out}");
    assert!(!out.contains("╭─["), "{out}");
    in_order(
        &out,
        &[
            "1 requirements: violated 1",
            "── must  violated 13 (1 requirement)",
            "n:1  encryption",
            "13 × 契約",
        ],
    );
    for i in 1..=12 {
        assert!(out.contains(&format!("c{i:02}  第{i}社 (line ")), "{i}: {out}");
    }
    assert!(out.contains("and 1 more (encrypted)"), "{out}");
    let all = kijun(&["assess", many.path(), "--details"]).stdout;
    assert_eq!(all.matches("is not encrypted").count(), 13, "{all}");
    assert_eq!(all.matches("╭─[facts/facts.toml").count(), 13, "{all}");
}

#[test]
fn a_register_has_the_respondent_that_it_has_in_the_inquiry() {
    let none = with_packs("register", PACK, "");
    let out = kijun(&["assess", none.path(), "--lang", "ja"]).stdout;
    assert!(out.contains("kijun ask"), "{out}");
    assert!(!out.contains("尋ねる相手が決まっていません"), "{out}");
}

#[test]
fn what_is_folded_is_counted() {
    let many = with_packs("folded", PACK, &contracts(21));
    let out = kijun(&["assess", many.path()]).stdout;
    assert!(
        out.contains("21 × 契約") && out.contains("and 9 more (encrypted); all of them with --details"),
        "{out}"
    );
    assert!(!kijun(&["assess", many.path(), "--details"]).stdout.contains("more (encrypted)"));
}

#[test]
fn what_must_be_comes_before_what_should_be_and_advice_is_given_once() {
    let pack = r#"catalog n "規範" { en "norm" edition "1" level D should "推奨"  level C must "必須" }
requirement n:1 "推奨の項目" { en "a recommendation" level D }
requirement n:2 "必須の項目" { en "a demand" level C }
entity item "項目" { a: bool  b: bool }
check one for n:1 { each i: item  require i.a ja "{i} に a がない" en "{i} lacks a"  fix ja "a を加える" en "add a" }
check two for n:2 { each i: item  require i.b ja "{i} に b がない" en "{i} lacks b"  fix ja "b を加える" en "add b" }
"#;
    let facts = "[complete]\nitem = true\n[[item]]\nid = \"x\"\na = false\nb = false\n[[item]]\nid = \"y\"\na = false\nb = false\n";
    let folder = with_packs("weights", pack, facts);
    let out = kijun(&["assess", folder.path()]).stdout;
    in_order(
        &out,
        &[
            "findings: must 2, should 2",
            "── must",
            "n:2  a demand",
            "to do: add b",
            "── should",
            "n:1  a recommendation",
        ],
    );
    assert_eq!(out.matches("to do: add a").count(), 1, "{out}");
    assert_eq!(out.matches("to do: add b").count(), 1, "{out}");
}

const MARKED: &str = r#"catalog n "規範" { en "norm" edition "1" level C must "必須" }
requirement n:1 "曖昧な項目" { en "ambiguous item" level C mark ambiguous }
requirement n:2 "弱い規則" { en "weak rule" level C }
requirement n:3 "弱い表" { en "weak table" level C mark printed }
requirement n:4 "本文なし" { en "no text" level C text not included }
requirement n:5 "規則なし" { en "no rule" level C mark printed }
requirement n:6 "守られた弱い規則" { en "kept weak rule" level C mark printed }
enum colour "色" { red "赤"  blue "青" }
table allowed(colour): bool {
  row red:  true
  row blue: false  mark unverified
}
entity item "項目" { a: bool  b: bool  c "色": colour }
check one for n:1 { each i: item  require i.a ja "{i} に a がない" en "{i} lacks a" }
check two for n:2 { each i: item  require i.a ja "{i} に a がない" en "{i} lacks a"  mark unverified }
check three for n:3 { each i: item  require allowed(i.c) ja "{i} の色" en "the colour of {i}" }
check six for n:6 { each i: item  require i.b ja "{i} に b がない" en "{i} lacks b"  mark ambiguous }
"#;
const ITEM: &str = "[complete]\nitem = true\n[[item]]\nid = \"x\"\na = false\nb = true\nc = \"blue\"\n";

#[test]
fn marks_are_seen_in_the_report() {
    let folder = with_packs("marked", MARKED, ITEM);
    for (lang, parts) in [
        (
            "en",
            [
                "n:1  ambiguous item  [must, marked ambiguous]",
                "to confirm      項目 x [rule marked unverified]",
                "weak table  [a table value is weakly marked]",
                "table allowed has a value marked unverified; it decides nothing alone  norm.kijun:11",
                "no text  [must, inferred, text not included]",
                "no rule  [no rule]",
                "kept weak rule  [rules marked ambiguous]",
            ],
        ),
        (
            "ja",
            [
                "n:1  曖昧な項目  [必須・印: あいまい]",
                "要確認      項目 x [規則の印: 未検証]",
                "弱い表  [表の値の印が弱い]",
                "表 allowed の値(印: 未検証)は、それだけでは判定に使いません  norm.kijun:11",
                "本文なし  [必須・当方の読み・本文未収録]",
                "規則なし  [規則がない]",
                "守られた弱い規則  [規則の印: あいまい]",
            ],
        ),
    ] {
        let out = kijun(&["assess", folder.path(), "--lang", lang]).stdout;
        for part in parts {
            assert!(out.contains(part), "{part:?} is missing in:\n{out}");
        }
    }
}

#[test]
fn marks_are_seen_where_much_is_undecided() {
    let mut pack =
        "catalog n \"規範\" { edition \"1\" level C must \"必須\" }\nentity item \"項目\" { a: bool }\n"
            .to_owned();
    for i in 1..=22 {
        let mark = if i == 7 { "  mark unverified" } else { "" };
        pack.push_str(&format!("requirement n:{i} \"項目{i}\" {{ level C }}\n"));
        pack.push_str(&format!("check c{i} for n:{i} {{ each i: item  require i.a{mark} }}\n"));
    }
    let facts = "[complete]\nitem = true\n[[item]]\nid = \"x\"\n[[item]]\nid = \"y\"\n";
    let folder = with_packs("marked-many", &pack, facts);
    let out = kijun(&["assess", folder.path()]).stdout;
    in_order(
        &out,
        &[
            "not decided (44 on 22 requirements)",
            "2 fact(s) for 22 requirement(s)",
            "6 (2), 7 (2) [rule marked unverified], 8 (2)",
        ],
    );
    let all = kijun(&["assess", folder.path(), "--details"]).stdout;
    assert!(all.contains("項目7  [rule marked unverified]") && all.contains("項目 x, 項目 y"), "{all}");
}

#[test]
fn marks_are_seen_in_explanations() {
    let folder = with_packs("marked-explain", MARKED, ITEM);
    let explain = |id: &str| kijun(&["explain", id, folder.path()]).stdout;
    let parts = [
        ("n:1", "marked ambiguous"),
        ("n:2", "[rule marked unverified]"),
        ("n:2", "a person must confirm"),
        ("n:3", "table allowed has a value marked unverified"),
        ("n:4", "its text is not included, so it is not evaluated"),
        ("n:5", "nothing checks this requirement; that is not a pass"),
        ("n:6", "[rule marked ambiguous]"),
    ];
    for (id, part) in parts {
        let out = explain(id);
        assert!(out.contains(part), "{id}: {part:?} is missing in:\n{out}");
    }
}

const TRACKING: &str = r#"catalog a "甲" { en "A" edition "1" level C must "必須" }
catalog b "乙" { en "B" edition "1" level C must "必須" }
catalog c "丙" { en "C" edition "1" level C must "必須" }
section a:1 "章" { en "chapter" }
requirement a:1.1 "一" { en "one" level C }
requirement a:1.2 "二" { en "two" level C }
requirement b:1 "B一" { en "B one" level C }
requirement b:2 "B二" { en "B two" level C }
requirement b:3 "B三" { en "B three" level C }
requirement b:4 "B四" { en "B four" level C }
requirement b:5 "B五" { en "B five" level C }
requirement c:1 "C一" { en "C one" level C }
entity item "項目" { a: bool }
check one for a:1.1 { each i: item  require i.a }
check two for a:1.2 { each i: item  require not i.a }
mapping a -> b {
  source "比べた表"
  1.1 superset   1  strength 8  "広い" en "it is wider"  mark published
  1.1 intersects 2  strength 3  mark unverified
  1.2 superset   3  mark unverified
  1.2 equal      5
  jointly { 1.1 1.2 } superset 4  strength 5
}
mapping b -> c {
  1 subset 1  strength 7
}
profile here "ここ" { include a  track b@1 }
profile alone "これだけ" { include a }
"#;

fn tracking(name: &str) -> Folder {
    let manifest = "[workspace]\nfacility = \"test\"\nas_of = 2026-11-22\nprofile = \"here\"\n";
    let facts = "[complete]\nitem = true\n[[item]]\nid = \"x\"\na = true\n";
    Folder::new(name, &[("kijun.toml", manifest), ("norm.kijun", TRACKING), ("facts/facts.toml", facts)])
}

#[test]
fn a_tracked_catalogue_has_its_figures_in_the_report() {
    let folder = tracking("tracked");
    let out = kijun(&["assess", folder.path()]).stdout;
    in_order(
        &out,
        &[
            "── tracked (not evaluated)",
            "b@1  5 items: ◎ 4  ○ 0  △ 1  ？ 0  － 0  2 only by ambiguous or unverified mappings",
            "met 1  partly met 0  open 3  not met 1  → kijun gaps --of b@1",
        ],
    );
    let alone = kijun(&["assess", folder.path(), "--profile", "alone"]).stdout;
    assert!(!alone.contains("tracked"), "{alone}");
}

#[test]
fn a_tracked_catalogue_has_the_same_figures_in_json_and_in_a_stream() {
    let folder = tracking("tracked-json");
    let out = kijun(&["assess", folder.path(), "--format", "json"]).stdout;
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    let tracked = &value["tracked"];
    assert_eq!(tracked.as_array().unwrap().len(), 1, "{tracked}");
    assert_eq!(tracked[0]["catalog"], "b");
    assert_eq!(tracked[0]["items"], 5);
    assert_eq!(tracked[0]["coverage"]["covered"], 4);
    assert_eq!(tracked[0]["weak"], 2);
    assert_eq!(tracked[0]["met"]["met"], 1);
    assert_eq!(tracked[0]["met"]["not_met"], 1);
    let schema: serde_json::Value = serde_json::from_str(kijun_exchange::ASSESSMENT_SCHEMA).unwrap();
    assert!(jsonschema::is_valid(&schema, &value));
    let line = "{\"facility\":\"test\",\"facts\":{\"item\":[{\"id\":\"x\",\"a\":true}],\"complete\":{\"item\":true}}}\n";
    let stream = crate::run::kijun_fed(&["stream", folder.path()], line.as_bytes());
    let streamed: serde_json::Value = serde_json::from_str(stream.stdout.trim()).unwrap();
    assert_eq!(&streamed["tracked"], tracked);
    let alone = kijun(&["assess", folder.path(), "--profile", "alone", "--format", "json"]).stdout;
    assert!(!alone.contains("\"tracked\""), "{alone}");
}

#[test]
fn an_explanation_lists_what_a_requirement_is_mapped_to() {
    let folder = tracking("mapped");
    let out = kijun(&["explain", "a:1.1", folder.path()]).stdout;
    in_order(
        &out,
        &[
            "mapped to other catalogues",
            "b@1 B — 3",
            "source: 比べた表",
            "holds all of  b:1 B one (strength 8, marked published)",
            "it is wider",
            "overlaps  b:2 B two (strength 3, marked unverified)",
            "holds all of  b:4 B four (strength 5, marked inferred, together with a:1.2)",
        ],
    );
    assert!(out.contains("kijun relate a:1.1 c:1"), "{out}");
    let back = kijun(&["explain", "b:1", folder.path()]).stdout;
    in_order(
        &back,
        &[
            "this catalogue is tracked, not evaluated",
            "nothing checks this requirement; that is not a pass",
            "a part of  a:1.1 one (strength 8, marked published)",
            "a part of  c:1 C one (strength 7, marked inferred)",
        ],
    );
    let weak = kijun(&["explain", "b:2", folder.path()]).stdout;
    assert!(weak.contains("all of them weakly marked"), "{weak}");
    let section = kijun(&["explain", "a:1", folder.path()]).stdout;
    in_order(&section, &["below it", "a:1.1  one  satisfied", "a:1.2  two  violated"]);
}

#[test]
fn what_is_found_by_its_name_says_so_where_no_pack_has_it() {
    let bare =
        PACK.replace("enum clause \"条項\"", "enum term \"条項\"").replace("set of clause", "set of term");
    let ledger = "enum likelihood \"発生可能性\" { high \"高い\" }\nentity risk_item \"リスク\" { name \"名称\": text }\n";
    let facts = "[[risk_item]]\nid = \"r\"\nname = \"停電\"\n";
    let files = [("kijun.toml", MANIFEST), ("n.kijun", &bare), ("r.kijun", ledger), ("facts/r.toml", facts)];
    let folder = Folder::new("by-name", &files);
    let told = |args: &[&str], lang: &str| {
        let out = kijun(&[&["--lang", lang], args, &[folder.path()]].concat());
        assert!(out.status < 2, "{}", out.stderr);
        out.stdout
    };
    for format in ["md", "html"] {
        let args = ["assess", "--for", "purchaser", "--format", format];
        for (lang, clauses, deadlines) in [
            (
                "ja",
                "条項の列挙（clause）を持つ台帳がありません",
                "期限と分かる名前（expires、due、…_until など）の日付もありません",
            ),
            (
                "en",
                "(the enum `clause`): whether any is lacking is not known",
                "is called as deadlines are (expires, due, …_until and the like)",
            ),
        ] {
            let page = told(&args, lang);
            // Markdown has its clauses as code or text, the page as text.
            assert!(page.contains(clauses) || page.contains(&clauses.replace('`', "\\`")), "{lang} {format}");
            assert!(
                page.contains(deadlines) || page.contains(&deadlines.replace('_', "\\_")),
                "{lang} {format}: {page}"
            );
        }
    }
    assert!(told(&["risks"], "ja").contains("パックに対策の台帳（measure）がない"));
    assert!(told(&["risks"], "en").contains("the packs know no register of measures (measure)"));
}
