//! `complete`: the claim that every requirement of the source catalogue stands on the left of some line.

use std::collections::BTreeSet;

use kijun_coverage::Statement;
use kijun_engine::program::RequirementId;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label};

use super::Block;
use crate::context::{Decl, Reports};
use crate::norms::{Norms, no_levels};

/// How many ids the message lists.
const LISTED: usize = 10;

pub(super) fn check(block: &Block<'_>, statements: &[Statement], norms: &Norms, reports: &mut Reports) {
    let Some(clause) = block.decl.child(Kind::Complete) else { return };
    let level = match clause.child(Kind::LevelRef).map(|l| level(l, block.from, norms, reports)) {
        Some(None) => return,
        Some(level) => level,
        None => None,
    };
    let claimed: Vec<RequirementId> = norms
        .requirements
        .iter()
        .enumerate()
        .filter(|(_, r)| r.catalog == block.from && !r.is_section && r.withdrawn.is_none())
        .filter(|(_, r)| level.is_none() || r.level == level)
        .map(|(i, _)| RequirementId(i as u32))
        .collect();
    let into = |s: &&Statement| norms.requirement(s.target).is_some_and(|t| t.catalog == block.to);
    let mapped: BTreeSet<RequirementId> =
        statements.iter().filter(into).flat_map(|s| s.sources.iter().copied()).collect();
    let missing: Vec<RequirementId> = claimed.iter().filter(|id| !mapped.contains(id)).copied().collect();
    let Some(list) = norms.listed(&missing, LISTED) else { return };
    let (all, gaps) = (claimed.len(), missing.len());
    let message = Label::new(
        format!("`complete` とありますが、{all} 件のうち {gaps} 件が左に現れません"),
        format!("this mapping is not complete: {gaps} of {all} requirement(s) stand on the left of no line"),
    );
    reports.push(
        Diagnostic::warning("K0403", clause.span(), message)
            .label(format!("ないのは: {list}"), format!("missing: {list}"))
            .help(
                "行を加えるか、範囲を `complete level …` で狭めるか、`complete` を消してください",
                "add lines for them, narrow the claim with `complete level …`, or remove `complete`",
            ),
    );
}

/// The level that the claim is limited to; `None` when the catalogue has no such level, which is reported.
fn level(clause: Decl<'_>, catalog: usize, norms: &Norms, reports: &mut Reports) -> Option<String> {
    let (name, span) = clause.name()?;
    let levels = norms.levels.get(catalog)?;
    if levels.contains_key(&name) {
        return Some(name);
    }
    if levels.is_empty() {
        reports.push(no_levels(&name, span));
    } else {
        reports.unknown("K0206", span, ("水準", "level"), &name, levels.keys().map(String::as_str));
    }
    None
}
