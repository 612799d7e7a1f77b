//! What an answer looks like, and what there is to choose from.

use kijun_engine::assessment::FactRef;
use kijun_facts::{EnumId, Type, literal_word};
use kijun_text::Lang;

use super::{Asked, Inquiry};
use crate::fact_workbook::how;
use crate::report::View;

/// So many words or records are named beside a question.
const NAMED: usize = 12;

/// What may be chosen; empty where an answer is written freely.
pub(super) fn choices(view: &View<'_>, asked: &Asked<'_>) -> Vec<String> {
    let yes_or_no = || vec![view.say("はい", "yes").to_owned(), view.say("いいえ", "no").to_owned()];
    let mut out = match asked.fact {
        FactRef::Cell { kind, attr, .. } => match view.program.schema.attribute(kind, attr).map(|a| &a.ty) {
            Some(Type::Bool) => yes_or_no(),
            Some(Type::Enum(id)) => literals(view, *id),
            _ => return Vec::new(),
        },
        FactRef::Register(_) => yes_or_no(),
        FactRef::Attestation(_) => {
            let mut all = yes_or_no();
            all.push(view.say("対象外", "n/a").to_owned());
            all
        }
    };
    out.push(view.say("未確認", "unknown").to_owned());
    out
}

/// How an answer is written.
pub(super) fn written(inquiry: &Inquiry<'_>, respondent: usize, asked: &Asked<'_>) -> String {
    let view = &inquiry.view;
    let schema = &view.program.schema;
    match asked.fact {
        FactRef::Cell { kind, attr, .. } => {
            let Some(attribute) = schema.attribute(kind, attr) else { return String::new() };
            let is_outside = inquiry.respondents.get(respondent).is_some_and(|who| who.is_outside);
            let element = attribute.ty.element().unwrap_or(&attribute.ty);
            let mut text = match element {
                // What a hospital has on record is not told to others.
                Type::Ref(_) if is_outside => {
                    view.say("名称など、特定できるように", "by name, so that it can be told apart").to_owned()
                }
                _ => how(schema, view.lang, &attribute.ty),
            };
            if let Some(options) = options(view, asked, element, is_outside) {
                text.push_str(view.say("：", ": "));
                text.push_str(&options);
            }
            if attribute.optional {
                text.push_str(view.say("。ないときは「なし」", "; `none` where there is none"));
            }
            text
        }
        FactRef::Register(_) => view.say("はい・いいえ", "yes or no").to_owned(),
        FactRef::Attestation(_) => view
            .say(
                "はい・いいえ・対象外（対象外のときは備考に理由）",
                "yes, no, or n/a with the reason as a remark",
            )
            .to_owned(),
    }
}

/// What is chosen from: the words of an enum, and the records that a reference may mean.
fn options(view: &View<'_>, asked: &Asked<'_>, element: &Type, is_outside: bool) -> Option<String> {
    let words: Vec<String> = match element {
        Type::Enum(id) => literals(view, *id),
        Type::Ref(kind) if !is_outside => {
            let count = view.store.kind(*kind).map_or(0, kijun_facts::KindTable::len);
            let named = |row: usize| {
                let (id, name) = (view.store.id_text(*kind, row), view.record(*kind, row as u32));
                match view.lang {
                    _ if name == id => id.to_owned(),
                    Lang::Ja => format!("{id}（{name}）"),
                    Lang::En => format!("{id} ({name})"),
                }
            };
            if count > NAMED { Vec::new() } else { (0..count).map(named).collect() }
        }
        _ => return None,
    };
    let is_short = !words.is_empty() && (words.len() <= NAMED || choices(view, asked).is_empty());
    is_short.then(|| words.join(view.say("・", ", ")))
}

fn literals(view: &View<'_>, id: EnumId) -> Vec<String> {
    let schema = &view.program.schema;
    let all = schema.enumeration(id).map_or(0, |e| e.literals.len() as u32);
    (0..all).filter_map(|code| literal_word(schema, id, code, view.lang)).map(str::to_owned).collect()
}
