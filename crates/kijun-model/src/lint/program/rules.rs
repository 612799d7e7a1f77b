//! Rules beside each other and beside their requirements.

use std::hash::{Hash, Hasher};

use kijun_engine::program::{
    Check, Combination, Expr, ExprKind, Mark, Member, Quantifier, Relation, RelationId, RequirementId, Rule,
};
use kijun_engine::walk;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::World;
use crate::lint::view::found;

pub(super) fn check(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    identical(world, out);
    let program = &world.compiled.program;
    for (i, relation) in program.relations.iter().enumerate().filter(|(_, r)| world.is_own(r.span)) {
        out.extend(empty(world, RelationId(i as u32), relation));
    }
    for check in &program.checks {
        severity(world, check, out);
        above_item(world, (check.mark, check.span), &check.requirements, out);
    }
    for attest in &program.attests {
        above_item(world, (attest.mark, attest.span), &[attest.requirement], out);
    }
    program.combinations.iter().for_each(|c| out.extend(single_member(world, c)));
    only_weak(world, out);
}

/// Checks of one requirement that ask the same.
fn identical(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let checks = &world.compiled.program.checks;
    let mut by_hash: FxHashMap<u64, Vec<&Check>> = FxHashMap::default();
    for check in checks {
        let mut hasher = FxHasher::default();
        check.condition.hash(&mut hasher);
        check.requires.iter().for_each(|r| r.condition.hash(&mut hasher));
        by_hash.entry(hasher.finish()).or_default().push(check);
    }
    let mut groups: Vec<Vec<&Check>> = by_hash.into_values().filter(|g| g.len() > 1).collect();
    groups.iter_mut().for_each(|g| g.sort_by_key(|c| c.span));
    for group in groups {
        for (i, check) in group.iter().enumerate().filter(|(_, c)| world.is_own(c.span)) {
            let Some(first) = group.iter().take(i).find(|first| asks_the_same(first, check)) else {
                continue;
            };
            let (own, other) = (&check.name, &first.name);
            out.push(
                found(
                    "K1017",
                    world.clause(check.span, Kind::Name),
                    format!("`{own}` は `{other}` と同じことを調べています"),
                    format!("`{own}` asks what `{other}` asks"),
                )
                .note(first.span, "もう一方", "the other one")
                .help(
                    "一つを消すか、意図した条件に直してください",
                    "remove one, or write the condition that was meant",
                ),
            );
        }
    }
}

fn asks_the_same(a: &Check, b: &Check) -> bool {
    let kind = |c: &Check| c.subject.map(|s| s.kind);
    let conditions = |c: &Check| c.requires.iter().map(|r| r.condition.clone()).collect::<Vec<_>>();
    a.requirements.iter().any(|r| b.requirements.contains(r))
        && kind(a) == kind(b)
        && a.condition == b.condition
        && a.grade == b.grade
        && conditions(a) == conditions(b)
}

/// A relation that holds nothing, whatever the facts.
fn empty(world: &World<'_>, id: RelationId, relation: &Relation) -> Option<Diagnostic> {
    let name = &relation.name;
    let place = world.clause(relation.span, Kind::Name);
    if relation.rules.is_empty() {
        return Some(
            found(
                "K1018",
                place,
                format!("関係 `{name}` には規則がないので、何も含みません"),
                format!("the relation `{name}` has no rules, so it holds nothing"),
            )
            .help(format!("`{name}(…) if …` を加えてください"), format!("add `{name}(…) if …`")),
        );
    }
    let is_without_base = |rule: &Rule| rule.body.iter().any(|e| rests_on(e, id));
    relation.rules.iter().all(is_without_base).then(|| {
        found(
            "K1019",
            place,
            format!("関係 `{name}` の規則はどれも `{name}` から始まるので、何も含みません"),
            format!("every rule of `{name}` rests on `{name}`, so it holds nothing"),
        )
        .help(
            "自分自身を使わない規則を一つ加えてください",
            "add a rule that does not use the relation itself",
        )
    })
}

/// Whether a condition cannot hold without a tuple of the relation.
fn rests_on(condition: &Expr, id: RelationId) -> bool {
    let may_do_without = matches!(
        condition.kind,
        ExprKind::Quantified { quantifier: Quantifier::All, .. } | ExprKind::Aggregated { .. }
    );
    match &condition.kind {
        _ if may_do_without => false,
        _ if walk::relation_of(condition) == Some(id) => true,
        ExprKind::And(parts) => parts.iter().any(|p| rests_on(p, id)),
        ExprKind::Or(parts) => !parts.is_empty() && parts.iter().all(|p| rests_on(p, id)),
        ExprKind::Named { body, .. } => rests_on(body, id),
        ExprKind::Quantified { filter, body, .. } => {
            rests_on(body, id) || filter.as_ref().is_some_and(|f| rests_on(f, id))
        }
        _ => false,
    }
}

