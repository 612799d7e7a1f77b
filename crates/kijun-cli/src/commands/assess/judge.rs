//! What decides the status where a list of items is needed: with a baseline, for changed files, and in formats of other tools.

use std::collections::BTreeSet;
use std::path::Path;

use kijun_engine::assessment::{Assessment, Finding, RuleRef, SubjectRef};
use kijun_engine::program::{RequirementId, Weight};
use kijun_exchange::diff::{AssessmentRecord, diff_assessments, parse_assessment};
use kijun_exchange::results::{
    self, Baseline, Command, Decision, Excused, Level, Results, Strict, assessment_results,
    diagnostic_results, log_line, rests_on,
};
use kijun_text::{Label, Lang};
use kijun_workspace::Workspace;

use super::super::places::Places;
use super::super::{Status, pages, refuse};
use super::changed::Changed;
use super::{whole, with_context};
use crate::args::{Assess, FailOn};
use crate::terminal::Terminal;

/// An earlier assessment, as it was read.
pub(super) struct Earlier {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) record: AssessmentRecord,
}

impl Earlier {
    /// The assessment that `--baseline` names, if it does.
    pub(super) fn read(args: &Assess, terminal: &Terminal) -> Result<Option<Earlier>, Status> {
        let Some(path) = &args.baseline else { return Ok(None) };
        let path = path.display().to_string();
        let text = super::super::record_text(&path, terminal)?;
        let record = super::super::parsed_record(&path, &text, terminal)?;
        Ok(Some(Earlier { path, text, record }))
    }
}

/// What was found, and what of it decides.
pub(super) struct Judged {
    pub(super) results: Results,
    decision: Decision,
    /// How many items that fail are new, and how many are known.
    new: usize,
    known: usize,
}

/// A finding by what tells it apart.
type Key = (RequirementId, RuleRef, SubjectRef);

pub(super) struct Judge<'j> {
    pub(super) args: &'j Assess,
    pub(super) workspace: &'j Workspace,
    pub(super) assessment: &'j Assessment,
    pub(super) places: &'j Places,
    pub(super) terminal: &'j Terminal,
}

/// What fails: from which weight on, and whether what is undecided does.
fn least(fail_on: FailOn) -> Weight {
    if fail_on == FailOn::Should { Weight::Should } else { Weight::Must }
}

fn level(weight: Weight) -> Level {
    if weight == Weight::Must { Level::Error } else { Level::Warning }
}

impl Judge<'_> {
    pub(super) fn judged(
        &self,
        earlier: Option<&Earlier>,
        changed: Option<&Changed>,
    ) -> Result<Judged, Status> {
        let mut results = self.places.with(self.workspace, |paths| {
            with_context(self.workspace, &[], &[], |context| {
                assessment_results(context, self.assessment, paths)
            })
        });
        let least = least(self.args.fail_on);
        if let Some(earlier) = earlier {
            self.compare(&mut results, earlier, least)?;
        }
        if let Some(Changed::Files(files)) = changed {
            results.keep_resting_on(files);
        }
        let decision = results.decide(Strict {
            from: (self.args.fail_on != FailOn::Never).then_some(level(least)),
            undecided: self.args.fail_on == FailOn::Undecided,
            unused: self.args.ratchet,
        });
        let failing =
            results.items.iter().filter(|i| i.state == results::State::Failed && i.level >= level(least));
        let (mut new, mut known) = (0, 0);
        failing.for_each(|i| *(if i.is_fresh_failure() { &mut new } else { &mut known }) += 1);
        Ok(Judged { results, decision, new, known })
    }

    fn compare(&self, results: &mut Results, earlier: &Earlier, least: Weight) -> Result<(), Status> {
        let bytes = whole(self.workspace, self.assessment);
        let now = parse_assessment(&String::from_utf8_lossy(&bytes)).map_err(|error| {
            let (message, help) = error.describe("-");
            refuse(self.terminal, &message, &help)
        })?;
        // Of this facility: that was looked at before.
        let Some(diff) = diff_assessments(&earlier.record, &now) else { return Err(Status::Invalid) };
        let shown = self.places.shown(Path::new(&earlier.path));
        results::mark_known(results, &diff, least, Baseline { path: &shown, text: &earlier.text });
        Ok(())
    }

    /// The findings that rest on files that changed.
    pub(super) fn resting(&self, changed: Option<&Changed>) -> Option<BTreeSet<Key>> {
        let Some(Changed::Files(files)) = changed else { return None };
        with_context(self.workspace, &[], &[], |context| {
            let rests = |f: &&Finding| !rests_on(context, f).is_disjoint(files);
            let findings = self.assessment.findings.iter().filter(rests);
            Some(findings.map(|f| (f.requirement, f.rule, f.subject)).collect())
        })
    }
}

