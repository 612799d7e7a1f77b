//! One line of the input, and the line of the output that answers it. What a line gives depends on nothing but the line,
//! the packs and the day: not on its neighbours, nor on where in the input it stands.

use std::sync::Arc;

use kijun_engine::{Evaluation, Prepared};
use kijun_exchange::{Context, PackRef, WorkspaceRef, assessment_json, stream_error_json};
use kijun_facts::{Store, StoreBuilder, read_file};
use kijun_text::{Diagnostic, FileId, Label, Lang, Severity, Sources, Span};
use kijun_workspace::{Workspace, digest};
use serde::Serialize;

use super::envelope::{self, Envelope, Refused};
use super::lines::{LONGEST, Line};
use crate::args::FailOn;
use crate::commands::tracking::Tracker;
use crate::commands::{Status, assess, pack_refs, workspace_ref};

/// What facts of a stream are called as a file; the place within is that in the line.
const PATH: &str = "stream.json";

/// What all lines have in common.
pub(super) struct Assessor<'w> {
    workspace: &'w Workspace,
    prepared: Arc<Prepared>,
    packs: Vec<PackRef>,
    own: WorkspaceRef,
    tracker: Tracker<'w>,
    /// The day of evaluation where a line states none, in days since 1970-01-01.
    today: i32,
    fail_on: FailOn,
}

/// The answer to one line.
pub(super) struct Answer {
    pub(super) line: u64,
    pub(super) facility: Option<String>,
    /// One line of JSON with its line end.
    pub(super) text: Vec<u8>,
    /// [`Status::Invalid`] when the line is bad; else as `kijun assess` would end.
    pub(super) status: Status,
    /// What a person should know of the line: what is wrong with it, and warnings about facts that were assessed.
    pub(super) notices: Vec<Label>,
    /// Bytes of the line with its line end.
    pub(super) read: u64,
}

