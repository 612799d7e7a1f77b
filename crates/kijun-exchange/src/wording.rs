//! What verdicts, weights, marks and roles are called wherever people read them, and how a consequence is hedged.

use kijun_engine::assessment::{Finding, Reason, RuleRef, Verdict};
use kijun_engine::program::{Mark, Program, Requirement, Weight};
use kijun_engine::{Proof, WeakCell};
use kijun_facts::{AttrId, Show, Store, Words};
use kijun_text::{Label, Lang};

use crate::results::State;

/// The name of a role in a language.
pub fn role_name(program: &Program, role: &str, lang: Lang) -> String {
    let literal = program.schema.enums.first().and_then(|e| e.literals.iter().find(|l| l.name == role));
    literal.map_or_else(|| role.to_owned(), |l| l.label.or(lang, role).to_owned())
}

/// `適用除外 wv-tape、承認者 皆川 幸子、期限 2027-03-31、理由 …`: of a waiver what its record states.
pub fn waiver_text(program: &Program, store: &Store, row: u32) -> Label {
    let kind = program.builtins.waiver;
    let id = store.id_text(kind, row as usize);
    let said = |name: &str, lang: Lang| {
        let def = program.schema.kind(kind)?;
        let at = def.attributes.iter().position(|a| a.name == name)?;
        let (attr, label) = (AttrId(at as u32), def.attributes.get(at)?.label.or(lang, name));
        store.kind(kind)?.is_known(attr, row as usize).then_some(())?;
        let show = Show { store, schema: &program.schema, lang, words: Words::Labels };
        Some(format!("{label} {}", show.cell(kind, attr, row as usize)))
    };
    let text = |lang: Lang| {
        let head = if lang == Lang::Ja { format!("適用除外 {id}") } else { format!("waiver {id}") };
        let parts = ["approver", "expires", "reason", "compensating"];
        let said = parts.into_iter().filter_map(|name| said(name, lang));
        let parts: Vec<String> = std::iter::once(head).chain(said).collect();
        parts.join(if lang == Lang::Ja { "、" } else { ", " })
    };
    Label::new(text(Lang::Ja), text(Lang::En))
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

/// A verdict without words, beside the word.
pub fn verdict_sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Satisfied => "✓",
        Verdict::Violated => "✕",
        Verdict::Unknown => "？",
        Verdict::Conflicting => "≠",
        Verdict::Stale => "↻",
        Verdict::Waived => "※",
        Verdict::NotApplicable => "／",
        Verdict::Unverified => "∅",
    }
}

/// How grave a finding is, worst first: the parts of every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    Must,
    Should,
    Notice,
    /// What a weak rule says: a person has to confirm it.
    Confirm,
    Waived,
    Information,
    /// Not decided: facts or judgements are missing.
    Undecided,
}

impl Gravity {
    pub const ALL: [Gravity; 7] = [
        Gravity::Must,
        Gravity::Should,
        Gravity::Notice,
        Gravity::Confirm,
        Gravity::Waived,
        Gravity::Information,
        Gravity::Undecided,
    ];

    pub fn of(finding: &Finding) -> Gravity {
        match (finding.verdict, finding.weight) {
            (Verdict::Unknown, _) => Gravity::Undecided,
            (Verdict::Waived, _) => Gravity::Waived,
            _ if finding.reason == Some(Reason::WeakRule) => Gravity::Confirm,
            (_, Weight::Must) => Gravity::Must,
            (_, Weight::Should) => Gravity::Should,
            (_, Weight::Notice) => Gravity::Notice,
            (_, Weight::Information) => Gravity::Information,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Gravity::Must => "must",
            Gravity::Should => "should",
            Gravity::Notice => "notice",
            Gravity::Confirm => "confirm",
            Gravity::Waived => "waived",
            Gravity::Information => "information",
            Gravity::Undecided => "undecided",
        }
    }

    pub fn title(self) -> Label {
        match self {
            Gravity::Must => Label::new("必須", "must"),
            Gravity::Should => Label::new("推奨", "should"),
            Gravity::Notice => Label::new("注意", "notice"),
            Gravity::Confirm => {
                Label::new("人が確かめるもの(印の弱い規則による)", "for a person to confirm (weak rules)")
            }
            Gravity::Waived => Label::new("要説明(適用除外)", "waived"),
            Gravity::Information => Label::new("情報", "information"),
            Gravity::Undecided => Label::new("未確認", "not decided"),
        }
    }
}

/// 必須, 推奨, 注意, 情報.
pub fn weight_name(weight: Weight, lang: Lang) -> &'static str {
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

/// What of a proof is not written down; `None`: all of it is.
pub fn left_out_words(proof: &Proof, lang: Lang) -> Option<String> {
    let (shown, left_out) = (proof.children.len(), proof.left_out);
    let all = shown + left_out;
    match (left_out, proof.is_cut(), lang) {
        (0, false, _) => None,
        (0, true, Lang::Ja) => Some(format!("事実は始めの {} 件だけを示します", proof.facts.len())),
        (0, true, Lang::En) => Some(format!("only the first {} facts are shown", proof.facts.len())),
        (_, _, Lang::Ja) => Some(format!("決め手となる {all} 件のうち {shown} 件を示します")),
        (_, _, Lang::En) => Some(format!("{shown} of the {all} that decide are shown")),
    }
}

/// The possible legal consequence of a must-item that is not met, hedged as the source hedges it; nothing for what names no basis.
pub fn consequence(program: &Program, r: &Requirement, lang: Lang) -> Option<String> {
    let titles = basis_titles(program, r, lang);
    if titles.is_empty() {
        return None;
    }
    Some(match lang {
        Lang::Ja => format!(
            "この項目が満たされないと、{}の要求を満たしていないと見なされ、関係法令の罰則が適用されるおそれがあります。",
            titles.join("・")
        ),
        Lang::En => format!(
            "where this is not met, the demands of {} may be regarded as unmet, and penalties of related law may come to apply",
            titles.join(", ")
        ),
    })
}

/// What the instruments behind a requirement are called.
pub fn basis_titles<'a>(program: &'a Program, r: &Requirement, lang: Lang) -> Vec<&'a str> {
    let named = r.basis.iter().filter_map(|b| program.instruments.iter().find(|i| i.name == *b));
    named.map(|i| i.title.or(lang, &i.name)).collect()
}

/// What a state of an item is called; a verdict is more precise.
pub(crate) fn state_word(state: State, verdict: Option<&str>) -> Label {
    // A weak rule's violation is for a person to confirm.
    let is_weak = |v: &Verdict| state == State::Review && *v == Verdict::Violated;
    if let Some(verdict) = verdict.and_then(Verdict::from_name).filter(|v| !is_weak(v)) {
        return verdict.label();
    }
    let (ja, en) = match state {
        State::Failed => ("要対応", "failed"),
        State::Open => ("未確認", "unknown"),
        State::Review => ("要確認", "to confirm"),
        State::Unverified => ("未検証", "unverified"),
        State::Waived => ("要説明", "waived"),
        State::NotApplicable => ("対象外", "not applicable"),
        State::Passed => ("適合", "passed"),
    };
    Label::new(ja, en)
}

/// What was said beside a fact, in the words of whoever said it.
pub(crate) fn remark(said: &str, lang: Lang) -> String {
    if lang == Lang::Ja { format!("備考「{said}」") } else { format!("remark: {said}") }
}
