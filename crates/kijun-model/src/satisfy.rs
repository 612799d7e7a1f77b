//! Combinations of measures: which checks and attestations together satisfy a requirement.

use std::collections::BTreeMap;
use std::sync::Arc;

use kijun_engine::program::{Attest, Check, Combination, Combine, Member, RequirementId};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports};
use crate::norms::{Norms, mark_of};

/// What a combination may name.
pub(crate) struct Members<'m, 'a> {
    pub(crate) checks: &'m [Arc<Check>],
    pub(crate) attests: &'m [Attest],
    /// Every check, also those with an error.
    pub(crate) declared: &'m BTreeMap<String, Decl<'a>>,
}

/// A named group of a combination; a member with an error of its own is `None`.
struct Group {
    name: String,
    span: Span,
    members: Vec<Option<Member>>,
}

pub(crate) fn satisfy(
    decl: Decl<'_>,
    all: &Members<'_, '_>,
    norms: &Norms,
    reports: &mut Reports,
) -> Option<Combination> {
    let id = decl.child(Kind::RequirementId)?;
    let requirement = norms.resolve_ruled(id, reports)?;
    let groups = groups(decl, all, norms, reports);
    let combine = match decl.child(Kind::Combine).and_then(|c| c.child(Kind::Combination)) {
        Some(c) => combination(c, &groups, reports)?,
        None => Combine::And((0..groups.len()).map(|group| Combine::AllOf { group }).collect()),
    };
    let mark = mark_of(decl, reports).unwrap_or_default();
    let groups: Option<Vec<(String, Vec<Member>)>> =
        groups.into_iter().map(|g| Some((g.name, g.members.into_iter().collect::<Option<_>>()?))).collect();
    Some(Combination { requirement, groups: groups?, combine, mark, span: decl.span() })
}

fn groups(decl: Decl<'_>, all: &Members<'_, '_>, norms: &Norms, reports: &mut Reports) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for group in decl.all(Kind::Group) {
        let Some((name, span)) = group.name() else { continue };
        if let Some(first) = out.iter().find(|g| g.name == name) {
            reports.duplicate(("組", "group"), &name, span, first.span);
        }
        let members = group.all(Kind::Member).map(|m| member(m, all, norms, reports)).collect();
        out.push(Group { name, span, members });
    }
    out
}

fn member(decl: Decl<'_>, all: &Members<'_, '_>, norms: &Norms, reports: &mut Reports) -> Option<Member> {
    let name = decl.own_text();
    let found = find_member(&name, all.checks, all.attests, norms);
    if found.is_none() && !all.declared.contains_key(&name) {
        let checks = all.declared.keys().map(String::as_str);
        let names = checks.chain(all.attests.iter().map(|a| a.name.as_str()));
        reports.unknown("K0201", decl.span(), ("check・attest", "check or attestation"), &name, names);
    }
    found
}

fn find_member(name: &str, checks: &[Arc<Check>], attests: &[Attest], norms: &Norms) -> Option<Member> {
    if let Some(i) = checks.iter().position(|c| c.name == name) {
        return Some(Member::Check(i));
    }
    let id: Option<RequirementId> = norms.find(name);
    attests
        .iter()
        .position(|a| a.name == name || (Some(a.requirement) == id && id.is_some()))
        .map(Member::Attest)
}

fn combination(decl: Decl<'_>, groups: &[Group], reports: &mut Reports) -> Option<Combine> {
    if decl.node.kind == Kind::CombineTerm {
        return match decl.child(Kind::Combination) {
            Some(inner) => combination(inner, groups, reports),
            None => combine_term(decl, groups, reports),
        };
    }
    let parts = decl.parts().filter(|p| !matches!(p.node.kind, Kind::KwOr | Kind::KwAnd));
    let terms: Vec<Option<Combine>> = parts.map(|p| combination(p, groups, reports)).collect();
    let mut terms: Vec<Combine> = terms.into_iter().collect::<Option<_>>()?;
    if terms.len() == 1 {
        return terms.pop();
    }
    Some(if decl.node.kind == Kind::Combination { Combine::Or(terms) } else { Combine::And(terms) })
}

/// `any N group` or `all group`.
fn combine_term(decl: Decl<'_>, groups: &[Group], reports: &mut Reports) -> Option<Combine> {
    let (name, span) = decl.name()?;
    let Some(group) = groups.iter().position(|g| g.name == name) else {
        reports.unknown("K0201", span, ("組", "group"), &name, groups.iter().map(|g| g.name.as_str()));
        return None;
    };
    let Some(number) = decl.child(Kind::Number) else { return Some(Combine::AllOf { group }) };
    let found = groups.get(group)?;
    let size = found.members.len();
    match number.own_text().parse::<u32>() {
        Ok(count) if count > 0 && count as usize <= size => Some(Combine::AtLeast { count, group }),
        _ => {
            let message = Label::new(
                format!("`{name}` には {size} 個しかなく、`any` の数は 1 から {size} です"),
                format!("`any` takes 1 to {size} of `{name}`, which has {size} member(s)"),
            );
            reports.push(
                Diagnostic::error("K0306", number.span(), message)
                    .note(found.span, "この組です", "this group")
                    .help(
                        format!("数を直すか、全部が要るなら `all {name}` と書きます"),
                        format!("correct the number, or write `all {name}` when each is needed"),
                    ),
            );
            None
        }
    }
}
