//! The tree of requirements: what is part of what, and the order in which they stand.

use std::collections::BTreeSet;
use std::sync::Arc;

use kijun_engine::program::{Mark, Requirement, RequirementId, Scope, Weight};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};
use rustc_hash::FxHashMap;

use super::{IdText, Norms, split_id};
use crate::context::{Decl, Reports, natural_key};

impl Norms {
    /// Lays requirements out as a tree, parents first, siblings in natural order, whatever the order of
    /// files and declarations was.
    /// Returns the declaration of each, in that order.
    pub(super) fn order<'a>(
        &mut self,
        items: Vec<(usize, String, Decl<'a>, Span)>,
        reports: &mut Reports,
    ) -> Vec<Decl<'a>> {
        let mut ordered = Vec::with_capacity(items.len());
        let locals: FxHashMap<(usize, &str), usize> =
            items.iter().enumerate().map(|(i, (c, l, _, _))| ((*c, l.as_str()), i)).collect();
        let mut parent: Vec<Option<usize>> = vec![None; items.len()];
        for (i, (catalog, local, decl, _)) in items.iter().enumerate() {
            let stated = decl.child(Kind::PartOf).and_then(|p| p.child(Kind::RequirementId));
            let found = match stated {
                Some(id) => self.stated_parent(*catalog, id, &locals, reports),
                None => prefixes(local).find_map(|p| locals.get(&(*catalog, p)).copied()),
            };
            if let Some(slot) = parent.get_mut(i) {
                *slot = found;
            }
        }
        self.break_cycles(&items, &mut parent, reports);
        let mut roots: Vec<usize> = Vec::new();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
        for (i, p) in parent.iter().enumerate() {
            p.and_then(|p| children.get_mut(p)).unwrap_or(&mut roots).push(i);
        }
        for list in children.iter_mut().chain([&mut roots]) {
            list.sort_by_cached_key(|i| items.get(*i).map(|(c, l, _, _)| (*c, natural_key(l))));
        }
        let mut new_id: Vec<Option<RequirementId>> = vec![None; items.len()];
        let mut stack: Vec<usize> = roots.into_iter().rev().collect();
        while let Some(i) = stack.pop() {
            let Some((catalog, local, decl, span)) = items.get(i) else { continue };
            let id = RequirementId(self.requirements.len() as u32);
            ordered.push(*decl);
            if let Some(slot) = new_id.get_mut(i) {
                *slot = Some(id);
            }
            if let Some(index) = self.index.get_mut(*catalog) {
                index.insert(local.clone(), id);
            }
            let requirement = Requirement {
                id: self.qualified(*catalog, local),
                catalog: *catalog,
                is_section: decl.node.kind == Kind::Section,
                title: decl.label(),
                level: None,
                weight: Weight::Must,
                audience: Vec::new(),
                basis: Vec::new(),
                measure: Vec::new(),
                risks: Vec::new(),
                mark: Mark::Inferred,
                text_included: true,
                withdrawn: None,
                source: String::new(),
                parent: parent.get(i).copied().flatten().and_then(|p| new_id.get(p).copied().flatten()),
                scope: Scope::In,
                span: *span,
            };
            Arc::make_mut(&mut self.requirements).push(requirement);
            stack.extend(children.get(i).into_iter().flatten().rev());
        }
        ordered
    }

    /// The item that `part of` names: one of the same catalogue.
    fn stated_parent(
        &self,
        own: usize,
        id: Decl<'_>,
        locals: &FxHashMap<(usize, &str), usize>,
        reports: &mut Reports,
    ) -> Option<usize> {
        let text = id.own_text();
        let parts = split_id(&text);
        let catalog = if self.is_called(own, &parts) {
            own
        } else {
            self.catalog_of(parts.alias, parts.edition, id.span(), reports)?
        };
        if catalog != own {
            reports.push(self.parent_elsewhere(own, &text, id.span()));
            return None;
        }
        let found = locals.get(&(own, parts.local)).copied();
        if found.is_none() {
            let names: BTreeSet<&str> = locals.keys().filter(|(c, _)| *c == own).map(|(_, l)| *l).collect();
            reports.unknown("K0203", id.span(), ("要求事項", "requirement"), parts.local, names);
        }
        found
    }

    /// Whether an id, read inside a catalogue, means that catalogue: no alias, or its own.
    pub(super) fn is_called(&self, catalog: usize, id: &IdText<'_>) -> bool {
        let Some(c) = self.catalogs.get(catalog) else { return false };
        id.alias.is_none_or(|a| a == c.alias) && id.edition.is_none_or(|e| e == c.edition)
    }

    fn parent_elsewhere(&self, own: usize, text: &str, span: Span) -> Diagnostic {
        let alias = self.catalogs.get(own).map_or("", |c| &c.alias);
        let message = Label::new(
            format!("`{text}` は別のカタログの項目です"),
            format!("`{text}` is an item of another catalogue"),
        );
        Diagnostic::error("K0203", span, message).help(
            format!("`part of` には同じカタログ `{alias}` の項目を書きます。別の基準との関係は `mapping` で書きます"),
            format!("name an item of `{alias}` after `part of`; relations to other norms are a `mapping`"),
        )
    }

    fn break_cycles(
        &self,
        items: &[(usize, String, Decl<'_>, Span)],
        parent: &mut [Option<usize>],
        reports: &mut Reports,
    ) {
        for start in 0..items.len() {
            let mut at = start;
            for _ in 0..=items.len() {
                match parent.get(at).copied().flatten() {
                    Some(next) if next == start => {
                        let (text, span) =
                            items.get(start).map(|(_, l, _, s)| (l.as_str(), *s)).unwrap_or_default();
                        reports.push(
                            Diagnostic::error(
                                "K0207",
                                span,
                                Label::new(
                                    format!("`{text}` は自分自身に含まれます"),
                                    format!("`{text}` is part of itself"),
                                ),
                            )
                            .help("`part of` を見直してください", "check the `part of` clauses"),
                        );
                        if let Some(slot) = parent.get_mut(start) {
                            *slot = None;
                        }
                        break;
                    }
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
    }
}

/// The proper prefixes of an id that end before a separator, longest first.
fn prefixes(local: &str) -> impl Iterator<Item = &str> {
    let mut cuts: Vec<usize> =
        local.char_indices().filter(|(_, c)| matches!(c, '.' | '-' | '(')).map(|(i, _)| i).collect();
    cuts.reverse();
    cuts.into_iter().filter_map(|i| local.get(..i)).filter(|p| !p.is_empty())
}