impl<'w> Assessor<'w> {
    pub(super) fn new(workspace: &'w Workspace, today: i32, fail_on: FailOn) -> Assessor<'w> {
        let prepared = Arc::new(Prepared::new(&workspace.compiled.program));
        let tracker = Tracker::new(workspace);
        Assessor {
            workspace,
            prepared,
            packs: pack_refs(workspace),
            own: workspace_ref(workspace),
            tracker,
            today,
            fail_on,
        }
    }

    /// Whether any rule is evaluated; that does not depend on facts.
    pub(super) fn has_rules(&self) -> bool {
        self.evaluate(&self.workspace.store, self.today).assessment().rules > 0
    }

    fn evaluate<'s>(&'s self, store: &'s Store, day: i32) -> Evaluation<'s> {
        Evaluation::prepared(&self.workspace.compiled.program, Arc::clone(&self.prepared), store, day)
    }

    pub(super) fn answer(&self, line: &Line) -> Answer {
        Answer { read: line.bytes.len() as u64 + 1, ..self.answer_to(line) }
    }

    fn answer_to(&self, line: &Line) -> Answer {
        let text = match text_of(line) {
            Ok(text) => text,
            Err((readable, problem)) => return unreadable(line.number, readable, &problem),
        };
        match envelope::parse(text, FileId::default()) {
            Ok(envelope) => self.assess(line.number, text, envelope),
            Err(Refused { facility, problems }) => {
                let mut sources = Sources::default();
                sources.add(PATH, text);
                bad(line.number, facility, &problems, &sources)
            }
        }
    }

    fn assess(&self, line: u64, text: &str, envelope: Envelope) -> Answer {
        let facts = text.get(envelope.facts.clone()).unwrap_or("");
        let mut sources = Sources::default();
        let mut builder = StoreBuilder::new(&self.workspace.compiled.program.schema);
        read_file(&mut builder, &mut sources, PATH, in_place(text, &envelope).as_bytes());
        let (store, problems) = builder.finish();
        if problems.iter().any(|p| p.severity == Severity::Error) {
            return bad(line, Some(envelope.facility), &problems, &sources);
        }
        let program = &self.workspace.compiled.program;
        let day = envelope.as_of.unwrap_or(self.today);
        let evaluation = self.evaluate(&store, day);
        if let Some(excess) = evaluation.excess() {
            let problem = Diagnostic::error("K0508", Span::default(), excess.message)
                .help(excess.help.ja.clone(), excess.help.en.clone());
            return bad(line, Some(envelope.facility), std::slice::from_ref(&problem), &sources);
        }
        let assessment = evaluation.assessment();
        let context = Context {
            program,
            store: &store,
            sources: &self.workspace.sources,
            fact_sources: &sources,
            facility: &envelope.facility,
            engine_version: env!("CARGO_PKG_VERSION"),
            packs: &self.packs,
            workspace: &self.own,
            tracked: &self.tracker.figures(&assessment),
            facts: &[(PATH.to_owned(), digest([facts.as_bytes()]))],
        };
        let text = json_line(&assessment_json(&context, &assessment, |_| true));
        let notices = notices(&problems, &sources);
        let status = assess::status(self.fail_on, &assessment, program);
        Answer { line, facility: Some(envelope.facility), text, status, notices, read: 0 }
    }
}

/// The facts with blanks before them, so that every character stands in the column that it has in the line.
fn in_place(text: &str, envelope: &Envelope) -> String {
    let before = text.get(..envelope.facts.start).unwrap_or("").chars().count();
    let facts = text.get(envelope.facts.clone()).unwrap_or("");
    let mut out = String::with_capacity(before + facts.len());
    out.extend(std::iter::repeat_n(' ', before));
    out.push_str(facts);
    out
}

/// The text of a line; where it cannot be read, what of it can, and the problem at its end.
fn text_of(line: &Line) -> Result<&str, (&str, Box<Diagnostic>)> {
    let (text, whole) = match std::str::from_utf8(&line.bytes) {
        Ok(text) => (text, true),
        Err(error) => {
            let readable = line.bytes.get(..error.valid_up_to()).unwrap_or(&[]);
            (std::str::from_utf8(readable).unwrap_or(""), false)
        }
    };
    if line.too_long {
        return Err((text, Box::new(too_long())));
    }
    if whole { Ok(text) } else { Err((text, Box::new(not_utf8(text.len())))) }
}

fn too_long() -> Diagnostic {
    let limit = LONGEST >> 20;
    let message = Label::new(
        format!("行が長すぎます(上限 {limit} MB)"),
        format!("the line is too long: the limit is {limit} MB"),
    );
    Diagnostic::error("K0508", Span::default(), message).help(
        "1行には1施設だけを書きます。それより大きい施設は `kijun assess` で評価してください",
        "a line holds one facility; assess a larger one with `kijun assess`",
    )
}

fn not_utf8(at: usize) -> Diagnostic {
    let message = Label::new("この行は UTF-8 ではありません", "this line is not UTF-8");
    Diagnostic::error("K0508", Span::new(FileId::default(), at, at), message)
        .label("ここから文字として読めません", "from here on this is no text")
        .help("UTF-8 で送ってください", "send it as UTF-8")
}

/// The answer to a line of which only a part is text; the facility is told where that part says it.
fn unreadable(line: u64, readable: &str, problem: &Diagnostic) -> Answer {
    let mut sources = Sources::default();
    let file = sources.add(PATH, readable);
    let facility = match envelope::parse(readable, file) {
        Ok(envelope) => Some(envelope.facility),
        Err(refused) => refused.facility,
    };
    bad(line, facility, std::slice::from_ref(problem), &sources)
}

fn bad(line: u64, facility: Option<String>, problems: &[Diagnostic], sources: &Sources) -> Answer {
    let text = json_line(&stream_error_json(line, facility.as_deref(), problems, sources));
    let notices = notices(problems, sources);
    Answer { line, facility, text, status: Status::Invalid, notices, read: 0 }
}

/// Each problem with its column, for a person to read.
fn notices(problems: &[Diagnostic], sources: &Sources) -> Vec<Label> {
    let notice = |p: &Diagnostic| {
        let column = sources.line_column(p.span).1.max(1);
        let (ja, en) =
            if p.severity == Severity::Error { ("エラー", "error") } else { ("警告", "warning") };
        let ja = format!("{ja} {} {column}文字目: {}", p.code, p.message.get(Lang::Ja));
        let en = format!("{en} {} at column {column}: {}", p.code, p.message.get(Lang::En));
        Label::new(ja, en)
    };
    problems.iter().map(notice).collect()
}

fn json_line(value: &impl Serialize) -> Vec<u8> {
    // Writing to memory what has texts as its keys does not fail.
    let mut text = serde_json::to_vec(value).unwrap_or_default();
    text.push(b'\n');
    text
}