fn severity(world: &World<'_>, check: &Check, out: &mut Vec<Diagnostic>) {
    let Some(weight) = check.weight.filter(|_| world.is_own(check.span)) else { return };
    let items = check.requirements.iter().filter_map(|r| world.compiled.program.requirement(*r));
    let Some(heaviest) = items.max_by_key(|r| r.weight).filter(|r| r.weight < weight) else { return };
    let (id, own) = (&heaviest.id, heaviest.weight.name());
    let (name, place) = (weight.name(), world.clause(check.span, Kind::Severity));
    out.push(
        found("K1020", place, format!("`{id}` は `{own}` なのに、違反は `{name}` になります"), format!("a violation weighs `{name}`, and `{id}` only asks for `{own}`"))
            .note(heaviest.span, "この要求事項", "this requirement")
            .help("規範より重く扱う理由がなければ、`severity` を消してください。施設の判断で重くするなら、プロファイルの `raise` を使います", "unless there is a reason to go beyond the norm, drop `severity`; a facility that wants more uses `raise` in its profile"),
    );
}

fn above_item(
    world: &World<'_>,
    (mark, span): (Mark, kijun_text::Span),
    requirements: &[RequirementId],
    out: &mut Vec<Diagnostic>,
) {
    if !world.is_own(span) || !matches!(mark, Mark::Printed | Mark::Published) {
        return;
    }
    let mut items = requirements.iter().filter_map(|r| world.compiled.program.requirement(*r));
    let Some(weak) = items.find(|r| r.mark.is_weak()) else { return };
    let (own, id, theirs) = (mark.name(), &weak.id, weak.mark.name());
    out.push(
        found(
            "K1109",
            world.clause(span, Kind::Mark),
            format!("`{own}` と述べていますが、`{id}` は `{theirs}` です"),
            format!("this says `{own}`, and `{id}` is `{theirs}`"),
        )
        .note(weak.span, "この要求事項", "this requirement")
        .help(
            "規則の判定は要求事項の印より確かにはなりません。どちらかの印を直してください",
            "no rule is surer than its requirement: correct one of the marks",
        ),
    );
}

/// A combination of one rule that decides the requirement anyway. One that lends its verdict to another requirement is of use.
fn single_member(world: &World<'_>, combination: &Combination) -> Option<Diagnostic> {
    let program = &world.compiled.program;
    let mut members = combination.groups.iter().flat_map(|(_, members)| members);
    let (Some(member), None) = (members.next(), members.next()) else { return None };
    let decides = match member {
        Member::Check(i) => program.checks.get(*i)?.requirements.contains(&combination.requirement),
        Member::Attest(i) => program.attests.get(*i)?.requirement == combination.requirement,
    };
    let place = world.clause(combination.span, Kind::RequirementId);
    (decides && world.is_own(combination.span)).then(|| {
        found("K1023", place, "組み合わせる対策が一つしかありません", "there is only one measure to combine")
            .help(
                "足りない対策を加えるか、`satisfy` を消してください。一つなら、その規則がそのまま判定します",
                "add the other measures, or remove the `satisfy`: a single rule decides by itself",
            )
    })
}

/// Requirements that are never decided, because every rule about them is weak though they are not. One with items below it may
/// be decided by those.
fn only_weak(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let program = &world.compiled.program;
    let mut rules: FxHashMap<RequirementId, (usize, usize)> = FxHashMap::default();
    let mut count = |id: RequirementId, mark: Mark| {
        let entry = rules.entry(id).or_default();
        entry.0 += 1;
        entry.1 += usize::from(mark.is_weak());
    };
    program.checks.iter().for_each(|c| c.requirements.iter().for_each(|r| count(*r, c.mark)));
    program.attests.iter().for_each(|a| count(a.requirement, a.mark));
    program.combinations.iter().for_each(|c| count(c.requirement, c.mark));
    let parents: FxHashSet<RequirementId> = program.requirements.iter().filter_map(|r| r.parent).collect();
    for (i, item) in program.requirements.iter().enumerate().filter(|(_, r)| world.is_own(r.span)) {
        if parents.contains(&RequirementId(i as u32)) {
            continue;
        }
        let (all, weak) = rules.get(&RequirementId(i as u32)).copied().unwrap_or_default();
        if all > 0 && all == weak && !item.mark.is_weak() {
            let id = &item.id;
            let message = Label::new(
                format!("`{id}` の規則はどれもあいまいか未検証なので、判定は決まりません"),
                format!("every rule about `{id}` is ambiguous or unverified: it is never decided"),
            );
            out.push(
                Diagnostic::warning("K1108", world.clause(item.span, Kind::RequirementId), message).help(
                    "規則の一つを確かめて印を改めるか、`attest` で人に尋ねてください",
                    "verify one of the rules and change its mark, or ask a person with `attest`",
                ),
            );
        }
    }
}
