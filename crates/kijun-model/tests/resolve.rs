//! What the compilation says of packs that are wrong: code, place and message, one line each.

use kijun_model::{Compiled, Input, ProfileChoice, Trees, build_facts, compile};
use kijun_text::{Diagnostic, Sources};

fn compiled(text: &str, profile: Option<&str>) -> (Sources, Compiled) {
    let mut sources = Sources::default();
    let module = sources.add("a.kijun", text);
    let profile = profile.map(|name| ProfileChoice { name: name.to_owned(), place: None });
    let input = Input { modules: vec![module], profile, ..Input::default() };
    let compiled = compile(&mut sources, &mut Trees::default(), &input);
    (sources, compiled)
}

/// `K0203 3:11 there is no …`.
fn shown(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let (line, column) = sources.line_column(d.span);
        format!("{} {line}:{column} {}", d.code, d.message.en)
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let (sources, compiled) = compiled(text, None);
    assert_eq!(shown(&sources, &compiled.diagnostics), expected);
}

/// The help of the only diagnostic.
#[track_caller]
fn help(text: &str, expected: &str) {
    let (sources, compiled) = compiled(text, None);
    assert_eq!(compiled.diagnostics.len(), 1, "{}", shown(&sources, &compiled.diagnostics));
    let help = compiled.diagnostics.first().map(|d| &d.help);
    assert_eq!(help.map(|h| h.en.as_str()), Some(expected));
    assert!(help.is_some_and(|h| !h.ja.is_empty()));
}

/// Line and column of the first note of the only diagnostic.
#[track_caller]
fn note(text: &str, expected: (u32, u32)) {
    let (sources, compiled) = compiled(text, None);
    assert_eq!(compiled.diagnostics.len(), 1, "{}", shown(&sources, &compiled.diagnostics));
    let note = compiled.diagnostics.first().and_then(|d| d.notes.first());
    assert_eq!(note.map(|n| sources.line_column(n.span)), Some(expected));
}

const NORMS: &str = "catalog mhlw \"甲\" {\n  edition \"4.2\"\n}\ncatalog iso \"乙\" {\n  edition \"1\"\n}\n\
                     requirement mhlw:6.5 \"丙\"\nrequirement iso:6.5 \"丁\"\n";

fn with_norms(text: &str) -> String {
    format!("{NORMS}{text}")
}

/// The rest of a module begins at this line after [`NORMS`].
const HERE: usize = 9;

#[test]
fn part_of_stays_within_its_catalogue() {
    let at = HERE;
    check(
        &with_norms("requirement mhlw:7 \"戊\" { part of iso:6.5 }\n"),
        &format!("K0203 {at}:34 `iso:6.5` is an item of another catalogue"),
    );
    check(
        &with_norms("requirement mhlw:7 \"戊\" { part of isu:6.5 }\n"),
        &format!("K0205 {at}:34 there is no catalogue `isu`"),
    );
    check(
        &with_norms("requirement mhlw:7 \"戊\" { part of 6.55 }\n"),
        &format!("K0203 {at}:34 there is no requirement `6.55`"),
    );
    check(
        &with_norms("requirement mhlw:7 \"戊\" { part of 7 }\n"),
        &format!("K0207 {at}:13 `7` is part of itself"),
    );
    check(&with_norms("requirement mhlw:7 \"戊\" { part of mhlw:6.5 }\n"), "");
}

#[test]
fn with_two_editions_an_alias_alone_means_the_items_own() {
    let editions = "catalog a \"甲\" {\n  edition \"1\"\n}\ncatalog a \"甲\" {\n  edition \"2\"\n}\n\
                    section a@1:6 \"乙\"\nsection a@2:6 \"乙\"\n";
    check(&format!("{editions}requirement a@1:x \"丙\" {{ part of a:6 }}\n"), "");
    check(
        &format!("{editions}requirement a@1:x \"丙\" {{ part of a@2:6 }}\n"),
        "K0203 9:33 `a@2:6` is an item of another catalogue",
    );
}

