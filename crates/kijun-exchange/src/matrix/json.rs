//! `kijun.matrix/1`: a matrix as data. Order is fixed: blocks as asked for, items in catalogue order, cells by source and
//! target.

use std::collections::BTreeMap;

use kijun_coverage::{
    Block, Cell, Coverage, Derivation, Edge, Mappings, Met, Node, Relations, Relationship, Step, Tally,
    sources, wording,
};
use kijun_engine::program::{Catalog, Mark, RequirementId};
use kijun_text::Label;
use serde::Serialize;

use super::MatrixContext;
use crate::PackRef;

#[derive(Serialize)]
pub struct MatrixJson<'a> {
    schema: &'static str,
    engine: &'a str,
    packs: &'a [PackRef],
    #[serde(skip_serializing_if = "Option::is_none")]
    assessed: Option<AssessedJson<'a>>,
    blocks: Vec<BlockJson<'a>>,
    contradictions: Vec<ContradictionJson<'a>>,
}

#[derive(Serialize)]
struct AssessedJson<'a> {
    facility: &'a str,
    title: &'a Label,
    as_of: String,
}

#[derive(Serialize)]
struct CatalogJson<'a> {
    id: String,
    edition: &'a str,
    title: &'a Label,
    publisher: &'a str,
}

#[derive(Serialize)]
struct BlockJson<'a> {
    from: CatalogJson<'a>,
    to: CatalogJson<'a>,
    total: TallyJson,
    /// How many of the items are listed, where a filter left out others.
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<usize>,
    /// Items of the source catalogue that a cell speaks of.
    sources: Vec<ItemJson<'a>>,
    items: Vec<TargetJson<'a>>,
    cells: Vec<CellJson<'a>>,
}

#[derive(Serialize)]
pub(crate) struct TallyJson {
    items: usize,
    coverage: BTreeMap<&'static str, usize>,
    /// So only by ambiguous or unverified statements.
    weak: usize,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    met: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    id: &'a str,
    title: &'a Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
}

#[derive(Serialize)]
struct TargetJson<'a> {
    #[serde(flatten)]
    item: ItemJson<'a>,
    section: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    mark: &'static str,
    text_included: bool,
    coverage: &'static str,
    /// Without ambiguous and unverified statements.
    trusted: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<&'static str>,
    /// Of all that is below it; for sections.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<TallyJson>,
    /// Indexes of cells, those that cover most first.
    cells: Vec<usize>,
}

#[derive(Serialize)]
struct CellJson<'a> {
    /// Ids of the source, or of the members of a union.
    sources: Vec<&'a str>,
    target: &'a str,
    relation: &'static str,
    possible: Vec<&'static str>,
    trusted: &'static str,
    stated: bool,
    /// Only sums up what stands below a section.
    rolled_up: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<u8>,
    /// The lowest along the derivation; absent when it rests on the structure of a norm alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
    /// In which senses its statements speak.
    rationale: Vec<&'static str>,
    /// For a union: what covers its members.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<MemberJson<'a>>,
    derivation: Vec<WalkJson<'a>>,
}

#[derive(Serialize)]
struct MemberJson<'a> {
    covered_by: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    derivation: Vec<WalkJson<'a>>,
}

#[derive(Serialize)]
pub(crate) struct WalkJson<'a> {
    gives: Vec<&'static str>,
    steps: Vec<StepJson<'a>>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    from: String,
    to: String,
    /// A relationship, or `part_of`, `has_part`, `member_of`, `has_member`.
    relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<&'a Label>,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
}

#[derive(Serialize)]
struct ContradictionJson<'a> {
    /// Statements of different rationale kinds: all may be true after all.
    mixed: bool,
    derivation: Vec<WalkJson<'a>>,
    set_aside: Vec<StatementJson<'a>>,
}

#[derive(Serialize)]
struct StatementJson<'a> {
    sources: Vec<&'a str>,
    relation: &'static str,
    target: &'a str,
    mark: &'static str,
}

/// The matrix as `kijun.matrix/1`, to be written by any serializer.
pub fn matrix_json<'a>(context: &MatrixContext<'a>) -> MatrixJson<'a> {
    MatrixJson {
        schema: "kijun.matrix/1",
        engine: context.engine_version,
        packs: context.packs,
        assessed: context.assessed.map(|a| AssessedJson {
            facility: a.facility,
            title: a.title,
            as_of: kijun_facts::Date::day(a.as_of).to_string(),
        }),
        blocks: context.matrix.blocks.iter().map(|b| block(context, b)).collect(),
        contradictions: contradictions(context.mappings),
    }
}

fn contradictions<'a>(mappings: &'a Mappings<'a>) -> Vec<ContradictionJson<'a>> {
    let statement = |i: &usize| {
        let s = mappings.statements.get(*i)?;
        Some(StatementJson {
            sources: s.sources.iter().map(|id| name(mappings, *id)).collect(),
            relation: s.relationship.name(),
            target: name(mappings, s.target),
            mark: s.mark.name(),
        })
    };
    let all = mappings.contradictions.iter().map(|c| ContradictionJson {
        mixed: c.mixed,
        derivation: walks(mappings, &c.derivation),
        set_aside: c.set_aside.iter().filter_map(statement).collect(),
    });
    all.collect()
}

