//! What tests leave out, as far as that shows without running them.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Check, ExprKind, RequirementId};
use kijun_engine::walk;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};

use super::World;
use crate::cases::{Target, TestCase};
use crate::lint::LintUnit;
use crate::lint::view::found;

pub(super) fn check(world: &World<'_>, units: &[LintUnit], out: &mut Vec<Diagnostic>) {
    let tests: Vec<&TestCase> =
        world.compiled.tests.iter().map(AsRef::as_ref).filter(|t| world.is_own(t.span)).collect();
    titles(world, &tests, out);
    without_date(world, &tests, out);
    never_violated(world, &tests, out);
    units.iter().for_each(|unit| out.extend(without_tests(world, unit, &tests)));
}

fn titles(world: &World<'_>, tests: &[&TestCase], out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut written: Vec<&&TestCase> = tests.iter().collect();
    written.sort_by_key(|t| t.span);
    for test in written {
        let place = world.clause(test.span, Kind::String);
        match seen.get(test.name.as_str()) {
            Some(first) => out.push(
                found("K1702", place, "同じ題名のテストがあります", "another test has this title")
                    .note(*first, "もう一方", "the other one")
                    .help(
                        "何を試すのかが分かるように書き分けてください。失敗の報告は題名で示されます",
                        "say what each tries: failures are reported by title",
                    ),
            ),
            None => {
                seen.insert(&test.name, place);
            }
        }
    }
}

/// Tests whose outcome depends on the day on which they are run.
fn without_date(world: &World<'_>, tests: &[&TestCase], out: &mut Vec<Diagnostic>) {
    let program = &world.compiled.program;
    let dateless = tests.iter().filter(|t| t.as_of.is_none());
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for test in dateless {
        let lapses =
            test.records.iter().any(|r| r.evidence.as_ref().is_some_and(|e| e.valid_until.is_some()));
        let (rules, items) = targets(test);
        let is_meant =
            |name: &str, of: &[RequirementId]| rules.contains(name) || of.iter().any(|r| items.contains(r));
        let mut checks = program.checks.iter().filter(|c| is_meant(&c.name, &c.requirements));
        let mut attests = program.attests.iter().filter(|a| is_meant(&a.name, &[a.requirement]));
        let reads = checks.any(|c| *known.entry(&c.name).or_insert_with(|| reads_today(c)));
        if lapses || reads || attests.any(|a| a.every.is_some()) {
            out.push(
                found(
                    "K1701",
                    world.clause(test.span, Kind::String),
                    "このテストの結果は、動かす日によって変わります",
                    "what this test says depends on the day on which it is run",
                )
                .help(
                    "`as_of 2026-04-01` のように、評価する日を書いてください",
                    "state the day of evaluation, such as `as_of 2026-04-01`",
                ),
            );
        }
    }
}

fn targets(test: &TestCase) -> (BTreeSet<&str>, BTreeSet<RequirementId>) {
    let (mut rules, mut items) = (BTreeSet::new(), BTreeSet::new());
    for target in test.expects.iter().filter_map(|e| e.target.as_ref()) {
        match target {
            Target::Rule(name) => {
                rules.insert(name.as_str());
            }
            Target::Requirement(id) => {
                items.insert(*id);
            }
        }
    }
    (rules, items)
}

fn reads_today(check: &Check) -> bool {
    let mut found = false;
    let conditions = check.condition.iter().chain(check.requires.iter().map(|r| &r.condition));
    conditions.for_each(|c| walk::expressions(c, &mut |e| found |= matches!(e.kind, ExprKind::Today)));
    found
}

/// Checks that tests name, without ever expecting a violation of them or of their requirements.
fn never_violated(world: &World<'_>, tests: &[&TestCase], out: &mut Vec<Diagnostic>) {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut violated: BTreeSet<&str> = BTreeSet::new();
    let mut items: BTreeSet<RequirementId> = BTreeSet::new();
    for expect in tests.iter().flat_map(|t| &t.expects) {
        let is_violation = expect.verdict == Some(Verdict::Violated);
        match &expect.target {
            Some(Target::Rule(name)) => {
                named.insert(name);
                if is_violation {
                    violated.insert(name);
                }
            }
            Some(Target::Requirement(id)) if is_violation => {
                items.insert(*id);
            }
            _ => {}
        }
    }
    for check in world.compiled.program.checks.iter().filter(|c| world.is_own(c.span)) {
        let name = check.name.as_str();
        let shown = violated.contains(name) || check.requirements.iter().any(|r| items.contains(r));
        if named.contains(name) && !shown {
            out.push(
                found(
                    "K1705",
                    world.clause(check.span, Kind::Name),
                    format!("`{name}` の違反を試すテストがありません"),
                    format!("no test expects a violation of `{name}`"),
                )
                .help(
                    format!("違反する記録を与え、`expect {name} violated for 記録のid` を加えてください"),
                    format!("give a record that violates it, and add `expect {name} violated for ID`"),
                ),
            );
        }
    }
}

fn without_tests(world: &World<'_>, unit: &LintUnit, tests: &[&TestCase]) -> Option<Diagnostic> {
    let place = unit.pack?;
    let of_unit = |span: Span| unit.modules.contains(&span.file);
    let checks = world.compiled.program.checks.iter().filter(|c| of_unit(c.span)).count();
    if checks == 0 || tests.iter().any(|t| of_unit(t.span)) {
        return None;
    }
    Some(
        found(
            "K1706",
            place,
            format!("このパックには check が {checks} 個ありますが、テストがありません"),
            format!("this pack has {checks} check(s) and no test"),
        )
        .help(
            "`tests` フォルダに、満たす・破る・分からないの三つを試すテストを書いてください",
            "write tests in the folder `tests`: what satisfies, what violates, what leaves it unknown",
        ),
    )
}
