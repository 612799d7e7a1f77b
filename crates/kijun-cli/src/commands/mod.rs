//! One command per file: load, call, print.

mod answer;
mod ask;
mod assess;
mod catalogs;
mod check;
mod compare;
mod diff;
mod doc;
mod due;
mod editions;
mod explain;
mod export;
mod facts;
mod fix;
mod fmt;
mod gaps;
mod graph;
mod history;
mod import;
mod kept;
mod lines;
mod lints;
mod lsp;
mod matrix;
mod new;
mod packs;
mod places;
mod plan;
mod redact;
mod relate;
mod repl;
mod reproduce;
mod review;
mod risks;
mod seal;
mod shell;
mod stream;
mod strength;
mod test;
mod tracking;
mod update;
mod verify;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;

use kijun_engine::program::Program;
use kijun_engine::{Detail, Evaluation, Excess};
use kijun_exchange::accepted::Named;
use kijun_exchange::diff::{AssessmentRecord, parse_assessment};
use kijun_exchange::report::ReportContext;
use kijun_exchange::{PackRef, WorkbookError, WorkspaceRef};
use kijun_model::Told;
use kijun_text::{FileId, Label};
use kijun_workspace::{LoadError, LoadedPack, Options, Workspace};

use crate::args::{Command, FactArgs, ItemFormat};
use crate::diagnostics;
use crate::output::write_file;
use crate::terminal::Terminal;

/// How a run ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    Findings,
    Invalid,
    Undecided,
    NothingEvaluated,
}

impl Status {
    pub(crate) fn code(self) -> u8 {
        match self {
            Status::Ok => 0,
            Status::Findings => 1,
            Status::Invalid => 2,
            Status::Undecided => 3,
            Status::NothingEvaluated => 4,
        }
    }
}

pub(crate) fn run(command: &Command, terminal: &Terminal) -> Status {
    match command {
        Command::New { dir } => new::run(dir, terminal),
        Command::Check(args) => check::run(args, terminal),
        Command::Lints(args) => lints::run(args, terminal),
        Command::Assess(args) => assess::run(args, terminal),
        Command::Compare { what } => compare::run(what, terminal),
        Command::Risks(args) => risks::run(args, terminal),
        Command::Stream(args) => stream::run(args, terminal),
        Command::Explain { what, path, facts } => explain::run(what, path, facts, terminal),
        Command::Ask(args) => ask::run(args, terminal),
        Command::Answer(args) => answer::run(args, terminal),
        Command::Plan(args) => plan::run(args, terminal),
        Command::Due(args) => due::run(args, terminal),
        Command::History(args) => history::run(args, terminal),
        Command::Editions(args) => editions::run(args, terminal),
        Command::Matrix(args) => matrix::run(args, terminal),
        Command::Gaps(args) => gaps::run(args, terminal),
        Command::Doc(args) => doc::run(args, terminal),
        Command::Graph(args) => graph::run(args, terminal),
        Command::Relate(args) => relate::run(args, terminal),
        Command::Diff(args) => diff::run(args, terminal),
        Command::Test(args) => test::run(args, terminal),
        Command::Verify(args) => verify::run(args, terminal),
        Command::Facts { command } => facts::run(command, terminal),
        Command::Import { format } => import::run(format, terminal),
        Command::Export { format } => export::run(format, terminal),
        Command::Pack(args) => packs::pack(args, terminal),
        Command::Unpack(args) => packs::unpack(args, terminal),
        Command::Update(args) => update::run(args, terminal),
        Command::Seal(args) => seal::run(args, terminal),
        Command::Reproduce(args) => reproduce::run(args, terminal),
        Command::Repl(args) => repl::run(args, terminal),
        Command::Lsp => lsp::run(terminal),
        Command::Completions { shell } => shell::completions(*shell, terminal),
        Command::Man { dir } => shell::manual(dir, terminal),
        Command::Fmt { paths, check } => fmt::run(paths, *check, terminal),
    }
}

