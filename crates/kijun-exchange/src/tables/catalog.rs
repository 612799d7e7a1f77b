//! A catalogue that is kept as a table: a row for each item.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::Weight;
use kijun_text::{CellName, Label, Lang, nfc};

use super::TableProblem;
use super::columns::{Wanted, find};
use super::table::{Cell, Row, Table, key, not_taken};
use crate::loss::Losses;
use crate::pack::{
    CatalogDraft, Counts, Import, ImportedPack, ItemDraft, LevelDraft, Names, Provenance, catalog_name,
    in_its_language, is_alias, manifest, modules, report, weight_of,
};

/// The headings of the columns.
#[derive(Debug, Clone, Default)]
pub struct CatalogColumns {
    pub id: Option<String>,
    pub title: Option<String>,
    pub title_en: Option<String>,
    pub text: Option<String>,
    pub parent: Option<String>,
    pub level: Option<String>,
    pub kind: Option<String>,
}

/// A table, and what the person says of it.
#[derive(Debug)]
pub struct CatalogTable<'a> {
    pub table: &'a Table,
    pub columns: CatalogColumns,
    /// From 1.
    pub header_row: Option<u32>,
    /// What the catalogue is called; else its alias.
    pub title: Option<&'a str>,
    /// Values of the column of levels, and the weight of each.
    pub levels: &'a [(String, String)],
}

const SECTIONS: [&str; 9] =
    ["section", "group", "family", "category", "chapter", "節", "章", "分類", "グループ"];
const REQUIREMENTS: [&str; 6] = ["requirement", "control", "item", "要求事項", "管理策", "項目"];

/// Reads a catalogue. Nothing of a table with a problem is written.
///
/// # Errors
/// Every cell that says nothing, or nothing certain.
pub fn import_table_catalog(
    with: &CatalogTable<'_>,
    import: &Import<'_>,
) -> Result<ImportedPack, Vec<TableProblem>> {
    let table = with.table;
    let at = table.header(with.header_row).ok_or_else(|| vec![no_header(table)])?;
    let Some(header) = table.rows.get(at) else { return Err(vec![no_header(table)]) };
    let columns = columns(table, header, &with.columns)?;
    let mut losses = Losses::default();
    for cell in
        header.cells.iter().filter(|c| !columns.contains(&Some(c.at.column)) && !c.text.trim().is_empty())
    {
        losses.add(not_taken(), format!("{} {}", table.place(cell.at), cell.text.trim()), None);
    }
    let mut read =
        Reading { with, columns, problems: Vec::new(), names: Names::default(), levels: Vec::new() };
    let mut items: Vec<(ItemDraft, CellName, Option<Cell>)> = Vec::new();
    let mut ids: BTreeMap<String, (String, CellName)> = BTreeMap::new();
    for row in table.rows.iter().skip(at + 1).filter(|row| !row.is_blank()) {
        let Some((item, cell, parent)) = read.item(row, &mut ids) else { continue };
        items.push((item, cell, parent));
    }
    for (item, _, parent) in &mut items {
        let Some(cell) = parent else { continue };
        match ids.get(&*nfc(cell.text.trim())) {
            Some((id, _)) => item.parent = Some(id.clone()),
            None => read.wrong(
                cell.at,
                "親の番号がこの表にありません",
                "no row of this table has that id, which should be the parent",
            ),
        }
    }
    if items.is_empty() && read.problems.is_empty() {
        read.wrong(
            CellName { row: 0, column: 0 },
            "見出しの下に行がありません",
            "there is no row below the headings",
        );
    }
    if !read.problems.is_empty() {
        return Err(read.problems);
    }
    let title = with.title.map_or_else(|| import.file_name.split('.').next().unwrap_or(""), str::trim);
    let of = Provenance {
        format: if table.name.is_empty() { "CSV".to_owned() } else { format!("XLSX, {}", table.name) },
        title: title.to_owned(),
        ..Provenance::default()
    };
    let stem = import.alias.unwrap_or_else(|| import.file_name.split('.').next().unwrap_or(""));
    let items: Vec<ItemDraft> = items.into_iter().map(|(item, ..)| item).collect();
    let draft = CatalogDraft {
        name: catalog_name(stem, import.edition.unwrap_or("")),
        title: Label::new(nfc(title), ""),
        publisher: String::new(),
        published: String::new(),
        supersedes: String::new(),
        source: nfc(&of.line(import)).into_owned(),
        note: Label::default(),
        mark: Some(import.mark),
        levels: read.levels,
        items,
    };
    finish(&draft, &of, import, losses)
}

