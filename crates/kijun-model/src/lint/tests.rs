mod truth;

use std::sync::Arc;

use kijun_text::Sources;

use super::*;
use crate::{Input, Manifest, Trees, compile, parse_manifest};

const HOUSE: &str = "catalog house \"院内規程\" { en \"House\" edition \"1\" }\n";

fn manifest(lints: &str) -> Manifest {
    parse_manifest(FileId(0), &format!("[workspace]\nfacility = \"a\"\n[lints]\n{lints}\n")).unwrap()
}

/// What is told of a module: code, severity and the text of its place.
fn told(text: &str, lints: &str, hints: bool) -> Vec<String> {
    let mut sources = Sources::default();
    let module = sources.add("a.kijun", text);
    let mut trees = Trees::default();
    let compiled = compile(&mut sources, &mut trees, &Input { modules: vec![module], ..Input::default() });
    let unit = LintUnit { pack: None, modules: vec![module], levels: manifest(lints).lints };
    let parse = trees.get(module).unwrap();
    let own = Arc::new(ModuleLints::new(module, text, &parse.tree));
    let lints = Lints::new(&[unit], &[Linted { file: module, text, parse, own }], &compiled, []);
    let all = compiled.diagnostics.iter().chain(lints.iter());
    let line = |d: Diagnostic| format!("{} {:?} `{}`", d.code, d.severity, &text[d.span.range()]);
    all.filter_map(|d| lints.told(d, hints)).map(line).collect()
}

/// A title without English is told where nothing else is said.
fn check(text: &str, lints: &str, expected: &[&str]) {
    let said = lints.contains("parity") || lints.contains("all") || lints.contains("1401");
    let lints =
        if said { lints.to_owned() } else { format!("title-without-english = \"information\"\n{lints}") };
    assert_eq!(told(&format!("//! a\n{HOUSE}{text}"), &lints, false), expected, "{text} under {lints}");
}

const TITLE: &str = "requirement house:1 \"施錠\"\n";

#[test]
fn a_lint_goes_before_its_group_and_that_before_all() {
    check(TITLE, "parity = \"off\"", &[]);
    check(TITLE, "", &["K1401 Information `house:1`"]);
    check(TITLE, "parity = \"off\"\ntitle-without-english = \"warning\"", &["K1401 Warning `house:1`"]);
    check(TITLE, "K1401 = \"error\"", &["K1401 Error `house:1`"]);
    check(TITLE, "all = \"off\"", &[]);
    check(TITLE, "all = \"off\"\nparity = \"warning\"", &["K1401 Warning `house:1`"]);
}

#[test]
fn hints_are_told_where_they_are_asked_for() {
    let text = format!("//! a\n{HOUSE}{TITLE}");
    assert_eq!(told(&text, "parity = \"hint\"", false), Vec::<String>::new());
    assert!(told(&text, "parity = \"hint\"", true).contains(&"K1401 Information `house:1`".to_owned()));
    assert!(told(&text, "", true).contains(&"K1105 Information `house`".to_owned()));
}

#[test]
fn a_warning_of_the_compiler_is_a_lint_too() {
    let mapping =
        "requirement house:1 \"a\" { en \"a\" }\nmapping house -> house { source \"b\"  1 equal 1 }\n";
    check(mapping, "", &["K0408 Warning `1 equal 1`"]);
    check(mapping, "item-mapped-to-itself = \"error\"", &["K0408 Error `1 equal 1`"]);
    check(mapping, "mapping = \"off\"", &[]);
    let allowed = mapping.replace("1 equal", "\n//# allow item-mapped-to-itself: 版を待つ\n1 equal");
    check(&allowed, "", &[]);
}

#[test]
fn what_a_manifest_names_must_exist() {
    let check = |lints: &str, at: &str, meant: Option<&str>| {
        let text = format!("[workspace]\nfacility = \"a\"\n[lints]\n{lints}\n");
        let found = parse_manifest(FileId(0), &text).unwrap_err();
        assert_eq!((found.code, &text[found.span.range()]), ("K0601", at), "{found:?}");
        assert_eq!(found.suggestion.as_deref(), meant, "{found:?}");
    };
    check("titel-without-english = \"off\"", "titel-without-english", Some("title-without-english"));
    check("styel = \"off\"", "styel", Some("style"));
    check("zzz = \"off\"", "zzz", None);
    check("style = \"of\"", "\"of\"", Some("off"));
    check("K1401 = \"off\"\ntitle-without-english = \"off\"", "title-without-english", None);
}