#[test]
fn without_any_catalogue_the_help_says_where_one_comes_from() {
    let declare = "declare a `catalog`, or add the pack that has it to [dependencies] in kijun.toml";
    check("requirement 6.5 \"甲\"\n", "K0205 1:13 there is no catalogue");
    help("requirement 6.5 \"甲\"\n", declare);
    check("requirement mhlw:6.5 \"甲\"\n", "K0205 1:13 there is no catalogue `mhlw`");
    help("requirement mhlw:6.5 \"甲\"\n", declare);
}

#[test]
fn what_a_catalogue_supersedes_need_not_be_at_hand() {
    check("catalog mhlw \"甲\" {\n  edition \"4.2\"\n  supersedes mhlw@4.1\n}\n", "");
    check("catalog mhlw \"甲\" {\n  edition \"4.2\"\n  supersedes nowhere@3\n}\n", "");
    check(
        "catalog mhlw \"甲\" {\n  edition \"4.2\"\n  supersedes mhlw@4.2\n}\n",
        "K0207 3:14 `mhlw@4.2` cannot supersede itself",
    );
}

#[test]
fn what_a_catalogue_supersedes_is_known_when_it_is_at_hand() {
    let text = "catalog a \"甲\" {\n  edition \"2\"\n  supersedes a@1\n}\ncatalog a \"甲\" {\n  edition \"1\"\n}\n\
                catalog b \"乙\" { edition \"1\"  supersedes b }\ncatalog b \"乙\" { edition \"0\" }\n";
    let (_, compiled) = compiled(text, None);
    let of: Vec<(String, Option<String>)> = compiled
        .program
        .catalogs
        .iter()
        .map(|c| {
            let name = |c: &kijun_engine::program::Catalog| format!("{}@{}", c.alias, c.edition);
            (name(c), c.supersedes.and_then(|i| compiled.program.catalogs.get(i)).map(name))
        })
        .collect();
    let known: Vec<String> =
        of.iter().filter_map(|(c, o)| Some(format!("{c} after {}", o.as_ref()?))).collect();
    assert_eq!(known, ["a@2 after a@1", "b@1 after b@0"]);
}

#[test]
fn a_level_of_a_catalogue_without_levels() {
    let text = "catalog a \"甲\" {\n  edition \"1\"\n}\nrequirement a:1 \"乙\" { level C }\n";
    check(text, "K0206 4:29 there is no level `C`");
    help(text, "add `level C must \"…\"` (or should, …) to the `catalog`");
}

const RATING: &str = "enum rating \"評価\" { high low }\n";

#[test]
fn countries_are_codes_that_exist() {
    let table = |row: &str| format!("{RATING}table t(country): rating {{\n  row {row}\n}}\n");
    check(&table("JP: high"), "");
    check(&table("Japan: high"), "K0303 3:7 `Japan` is not a country code");
    help(&table("Japan: high"), "did you mean `JP`?");
    check(&table("ZZ: high"), "K0303 3:7 `ZZ` is not a country code");
    let vendor = "entity vendor \"甲\" { home \"乙\": country }\n";
    let define = |code: &str| format!("{vendor}define f(v: vendor): bool = v.home == {code}\n");
    check(&define("JP"), "");
    check(&define("UK"), "K0303 2:39 `UK` is not a country code");
    help(&define("UK"), "did you mean `GB`?");
    help(&define("ZZ"), "write two letters that ISO 3166-1 has (JP, US …)");
}

#[test]
fn nothing_in_a_table_is_dropped_without_a_word() {
    let table = |rows: &str| format!("{RATING}table t(rating): int {{\n{rows}\n}}\n");
    check(&table("  row ?: 1"), "K0306 3:7 `?` cannot be a key");
    check(&table("  row high: 1.5"), "K0302 3:13 expected `int`, found `decimal`");
    check(&table("  row high: low"), "K0302 3:13 expected `int`, found `low`");
    check(&table("  row high: none"), "K0304 3:13 `none` does not stand in a table");
    check(&table("  row high low: 1"), "K0306 3:3 a row has 1 key(s) and 1 value(s)");
    check(&table("  row high: 1\n  row high: 2"), "K0202 4:3 two rows have the same keys");
    note(&table("  row high: 1\n  row high: 2"), (3, 3));
    check(&table("  row high: ?\n  row low: 2"), "");
}