/// Says what is wrong with the call itself.
fn refuse(terminal: &Terminal, message: &Label, help: &Label) -> Status {
    terminal.warn(&format!("{} {}\n", terminal.say("エラー:", "error:"), terminal.text(message)));
    if !help.is_empty() {
        terminal.warn(&format!("  {} {}\n", terminal.say("対処:", "help:"), terminal.text(help)));
    }
    Status::Invalid
}

fn refuse_load(terminal: &Terminal, error: &LoadError) -> Status {
    refuse(terminal, &error.message, &error.help)
}

/// Says that there was nothing to evaluate.
fn no_rule(terminal: &Terminal) -> Status {
    let message = Label::new("評価された規則がありません", "no rule was evaluated");
    let help = Label::new(
        "プロファイルの範囲と、kijun.toml の [dependencies] を確かめてください",
        "check the scope of the profile and [dependencies] in kijun.toml",
    );
    refuse(terminal, &message, &help);
    Status::NothingEvaluated
}

/// Evaluates the facts of a workspace, or says what would be too much and ends the program: nothing is concluded from a part.
fn evaluated<'a>(
    workspace: &'a Workspace,
    program: &'a Program,
    today: i32,
    terminal: &Terminal,
) -> Evaluation<'a> {
    let evaluation = Evaluation::new(program, &workspace.store, today);
    bounded(&evaluation, workspace, terminal);
    evaluation
}

/// Ends the program where something was too much to evaluate.
fn bounded(evaluation: &Evaluation<'_>, workspace: &Workspace, terminal: &Terminal) {
    if let Some((message, help)) = excess(evaluation, workspace) {
        refuse(terminal, &message, &help);
        std::process::exit(i32::from(Status::Invalid.code()));
    }
}

/// What was too much to evaluate, and what to do about it.
fn excess(evaluation: &Evaluation<'_>, workspace: &Workspace) -> Option<(Label, Label)> {
    let Excess { message, help, span } = evaluation.excess()?;
    let place = workspace.sources.place(span);
    Some((Label::new(format!("{place}: {}", message.ja), format!("{place}: {}", message.en)), help))
}

