//! What the rows of a cross-walk say.

use kijun_coverage::{Rationale, Relationship};
use kijun_text::{CellName, Label, nearest, nfc};

use super::crosswalk::{CrosswalkTable, Direction, Several};
use super::table::{Cell, Row, key};
use super::{TableProblem, words};
use crate::oscal::{Block, CatalogName, Claim, Line, is_catalog, is_id};
use crate::pack::{Import, in_its_language};

pub(super) struct Reading<'a> {
    pub(super) with: &'a CrosswalkTable<'a>,
    pub(super) import: &'a Import<'a>,
    /// Source, target, relationship, strength, rationale, argument.
    pub(super) columns: Vec<Option<u32>>,
    pub(super) problems: Vec<TableProblem>,
}

impl Reading<'_> {
    pub(super) fn wrong(&mut self, at: CellName, ja: impl Into<String>, en: impl Into<String>) {
        self.problems.push(self.with.table.problem(at, ja, en));
    }

    /// The catalogue of that name among those at hand.
    pub(super) fn catalog(&mut self, name: &CatalogName) -> Option<CatalogName> {
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

    pub(super) fn row(&mut self, row: &Row, forth: &mut Block, back: &mut Block) -> Option<()> {
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
