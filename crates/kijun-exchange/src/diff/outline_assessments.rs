//! Two assessments as lines to read: what differs in what went in, then in verdicts, then in findings.

use std::collections::BTreeMap;

use kijun_text::Lang;

use super::assessments::{AssessmentDiff, Counts, FactChange, Fate, FindingChange, Why};
use super::attribution::{Attribution, Step};
use super::names::{attribution_words, by_words, written};
use super::outline::{Line, Outline};
use super::record::{AssessmentRecord, FactRecord, FindingRecord, PackRecord, RequirementRecord};
use crate::wording::weight_name;

pub fn assessment_diff_outline(diff: &AssessmentDiff<'_>, lang: Lang) -> Vec<Line> {
    let mut report = Report { diff, lang, out: Outline::default() };
    report.head();
    report.inputs();
    report.causes();
    report.requirements();
    for fate in Fate::ALL {
        report.findings(fate);
    }
    report.out.0
}

struct Report<'r, 'a> {
    diff: &'r AssessmentDiff<'a>,
    lang: Lang,
    out: Outline,
}

impl Report<'_, '_> {
    fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn head(&mut self) {
        let (old, new) = (self.diff.old, self.diff.new);
        self.out.title(format!("{}: {} → {}", new.facility, old.as_of, new.as_of));
        let Counts { came, changed, resolved, left } = self.diff.counts();
        let (verdicts, worse) = (self.diff.requirements.len(), self.diff.worse());
        self.out.text(match self.lang {
            Lang::Ja => format!(
                "判定が変わった要求事項 {verdicts} 件。指摘: 増えた {came}、変わった {changed}、解消 {resolved}、\
                 解消ではなく現れなくなった {left}。新しい必須の不適合・矛盾 {worse} 件"
            ),
            Lang::En => format!(
                "requirements with another verdict: {verdicts}; findings: {came} came, {changed} changed, {resolved} \
                 resolved, {left} no longer found without being resolved; must-findings newly violated or conflicting: {worse}"
            ),
        });
        for (is_partial, name) in
            [(old.is_partial(), self.say("旧", "old")), (new.is_partial(), self.say("新", "new"))]
        {
            if is_partial {
                self.out.text(match self.lang {
                    Lang::Ja => format!(
                        "{name}い結果は一部の指摘だけを載せている(--for)ため、指摘の比較は完全ではない"
                    ),
                    Lang::En => format!(
                        "the {name} assessment lists only some findings (--for), so findings are not compared in full"
                    ),
                });
            }
        }
    }

    fn inputs(&mut self) {
        self.out.heading(self.say("入力の違い", "what went in"));
        let mut lines: Vec<String> = Vec::new();
        let none = self.say("なし", "none");
        let pack = |p: Option<&PackRecord>| {
            p.map_or(none.to_owned(), |p| format!("{} ({})", p.version, short(&p.sha256)))
        };
        for change in &self.diff.packs {
            let what = self.say("パック", "pack");
            lines.push(format!("{what} {}: {} → {}", change.name, pack(change.old), pack(change.new)));
        }
        for change in &self.diff.facts {
            let digest = |f: Option<&super::record::FactFileRecord>| {
                f.map_or(none.to_owned(), |f| short(&f.sha256).to_owned())
            };
            let what = self.say("事実", "facts");
            lines.push(format!("{what} {}: {} → {}", change.name, digest(change.old), digest(change.new)));
        }
        let (old, new) = (self.diff.old, self.diff.new);
        if self.diff.is_other_day() {
            lines.push(format!("{}: {} → {}", self.say("評価日", "day"), old.as_of, new.as_of));
        }
        if self.diff.is_other_engine() {
            lines.push(format!("{}: {} → {}", self.say("エンジン", "engine"), old.engine, new.engine));
        }
        if self.diff.is_other_workspace() {
            let profile = |r: &AssessmentRecord| {
                let stated = r.workspace.as_ref().and_then(|w| w.profile.clone());
                stated.unwrap_or_else(|| none.to_owned())
            };
            let digest = |r: &AssessmentRecord| {
                r.workspace.as_ref().map_or(String::new(), |w| short(&w.sha256).to_owned())
            };
            let what = self.say("作業場所の規則（プロファイル）", "rules of the workspace (profile)");
            lines.push(format!(
                "{what}: {} ({}) → {} ({})",
                digest(old),
                profile(old),
                digest(new),
                profile(new)
            ));
        }
        if lines.is_empty() {
            lines
                .push(self.say("パック、事実、評価日は同じ", "packs, facts and day are the same").to_owned());
        }
        lines.into_iter().for_each(|line| self.out.item(0, line));
    }

