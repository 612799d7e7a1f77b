//! A cross-walk that is kept as a table: a row for each pair of items.

use std::collections::BTreeMap;

use kijun_coverage::{Method, Rationale, Relationship};
use kijun_engine::program::Program;
use kijun_syntax::Node;
use kijun_text::{CellName, FileId, Label, Lang, Sources, nearest, nfc};

use super::columns::{Wanted, find};
use super::table::{Cell, Row, Table, key};
use super::{TableProblem, words};
use crate::loss::Losses;
use crate::oscal::{
    Block, CatalogName, Claim, Dependency, Line, blocks_text, dependencies, is_catalog, is_id,
};
use crate::pack::{
    Counts, Import, ImportedPack, PackFile, Provenance, in_its_language, manifest, report, said,
};

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
    ids: BTreeMap<String, Vec<String>>,
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

fn not_taken() -> Label {
    Label::new(
        "取り込む列に指定されていないので、この列は取り込んでいません",
        "this column was not taken over: no option names it",
    )
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

struct Reading<'a> {
    with: &'a CrosswalkTable<'a>,
    import: &'a Import<'a>,
    columns: Vec<Option<u32>>,
    problems: Vec<TableProblem>,
}

impl Reading<'_> {
    fn wrong(&mut self, at: CellName, ja: impl Into<String>, en: impl Into<String>) {
        self.problems.push(self.with.table.problem(at, ja, en));
    }

    /// The catalogue of that name among those at hand.
    fn catalog(&mut self, name: &CatalogName) -> Option<CatalogName> {
        let found: Vec<&CatalogName> = match self.with.known {
            None if is_catalog(name) => return Some(name.clone()),
            None => Vec::new(),
            Some(known) => known.iter().map(|k| &k.name).filter(|k| name.means(k)).collect(),
        };
        if let [one] = found.as_slice() {
            return Some((*one).clone());
        }
        let list: Vec<String> = self.with.known.into_iter().flatten().map(|k| k.name.to_string()).collect();
        let list = list.join(", ");
        self.problems.push(TableProblem {
            place: String::new(),
            message: Label::new(
                format!("カタログ `{name}` が一つに決まりません"),
                format!("`{name}` does not name one catalogue"),
            ),
            help: Label::new(format!("手元にあるのは: {list}"), format!("there are: {list}")),
        });
        None
    }

    fn cell<'r>(&mut self, row: &'r Row, nth: usize) -> Option<&'r Cell> {
        let cell = row.cell(self.columns.get(nth).copied().flatten())?;
        if let Some(problem) = &cell.problem {
            self.wrong(cell.at, problem.ja.clone(), problem.en.clone());
            return None;
        }
        Some(cell)
    }

    fn row(&mut self, row: &Row, forth: &mut Block, back: &mut Block) -> Option<()> {
        let first = row.cells.first().map(|c| c.at)?;
        let (source, target) = (self.cell(row, 0), self.cell(row, 1));
        let (Some(source), Some(target)) = (source, target) else {
            self.wrong(
                first,
                "この行には対応元か対応先の番号がありません",
                "this row names no source, or no target",
            );
            return None;
        };
        let relationship = self.relationship(row, first);
        let strength = self.cell(row, 3).and_then(|cell| {
            let found = words::strength(&cell.text);
            if found.is_none() {
                self.wrong(
                    cell.at,
                    format!(
                        "強さ `{}` の意味が分かりません(1から10、または弱・中・強・完全)",
                        cell.text.trim()
                    ),
                    format!(
                        "the strength `{}` is not understood (1 to 10, or low, medium, high, full)",
                        cell.text.trim()
                    ),
                );
            }
            found
        });
        let rationale = self.cell(row, 4).and_then(|cell| {
            let found = Rationale::from_name(&key(&cell.text));
            if found.is_none() {
                self.wrong(
                    cell.at,
                    format!(
                        "論拠 `{}` の意味が分かりません(syntactic、semantic、functional)",
                        cell.text.trim()
                    ),
                    format!(
                        "the rationale `{}` is not understood (syntactic, semantic, functional)",
                        cell.text.trim()
                    ),
                );
            }
            found
        });
        let argument = self.cell(row, 5).map(|cell| in_its_language(cell.text.trim())).unwrap_or_default();
        let sources = self.ids(source, &forth.from);
        let targets = self.ids(target, &forth.to);
        let (relationship, equivalent) = relationship?;
        let (sources, targets) = (sources?, targets?);
        let (from, to) = (forth.from.clone(), forth.to.clone());
        let claim =
            |from: &CatalogName, to: &CatalogName, sources: &[String], relationship, target: &String| Claim {
                from: from.clone(),
                to: to.clone(),
                sources: sources.to_vec(),
                relationship,
                equivalent,
                target: target.clone(),
                strength: strength.filter(|_| relationship != Relationship::Unrelated),
                rationale,
                argument: argument.clone(),
                method: self.with.method,
                source: self.source(source.at),
                mark: self.import.mark,
            };
        let line = |claim| Line { claim: Some(claim), extras: Vec::new() };
        match (sources.as_slice(), targets.as_slice(), self.with.several) {
            ([_], [target], _) => forth.lines.push(line(claim(&from, &to, &sources, relationship, target))),
            (_, [target], Some(Several::Jointly)) => forth.lines.push(line(claim(&from, &to, &sources, relationship, target))),
            // What holds for several targets together is a line the other way round.
            ([source], _, Some(Several::Jointly)) => {
                back.lines.push(line(claim(&to, &from, &targets, relationship.converse(), source)));
            }
            (_, _, Some(Several::Each)) => {
                for source in &sources {
                    for target in &targets {
                        forth.lines.push(line(claim(&from, &to, std::slice::from_ref(source), relationship, target)));
                    }
                }
            }
            (_, _, Some(Several::Jointly)) => self.wrong(
                source.at,
                "対応元も対応先も複数です。どちらかを一つにしてください",
                "several sources and several targets: one of the two must be single",
            ),
            (_, _, None) => self.wrong(
                if sources.len() > 1 { source.at } else { target.at },
                "番号が複数あります。それぞれに当てはまるなら --several each、合わせて当てはまるなら --several jointly を付けてください",
                "several ids: say --several each if the row holds for each of them, --several jointly if for all of them together",
            ),
        }
        Some(())
    }

    /// Where a line comes from: the file, and the row. One text for all rows, so that a block states it once.
    fn source(&self, _: CellName) -> String {
        let sheet = if self.with.table.name.is_empty() {
            String::new()
        } else {
            format!(" {}", self.with.table.name)
        };
        nfc(&format!("{}{sheet}; SHA-256 {}", self.import.file_name, self.import.sha256)).into_owned()
    }

    /// How the source stands to the target.
    fn relationship(&mut self, row: &Row, first: CellName) -> Option<(Relationship, bool)> {
        let stated = match (self.columns.get(2).copied().flatten(), self.with.relationship) {
            (None, Some(word)) => {
                let found = words::of_language(word);
                if found.is_none() {
                    self.wrong(
                        first,
                        format!("関係 `{word}` はありません"),
                        format!("there is no relationship `{word}`"),
                    );
                }
                found?
            }
            _ => {
                let Some(cell) = self.cell(row, 2) else {
                    self.wrong(first, "この行には関係がありません", "this row states no relationship");
                    return None;
                };
                let found = words::relationship(&cell.text, self.with.words);
                if found.is_none() {
                    let word = cell.text.trim().to_owned();
                    self.problems.push(TableProblem {
                        help: Label::new(
                            format!("--word '{word}=intersects' のように、この語の意味を指定できます(equal、equivalent、subset、superset、intersects、unrelated)"),
                            format!("say what it means with --word '{word}=intersects' or the like (equal, equivalent, subset, superset, intersects, unrelated)"),
                        ),
                        ..self.with.table.problem(
                            cell.at,
                            format!("関係 `{word}` の意味が分かりません"),
                            format!("the relationship `{word}` is not understood"),
                        )
                    });
                }
                found?
            }
        };
        Some(match self.with.direction {
            Direction::SourceToTarget => stated,
            Direction::TargetToSource => (stated.0.converse(), stated.1),
        })
    }

    /// The ids in a cell: one on each line, or with `;`, `、` or `,` between them.
    fn ids(&mut self, cell: &Cell, catalog: &CatalogName) -> Option<Vec<String>> {
        let pieces =
            cell.text.split(['\n', ';', '、', ',', '；', '，']).map(str::trim).filter(|p| !p.is_empty());
        let pieces: Vec<String> = pieces.map(|p| nfc(p).into_owned()).collect();
        let mut out: Vec<String> = Vec::new();
        let before = self.problems.len();
        for piece in &pieces {
            let Some(known) = self.with.known.and_then(|k| k.iter().find(|k| k.name == *catalog)) else {
                if is_id(piece) {
                    out.push(piece.clone());
                } else {
                    self.wrong(
                        cell.at,
                        format!("`{piece}` は番号として書けません"),
                        format!("`{piece}` cannot be written as an id"),
                    );
                }
                continue;
            };
            match known.ids.get(&key(piece)).map(Vec::as_slice) {
                Some([one]) => out.push(one.clone()),
                Some(several) if several.contains(piece) => out.push(piece.clone()),
                Some(several) => {
                    let list = several.join(", ");
                    self.wrong(
                        cell.at,
                        format!("`{piece}` が一つに決まりません: {list}"),
                        format!("`{piece}` may be {list}"),
                    );
                }
                None => {
                    let near =
                        nearest(piece, known.ids.values().flatten().map(String::as_str)).map(str::to_owned);
                    let help = near.map_or_else(Label::default, |n| {
                        Label::new(format!("もしかして: `{n}`"), format!("did you mean `{n}`?"))
                    });
                    self.problems.push(TableProblem {
                        help,
                        ..self.with.table.problem(
                            cell.at,
                            format!("カタログ `{catalog}` に `{piece}` はありません"),
                            format!("the catalogue `{catalog}` has no `{piece}`"),
                        )
                    });
                }
            }
        }
        out.dedup();
        (self.problems.len() == before && !out.is_empty()).then_some(out)
    }
}
