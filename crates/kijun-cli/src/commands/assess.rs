pub(super) mod documents;

use kijun_coverage::Tracked;
use kijun_engine::assessment::{Assessment, Finding, Verdict};
use kijun_engine::program::{Program, Weight};
use kijun_engine::{Detail, Evaluation};
use kijun_exchange::diff::{AssessmentRecord, diff_assessments, parse_assessment};
use kijun_exchange::{Context, PackRef, WorkspaceRef, assessment_json, findings_csv};
use kijun_text::Label;
use kijun_workspace::Workspace;

use self::documents::Documents;
use super::tracking::Tracker;
use super::{
    Status, kept, load_sound, no_rule, pack_refs, refuse, refuse_terminal, workspace_ref, write_result,
};
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
    if let (Some(path), Some(old)) = (&args.baseline, &baseline)
        && let Err(status) = comparable(path, old, workspace.manifest.facility(), terminal)
    {
        return status;
    }
    clock.lap("read", terminal);
    let program = &workspace.compiled.program;
    let evaluation = Evaluation::new(program, &workspace.store, today);
    clock.lap("evaluate", terminal);
    let is_short = args.format == Format::Csv && !args.keep && args.baseline.is_none();
    let detail = if is_short { Detail::Message } else { Detail::Facts };
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
    let kept = if args.keep { keep(args, &workspace, &assessment, terminal) } else { Ok(()) };
    let status = match (&args.baseline, &baseline) {
        (Some(path), Some(old)) => since(path, old, args.fail_on, &workspace, &assessment, terminal),
        _ => Ok(status(args.fail_on, &assessment, program)),
    };
    kept.and(status).unwrap_or_else(|status| status)
}

/// The assessment with every finding, as it is kept and compared.
fn whole(workspace: &Workspace, assessment: &Assessment) -> Vec<u8> {
    let tracked = Tracker::new(workspace).figures(assessment);
    json(workspace, assessment, &tracked, |_| true)
}

/// The assessment of a workspace on a day, as another run reads it.
pub(super) fn on_day(workspace: &Workspace, day: i32) -> Option<AssessmentRecord> {
    let evaluation = Evaluation::new(&workspace.compiled.program, &workspace.store, day);
    let bytes = whole(workspace, &evaluation.assessment_with(Detail::Facts));
    parse_assessment(&String::from_utf8_lossy(&bytes)).ok()
}

/// Writes `history/DATE.json` in the workspace.
fn keep(
    args: &Assess,
    workspace: &Workspace,
    assessment: &Assessment,
    terminal: &Terminal,
) -> Result<(), Status> {
    let (folder, file) = (kept::folder(&args.path), kept::file(&args.path, assessment.as_of));
    let bytes = whole(workspace, assessment);
    let (ja, en) = match std::fs::read(&file) {
        Ok(old) if old == bytes => ("は変わっていません", "is as it was"),
        Ok(_) => ("を書き直しました", "was written anew"),
        Err(_) => ("を残しました", "was kept"),
    };
    if let Err(error) = std::fs::create_dir_all(&folder) {
        let shown = folder.display();
        let message = Label::new(
            format!("フォルダ `{shown}` を作れません: {error}"),
            format!("cannot make the folder `{shown}`: {error}"),
        );
        return Err(refuse(terminal, &message, &Label::default()));
    }
    write_result(Some(&file), &bytes, terminal)?;
    if !terminal.quiet {
        let shown = file.display();
        terminal.warn(terminal.text(&Label::new(format!("`{shown}` {ja}\n"), format!("`{shown}` {en}\n"))));
    }
    Ok(())
}

/// Whether an earlier assessment tells what is new here.
fn comparable(
    path: &std::path::Path,
    old: &AssessmentRecord,
    facility: &str,
    terminal: &Terminal,
) -> Result<(), Status> {
    let shown = path.display();
    if old.is_partial() {
        let message = Label::new(
            format!("`{shown}` は一部の役割の指摘だけを載せているので、比べる元にできません"),
            format!("`{shown}` lists the findings of one role only, so nothing can be told to be new"),
        );
        let help = Label::new("`--for` を付けずに作り直してください", "make it again without `--for`");
        return Err(refuse(terminal, &message, &help));
    }
    if old.facility != facility {
        let message = Label::new(
            format!("`{shown}` は {} の判定結果で、この施設 ({facility}) のものではありません", old.facility),
            format!("`{shown}` is of {} and not of this facility ({facility})", old.facility),
        );
        let help = Label::new("同じ施設の結果を指定してください", "name an assessment of this facility");
        return Err(refuse(terminal, &message, &help));
    }
    Ok(())
}

/// The status by what is new since an earlier assessment, which is said on standard error.
fn since(
    path: &std::path::Path,
    old: &AssessmentRecord,
    fail_on: FailOn,
    workspace: &Workspace,
    assessment: &Assessment,
    terminal: &Terminal,
) -> Result<Status, Status> {
    let shown = path.display().to_string();
    let bytes = whole(workspace, assessment);
    let new = parse_assessment(&String::from_utf8_lossy(&bytes)).map_err(|error| {
        let (message, help) = error.describe("-");
        refuse(terminal, &message, &help)
    })?;
    // Of this facility: that was looked at before.
    let Some(diff) = diff_assessments(old, &new) else { return Ok(Status::Invalid) };
    let least = if fail_on == FailOn::Should { Weight::Should } else { Weight::Must };
    let fresh: Vec<_> = diff.findings.iter().filter(|f| f.fails_anew(least)).filter_map(|f| f.new).collect();
    let failing = new.findings.iter().filter(|f| f.fails(least)).count();
    if !terminal.quiet {
        let (n, known) = (fresh.len(), failing - fresh.len());
        terminal.warn(terminal.text(&Label::new(
            format!("`{shown}` から: 新しい指摘 {n} 件、前からの指摘 {known} 件 (終了状態は新しい指摘だけで決まります)\n"),
            format!("since `{shown}`: {n} new, {known} known (only what is new decides the status)\n"),
        )));
        for finding in &fresh {
            let id = finding.subject.id.as_deref().unwrap_or("*");
            let message = finding.message.get(terminal.lang);
            terminal.warn(&format!("  {}@{id}  {message}\n", finding.requirement));
        }
    }
    let undecided = |r: &&kijun_exchange::diff::RequirementChange<'_>| {
        let is =
            |r: Option<&kijun_exchange::diff::RequirementRecord>| r.is_some_and(|r| r.verdict.is_undecided());
        is(r.new) && !is(r.old)
    };
    Ok(match fail_on {
        FailOn::Never => Status::Ok,
        _ if !fresh.is_empty() => Status::Findings,
        FailOn::Undecided if diff.requirements.iter().any(|r| undecided(&r)) => Status::Undecided,
        _ => Status::Ok,
    })
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
    write(&context(workspace, (&pack_refs(workspace), &workspace_ref(workspace)), tracked, facts))
}

pub(super) fn context<'c>(
    workspace: &'c Workspace,
    (packs, own): (&'c [PackRef], &'c WorkspaceRef),
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
        workspace: own,
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