/// The pack of a draft that has no document of OSCAL beside it.
fn finish(
    draft: &CatalogDraft,
    of: &Provenance,
    import: &Import<'_>,
    losses: Losses,
) -> Result<ImportedPack, Vec<TableProblem>> {
    let head = [of.title.clone(), from(import.lang)];
    let mut files = modules(draft, &head).map_err(|errors| {
        let reasons: Vec<&str> = errors.iter().map(|e| e.message.en.as_str()).collect();
        let reasons = reasons.join("; ");
        vec![TableProblem {
            place: String::new(),
            message: Label::new(
                format!("モジュールを書けませんでした: {reasons}"),
                format!("the module could not be written: {reasons}"),
            ),
            help: Label::default(),
        }]
    })?;
    let (losses, counts) = (losses.into_vec(), Counts::of(draft));
    let name = import.pack.unwrap_or(&draft.name.alias);
    files.insert(0, manifest(name, &draft.title, of, import, &[]));
    files.push(report(import, of, counts, &losses));
    Ok(ImportedPack { files, losses, counts })
}

fn from(lang: Lang) -> String {
    match lang {
        Lang::Ja => "表から取り込みました。文章は取り込んだ人のファイルのもので、確かめるまで unverified(未確認)です。",
        Lang::En => "Imported from a table. Texts are those of the file that was imported, unverified until someone has confirmed them.",
    }
    .to_owned()
}

fn no_header(table: &Table) -> TableProblem {
    table.problem(
        CellName { row: 0, column: 0 },
        "見出しの行がありません(--header-row で行番号を指定できます)",
        "there is no row of headings (--header-row names one)",
    )
}

/// Id, title, English title, text, parent, level, kind.
fn columns(table: &Table, header: &Row, of: &CatalogColumns) -> Result<Vec<Option<u32>>, Vec<TableProblem>> {
    let list = [
        Wanted {
            option: "--id",
            required: true,
            heading: of.id.as_deref(),
            usual: &[
                "id",
                "番号",
                "項番",
                "管理策番号",
                "identifier",
                "control id",
                "control identifier",
                "ref",
                "no",
                "no.",
                "control",
            ],
        },
        Wanted {
            option: "--title",
            required: true,
            heading: of.title.as_deref(),
            usual: &[
                "title",
                "題名",
                "名称",
                "項目名",
                "タイトル",
                "管理策名",
                "name",
                "control name",
                "control (or control enhancement) name",
            ],
        },
        Wanted {
            option: "--title-en",
            required: false,
            heading: of.title_en.as_deref(),
            usual: &["title (en)", "english title", "英語名", "英名"],
        },
        Wanted {
            option: "--text",
            required: false,
            heading: of.text.as_deref(),
            usual: &["text", "本文", "内容", "要求事項", "description", "control text", "statement"],
        },
        Wanted {
            option: "--parent",
            required: false,
            heading: of.parent.as_deref(),
            usual: &["parent", "親", "上位番号", "parent id"],
        },
        Wanted {
            option: "--level",
            required: false,
            heading: of.level.as_deref(),
            usual: &["level", "水準", "区分", "必須/推奨"],
        },
        Wanted {
            option: "--kind",
            required: false,
            heading: of.kind.as_deref(),
            usual: &["kind", "種別", "type"],
        },
    ];
    find(table, header, &list)
}

struct Reading<'a> {
    with: &'a CatalogTable<'a>,
    columns: Vec<Option<u32>>,
    problems: Vec<TableProblem>,
    names: Names,
    levels: Vec<LevelDraft>,
}

