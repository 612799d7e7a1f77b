//! The lints of mappings: code, severity, place, what they say and what they point at.

use kijun_model::review::Track;
use kijun_model::{Input, Trees, compile};
use kijun_text::{Diagnostic, Severity, Sources, Span};

/// Items 1 to 12 of `a`, 1 and 2 of `b`, and `b:3`, which went into `b:1`. The rest begins at line [`HERE`].
fn norms() -> String {
    let mut text = String::from(
        "catalog a \"甲\" { edition \"1\"  level x must \"必須\" }\ncatalog b \"乙\" { edition \"1\" }\n",
    );
    for i in 1..=12 {
        text.push_str(&format!("requirement a:{i} \"項目\" {{ level x }}\n"));
    }
    text.push_str(
        "requirement b:1 \"項目\"\nrequirement b:2 \"項目\"\nrequirement b:3 \"項目\" { withdrawn into 1 }\n",
    );
    text
}

const HERE: u32 = 18;

fn found(text: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let module = sources.add("a.kijun", norms() + text);
    let input = Input { modules: vec![module], ..Input::default() };
    let compiled = compile(&mut sources, &mut Trees::default(), &input);
    (sources, compiled.diagnostics)
}

/// `K0403 warning +1:3 message | label | help | noted +0:0`, lines counted from [`HERE`].
fn shown(text: &str) -> Vec<String> {
    let (sources, diagnostics) = found(text);
    let place = |span| {
        let (line, column) = sources.line_column(span);
        if line < HERE { format!("{line}:{column}") } else { format!("+{}:{column}", line - HERE) }
    };
    let line = |d: &Diagnostic| {
        for part in [&d.message, &d.label, &d.help].into_iter().chain(d.notes.iter().map(|n| &n.text)) {
            assert_eq!(part.ja.is_empty(), part.en.is_empty(), "both languages: {part:?}");
        }
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        };
        let notes: Vec<String> = d.notes.iter().map(|n| place(n.span)).collect();
        format!(
            "{} {severity} {} {} | {} | {}",
            d.code,
            place(d.span),
            d.message.en,
            d.label.en,
            notes.join(" ")
        )
    };
    diagnostics.iter().map(line).collect()
}