#[test]
fn a_suppression_is_about_what_follows_it() {
    let allow = "//# allow title-without-english: 院内だけで使う\n";
    check(&format!("{allow}{TITLE}"), "", &[]);
    check(&format!("{allow}/// 説明\n{TITLE}"), "", &[]);
    let two = format!("{allow}{TITLE}requirement house:2 \"記録\"\n");
    check(&two, "", &["K1401 Information `house:2`"]);
    let several =
        "//# allow title-without-english、K1107: 準備中\nrequirement house:1 \"施錠\" { source \"\" }\n";
    check(several, "", &[]);
}

#[test]
fn a_suppression_inside_a_declaration_is_about_the_clause_after_it() {
    let text = "entity a { b \"b\" : bool }\ncheck c for house:1 {\n  each x: a\n  //# allow constant-condition: 準備中\n  require true\n    ja \"a\" en \"b\"\n  require x.b\n    ja \"c\" en \"d\"\n}\n";
    check(&format!("requirement house:1 \"a\" {{ en \"a\" }}\n{text}"), "", &[]);
}

#[test]
fn suppressions_are_held_to_their_word() {
    let bare = format!("//# allow title-without-english\n{TITLE}");
    check(&bare, "", &["K0901 Warning `//# allow title-without-english`"]);
    let idle = "//# allow double-negation: a\nrequirement house:1 \"a\" { en \"a\" }\n";
    check(idle, "", &["K0902 Warning `double-negation`"]);
    check(idle, "suppression = \"off\"", &[]);
    check(
        &format!("//# allow title, double-negation: a\n{TITLE}"),
        "",
        &["K0903 Warning `title`", "K0902 Warning `double-negation`", "K1401 Information `house:1`"],
    );
    check("//# region\n", "", &["K0903 Warning `//# region`"]);
    check(
        &format!("//# allow unused-suppression: a\n{TITLE}"),
        "",
        &["K0903 Warning `unused-suppression`", "K1401 Information `house:1`"],
    );
    check("//# allow title-without-english: 最後の行\n", "", &["K0902 Warning `title-without-english`"]);
}

#[test]
fn a_suppression_of_what_is_turned_off_is_in_use() {
    check(&format!("//# allow title-without-english: a\n{TITLE}"), "parity = \"off\"", &[]);
}

#[test]
fn dependencies_are_read_and_not_linted() {
    let mut sources = Sources::default();
    let norms = format!("{HOUSE}{TITLE}define f(): bool = true\n");
    let rules = "check c for house:1 { require f() }\n";
    let files = [sources.add("a.kijun", norms.as_str()), sources.add("b.kijun", rules)];
    let mut trees = Trees::default();
    let compiled = compile(&mut sources, &mut trees, &Input { modules: files.to_vec(), ..Input::default() });
    let linted = |file: FileId, text: &'static str| (file, text);
    let texts: [(FileId, &str); 2] =
        [linted(files[0], Box::leak(norms.into_boxed_str())), linted(files[1], rules)];
    let modules: Vec<Linted<'_>> = texts
        .iter()
        .map(|(file, text)| {
            let parse = trees.get(*file).unwrap();
            let own = Arc::new(ModuleLints::new(*file, text, &parse.tree));
            Linted { file: *file, text, parse, own }
        })
        .collect();
    let unit = |file| LintUnit { pack: None, modules: vec![file], levels: LintLevels::default() };
    let codes = |file| {
        let lints = Lints::new(&[unit(file)], &modules, &compiled, []);
        lints.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert!(!codes(files[0]).contains(&"K1512"), "the other module uses it");
    assert!(codes(files[1]).iter().all(|c| !c.starts_with("K14")), "titles are the other's");
}

#[test]
fn fixes_of_one_place_are_made_one_after_the_other() {
    let mut text = "define f(a: bool): bool = not not not (a == true)\n".to_owned();
    for _ in 0..8 {
        let parse = kijun_syntax::parse(&text);
        let own = ModuleLints::new(FileId(0), &text, &parse.tree);
        text = apply(FileId(0), &text, &own.found).0;
    }
    assert_eq!(text, "define f(a: bool): bool = not a\n");
}

#[test]
fn a_quantifier_reaches_no_further_than_before() {
    let text = "define f(a: bool): bool = not (not any b in c: b.d) and a\n";
    let parse = kijun_syntax::parse(text);
    let own = ModuleLints::new(FileId(0), text, &parse.tree);
    assert_eq!(apply(FileId(0), text, &own.found).0, "define f(a: bool): bool = (any b in c: b.d) and a\n");
}

#[test]
fn no_fix_takes_a_comment_away() {
    let text = "define f(a: bool): bool = not // wichtig\n  not a\n";
    let parse = kijun_syntax::parse(text);
    let own = ModuleLints::new(FileId(0), text, &parse.tree);
    assert!(own.found.iter().any(|d| d.code == "K1503"));
    assert_eq!(apply(FileId(0), text, &own.found), (text.to_owned(), 0));
}