impl Judged {
    pub(super) fn status(&self) -> Status {
        match self.decision {
            Decision::Nothing => Status::Ok,
            Decision::Undecided => Status::Undecided,
            Decision::Failed => Status::Findings,
        }
    }

    /// Says on standard error what is new since a baseline, and what it excuses without need.
    pub(super) fn say_since(&self, path: &str, is_strict: bool, terminal: &Terminal) {
        let (n, known) = (self.new, self.known);
        let fixed = self.results.unused.iter().filter(|e| e.is_resolved).count();
        terminal.warn(terminal.text(&Label::new(
            format!("`{path}` から: 新しい指摘 {n} 件、前からの指摘 {known} 件、解消 {fixed} 件 (終了状態は新しい指摘だけで決まります)\n"),
            format!("since `{path}`: {n} new, {known} known, {fixed} fixed (only what is new decides the status)\n"),
        )));
        for item in self.results.items.iter().filter(|i| i.decides) {
            let rule = self.results.rule(item).map_or("", |r| &r.id);
            let id = item.tag("subject").unwrap_or("*");
            let message = item.message.get(terminal.lang);
            terminal.warn(&format!("  {}\n", log_line(&format!("{rule}@{id}  {message}"))));
        }
        if self.results.unused.is_empty() {
            return;
        }
        let n = self.results.unused.len();
        let (ja, en) = if is_strict {
            ("(`--ratchet` なので、これも終了状態を決めます)", "; with --ratchet this decides the status too")
        } else {
            ("", "")
        };
        terminal.warn(terminal.text(&Label::new(
            format!("ベースラインのうちもう要らない記載 {n} 件。`--format json --output {path}` で作り直すと、次からは見逃しません{ja}:\n"),
            format!("{n} entries of the baseline are needed no longer; write it anew with `--format json --output {path}`, so that they are not excused again{en}:\n"),
        )));
        self.results.unused.iter().for_each(|e| say_excused(e, terminal));
    }

    /// Says what is not shown because it does not rest on what changed.
    pub(super) fn say_changed(&self, changed: &Changed, terminal: &Terminal) {
        let n = self.results.unshown;
        let text = match changed {
            Changed::Files(_) if n == 0 => return,
            Changed::All(why) => why.clone(),
            Changed::Files(_) => Label::new(
                format!("変更したファイルによらない {n} 件は示さず、終了状態にも数えていません"),
                format!(
                    "{n} item(s) that do not rest on the changed files are not shown and do not decide the status"
                ),
            ),
        };
        terminal.warn(&format!("{}\n", log_line(terminal.text(&text))));
    }

    /// The document; only what concerns the role is listed.
    pub(super) fn write(
        &self,
        format: results::ResultFormat,
        concerns: impl Fn(&str) -> bool,
        lang: Lang,
    ) -> Vec<u8> {
        let mut listed = self.results.clone();
        listed.keep_rules(|rule| concerns(&rule.id));
        listed.write(format, lang)
    }
}

fn say_excused(excused: &Excused, terminal: &Terminal) {
    let line = excused.at.line().unwrap_or(1);
    let text = format!("{}:{line}: {}: {}", excused.at.path, excused.name, terminal.text(&excused.what));
    terminal.warn(&format!("  {}\n", log_line(&text)));
}

/// Packs and facts that are wrong, in a format of other tools: nothing was assessed.
pub(super) fn problems(
    workspace: &Workspace,
    target: &Path,
    format: results::ResultFormat,
    places: &Places,
    lang: Lang,
) -> Vec<u8> {
    let mut results = places.with(workspace, |paths| {
        let target = places.shown(target);
        let page = pages(None);
        let version = env!("CARGO_PKG_VERSION");
        diagnostic_results(Command::Assess, version, &target, &workspace.diagnostics, paths, &page)
    });
    results.decide(Strict { from: Some(Level::Error), undecided: false, unused: false });
    results.write(format, lang)
}