#[test]
fn types_are_marked_where_they_stand() {
    check("relation r(text, int)\n", "K0208 1:18 a relation has no column of `int`");
    check("table t(bool, date): int { }\n", "K0208 1:15 a table has no keys of `date`");
    help("entity e { a: set of int }\n", "sets hold enums, entities, texts, countries or requirements");
}

const THINGS: &str = "entity thing \"物\" { name \"名\": text  parts \"部\": set of thing }\n\
                      relation r(thing, text)\nrelation q(thing, text)\n";

#[test]
fn a_variable_of_a_rule_has_values_before_it_is_read() {
    let rule = |rule: &str| format!("{THINGS}{rule}\n");
    check(&rule("r(v, s) if y in v.parts and q(y, s)"), "");
    check(&rule("r(v, s) if y.name == s and y in v.parts"), "K0307 4:12 `y` has no value here yet");
    note(&rule("r(v, s) if q(v, s) and y.name == s and y in v.parts"), (4, 40));
    check(&rule("r(v, s) if q(v, s) and q(y, y.name)"), "K0307 4:29 `y` has no value here yet");
    check(&rule("r(v, s) if q(v, s) and y in y.parts"), "K0307 4:29 `y` has no value here yet");
    check(&rule("r(v, s) if q(v, s) and (any y in v.parts: y.name == s) and y in v.parts"), "");
    check(&rule("r(v, s) if q(v, s) and y.name == s"), "K0301 4:24 there is nothing called `y`");
    check(&rule("r(v, s) if v.name == s"), "K0307 4:6 nothing limits `s`");
    check(&rule("r(v, v) if q(v, v)"), "K0307 4:6 `v` stands twice on the left");
    check(&rule("r(v) if q(v, v)"), "K0306 4:1 `r` has 2 column(s)");
    note(&rule("r(v) if q(v, v)"), (2, 10));
}

#[test]
fn a_cycle_of_functions_follows_the_calls() {
    check(
        "define c(): bool = b()\ndefine a(): bool = c()\ndefine b(): bool = a()\n",
        "K0305 2:8 a `define` calls itself: a → c → b → a",
    );
    check("define a(): bool = not a()\n", "K0305 1:8 a `define` calls itself: a → a");
}

#[test]
fn a_cycle_of_relations_through_a_negation_is_closed() {
    check(
        "entity e \"甲\" { a: text }\nrelation a(e)\nrelation b(e)\nrelation c(e)\n\
         a(x) if not b(x)\nb(x) if c(x)\nc(x) if a(x)\n",
        "K0308 5:13 a relation depends on itself through a negation: a → b → c → a",
    );
}

#[test]
fn wrong_numbers_of_arguments_show_the_declaration() {
    let text = "define f(a: int): bool = a > 1\ndefine g(): bool = f()\n";
    check(text, "K0306 2:21 `f` takes 1 argument(s), 0 given");
    note(text, (1, 8));
    help(text, "give as many arguments as the declaration has");
}

#[test]
fn mismatches_say_what_to_write() {
    help("define f(a: int): bool = a\n", "make it a condition, such as `… == VALUE`");
    help("define f(a: int): bool = a == \"x\"\n", "write a value, an attribute or a function of type `int`");
    let text =
        format!("{THINGS}define s(t: thing): set of thing = t.parts\ndefine f(t: thing): bool = s(t)\n");
    check(&text, "K0304 5:28 this is a set");
    help(&text, "use it as `x in s(…)` or `any x in s(…): …`");
}

const CHECK: &str = "entity thing \"物\" { ok \"良\": bool  name \"名\": text }\n\
                     check c for mhlw:6.5 { each t: thing  require t.ok }\n";

