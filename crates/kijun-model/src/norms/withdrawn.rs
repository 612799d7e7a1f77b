//! Items that an edition lists and no longer asks for: where their content went, and that no rule decides them.

use std::sync::Arc;

use kijun_engine::program::RequirementId;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use super::{Norms, split_id};
use crate::context::{Decl, Reports};

/// How many ids a message lists.
const LISTED: usize = 6;

impl Norms {
    /// Reads the `withdrawn` clauses; `decls` are those of the requirements, in their order.
    pub(super) fn withdraw(&mut self, decls: &[Decl<'_>], reports: &mut Reports) {
        let mut clauses: Vec<(RequirementId, Span)> = Vec::new();
        for (i, decl) in decls.iter().enumerate() {
            let own = decl.child(Kind::Withdrawn).map(|clause| {
                clauses.push((RequirementId(i as u32), clause.span()));
                self.destinations(i, clause, reports)
            });
            // A parent comes before its children.
            let parent = self.requirements.get(i).and_then(|r| r.parent).and_then(|p| self.requirement(p));
            let inherited = parent.and_then(|p| p.withdrawn.clone());
            let withdrawn = match (own, inherited) {
                (Some(own), Some(inherited)) if own.is_empty() => Some(inherited),
                (own, inherited) => own.or(inherited),
            };
            if let Some(requirement) = Arc::make_mut(&mut self.requirements).get_mut(i) {
                requirement.withdrawn = withdrawn;
            }
        }
        for (id, span) in clauses {
            if self.comes_back(id) {
                reports.push(self.circle(id, span));
            }
        }
    }

    /// The items after `into`. An id without an edition is one of the item's own catalogue.
    fn destinations(&self, item: usize, clause: Decl<'_>, reports: &mut Reports) -> Vec<RequirementId> {
        let Some(own) = self.requirements.get(item).map(|r| r.catalog) else { return Vec::new() };
        let mut out = Vec::new();
        for id in clause.all(Kind::RequirementId) {
            let text = id.own_text();
            let parts = split_id(&text);
            out.extend(if self.is_called(own, &parts) {
                self.resolve_in(own, parts.local, &text, id.span(), reports)
            } else {
                self.resolve(&text, id.span(), reports)
            });
        }
        out
    }

    /// Whether following `into` leads from an item back to it.
    fn comes_back(&self, start: RequirementId) -> bool {
        let mut seen: Vec<RequirementId> = vec![start];
        let mut next = 0;
        while let Some(id) = seen.get(next).copied() {
            next += 1;
            for to in self.requirement(id).and_then(|r| r.withdrawn.as_ref()).into_iter().flatten() {
                if *to == start {
                    return true;
                }
                if !seen.contains(to) {
                    seen.push(*to);
                }
            }
        }
        false
    }

    fn circle(&self, id: RequirementId, span: Span) -> Diagnostic {
        let name = self.requirement(id).map_or("", |r| &r.id);
        let message = Label::new(
            format!("`{name}` の移行先をたどると自分自身に戻ります"),
            format!("the content of `{name}` goes back into itself"),
        );
        Diagnostic::error("K0207", span, message).help(
            "`into` には、内容を引き継いだ別の項目を書きます。なければ `withdrawn` だけにします",
            "name after `into` another item that took the content over; without one write `withdrawn` alone",
        )
    }

    /// The requirement that a rule decides: neither a section nor withdrawn, or that is reported.
    pub(crate) fn resolve_ruled(&self, id: Decl<'_>, reports: &mut Reports) -> Option<RequirementId> {
        let found = self.resolve(&id.own_text(), id.span(), reports)?;
        let requirement = self.requirement(found)?;
        match &requirement.withdrawn {
            Some(into) => reports.push(self.rule_on_withdrawn(&requirement.id, into, id.span())),
            None if requirement.is_section => reports.push(self.rule_on_section(found, id.span())),
            None => {}
        }
        Some(found)
    }

    fn rule_on_withdrawn(&self, name: &str, into: &[RequirementId], span: Span) -> Diagnostic {
        let message =
            Label::new(format!("`{name}` は取り下げられています"), format!("`{name}` is withdrawn"));
        let diagnostic = Diagnostic::error("K0210", span, message)
            .label("判定されない項目です", "no verdict is ever given on it");
        match self.listed(into, LISTED) {
            Some(list) => diagnostic.help(
                format!("内容を引き継いだ項目についての規則にしてください: {list}"),
                format!("make it a rule about what took the content over: {list}"),
            ),
            None => diagnostic.help(
                "この版が今も求めている項目についての規則にするか、規則を消してください",
                "make it a rule about an item that this edition still asks for, or remove it",
            ),
        }
    }

    fn rule_on_section(&self, section: RequirementId, span: Span) -> Diagnostic {
        let name = self.requirement(section).map_or("", |r| &r.id);
        let message = Label::new(
            format!("`{name}` は節で、規則では判定されません"),
            format!("`{name}` is a section, which no rule decides"),
        );
        let below: Vec<RequirementId> = self
            .requirements
            .iter()
            .enumerate()
            .filter(|(_, r)| r.parent == Some(section) && !r.is_section && r.withdrawn.is_none())
            .map(|(i, _)| RequirementId(i as u32))
            .collect();
        let diagnostic = Diagnostic::error("K0210", span, message)
            .label("節の判定は下の項目だけで決まります", "its verdict is that of what is below it");
        match self.listed(&below, LISTED) {
            Some(list) => diagnostic.help(
                format!("下の項目を書いてください: {list}。節そのものが何かを求めるなら `requirement` と宣言します"),
                format!("name an item below it: {list}. If it demands something itself, declare it a `requirement`"),
            ),
            None => diagnostic.help(
                "項目を書いてください。節そのものが何かを求めるなら `requirement` と宣言します",
                "name a requirement. If the section demands something itself, declare it a `requirement`",
            ),
        }
    }

    /// `a, b … (+3)`, at most so many; `None` when there is nothing to list.
    pub(crate) fn listed(&self, ids: &[RequirementId], most: usize) -> Option<String> {
        let names: Vec<&str> =
            ids.iter().take(most).filter_map(|id| self.requirement(*id)).map(|r| r.id.as_str()).collect();
        let more = match ids.len().saturating_sub(most) {
            0 => String::new(),
            more => format!(" … (+{more})"),
        };
        (!names.is_empty()).then(|| format!("{}{more}", names.join(", ")))
    }
}
