//! One page for the management: where things stand, what is gravest, what falls due, and what the management has to do. It
//! never says that a hospital complies, and hedges what may follow.

use std::collections::BTreeSet;

use kijun_engine::assessment::{Finding, Verdict};
use kijun_engine::program::{Requirement, Weight};
use kijun_text::Lang;

use super::View;
use super::deadlines::Nearness;
use super::figures::Figures;
use super::view::concerns;
use crate::diff::Line;
use crate::wording::{Gravity, basis_titles};

/// So many of each are told.
const GRAVEST: usize = 6;
const DUE: usize = 6;
const TO_DO: usize = 6;
/// A message longer than this is cut.
const LONGEST: usize = 90;

impl<'a> View<'a> {
    pub(crate) fn management_lines(&self) -> Vec<Line> {
        let figures = Figures::of(self);
        let mut out = vec![Line::Title(match self.lang {
            Lang::Ja => format!("{} 情報セキュリティ点検の要約（経営層向け）", self.facility()),
            Lang::En => format!("{}: summary of the security assessment for the management", self.facility()),
        })];
        let day = self.day(self.as_of());
        out.push(Line::Text(format!("{} {day}", self.say("評価日", "as of"))));
        out.push(Line::Heading(self.say("いまの状況", "where things stand").to_owned()));
        out.push(Line::Text(self.figures_sentence(&figures.total)));
        out.push(Line::Text(self.findings_sentence(&figures)));
        out.push(Line::Text(self.facts_sentence()));
        self.gravest(&mut out);
        self.due(&mut out);
        self.to_do(&mut out);
        if let Some(diff) = self.context.changes {
            let (worse, changed) = (diff.worse(), diff.requirements.len());
            out.push(Line::Heading(self.say("前回からの変化", "since the last assessment").to_owned()));
            out.push(Line::Text(match self.lang {
                Lang::Ja => format!(
                    "前回（{}）と比べて、判定が変わった要求事項は {changed} 件、新しい必須の不適合・矛盾は {worse} 件です。",
                    diff.old.as_of
                ),
                Lang::En => format!(
                    "compared with {}: {changed} requirements have another verdict, {worse} must-findings are newly violated or conflicting",
                    diff.old.as_of
                ),
            }));
        }
        out.push(Line::Text(self.caveat().to_owned()));
        out
    }

    fn gravest(&self, out: &mut Vec<Line>) {
        let groups = self.gravest_groups();
        out.push(Line::Heading(self.say("最も重い指摘", "gravest findings").to_owned()));
        if groups.is_empty() {
            out.push(Line::Text(match self.lang {
                Lang::Ja => "必須の不適合・矛盾は見つかっていません。未確認のものが残るかぎり、ないとは言えません。".to_owned(),
                Lang::En => "no must-finding is violated or conflicting; as long as something is undecided, that does not mean that there is none".to_owned(),
            }));
        }
        let mut laws: Vec<&str> = Vec::new();
        for (r, list) in groups.iter().take(GRAVEST) {
            let message = list.first().map(|f| f.message.get(self.lang)).unwrap_or_default();
            let title = r.title.get(self.lang);
            let count = match (list.len(), self.lang) {
                (1, _) => String::new(),
                (n, Lang::Ja) => format!("（{n} 件）"),
                (n, Lang::En) => format!(" ({n})"),
            };
            let law = basis_titles(self.program, r, self.lang);
            let violated = list.iter().any(|f| f.verdict == Verdict::Violated);
            let is_legal = !law.is_empty() && violated;
            out.push(Line::Item(0, format!("{title}{count}{}  {}", if is_legal { " ※" } else { "" }, r.id)));
            out.push(Line::Item(1, crate::xlsx::clipped(message, LONGEST)));
            for title in law.into_iter().filter(|_| is_legal) {
                if !laws.contains(&title) {
                    laws.push(title);
                }
            }
        }
        if !laws.is_empty() {
            out.push(Line::Text(match self.lang {
                Lang::Ja => format!(
                    "※ 満たされないと、{}の要求を満たしていないと見なされ、関係法令の罰則が適用されるおそれがあります。",
                    laws.join("・")
                ),
                Lang::En => format!(
                    "※ where these are not met, the demands of {} may be regarded as unmet, and penalties of related law may come to apply",
                    laws.join(", ")
                ),
            }));
        }
        if groups.len() > GRAVEST {
            out.push(Line::Text(self.more(groups.len() - GRAVEST)));
        }
    }

