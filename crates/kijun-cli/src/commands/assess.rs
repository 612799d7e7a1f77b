pub(super) mod documents;

use kijun_coverage::Tracked;
use kijun_engine::assessment::{Assessment, Finding, Verdict};
use kijun_engine::program::{Program, Weight};
use kijun_engine::{Detail, Evaluation};
use kijun_exchange::{Context, PackRef, assessment_json, findings_csv};
use kijun_workspace::Workspace;

use self::documents::Documents;
use super::tracking::Tracker;
use super::{Status, load_sound, no_rule, pack_refs, refuse_terminal, write_result};
use crate::args::{Assess, Audience, FailOn, Format};
use crate::diagnostics;
use crate::report::{self, Wanted};
use crate::terminal::Terminal;

/// Packs + facts -> verdicts.
pub(crate) fn run(args: &Assess, terminal: &Terminal) -> Status {
    if args.format == Format::Xlsx
        && let Err(status) = refuse_terminal(args.output.as_deref(), terminal)
    {
        return status;
    }
    let baseline = match documents::baseline(args, terminal) {
        Ok(baseline) => baseline,
        Err(status) => return status,
    };
    let mut clock = Clock::new(args.timings);
    let (workspace, today) = match load_sound(&args.path, &args.facts, terminal) {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    clock.lap("read", terminal);
    let program = &workspace.compiled.program;
    let evaluation = Evaluation::new(program, &workspace.store, today);
    clock.lap("evaluate", terminal);
    let detail = if args.format == Format::Csv { Detail::Message } else { Detail::Facts };
    let assessment = evaluation.assessment_with(detail);
    if assessment.rules == 0 {
        return no_rule(terminal);
    }
    let listed = |f: &Finding| {
        args.audience.is_none_or(|role| {
            let audience = program.requirement(f.requirement).map_or(&[][..], |r| r.audience.as_slice());
            audience.is_empty() || audience.iter().any(|a| a == role.name())
        })
    };
    let shows_tracked = match args.format {
        Format::Json => true,
        Format::Text => !terminal.quiet,
        Format::Csv | Format::Html | Format::Xlsx | Format::Md => false,
    };
    let tracked = if shows_tracked { Tracker::new(&workspace).figures(&assessment) } else { Vec::new() };
    let documents =
        Documents { workspace: &workspace, evaluation: &evaluation, assessment: &assessment, terminal };
    let document = || {
        with_context(&workspace, &workspace.fact_digests(), &tracked, |c| {
            documents.write(args, c, baseline.as_ref())
        })
    };
    let text = match args.format {
        Format::Html | Format::Xlsx | Format::Md => document(),
        Format::Json => Ok(json(&workspace, &assessment, &tracked, listed)),
        Format::Csv => Ok(csv(&workspace, &assessment, terminal.lang, listed)),
        Format::Text if args.audience == Some(Audience::Management) && !args.details => document(),
        Format::Text => {
            let wanted = Wanted { audience: args.audience, details: args.details, tracked: &tracked };
            let mut text = report::text(&workspace, &assessment, &wanted, listed, terminal).into_bytes();
            let has_more = args.audience == Some(Audience::Purchaser) || baseline.is_some();
            match has_more.then(document).transpose() {
                Ok(more) => {
                    text.extend(more.unwrap_or_default());
                    Ok(text)
                }
                Err(status) => Err(status),
            }
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(status) => return status,
    };
    if let Err(status) = write_result(args.output.as_deref(), &text, terminal) {
        return status;
    }
    clock.lap("write", terminal);
    status(args.fail_on, &assessment, program)
}

/// How long each part of a run takes, on standard error.
struct Clock(Option<std::time::Instant>);

impl Clock {
    fn new(on: bool) -> Clock {
        Clock(on.then(std::time::Instant::now))
    }

    fn lap(&mut self, what: &str, terminal: &Terminal) {
        if let Some(start) = &mut self.0 {
            terminal.warn(&format!("{what} {:.1} ms\n", start.elapsed().as_secs_f64() * 1e3));
            *start = std::time::Instant::now();
        }
    }
}

/// Lends what the formats need of a workspace to one of them; `facts` are the digests of its files.
fn with_context<T>(
    workspace: &Workspace,
    facts: &[(String, String)],
    tracked: &[Tracked],
    write: impl FnOnce(&Context<'_>) -> T,
) -> T {
    write(&context(workspace, &pack_refs(workspace), tracked, facts))
}

pub(super) fn context<'c>(
    workspace: &'c Workspace,
    packs: &'c [PackRef],
    tracked: &'c [Tracked],
    facts: &'c [(String, String)],
) -> Context<'c> {
    Context {
        program: &workspace.compiled.program,
        store: &workspace.store,
        sources: &workspace.sources,
        fact_sources: &workspace.sources,
        facility: workspace.facility(),
        engine_version: env!("CARGO_PKG_VERSION"),
        packs,
        tracked,
        facts,
    }
}

fn json(
    workspace: &Workspace,
    assessment: &Assessment,
    tracked: &[Tracked],
    listed: impl Fn(&Finding) -> bool,
) -> Vec<u8> {
    with_context(workspace, &workspace.fact_digests(), tracked, |context| {
        let value = assessment_json(context, assessment, listed);
        let mut text = serde_json::to_vec_pretty(&value).unwrap_or_default();
        text.push(b'\n');
        text
    })
}

fn csv(
    workspace: &Workspace,
    assessment: &Assessment,
    lang: kijun_text::Lang,
    listed: impl Fn(&Finding) -> bool,
) -> Vec<u8> {
    with_context(workspace, &[], &[], |context| findings_csv(context, assessment, lang, listed))
        .unwrap_or_default()
}

/// Findings fail by their weight; what is undecided fails only where that is asked for.
pub(super) fn status(fail_on: FailOn, assessment: &Assessment, program: &Program) -> Status {
    let least = match fail_on {
        FailOn::Never => return Status::Ok,
        FailOn::Must | FailOn::Undecided => Weight::Must,
        FailOn::Should => Weight::Should,
    };
    let failed =
        |f: &Finding| matches!(f.verdict, Verdict::Violated | Verdict::Conflicting) && f.weight >= least;
    if assessment.findings.iter().any(failed) {
        return Status::Findings;
    }
    let undecided = assessment.requirements.iter().any(|r| {
        r.verdict.is_undecided() && program.requirement(r.requirement).is_some_and(|r| !r.is_section)
    });
    if fail_on == FailOn::Undecided && undecided { Status::Undecided } else { Status::Ok }
}