impl Reading<'_> {
    fn wrong(&mut self, at: CellName, ja: impl Into<String>, en: impl Into<String>) {
        self.problems.push(self.with.table.problem(at, ja, en));
    }

    /// What stands in the column asked for as this one, trimmed.
    fn cell<'r>(&mut self, row: &'r Row, nth: usize) -> Option<&'r Cell> {
        let cell = row.cell(self.columns.get(nth).copied().flatten())?;
        if let Some(problem) = &cell.problem {
            self.wrong(cell.at, problem.ja.clone(), problem.en.clone());
            return None;
        }
        Some(cell)
    }

    fn item(
        &mut self,
        row: &Row,
        ids: &mut BTreeMap<String, (String, CellName)>,
    ) -> Option<(ItemDraft, CellName, Option<Cell>)> {
        let first = row.cells.first().map(|c| c.at)?;
        let Some(id) = self.cell(row, 0) else {
            self.wrong(first, "この行には番号がありません", "this row has no id");
            return None;
        };
        let written = nfc(id.text.trim()).into_owned();
        if let Some((_, first)) = ids.get(&written) {
            let first = self.with.table.place(*first);
            self.wrong(
                id.at,
                format!("番号 `{written}` は {first} にもあります"),
                format!("the id `{written}` stands at {first} too"),
            );
            return None;
        }
        let Some(given) = self.names.give(&written) else {
            self.wrong(
                id.at,
                "この番号は、書ける形に直すと別の番号と同じになります",
                "made writable, this id is the same as another",
            );
            return None;
        };
        ids.insert(written.clone(), (given.clone(), id.at));
        let Some(title) = self.cell(row, 1) else {
            self.wrong(id.at, format!("`{written}` の題名が空です"), format!("`{written}` has no title"));
            return None;
        };
        let title = nfc(title.text.trim()).into_owned();
        let en = self.cell(row, 2).map(|c| nfc(c.text.trim()).into_owned()).unwrap_or_default();
        let summary = self.cell(row, 3).map(|c| in_its_language(c.text.trim())).unwrap_or_default();
        let parent = self.cell(row, 4).cloned();
        let level = self.cell(row, 5).cloned();
        let level = level.and_then(|cell| self.level(&cell)).unwrap_or_default();
        let kind = self.cell(row, 6).cloned();
        let is_section = match kind.as_ref().map(|c| (key(&c.text), c.at)) {
            None => false,
            Some((word, _)) if SECTIONS.contains(&word.as_str()) => true,
            Some((word, _)) if REQUIREMENTS.contains(&word.as_str()) => false,
            Some((word, at)) => {
                let all = SECTIONS.iter().chain(&REQUIREMENTS).copied().collect::<Vec<_>>().join(", ");
                self.wrong(
                    at,
                    format!("種別 `{word}` の意味が分かりません(使えるのは {all})"),
                    format!("the kind `{word}` is not understood (one of {all})"),
                );
                false
            }
        };
        let alias = if given == written { String::new() } else { written };
        let item = ItemDraft {
            id: given,
            is_section,
            title: Label::new(title, en),
            text_not_included: summary.is_empty() && !is_section,
            summary,
            alias,
            level: if is_section { String::new() } else { level },
            ..ItemDraft::default()
        };
        Some((item, id.at, parent))
    }

    /// The level that a value is, declared with the weight that the person gave it.
    fn level(&mut self, cell: &Cell) -> Option<String> {
        let value = nfc(cell.text.trim()).into_owned();
        if let Some(known) = self.levels.iter().find(|l| l.title.ja == value) {
            return Some(known.name.clone());
        }
        let given = self.with.levels.iter().find(|(v, _)| key(v) == key(&value));
        let weight = given.and_then(|(_, weight)| weight_of(weight));
        let Some(weight) = weight else {
            let all = [Weight::Must, Weight::Should, Weight::Notice, Weight::Information]
                .map(Weight::name)
                .join(", ");
            self.wrong(
                cell.at,
                format!("水準 `{value}` の重さが分かりません。--weight '{value}=must' のように指定してください({all})"),
                format!("the weight of the level `{value}` is not known: say --weight '{value}=must' or the like ({all})"),
            );
            return None;
        };
        let taken: BTreeSet<&str> = self.levels.iter().map(|l| l.name.as_str()).collect();
        let name = if is_alias(&value) && !taken.contains(value.as_str()) {
            value.clone()
        } else {
            format!("L{}", self.levels.len() + 1)
        };
        self.levels.push(LevelDraft { name: name.clone(), weight, title: Label::new(value, "") });
        Some(name)
    }
}
