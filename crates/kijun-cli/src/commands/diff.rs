use std::path::Path;

use kijun_coverage::{Mappings, diff_editions, flips, is_worse};
use kijun_engine::program::Program;
use kijun_exchange::diff::{
    AssessmentRecord, Derivations, EditionsContext, Flips, Reevaluated, Undivided, assessment_diff_csv,
    assessment_diff_json, assessment_diff_outline, diff_assessments, edition_diff_csv, edition_diff_json,
    edition_diff_outline, markdown,
};
use kijun_text::Label;
use kijun_workspace::{Options, Workspace};

use super::catalogs::{named, qualified};
use super::kept::Name;
use super::lines::{json, text};
use super::{
    Status, assess, day, evaluated, load_norms, needs_lock, record, refuse, refuse_load, write_result,
};
use crate::args::{self, DiffFormat};
use crate::diagnostics;
use crate::terminal::Terminal;

const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// What changed between two editions, or two assessments. Status 1 when something is worse.
pub(super) fn run(args: &args::Diff, terminal: &Terminal) -> Status {
    let done = match (is_assessment(&args.old), is_assessment(&args.new)) {
        (true, true) => assessments(args, terminal),
        (false, false) => editions(args, terminal),
        (old_is_one, _) => Err(mixed(args, old_is_one, terminal)),
    };
    done.unwrap_or_else(|status| status)
}

fn is_assessment(argument: &str) -> bool {
    is_file(argument) || Name::of(argument).is_some()
}

/// An argument means a file when one is there, or when its name says so; catalogues have no folders.
fn is_file(argument: &str) -> bool {
    let path = Path::new(argument);
    path.is_file() || path.extension().is_some_and(|e| e == "json") || argument.contains(['/', '\\'])
}

fn mixed(args: &args::Diff, old_is_one: bool, terminal: &Terminal) -> Status {
    let (file, catalog) = if old_is_one { (&args.old, &args.new) } else { (&args.new, &args.old) };
    let message = Label::new(
        format!("`{file}` は判定結果、`{catalog}` はカタログです。比べられるのは同じ種類どうしです"),
        format!("`{file}` is an assessment and `{catalog}` a catalogue; only two of a sort can be compared"),
    );
    let help = Label::new(
        "`kijun diff csf@1.1 csf@2.0 [フォルダ]`、`kijun diff old.json new.json`、`kijun diff previous latest` のように書きます",
        "write `kijun diff csf@1.1 csf@2.0 [PATH]`, `kijun diff old.json new.json` or `kijun diff previous latest`",
    );
    refuse(terminal, &message, &help)
}

// ---------------------------------------------------------------- editions

