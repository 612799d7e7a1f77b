//! A cross-walk that is kept as a table: a row for each pair of items.

use std::collections::BTreeMap;

use kijun_coverage::Method;
use kijun_engine::program::Program;
use kijun_syntax::Node;
use kijun_text::{CellName, FileId, Label, Lang, Sources};

use super::TableProblem;
use super::columns::{Wanted, find};
use super::crosswalk_row::Reading;
use super::table::{Row, Table, key, not_taken};
use crate::loss::Losses;
use crate::oscal::{Block, CatalogName, Dependency, blocks_text, dependencies};
use crate::pack::{Counts, Import, ImportedPack, PackFile, Provenance, manifest, report, said};

/// What a relationship states: how the source stands to the target, or the target to the source. NIST's OLIR states the
/// reference element relative to the focal one, OSCAL the source relative to the target: no table says by itself which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    SourceToTarget,
    TargetToSource,
}

/// What several ids in one cell mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Several {
    /// The row holds for each.
    Each,
    /// The row holds for all of them together.
    Jointly,
}

/// The headings of the columns.
#[derive(Debug, Clone, Default)]
pub struct CrosswalkColumns {
    pub source: Option<String>,
    pub target: Option<String>,
    pub relationship: Option<String>,
    pub strength: Option<String>,
    pub rationale: Option<String>,
    pub argument: Option<String>,
}

/// A table, and what the person says of it.
pub struct CrosswalkTable<'a> {
    pub table: &'a Table,
    pub columns: CrosswalkColumns,
    /// From 1.
    pub header_row: Option<u32>,
    pub direction: Direction,
    pub several: Option<Several>,
    pub from: CatalogName,
    pub to: CatalogName,
    /// The relationship of every row, where no column states it: a word of the language.
    pub relationship: Option<&'a str>,
    /// Words of the person for relationships, with those of the language.
    pub words: &'a [(String, String)],
    pub method: Method,
    /// The catalogues that ids must be of; `None` where there are none to compare with.
    pub known: Option<&'a [KnownIds]>,
    pub dependency: Dependency<'a>,
}

/// The ids of a catalogue at hand, and by what else its items are known: an alias, an id in other letters.
#[derive(Debug, Clone)]
pub struct KnownIds {
    pub name: CatalogName,
    pub(super) ids: BTreeMap<String, Vec<String>>,
}

/// Of every catalogue of a program.
pub fn known_ids<'t>(
    program: &Program,
    sources: &'t Sources,
    tree: &dyn Fn(FileId) -> Option<&'t Node>,
) -> Vec<KnownIds> {
    let of = |c: usize| {
        let draft = said(program, c, sources, tree)?;
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in &draft.items {
            for name in [&item.id, &item.alias] {
                let list = ids.entry(key(name)).or_default();
                if !name.is_empty() && !list.contains(&item.id) {
                    list.push(item.id.clone());
                }
            }
        }
        Some(KnownIds { name: draft.name, ids })
    };
    (0..program.catalogs.len()).filter_map(of).collect()
}

