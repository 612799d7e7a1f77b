//! What was found: by weight, then catalogue, requirement and check.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{Finding, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Requirement, RequirementId, Weight};
use kijun_exchange::subject_id;
use kijun_exchange::wording::{
    Gravity, basis_titles, consequence, marks, rule_mark, tags, verdict_label, waiver_text,
};
use kijun_text::{At, Lang, Place};
use owo_colors::Style;

use super::folding::{Folded, fold};
use super::words::style;
use super::{Report, by_requirement};
use crate::terminal::{pad, width, wrap};

/// A report with at most so many findings tells each with its source lines.
const FEW: usize = 12;
/// So many subjects are told of one check.
const MAX_SUBJECTS: usize = 12;
/// The widest column of ids.
const MAX_ID: usize = 28;

/// The weight that the title of a part names.
fn weight_of(part: Gravity) -> Option<Weight> {
    match part {
        Gravity::Must => Some(Weight::Must),
        Gravity::Should => Some(Weight::Should),
        _ => None,
    }
}

/// What one rule finds, all of one kind: in the order of the subjects.
type Group<'f> = Vec<&'f Finding>;

impl Report<'_> {
    pub(super) fn found(&mut self, findings: &[&Finding]) {
        let mut parts: BTreeMap<Gravity, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            if finding.verdict != Verdict::Unknown {
                parts.entry(Gravity::of(finding)).or_default().push(finding);
            }
        }
        let all: usize = parts.values().map(Vec::len).sum();
        let drawn = self.wanted.details || all <= FEW;
        let grave: usize = parts.range(..Gravity::Notice).map(|(_, list)| list.len()).sum();
        if all > 0 {
            self.line("");
            let hint = self.hint(drawn);
            self.paragraph(&hint, 0, Style::new().dimmed());
        }
        for (part, list) in &parts {
            self.rule(&self.part_title(*part, list));
            if !drawn && grave > FEW && matches!(part, Gravity::Notice | Gravity::Information) {
                self.listed(list);
                continue;
            }
            let mut catalog = None;
            for (requirement, of) in by_requirement(list) {
                let own = self.program.requirement(requirement).map(|r| r.catalog);
                if own != catalog {
                    catalog = own;
                    self.catalog_head(own, drawn);
                }
                self.requirement(requirement, &of, *part, drawn);
            }
        }
    }

    /// How to read the lists, and how to see what they leave out.
    fn hint(&self, drawn: bool) -> String {
        if drawn {
            return self.say(
                "指摘の証明と直し方: kijun explain 番号@対象",
                "the proof of a finding and how to repair it: kijun explain REQUIREMENT@SUBJECT",
            );
        }
        self.say(
            "同じ規則の指摘は一度にまとめ、事実は記録の場所だけを示します。一件ごとの証明と直し方: kijun explain 番号@対象。全件を出典の行とともに: --details",
            "what one check says of several subjects is told once, and facts are given by their place; the proof of one and how to repair it: kijun explain REQUIREMENT@SUBJECT; all of them with their source lines: --details",
        )
    }

    /// `必須  不適合 56・矛盾 2(32 項目)`.
    fn part_title(&self, part: Gravity, list: &[&Finding]) -> String {
        let lang = self.lang();
        let mut counts: Vec<(Verdict, String, usize)> = Vec::new();
        for finding in list {
            match counts.iter_mut().find(|(v, ..)| *v == finding.verdict) {
                Some((_, _, n)) => *n += 1,
                None => counts.push((finding.verdict, verdict_label(finding).get(lang).to_owned(), 1)),
            }
        }
        counts.sort_by_key(|(v, ..)| *v);
        let counts: Vec<String> = counts.into_iter().map(|(_, label, n)| format!("{label} {n}")).collect();
        let items = by_requirement(list).len();
        let title = part.title();
        match lang {
            Lang::Ja => format!("{}  {}({items} 項目)", title.ja, counts.join("・")),
            Lang::En if items == 1 => format!("{}  {} (1 requirement)", title.en, counts.join(", ")),
            Lang::En => format!("{}  {} ({items} requirements)", title.en, counts.join(", ")),
        }
    }

    /// A line for each requirement and verdict: what does not weigh much, where much weighs more.
    fn listed(&mut self, list: &[&Finding]) {
        for (id, of) in by_requirement(list) {
            let Some(r) = self.program.requirement(id) else { continue };
            let mut verdicts: Vec<(Verdict, BTreeSet<SubjectRef>)> = Vec::new();
            for finding in &of {
                match verdicts.iter_mut().find(|(v, _)| *v == finding.verdict) {
                    Some((_, subjects)) => _ = subjects.insert(finding.subject),
                    None => verdicts.push((finding.verdict, BTreeSet::from([finding.subject]))),
                }
            }
            for (verdict, subjects) in verdicts {
                let Some(first) = of.iter().find(|f| f.verdict == verdict) else { continue };
                let label = verdict_label(first).get(self.lang()).to_owned();
                let label = pad(&label, if self.lang() == Lang::Ja { 8 } else { 11 });
                let head = format!("  {label}  {}  {}{}", r.id, r.title.get(self.lang()), self.mark(first));
                let line = self.with_subjects(&head, &subjects);
                let painted = self.terminal.paint(&label, style(verdict, first.weight));
                self.line(&line.replacen(&label, &painted, 1));
            }
        }
        let text = self.say(
            "何が書かれているかは kijun explain 番号、または --details",
            "what each says: kijun explain REQUIREMENT, or --details",
        );
        self.paragraph(&text, 2, Style::new().dimmed());
    }

    /// The title of a catalogue at its first finding; with `--details` in every part.
    fn catalog_head(&mut self, catalog: Option<usize>, drawn: bool) {
        let again = self.wanted.details;
        let Some(index) = catalog.filter(|c| again || !self.introduced.contains(c)) else { return };
        let Some(c) = self.program.catalogs.get(index) else { return };
        if drawn || !self.introduced.is_empty() {
            self.line("");
        }
        self.introduced.push(index);
        let edition = if c.edition.is_empty() { String::new() } else { format!(" [{}]", c.edition) };
        let text = format!("{}{edition}  {}", c.alias, c.title.get(self.lang()));
        self.paragraph(&text, 0, Style::new().bold().underline());
    }

    fn requirement(&mut self, id: RequirementId, findings: &[&Finding], part: Gravity, drawn: bool) {
        let Some(r) = self.program.requirement(id) else { return };
        let id_text = self.bold(&r.id);
        // The weight that the heading of the part names is not told again.
        let tags = match !drawn && weight_of(part) == Some(r.weight) {
            true => marks(r, false, self.lang()).join(self.terminal.say("・", ", ")),
            false => tags(r, false, self.lang()),
        };
        let title = r.title.get(self.lang());
        let text = if tags.is_empty() { title.to_owned() } else { format!("{title}  [{tags}]") };
        if drawn {
            self.line("");
        }
        let room = self.terminal.width.saturating_sub(width(&r.id) + 2);
        for (i, line) in wrap(&text, room).into_iter().enumerate() {
            let head = if i == 0 { format!("{id_text}  ") } else { pad("", width(&r.id) + 2) };
            self.line(&format!("{head}{line}"));
        }
        self.legal_chain(r, findings);
        let groups: Vec<Group<'_>> = grouped(findings, drawn);
        for (i, group) in groups.iter().enumerate() {
            match group.as_slice() {
                [finding] => self.finding(finding, drawn),
                several => self.group(several),
            }
            let advice = self.advice(group);
            if groups.get(i + 1).is_none_or(|next| self.advice(next) != advice) {
                for text in advice {
                    self.hanging(&self.say("対処: ", "to do: "), &text, 4);
                }
            }
        }
    }

    /// The possible legal consequence of a must-item that is not met, hedged as the source hedges it.
    fn legal_chain(&mut self, r: &Requirement, findings: &[&Finding]) {
        let failed = |f: &&Finding| f.weight == Weight::Must && f.verdict == Verdict::Violated;
        if r.basis.is_empty() || !findings.iter().any(failed) {
            return;
        }
        let lang = self.lang();
        let key = r.basis.join(" ");
        let titles = basis_titles(self.program, r, lang);
        let text = match lang {
            Lang::Ja if self.chains.contains(&key) => {
                format!("{}の罰則のおそれ(上に同じ)", titles.join("・"))
            }
            Lang::En if self.chains.contains(&key) => {
                format!("penalties of {} may come to apply, as above", titles.join(", "))
            }
            _ => consequence(self.program, r, lang).unwrap_or_default(),
        };
        self.chains.push(key);
        self.paragraph(&text, 4, Style::new().dimmed());
    }

    /// What to do, each once.
    fn advice(&self, group: &[&Finding]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for finding in group.iter().filter(|f| f.verdict != Verdict::Waived && !f.fix.is_empty()) {
            let text = finding.fix.get(self.lang()).to_owned();
            if !out.contains(&text) {
                out.push(text);
            }
        }
        out
    }

    /// The verdict in its colour, filled up, and the mark of its rule where that is weak.
    fn tag(&self, finding: &Finding) -> String {
        let lang = self.lang();
        let tag = pad(verdict_label(finding).get(lang), if lang == Lang::Ja { 10 } else { 14 });
        self.terminal.paint(&tag, style(finding.verdict, finding.weight))
    }

    fn mark(&self, finding: &Finding) -> String {
        let mark = rule_mark(self.program, finding.rule, self.lang());
        mark.map_or_else(String::new, |m| format!(" [{m}]"))
    }

    /// One finding: its subject, what it says, and its facts, drawn or by place.
    fn finding(&mut self, finding: &Finding, drawn: bool) {
        let (subject, mark) = (self.subject(finding.subject), self.mark(finding));
        if drawn {
            let (tag, subject) = (self.tag(finding), self.bold(&subject));
            self.line(&format!("  {tag}  {subject}{mark}"));
            self.paragraph(finding.message.get(self.lang()), 4, Style::new());
            if finding.verdict != Verdict::Waived && finding.weight > Weight::Information {
                self.drawn_facts(finding);
            }
        } else {
            let place = self.place(finding).map(|place| place.short());
            let text = Self::with_place(&self.message(finding), place);
            self.run_in(finding, &subject, &format!("{mark}: {text}"));
        }
        self.waiver(finding);
    }

    /// The verdict, whom it is about, and what is said, one behind the other.
    fn run_in(&mut self, finding: &Finding, subject: &str, text: &str) {
        let label = verdict_label(finding).get(self.lang()).to_owned();
        let painted = self.terminal.paint(&label, style(finding.verdict, finding.weight));
        let bold = self.bold(subject);
        let lines = wrap(&format!("{label}  {subject}{text}"), self.terminal.width.saturating_sub(4));
        for (i, line) in lines.into_iter().enumerate() {
            match i {
                0 => {
                    let line = line.replacen(&label, &painted, 1).replacen(subject, &bold, 1);
                    self.line(&format!("  {line}"));
                }
                _ => self.line(&format!("    {line}")),
            }
        }
    }

    /// A text with a place behind it.
    fn with_place(text: &str, place: Option<String>) -> String {
        match (text.is_empty(), place) {
            (_, None) => text.to_owned(),
            (true, Some(place)) => format!("({place})"),
            (false, Some(place)) => format!("{text} ({place})"),
        }
    }

    fn waiver(&mut self, finding: &Finding) {
        if let (Verdict::Waived, Some(row)) = (finding.verdict, finding.waiver) {
            let text = waiver_text(self.program, &self.workspace.store, row);
            self.paragraph(text.get(self.lang()), 4, Style::new());
        }
    }

    /// What one rule says of several subjects: in common, then each subject on its line.
    fn group(&mut self, group: &[&Finding]) {
        let Some(first) = group.first() else { return };
        let messages: Vec<String> = group.iter().map(|f| self.message(f)).collect();
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let Some(Folded { common, own }) = fold(&messages, self.lang()) else {
            for finding in group.iter().take(MAX_SUBJECTS) {
                self.finding(finding, false);
            }
            self.folded_away(group.len(), first);
            return;
        };
        let places: Vec<Option<Place<'_>>> = group.iter().map(|f| self.place(f)).collect();
        let paths: BTreeSet<Option<&str>> = places.iter().map(|p| p.map(|place| place.file)).collect();
        let path = (paths.len() == 1).then(|| paths.first().copied().flatten()).flatten();
        let count = self.count(first.subject, group.len());
        let file = path.map_or_else(String::new, |p| format!(" ({p})"));
        self.run_in(first, &count, &format!("{}{file} — {common}", self.mark(first)));
        let ids: Vec<String> = group.iter().take(MAX_SUBJECTS).map(|f| self.short_subject(f)).collect();
        let column = ids.iter().map(|i| width(i)).max().unwrap_or(0).min(MAX_ID);
        for ((id, own), place) in ids.iter().zip(&own).zip(&places) {
            let own = if own == id { "" } else { own };
            let place = place.map(|place| match (path, place.at, self.lang()) {
                (None, ..) => place.short(),
                (Some(_), At::Cell { sheet, cell }, _) => format!("{sheet}!{cell}"),
                (Some(_), At::Line { line, .. }, Lang::Ja) => format!("{line}行"),
                (Some(_), At::Line { line, .. }, Lang::En) => format!("line {line}"),
            });
            self.hanging(&format!("{}  ", pad(id, column)), &Self::with_place(own, place), 6);
        }
        self.folded_away(group.len(), first);
    }

    /// `契約 2 件`.
    fn count(&self, subject: SubjectRef, n: usize) -> String {
        let kind = match subject {
            SubjectRef::Record(kind, _) | SubjectRef::Register(kind) => self.kind(kind),
            SubjectRef::Facility => self.say("施設", "facility"),
        };
        match self.lang() {
            Lang::Ja => format!("{kind} {n} 件"),
            Lang::En => format!("{n} × {kind}"),
        }
    }

    fn short_subject(&self, finding: &Finding) -> String {
        let id = subject_id(&self.workspace.store, self.workspace.facility(), finding.subject);
        id.map_or_else(|| self.subject(finding.subject), str::to_owned)
    }

    /// How many subjects are not told, and how to see them.
    fn folded_away(&mut self, all: usize, first: &Finding) {
        let more = all.saturating_sub(MAX_SUBJECTS);
        if more == 0 {
            return;
        }
        let name = kijun_exchange::rule_name(self.program, first.rule);
        let text = match self.lang() {
            Lang::Ja => format!("ほか {more} 件({name})。全件は --details または --format csv"),
            Lang::En => format!("and {more} more ({name}); all of them with --details or --format csv"),
        };
        self.paragraph(&text, 6, Style::new().dimmed());
    }
}

/// Findings of one requirement that are told together: of one rule, verdict and weight. With `drawn` each for itself, as are
/// waivers.
fn grouped<'f>(findings: &[&'f Finding], drawn: bool) -> Vec<Group<'f>> {
    let key = |f: &Finding| -> (RuleRef, Verdict, Weight) { (f.rule, f.verdict, f.weight) };
    let mut out: Vec<Group<'f>> = Vec::new();
    for finding in findings {
        let alone = drawn || finding.verdict == Verdict::Waived;
        let same = |g: &&mut Group<'f>| g.first().is_some_and(|f| key(f) == key(finding));
        match out.iter_mut().find(same).filter(|_| !alone) {
            Some(group) => group.push(finding),
            None => out.push(vec![finding]),
        }
    }
    out
}
