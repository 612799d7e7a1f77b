mod proof;

use std::path::Path;

use kijun_coverage::Mappings;
use kijun_engine::Evaluation;
use kijun_exchange::explain::{ExplainContext, Explanation, Item, Missing, Outcome, explain};
use kijun_exchange::lookup::{Refusal, named_subject};
use kijun_model::{nearest_code, page};
use kijun_text::{Label, Lang, Sources, Span};
use kijun_workspace::Workspace;
use owo_colors::Style;

use super::{Status, evaluated, load_sound, refuse};
use crate::args::FactArgs;
use crate::coverage;
use crate::terminal::{Terminal, wrap};

/// The proof of a verdict, or the page of a diagnostic.
pub(crate) fn run(what: &str, path: &Path, facts: &FactArgs, terminal: &Terminal) -> Status {
    if let Some(text) =
        page(what).or_else(|| nearest_code(what).filter(|_| looks_like_code(what)).and_then(page))
    {
        terminal.print(&in_language(text, terminal.lang));
        return Status::Ok;
    }
    if looks_like_code(what) && what.starts_with(['K', 'k', 'Ｋ']) {
        let message = Label::new(
            format!("`{what}` という診断はありません"),
            format!("there is no diagnostic `{what}`"),
        );
        let help = Label::new(
            "`kijun lints` で lint の一覧を見られます",
            "`kijun lints` lists those that are lints",
        );
        return refuse(terminal, &message, &help);
    }
    // The id of a requirement may be written like the name of a lint: where there is a workspace, it is asked first.
    let lint = misspelt_lint(what);
    if let Some((message, help)) = lint.as_ref().filter(|_| !path.join("kijun.toml").exists()) {
        return refuse(terminal, message, help);
    }
    let (workspace, today) = match load_sound(path, facts, terminal) {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    let local = |id: &str| id.split_once(':').is_some_and(|(_, local)| local == what);
    let is_id = workspace.compiled.program.requirements.iter().any(|r| local(&r.id));
    if let Some((message, help)) = lint.filter(|_| !is_id) {
        return refuse(terminal, &message, &help);
    }
    let evaluation = evaluated(&workspace, &workspace.compiled.program, today, terminal);
    match explained(what, &workspace, &evaluation, terminal) {
        Ok(text) => {
            terminal.print(&text);
            Status::Ok
        }
        Err((message, help)) => refuse(terminal, &message, &help),
    }
}

/// Why the verdicts of an evaluation are as they are.
pub(super) fn explained(
    what: &str,
    workspace: &Workspace,
    evaluation: &Evaluation<'_>,
    terminal: &Terminal,
) -> Result<String, Refusal> {
    let program = &workspace.compiled.program;
    let (requirement, subject) = named_subject(program, what)?;
    let context = ExplainContext {
        program,
        store: evaluation.store(),
        sources: &workspace.sources,
        evaluation,
        assessment: &evaluation.assessment(),
        facility: workspace.facility(),
        tracked: &workspace.compiled.tracked,
        lang: terminal.lang,
    };
    let explanation = explain(&context, requirement, subject)?;
    let mut text = Text { sources: &workspace.sources, terminal, out: String::new() };
    text.requirement(&explanation);
    if subject.is_none() {
        let mappings = Mappings::new(program, &workspace.compiled.mappings, None);
        text.out.push_str(&coverage::mapped(&mappings, requirement, terminal));
    }
    Ok(text.out)
}

fn looks_like_code(what: &str) -> bool {
    let digits = kijun_text::fold_width(what);
    let digits = digits.trim_start_matches(['K', 'k']);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == 'O')
}

/// That there is no lint of a name that is spelt like one, and which was probably meant.
fn misspelt_lint(what: &str) -> Option<Refusal> {
    let is_spelt_so = what.contains('-') && what.chars().all(|c| c == '-' || c.is_ascii_lowercase());
    let meant = kijun_model::lint::nearest_name(what).filter(|_| is_spelt_so)?;
    Some((
        Label::new(format!("`{what}` という lint はありません"), format!("there is no lint `{what}`")),
        Label::new(format!("もしかして: `{meant}`"), format!("did you mean `{meant}`?")),
    ))
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

/// An explanation as text for a terminal.
pub(super) struct Text<'t> {
    pub(super) sources: &'t Sources,
    pub(super) terminal: &'t Terminal,
    pub(super) out: String,
}

