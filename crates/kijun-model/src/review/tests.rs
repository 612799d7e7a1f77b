//! What is told, and where: each remark as `code place message`.

use expect_test::{Expect, expect};
use kijun_coverage::Mappings;
use kijun_facts::{StoreBuilder, read_file};
use kijun_text::{Sources, Span};

use super::*;
use crate::{Input, Trees, compile};

/// Files by their paths; modules are compiled, what lies in `facts/` is read, `kijun.toml` is the place of what no record holds.
fn check(files: &[(&str, &str)], track: &[&str], expected: Expect) {
    let mut sources = Sources::default();
    let mut input = Input::default();
    for (path, text) in files.iter().filter(|(path, _)| !path.starts_with("facts/")) {
        let file = sources.add(*path, *text);
        if path.ends_with(".kijun") {
            input.modules.push(file);
        }
    }
    let manifest = sources.iter().find(|(_, s)| s.path == "kijun.toml").map(|(f, _)| Span::new(f, 0, 1));
    let place = Span::default();
    input.track = track.iter().map(|name| Track { name: (*name).to_owned(), place }).collect();
    let mut trees = Trees::default();
    let compiled = compile(&mut sources, &mut trees, &input);
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("facts/")) {
        read_file(&mut builder, &mut sources, path, text.as_bytes());
    }
    let (store, wrong) = builder.finish();
    assert_eq!(wrong, []);
    let mappings = Mappings::new(&compiled.program, &compiled.mappings, None);
    let gaps = CoverageReview::new(&mappings, &compiled.tracked);
    let paths = sources.iter().map(|(file, source)| (file, source.path.as_str()));
    let exercised = unexercised(&compiled, &trees, paths);
    let filled = unfilled(&compiled.program, &store, &trees, manifest);
    let in_file = |f| gaps.in_file(&compiled.program, f, CoverageLevel::Items);
    let mut told: Vec<Diagnostic> = gaps
        .files()
        .flat_map(in_file)
        .chain(exercised.remarks.iter().chain(filled.remarks.iter()).cloned())
        .filter_map(|r| r.told(&Levels::default()))
        .collect();
    told.sort_by_key(|d| (d.span, d.code));
    let line = |d: &Diagnostic| {
        let text = &sources.get(d.span.file).unwrap().text[d.span.range()];
        assert!(!d.message.ja.is_empty() && d.help.ja.is_empty() == d.help.en.is_empty());
        format!("{} {} `{text}` {} | {}\n", d.code, sources.path(d.span.file), d.message.en, d.help.en)
    };
    expected.assert_eq(&told.iter().map(line).collect::<String>());
}

const NORMS: &str = "\
catalog mhlw \"指針\" { edition \"1\" }
requirement mhlw:1 \"一\"
requirement mhlw:2 \"二\"
requirement mhlw:3 \"三\"
catalog iso \"規格\" { edition \"2022\" }
requirement iso:A \"甲\"
requirement iso:B \"乙\"
requirement iso:C \"丙\"
requirement iso:D \"丁\"
enum clause \"条項\" { secrecy \"守秘\" penalty \"罰則\" }
entity vendor \"事業者\" { country \"所在国\": country ask \"所在国はどこですか\" en \"where is it\" of purchaser note \"備考\": text? }
entity contract \"契約\" { vendor \"事業者\": vendor clauses \"条項\": set of clause signed \"締結日\": date }
relation abroad(vendor) \"国外\"
abroad(v) if v.country != JP
";

