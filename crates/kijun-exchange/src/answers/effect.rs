//! What answers change: where they disagree with what else is recorded, and which verdicts they decide.

use kijun_engine::assessment::{Assessment, Verdict};
use kijun_engine::program::Program;
use kijun_facts::{Register, Show, Store, Words};
use kijun_text::{FileId, Lang, Sources};

use super::AnswerFacts;
use crate::diff::Line;
use crate::inquiry::Key;

/// An answer that says something else than another source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Of the answer.
    pub place: String,
    /// `vendor.acloud.country`.
    pub fact: String,
    pub answer: String,
    /// What the others say: value, grade, place.
    pub others: Vec<(String, String, String)>,
}

/// Answers that other sources contradict. `file`: the answers as they were read into `store`.
pub fn disagreements(
    facts: &AnswerFacts,
    program: &Program,
    store: &Store,
    sources: &Sources,
    file: FileId,
    lang: Lang,
) -> Vec<Disagreement> {
    let show = Show { store, schema: &program.schema, lang, words: Words::Labels };
    let grade = |evidence| {
        let code = store.evidence(evidence)?.grade?;
        let literal = program.schema.enums.get(1)?.literals.get(code as usize)?;
        Some(literal.label.or(lang, &literal.name).to_owned())
    };
    let mut out = Vec::new();
    for (key, place) in &facts.cells {
        let Some((kind, row, attr)) = key.cell(program, store) else { continue };
        let Some(conflict) = store.kind(kind).and_then(|table| table.conflict(attr, row)) else { continue };
        let Some(ty) = program.schema.attribute(kind, attr).map(|a| &a.ty) else { continue };
        let (own, others): (Vec<_>, Vec<_>) =
            conflict.alternatives.iter().partition(|a| a.origin.file == file);
        if own.is_empty() {
            continue;
        }
        out.push(Disagreement {
            place: place.clone(),
            fact: key.to_string(),
            answer: own.iter().map(|a| show.value(ty, &a.value)).collect::<Vec<_>>().join(" / "),
            others: others
                .into_iter()
                .map(|a| {
                    let grade = grade(a.evidence).unwrap_or_default();
                    (show.value(ty, &a.value), grade, sources.place(a.origin).short())
                })
                .collect(),
        });
    }
    let (yes, no) = if lang == Lang::Ja { ("はい", "いいえ") } else { ("yes", "no") };
    for (kind, place) in &facts.complete {
        let table = program.schema.find_kind(kind).and_then(|kind| store.kind(kind));
        let Some(table) = table.filter(|t| t.register == Register::Incomplete) else { continue };
        let origin = table.register_origin.map(|span| sources.place(span).short()).unwrap_or_default();
        out.push(Disagreement {
            place: place.clone(),
            fact: Key::Register { kind: kind.clone() }.to_string(),
            answer: yes.to_owned(),
            others: vec![(no.to_owned(), String::new(), origin)],
        });
    }
    out
}

/// So many requirements are named.
const NAMED: usize = 20;

/// Which requirements have another verdict with the answers.
pub fn effect_lines(program: &Program, before: &Assessment, after: &Assessment, lang: Lang) -> Vec<Line> {
    let ja = lang == Lang::Ja;
    let open = |of: &Assessment| {
        let open = of.requirements.iter().filter(|r| r.verdict == Verdict::Unknown);
        open.filter(|r| program.requirement(r.requirement).is_some_and(|q| !q.is_section)).count()
    };
    let (was, is) = (open(before), open(after));
    let mut out = vec![Line::Text(if ja {
        format!("未確認の項目: {was} → {is}")
    } else {
        format!("requirements that are unknown: {was} -> {is}")
    })];
    let verdict =
        |of: &Assessment, id| of.requirements.iter().find(|r| r.requirement == id).map(|r| r.verdict);
    let changed = after.requirements.iter().filter_map(|r| {
        let requirement = program.requirement(r.requirement).filter(|q| !q.is_section)?;
        let was = verdict(before, r.requirement)?;
        (was != r.verdict).then_some((requirement, was, r.verdict))
    });
    let changed: Vec<_> = changed.collect();
    for (requirement, was, is) in changed.iter().take(NAMED) {
        let (was, is) = (was.label(), is.label());
        out.push(Line::Item(
            0,
            format!(
                "{}: {} → {}  {}",
                requirement.id,
                was.get(lang),
                is.get(lang),
                requirement.title.get(lang)
            ),
        ));
    }
    if let Some(more) = changed.len().checked_sub(NAMED).filter(|n| *n > 0) {
        out.push(Line::Item(0, if ja { format!("ほか {more} 項目") } else { format!("and {more} more") }));
    }
    out
}
