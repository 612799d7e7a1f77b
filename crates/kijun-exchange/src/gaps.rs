//! `kijun.gaps/1`: what of a catalogue is not covered, and what would change that most.

use kijun_coverage::{Coverage, Gaps, Mappings, Met, Relationship, wording};
use kijun_engine::program::RequirementId;
use kijun_text::Label;
use serde::Serialize;

use crate::csv_table::CsvTable;
use crate::matrix::{TallyJson, tally};

#[derive(Serialize)]
pub struct GapsJson<'a> {
    schema: &'static str,
    engine: &'a str,
    catalogs: Vec<CatalogGaps<'a>>,
}

#[derive(Serialize)]
struct CatalogGaps<'a> {
    of: String,
    by: Vec<String>,
    total: TallyJson,
    /// Every item that is not covered for certain and checked, in catalogue order.
    items: Vec<GapItem<'a>>,
    settle: Vec<SettleJson<'a>>,
    confirm: Vec<ConfirmJson<'a>>,
    check: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct GapItem<'a> {
    id: &'a str,
    title: &'a Label,
    coverage: &'static str,
    /// Without ambiguous and unverified statements.
    trusted: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<&'static str>,
    by: Vec<ByJson>,
}

#[derive(Serialize)]
struct ByJson {
    source: String,
    relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
    derivation: String,
}

/// A statement that is missing: were the whole target held, `covers` would be covered and `touches` partly.
#[derive(Serialize)]
struct SettleJson<'a> {
    /// The source that may hold it; absent where none has to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    target: &'a str,
    /// What is possible between the two today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible: Vec<&'static str>,
    covers: Vec<&'a str>,
    touches: Vec<&'a str>,
}

#[derive(Serialize)]
struct ConfirmJson<'a> {
    sources: Vec<&'a str>,
    relation: &'static str,
    target: &'a str,
    mark: &'static str,
    items: Vec<&'a str>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    item: &'a str,
    covers: Vec<&'a str>,
}

/// The gaps of some catalogues as `kijun.gaps/1`, to be written by any serializer.
pub fn gaps_json<'a>(
    mappings: &'a Mappings<'a>,
    gaps: &'a [(Gaps, Vec<usize>)],
    engine_version: &'a str,
) -> GapsJson<'a> {
    let catalogs = gaps.iter().map(|(gaps, by)| catalog(mappings, gaps, by)).collect();
    GapsJson { schema: "kijun.gaps/1", engine: engine_version, catalogs }
}

fn catalog<'a>(mappings: &'a Mappings<'a>, gaps: &'a Gaps, by: &[usize]) -> CatalogGaps<'a> {
    let name = |index: usize| {
        let found = mappings.program.catalogs.get(index);
        found.map(|c| format!("{}@{}", c.alias, c.edition)).unwrap_or_default()
    };
    let ids = |list: &[RequirementId]| list.iter().map(|i| id(mappings, *i)).collect::<Vec<_>>();
    let open = gaps.covering.items.iter();
    let open = open.filter(|i| i.coverage != Coverage::Covered && mappings.is_counted(i.id));
    CatalogGaps {
        of: name(gaps.of),
        by: by.iter().map(|c| name(*c)).collect(),
        total: tally(&gaps.total),
        items: open.map(|i| item(mappings, gaps, i)).collect(),
        settle: gaps
            .settle
            .iter()
            .map(|s| SettleJson {
                source: s.today.as_ref().map(|(source, _)| id(mappings, *source)),
                target: id(mappings, s.target),
                possible: s.today.iter().flat_map(|(_, d)| d.gives.iter()).map(Relationship::name).collect(),
                covers: ids(&s.covers),
                touches: ids(&s.touches),
            })
            .collect(),
        confirm: gaps
            .confirm
            .iter()
            .filter_map(|c| {
                let statement = mappings.statements.get(c.statement)?;
                Some(ConfirmJson {
                    sources: ids(&statement.sources),
                    relation: statement.relationship.name(),
                    target: id(mappings, statement.target),
                    mark: statement.mark.name(),
                    items: ids(&c.items),
                })
            })
            .collect(),
        check: gaps
            .check
            .iter()
            .map(|c| CheckJson { item: id(mappings, c.item), covers: ids(&c.covers) })
            .collect(),
    }
}

fn id<'a>(mappings: &'a Mappings<'a>, id: RequirementId) -> &'a str {
    mappings.program.requirement(id).map_or("", |r| &r.id)
}

fn item<'a>(mappings: &'a Mappings<'a>, gaps: &'a Gaps, own: &kijun_coverage::Item) -> GapItem<'a> {
    static NONE: Label = Label { ja: String::new(), en: String::new() };
    let cells = own.cells.iter().filter_map(|c| gaps.covering.cells.get(*c));
    let cells = cells.filter(|c| !mappings.is_rolled_up(&c.derivation));
    GapItem {
        id: id(mappings, own.id),
        title: mappings.program.requirement(own.id).map_or(&NONE, |r| &r.title),
        coverage: own.coverage.name(),
        trusted: own.trusted.name(),
        met: own.met.map(Met::name),
        by: cells
            .map(|c| ByJson {
                source: wording::node_name(mappings.program, mappings, c.source),
                relation: c.possible.name(),
                mark: c.derivation.mark.map(|m| m.name()),
                derivation: wording::derivation_line(mappings, &c.derivation),
            })
            .collect(),
    }
}

/// The columns of [`gaps_csv`].
const HEADER: [&str; 8] = ["catalog", "item", "title", "coverage", "trusted", "met", "by", "derivation"];

/// One line per item that is not covered for certain and checked; `by` is its best source. UTF-8 with a byte order mark.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn gaps_csv(
    mappings: &Mappings<'_>,
    gaps: &[(Gaps, Vec<usize>)],
    lang: kijun_text::Lang,
) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::new();
    out.write_record(HEADER)?;
    for (gaps, by) in gaps {
        let json = catalog(mappings, gaps, by);
        for item in &json.items {
            let best = item.by.first();
            let record: [&str; 8] = [
                &json.of,
                item.id,
                item.title.get(lang),
                item.coverage,
                item.trusted,
                item.met.unwrap_or(""),
                best.map_or("", |b| &b.source),
                best.map_or("", |b| &b.derivation),
            ];
            out.write_record(record)?;
        }
    }
    out.finish()
}