    /// The must-findings that are violated or conflicting, by requirement: those with a basis in law first, then those of most
    /// subjects.
    pub(crate) fn gravest_groups(&self) -> Vec<(&'a Requirement, Vec<&'a Finding>)> {
        let mut groups: Vec<(&Requirement, Vec<&Finding>)> = Vec::new();
        // What is gravest the management has to know, whomever else it concerns.
        let for_all = self.context.audience == Some("management");
        let all = self
            .context
            .assessment
            .findings
            .iter()
            .filter_map(|f| Some((self.requirement(f.requirement)?, f)));
        let listed = all.filter(|(r, _)| for_all || concerns(r, self.context.audience));
        for (r, f) in listed.filter(|(_, f)| Gravity::of(f) == Gravity::Must) {
            match groups.last_mut() {
                Some((last, list)) if last.id == r.id => list.push(f),
                _ => groups.push((r, vec![f])),
            }
        }
        groups.sort_by_key(|(r, list)| (r.basis.is_empty(), std::cmp::Reverse(list.len())));
        groups
    }

    fn more(&self, n: usize) -> String {
        match self.lang {
            Lang::Ja => format!("ほか {n} 項目。全部は kijun assess --format html にあります"),
            Lang::En => format!("and {n} more; all of them: kijun assess --format html"),
        }
    }

    /// What lapses next, and what is past.
    fn due(&self, out: &mut Vec<Line>) {
        let today = self.as_of();
        let deadlines = self.deadlines(&self.evidence());
        let past = deadlines.iter().filter(|d| Nearness::of(d.day, today) == Nearness::Past).count();
        let coming: Vec<_> =
            deadlines.iter().filter(|d| Nearness::of(d.day, today) == Nearness::Soon).collect();
        out.push(Line::Heading(self.say("いつまでに決めるか", "what is decided by when").to_owned()));
        out.push(Line::Text(match self.lang {
            Lang::Ja => format!("期限を過ぎたもの {past} 件、90日以内に期限が来るもの {} 件。", coming.len()),
            Lang::En => format!("{past} past their day, {} within 90 days", coming.len()),
        }));
        for d in coming.iter().take(DUE) {
            let colon = self.say("：", ": ");
            let who = crate::xlsx::clipped(&d.who, LONGEST);
            out.push(Line::Item(0, format!("{}  {}{colon}{who}", self.day(d.day), d.what)));
        }
    }

    /// What the requirements that name the management ask of it, and the questions that it answers.
    fn to_do(&self, out: &mut Vec<Line>) {
        out.push(Line::Heading(
            self.say("経営層に求められること", "what the management has to do").to_owned(),
        ));
        let of_management = |r: &Requirement| r.audience.iter().any(|a| a == "management");
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut listed = Vec::new();
        for f in &self.context.assessment.findings {
            let Some(r) = self.requirement(f.requirement).filter(|r| of_management(r)) else { continue };
            let fix = f.fix.get(self.lang);
            let grave = matches!(f.verdict, Verdict::Violated | Verdict::Conflicting | Verdict::Stale);
            if grave && f.weight >= Weight::Should && !fix.is_empty() && seen.insert(fix) {
                listed.push((f.weight, fix, r));
            }
        }
        listed.sort_by_key(|(weight, ..)| std::cmp::Reverse(*weight));
        for (_, fix, r) in listed.iter().take(TO_DO) {
            let title = r.title.get(self.lang);
            out.push(Line::Item(
                0,
                match self.lang {
                    Lang::Ja => format!("{fix}（{title}）  {}", r.id),
                    Lang::En => format!("{fix} ({title})  {}", r.id),
                },
            ));
        }
        let asked = self.questions_of(
            self.context
                .assessment
                .findings
                .iter()
                .filter_map(|f| Some((self.requirement(f.requirement)?, f))),
        );
        let asked = asked.iter().filter(|q| q.of == Some("management")).count();
        let more = listed.len().saturating_sub(TO_DO);
        if more > 0 {
            out.push(Line::Text(match self.lang {
                Lang::Ja => format!("このほかに対処 {more} 件があります。"),
                Lang::En => format!("besides, {more} more to do"),
            }));
        }
        if asked > 0 {
            let sheet = self.questions_sheet();
            out.push(Line::Text(match self.lang {
                Lang::Ja => format!("経営層が答える質問が {asked} 件あります（kijun assess --for management --format xlsx の「{sheet}」）。"),
                Lang::En => format!("questions for the management to answer: {asked} (the sheet `{sheet}` of kijun assess --for management --format xlsx)"),
            }));
        }
    }
}