#[test]
fn any_n_is_at_most_the_size_of_its_group() {
    let satisfy =
        |n: &str| with_norms(&format!("{CHECK}satisfy mhlw:6.5 {{\n  g c\n  combine any {n} g\n}}\n"));
    check(&satisfy("1"), "");
    for n in ["0", "2", "1.5", "99999999999"] {
        let at = HERE + 4;
        check(&satisfy(n), &format!("K0306 {at}:15 `any` takes 1 to 1 of `g`, which has 1 member(s)"));
    }
    help(&satisfy("2"), "correct the number, or write `all g` when each is needed");
}

#[test]
fn a_check_with_an_error_is_still_a_name() {
    let text = "entity thing \"物\" { ok \"良\": bool }\n\
                check c for mhlw:6.5 { each t: thing  require t.okk }\n\
                satisfy mhlw:6.5 { g c }\n\
                test \"丙\" { as_of 2026-01-01 expect c unknown }\n";
    let at = HERE + 1;
    check(&with_norms(text), &format!("K0303 {at}:49 there is no attribute of `thing` called `okk`"));
}

#[test]
fn attestations_of_one_name_are_marked_at_their_ids() {
    let at = HERE + 1;
    let text = with_norms("attest mhlw:6.5 \"甲\"\nattest mhlw:6.5 \"乙\"\n");
    check(&text, &format!("K0202 {at}:8 the attestation `mhlw:6.5` is declared twice"));
    note(&text, (9, 8));
    let text = with_norms("attest a for iso:6.5 \"甲\"\nattest a for mhlw:6.5 \"乙\"\n");
    check(&text, "K0202 10:8 the attestation `a` is declared twice");
}

#[test]
fn a_message_in_one_language_is_a_warning() {
    let require = |message: &str| {
        let thing = "entity thing \"物\" { ok \"良\": bool }\n";
        with_norms(&format!("{thing}check c for mhlw:6.5 {{ each t: thing  require t.ok {message} }}\n"))
    };
    check(&require("ja \"甲\""), "K0402 10:52 this `require` has no English message");
    check(&require("en \"a\""), "K0402 10:52 this `require` has no Japanese message");
    check(&require("ja \"甲\" en \"a\""), "");
    check(&require(""), "");
}

fn test_case(body: &str) -> String {
    with_norms(&format!("{CHECK}test \"戊\" {{\n  as_of 2026-01-01\n{body}\n}}\n"))
}

#[test]
fn evidence_in_a_test_is_one_value() {
    let given = |fact: &str| {
        test_case(&format!("  given {{ thing a {{ _evidence {{ {fact} }} }} }}\n  expect c unknown"))
    };
    check(&given("source \"甲\""), "");
    check(&given("source { a }"), "K0503 13:40 `source` of evidence is one value");
    check(&given("grade ?"), "K0503 13:39 `grade` of evidence is one value");
    check(&given("as_of 2026-02-30"), "K0505 13:39 there is no day `2026-02-30`");
    help(&given("as_of 2026-02-30"), "write a date as 2026-04-01");
}

#[test]
fn an_expect_that_cannot_be_resolved_is_an_expect() {
    check(&test_case("  expect mhlw:9 violated"), "K0203 13:10 the catalogue `mhlw` has no `9`");
    check(&test_case("  given { }"), "K0701 11:6 this test expects nothing");
}

#[test]
fn a_kind_that_a_test_gives() {
    let (_, compiled) = compiled(&test_case("  given { thimg a { } }\n  expect c unknown"), None);
    let messages: Vec<&str> = compiled.diagnostics.iter().map(|d| d.message.ja.as_str()).collect();
    assert_eq!(messages, ["種類 `thimg` はありません"]);
}

#[test]
fn facts_of_a_test_that_do_not_fit() {
    let text = test_case("  given { thing a { name { x } } }\n  expect c unknown");
    let (_, compiled) = compiled(&text, None);
    let (_, found) = build_facts(compiled.tests.first().unwrap(), &compiled.program.schema);
    assert_eq!(found.first().map(|d| d.message.en.as_str()), Some("this attribute is not a set"));
    assert_eq!(found.first().map(|d| d.help.en.as_str()), Some("write one value, without `{ }`"));
}