impl Text<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn wrapped(&mut self, text: &str, lead: &str, room: usize) {
        for line in wrap(text, self.terminal.width.saturating_sub(room)) {
            self.line(&format!("{lead}{line}"));
        }
    }

    fn bold(&self, text: &str) -> String {
        self.terminal.paint(text, Style::new().bold())
    }

    fn heading(&mut self, ja: &str, en: &str) {
        let text = self.bold(self.terminal.say(ja, en));
        self.line("");
        self.line(&format!("  {text}"));
    }

    fn requirement(&mut self, of: &Explanation) {
        self.head(of);
        of.outcomes.iter().for_each(|o| self.outcome(o));
        if !of.others.is_empty() {
            let rest = of.others.len();
            let text = match self.terminal.lang {
                Lang::Ja => format!(
                    "ほかに {rest} 件の判定があります。対象を指定してください: kijun explain {}@対象",
                    of.id
                ),
                Lang::En => {
                    format!("{rest} more verdict(s); name a subject: kijun explain {}@SUBJECT", of.id)
                }
            };
            self.line("");
            self.line(&text);
        }
        for text in &of.reasons {
            self.line(&format!("  {text}"));
        }
        if !of.below.is_empty() {
            self.heading("下の項目", "below it");
            for item in &of.below {
                let verdict = item.verdict.as_ref().map_or("—", |v| &v.label);
                self.line(&format!("    {}  {}  {verdict}", item.id, item.title));
            }
        }
    }

    fn head(&mut self, of: &Explanation) {
        let edition = if of.edition.is_empty() { String::new() } else { format!(" [{}]", of.edition) };
        let head = self.bold(&format!("{}{edition}  {}", of.id, of.title));
        self.line(&head);
        self.line(&format!("  {}", of.tags));
        if !of.source.is_empty() {
            let line = format!("  {} {}", self.terminal.say("出典:", "source:"), of.source);
            self.line(&line);
        }
        if let Some(into) = &of.withdrawn {
            self.withdrawn(into);
        }
        if let Some(stated) = &of.verdict {
            let mut text = format!("  {} {}", self.terminal.say("判定:", "verdict:"), stated.label);
            if !stated.reason.is_empty() {
                text.push_str(&format!(" ({})", stated.reason));
            }
            self.line(&text);
        }
    }

    /// Why there is no verdict, and where the content went.
    fn withdrawn(&mut self, into: &[Item]) {
        let line = self.terminal.say(
            "取り下げ: この版は番号を挙げるだけで、もう求めていません。判定はありません",
            "withdrawn: this edition lists the id and no longer asks for it; there is no verdict",
        );
        self.line(&format!("  {line}"));
        for to in into {
            let line = format!("  {} {}  {}", self.terminal.say("移行先:", "went into:"), to.id, to.title);
            self.line(&line);
        }
    }

    fn outcome(&mut self, o: &Outcome) {
        let mark = o.rule_mark.as_ref().map_or_else(String::new, |m| format!("  [{m}]"));
        let place = self.lines_of(o.rule_place);
        let line = format!("{} — {}  ({}, {place}){mark}", self.bold(&o.who), o.verdict.label, o.rule_name);
        self.line("");
        self.line(&line);
        self.wrapped(&o.message, "  ", 4);
        if let Some(text) = &o.to_confirm {
            self.wrapped(text, "  ", 4);
        }
        self.heading("規則", "rule");
        self.rule_source(o.rule_place);
        if !o.proof.is_empty() {
            self.heading("証明(決め手になった部分)", "proof (the parts that decide)");
            o.proof.iter().for_each(|node| self.node(node, 4));
        }
        if !o.facts.is_empty() {
            self.heading("根拠となった事実", "facts");
            o.facts.iter().for_each(|fact| self.fact(fact, 4));
        }
        self.repairs(o);
        self.missing(o);
    }

    /// `rules.kijun:12-17`.
    fn lines_of(&self, span: Span) -> String {
        let (line, _) = self.sources.line_column(span);
        let (last, _) = self.sources.line_column(Span { start: span.end, ..span });
        format!("{}:{line}-{last}", self.sources.path(span.file))
    }

    /// The smallest changes to the facts after which the verdict would be satisfied.
    fn repairs(&mut self, o: &Outcome) {
        if o.repairs.is_empty() {
            return;
        }
        self.heading(
            "直し方(事実がこう変われば適合。どれか一つ)",
            "repairs (any one of them would satisfy it)",
        );
        for (i, repair) in o.repairs.iter().enumerate() {
            let unsure = if repair.unverified {
                self.terminal.say(" (確かめていません)", " (not tried)")
            } else {
                ""
            };
            for (j, step) in repair.steps.iter().enumerate() {
                let text = format!("{}{unsure}", step.text);
                let lead = if j == 0 { format!("{:>4}. ", i + 1) } else { "    + ".to_owned() };
                for (k, line) in wrap(&text, self.terminal.width.saturating_sub(8)).into_iter().enumerate() {
                    let lead = if k == 0 { lead.clone() } else { "      ".to_owned() };
                    self.line(&format!("{lead}{line}"));
                }
            }
        }
    }

    fn missing(&mut self, o: &Outcome) {
        if o.missing.is_empty() {
            return;
        }
        self.heading("足りない事実", "missing facts");
        o.missing.iter().for_each(|fact| self.lacking(fact));
    }

    /// A fact that nobody has recorded, and who could.
    pub(super) fn lacking(&mut self, fact: &Missing) {
        self.line(&format!("    ・ {}", fact.name));
        if let Some(question) = &fact.question {
            let of = fact.of.as_ref().map(|of| format!(" ({of})")).unwrap_or_default();
            self.wrapped(&format!("{question}{of}"), "       ", 8);
        }
    }
}
