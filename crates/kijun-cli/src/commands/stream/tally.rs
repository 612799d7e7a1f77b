//! What is counted while a stream runs, and what a person sees of it: progress, notices, the summary.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use kijun_text::{Label, Lang};
use rustc_hash::FxHashSet;

use super::answer::Answer;
use crate::commands::Status;
use crate::terminal::Terminal;

/// At most so many notices are shown; all are counted.
const NOTICES: usize = 20;

/// So many facilities are remembered to notice one that comes again (20 MB at most).
const REMEMBERED: usize = 1_000_000;

pub(super) struct Tally {
    terminal: Terminal,
    started: Instant,
    /// Made when the run has taken a second, on a terminal.
    bar: Option<ProgressBar>,
    /// Bytes of the input, where they are known.
    length: Option<u64>,
    /// Digests of the ids of facilities.
    seen: FxHashSet<u64>,
    /// Bytes of the lines that were answered.
    read: u64,
    assessed: u64,
    bad: u64,
    failing: u64,
    undecided: u64,
    again: u64,
    notices: usize,
}

impl Tally {
    pub(super) fn new(terminal: Terminal, length: Option<u64>) -> Tally {
        Tally {
            terminal,
            started: Instant::now(),
            bar: None,
            length,
            seen: FxHashSet::default(),
            read: 0,
            assessed: 0,
            bad: 0,
            failing: 0,
            undecided: 0,
            again: 0,
            notices: 0,
        }
    }

    /// Counts an answer that is about to be written.
    pub(super) fn count(&mut self, answer: &Answer) {
        self.read += answer.read;
        match answer.status {
            Status::Invalid => self.bad += 1,
            Status::Findings => self.failing += 1,
            Status::Undecided => self.undecided += 1,
            Status::Ok | Status::NothingEvaluated => {}
        }
        self.assessed += u64::from(answer.status != Status::Invalid);
        for notice in &answer.notices {
            self.notice(answer, notice);
        }
        if self.stood_before(answer) {
            self.again += 1;
            self.notice(
                answer,
                &Label::new("同じ施設の行が前にもあります", "this facility had a line before"),
            );
        }
    }

    fn stood_before(&mut self, answer: &Answer) -> bool {
        let Some(facility) = answer.facility.as_deref() else { return false };
        let mut hasher = DefaultHasher::new();
        facility.hash(&mut hasher);
        let digest = hasher.finish();
        self.seen.contains(&digest) || (self.seen.len() < REMEMBERED && !self.seen.insert(digest))
    }

    fn notice(&mut self, answer: &Answer, text: &Label) {
        self.notices += 1;
        if self.terminal.quiet || self.notices > NOTICES {
            return;
        }
        let facility = answer.facility.as_deref().map(|f| format!(" ({f})")).unwrap_or_default();
        let (line, text) = (answer.line, self.terminal.text(text));
        let notice = match self.terminal.lang {
            Lang::Ja => format!("{line}行{facility}: {text}\n"),
            Lang::En => format!("line {line}{facility}: {text}\n"),
        };
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.warn(&notice)),
            None => self.terminal.warn(&notice),
        }
    }

    /// Shows how far the run is, on a terminal, when it takes longer than a second.
    pub(super) fn show(&mut self) {
        let wanted = !self.terminal.quiet && std::io::stderr().is_terminal();
        if !wanted || self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| progress_bar(self.length));
        bar.set_position(self.read.min(self.length.unwrap_or(u64::MAX)));
        bar.set_message(match self.terminal.lang {
            Lang::Ja => format!("{} 施設", self.assessed),
            Lang::En => format!("{} facilities", self.assessed),
        });
    }

    /// Takes the progress away and says what came out.
    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if self.terminal.quiet {
            return;
        }
        let more = self.notices.saturating_sub(NOTICES);
        if more > 0 {
            self.terminal.warn(&match self.terminal.lang {
                Lang::Ja => format!("ほかに {more} 件の知らせがあります\n"),
                Lang::En => format!("and {more} more notice(s)\n"),
            });
        }
        let summary = self.summary(self.started.elapsed().as_secs_f64());
        self.terminal.warn(&summary);
    }

    fn summary(&self, seconds: f64) -> String {
        let Tally { assessed, bad, failing, undecided, again, .. } = self;
        let mut out = match self.terminal.lang {
            Lang::Ja => format!("{assessed} 施設を評価({seconds:.1} 秒): 指摘あり {failing}"),
            Lang::En => format!("{assessed} facilities assessed in {seconds:.1} s: {failing} with findings"),
        };
        for (count, ja, en) in [
            (*undecided, "未確認あり", "undecided"),
            (*bad, "読めない行", "bad line(s)"),
            (*again, "同じ施設の行", "line(s) of a facility that had one before"),
        ] {
            if count > 0 {
                out.push_str(&match self.terminal.lang {
                    Lang::Ja => format!("、{ja} {count}"),
                    Lang::En => format!(", {count} {en}"),
                });
            }
        }
        if self.seen.len() >= REMEMBERED {
            out.push_str(match self.terminal.lang {
                Lang::Ja => "(以降は施設の重複を調べていません)",
                Lang::En => " (beyond that many facilities, repeated ones are not noticed)",
            });
        }
        out.push('\n');
        out
    }

    pub(super) fn status(&self) -> Status {
        if self.bad > 0 {
            Status::Invalid
        } else if self.failing > 0 {
            Status::Findings
        } else if self.undecided > 0 {
            Status::Undecided
        } else if self.assessed == 0 {
            Status::NothingEvaluated
        } else {
            Status::Ok
        }
    }
}

fn progress_bar(length: Option<u64>) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => (ProgressBar::new(length), "{bar:30} {percent}% {msg} ({eta})"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})"),
    };
    // A template that cannot be read is replaced by indicatif's own.
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