#[test]
fn an_english_message_names_a_kind_without_an_english_label() {
    let text = "entity vendor \"受託事業者\" { }\nentity contract \"契約\" { vendor: vendor }\n\
                test \"甲\" { given { contract c { vendor x } } expect no finding }\n";
    let (_, compiled) = compiled(text, None);
    let (_, found) = build_facts(compiled.tests.first().unwrap(), &compiled.program.schema);
    let message = found.first().map(|d| &d.message);
    assert_eq!(message.map(|m| m.en.as_str()), Some("there is no vendor `x`"));
    assert_eq!(message.map(|m| m.ja.as_str()), Some("受託事業者 `x` は登録されていません"));
}

#[test]
fn a_declaration_cut_short_has_no_type_errors_of_its_own() {
    let codes = |text: &str| {
        let (_, compiled) = compiled(text, None);
        compiled.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    let one =
        |found: Vec<&str>| assert!(matches!(found.as_slice(), ["K0101" | "K0102" | "K0103"]), "{found:?}");
    one(codes("define f(a: int): bool = a && a > 1\n"));
    one(codes("define f(a: int): bool = a\n  && a > 1\n"));
    one(codes(&with_norms(
        "entity thing \"物\" { n \"数\": int }\ncheck c for mhlw:6.5 {\n  each t: thing\n  require t.n === 1\n}\n",
    )));
    one(codes(&test_case("  expectt c unknown")));
    let other = codes("define f(a: int): bool = a && a > 1\ndefine g(a: int): bool = a\n");
    assert!(other.contains(&"K0302"), "what is whole is still checked: {other:?}");
}

#[test]
fn a_profile_that_is_not_there_has_no_place() {
    let asked = |text: &str| {
        let (sources, compiled) = compiled(text, Some("x"));
        let [one] = compiled.diagnostics.as_slice() else { panic!("one diagnostic") };
        assert_eq!(sources.get(one.span.file).map(|s| s.path.as_str()), None);
        one.help.en.clone()
    };
    assert_eq!(asked(""), "declare one: `profile x { … }`");
    assert_eq!(asked("profile hospital { }\n"), "there are: hospital");
}

#[test]
fn a_literal_written_by_its_label_is_told_its_name() {
    let text = "enum clause \"条項\" { penalty \"罰則\" }\nentity contract \"契約\" { clauses: set of clause }\n\
                define f(c: contract): bool = 罰則 in c.clauses\n";
    help(text, "that is its label; write its name `penalty`");
}

#[test]
fn functions_that_call_each_other_too_deep_or_too_often_are_an_error() {
    let chain = |calls: &str| -> String {
        let mut text = String::from("define f0(x: int): bool = x > 0\n");
        for i in 1..40 {
            let call = calls.replace('_', &(i - 1).to_string());
            text.push_str(&format!("define f{i}(x: int): bool = {call}\n"));
        }
        text
    };
    for text in [chain("f_(x)"), chain("f_(x) and f_(x + 1)")] {
        let (_, compiled) = compiled(&text, None);
        assert!(!compiled.diagnostics.is_empty());
        assert!(compiled.diagnostics.iter().all(|d| d.code == "K0305"), "{:?}", compiled.diagnostics.first());
    }
}

#[test]
fn norms_are_dated_by_days_months_or_years_that_exist() {
    let of = |date: &str| format!("catalog a \"甲\" {{\n  published {date}\n}}\n");
    check(&of("2013"), "");
    check(&of("2013-10"), "");
    check(&of("2013-10-31"), "");
    check(&of("2013-13"), "K0303 2:13 there is no day `2013-13`");
    check(&of("2013-02-29"), "K0303 2:13 there is no day `2013-02-29`");
    check(
        "instrument a \"甲\" {\n  in_force 2013\n  repealed 2013-06-31\n}\n",
        "K0303 3:12 there is no day `2013-06-31`",
    );
}
