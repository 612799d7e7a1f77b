//! The data of the page: `kijun.matrix/1` with less said twice. Relations are sets of relationships as five bits, everything
//! else that comes in a few sorts is a place in a list of [`Words`].

use kijun_coverage::{Block, Cell, Contradiction, Coverage, Derivation, Item, Met, Rationale, Tally};
use kijun_engine::program::{Catalog, RequirementId};
use kijun_text::{Label, Lang};
use serde::Serialize;

use super::super::MatrixContext;
use super::interned::{Interned, StepKey};
use super::words::{MARKS, Words, verdicts};
use crate::PackRef;

#[derive(Serialize)]
pub(super) struct PageData<'a> {
    schema: &'static str,
    engine: &'a str,
    lang: &'static str,
    packs: &'a [PackRef],
    assessed: Option<Assessed<'a>>,
    words: Words,
    /// A node is an item, or behind the last item a union.
    items: Vec<ItemData<'a>>,
    /// Members.
    unions: Vec<Vec<usize>>,
    statements: Vec<StatementData<'a>>,
    steps: Vec<StepKey>,
    blocks: Vec<BlockData<'a>>,
    contradictions: Vec<ContradictionData>,
}

#[derive(Serialize)]
struct Assessed<'a> {
    facility: &'a str,
    title: &'a Label,
    as_of: String,
}

/// Id, title, parent, flags (1 a section, 2 its text is included), mark, level, verdict.
type ItemData<'a> = (&'a str, &'a Label, Option<usize>, u8, usize, &'a str, Option<usize>);

#[derive(Serialize)]
struct StatementData<'a> {
    sources: Vec<usize>,
    relation: usize,
    target: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<u8>,
    mark: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sense: Option<usize>,
    #[serde(skip_serializing_if = "Label::is_empty")]
    argument: &'a Label,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
}

#[derive(Serialize)]
struct BlockData<'a> {
    from: CatalogData<'a>,
    to: CatalogData<'a>,
    total: TallyData,
    /// All items of the source catalogue.
    sources: Vec<usize>,
    targets: Vec<TargetData>,
    cells: Vec<CellData>,
}

#[derive(Serialize)]
struct CatalogData<'a> {
    id: String,
    title: Option<&'a Label>,
    publisher: &'a str,
}

/// Items, by coverage, weak, by whether they are met.
type TallyData = (usize, Vec<usize>, usize, Vec<usize>);

/// Item, coverage, the same without ambiguous and unverified statements, met, of a section what is below it, cells.
type TargetData = (usize, usize, usize, Option<usize>, Option<TallyData>, Vec<usize>);

/// Node, target, what is possible, the same without ambiguous and unverified statements, flags (1 stated, 2 rolled up),
/// strength, mark (absent: structure alone), coverage by it alone, senses, walks, and for a union its members.
type CellData = (usize, usize, u8, u8, u8, Option<u8>, Option<usize>, usize, Vec<usize>, Walks, Vec<Member>);

/// What each gives, with its steps.
type Walks = Vec<(u8, Vec<usize>)>;

/// What covers it, and why (nothing, where it is the member itself).
type Member = (usize, Walks);

#[derive(Serialize)]
struct ContradictionData {
    mixed: bool,
    walks: Walks,
    set_aside: Vec<usize>,
}

impl<'a> PageData<'a> {
    pub(super) fn new(context: &MatrixContext<'a>, lang: Lang) -> PageData<'a> {
        let interned = Interned::new(context);
        let mappings = context.mappings;
        let unions = interned.unions.iter().map(|u| {
            let members = mappings.items_at(*u);
            members.into_iter().map(|m| interned.item(m)).collect()
        });
        PageData {
            schema: "kijun.matrix-page/1",
            engine: context.engine_version,
            lang: match lang {
                Lang::Ja => "ja",
                Lang::En => "en",
            },
            packs: context.packs,
            assessed: context.assessed.map(|a| Assessed {
                facility: a.facility,
                title: a.title,
                as_of: kijun_facts::Date::day(a.as_of).to_string(),
            }),
            words: Words::new(),
            items: interned.items.iter().filter_map(|id| item(context, &interned, *id)).collect(),
            unions: unions.collect(),
            statements: interned.statements().filter_map(|i| statement(context, &interned, i)).collect(),
            steps: interned.steps(),
            blocks: context.matrix.blocks.iter().map(|b| block(context, &interned, b)).collect(),
            contradictions: mappings.contradictions.iter().map(|c| contradiction(&interned, c)).collect(),
        }
    }
}

fn item<'a>(context: &MatrixContext<'a>, interned: &Interned, id: RequirementId) -> Option<ItemData<'a>> {
    let found = context.mappings.program.requirement(id)?;
    let verdict = context.assessed.and_then(|a| a.verdicts.get(id));
    Some((
        &found.id,
        &found.title,
        found.parent.map(|p| interned.item(p)),
        u8::from(found.is_section) | u8::from(found.text_included) << 1,
        place(&MARKS, &found.mark),
        found.level.as_deref().unwrap_or_default(),
        verdict.map(|v| place(&verdicts(), &v)),
    ))
}

