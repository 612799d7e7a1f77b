//! Actions in words, in both languages.

use kijun_facts::{Show, Words};
use kijun_text::{Label, Lang};

use super::Action;
use crate::assess::Evaluation;
use crate::assessment::SubjectRef;
use crate::repair::Cell;

impl Action {
    /// What is to be done, in words.
    pub fn describe(&self, evaluation: &Evaluation<'_>) -> Label {
        match self {
            Action::Change(change) => change.describe(evaluation),
            Action::Renew(cell) => {
                let (ja, en) = (place(evaluation, *cell, Lang::Ja), place(evaluation, *cell, Lang::En));
                Label::new(
                    format!("{ja}を確かめ直し、新しい証拠を記録する"),
                    format!("confirm {en} again, and record new evidence"),
                )
            }
            Action::Attest { attest, subject } => {
                let Some(attest) = evaluation.program.attests.get(*attest) else { return Label::default() };
                let of = match subject {
                    SubjectRef::Record(kind, row) => evaluation.store.id_text(*kind, *row as usize),
                    _ => "",
                };
                let (ja, en) = if of.is_empty() {
                    (String::new(), String::new())
                } else {
                    (format!("（対象「{of}」）"), format!(" (on {of})"))
                };
                Label::new(
                    format!("「{}」{ja}を満たし、確認を記録する", attest.question.get(Lang::Ja)),
                    format!("do what is asked and attest{en}: {}", attest.question.get(Lang::En)),
                )
            }
        }
    }

    /// The cell that it is about, with what it holds now; nothing for a record that is to be made.
    pub fn now(&self, evaluation: &Evaluation<'_>) -> Option<(Cell, Label)> {
        let cell = match self {
            Action::Change(change) => change.cell()?,
            Action::Renew(cell) => *cell,
            Action::Attest { .. } => return None,
        };
        let show = |lang| {
            let (store, schema) = (evaluation.store, &evaluation.program.schema);
            let words = if lang == Lang::Ja { Words::Labels } else { Words::Names };
            Show { store, schema, lang, words }.cell(cell.kind, cell.attr, cell.row as usize)
        };
        Some((cell, Label::new(show(Lang::Ja), show(Lang::En))))
    }
}

fn place(evaluation: &Evaluation<'_>, cell: Cell, lang: Lang) -> String {
    let schema = &evaluation.program.schema;
    let (Some(kind), Some(attr)) = (schema.kind(cell.kind), schema.attribute(cell.kind, cell.attr)) else {
        return String::new();
    };
    let id = evaluation.store.id_text(cell.kind, cell.row as usize);
    match lang {
        Lang::Ja => {
            format!(
                "{}「{id}」の{}",
                kind.label.or(Lang::Ja, &kind.name),
                attr.label.or(Lang::Ja, &attr.name)
            )
        }
        Lang::En => format!("{} {id} {}", kind.name, attr.name),
    }
}
