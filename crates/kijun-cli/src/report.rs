//! The assessment as text for a terminal: what is wrong first, by requirement; what is not decided, by
//! requirement and by who can tell; a summary that names the undecided beside every figure.

use std::collections::BTreeMap;

use kijun_engine::assessment::{Assessment, FactRef, Finding, Remark, SubjectRef, Verdict};
use kijun_engine::count_requirements;
use kijun_engine::program::{Mark, Program, Requirement, RequirementId, Weight};
use kijun_exchange::subject_id;
use kijun_facts::{KindId, Show, Words};
use kijun_text::{Label, Lang, Span};
use kijun_workspace::Workspace;
use owo_colors::Style;

use crate::args::Audience;
use crate::snippet::Drawing;
use crate::terminal::{Terminal, pad, width, wrap};

/// Facts drawn with their source line under a finding, and subjects named in a line.
const MAX_SNIPPETS: usize = 2;
const MAX_NAMED: usize = 4;

struct Report<'r> {
    workspace: &'r Workspace,
    assessment: &'r Assessment,
    program: &'r Program,
    terminal: &'r Terminal,
    out: String,
}

pub(crate) fn text(
    workspace: &Workspace,
    assessment: &Assessment,
    audience: Option<Audience>,
    listed: impl Fn(&Finding) -> bool,
    terminal: &Terminal,
) -> String {
    let program = &workspace.compiled.program;
    let mut report = Report { workspace, assessment, program, terminal, out: String::new() };
    let findings: Vec<&Finding> = assessment.findings.iter().filter(|f| listed(f)).collect();
    if !terminal.quiet {
        report.head(audience);
        report.problems(&findings);
        report.undecided(&findings);
        report.remarks();
    }
    report.summary();
    report.out
}

/// The name of a role in a language.
pub(crate) fn role_name(program: &Program, role: &str, lang: Lang) -> String {
    let literal = program.schema.enums.first().and_then(|e| e.literals.iter().find(|l| l.name == role));
    literal.map_or_else(|| role.to_owned(), |l| l.label.or(lang, role).to_owned())
}

/// How a verdict of this weight is called: a notice that fires is not a failure.
pub(crate) fn verdict_label(verdict: Verdict, weight: Weight) -> Label {
    match (verdict, weight) {
        (Verdict::Violated, Weight::Should) => Label::new("推奨(未達)", "advice"),
        (Verdict::Violated, Weight::Notice) => Label::new("注意", "notice"),
        (Verdict::Violated, Weight::Information) => Label::new("情報", "information"),
        (verdict, _) => verdict.label(),
    }
}

fn style(verdict: Verdict, weight: Weight) -> Style {
    match verdict {
        Verdict::Violated if weight == Weight::Must => Style::new().red().bold(),
        Verdict::Violated if weight == Weight::Information => Style::new().blue(),
        Verdict::Violated => Style::new().yellow(),
        Verdict::Conflicting => Style::new().magenta().bold(),
        Verdict::Unknown | Verdict::Stale | Verdict::Unverified => Style::new().cyan(),
        Verdict::Satisfied => Style::new().green(),
        Verdict::Waived | Verdict::NotApplicable => Style::new().dimmed(),
    }
}