fn block<'a>(context: &MatrixContext<'a>, block: &'a Block) -> BlockJson<'a> {
    let mappings = context.mappings;
    let used: std::collections::BTreeSet<RequirementId> =
        block.cells.iter().flat_map(|c| sources(c, mappings)).collect();
    BlockJson {
        from: catalog(context, block.from),
        to: catalog(context, block.to),
        total: tally(&block.total),
        listed: block.listed,
        sources: used.into_iter().map(|id| item(context, id)).collect(),
        items: block.items.iter().map(|i| target(context, block, i)).collect(),
        cells: block.cells.iter().map(|c| cell(mappings, c)).collect(),
    }
}

fn catalog<'a>(context: &MatrixContext<'a>, index: usize) -> CatalogJson<'a> {
    static NONE: Label = Label { ja: String::new(), en: String::new() };
    let found: Option<&'a Catalog> = context.mappings.program.catalogs.get(index);
    CatalogJson {
        id: found.map(|c| format!("{}@{}", c.alias, c.edition)).unwrap_or_default(),
        edition: found.map_or("", |c| &c.edition),
        title: found.map_or(&NONE, |c| &c.title),
        publisher: found.map_or("", |c| &c.publisher),
    }
}

pub(crate) fn tally(tally: &Tally) -> TallyJson {
    TallyJson {
        items: tally.items,
        coverage: Coverage::ALL.into_iter().map(|c| (c.name(), tally.covered(c))).collect(),
        weak: tally.weak,
        met: if tally.met.is_empty() {
            BTreeMap::new()
        } else {
            Met::ALL.into_iter().map(|m| (m.name(), tally.met(m))).collect()
        },
    }
}

fn item<'a>(context: &MatrixContext<'a>, id: RequirementId) -> ItemJson<'a> {
    static NONE: Label = Label { ja: String::new(), en: String::new() };
    let found = context.mappings.program.requirement(id);
    ItemJson {
        id: found.map_or("", |r| &r.id),
        title: found.map_or(&NONE, |r| &r.title),
        level: found.and_then(|r| r.level.as_deref()),
        verdict: context.assessed.and_then(|a| a.verdicts.get(id)).map(|v| v.name()),
    }
}

fn target<'a>(context: &MatrixContext<'a>, block: &Block, own: &kijun_coverage::Item) -> TargetJson<'a> {
    let program = context.mappings.program;
    let found = program.requirement(own.id);
    let is_section = found.is_some_and(|r| r.is_section);
    TargetJson {
        item: item(context, own.id),
        section: is_section,
        parent: found.and_then(|r| program.requirement(r.parent?)).map(|r| r.id.as_str()),
        mark: found.map_or("", |r| r.mark.name()),
        text_included: found.is_some_and(|r| r.text_included),
        coverage: own.coverage.name(),
        trusted: own.trusted.name(),
        met: own.met.map(Met::name),
        total: block.sections.get(&own.id).filter(|_| is_section).map(tally),
        cells: own.cells.clone(),
    }
}

fn name<'a>(mappings: &'a Mappings<'a>, id: RequirementId) -> &'a str {
    mappings.program.requirement(id).map_or("", |r| &r.id)
}

fn cell<'a>(mappings: &'a Mappings<'a>, cell: &'a Cell) -> CellJson<'a> {
    let members = cell.members.iter().map(|(source, derivation)| MemberJson {
        covered_by: name(mappings, *source),
        derivation: derivation.as_ref().map(|d| walks(mappings, d)).unwrap_or_default(),
    });
    CellJson {
        sources: mappings.items_at(cell.source).into_iter().map(|id| name(mappings, id)).collect(),
        target: name(mappings, cell.target),
        relation: cell.possible.name(),
        possible: possible(cell.possible),
        trusted: cell.trusted.name(),
        stated: mappings.is_stated(&cell.derivation),
        rolled_up: mappings.is_rolled_up(&cell.derivation),
        strength: cell.derivation.strength,
        mark: cell.derivation.mark.map(Mark::name),
        rationale: mappings.senses(&cell.derivation).into_iter().map(|s| s.name()).collect(),
        members: members.collect(),
        derivation: walks(mappings, &cell.derivation),
    }
}

pub(crate) fn possible(relations: Relations) -> Vec<&'static str> {
    relations.iter().map(Relationship::name).collect()
}

pub(crate) fn walks<'a>(mappings: &'a Mappings<'a>, derivation: &Derivation) -> Vec<WalkJson<'a>> {
    let walk = |w: &kijun_coverage::Walk| WalkJson {
        gives: possible(w.gives),
        steps: wording::steps(w).map(|(from, edge)| step(mappings, from, edge)).collect(),
    };
    derivation.walks.iter().map(walk).collect()
}

fn step<'a>(mappings: &'a Mappings<'a>, from: Node, edge: &Edge) -> StepJson<'a> {
    let statement = edge.step.statement().and_then(|i| mappings.statements.get(i));
    let relation = match edge.step {
        Step::Stated(_) | Step::Turned(_) => edge.relations.name(),
        Step::PartOf => "part_of",
        Step::HasPart => "has_part",
        Step::MemberOf => "member_of",
        Step::HasMember => "has_member",
    };
    StepJson {
        from: wording::node_name(mappings.program, mappings, from),
        to: wording::node_name(mappings.program, mappings, edge.to),
        relation,
        mark: statement.map(|s| s.mark.name()),
        strength: statement.and_then(|s| s.strength),
        argument: statement.map(|s| &s.argument).filter(|a| !a.is_empty()),
        source: statement.map_or("", |s| &s.source),
    }
}
