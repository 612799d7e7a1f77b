//! The rows of items.

use std::collections::BTreeMap;

use kijun_text::{CellName, Label, fold_width};

use super::layout::Layout;
use super::{Form, Taken};

/// One item with its answer.
pub(super) struct Answer {
    /// What follows the disclosure's id: the item's number, else its row.
    pub(super) key: String,
    pub(super) number: Option<Taken>,
    pub(super) item: Taken,
    /// `yes`, `no` or `not_applicable`; none where nothing is answered, or nothing that is understood.
    pub(super) value: Option<Taken>,
    pub(super) remark: Option<Taken>,
}

pub(super) fn read(form: &mut Form<'_>, layout: &Layout) -> Vec<Answer> {
    let own = &layout.answers;
    let last = own.last_row.unwrap_or_else(|| form.grid.last_row());
    let mut answers: Vec<Answer> = Vec::new();
    let mut seen: BTreeMap<String, CellName> = BTreeMap::new();
    for row in own.first_row..=last {
        let at = |column| CellName { row, column };
        let blank = |taken: &Taken| taken.text.trim().is_empty();
        let mut cell = |column: u32| form.cell(at(column)).filter(|taken| !blank(taken));
        let (item, answered) = (cell(own.item), cell(own.answer));
        let number = own.number.and_then(&mut cell);
        let remark = own.remark.and_then(cell);
        let Some(item) = item else {
            // A heading between the items says nothing; an answer without its item is lost otherwise.
            if answered.is_some() {
                form.report(at(own.answer), no_item());
            }
            continue;
        };
        let value = answered.and_then(|answered| {
            let found = meaning(&own.values, &answered.text);
            if found.is_none() {
                form.report(at(own.answer), not_understood(&answered.text));
            }
            Some(Taken { text: found?, ..answered })
        });
        let key = number.as_ref().map(|n| key(&n.text)).filter(|key| !key.is_empty());
        let key = key.unwrap_or_else(|| format!("row{}", row + 1));
        if let Some(first) = seen.get(&key) {
            form.report(at(own.number.unwrap_or(own.item)), twice(&key, *first));
            // Both are kept, under ids that differ.
            let key = format!("{key}-row{}", row + 1);
            answers.push(Answer { key, number, item, value, remark });
            continue;
        }
        seen.insert(key.clone(), at(own.number.unwrap_or(own.item)));
        answers.push(Answer { key, number, item, value, remark });
    }
    answers
}

/// What an answer means: as the layout says, else as answers are commonly written.
fn meaning(values: &BTreeMap<String, String>, text: &str) -> Option<String> {
    let written = text.trim();
    if let Some(meant) = values.get(written) {
        return Some(meant.clone());
    }
    let folded = fold_width(written).to_lowercase();
    let meant = match folded.as_str() {
        "はい" | "yes" | "y" | "○" | "〇" | "◯" => "yes",
        "いいえ" | "no" | "n" | "×" | "✕" => "no",
        "対象外" | "該当なし" | "n/a" | "not applicable" => "not_applicable",
        _ => return None,
    };
    Some(meant.to_owned())
}

/// A number as a part of an id: half-width, without white space.
fn key(number: &str) -> String {
    let folded = fold_width(number.trim());
    folded.split_whitespace().collect::<Vec<_>>().join("-").trim_matches(['.', '-']).to_owned()
}

fn no_item() -> Label {
    Label::new("回答がありますが、項目の列が空です", "there is an answer, and no item in its row")
}

fn not_understood(text: &str) -> Label {
    let text: String = text.trim().chars().take(40).collect();
    Label::new(
        format!("回答 `{text}` の意味が分かりません。レイアウトの [answers.values] に書いてください"),
        format!("the answer `{text}` is not understood: say in [answers.values] of the layout what it means"),
    )
}

fn twice(key: &str, first: CellName) -> Label {
    Label::new(
        format!("項目番号 `{key}` は `{first}` にもあります。別の id にしました"),
        format!("the number `{key}` stands in `{first}` too; the id was made another"),
    )
}