impl Report<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn lang(&self) -> Lang {
        self.terminal.lang
    }

    fn say(&self, ja: &str, en: &str) -> String {
        self.terminal.say(ja, en).to_owned()
    }

    fn rule(&mut self, title: &str) {
        let rest = self.terminal.width.saturating_sub(width(title) + 4);
        let line = format!("── {title} {}", "─".repeat(rest));
        let painted = self.terminal.paint(&line, Style::new().bold());
        self.line("");
        self.line(&painted);
    }

    fn head(&mut self, audience: Option<Audience>) {
        let title = self.workspace.title();
        let name = title.or(self.lang(), self.workspace.facility()).to_owned();
        let day = kijun_facts::Date::day(self.assessment.as_of);
        let head = format!("{name} ({})", self.workspace.facility());
        let painted = self.terminal.paint(&head, Style::new().bold());
        self.line(&format!("{painted}  {} {day}", self.say("評価日", "as of")));
        let packs: Vec<String> =
            self.workspace.packs.iter().map(|p| format!("{} {}", p.name, p.version)).collect();
        let packs_line = format!("{} {}", self.say("規則パック:", "packs:"), packs.join(", "));
        for line in wrap(&packs_line, self.terminal.width) {
            self.line(&line);
        }
        if let Some(audience) = audience {
            let role = role_name(self.program, audience.name(), self.lang());
            let only = match self.lang() {
                Lang::Ja => format!("「{role}」に関わるものだけを示します"),
                Lang::En => format!("only what concerns: {role}"),
            };
            self.line(&only);
        }
    }

    // ------------------------------------------------------------ what is wrong

    fn problems(&mut self, findings: &[&Finding]) {
        let wrong: Vec<&Finding> = findings
            .iter()
            .copied()
            .filter(|f| {
                matches!(
                    f.verdict,
                    Verdict::Violated | Verdict::Conflicting | Verdict::Stale | Verdict::Waived
                )
            })
            .collect();
        if wrong.is_empty() {
            return;
        }
        let title = self.say("判定された問題", "what was found");
        self.rule(&title);
        let mut chapter: Option<RequirementId> = None;
        for (requirement, of) in group(&wrong) {
            let root = self.root(requirement);
            if root != Some(requirement) && chapter != root {
                chapter = root;
                self.chapter(root);
            }
            self.requirement(requirement);
            for finding in of {
                self.finding(finding);
            }
        }
    }

    /// The topmost section above a requirement.
    fn root(&self, id: RequirementId) -> Option<RequirementId> {
        let mut at = id;
        while let Some(parent) = self.program.requirement(at).and_then(|r| r.parent) {
            at = parent;
        }
        Some(at)
    }

    fn chapter(&mut self, id: Option<RequirementId>) {
        let Some(r) = id.and_then(|id| self.program.requirement(id)) else { return };
        let text = format!("{}{} {}", r.id, edition_of(self.program, r), r.title.get(self.lang()));
        let painted = self.terminal.paint(&text, Style::new().bold().underline());
        self.line("");
        self.line(&painted);
    }

    fn requirement(&mut self, id: RequirementId) {
        let Some(r) = self.program.requirement(id) else { return };
        let mut tags = vec![weight_name(r.weight, self.lang())];
        if matches!(r.mark, Mark::Ambiguous | Mark::Unverified | Mark::Inferred) {
            tags.push(mark_name(r.mark, self.lang()));
        }
        let id_text = self.terminal.paint(&r.id, Style::new().bold());
        let line = format!("{id_text}  {}  [{}]", r.title.get(self.lang()), tags.join("・"));
        self.line("");
        self.line(&line);
        self.legal_chain(id, r);
    }

    /// The possible legal consequence of a must-item that is not met, hedged as the source hedges it.
    fn legal_chain(&mut self, id: RequirementId, r: &Requirement) {
        let failed =
            |f: &Finding| f.requirement == id && f.weight == Weight::Must && f.verdict == Verdict::Violated;
        if r.basis.is_empty() || !self.assessment.findings.iter().any(failed) {
            return;
        }
        let lang = self.lang();
        let titles: Vec<&str> = r
            .basis
            .iter()
            .filter_map(|b| self.program.instruments.iter().find(|i| i.name == *b))
            .map(|i| i.title.or(lang, &i.name))
            .collect();
        let text = match lang {
            Lang::Ja => format!(
                "この項目が満たされないと、{}の要求を満たしていないと見なされ、関係法令の罰則が適用されるおそれがあります。",
                titles.join("・")
            ),
            Lang::En => format!(
                "where this is not met, the demands of {} may be regarded as unmet, and penalties of related law may come to apply",
                titles.join(", ")
            ),
        };
        for line in wrap(&text, self.terminal.width.saturating_sub(4)) {
            let painted = self.terminal.paint(&line, Style::new().dimmed());
            self.line(&format!("    {painted}"));
        }
    }

    fn subject(&self, subject: SubjectRef) -> String {
        let kind_label = |kind: KindId| {
            let def = self.program.schema.kind(kind);
            def.map_or_else(String::new, |d| d.label.or(self.lang(), &d.name).to_owned())
        };
        match subject {
            SubjectRef::Facility => self.say("施設全体", "the facility"),
            SubjectRef::Record(kind, row) => {
                format!("{} {}", kind_label(kind), self.workspace.store.id_text(kind, row as usize))
            }
            SubjectRef::Register(kind) => match self.lang() {
                Lang::Ja => format!("{}の台帳", kind_label(kind)),
                Lang::En => format!("the register of {}", kind_label(kind)),
            },
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let lang = self.lang();
        let label = verdict_label(finding.verdict, finding.weight);
        let tag = pad(label.get(lang), if lang == Lang::Ja { 10 } else { 14 });
        let painted = self.terminal.paint(&tag, style(finding.verdict, finding.weight));
        let subject = self.subject(finding.subject);
        let subject = self.terminal.paint(&subject, Style::new().bold());
        self.line(&format!("  {painted}  {subject}"));
        let indent = 4;
        for line in wrap(finding.message.get(lang), self.terminal.width.saturating_sub(indent)) {
            self.line(&format!("{}{line}", " ".repeat(indent)));
        }
        if !matches!(finding.verdict, Verdict::Waived) && finding.weight > Weight::Information {
            self.facts(finding);
        }
        if let (Verdict::Waived, Some(row)) = (finding.verdict, finding.waiver) {
            let id = self.workspace.store.id_text(self.program.builtins.waiver, row as usize).to_owned();
            let line = format!("    {} {id}", self.say("適用除外:", "waiver:"));
            self.line(&line);
        }
        if finding.verdict != Verdict::Waived && !finding.fix.is_empty() {
            let head = self.say("対処: ", "to do: ");
            let room = self.terminal.width.saturating_sub(indent + width(&head));
            for (i, line) in wrap(finding.fix.get(lang), room).into_iter().enumerate() {
                let lead = if i == 0 { head.clone() } else { " ".repeat(width(&head)) };
                self.line(&format!("    {lead}{line}"));
            }
        }
    }

    /// The source lines of the facts that decide.
    fn facts(&mut self, finding: &Finding) {
        let lang = self.lang();
        let store = &self.workspace.store;
        let show = Show { store, schema: &self.program.schema, lang, words: Words::Labels };
        let mut labels: Vec<(Span, String)> = Vec::new();
        for used in &finding.because {
            let FactRef::Cell { kind, row, attr } = used.fact else { continue };
            let Some(table) = store.kind(kind) else { continue };
            let attribute = self.program.schema.attribute(kind, attr);
            let name = attribute.map_or("", |a| a.label.or(lang, &a.name));
            let ty = attribute.map(|a| &a.ty);
            if let (Some(conflict), Some(ty)) = (table.conflict(attr, row), ty) {
                for a in &conflict.alternatives {
                    labels.push((a.origin, format!("{name}: {}", show.value(ty, &a.value))));
                }
            } else {
                labels.push((used.origin, format!("{name}: {}", show.cell(kind, attr, row as usize))));
            }
        }
        let more = labels.len().saturating_sub(MAX_SNIPPETS);
        let conflicting = finding.verdict == Verdict::Conflicting;
        labels.truncate(if conflicting { 4 } else { MAX_SNIPPETS });
        if labels.is_empty() {
            return;
        }
        let drawing = Drawing {
            head: String::new(),
            code: None,
            severity: miette::Severity::Advice,
            labels,
            footer: String::new(),
            sources: &self.workspace.sources,
        };
        for line in drawing.draw(self.terminal.color, self.terminal.width.saturating_sub(2)).lines() {
            if !line.trim().is_empty() && line.trim() != "☞" {
                self.line(&format!("  {line}"));
            }
        }
        if more > 0 && !conflicting {
            let id = self.program.requirement(finding.requirement).map_or("", |r| &r.id);
            let subject = subject_id(store, self.workspace.facility(), finding.subject).unwrap_or("");
            let text = match lang {
                Lang::Ja => {
                    format!("    ほかに {more} 件の事実が判定に使われました(kijun explain {id}@{subject})")
                }
                Lang::En => format!("    {more} more fact(s) took part (kijun explain {id}@{subject})"),
            };
            let painted = self.terminal.paint(&text, Style::new().dimmed());
            self.line(&painted);
        }
    }

    // ------------------------------------------------------------ what is not decided

    fn undecided(&mut self, findings: &[&Finding]) {
        let open: Vec<&Finding> =
            findings.iter().copied().filter(|f| f.verdict == Verdict::Unknown).collect();
        if open.is_empty() {
            return;
        }
        let title = match self.lang() {
            Lang::Ja => format!("判定できていないもの({} 件)", open.len()),
            Lang::En => format!("not decided ({})", open.len()),
        };
        self.rule(&title);
        for (id, of) in group(&open) {
            let Some(r) = self.program.requirement(id) else { continue };
            let mark = if of.iter().any(|f| f.reason == Some(kijun_engine::assessment::Reason::Judgement)) {
                self.say("要判断", "judgement")
            } else {
                self.say("未確認", "unknown")
            };
            let painted = self.terminal.paint(&pad(&mark, 10), Style::new().cyan());
            let head = format!("{painted}{}  {}", pad(&r.id, 22), r.title.get(self.lang()));
            self.line(&head);
            let mut names: Vec<String> = Vec::new();
            for f in &of {
                let name = self.subject(f.subject);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let more = names.len().saturating_sub(MAX_NAMED);
            names.truncate(MAX_NAMED);
            let mut text = names.join(self.terminal.say("、", ", "));
            if more > 0 {
                text.push_str(&match self.lang() {
                    Lang::Ja => format!(" ほか {more} 件"),
                    Lang::En => format!(" and {more} more"),
                });
            }
            for line in wrap(&text, self.terminal.width.saturating_sub(12)) {
                let painted = self.terminal.paint(&line, Style::new().dimmed());
                self.line(&format!("            {painted}"));
            }
        }
        self.questions(&open);
    }

    /// Whom to ask, and how many facts.
    fn questions(&mut self, open: &[&Finding]) {
        let mut by_role: BTreeMap<String, Vec<FactRef>> = BTreeMap::new();
        for fact in open.iter().flat_map(|f| &f.missing) {
            let role = self.respondent(*fact);
            let list = by_role.entry(role).or_default();
            if !list.contains(fact) {
                list.push(*fact);
            }
        }
        if by_role.is_empty() {
            return;
        }
        let title = self.say("次の方に確かめると判定できます:", "these people can settle it:");
        self.line("");
        self.line(&title);
        for (role, facts) in by_role {
            let name = if role.is_empty() {
                self.say("(尋ねる相手が決まっていません)", "(no respondent is named)")
            } else {
                role_name(self.program, &role, self.lang())
            };
            let mut examples: Vec<String> = facts.iter().take(2).map(|f| self.fact_name(*f)).collect();
            if facts.len() > 2 {
                examples.push("…".to_owned());
            }
            let line = match self.lang() {
                Lang::Ja => {
                    format!("  {} {:>4} 件  例: {}", pad(&name, 24), facts.len(), examples.join("、"))
                }
                Lang::En => format!(
                    "  {} {:>4} fact(s)  such as {}",
                    pad(&name, 32),
                    facts.len(),
                    examples.join(", ")
                ),
            };
            self.line(&line);
        }
    }

    fn respondent(&self, fact: FactRef) -> String {
        match fact {
            FactRef::Cell { kind, attr, .. } => {
                let attribute = self.program.schema.attribute(kind, attr);
                attribute.and_then(|a| a.ask.as_ref()).map_or_else(String::new, |a| a.of.clone())
            }
            FactRef::Register(_) => String::new(),
            FactRef::Attestation(requirement) => {
                let of = self.program.attests.iter().find(|a| a.requirement == requirement);
                let role = of.and_then(|a| a.by.first()).and_then(|code| {
                    self.program.schema.enums.first()?.literals.get(*code as usize).map(|l| l.name.clone())
                });
                role.unwrap_or_default()
            }
        }
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

    // ------------------------------------------------------------ remarks and figures

    fn remarks(&mut self) {
        let registers: Vec<String> = self
            .assessment
            .remarks
            .iter()
            .filter_map(|r| match r {
                Remark::RegisterNotAttested(kind) => {
                    let def = self.program.schema.kind(*kind)?;
                    Some(def.label.or(self.lang(), &def.name).to_owned())
                }
                _ => None,
            })
            .collect();
        let waivers: Vec<String> = self
            .assessment
            .remarks
            .iter()
            .filter_map(|r| {
                let (row, ja, en) = match r {
                    Remark::RegisterNotAttested(_) => return None,
                    Remark::WaiverUnused(row) => {
                        (row, "どの不適合にも当たりません", "applies to no violation")
                    }
                    Remark::WaiverExpired(row) => (row, "期限が過ぎています", "has expired"),
                    Remark::WaiverIncomplete(row) => (
                        row,
                        "承認者・理由・期限・対象のどれかがなく、適用していません",
                        "lacks approver, reason, expiry or subject and is not applied",
                    ),
                };
                let id = self.workspace.store.id_text(self.program.builtins.waiver, *row as usize);
                Some(format!("{} {id}: {}", self.say("適用除外", "waiver"), self.say(ja, en)))
            })
            .collect();
        if registers.is_empty() && waivers.is_empty() {
            return;
        }
        let title = self.say("台帳と適用除外について", "registers and waivers");
        self.rule(&title);
        if !registers.is_empty() {
            let list = registers.join(self.terminal.say("、", ", "));
            let text = match self.lang() {
                Lang::Ja => format!(
                    "次の台帳は、載っているものがすべてとして読みました(すべてであるとの記載はありません): {list}"
                ),
                Lang::En => format!(
                    "these registers were read as complete, though nobody states that they are: {list}"
                ),
            };
            for line in wrap(&text, self.terminal.width) {
                self.line(&line);
            }
        }
        for waiver in waivers {
            self.line(&waiver);
        }
    }

    fn summary(&mut self) {
        let title = self.say("まとめ", "summary");
        if !self.terminal.quiet {
            self.rule(&title);
        }
        let counts = count_requirements(self.program, &self.assessment.requirements);
        let total: usize = counts.iter().map(|(_, n)| n).sum();
        let undecided: usize = counts.iter().filter(|(v, _)| v.is_undecided()).map(|(_, n)| n).sum();
        let lang = self.lang();
        let parts: Vec<String> = counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(v, n)| {
                let text = format!("{} {n}", v.label().get(lang));
                self.terminal.paint(&text, style(*v, Weight::Must))
            })
            .collect();
        let line = match lang {
            Lang::Ja => format!("要求事項 {total} 件: {}", parts.join("  ")),
            Lang::En => format!("{total} requirements: {}", parts.join("  ")),
        };
        self.line(&line);
        let open: Vec<String> = counts
            .iter()
            .filter(|(v, n)| v.is_undecided() && *n > 0)
            .map(|(v, n)| format!("{} {n}", v.label().get(lang)))
            .collect();
        if undecided > 0 {
            let line = match lang {
                Lang::Ja => format!(
                    "うち {undecided} 件はまだ判定できていません({})。適合とは数えません。",
                    open.join("、")
                ),
                Lang::En => format!(
                    "{undecided} of them are not decided ({}); none of these counts as satisfied",
                    open.join(", ")
                ),
            };
            let painted = self.terminal.paint(&line, Style::new().bold());
            self.line(&painted);
        }
        let weigh = |w: Weight| {
            let of = self.assessment.findings.iter().filter(|f| f.weight == w);
            of.filter(|f| matches!(f.verdict, Verdict::Violated | Verdict::Conflicting)).count()
        };
        let (must, should, notice) = (weigh(Weight::Must), weigh(Weight::Should), weigh(Weight::Notice));
        let unknown = self.assessment.findings.iter().filter(|f| f.verdict == Verdict::Unknown).count();
        let line = match lang {
            Lang::Ja => format!("指摘: 必須 {must}  推奨 {should}  注意 {notice}  (ほかに未確認 {unknown})"),
            Lang::En => {
                format!("findings: must {must}, should {should}, notice {notice} (and {unknown} unknown)")
            }
        };
        self.line(&line);
        let facts = self.assessment.facts;
        let line = match lang {
            Lang::Ja => format!(
                "判定に使う事実: {} のうち {} を記録済み、証拠の期限切れ {}",
                facts.required, facts.recorded, facts.expired
            ),
            Lang::En => format!(
                "facts the rules read: {} of {} recorded, evidence of {} expired",
                facts.recorded, facts.required, facts.expired
            ),
        };
        self.line(&line);
        if !self.terminal.quiet {
            let text = self.say(
                "この結果は判断を助けるもので、ガイドラインや専門家の判断に代わるものではありません。",
                "this result assists a judgement; it replaces neither the guideline nor an expert",
            );
            let painted = self.terminal.paint(&text, Style::new().dimmed());
            self.line(&painted);
        }
    }
}

/// Findings by requirement, in their order.
fn group<'f>(findings: &[&'f Finding]) -> Vec<(RequirementId, Vec<&'f Finding>)> {
    let mut out: Vec<(RequirementId, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match out.last_mut() {
            Some((id, list)) if *id == finding.requirement => list.push(finding),
            _ => out.push((finding.requirement, vec![finding])),
        }
    }
    out
}

pub(crate) fn weight_name(weight: Weight, lang: Lang) -> &'static str {
    match (weight, lang) {
        (Weight::Must, Lang::Ja) => "必須",
        (Weight::Should, Lang::Ja) => "推奨",
        (Weight::Notice, Lang::Ja) => "注意",
        (Weight::Information, Lang::Ja) => "情報",
        (weight, Lang::En) => weight.name(),
    }
}

/// ` [4.2]`; nothing for a catalogue that states no edition.
pub(crate) fn edition_of(program: &Program, r: &Requirement) -> String {
    let edition = program.catalogs.get(r.catalog).map(|c| c.edition.as_str()).filter(|e| !e.is_empty());
    edition.map_or_else(String::new, |e| format!(" [{e}]"))
}

pub(crate) fn mark_name(mark: Mark, lang: Lang) -> &'static str {
    match (mark, lang) {
        (Mark::Printed, Lang::Ja) => "原文",
        (Mark::Published, Lang::Ja) => "公表資料",
        (Mark::Inferred, Lang::Ja) => "推定",
        (Mark::Ambiguous, Lang::Ja) => "原文が曖昧",
        (Mark::Unverified, Lang::Ja) => "未検証の規則",
        (mark, Lang::En) => mark.name(),
    }
}