    /// How many findings differ for facts, rules or the day, and how that was told.
    fn causes(&mut self) {
        let mut counts: BTreeMap<&[Step], usize> = BTreeMap::new();
        for finding in &self.diff.findings {
            *counts.entry(&finding.by).or_default() += 1;
        }
        if !counts.is_empty() {
            let of = counts.iter().map(|(by, n)| format!("{} {n}", by_words(by, self.lang)));
            let all = of.collect::<Vec<_>>().join(self.say("、", ", "));
            self.out.text(match self.lang {
                Lang::Ja => format!("指摘が変わった理由: {all}"),
                Lang::En => format!("why findings differ: {all}"),
            });
        }
        if !(self.diff.findings.is_empty() && self.diff.requirements.is_empty())
            && let Some(text) = attribution_words(self.diff, self.lang)
        {
            self.out.text(text);
        }
    }

    fn requirements(&mut self) {
        let changes = &self.diff.requirements;
        if changes.is_empty() {
            return;
        }
        self.out.heading(match self.lang {
            Lang::Ja => format!("判定が変わった要求事項({} 件)", changes.len()),
            Lang::En => format!("requirements with another verdict ({})", changes.len()),
        });
        for change in changes {
            let Some(own) = change.new.or(change.old) else { continue };
            let verdict = |r: Option<&RequirementRecord>| match r {
                Some(r) => r.verdict.label().get(self.lang).to_owned(),
                None => self.say("評価していない", "not evaluated").to_owned(),
            };
            let text = format!(
                "{}  {}: {} → {}",
                own.id,
                own.title.get(self.lang),
                verdict(change.old),
                verdict(change.new)
            );
            self.out.item(0, text);
            if self.is_divided() {
                let by = by_words(&change.by, self.lang);
                self.out.item(1, format!("{}: {by}", self.say("理由", "because of")));
            }
        }
    }

    fn findings(&mut self, fate: Fate) {
        let of: Vec<&FindingChange<'_>> = self.diff.findings.iter().filter(|f| f.fate == fate).collect();
        if of.is_empty() {
            return;
        }
        let name = fate.label().get(self.lang).to_owned();
        self.out.heading(match self.lang {
            Lang::Ja => format!("{name}({} 件)", of.len()),
            Lang::En => format!("{name} ({})", of.len()),
        });
        of.into_iter().for_each(|change| self.finding(change));
    }

    fn finding(&mut self, change: &FindingChange<'_>) {
        let Some(own) = change.latest() else { return };
        let subject = written(&own.subject.kind, own.subject.id.as_deref(), self.lang);
        let state = match (change.old, change.new) {
            (Some(old), Some(new)) => format!("{} → {}", self.state(old), self.state(new)),
            _ => self.state(own),
        };
        self.out.item(0, format!("{} {} @ {subject}: {state}", own.requirement, own.check));
        self.out.item(1, own.message.get(self.lang));
        for fact in &change.facts {
            let text = self.fact(fact);
            self.out.item(1, text);
        }
        let inputs: Vec<String> = change.why.iter().map(|w| w.label().get(self.lang).to_owned()).collect();
        let inputs = inputs.join(self.say("、", ", "));
        let (by, because) = (by_words(&change.by, self.lang), self.say("理由", "because of"));
        let nothing_more = change.why.iter().all(|w| matches!(w, Why::Day | Why::Unrecorded));
        if nothing_more && matches!(self.diff.attribution, Attribution::OneInput(_)) {
            return;
        }
        self.out.item(
            1,
            match self.lang {
                _ if nothing_more => format!("{because}: {by}"),
                Lang::Ja => format!("{because}: {by}（変わった入力: {inputs}）"),
                Lang::En => format!("{because}: {by} (what differs: {inputs})"),
            },
        );
    }

    /// Whether results were told apart by what made the difference.
    fn is_divided(&self) -> bool {
        matches!(self.diff.attribution, Attribution::Reevaluated(_))
    }

    fn state(&self, finding: &FindingRecord) -> String {
        let verdict = finding.verdict.label();
        format!("{} ({})", verdict.get(self.lang), weight_name(finding.severity, self.lang))
    }

    fn fact(&self, change: &FactChange<'_>) -> String {
        let value = |f: Option<&FactRecord>| match f {
            Some(f) => f.value.clone().unwrap_or_else(|| self.say("不明", "unknown").to_owned()),
            None => "–".to_owned(),
        };
        let place = change.new.or(change.old).map(|f| format!("  {}", f.origin));
        match (change.old, change.new) {
            (None, None) => {
                format!("{}: {}", change.fact, self.say("一方でだけ足りない", "missing in one of them only"))
            }
            (old, new) => {
                format!("{}: {} → {}{}", change.fact, value(old), value(new), place.unwrap_or_default())
            }
        }
    }
}

/// The first digits of a digest.
fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
