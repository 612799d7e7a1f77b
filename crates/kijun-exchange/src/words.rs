//! What verdicts, weights and marks are called where a person reads them.

use kijun_engine::WeakCell;
use kijun_engine::assessment::{Finding, Reason, RuleRef, Verdict};
use kijun_engine::program::{Mark, Program, Requirement, Weight};
use kijun_text::{Label, Lang};

/// The name of a role in a language.
pub fn role_name(program: &Program, role: &str, lang: Lang) -> String {
    let literal = program.schema.enums.first().and_then(|e| e.literals.iter().find(|l| l.name == role));
    literal.map_or_else(|| role.to_owned(), |l| l.label.or(lang, role).to_owned())
}

/// What a finding is called: a notice that fires is not a failure, and what a weak rule says is to be confirmed.
pub fn verdict_label(finding: &Finding) -> Label {
    match (finding.verdict, finding.weight) {
        (Verdict::Violated, _) if finding.reason == Some(Reason::WeakRule) => {
            Label::new("要確認", "to confirm")
        }
        (Verdict::Violated, Weight::Should) => Label::new("推奨(未達)", "advice"),
        (Verdict::Violated, Weight::Notice) => Label::new("注意", "notice"),
        (Verdict::Violated, Weight::Information) => Label::new("情報", "information"),
        (verdict, _) => verdict.label(),
    }
}

fn weight_name(weight: Weight, lang: Lang) -> &'static str {
    match (weight, lang) {
        (Weight::Must, Lang::Ja) => "必須",
        (Weight::Should, Lang::Ja) => "推奨",
        (Weight::Notice, Lang::Ja) => "注意",
        (Weight::Information, Lang::Ja) => "情報",
        (weight, Lang::En) => weight.name(),
    }
}

/// ` [4.2]`; nothing for a catalogue that states no edition.
pub fn edition_of(program: &Program, r: &Requirement) -> String {
    let edition = program.catalogs.get(r.catalog).map(|c| c.edition.as_str()).filter(|e| !e.is_empty());
    edition.map_or_else(String::new, |e| format!(" [{e}]"))
}

/// A mark in a tag: one that decides nothing is called a mark, so that it is not taken for a verdict.
fn mark_tag(mark: Mark, lang: Lang) -> String {
    let label = mark.label();
    match (mark.is_weak(), lang) {
        (false, _) => label.get(lang).to_owned(),
        (true, Lang::Ja) => format!("印: {}", label.ja),
        (true, Lang::En) => format!("marked {}", label.en),
    }
}

/// What a reader of a requirement must know of it: its weight (not of what is withdrawn), and its marks.
pub fn tags(r: &Requirement, all: bool, lang: Lang) -> String {
    let mut tags = marks(r, all, lang);
    if r.withdrawn.is_none() {
        tags.insert(0, weight_name(r.weight, lang).to_owned());
    }
    tags.join(if lang == Lang::Ja { "・" } else { ", " })
}

/// Its mark, and whether its wording is at hand. A mark that a source says it itself is left out where `all` is not asked for.
pub fn marks(r: &Requirement, all: bool, lang: Lang) -> Vec<String> {
    let mut marks = Vec::new();
    if all || !matches!(r.mark, Mark::Printed | Mark::Published) {
        marks.push(mark_tag(r.mark, lang));
    }
    if !r.text_included {
        marks.push(if lang == Lang::Ja { "本文未収録" } else { "text not included" }.to_owned());
    }
    marks
}

/// The mark of a rule where it keeps the rule from deciding: `印: 未検証`.
pub fn rule_mark(program: &Program, rule: RuleRef, lang: Lang) -> Option<String> {
    let mark = match rule {
        RuleRef::Check(i) => program.checks.get(i).map(|c| c.mark),
        RuleRef::Attest(i) => program.attests.get(i).map(|a| a.mark),
        RuleRef::Combination(i) => program.combinations.get(i).map(|c| c.mark),
    };
    let mark = mark.filter(|m| m.is_weak())?.label();
    Some(match lang {
        Lang::Ja => format!("規則の印: {}", mark.ja),
        Lang::En => format!("rule marked {}", mark.en),
    })
}

/// That a table has a cell here, and may not decide: `表 t(印: あいまい)の値は判定に使いません`, and its place.
pub fn weak_cell_note(program: &Program, cell: &WeakCell, place: &str, lang: Lang) -> String {
    format!("{}  {place}", weak_cell_words(program, cell, lang))
}

/// The same without the place.
pub fn weak_cell_words(program: &Program, cell: &WeakCell, lang: Lang) -> String {
    let name = program.table(cell.table).map_or("", |t| &t.name);
    let mark = cell.mark.label();
    match lang {
        Lang::Ja => format!("表 {name} の値(印: {})は、それだけでは判定に使いません", mark.ja),
        Lang::En => format!("table {name} has a value marked {}; it decides nothing alone", mark.en),
    }
}
