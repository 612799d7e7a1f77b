//! Mappings between catalogues: stated pairs and claims about unions, with their provenance.

mod complete;
mod contradictions;
mod lints;

use std::sync::Arc;

use kijun_coverage::{EQUIVALENT, Mappings, Method, Rationale, Relationship, Statement};
use kijun_engine::program::{Program, RequirementId};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label};

use crate::context::{Decl, Reports};
use crate::kept::MappingStage;
use crate::norms::{Norms, mark_of, split_id};

/// A `mapping` block: which catalogues it relates.
struct Block<'a> {
    decl: Decl<'a>,
    from: usize,
    to: usize,
}

/// All mappings, with what follows from them together.
pub(crate) fn stage(decls: &[Decl<'_>], norms: &Norms, tracked: &[usize], program: &Program) -> MappingStage {
    let mut reports = Reports::default();
    let statements = collect(decls, norms, tracked, &mut reports);
    let mappings = Mappings::new(program, &statements, None);
    contradictions::report(&mappings, &mut reports);
    let (network, contradictions) = (Arc::clone(&mappings.network), Arc::clone(&mappings.contradictions));
    drop(mappings);
    MappingStage {
        statements: Arc::new(statements),
        network,
        contradictions,
        tracked: tracked.to_vec(),
        diagnostics: reports.diagnostics,
    }
}

fn collect(decls: &[Decl<'_>], norms: &Norms, tracked: &[usize], reports: &mut Reports) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut blocks = Vec::new();
    for decl in decls.iter().filter(|d| d.node.kind == Kind::Mapping) {
        let ends: Vec<Option<usize>> = decl
            .all(Kind::CatalogId)
            .map(|id| {
                let text = id.own_text();
                let (alias, edition) =
                    text.split_once('@').map_or((text.as_str(), None), |(a, e)| (a, Some(e)));
                norms.catalog_of(Some(alias), edition, id.span(), reports)
            })
            .collect();
        let [Some(from), Some(to)] = ends.as_slice() else { continue };
        blocks.push(Block { decl: *decl, from: *from, to: *to });
        let method = method_of(*decl, reports);
        let rationale = rationale_of(*decl, reports);
        let source = decl.child(Kind::Source).and_then(Decl::string).unwrap_or_default();
        let mark = mark_of(*decl, reports).unwrap_or_default();
        for line in decl.node.parts().map(|n| decl.at(n)) {
            let sources = match line.node.kind {
                Kind::Pair => 1,
                Kind::Joint => line.all(Kind::RequirementId).count().saturating_sub(1),
                _ => continue,
            };
            let ids: Vec<Decl<'_>> = line.all(Kind::RequirementId).collect();
            let Some((target, from_ids)) = ids.split_last() else { continue };
            debug_assert_eq!(from_ids.len(), sources);
            let resolved: Vec<Option<RequirementId>> =
                from_ids.iter().map(|id| item(*id, &[*from, *to], norms, reports)).collect();
            let resolved: Option<Vec<RequirementId>> = resolved.into_iter().collect();
            let target = item(*target, &[*to], norms, reports);
            let word = line.word(Kind::Relationship).unwrap_or_default();
            let equivalent = word == EQUIVALENT;
            let relationship =
                if equivalent { Some(Relationship::Equal) } else { Relationship::from_name(&word) };
            let strength = strength(line, reports);
            let own_rationale = rationale_of(line, reports);
            let own_method = method_of(line, reports);
            let own_mark = mark_of(line, reports);
            let (Some(sources), Some(target), Some(relationship)) = (resolved, target, relationship) else {
                continue;
            };
            out.push(Statement {
                sources,
                relationship,
                equivalent,
                target,
                strength,
                rationale: own_rationale.or(rationale),
                argument: Label::new(
                    line.child(Kind::Argument).and_then(Decl::string).unwrap_or_default(),
                    line.child(Kind::En).and_then(Decl::string).unwrap_or_default(),
                ),
                method: own_method.or(method).unwrap_or_default(),
                source: line.child(Kind::Source).and_then(Decl::string).unwrap_or_else(|| source.clone()),
                mark: own_mark.unwrap_or(mark),
                span: line.span(),
            });
        }
    }
    for block in &blocks {
        complete::check(block, &out, norms, reports);
    }
    lints::check(&blocks, &out, (norms, tracked), reports);
    // Lines that say the same of the same items still have one order, whatever files they stand in.
    out.sort_by(|a, b| order(a).cmp(&order(b)));
    out
}

fn order(s: &Statement) -> impl Ord + '_ {
    let provenance = (s.mark, s.strength, s.rationale, s.method, &s.source, &s.argument.ja, &s.argument.en);
    (&s.sources, s.target, s.relationship, s.equivalent, provenance)
}

/// An id of a line: qualified, or of the first of these catalogues that has it.
fn item(id: Decl<'_>, catalogs: &[usize], norms: &Norms, reports: &mut Reports) -> Option<RequirementId> {
    let text = id.own_text();
    if split_id(&text).alias.is_some() {
        return norms.resolve(&text, id.span(), reports);
    }
    let found = catalogs.iter().find_map(|c| norms.get(*c, &text));
    found.or_else(|| norms.resolve_in(*catalogs.first()?, &text, &text, id.span(), reports))
}

fn method_of(decl: Decl<'_>, reports: &mut Reports) -> Option<Method> {
    let (name, span) = decl.child(Kind::Method)?.name()?;
    let found = Method::from_name(&name);
    if found.is_none() {
        reports.unknown("K0206", span, ("方法", "method"), &name, Method::ALL.map(Method::name));
    }
    found
}

fn rationale_of(decl: Decl<'_>, reports: &mut Reports) -> Option<Rationale> {
    let (name, span) = decl.child(Kind::Rationale)?.name()?;
    let found = Rationale::from_name(&name);
    if found.is_none() {
        reports.unknown(
            "K0206",
            span,
            ("論拠の種類", "rationale"),
            &name,
            Rationale::ALL.map(Rationale::name),
        );
    }
    found
}

fn strength(line: Decl<'_>, reports: &mut Reports) -> Option<u8> {
    let clause = line.child(Kind::Strength)?;
    let value = clause.word(Kind::Number).and_then(|n| n.parse::<u8>().ok()).filter(|n| (1..=10).contains(n));
    if value.is_none() {
        reports.push(
            Diagnostic::error(
                "K0206",
                clause.span(),
                Label::new("強さは 1 から 10 の整数です", "a strength is an integer from 1 to 10"),
            )
            .help(
                "1(弱い)から10(強い)で書きます。何も重ならないなら `unrelated` とします",
                "write 1 (weak) to 10 (strong); where nothing overlaps, say `unrelated`",
            ),
        );
    }
    value
}
