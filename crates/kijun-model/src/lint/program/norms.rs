//! Norms and the mappings between them.

use std::collections::BTreeMap;

use kijun_coverage::{Relationship, Statement};
use kijun_engine::program::{Mark, Requirement, RequirementId};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{World, declarations};
use crate::context::Decl;
use crate::lint::provenance;
use crate::lint::view::found;

pub(super) fn check(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    without_source(world, out);
    repealed(world, out);
    titles(world, out);
    both_ways(world, out);
    like_parent(world, out);
}

/// Items that are said to be printed or published where neither they, nor what they are part of, nor their catalogue say where.
fn without_source(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let program = &world.compiled.program;
    let mut sourced: FxHashSet<(String, String)> = FxHashSet::default();
    for decl in world.modules.iter().flat_map(declarations).filter(|d| d.node.kind == Kind::Catalog) {
        if let (Some((alias, _)), true) = (decl.name(), decl.child(Kind::Source).is_some()) {
            let edition = decl.child(Kind::Edition).and_then(Decl::string).unwrap_or_default();
            sourced.insert((alias, edition));
        }
    }
    let has_source = |item: &Requirement| {
        let mut at = Some(item);
        while let Some(item) = at {
            if !item.source.is_empty() {
                return true;
            }
            at = item.parent.and_then(|p| program.requirement(p));
        }
        let catalog = program.catalogs.get(item.catalog);
        catalog.is_some_and(|c| sourced.contains(&(c.alias.clone(), c.edition.clone())))
    };
    for item in program.requirements.iter().filter(|r| matches!(r.mark, Mark::Printed | Mark::Published)) {
        let own = world.item(item.span).and_then(|d| d.child(Kind::Mark));
        if let Some((mark, place)) = own.and_then(Decl::name).filter(|_| !has_source(item)) {
            out.push(provenance::without_source(place, &mark));
        }
    }
}

/// Items that rest on an instrument that is no longer in force. Of an edition that another supersedes, that is no wonder.
fn repealed(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let gone: BTreeMap<String, (Span, Option<String>)> = world
        .modules
        .iter()
        .flat_map(declarations)
        .filter(|d| d.node.kind == Kind::Instrument)
        .filter_map(|d| {
            let repealed = d.child(Kind::Repealed)?.span();
            let next = d.child(Kind::SupersededBy).and_then(|s| s.name()).map(|(name, _)| name);
            Some((d.name()?.0, (repealed, next)))
        })
        .collect();
    if gone.is_empty() {
        return;
    }
    let program = &world.compiled.program;
    let superseded: FxHashSet<usize> = program.catalogs.iter().filter_map(|c| c.supersedes).collect();
    let items =
        program.requirements.iter().filter(|r| world.is_own(r.span) && !superseded.contains(&r.catalog));
    for item in items.filter_map(|r| world.item(r.span)) {
        for (name, place) in item.names_of(Kind::Basis) {
            let Some((repealed, next)) = gone.get(&name) else { continue };
            let problem = found(
                "K1106",
                place,
                format!("`{name}` は廃止されています"),
                format!("`{name}` was repealed"),
            )
            .note(*repealed, "廃止", "repealed");
            out.push(match next {
                Some(next) => problem.help(
                    format!("後の `{next}` を根拠にできないか確かめてください"),
                    format!("see whether `{next}`, which came after it, is the basis now"),
                ),
                None => problem.help("今の根拠を確かめてください", "see what the basis is now"),
            });
        }
    }
}

/// Siblings that readers cannot tell apart by their titles.
fn titles(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let requirements = &world.compiled.program.requirements;
    let mut seen: FxHashMap<(usize, Option<RequirementId>, &str), usize> = FxHashMap::default();
    for (i, item) in requirements.iter().enumerate() {
        if item.withdrawn.is_some() || item.title.ja.is_empty() {
            continue;
        }
        let key = (item.catalog, item.parent, item.title.ja.as_str());
        let Some(first) = seen.get(&key).and_then(|i| requirements.get(*i)) else {
            seen.insert(key, i);
            continue;
        };
        if world.is_own(item.span) && first.is_section == item.is_section {
            let (own, other) = (&item.id, &first.id);
            out.push(
                found(
                    "K1304",
                    world.clause(item.span, Kind::Title),
                    format!("`{own}` は `{other}` と同じ題名です"),
                    format!("`{own}` has the title of `{other}`"),
                )
                .note(first.span, "もう一方", "the other one")
                .help(
                    "規範の題名が同じなら、違いの分かる言葉をかっこで添えてください",
                    "where the norm uses the same title, add in brackets what tells them apart",
                ),
            );
        }
    }
}

/// Lines that the other direction states already.
fn both_ways(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let statements = &world.compiled.mappings;
    let mut seen: FxHashMap<(RequirementId, RequirementId, Relationship), &Statement> = FxHashMap::default();
    let mut single: Vec<&Statement> = statements.iter().filter(|s| s.sources.len() == 1).collect();
    single.sort_by_key(|s| s.span);
    for statement in single {
        let Some(source) = statement.sources.first() else { continue };
        let reversed = (statement.target, *source, statement.relationship.converse());
        if let Some(first) = seen.get(&reversed).filter(|_| world.is_own(statement.span)) {
            out.push(
                found(
                    "K1201",
                    statement.span,
                    "逆の向きの対応表に、もう同じことが書かれています",
                    "the mapping in the other direction says this already",
                )
                .note(first.span, "逆の向き", "in the other direction")
                .help(
                    "片方だけにしてください。対応はどちらの向きにも使われます",
                    "keep one of them: a line is used in both directions",
                ),
            );
        }
        seen.entry((*source, statement.target, statement.relationship)).or_insert(statement);
    }
}

/// A line about an item, with the same line about each of its children.
fn like_parent(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let program = &world.compiled.program;
    let mut stated: FxHashMap<RequirementId, Vec<&Statement>> = FxHashMap::default();
    for statement in world.compiled.mappings.iter().filter(|s| s.relationship == Relationship::Subset) {
        if let [source] = statement.sources.as_slice() {
            stated.entry(*source).or_default().push(statement);
        }
    }
    if stated.is_empty() {
        return;
    }
    let mut children: FxHashMap<RequirementId, Vec<RequirementId>> = FxHashMap::default();
    for (i, item) in program.requirements.iter().enumerate().filter(|(_, r)| r.withdrawn.is_none()) {
        if let Some(parent) = item.parent.filter(|p| stated.contains_key(p)) {
            children.entry(parent).or_default().push(RequirementId(i as u32));
        }
    }
    for (parent, below) in &children {
        for statement in stated.get(parent).into_iter().flatten().filter(|s| world.is_own(s.span)) {
            let repeats = |child: &RequirementId| {
                stated.get(child).is_some_and(|lines| lines.iter().any(|l| l.target == statement.target))
            };
            if below.len() > 1 && below.iter().all(repeats) {
                let n = below.len();
                out.push(
                    found(
                        "K1206",
                        statement.span,
                        format!("下位の {n} 項目すべてにも同じ対応があります"),
                        format!("the same is stated of each of the {n} items below it"),
                    )
                    .help(
                        "項目全体についての行だけで足ります。下位の項目の行を消してください",
                        "the line about the whole is enough: remove those about its parts",
                    ),
                );
            }
        }
    }
}
