//! A first map of a ledger that exists, from its headings and what stands below them: a proposal for a person to look through.

use std::collections::{BTreeMap, BTreeSet};

use kijun_text::{Sheet, nearest};

use super::csv::{Row, Rows};
use super::map::key;
use super::scalar::parse_value;
use super::table::{Heading, heading_named};
use crate::build::StoreBuilder;
use crate::schema::{AttrId, Attribute, EnumId, KindDef, KindId, Schema, Type};

/// How a ledger may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub kind: KindId,
    /// From 1.
    pub header_row: u32,
    pub columns: Vec<ProposedColumn>,
}

/// A column of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedColumn {
    pub heading: String,
    /// `None` where nothing fits well enough.
    pub target: Option<Target>,
    /// Some of what stands below, each once.
    pub samples: Vec<String>,
    /// What stands below and is no value of the target, with the literal most like it.
    pub unread: Vec<(String, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Id,
    Attribute(AttrId),
    /// About evidence: named as it is.
    Evidence,
}

/// How many rows are looked at.
const SAMPLED: usize = 200;
/// Within how many rows from the top the headings are looked for.
const HEAD: usize = 20;
/// From which score on a column is placed.
const PLACED: i32 = 55;
/// What values that can be read add to a score.
const FITS: i32 = 30;
/// How many values are kept as samples.
const SHOWN: usize = 4;

/// What a table may be: `kind`, `header_row`: what is known already. `None` for a table without rows, and where no kind fits.
pub fn propose(
    schema: &Schema,
    text: &str,
    sheet: Option<&Sheet>,
    kind: Option<KindId>,
    header_row: Option<u32>,
) -> Option<Proposal> {
    let rows: Vec<Row> = Rows::new(text, sheet.map(|_| b'\t')).take(SAMPLED + HEAD).collect();
    let numbers: Vec<u32> = rows.iter().map(|row| number(text, sheet, row.range.start)).collect();
    let kinds: Vec<KindId> = match kind {
        Some(kind) => vec![kind],
        None => (0..schema.kinds.len() as u32).map(KindId).collect(),
    };
    let mut best: Option<(i32, Proposal)> = None;
    for (at, (row, number)) in rows.iter().zip(&numbers).enumerate().take(HEAD) {
        if header_row.is_some_and(|wanted| wanted != *number) || row.cells.iter().all(|c| c.is_blank()) {
            continue;
        }
        let below = rows.get(at + 1..).unwrap_or(&[]);
        for kind in &kinds {
            let Some((score, columns)) = Guess::new(schema, *kind, row, below).map(Guess::columns) else {
                continue;
            };
            let is_better = best.as_ref().is_none_or(|(least, _)| score > *least);
            if is_better && (score > 0 || kinds.len() == 1) {
                best = Some((score, Proposal { kind: *kind, header_row: *number, columns }));
            }
        }
    }
    best.map(|(_, proposal)| proposal)
}

fn number(text: &str, sheet: Option<&Sheet>, at: usize) -> u32 {
    match sheet.and_then(|sheet| sheet.cell(text, at)) {
        Some(cell) => cell.row + 1,
        None => text.get(..at).map_or(1, |before| before.matches('\n').count() as u32 + 1),
    }
}

/// A table as one of a kind.
struct Guess<'g> {
    schema: &'g Schema,
    kind: KindId,
    def: &'g KindDef,
    builder: StoreBuilder<'g>,
    headings: Vec<String>,
    /// By heading: what stands below, without what is blank.
    values: Vec<Vec<&'g str>>,
}