fn editions(args: &args::Diff, terminal: &Terminal) -> Result<Status, Status> {
    let path = args.path.as_deref().unwrap_or(Path::new("."));
    let (workspace, today) = load_norms(path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let (old, new) = (one(&workspace, &args.old, terminal)?, one(&workspace, &args.new, terminal)?);
    // Both editions as a whole, whatever the profile of the workspace takes of them.
    let mut program = Program::clone(&workspace.compiled.program);
    program.scope_to(&[old, new]);
    let senses = args.senses.kinds();
    let mappings = Mappings::new(&program, &workspace.compiled.mappings, senses.as_deref());
    let diff = diff_editions(&mappings, old, new);
    if diff.links.is_empty() && !terminal.quiet {
        terminal.warn(terminal.say(
            "二つの版の対応表は読み込まれていません。どの項目についても記載がありません\n",
            "no mapping between the two is loaded; nothing is said of any item\n",
        ));
    }
    let is_assessed = workspace.manifest.workspace.is_some() && !args.unassessed;
    let found = is_assessed.then(|| {
        let evaluation = evaluated(&workspace, &program, today, terminal);
        let assessment = evaluation.assessment_with(kijun_engine::Detail::Message);
        flips(&diff, &program, &evaluation, &assessment)
    });
    let title = workspace.title();
    let flips = found.as_ref().map(|flips| Flips {
        flips,
        facility: workspace.facility(),
        title: &title,
        as_of: today,
        store: &workspace.store,
        sources: &workspace.sources,
    });
    let context = EditionsContext { mappings: &mappings, diff: &diff, flips, engine_version: ENGINE };
    let derivations = if args.explain { Derivations::Shown } else { Derivations::Hidden };
    let outline = || edition_diff_outline(&context, terminal.lang, derivations);
    let bytes = match args.format {
        DiffFormat::Text => text(&outline(), terminal, args.output.is_some()),
        DiffFormat::Md => markdown(&outline()).into_bytes(),
        DiffFormat::Json => json(&edition_diff_json(&context)),
        DiffFormat::Csv => edition_diff_csv(&context, terminal.lang).unwrap_or_default(),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    let worse = found.iter().flatten().any(is_worse);
    Ok(if worse { Status::Findings } else { Status::Ok })
}

/// The one catalogue that a name means.
fn one(workspace: &Workspace, name: &str, terminal: &Terminal) -> Result<usize, Status> {
    let found = named(workspace, name).map_err(|(message, help)| refuse(terminal, &message, &help))?;
    if let [only] = found.as_slice() {
        return Ok(*only);
    }
    let catalogs = &workspace.compiled.program.catalogs;
    let list: Vec<String> = found.iter().filter_map(|i| catalogs.get(*i)).map(qualified).collect();
    let list = list.join(", ");
    let message = Label::new(
        format!("`{name}` は一つのカタログに決まりません ({list})"),
        format!("`{name}` means several catalogues ({list})"),
    );
    let help = Label::new("版まで書いてください", "name the edition as well");
    Err(refuse(terminal, &message, &help))
}

// ---------------------------------------------------------------- assessments

fn assessments(args: &args::Diff, terminal: &Terminal) -> Result<Status, Status> {
    if args.facts.as_of.is_some() || args.explain || args.unassessed || args.senses.rationale.is_some() {
        let message = Label::new(
            "二つの判定結果の比較に `--as-of`、`--static`、`--explain`、`--rationale` は使えません",
            "a comparison of two assessments takes no `--as-of`, `--static`, `--explain` or `--rationale`",
        );
        let help = Label::new(
            "二つの判定結果と、あれば作業場所だけを書きます",
            "name the two assessments and, if need be, a workspace",
        );
        return Err(refuse(terminal, &message, &help));
    }
    let path = args.path.as_deref().unwrap_or(Path::new("."));
    let named = |argument: &str| match Name::of(argument) {
        Some(name) if !is_file(argument) => name.find(path, terminal),
        _ => Ok(argument.to_owned()),
    };
    let (old_path, new_path) = (named(&args.old)?, named(&args.new)?);
    let (old, new) = (record(&old_path, terminal)?, record(&new_path, terminal)?);
    let Some(mut diff) = diff_assessments(&old, &new) else {
        let (a, b) = (&old.facility, &new.facility);
        let message = Label::new(
            format!("比べられません。`{old_path}` は {a}、`{new_path}` は {b} の判定結果です"),
            format!("cannot be compared: `{old_path}` is of {a} and `{new_path}` of {b}"),
        );
        let help = Label::new("同じ施設の結果を指定してください", "name two assessments of one facility");
        return Err(refuse(terminal, &message, &help));
    };
    let is_asked = args.path.is_some() || !args.facts.is_empty() || path.join("kijun.toml").is_file();
    if diff.needs_reevaluation() && is_asked {
        let found = evaluated_again(path, args, &old, &new, terminal)?;
        diff.attribute(
            found.as_ref().map(|(a, b)| Reevaluated { on_old_day: a, on_new_day: b }).map_err(Clone::clone),
        );
    }
    let outline = || assessment_diff_outline(&diff, terminal.lang);
    let bytes = match args.format {
        DiffFormat::Text => text(&outline(), terminal, args.output.is_some()),
        DiffFormat::Md => markdown(&outline()).into_bytes(),
        DiffFormat::Json => json(&assessment_diff_json(&diff, ENGINE)),
        DiffFormat::Csv => assessment_diff_csv(&diff, terminal.lang).unwrap_or_default(),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    Ok(if diff.worse() > 0 { Status::Findings } else { Status::Ok })
}

/// What the workspace gives on the days of both; `Err` within: why it gives nothing.
fn evaluated_again(
    path: &Path,
    args: &args::Diff,
    old: &AssessmentRecord,
    new: &AssessmentRecord,
    terminal: &Terminal,
) -> Result<Result<(AssessmentRecord, AssessmentRecord), Undivided>, Status> {
    if args.facts.locked {
        needs_lock(path, terminal)?;
    }
    let options = Options {
        profile: args.facts.profile.clone(),
        facts: args.facts.facts.clone(),
        ..Options::default()
    };
    let workspace = kijun_workspace::load(path, &options).map_err(|e| refuse_load(terminal, &e))?;
    if workspace.has_errors() {
        return Ok(Err(Undivided::Unsound));
    }
    let (old_day, new_day) = (day(&old.as_of, terminal)?, day(&new.as_of, terminal)?);
    let on = |day: i32| assess::on_day(&workspace, day, terminal);
    Ok(on(old_day).zip(on(new_day)).ok_or(Undivided::NotReproduced))
}
