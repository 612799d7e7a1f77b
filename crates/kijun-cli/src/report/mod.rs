//! The assessment as text for a terminal: the figures, then what was found by weight and catalogue, then what is not
//! decided and who can settle it, then registers, waivers and tracked catalogues.
//!
//! A short report tells every finding with the source lines of its facts. A long one tells what one check says of several
//! subjects once and gives the places of the facts; what it folds it counts, and `--details` tells all.

mod catalogs;
mod facts;
mod findings;
mod folding;
mod remarks;
mod summary;
#[cfg(test)]
mod tests;
mod undecided;
mod words;

use kijun_coverage::Tracked;
use kijun_engine::assessment::{Assessment, Finding, SubjectRef};
use kijun_engine::program::{Program, RequirementId};
use kijun_exchange::wording::role_name;
use kijun_facts::KindId;
use kijun_text::Lang;
use kijun_workspace::Workspace;
use owo_colors::Style;

use crate::args::Audience;
use crate::terminal::{Terminal, pad, width, wrap};

/// Up to so many packs are named.
const FEW_PACKS: usize = 8;

/// What is asked of the report.
pub(crate) struct Wanted<'r> {
    pub(crate) audience: Option<Audience>,
    /// Tell everything, whatever the length.
    pub(crate) details: bool,
    pub(crate) tracked: &'r [Tracked],
}

struct Report<'r> {
    workspace: &'r Workspace,
    assessment: &'r Assessment,
    program: &'r Program,
    terminal: &'r Terminal,
    wanted: &'r Wanted<'r>,
    /// The sets of instruments whose possible consequence has been told.
    chains: Vec<String>,
    /// Catalogues whose title has been told.
    introduced: Vec<usize>,
    out: String,
}

pub(crate) fn text(
    workspace: &Workspace,
    assessment: &Assessment,
    wanted: &Wanted<'_>,
    listed: impl Fn(&Finding) -> bool,
    terminal: &Terminal,
) -> String {
    let program = &workspace.compiled.program;
    let mut report = Report {
        workspace,
        assessment,
        program,
        terminal,
        wanted,
        chains: Vec::new(),
        introduced: Vec::new(),
        out: String::new(),
    };
    let findings: Vec<&Finding> = assessment.findings.iter().filter(|f| listed(f)).collect();
    if terminal.quiet {
        report.figures();
        return report.out;
    }
    report.head();
    report.summary();
    report.found(&findings);
    report.undecided(&findings);
    report.remarks();
    report.tracked();
    report.caveat();
    report.out
}

impl Report<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// A text wrapped to the terminal, every line indented.
    fn paragraph(&mut self, text: &str, indent: usize, style: Style) {
        for line in wrap(text, self.terminal.width.saturating_sub(indent)) {
            let painted = self.terminal.paint(&line, style);
            self.line(&format!("{}{painted}", " ".repeat(indent)));
        }
    }

    /// A text behind a head, with the lines that follow the first under the text.
    fn hanging(&mut self, head: &str, text: &str, indent: usize) {
        let lead = " ".repeat(indent);
        let room = self.terminal.width.saturating_sub(indent + width(head));
        for (i, line) in wrap(text, room).into_iter().enumerate() {
            let head = if i == 0 { head.to_owned() } else { pad("", width(head)) };
            self.line(&format!("{lead}{head}{line}"));
        }
    }

    fn lang(&self) -> Lang {
        self.terminal.lang
    }

    fn say(&self, ja: &str, en: &str) -> String {
        self.terminal.say(ja, en).to_owned()
    }

    fn bold(&self, text: &str) -> String {
        self.terminal.paint(text, Style::new().bold())
    }

    /// The head of a part of the report, as a line across.
    fn rule(&mut self, title: &str) {
        let rest = self.terminal.width.saturating_sub(width(title) + 4);
        let painted = self.bold(&format!("── {title} {}", "─".repeat(rest)));
        self.line("");
        self.line(&painted);
    }

    fn head(&mut self) {
        let title = self.workspace.title();
        let name = title.or(self.lang(), self.workspace.facility()).to_owned();
        let day = kijun_facts::Date::day(self.assessment.as_of);
        let painted = self.bold(&format!("{name} ({})", self.workspace.facility()));
        self.line(&format!("{painted}  {} {day}", self.say("評価日", "as of")));
        if !self.workspace.packs.is_empty() {
            let packs = self.packs();
            self.paragraph(&packs, 0, Style::new().dimmed());
        }
        if let Some(audience) = self.wanted.audience {
            let role = role_name(self.program, audience.name(), self.lang());
            let only = match self.lang() {
                Lang::Ja => format!("指摘は「{role}」に関わるものだけを示します(件数は全体のものです)"),
                Lang::En => format!("lists only what concerns: {role} (figures are of all)"),
            };
            self.line(&only);
        }
    }

    /// The packs with their versions; where they are many, how many.
    fn packs(&self) -> String {
        let packs: Vec<String> =
            self.workspace.packs.iter().map(|p| format!("{} {}", p.name, p.version)).collect();
        match (packs.len() > FEW_PACKS && !self.wanted.details, self.lang()) {
            (false, _) => format!("{} {}", self.say("規則パック:", "packs:"), packs.join(", ")),
            (true, Lang::Ja) => format!("規則パック {} 個(版は --details か --format json)", packs.len()),
            (true, Lang::En) => format!("{} packs (versions: --details or --format json)", packs.len()),
        }
    }

    /// The name of a kind as people call it.
    fn kind(&self, kind: KindId) -> String {
        let def = self.program.schema.kind(kind);
        def.map_or_else(String::new, |d| d.label.or(self.lang(), &d.name).to_owned())
    }

    fn subject(&self, subject: SubjectRef) -> String {
        match subject {
            SubjectRef::Facility => self.say("施設全体", "the facility"),
            SubjectRef::Record(kind, row) => {
                format!("{} {}", self.kind(kind), self.workspace.store.id_text(kind, row as usize))
            }
            SubjectRef::Register(kind) => match self.lang() {
                Lang::Ja => format!("{}の台帳", self.kind(kind)),
                Lang::En => format!("the register of {}", self.kind(kind)),
            },
        }
    }
}

/// Findings by requirement, in their order.
fn by_requirement<'f>(findings: &[&'f Finding]) -> Vec<(RequirementId, Vec<&'f Finding>)> {
    let mut out: Vec<(RequirementId, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match out.last_mut() {
            Some((id, list)) if *id == finding.requirement => list.push(finding),
            _ => out.push((finding.requirement, vec![finding])),
        }
    }
    out
}