impl<'g> Guess<'g> {
    fn new(schema: &'g Schema, kind: KindId, header: &'g Row, below: &'g [Row]) -> Option<Guess<'g>> {
        let headings: Vec<String> =
            header.cells.iter().map(|c| c.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let values = (0..headings.len()).map(|at| {
            let cells = below.iter().take(SAMPLED).filter_map(|row| row.cells.get(at));
            cells.map(|cell| cell.text.trim()).filter(|text| !text.is_empty()).collect()
        });
        let (def, values) = (schema.kind(kind)?, values.collect());
        Some(Guess { schema, kind, def, builder: StoreBuilder::new(schema), headings, values })
    }

    /// The columns, and how well they fit in all.
    fn columns(mut self) -> (i32, Vec<ProposedColumn>) {
        let mut fits: Vec<(i32, usize, Target)> = Vec::new();
        for at in 0..self.headings.len() {
            let heading = self.headings.get(at).cloned().unwrap_or_default();
            if heading.is_empty() {
                continue;
            }
            if let Some(Heading::Evidence(_)) = heading_named(self.schema, self.kind, &heading) {
                fits.push((100, at, Target::Evidence));
                continue;
            }
            fits.push((self.id_score(at, &heading), at, Target::Id));
            for (attr, attribute) in (0..).map(AttrId).zip(&self.def.attributes) {
                fits.push((self.score(at, &heading, attribute), at, Target::Attribute(attr)));
            }
        }
        // The best first; of equals what comes first.
        fits.sort_by_key(|(score, at, _)| (-score, *at));
        let (mut placed, mut total) = (BTreeMap::new(), 0);
        for (score, at, target) in fits.into_iter().filter(|(score, ..)| *score >= PLACED) {
            let is_taken = target != Target::Evidence && placed.values().any(|other| *other == target);
            if !placed.contains_key(&at) && !is_taken {
                // That there is evidence says nothing about the kind.
                total += if target == Target::Evidence { 0 } else { score };
                placed.insert(at, target);
            }
        }
        let unplaced = self.headings.iter().filter(|h| !h.is_empty()).count() as i32 - placed.len() as i32;
        let columns = (0..self.headings.len()).filter_map(|at| self.column(at, placed.remove(&at)));
        let columns = columns.collect();
        (total - 10 * unplaced, columns)
    }

    fn column(&mut self, at: usize, target: Option<Target>) -> Option<ProposedColumn> {
        let heading = self.headings.get(at).filter(|heading| !heading.is_empty())?.clone();
        let values: BTreeSet<&str> = self.values.get(at).into_iter().flatten().copied().collect();
        let unread = match target {
            Some(Target::Attribute(attr)) => self.unread(attr, &values),
            _ => Vec::new(),
        };
        let samples = values.iter().take(SHOWN).map(|value| (*value).to_owned()).collect();
        Some(ProposedColumn { heading, target, samples, unread })
    }

    /// Values that are none of the attribute.
    fn unread(&mut self, attr: AttrId, values: &BTreeSet<&str>) -> Vec<(String, Option<String>)> {
        let Some(attribute) = self.def.get(attr) else { return Vec::new() };
        let element = attribute.ty.element().unwrap_or(&attribute.ty);
        if matches!(element, Type::Ref(_)) {
            return Vec::new();
        }
        let mut unread = Vec::new();
        for value in values {
            if parse_value(&mut self.builder, &attribute.ty, attribute.optional, value).is_err() {
                let near = match element {
                    Type::Enum(id) => nearest_literal(self.schema, *id, value),
                    _ => None,
                };
                unread.push(((*value).to_owned(), near));
            }
        }
        unread
    }

    /// How well a column may be the id: named as a number of the kind, and no value twice.
    fn id_score(&self, at: usize, heading: &str) -> i32 {
        let values = self.values.get(at).map_or(&[][..], Vec::as_slice);
        let unique: BTreeSet<&&str> = values.iter().collect();
        if unique.len() < values.len() || values.is_empty() {
            return 0;
        }
        let heading = key(heading);
        let is_number = ["番号", "コード", "id", "no.", "no", "№", "code", "number"]
            .iter()
            .any(|end| heading.ends_with(end));
        let labels = [&self.def.label.ja, &self.def.label.en, &self.def.name];
        let is_own = labels.iter().any(|label| !label.is_empty() && heading.starts_with(&key(label)));
        match (heading.as_str(), is_number, is_own) {
            ("id", ..) => 120,
            (_, true, true) => 95,
            (_, true, false) => 60,
            _ => 0,
        }
    }

    fn score(&mut self, at: usize, heading: &str, attribute: &Attribute) -> i32 {
        let labels = [&attribute.name, &attribute.label.ja, &attribute.label.en];
        let named = labels.iter().filter(|l| !l.is_empty()).map(|l| likeness(heading, l)).max().unwrap_or(0);
        // Values say little for a column that nothing in its heading speaks for, and reading them takes long.
        if named + FITS < PLACED { named } else { named + self.fit(at, attribute) }
    }

    /// What values say for an attribute or against it.
    fn fit(&mut self, at: usize, attribute: &Attribute) -> i32 {
        let values = self.values.get(at).map_or(&[][..], Vec::as_slice);
        let element = attribute.ty.element().unwrap_or(&attribute.ty);
        if values.is_empty() || matches!(element, Type::Text | Type::Ref(_)) {
            return 0;
        }
        let values: Vec<&str> = values.iter().take(50).copied().collect();
        let read = values
            .iter()
            .filter(|value| parse_value(&mut self.builder, &attribute.ty, attribute.optional, value).is_ok());
        let share = read.count() * 100 / values.len();
        match share {
            90.. => FITS,
            50..90 => 10,
            // Words of a list are often written otherwise, and can be mapped.
            _ if matches!(element, Type::Enum(_)) => -20,
            _ => -70,
        }
    }
}

/// How alike two names are, up to 100.
fn likeness(heading: &str, label: &str) -> i32 {
    let (heading, label) = (key(heading), key(label));
    if heading == label {
        return 100;
    }
    let (long, short) = if heading.len() >= label.len() { (&heading, &label) } else { (&label, &heading) };
    if short.chars().count() >= 2 && long.contains(short.as_str()) {
        return 70;
    }
    // 締結日 in 締結年月日.
    let mut rest = long.chars();
    if short.chars().count() >= 3 && short.chars().all(|c| rest.any(|other| other == c)) {
        return 60;
    }
    let pairs = |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(&heading), pairs(&label));
    let common = a.intersection(&b).count();
    if common == 0 { 0 } else { (common * 2 * 70 / (a.len() + b.len())) as i32 }
}

fn nearest_literal(schema: &Schema, id: EnumId, value: &str) -> Option<String> {
    let literals = &schema.enumeration(id)?.literals;
    let names = literals.iter().flat_map(|l| [l.name.as_str(), &l.label.ja, &l.label.en]);
    let contained = |l: &&crate::schema::Literal| {
        let (label, value) = (key(&l.label.ja), key(value));
        value.chars().count() >= 2
            && (label.contains(&value) || (!label.is_empty() && value.contains(&label)))
    };
    let found = nearest(value, names);
    let of_name = found.and_then(|near| {
        literals.iter().find(|l| l.name == near || l.label.ja == near || l.label.en == near)
    });
    of_name.or_else(|| literals.iter().find(contained)).map(|l| l.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::schema;

    fn proposed(text: &str) -> String {
        let schema = schema();
        let Some(proposal) = propose(&schema, text, None, None, None) else { return "nothing".into() };
        let def = schema.kind(proposal.kind).unwrap();
        let columns = proposal.columns.iter().map(|column| {
            let target = match &column.target {
                Some(Target::Id) => "id",
                Some(Target::Attribute(attr)) => &def.get(*attr).unwrap().name,
                Some(Target::Evidence) => "evidence",
                None => "?",
            };
            let unread =
                column.unread.iter().map(|(v, near)| format!(" {v}~{}", near.as_deref().unwrap_or("")));
            format!("{}={target}{}", column.heading, unread.collect::<String>())
        });
        format!("{} row {}: {}", def.name, proposal.header_row, columns.collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn headings_and_values_say_what_columns_are() {
        assert_eq!(
            proposed(
                "契約台帳,,,,,,\n\n契約番号,受託事業者名,契約締結日,終了日,契約条項,担当課,出典\n\
                 k-1,みなと,R8.4.1,2027/3/31,守秘義務,医事課,原本\nk-2,みなと,R8.4.2,なし,罰則,総務課,原本\n"
            ),
            "contract row 3: 契約番号=id, 受託事業者名=vendor, 契約締結日=signed, 終了日=expires, 契約条項=clauses 罰則~penalty, \
             担当課=?, 出典=evidence"
        );
        assert_eq!(proposed("id,名称,国\nv,みなと,日本\n"), "vendor row 1: id=id, 名称=name, 国=country");
    }

    #[test]
    fn what_fits_nothing_is_not_placed() {
        assert_eq!(proposed("品目,単価\nりんご,100\n"), "nothing");
        assert_eq!(proposed(""), "nothing");
        // A column of dates is no number of people, whatever it is called.
        assert_eq!(
            proposed("id,人数,締結日\nc,2026-04-01,2026-04-01\n"),
            "contract row 1: id=id, 人数=?, 締結日=signed"
        );
    }
}