fn help(text: &str) -> String {
    let (_, diagnostics) = found(text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    diagnostics.iter().map(|d| d.help.en.clone()).collect()
}

#[test]
fn what_a_complete_mapping_lacks_is_listed_up_to_ten() {
    let text = |lines: &str| format!("mapping a -> b {{\n  source \"表\"\n  complete level x\n{lines}}}\n");
    assert_eq!(
        shown(&text("  1 subset 1\n")),
        [
            "K0403 warning +2:3 this mapping is not complete: 11 of 12 requirement(s) stand on the left of no line | \
          missing: a:2, a:3, a:4, a:5, a:6, a:7, a:8, a:9, a:10, a:11 … (+1) | "
        ]
    );
    let all: String = (1..=12).map(|i| format!("  {i} subset 1\n")).collect();
    assert!(shown(&text(&all)).is_empty());
}

#[test]
fn a_withdrawn_item_comes_with_where_it_went() {
    let text = "mapping a -> b {\n  source \"表\"\n  1 subset 3\n}\n";
    assert_eq!(shown(text), ["K0404 warning +2:12 `b:3` is withdrawn |  | 17:13"]);
    assert_eq!(found(text).1.first().and_then(|d| d.suggestion.as_deref()), Some("b:1"));
    assert_eq!(help(text), "map what took its content over: b:1");
}

#[test]
fn lines_without_a_source_are_told_once_a_block() {
    let text = "mapping a -> b {\n  1 subset 1\n  2 subset 1 source \"表\"\n  jointly { 3 4 } equal 1\n}\n";
    assert_eq!(
        shown(text),
        ["K0405 warning +1:3 nothing says where this line comes from | and 1 more line(s) of this block | "]
    );
    assert!(shown("mapping a -> b {\n  1 subset 1 source \"表\"\n}\n").is_empty());
}

#[test]
fn the_same_again_is_told_unless_another_source_says_it() {
    let of = |second: &str| {
        let text = format!(
            "mapping a -> b {{\n  source \"表\"\n  rationale semantic\n  1 subset 1\n  1 subset 1 {second}\n}}\n"
        );
        shown(&text)
    };
    assert_eq!(of(""), ["K0406 warning +4:3 this is stated a second time | the second time | +3:3"]);
    assert_eq!(of("strength 3").len(), 1);
    assert!(of("source \"別の表\"").is_empty());
    assert!(of("rationale functional").is_empty());
    let union = "mapping a -> b {\n  source \"表\"\n  jointly { 1 2 1 } equal 1\n}\n";
    assert_eq!(shown(union), ["K0406 warning +2:3 `a:1` stands twice in this `jointly` |  | "]);
}

#[test]
fn contradictions_are_found_across_blocks_and_directions() {
    let text = "mapping a -> b {\n  source \"表\"\n  1 subset 1\n}\nmapping b -> a {\n  source \"表\"\n  1 subset 1\n}\n";
    assert_eq!(
        shown(text),
        ["K0407 warning +6:3 `a:1 subset b:1` and `b:1 subset a:1` cannot both hold |  | +2:3"]
    );
    let senses = "mapping a -> b {\n  source \"表\"\n  1 subset 1 rationale semantic\n  1 equal 1 rationale functional\n}\n";
    assert_eq!(
        shown(senses),
        [
            "K0407 information +3:3 `a:1 subset b:1` (semantic) and `a:1 equal b:1` (functional) are read in different senses |  | +2:3"
        ]
    );
    let symmetric = "mapping a -> b {\n  source \"表\"\n  1 intersects 1\n}\nmapping b -> a {\n  source \"表\"\n  1 intersects 1\n}\n";
    assert!(shown(symmetric).is_empty());
}

#[test]
fn an_item_is_not_mapped_to_itself_and_nothing_in_common_has_no_strength() {
    let text = "mapping a -> b {\n  source \"表\"\n  b:1 equal 1\n  1 unrelated 2 strength 1\n  2 equal 2 strength 7\n}\n";
    assert_eq!(
        shown(text),
        [
            "K0408 warning +2:3 `b:1` is mapped to itself |  | ",
            "K0409 warning +3:3 `unrelated` has no strength: there is nothing in common to be strong |  | ",
        ]
    );
}

#[test]
fn a_superseded_edition_is_told_where_nothing_leads_on() {
    let newer = "catalog b \"乙\" { edition \"2\"  supersedes b@1 }\nrequirement b@2:1 \"項目\"\n";
    let old = "mapping a -> b@1 {\n  source \"表\"\n  1 equal b@1:1\n}\n";
    assert!(shown(&old.replace("b@1", "b")).is_empty(), "there is no newer edition");
    // With two editions the items of `norms` need theirs.
    let with = |text: &str| norms().replace("requirement b:", "requirement b@1:") + text;
    let told = |text: &str| {
        let mut sources = Sources::default();
        let module = sources.add("a.kijun", with(text));
        let compiled = compile(
            &mut sources,
            &mut Trees::default(),
            &Input { modules: vec![module], ..Input::default() },
        );
        let line = |d: &Diagnostic| format!("{} {:?} {}", d.code, d.severity, d.message.en);
        compiled.diagnostics.iter().map(line).collect::<Vec<_>>()
    };
    let said = ["K0410 Information `b@1` is superseded by `b@2`, and no mapping leads there"];
    assert_eq!(told(&format!("{newer}{old}")), said);
    assert_eq!(told(&format!("{newer}mapping b@1 -> a {{\n  source \"表\"\n  b@1:1 equal 1\n}}\n")), said);
    let on = "mapping b@1 -> b@2 {\n  source \"表\"\n  b@1:1 equal b@2:1\n}\n";
    assert!(told(&format!("{newer}{old}{on}")).is_empty());
    let beside = "mapping a -> b@2 {\n  source \"表\"\n  1 equal b@2:1\n}\n";
    assert!(told(&format!("{newer}{old}{beside}")).is_empty());
}

#[test]
fn an_edition_that_is_tracked_is_meant_and_one_that_is_missed_is_a_warning() {
    let text = "catalog a \"甲\" { edition \"1\" }\ncatalog b \"乙\" { edition \"1\" }\n\
        catalog b \"乙\" { edition \"2\"  supersedes b@1 }\nrequirement a:1 \"項目\"\n\
        requirement b@1:1 \"項目\"\nrequirement b@2:1 \"項目\"\n\
        mapping a -> b@1 {\n  source \"表\"\n  1 equal 1\n}\n";
    let told = |track: &str| {
        let mut sources = Sources::default();
        let manifest = sources.add("kijun.toml", "");
        let module = sources.add("a.kijun", text);
        let place = Span::new(manifest, 0, 0);
        let track = vec![Track { name: track.to_owned(), place }];
        let input = Input { modules: vec![module], track, ..Input::default() };
        let compiled = compile(&mut sources, &mut Trees::default(), &input);
        let line = |d: &Diagnostic| format!("{} {:?} {}", d.code, d.severity, sources.path(d.span.file));
        compiled.diagnostics.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(told("a"), ["K0410 Information a.kijun"]);
    assert_eq!(told("b@2"), ["K0410 Warning a.kijun"]);
    assert!(told("b@1").is_empty());
    assert_eq!(told("c"), ["K0410 Information a.kijun", "K0205 Error kijun.toml"]);
    assert_eq!(told("b"), ["K0410 Information a.kijun", "K0204 Error kijun.toml"]);
}