fn statement<'a>(
    context: &MatrixContext<'a>,
    interned: &Interned,
    index: usize,
) -> Option<StatementData<'a>> {
    let found = context.mappings.statements.get(index)?;
    Some(StatementData {
        sources: found.sources.iter().map(|s| interned.item(*s)).collect(),
        relation: found.relationship as usize,
        target: interned.item(found.target),
        strength: found.strength,
        mark: place(&MARKS, &found.mark),
        sense: found.rationale.map(|r| place(&Rationale::ALL, &r)),
        argument: &found.argument,
        source: &found.source,
    })
}

fn block<'a>(context: &MatrixContext<'a>, interned: &Interned, block: &Block) -> BlockData<'a> {
    let sources = context.mappings.items_of(block.from);
    BlockData {
        from: catalog(context, block.from),
        to: catalog(context, block.to),
        total: tally(&block.total),
        sources: sources.into_iter().map(|id| interned.item(id)).collect(),
        targets: block.items.iter().map(|i| target(interned, block, i)).collect(),
        cells: block.cells.iter().map(|c| cell(context, interned, c)).collect(),
    }
}

fn catalog<'a>(context: &MatrixContext<'a>, index: usize) -> CatalogData<'a> {
    let found: Option<&'a Catalog> = context.mappings.program.catalogs.get(index);
    CatalogData {
        id: found.map(|c| format!("{}@{}", c.alias, c.edition)).unwrap_or_default(),
        title: found.map(|c| &c.title),
        publisher: found.map_or("", |c| &c.publisher),
    }
}

fn tally(tally: &Tally) -> TallyData {
    let met = match tally.met.is_empty() {
        true => Vec::new(),
        false => Met::ALL.map(|m| tally.met(m)).into(),
    };
    (tally.items, Coverage::ALL.map(|c| tally.covered(c)).into(), tally.weak, met)
}

fn target(interned: &Interned, block: &Block, own: &Item) -> TargetData {
    (
        interned.item(own.id),
        place(&Coverage::ALL, &own.coverage),
        place(&Coverage::ALL, &own.trusted),
        own.met.map(|m| place(&Met::ALL, &m)),
        block.sections.get(&own.id).map(tally),
        own.cells.clone(),
    )
}

fn cell(context: &MatrixContext<'_>, interned: &Interned, cell: &Cell) -> CellData {
    let mappings = context.mappings;
    let derivation = &cell.derivation;
    let flags = u8::from(mappings.is_stated(derivation)) | u8::from(mappings.is_rolled_up(derivation)) << 1;
    let members = cell.members.iter().map(|(source, why)| {
        let why = why.as_ref().map(|d| walks(interned, d));
        (interned.item(*source), why.unwrap_or_default())
    });
    (
        interned.node(cell.source),
        interned.item(cell.target),
        cell.possible.bits(),
        cell.trusted.bits(),
        flags,
        derivation.strength,
        derivation.mark.map(|m| place(&MARKS, &m)),
        place(&Coverage::ALL, &cell.alone(mappings)),
        mappings.senses(derivation).iter().map(|s| place(&Rationale::ALL, s)).collect(),
        walks(interned, derivation),
        members.collect(),
    )
}

fn contradiction(interned: &Interned, own: &Contradiction) -> ContradictionData {
    ContradictionData {
        mixed: own.mixed,
        walks: walks(interned, &own.derivation),
        set_aside: own.set_aside.iter().map(|i| interned.statement(*i)).collect(),
    }
}

fn walks(interned: &Interned, derivation: &Derivation) -> Walks {
    derivation.walks.iter().map(|w| interned.walk(w)).collect()
}

fn place<T: PartialEq>(list: &[T], one: &T) -> usize {
    list.iter().position(|other| other == one).unwrap_or_default()
}
