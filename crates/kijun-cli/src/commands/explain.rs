mod proof;

use std::path::Path;

use kijun_coverage::Mappings;
use kijun_engine::Evaluation;
use kijun_engine::assessment::{Assessment, FactRef, Finding, Reason, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, Requirement, RequirementId, Scope};
use kijun_exchange::{fact_name, rule_name, subject_id};
use kijun_model::{nearest_code, page};
use kijun_text::{Label, Lang, Span, nearest};
use kijun_workspace::Workspace;
use owo_colors::Style;

use super::{Status, load_sound, refuse};
use crate::args::FactArgs;
use crate::coverage;
use crate::report::{edition_of, rule_mark, tags, verdict_label};
use crate::terminal::{Terminal, wrap};

/// How many subjects are explained when none is named.
const MAX_SUBJECTS: usize = 5;

/// The proof of a verdict, or the page of a diagnostic.
pub(crate) fn run(what: &str, path: &Path, facts: &FactArgs, terminal: &Terminal) -> Status {
    if let Some(text) =
        page(what).or_else(|| nearest_code(what).filter(|_| looks_like_code(what)).and_then(page))
    {
        terminal.print(&in_language(text, terminal.lang));
        return Status::Ok;
    }
    let (workspace, today) = match load_sound(path, facts, terminal) {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    let program = &workspace.compiled.program;
    let (id, subject) = split(what, program);
    let Some(requirement) = program.find_requirement(&id) else {
        return unknown_requirement(&id, program, terminal);
    };
    let evaluation = Evaluation::new(program, &workspace.store, today);
    let assessment = evaluation.assessment();
    let mut explanation = Explanation {
        workspace: &workspace,
        evaluation: &evaluation,
        assessment: &assessment,
        terminal,
        shown: Vec::new(),
        out: String::new(),
    };
    match explanation.requirement(requirement, subject) {
        Ok(()) => {
            terminal.print(&explanation.out);
            Status::Ok
        }
        Err(status) => status,
    }
}

fn looks_like_code(what: &str) -> bool {
    let digits = kijun_text::fold_width(what);
    let digits = digits.trim_start_matches(['K', 'k']);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == 'O')
}

