//! Profiles: which norms are in scope, what is excluded and why, parameters and raised levels.

use std::collections::BTreeMap;
use std::sync::Arc;

use kijun_engine::program::{Const, RequirementId, Scope, Weight};
use kijun_facts::Type;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label};

use crate::ProfileChoice;
use crate::context::{Decl, NOWHERE, Reports};
use crate::expr::Lowering;
use crate::functions::constant_of;
use crate::norms::{Norms, weight_of};
use crate::review::Track;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Catalog(usize),
    Item(RequirementId),
}

/// The catalogue or the section that a scope names.
fn part(scope: Decl<'_>, norms: &Norms, reports: &mut Reports) -> Option<Part> {
    let text = scope.own_text();
    if text.contains(':') {
        return norms.resolve(&text, scope.span(), reports).map(Part::Item);
    }
    let (alias, edition) = text.split_once('@').map_or((text.as_str(), None), |(a, e)| (a, Some(e)));
    norms.catalog_of(Some(alias), edition, scope.span(), reports).map(Part::Catalog)
}

/// `set name = value`, checked against the parameter's type.
pub(crate) fn overrides(
    decl: Decl<'_>,
    params: &BTreeMap<String, (Type, Const)>,
    lowering: &mut Lowering<'_, '_, '_>,
) -> BTreeMap<String, Const> {
    let mut out = BTreeMap::new();
    for clause in decl.all(Kind::SetParam) {
        let Some((name, span)) = clause.name() else { continue };
        let Some((ty, _)) = params.get(&name) else {
            lowering.reports.unknown(
                "K0201",
                span,
                ("パラメータ", "param"),
                &name,
                params.keys().map(String::as_str),
            );
            continue;
        };
        if let Some(value) = clause.child(Kind::Expression).and_then(|e| constant_of(e, ty, lowering)) {
            out.insert(name, value);
        }
    }
    out
}

/// Applies a profile to the norms, and gives the catalogues that it tracks, by index, in the order of the catalogues.
pub(crate) fn apply(decl: Decl<'_>, norms: &mut Norms, reports: &mut Reports) -> Vec<usize> {
    let includes: Vec<Part> = decl
        .all(Kind::Include)
        .flat_map(|i| i.all(Kind::Scope).collect::<Vec<_>>())
        .filter_map(|s| part(s, norms, reports))
        .collect();
    let excludes: Vec<(Part, String)> = decl
        .all(Kind::Exclude)
        .filter_map(|e| {
            let reason = e.string().unwrap_or_default();
            Some((part(e.child(Kind::Scope)?, norms, reports)?, reason))
        })
        .collect();
    let raises: Vec<(RequirementId, Weight)> = decl
        .all(Kind::Raise)
        .filter_map(|r| {
            let id = r.child(Kind::RequirementId)?;
            let (word, span) = r.name()?;
            Some((norms.resolve(&id.own_text(), id.span(), reports)?, weight_of(&word, span, reports)?))
        })
        .collect();
    let mut tracked = Vec::new();
    for track in decl.all(Kind::Track) {
        for id in track.all(Kind::CatalogId) {
            let text = id.own_text();
            let (alias, edition) = text.split_once('@').map_or((text.as_str(), None), |(a, e)| (a, Some(e)));
            tracked.extend(norms.catalog_of(Some(alias), edition, id.span(), reports));
        }
    }
    tracked.sort_unstable();
    tracked.dedup();
    set_scope(norms, &includes, &excludes);
    for (id, weight) in raises {
        if let Some(requirement) = Arc::make_mut(&mut norms.requirements).get_mut(id.0 as usize) {
            requirement.weight = weight;
        }
    }
    tracked
}

/// Adds what a manifest tracks.
pub(crate) fn track(
    mut tracked: Vec<usize>,
    names: &[Track],
    norms: &Norms,
    reports: &mut Reports,
) -> Vec<usize> {
    for Track { name, place } in names {
        let (alias, edition) = name.split_once('@').map_or((name.as_str(), None), |(a, e)| (a, Some(e)));
        tracked.extend(norms.catalog_of(Some(alias), edition, *place, reports));
    }
    tracked.sort_unstable();
    tracked.dedup();
    tracked
}

fn set_scope(norms: &mut Norms, includes: &[Part], excludes: &[(Part, String)]) {
    // Parents come before children, so a child sees its parent's scope.
    let mut included: Vec<bool> = Vec::with_capacity(norms.requirements.len());
    let mut excluded: Vec<Option<String>> = Vec::with_capacity(norms.requirements.len());
    for (i, requirement) in norms.requirements.iter().enumerate() {
        let id = RequirementId(i as u32);
        let parent = requirement.parent.map(|p| p.0 as usize);
        let named = |p: &Part| *p == Part::Item(id) || *p == Part::Catalog(requirement.catalog);
        let inherited = parent.and_then(|p| included.get(p)).copied().unwrap_or(false);
        included.push(includes.is_empty() || inherited || includes.iter().any(named));
        let reason = parent.and_then(|p| excluded.get(p)).cloned().flatten();
        excluded.push(reason.or_else(|| excludes.iter().find(|(p, _)| named(p)).map(|(_, r)| r.clone())));
    }
    // An included item brings its ancestors along, so that the tree has a root.
    for i in (0..norms.requirements.len()).rev() {
        let parent = norms.requirements.get(i).and_then(|r| r.parent);
        if included.get(i).copied().unwrap_or(false)
            && let Some(slot) = parent.and_then(|p| included.get_mut(p.0 as usize))
        {
            *slot = true;
        }
    }
    let requirements = Arc::make_mut(&mut norms.requirements);
    for ((requirement, included), excluded) in requirements.iter_mut().zip(&included).zip(excluded) {
        requirement.scope = match (included, excluded) {
            (false, _) => Scope::Out,
            (true, Some(reason)) => Scope::Excluded(reason),
            (true, None) => Scope::In,
        };
    }
    for (c, catalog) in norms.catalogs.iter_mut().enumerate() {
        catalog.in_scope = norms.requirements.iter().zip(&included).any(|(r, inc)| r.catalog == c && *inc);
    }
}

/// The profile to use: the one asked for.
pub(crate) fn select<'a>(
    profiles: &BTreeMap<String, Decl<'a>>,
    wanted: Option<&ProfileChoice>,
    reports: &mut Reports,
) -> Option<Decl<'a>> {
    let wanted = wanted?;
    let found = profiles.get(&wanted.name).copied();
    if found.is_none() {
        reports.push(no_profile(wanted, profiles.keys().map(String::as_str).collect()));
    }
    found
}

fn no_profile(wanted: &ProfileChoice, names: Vec<&str>) -> Diagnostic {
    let name = &wanted.name;
    let message =
        Label::new(format!("プロファイル `{name}` はありません"), format!("there is no profile `{name}`"));
    let diagnostic = Diagnostic::error("K0604", wanted.place.unwrap_or(NOWHERE), message);
    let similar = kijun_text::nearest(name, names.iter().copied());
    match (similar, names.join(", ")) {
        (Some(_), _) => diagnostic.suggest(similar),
        (None, list) if list.is_empty() => diagnostic.help(
            format!("`profile {name} {{ … }}` を宣言してください"),
            format!("declare one: `profile {name} {{ … }}`"),
        ),
        (None, list) => diagnostic.help(format!("使えるのは: {list}"), format!("there are: {list}")),
    }
}