/// Lends what reports need of a workspace on a day to one of them.
fn with_report<T>(
    workspace: &Workspace,
    today: i32,
    terminal: &Terminal,
    write: impl FnOnce(&ReportContext<'_>) -> T,
) -> T {
    let program = &workspace.compiled.program;
    let evaluation = evaluated(workspace, program, today, terminal);
    let assessment = evaluation.assessment_with(Detail::Facts);
    let (packs, own, title) = (pack_refs(workspace), workspace_ref(workspace), workspace.title());
    let of = assess::context(workspace, (&packs, &own), &[], &[]);
    write(&ReportContext {
        of: &of,
        evaluation: &evaluation,
        assessment: &assessment,
        title: &title,
        lang: terminal.lang,
        audience: None,
        changes: None,
        risks: &assess::documents::pack_risks(workspace),
        checklists: &[],
    })
}

/// The packs of a workspace as results name them.
fn pack_refs(workspace: &Workspace) -> Vec<PackRef> {
    let pack = |p: &LoadedPack| PackRef {
        name: p.name.clone(),
        version: p.version.clone(),
        sha256: p.sha256.clone(),
    };
    workspace.packs.iter().map(pack).collect()
}

/// What a workspace adds to its packs, as results name it.
fn workspace_ref(workspace: &Workspace) -> WorkspaceRef {
    WorkspaceRef { profile: workspace.profile.clone(), sha256: workspace.own_digest() }
}

/// Loads a workspace whose packs and facts are sound; says what is not.
fn load_sound(path: &Path, facts: &FactArgs, terminal: &Terminal) -> Result<(Workspace, i32), Status> {
    if facts.locked {
        needs_lock(path, terminal)?;
    }
    let options =
        Options { profile: facts.profile.clone(), facts: facts.facts.clone(), ..Options::default() };
    let workspace = kijun_workspace::load(path, &options).map_err(|e| refuse_load(terminal, &e))?;
    sound(workspace, facts, terminal)
}

/// The same for questions about norms and their mappings: the path may also be a folder of packs.
fn load_norms(path: &Path, facts: &FactArgs, terminal: &Terminal) -> Result<(Workspace, i32), Status> {
    if facts.locked {
        needs_lock(path, terminal)?;
    }
    let options =
        Options { profile: facts.profile.clone(), facts: facts.facts.clone(), ..Options::default() };
    let workspace = kijun_workspace::load_norms(path, &options).map_err(|e| refuse_load(terminal, &e))?;
    sound(workspace, facts, terminal)
}

/// Refuses to go on where there is no lock; where there is one, packs are held against it when they are read.
fn needs_lock(path: &Path, terminal: &Terminal) -> Result<(), Status> {
    let lock = path.join(kijun_workspace::LOCK);
    if lock.is_file() {
        return Ok(());
    }
    let shown = lock.display();
    let message = Label::new(format!("`{shown}` がありません"), format!("there is no `{shown}`"));
    let help = Label::new(
        "`kijun update` で作り、一緒に版管理してください",
        "make it with `kijun update`, and keep it under version control",
    );
    Err(refuse(terminal, &message, &help))
}

/// The workspace if nothing in it is wrong, and the day of evaluation.
fn sound(workspace: Workspace, facts: &FactArgs, terminal: &Terminal) -> Result<(Workspace, i32), Status> {
    if workspace.has_errors() {
        diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
        return Err(Status::Invalid);
    }
    let today = match &facts.as_of {
        Some(text) => day(text, terminal)?,
        None => workspace.as_of().unwrap_or_else(system_day),
    };
    Ok((workspace, today))
}

/// A day that the command line states.
fn day(text: &str, terminal: &Terminal) -> Result<i32, Status> {
    typed_day(text).map_err(|(message, help)| refuse(terminal, &message, &help))
}

/// A day as people type it, era names included; or what is wrong, and what to do.
fn typed_day(text: &str) -> Result<i32, (Label, Label)> {
    kijun_facts::parse_day(text).ok_or_else(|| {
        let message = Label::new(format!("`{text}` は日付ではありません"), format!("`{text}` is not a date"));
        (message, Label::new("2026-11-22、令和8年11月22日 のように書きます", "write it as 2026-11-22"))
    })
}

/// A day as documents write it.
fn iso_day(text: &str) -> Option<i32> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(kijun_facts::value::days_of(date))
}

fn system_day() -> i32 {
    kijun_facts::value::days_of(jiff::Zoned::now().date())
}

/// A workbook is no text: it goes to a file.
fn refuse_terminal(output: Option<&Path>, terminal: &Terminal) -> Result<(), Status> {
    if output.is_some() || !std::io::stdout().is_terminal() {
        return Ok(());
    }
    let message =
        Label::new("ワークブックは端末に表示できません", "a workbook cannot be shown on a terminal");
    let help = Label::new(
        "--output FILE.xlsx を付けるか、出力先をファイルに向けてください",
        "add --output FILE.xlsx, or send standard output to a file",
    );
    Err(refuse(terminal, &message, &help))
}

/// Text of diagnostics and tests is for the terminal, and a part of it stands on standard error.
fn refuse_text_file(format: ItemFormat, output: Option<&Path>, terminal: &Terminal) -> Result<(), Status> {
    if format != ItemFormat::Text || output.is_none() {
        return Ok(());
    }
    let message = Label::new("`--output` には形式が要ります", "`--output` needs a format");
    let help = Label::new(
        "--format json、ndjson、csv、md、sarif、junit、github、gitlab のどれかを付けてください",
        "add --format json, ndjson, csv, md, sarif, junit, github or gitlab",
    );
    Err(refuse(terminal, &message, &help))
}

