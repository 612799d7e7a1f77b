mod changed;
pub(super) mod documents;
mod judge;
mod oscal;

use kijun_coverage::Tracked;
use kijun_engine::Detail;
use kijun_engine::assessment::{Assessment, Finding, Verdict};
use kijun_engine::program::{Program, RequirementId, Weight};
use kijun_exchange::diff::{AssessmentRecord, parse_assessment};
use kijun_exchange::{Context, PackRef, WorkspaceRef, assessment_json, findings_csv};
use kijun_text::Label;
use kijun_workspace::{Options, Workspace};

use self::changed::Changed;
use self::documents::Documents;
use self::judge::{Earlier, Judge};
use super::places::Places;
use super::redact::redact;
use super::tracking::Tracker;
use super::{
    Status, evaluated, kept, needs_lock, no_rule, pack_refs, refuse, refuse_load, refuse_terminal, sound,
    workspace_ref, write_result,
};
use crate::args::{Assess, Audience, FailOn, Format};
use crate::diagnostics;
use crate::report::{self, Wanted};
use crate::terminal::Terminal;

/// Packs + facts -> verdicts.
pub(crate) fn run(args: &Assess, terminal: &Terminal) -> Status {
    assessed(args, terminal).unwrap_or_else(|status| status)
}

fn assessed(args: &Assess, terminal: &Terminal) -> Result<Status, Status> {
    if args.format == Format::Xlsx {
        refuse_terminal(args.output.as_deref(), terminal)?;
    }
    refuse_part(args, terminal)?;
    let earlier = Earlier::read(args, terminal)?;
    let mut clock = Clock::new(args.timings);
    let places = Places::new();
    let (mut workspace, today) = loaded(args, &places, terminal)?;
    redact(&mut workspace, today, &args.redact, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    if let (Some(path), Some(earlier)) = (&args.baseline, &earlier) {
        comparable(path, &earlier.record, workspace.manifest.facility(), terminal)?;
    }
    let changed = match &args.changed {
        Some(list) => Some(Changed::read(list, &workspace, &places, terminal)?),
        None => None,
    };
    clock.lap("read", terminal);
    let program = &workspace.compiled.program;
    let evaluation = evaluated(&workspace, program, today, terminal);
    clock.lap("evaluate", terminal);
    let needs_items = args.format.items().is_some() || earlier.is_some() || changed.is_some();
    let is_short = args.format == Format::Csv && !args.keep && !needs_items;
    let detail = if is_short { Detail::Message } else { Detail::Facts };
    let assessment = evaluation.assessment_with(detail);
    if assessment.rules == 0 {
        return Err(no_rule(terminal));
    }
    let judge = Judge { args, workspace: &workspace, assessment: &assessment, places: &places, terminal };
    let judged = if needs_items { Some(judge.judged(earlier.as_ref(), changed.as_ref())?) } else { None };
    let resting = judge.resting(changed.as_ref());
    let concerns = |id: RequirementId| {
        args.audience.is_none_or(|role| {
            let audience = program.requirement(id).map_or(&[][..], |r| r.audience.as_slice());
            audience.is_empty() || audience.iter().any(|a| a == role.name())
        })
    };
    let listed = |f: &Finding| {
        let rests = resting.as_ref().is_none_or(|keys| keys.contains(&(f.requirement, f.rule, f.subject)));
        concerns(f.requirement) && rests
    };
    let shows_tracked = args.format == Format::Json || (args.format == Format::Text && !terminal.quiet);
    let tracked = if shows_tracked { Tracker::new(&workspace).figures(&assessment) } else { Vec::new() };
    let documents =
        Documents { workspace: &workspace, evaluation: &evaluation, assessment: &assessment, terminal };
    let document = || {
        with_context(&workspace, &workspace.fact_digests(), &tracked, |c| {
            documents.write(args, c, earlier.as_ref().map(|e| &e.record))
        })
    };
    let text = match (args.format, args.format.items().zip(judged.as_ref())) {
        (_, Some((format, judged))) => {
            let by_id = |id: &str| program.find_requirement(id).is_none_or(concerns);
            judged.write(format, by_id, terminal.lang)
        }
        (Format::Json, _) => json(&workspace, &assessment, &tracked, listed),
        (Format::Csv, _) => csv(&workspace, &assessment, terminal.lang, listed),
        (Format::Text, _) if args.audience != Some(Audience::Management) || args.details => {
            let wanted = Wanted { audience: args.audience, details: args.details, tracked: &tracked };
            let mut text = report::text(&workspace, &assessment, &wanted, listed, terminal).into_bytes();
            if args.audience == Some(Audience::Purchaser) || earlier.is_some() {
                text.extend(document()?);
            }
            text
        }
        (Format::Oscal | Format::OscalPoam, _) => {
            let of = (&workspace, &assessment);
            oscal::document(args.format, of, &concerns, &places, terminal).unwrap_or_default()
        }
        _ => document()?,
    };
    // Only OSCAL has nothing to say of what is in order.
    if !text.is_empty() {
        write_result(args.output.as_deref(), &text, terminal)?;
    }
    clock.lap("write", terminal);
    if args.keep {
        keep(args, &workspace, &assessment, terminal)?;
    }
    let Some(judged) = judged else { return Ok(status(args.fail_on, &assessment, program)) };
    if let (Some(earlier), false) = (&earlier, terminal.quiet) {
        judged.say_since(&earlier.path, args.ratchet, terminal);
    }
    if let (Some(changed), false) = (&changed, terminal.quiet) {
        judged.say_changed(changed, terminal);
    }
    Ok(judged.status())
}

/// Reports tell everything: a part of an assessment would pass for the whole.
fn refuse_part(args: &Assess, terminal: &Terminal) -> Result<(), Status> {
    let is_whole =
        matches!(args.format, Format::Html | Format::Xlsx | Format::Md | Format::Oscal | Format::OscalPoam);
    if args.changed.is_none() || !is_whole {
        return Ok(());
    }
    let message = Label::new(
        "`--changed` は一部の指摘だけを示すので、この形式では使えません",
        "`--changed` shows a part of the findings, which this format has no place for",
    );
    let help = Label::new(
        "--format text、json、csv、ndjson、sarif、junit、github、gitlab のどれかにしてください",
        "use --format text, json, csv, ndjson, sarif, junit, github or gitlab",
    );
    Err(refuse(terminal, &message, &help))
}

/// The workspace and the day. What is wrong with it is told in the format of other tools as well.
fn loaded(args: &Assess, places: &Places, terminal: &Terminal) -> Result<(Workspace, i32), Status> {
    if args.facts.locked {
        needs_lock(&args.path, terminal)?;
    }
    let (profile, facts) = (args.facts.profile.clone(), args.facts.facts.clone());
    let options = Options { profile, facts, ..Options::default() };
    let workspace = kijun_workspace::load(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    // An error shows what stands in the facts: it is told on the terminal, and not in what is handed on.
    let is_told = workspace.has_errors() && !args.redact.redact;
    if let (true, Some(format)) = (is_told, args.format.items()) {
        let text = judge::problems(&workspace, &args.path, format, places, terminal.lang);
        write_result(args.output.as_deref(), &text, terminal)?;
    }
    sound(workspace, &args.facts, terminal)
}

/// The assessment with every finding, as it is kept and compared.
fn whole(workspace: &Workspace, assessment: &Assessment) -> Vec<u8> {
    let tracked = Tracker::new(workspace).figures(assessment);
    json(workspace, assessment, &tracked, |_| true)
}

/// The assessment of a workspace on a day, as another run reads it.
pub(super) fn on_day(workspace: &Workspace, day: i32, terminal: &Terminal) -> Option<AssessmentRecord> {
    let evaluation = evaluated(workspace, &workspace.compiled.program, day, terminal);
    let bytes = whole(workspace, &evaluation.assessment_with(Detail::Facts));
    parse_assessment(&String::from_utf8_lossy(&bytes)).ok()
}

/// The assessment of a workspace on a day as it is written; `None` where no rule was evaluated.
pub(super) fn sealed(workspace: &Workspace, day: i32, terminal: &Terminal) -> Option<Vec<u8>> {
    let evaluation = evaluated(workspace, &workspace.compiled.program, day, terminal);
    let assessment = evaluation.assessment_with(Detail::Facts);
    (assessment.rules > 0).then(|| whole(workspace, &assessment))
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
            format!("フォルダ `{shown}` を作れません: {}", kijun_text::in_japanese(&error)),
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
