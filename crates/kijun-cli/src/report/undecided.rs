//! What is not decided: by requirement where that is short, else by the people who can settle it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{FactRef, Finding, Reason, RequirementResult, SubjectRef, Verdict};
use kijun_engine::program::{Mark, Requirement, RequirementId};
use kijun_exchange::role_of;
use kijun_exchange::wording::{role_name, rule_mark, tags, weak_cell_note};
use kijun_text::Lang;
use owo_colors::Style;

use super::{Report, by_requirement};
use crate::terminal::{cut, fill, pad, width};

/// Up to so many requirements are told one by one, with their subjects.
const FEW: usize = 20;
/// Subjects named in a line.
const MAX_NAMED: usize = 4;
/// Requirements that nothing decides, named in a long report.
const MAX_UNRULED: usize = 12;
/// The widest column of ids.
const MAX_ID: usize = 26;

/// What one role can settle.
#[derive(Default)]
struct Asked {
    facts: BTreeSet<FactRef>,
    /// The subjects of each requirement.
    requirements: BTreeMap<RequirementId, BTreeSet<SubjectRef>>,
    /// The marks of those whose mark, or whose rule's, keeps them from being decided.
    marks: BTreeMap<RequirementId, String>,
}

impl Report<'_> {
    pub(super) fn undecided(&mut self, findings: &[&Finding]) {
        let open: Vec<&Finding> =
            findings.iter().copied().filter(|f| f.verdict == Verdict::Unknown).collect();
        let unruled = self.unruled(findings);
        if open.is_empty() && unruled.is_empty() {
            return;
        }
        let groups = by_requirement(&open);
        let title = match self.lang() {
            Lang::Ja => {
                format!("判定できていないもの({} 件・{} 項目)", open.len(), groups.len() + unruled.len())
            }
            Lang::En => {
                format!("not decided ({} on {} requirements)", open.len(), groups.len() + unruled.len())
            }
        };
        self.rule(&title);
        let by_role = self.by_role(&open);
        if self.wanted.details || groups.len() <= FEW {
            for (id, of) in groups {
                self.undecided_requirement(id, &of);
            }
            self.questions(&by_role);
        } else {
            self.tasks(&by_role);
        }
        self.unruled_list(&unruled);
    }

    fn undecided_requirement(&mut self, id: RequirementId, of: &[&Finding]) {
        let Some(r) = self.program.requirement(id) else { return };
        let word = if of.iter().any(|f| f.reason == Some(Reason::Judgement)) {
            self.say("要判断", "judgement")
        } else {
            self.say("未確認", "unknown")
        };
        let painted = self.terminal.paint(&pad(&word, 10), Style::new().cyan());
        let marks = self.weak_tags(r, of);
        self.line(&format!("{painted}{}  {}{marks}", pad(&r.id, 22), r.title.get(self.lang())));
        let names = self.names(of.iter().map(|f| f.subject).collect(), MAX_NAMED);
        self.paragraph(&names, 12, Style::new().dimmed());
        let mut notes: Vec<String> = Vec::new();
        for cell in of.iter().flat_map(|f| &f.weak_cells) {
            let place = self.workspace.sources.place(cell.span).short();
            let note = weak_cell_note(self.program, cell, &place, self.lang());
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        for note in notes {
            self.paragraph(&note, 12, Style::new());
        }
    }

    /// The marks that keep something from being decided: of the requirement, of its rules, of tables that they read.
    fn weak_tags(&self, r: &Requirement, of: &[&Finding]) -> String {
        let lang = self.lang();
        let mut marks: Vec<String> = Vec::new();
        if r.mark.is_weak() || !r.text_included {
            marks.push(tags(r, false, lang));
        }
        for mark in of.iter().filter_map(|f| rule_mark(self.program, f.rule, lang)) {
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        if of.iter().any(|f| !f.weak_cells.is_empty()) {
            marks.push(self.say("表の値の印が弱い", "a table value is weakly marked"));
        }
        if marks.is_empty() {
            String::new()
        } else {
            format!("  [{}]", marks.join(self.terminal.say("・", ", ")))
        }
    }

    /// Subjects by name, each once, so many at most, then how many more.
    fn names(&self, subjects: Vec<SubjectRef>, most: usize) -> String {
        let mut seen: Vec<String> = Vec::new();
        for subject in subjects {
            let name = self.subject(subject);
            if !seen.contains(&name) {
                seen.push(name);
            }
        }
        let more = seen.len().saturating_sub(most);
        seen.truncate(most);
        let mut text = seen.join(self.terminal.say("、", ", "));
        if more > 0 {
            text.push_str(&match self.lang() {
                Lang::Ja => format!(" ほか {more} 件"),
                Lang::En => format!(" and {more} more"),
            });
        }
        text
    }

    // ------------------------------------------------------------ who can settle it

    /// What is open by who can settle it: who is asked most first, what nobody is named for last.
    fn by_role(&self, open: &[&Finding]) -> Vec<(String, Asked)> {
        let mut by_role: BTreeMap<String, Asked> = BTreeMap::new();
        for finding in open {
            let requirement = self.program.requirement(finding.requirement);
            let marks = requirement.map(|r| self.weak_tags(r, &[finding])).filter(|m| !m.is_empty());
            let mut add = |role: String, fact: Option<FactRef>| {
                let asked = by_role.entry(role).or_default();
                asked.marks.extend(marks.clone().map(|m| (finding.requirement, m)));
                asked.facts.extend(fact);
                asked.requirements.entry(finding.requirement).or_default().insert(finding.subject);
            };
            for fact in &finding.missing {
                add(self.respondent(*fact), Some(*fact));
            }
            if finding.missing.is_empty() {
                add(String::new(), None);
            }
        }
        let mut out: Vec<(String, Asked)> = by_role.into_iter().collect();
        out.sort_by_key(|(role, asked)| (role.is_empty(), Reverse(asked.facts.len()), role.clone()));
        out
    }

    fn role(&self, role: &str) -> String {
        if role.is_empty() {
            return self.say("(尋ねる相手が決まっていません)", "(no respondent is named)");
        }
        role_name(self.program, role, self.lang())
    }

    /// For each role how many facts, and the requirements that wait for them.
    fn tasks(&mut self, by_role: &[(String, Asked)]) {
        let text = self.say(
            "次の方に確かめると判定できます。括弧は対象の数です。相手ごとの質問票: kijun ask。足りない事実と質問の文: kijun explain 番号。題名と対象の一覧: --details",
            "these people can settle it; in brackets the number of subjects; a questionnaire for each of them: kijun ask; the missing facts and their questions: kijun explain REQUIREMENT; titles and subjects: --details",
        );
        self.paragraph(&text, 0, Style::new().dimmed());
        for (role, asked) in by_role {
            let (facts, items) = (asked.facts.len(), asked.requirements.len());
            let head = match self.lang() {
                Lang::Ja => format!("{} — 事実 {facts} 件({items} 項目)", self.role(role)),
                Lang::En => format!("{} — {facts} fact(s) for {items} requirement(s)", self.role(role)),
            };
            let head = self.bold(&head);
            self.line(&head);
            self.registers(asked);
            for (catalog, ids) in self.by_catalog_of(asked) {
                let head = format!("  {}: ", self.catalog_name(catalog));
                let room = self.terminal.width.saturating_sub(width(&head));
                for (i, line) in fill(&ids, self.terminal.say("、", ", "), room).into_iter().enumerate() {
                    let head = if i == 0 { head.clone() } else { pad("", width(&head)) };
                    self.line(&format!("{head}{line}"));
                }
            }
        }
    }

    /// The registers that are not there or not complete: one of them settles much at once.
    fn registers(&mut self, asked: &Asked) {
        let names = asked.facts.iter().filter_map(|f| match f {
            FactRef::Register(kind) => Some(self.kind(*kind)),
            _ => None,
        });
        let names: Vec<String> = names.collect();
        if !names.is_empty() {
            let head = self.say("台帳がないか未完成のもの: ", "registers missing or incomplete: ");
            self.hanging(&head, &names.join(self.terminal.say("、", ", ")), 2);
        }
    }

    /// Requirements by catalogue, each by its local id with the number of its subjects where there are several, and its marks.
    fn by_catalog_of(&self, asked: &Asked) -> Vec<(usize, Vec<String>)> {
        let mut out: Vec<(usize, Vec<String>)> = Vec::new();
        for (id, subjects) in &asked.requirements {
            let Some(r) = self.program.requirement(*id) else { continue };
            let local = r.id.split_once(':').map_or(r.id.as_str(), |(_, local)| local);
            let marks = asked.marks.get(id).map_or("", |m| m.trim_start());
            let text = match (subjects.len(), marks) {
                (1, "") => local.to_owned(),
                (1, marks) => format!("{local} {marks}"),
                (n, "") => format!("{local} ({n})"),
                (n, marks) => format!("{local} ({n}) {marks}"),
            };
            match out.last_mut() {
                Some((catalog, ids)) if *catalog == r.catalog => ids.push(text),
                _ => out.push((r.catalog, vec![text])),
            }
        }
        out
    }

    /// A line, and behind it as many subjects as fit, or how many there are.
    pub(super) fn with_subjects(&self, head: &str, subjects: &BTreeSet<SubjectRef>) -> String {
        let counted = match self.lang() {
            Lang::Ja => format!("{} 件", subjects.len()),
            Lang::En => format!("{}", subjects.len()),
        };
        let room = self.terminal.width.saturating_sub(width(head) + 3);
        let most = (1..=subjects.len().min(MAX_NAMED)).rev();
        let named =
            most.map(|n| self.names(subjects.iter().copied().collect(), n)).find(|t| width(t) <= room);
        match named {
            Some(names) => format!("{head} ({names})"),
            None => {
                let room = self.terminal.width.saturating_sub(width(&counted) + 3);
                format!("{} ({counted})", cut(head, room))
            }
        }
    }

    /// Whom to ask, and how many facts, with examples.
    fn questions(&mut self, by_role: &[(String, Asked)]) {
        let asked: Vec<&(String, Asked)> = by_role.iter().filter(|(_, a)| !a.facts.is_empty()).collect();
        if asked.is_empty() {
            return;
        }
        self.line("");
        let text = self.say(
            "次の方に確かめると判定できます(相手ごとの質問票: kijun ask):",
            "these people can settle it (a questionnaire for each of them: kijun ask):",
        );
        self.paragraph(&text, 0, Style::new());
        for (role, asked) in asked {
            let mut examples: Vec<String> = asked.facts.iter().take(2).map(|f| self.fact_name(*f)).collect();
            if asked.facts.len() > 2 {
                examples.push("…".to_owned());
            }
            let (name, facts) = (self.role(role), asked.facts.len());
            let (head, examples) = match self.lang() {
                Lang::Ja => (format!("{} {facts:>4} 件  例: ", pad(&name, 24)), examples.join("、")),
                Lang::En => (format!("{} {facts:>4} fact(s)  such as ", pad(&name, 32)), examples.join(", ")),
            };
            self.hanging(&head, &examples, 2);
        }
    }

    /// The role that `kijun ask` asks, empty where none is named.
    fn respondent(&self, fact: FactRef) -> String {
        role_of(self.program, &self.workspace.store, fact).unwrap_or_default().to_owned()
    }

    fn fact_name(&self, fact: FactRef) -> String {
        let lang = self.lang();
        match fact {
            FactRef::Cell { kind, row, attr } => {
                let attribute = self.program.schema.attribute(kind, attr);
                let name = attribute.map_or("", |a| a.label.or(lang, &a.name));
                let subject = self.subject(SubjectRef::Record(kind, row));
                if lang == Lang::Ja { format!("{subject}の{name}") } else { format!("{name} of {subject}") }
            }
            FactRef::Register(kind) => self.subject(SubjectRef::Register(kind)),
            FactRef::Attestation(requirement) => {
                let id = self.program.requirement(requirement).map_or("", |r| &r.id);
                if lang == Lang::Ja {
                    format!("{id}の確認記録")
                } else {
                    format!("an attestation of {id}")
                }
            }
        }
    }

    // ------------------------------------------------------------ what no rule decides

    /// Requirements that are open though no finding says why: nothing checks them, their wording is not at hand, or only weak
    /// rules speak of them.
    fn unruled(&self, findings: &[&Finding]) -> Vec<RequirementId> {
        let listed_all = self.wanted.audience.is_none();
        let is_unruled = |result: &&RequirementResult| {
            let Some(r) = self.program.requirement(result.requirement) else { return false };
            let silent = !findings.iter().any(|f| f.requirement == result.requirement);
            let concerns = listed_all
                || r.audience.is_empty()
                || self.wanted.audience.is_some_and(|a| r.audience.iter().any(|own| own == a.name()));
            let open = match result.verdict {
                Verdict::Unverified => true,
                Verdict::Unknown => self.is_weakly_ruled(result.requirement, r),
                _ => false,
            };
            !r.is_section && silent && concerns && open
        };
        self.assessment.requirements.iter().filter(is_unruled).map(|r| r.requirement).collect()
    }

    fn unruled_list(&mut self, ids: &[RequirementId]) {
        if ids.is_empty() {
            return;
        }
        let head = match self.lang() {
            Lang::Ja => format!("規則だけでは決まらない項目 {} 件(適合とは数えません)", ids.len()),
            Lang::En => {
                format!("{} requirement(s) that no rule decides (none counts as satisfied)", ids.len())
            }
        };
        let head = self.bold(&head);
        self.line("");
        self.line(&head);
        let most = if self.wanted.details { ids.len() } else { MAX_UNRULED };
        for id in ids.iter().take(most) {
            let Some(r) = self.program.requirement(*id) else { continue };
            let why = self.why_unruled(*id, r);
            let text = format!("{}  {}  [{why}]", pad(&r.id, MAX_ID), r.title.get(self.lang()));
            self.hanging("  ", &text, 0);
        }
        if ids.len() > most {
            let more = ids.len() - most;
            let text = match self.lang() {
                Lang::Ja => format!("ほか {more} 件(全部は --details)"),
                Lang::En => format!("and {more} more (all of them with --details)"),
            };
            self.paragraph(&text, 2, Style::new().dimmed());
        }
    }

    /// Whether its mark, or that of a rule of its own, keeps it from being decided.
    fn is_weakly_ruled(&self, id: RequirementId, r: &Requirement) -> bool {
        r.mark.is_weak() || self.weakest_rule(id).is_some()
    }

    /// The mark of its weakest rule, where that does not decide.
    fn weakest_rule(&self, id: RequirementId) -> Option<Mark> {
        let checks = self.program.checks.iter().filter(|c| c.requirements.contains(&id)).map(|c| c.mark);
        let attests = self.program.attests.iter().filter(|a| a.requirement == id).map(|a| a.mark);
        let combinations = self.program.combinations.iter().filter(|c| c.requirement == id).map(|c| c.mark);
        checks.chain(attests).chain(combinations).max().filter(|m| m.is_weak())
    }

    fn why_unruled(&self, id: RequirementId, r: &Requirement) -> String {
        let lang = self.lang();
        if !r.text_included || r.mark.is_weak() {
            return tags(r, false, lang);
        }
        match self.weakest_rule(id).map(Mark::label) {
            Some(mark) if lang == Lang::Ja => format!("規則の印: {}", mark.ja),
            Some(mark) => format!("rules marked {}", mark.en),
            None => self.say("規則がない", "no rule"),
        }
    }
}