/// Says why there is no workbook.
fn refuse_workbook(error: &WorkbookError, terminal: &Terminal) -> Status {
    let message = Label::new(
        format!("ワークブックを作れません: {error}"),
        format!("cannot make the workbook: {error}"),
    );
    let help = Label::new("--format csv か json を使ってください", "use --format csv or json");
    refuse(terminal, &message, &help)
}

/// An assessment that another run wrote.
fn record(path: &str, terminal: &Terminal) -> Result<AssessmentRecord, Status> {
    parsed_record(path, &record_text(path, terminal)?, terminal)
}

fn record_text(path: &str, terminal: &Terminal) -> Result<String, Status> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = kijun_text::cannot_read(path, &error);
        let help = Label::new(
            "判定結果は `kijun assess --format json --output ファイル` で作れます",
            "make an assessment with `kijun assess --format json --output FILE`",
        );
        refuse(terminal, &message, &help)
    })
}

fn parsed_record(path: &str, text: &str, terminal: &Terminal) -> Result<AssessmentRecord, Status> {
    parse_assessment(text).map_err(|error| {
        let (message, help) = error.describe(path);
        refuse(terminal, &message, &help)
    })
}

/// The pages of diagnostics, and their addresses below `docs`.
fn pages(docs: Option<&str>) -> impl Fn(&str) -> (Option<String>, Option<String>) {
    move |code| {
        let page = kijun_model::page(code);
        let uri = docs.filter(|_| page.is_some());
        let uri = uri.map(|docs| format!("{}/{code}.md", docs.trim_end_matches('/')));
        (page.map(str::to_owned), uri)
    }
}

/// Writes a result to a file, or to standard output where none is named.
fn write_result(output: Option<&Path>, bytes: &[u8], terminal: &Terminal) -> Result<(), Status> {
    let Some(path) = output else {
        terminal.print_bytes(bytes);
        return Ok(());
    };
    if is_register(path) {
        let shown = path.display();
        let message = Label::new(
            format!("`{shown}` は事実の台帳です。上書きしません"),
            format!("`{shown}` is a register of facts, and is not written over"),
        );
        let help = Label::new(
            "別の名前にしてください。要らない台帳なら、先に消すか移してください",
            "name another file; a register that is not needed any more is to be removed or moved first",
        );
        return Err(refuse(terminal, &message, &help));
    }
    write_file(path, bytes).map_err(|error| {
        let shown = path.display();
        let message = kijun_text::cannot_write(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })
}

/// Whether a file is there and among the facts of a workspace.
fn is_register(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    path.is_file()
        && path.ancestors().any(|a| a.ends_with("facts") && a.with_file_name("kijun.toml").is_file())
}

/// The modules of the pack or workspace itself, not of what it depends on.
fn own_modules(workspace: &Workspace) -> BTreeSet<FileId> {
    match &workspace.manifest.pack {
        Some(_) => {
            let root = workspace.packs.iter().find(|p| p.root == workspace.root);
            root.map(|p| p.modules.iter().copied().collect()).unwrap_or_default()
        }
        None => {
            let others: BTreeSet<FileId> =
                workspace.packs.iter().flat_map(|p| p.modules.iter().copied()).collect();
            workspace.modules.iter().copied().filter(|m| !others.contains(m)).collect()
        }
    }
}

/// A finding as entries of `[[accepted]]` name it.
fn told(finding: &'static str, named: Named) -> Told {
    let Named { file, of, with, text, change } = named;
    Told { file, finding, of, with, text, change }
}

/// The workspaces and packs that a path means: the folder itself, or the packs in it.
fn targets(path: &Path) -> Vec<std::path::PathBuf> {
    if path.join("kijun.toml").exists() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_owned()] };
    let mut found: Vec<_> =
        entries.filter_map(Result::ok).map(|e| e.path()).filter(|p| p.join("kijun.toml").exists()).collect();
    found.sort();
    if found.is_empty() { vec![path.to_owned()] } else { found }
}