/// A page has a Japanese part, then an English one, then examples.
fn in_language(page: &str, lang: Lang) -> String {
    let (skip, keep) = match lang {
        Lang::Ja => ("## English", "## 日本語"),
        Lang::En => ("## 日本語", "## English"),
    };
    let mut out = String::new();
    let mut skipping = false;
    for line in page.lines() {
        if line.starts_with("## ") {
            skipping = line.trim() == skip;
        }
        if !skipping && line.trim() != keep {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// `REQUIREMENT[@SUBJECT]`; an `@` before the colon belongs to the edition.
fn split<'w>(what: &'w str, program: &Program) -> (String, Option<&'w str>) {
    let colon = what.find(':').unwrap_or(0);
    let (id, subject) = match what.get(colon..).and_then(|rest| rest.find('@')) {
        Some(at) => (what.get(..colon + at).unwrap_or(what), what.get(colon + at + 1..)),
        None => (what, None),
    };
    let id = kijun_text::nfc(id).into_owned();
    if program.find_requirement(&id).is_none() {
        // `mhlw@4.2:…` also names the only edition there is.
        if let Some((alias, rest)) = id.split_once('@')
            && let Some((_, local)) = rest.split_once(':')
            && program.find_requirement(&format!("{alias}:{local}")).is_some()
        {
            return (format!("{alias}:{local}"), subject);
        }
    }
    (id, subject)
}

fn unknown_requirement(id: &str, program: &Program, terminal: &Terminal) -> Status {
    let ids: Vec<&str> = program.requirements.iter().map(|r| r.id.as_str()).collect();
    let help = match nearest(id, ids.iter().copied()) {
        Some(similar) => Label::new(format!("もしかして: `{similar}`"), format!("did you mean `{similar}`?")),
        None => Label::new("番号は mhlw:8.1.2.C.オ のように書きます", "write an id as mhlw:8.1.2.C.オ"),
    };
    let message =
        Label::new(format!("要求事項 `{id}` はありません"), format!("there is no requirement `{id}`"));
    refuse(terminal, &message, &help)
}

struct Explanation<'e> {
    workspace: &'e Workspace,
    evaluation: &'e Evaluation<'e>,
    assessment: &'e Assessment,
    terminal: &'e Terminal,
    /// Facts already shown for the outcome at hand.
    shown: Vec<FactRef>,
    out: String,
}

impl Explanation<'_> {
    fn program(&self) -> &Program {
        &self.workspace.compiled.program
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn bold(&self, text: &str) -> String {
        self.terminal.paint(text, Style::new().bold())
    }

    fn heading(&mut self, ja: &str, en: &str) {
        let text = self.bold(self.terminal.say(ja, en));
        self.line("");
        self.line(&format!("  {text}"));
    }

    fn requirement(&mut self, id: RequirementId, subject: Option<&str>) -> Result<(), Status> {
        let lang = self.terminal.lang;
        let Some(r) = self.program().requirement(id).cloned() else { return Ok(()) };
        self.head(&r, id);
        let outcomes = self.evaluation.outcomes_of(id);
        let store = &self.workspace.store;
        let facility = self.workspace.facility();
        let named = |s: &SubjectRef| subject_id(store, facility, *s);
        if let Some(wanted) = subject
            && !outcomes.iter().any(|(_, s, _)| named(s) == Some(wanted))
        {
            let ids: Vec<&str> = outcomes.iter().filter_map(|(_, s, _)| named(s)).collect();
            let similar = nearest(wanted, ids.iter().copied());
            let message = Label::new(
                format!("`{}` に対象 `{wanted}` の判定はありません", r.id),
                format!("`{}` has no verdict on `{wanted}`", r.id),
            );
            let list = ids.iter().take(8).copied().collect::<Vec<_>>().join(", ");
            let help = match similar {
                Some(s) => Label::new(format!("もしかして: `{s}`"), format!("did you mean `{s}`?")),
                None => Label::new(format!("対象: {list}"), format!("subjects: {list}")),
            };
            return Err(refuse(self.terminal, &message, &help));
        }
        let mut chosen: Vec<(RuleRef, SubjectRef, Verdict)> =
            outcomes.into_iter().filter(|(_, s, _)| subject.is_none_or(|w| named(s) == Some(w))).collect();
        let total = chosen.len();
        if subject.is_none() {
            chosen.sort_by_key(|(_, _, v)| *v);
            chosen.truncate(MAX_SUBJECTS);
        }
        for (rule, subject, verdict) in &chosen {
            self.outcome(id, *rule, *subject, *verdict);
        }
        if total > chosen.len() {
            let rest = total - chosen.len();
            let text = match lang {
                Lang::Ja => format!(
                    "ほかに {rest} 件の判定があります。対象を指定してください: kijun explain {}@対象",
                    r.id
                ),
                Lang::En => format!("{rest} more verdict(s); name a subject: kijun explain {}@SUBJECT", r.id),
            };
            self.line("");
            self.line(&text);
        }
        if total == 0 {
            self.without_verdict(&r, id);
        }
        if subject.is_none() {
            let mappings = Mappings::new(self.program(), &self.workspace.compiled.mappings, None);
            let mapped = coverage::mapped(&mappings, id, self.terminal);
            self.out.push_str(&mapped);
        }
        Ok(())
    }

    /// Why no rule says anything of a requirement; for a section, what stands below it.
    fn without_verdict(&mut self, r: &Requirement, id: RequirementId) {
        if r.withdrawn.is_some() {
            return;
        }
        if r.is_section {
            self.below(id);
            return;
        }
        let program = self.program();
        let has_rule = program.checks.iter().any(|c| c.requirements.contains(&id))
            || program.attests.iter().any(|a| a.requirement == id)
            || program.combinations.iter().any(|c| c.requirement == id);
        let tracked = self.workspace.compiled.tracked.contains(&r.catalog);
        let mut why: Vec<&str> = Vec::new();
        match &r.scope {
            Scope::Out if tracked => why.push(self.terminal.say(
                "この規範は見守るだけで、判定の対象ではありません",
                "this catalogue is tracked, not evaluated",
            )),
            Scope::Out => why.push(
                self.terminal.say("プロファイルの対象ではありません", "the profile does not include it"),
            ),
            _ => {}
        }
        if !r.text_included {
            why.push(self.terminal.say(
                "本文が収録されていないので、評価しません",
                "its text is not included, so it is not evaluated",
            ));
        } else if !has_rule {
            why.push(self.terminal.say(
                "この項目を判定する規則がありません。適合とは数えません",
                "nothing checks this requirement; that is not a pass",
            ));
        }
        for text in why {
            self.line(&format!("  {text}"));
        }
    }

    /// What stands directly below a section, with its verdicts.
    fn below(&mut self, section: RequirementId) {
        let lang = self.terminal.lang;
        let lines: Vec<String> = self
            .program()
            .requirements
            .iter()
            .enumerate()
            .filter(|(_, r)| r.parent == Some(section))
            .map(|(i, r)| {
                let id = RequirementId(i as u32);
                let result = self.assessment.requirements.iter().find(|x| x.requirement == id);
                let verdict =
                    result.map_or_else(|| "—".to_owned(), |x| x.verdict.label().get(lang).to_owned());
                format!("    {}  {}  {verdict}", r.id, r.title.get(lang))
            })
            .collect();
        self.heading("下の項目", "below it");
        lines.iter().for_each(|l| self.line(l));
    }

    fn head(&mut self, r: &Requirement, id: RequirementId) {
        let lang = self.terminal.lang;
        let head = format!("{}{}  {}", r.id, edition_of(self.program(), r), r.title.get(lang));
        let head = self.bold(&head);
        self.line(&head);
        self.line(&format!("  {}", tags(r, true, lang)));
        if !r.source.is_empty() {
            let line = format!("  {} {}", self.terminal.say("出典:", "source:"), r.source);
            self.line(&line);
        }
        if let Some(into) = &r.withdrawn {
            self.withdrawn(into);
        }
        let result = self.assessment.requirements.iter().find(|x| x.requirement == id);
        if let Some((verdict, reason)) = result.map(|x| (x.verdict, x.reason.clone())) {
            let label = verdict.label();
            let mut text = format!("  {} {}", self.terminal.say("判定:", "verdict:"), label.get(lang));
            if !reason.is_empty() {
                text.push_str(&format!(" ({})", reason.get(lang)));
            }
            self.line(&text);
        }
    }

    /// Why there is no verdict, and where the content went.
    fn withdrawn(&mut self, into: &[RequirementId]) {
        let lang = self.terminal.lang;
        let line = self.terminal.say(
            "取り下げ: この版は番号を挙げるだけで、もう求めていません。判定はありません",
            "withdrawn: this edition lists the id and no longer asks for it; there is no verdict",
        );
        self.line(&format!("  {line}"));
        for id in into {
            let Some(to) = self.program().requirement(*id) else { continue };
            let line =
                format!("  {} {}  {}", self.terminal.say("移行先:", "went into:"), to.id, to.title.get(lang));
            self.line(&line);
        }
    }

    fn outcome(&mut self, id: RequirementId, rule: RuleRef, subject: SubjectRef, verdict: Verdict) {
        let lang = self.terminal.lang;
        let finding = self
            .assessment
            .findings
            .iter()
            .find(|f| f.requirement == id && f.rule == rule && f.subject == subject)
            .cloned();
        let store = &self.workspace.store;
        let who = match subject {
            SubjectRef::Register(_) => self.terminal.say("台帳全体", "the register").to_owned(),
            _ => subject_id(store, self.workspace.facility(), subject).unwrap_or("").to_owned(),
        };
        let label = finding.as_ref().map_or_else(|| verdict.label(), verdict_label);
        let name = rule_name(self.program(), rule).to_owned();
        let (span, file_line) = self.place_of(rule);
        let mark = rule_mark(self.program(), rule, lang).map_or_else(String::new, |m| format!("  [{m}]"));
        let line = format!("{} — {}  ({name}, {file_line}){mark}", self.bold(&who), label.get(lang));
        self.line("");
        self.line(&line);
        if let Some(f) = &finding {
            for line in wrap(f.message.get(lang), self.terminal.width.saturating_sub(4)) {
                self.line(&format!("  {line}"));
            }
            if f.reason == Some(Reason::WeakRule) {
                let text = self.terminal.say(
                    "規則か要求事項の印が弱いので、これだけでは判定を決めません。人が確かめてください",
                    "the rule or the requirement is weakly marked and decides nothing alone: a person must confirm this",
                );
                let lines = wrap(text, self.terminal.width.saturating_sub(4));
                lines.iter().for_each(|line| self.line(&format!("  {line}")));
            }
        }
        self.shown.clear();
        self.heading("規則", "rule");
        self.rule_source(span);
        let proofs = self.evaluation.proof(rule, subject);
        if !proofs.is_empty() {
            self.heading("証明(決め手になった部分)", "proof (the parts that decide)");
            for proof in &proofs {
                self.proof(proof, 4);
            }
        }
        if let Some(f) = finding {
            if proofs.is_empty() && !f.because.is_empty() {
                self.heading("根拠となった事実", "facts");
                let facts: Vec<FactRef> = f.because.iter().map(|u| u.fact).collect();
                facts.into_iter().for_each(|fact| self.fact(fact, 4));
            }
            self.repairs(&f);
            self.missing(&f);
        }
    }

    fn place_of(&self, rule: RuleRef) -> (Span, String) {
        let program = self.program();
        let span = match rule {
            RuleRef::Check(i) => program.checks.get(i).map(|c| c.span),
            RuleRef::Attest(i) => program.attests.get(i).map(|a| a.span),
            RuleRef::Combination(i) => program.combinations.get(i).map(|c| c.span),
        };
        let span = span.unwrap_or_default();
        let (line, _) = self.workspace.sources.line_column(span);
        let (last, _) = self.workspace.sources.line_column(Span { start: span.end, ..span });
        (span, format!("{}:{line}-{last}", self.workspace.sources.path(span.file)))
    }

    /// The smallest changes to the facts after which the verdict would be satisfied.
    fn repairs(&mut self, finding: &Finding) {
        let repairs = self.evaluation.repairs(finding.rule, finding.subject);
        if repairs.is_empty() {
            return;
        }
        self.heading(
            "直し方(事実がこう変われば適合。どれか一つ)",
            "repairs (any one of them would satisfy it)",
        );
        for (i, repair) in repairs.iter().enumerate() {
            let unsure = if repair.unverified {
                self.terminal.say(" (確かめていません)", " (not tried)")
            } else {
                ""
            };
            for (j, change) in repair.changes.iter().enumerate() {
                let text = format!("{}{unsure}", change.describe(self.evaluation).get(self.terminal.lang));
                let lead = if j == 0 { format!("{:>4}. ", i + 1) } else { "    + ".to_owned() };
                for (k, line) in wrap(&text, self.terminal.width.saturating_sub(8)).into_iter().enumerate() {
                    let lead = if k == 0 { lead.clone() } else { "      ".to_owned() };
                    self.line(&format!("{lead}{line}"));
                }
            }
        }
    }

    fn missing(&mut self, finding: &Finding) {
        if finding.missing.is_empty() {
            return;
        }
        let lang = self.terminal.lang;
        self.heading("足りない事実", "missing facts");
        for fact in &finding.missing {
            let name = fact_name(self.program(), &self.workspace.store, *fact);
            let question = match fact {
                FactRef::Cell { kind, attr, .. } => {
                    let attribute = self.program().schema.attribute(*kind, *attr);
                    attribute.map(|a| match &a.ask {
                        Some(ask) => format!(
                            "{} ({})",
                            ask.question.get(lang),
                            crate::report::role_name(self.program(), &ask.of, lang)
                        ),
                        None => a.label.or(lang, &a.name).to_owned(),
                    })
                }
                FactRef::Register(kind) => {
                    self.program().schema.kind(*kind).map(|k| k.label.or(lang, &k.name).to_owned())
                }
                FactRef::Attestation(id) => {
                    let attest = self.program().attests.iter().find(|a| a.requirement == *id);
                    attest.map(|a| a.question.get(lang).to_owned())
                }
            };
            self.line(&format!("    ・ {name}"));
            if let Some(question) = question {
                for line in wrap(&question, self.terminal.width.saturating_sub(8)) {
                    self.line(&format!("       {line}"));
                }
            }
        }
    }
}