/// Reads a cross-walk. Nothing of a table with a problem is written.
///
/// # Errors
/// Every cell that says nothing, or nothing that is understood.
pub fn import_crosswalk(
    with: &CrosswalkTable<'_>,
    import: &Import<'_>,
) -> Result<ImportedPack, Vec<TableProblem>> {
    let table = with.table;
    let no_header = || {
        vec![table.problem(
            CellName { row: 0, column: 0 },
            "見出しの行がありません(--header-row で行番号を指定できます)",
            "there is no row of headings (--header-row names one)",
        )]
    };
    let at = table.header(with.header_row).ok_or_else(no_header)?;
    let header = table.rows.get(at).ok_or_else(no_header)?;
    let columns = columns(with, header)?;
    let mut losses = Losses::default();
    for cell in
        header.cells.iter().filter(|c| !columns.contains(&Some(c.at.column)) && !c.text.trim().is_empty())
    {
        losses.add(not_taken(), format!("{} {}", table.place(cell.at), cell.text.trim()), None);
    }
    let mut read = Reading { with, import, columns, problems: Vec::new() };
    let ends = [read.catalog(&with.from), read.catalog(&with.to)];
    let [Some(from), Some(to)] = ends else { return Err(read.problems) };
    let block = |from: &CatalogName, to: &CatalogName| Block {
        from: from.clone(),
        to: to.clone(),
        lines: Vec::new(),
        extras: Vec::new(),
    };
    let (mut forth, mut back) = (block(&from, &to), block(&to, &from));
    for row in table.rows.iter().skip(at + 1).filter(|row| !row.is_blank()) {
        read.row(row, &mut forth, &mut back);
    }
    let blocks: Vec<Block> = [forth, back].into_iter().filter(|b| !b.lines.is_empty()).collect();
    if blocks.is_empty() && read.problems.is_empty() {
        read.wrong(
            CellName { row: 0, column: 0 },
            "見出しの下に行がありません",
            "there is no row below the headings",
        );
    }
    if !read.problems.is_empty() {
        return Err(read.problems);
    }
    let of = Provenance {
        format: if table.name.is_empty() { "CSV".to_owned() } else { format!("XLSX, {}", table.name) },
        title: format!("{from} -> {to}"),
        ..Provenance::default()
    };
    let module = module(&of, &blocks, with.direction, import.lang).map_err(|reasons| {
        vec![TableProblem {
            place: String::new(),
            message: Label::new(
                format!("モジュールを書けませんでした: {reasons}"),
                format!("the module could not be written: {reasons}"),
            ),
            help: Label::default(),
        }]
    })?;
    let statements = blocks.iter().map(|b| b.lines.len()).sum();
    let (losses, counts) = (losses.into_vec(), Counts { statements, ..Counts::default() });
    let name = import.pack.map_or_else(|| format!("map-{}-{}", from.alias, to.alias), str::to_owned);
    let title = Label::new(format!("{from} → {to}"), "");
    let files = vec![
        manifest(&name, &title, &of, import, &dependencies(&blocks, with.dependency)),
        PackFile { path: "mapping.kijun".to_owned(), text: module },
        report(import, &of, counts, &losses),
    ];
    Ok(ImportedPack { files, losses, counts })
}

fn module(of: &Provenance, blocks: &[Block], direction: Direction, lang: Lang) -> Result<String, String> {
    let read = match (direction, lang) {
        (Direction::SourceToTarget, Lang::Ja) => {
            "表から取り込みました。表の関係は、出典から見た向き(source-to-target)として読みました。"
        }
        (Direction::TargetToSource, Lang::Ja) => {
            "表から取り込みました。表の関係は、対象から見た向き(target-to-source)として読み、逆に直しました。"
        }
        (Direction::SourceToTarget, Lang::En) => {
            "Imported from a table, whose relationships were read from source to target."
        }
        (Direction::TargetToSource, Lang::En) => {
            "Imported from a table, whose relationships were read from target to source and turned round."
        }
    };
    let rest = match lang {
        Lang::Ja => "ここにない対応は「分からない」であって、対応がないという意味ではありません。",
        Lang::En => "What is not mapped is not known: nothing follows from its absence.",
    };
    let head = format!("//! {}\n//! {read}\n//! {rest}\n", of.title);
    let text = head + &blocks_text(blocks, lang);
    kijun_syntax::format(&text)
        .map_err(|errors| errors.iter().map(|e| e.message.en.clone()).collect::<Vec<_>>().join("; "))
}

/// Source, target, relationship, strength, rationale, argument.
fn columns(with: &CrosswalkTable<'_>, header: &Row) -> Result<Vec<Option<u32>>, Vec<TableProblem>> {
    let of = &with.columns;
    let list = [
        Wanted {
            option: "--source-column",
            required: true,
            heading: of.source.as_deref(),
            usual: &[
                "source",
                "from",
                "出典",
                "source control",
                "source id",
                "focal document element",
                "対応元",
            ],
        },
        Wanted {
            option: "--target-column",
            required: true,
            heading: of.target.as_deref(),
            usual: &[
                "target",
                "to",
                "対象",
                "target control",
                "target id",
                "reference document element",
                "対応先",
            ],
        },
        Wanted {
            option: "--relationship-column",
            required: with.relationship.is_none(),
            heading: of.relationship.as_deref(),
            usual: &[
                "relationship",
                "relation",
                "関係",
                "対応関係",
                "set theory relationship",
                "strm relationship",
            ],
        },
        Wanted {
            option: "--strength-column",
            required: false,
            heading: of.strength.as_deref(),
            usual: &["strength", "強さ", "strength of relationship"],
        },
        Wanted {
            option: "--rationale-column",
            required: false,
            heading: of.rationale.as_deref(),
            usual: &["rationale", "論拠", "strm rationale"],
        },
        Wanted {
            option: "--argument-column",
            required: false,
            heading: of.argument.as_deref(),
            usual: &["comments", "notes", "備考", "理由", "remarks", "comment"],
        },
    ];
    find(with.table, header, &list)
}