#[test]
fn every_gap_stands_on_its_item_and_the_figures_on_the_catalogue() {
    let text = format!(
        "{NORMS}check c for mhlw:1 {{ require true }}\nmapping mhlw -> iso {{\n  source \"表\"\n  1 equal A\n  1 intersects B\n  2 equal C\n}}\n"
    );
    check(
        &[("a.kijun", &text)],
        &["iso"],
        expect![[r#"
        unmapped a.kijun `mhlw:3` `mhlw:3` maps to nothing in iso@2022 | add a line to a `mapping`; if they were compared and nothing corresponds, say `unrelated`
        coverage a.kijun `iso` coverage: 4 items: covered 1; covered, unverified 1; partly covered 1; possibly covered 0; not covered 1; items of what is evaluated that map to nothing here 1 | 
        partly a.kijun `iso:B` `iso:B` is partly covered (by mhlw:1) | if other items meet the rest, add lines to a `mapping` (`jointly`, if they do so together)
        unverified a.kijun `iso:C` `iso:C` is covered, unverified (by mhlw:2) | add a `check` or an `attest` for mhlw:2
        not_covered a.kijun `iso:D` `iso:D` is not covered | if some item corresponds, say so in a `mapping`; that nothing is stated does not prove that nothing corresponds
    "#]],
    );
}

#[test]
fn a_check_is_exercised_by_its_name_or_by_its_requirement_and_a_record_of_its_kind() {
    let rules = "\
check named for mhlw:1 { each v: vendor require v.country == JP }
check decided for mhlw:2 { each v: vendor require v.country == JP }
check other_kind for mhlw:2 { each c: contract require penalty in c.clauses }
check never for mhlw:3 { require true }
test \"一\" { given { vendor a { country JP } } expect named satisfied expect mhlw:2 unknown }
";
    let text = format!("{NORMS}{rules}");
    check(
        &[("kijun.toml", "x"), ("a.kijun", &text)],
        &[],
        expect![[r#"
        K0412 a.kijun `other_kind` no test exercises the check `other_kind` | write a `test` with records and, for instance, `expect other_kind violated for ID`
        K0412 a.kijun `never` no test exercises the check `never` | write a `test` with records and, for instance, `expect never violated for ID`
    "#]],
    );
    // Of a dependency no tests are read; of a pack without tests nothing is said.
    let tests = "test \"一\" { given { vendor a { country JP } } expect named satisfied }\n";
    let elsewhere = [
        ("kijun.toml", "x"),
        ("own.kijun", tests),
        ("packs/p/kijun.toml", "x"),
        ("packs/p/a.kijun", &format!("{NORMS}{}", rules.split("test").next().unwrap())),
    ];
    check(&elsewhere, &[], expect![[r#""#]]);
}

#[test]
fn what_rules_read_and_nobody_fills_stands_where_it_is_read_and_with_the_records() {
    let rules = "\
check home for mhlw:1 { each v: vendor require v.country == JP }
check near for mhlw:2 { each c: contract require not abroad(c.vendor) }
check noted for mhlw:3 { each v: vendor require v.note != \"x\" }
";
    let text = format!("{NORMS}{rules}");
    let of = |facts: &[(&str, &str)], expected| {
        let all: Vec<(&str, &str)> = [("kijun.toml", "x"), ("a.kijun", text.as_str())]
            .into_iter()
            .chain(facts.iter().copied())
            .collect();
        check(&all, &[], expected);
    };
    of(&[], expect![[r#""#]]);
    of(
        &[("facts/vendor.csv", "id,country\na,\n")],
        expect![[r#"
        K0513 kijun.toml `x` 1 kind(s) that rules read have no record: contract (1 rule(s)) | add their registers to `facts`; where there are none, state in `complete` that the register is
        K0513 a.kijun `v.country` no record of `vendor` has a value for `country` | ask the purchasing and contract officer: where is it
        K0513 a.kijun `v.country` no record of `vendor` has a value for `country` | ask the purchasing and contract officer: where is it
        K0513 a.kijun `c.vendor` there is no record of `contract` | add records to the register; if there are none, state in `complete` that `contract` is
        K0513 facts/vendor.csv `a` 1 attribute(s) of `vendor` that rules read have no value in any record: country (2 rule(s)) | ask the purchasing and contract officer: where is it
    "#]],
    );
    of(
        &[("facts/vendor.csv", "id,country\na,?\nb,JP\n"), ("facts/contract.csv", "id,vendor\nc,a\n")],
        expect![[r#""#]],
    );
    of(
        &[
            ("facts/vendor.csv", "id,country\nb,JP\n"),
            ("facts/_complete.toml", "[complete]\ncontract = true\n"),
        ],
        expect![[r#""#]],
    );
}

#[test]
fn levels_say_how_loud_and_what_goes_before() {
    let levels = Levels { unmapped: Some(Loudness::Warning), ..Levels::default() };
    let own = Levels { unmapped: Some(Loudness::Off), partly: Some(Loudness::Information), ..levels };
    assert_eq!(levels.of(Group::Unmapped), Loudness::Warning);
    assert_eq!(own.or(&levels).of(Group::Unmapped), Loudness::Off);
    assert_eq!(levels.or(&own).of(Group::Partly), Loudness::Information);
    assert_eq!(Levels::default().of(Group::Unverified), Loudness::Hint);
    let figures = Remark {
        group: None,
        diagnostic: Diagnostic::information(COVERAGE, Span::default(), kijun_text::Label::new("a", "a")),
    };
    assert_eq!(figures.loudness(&own), Loudness::Information);
    let gap = Remark { group: Some(Group::Unmapped), ..figures };
    assert_eq!(gap.told(&own), None);
    assert_eq!(gap.told(&levels).map(|d| d.severity), Some(Severity::Warning));
}
