//! `kijun answer`: filled-in questions as facts.

use std::collections::BTreeSet;

use kijun_engine::Detail;
use kijun_engine::assessment::Assessment;
use kijun_exchange::answers::{
    AnswerFacts, Problem, Returned, answer_facts, disagreements, effect_lines, read_answers,
};
use kijun_text::{Label, Lang, Severity};
use kijun_workspace::{Options, Workspace};

use super::{Status, evaluated, lines, load_sound, refuse, refuse_load, write_result};
use crate::args::Answer;
use crate::diagnostics;
use crate::terminal::Terminal;

/// Status 2 when an answer could not be taken as it is, 1 when one disagrees with what else is recorded.
pub(super) fn run(args: &Answer, terminal: &Terminal) -> Status {
    answer(args, terminal).unwrap_or_else(|status| status)
}

fn answer(args: &Answer, terminal: &Terminal) -> Result<Status, Status> {
    let (before, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &before.sources, &before.diagnostics);
    let returned = read(args, &before, terminal)?;
    let shown = file_name(args);
    let name = args
        .output
        .as_ref()
        .map_or_else(|| "answers.toml".to_owned(), |path| kijun_workspace::shown(&before.root, path));
    refuse_existing(args, terminal)?;
    let with = |facts: &AnswerFacts| {
        let options = Options {
            profile: args.facts.profile.clone(),
            facts: args.facts.facts.clone(),
            ..Options::default()
        };
        let added = [(name.clone(), facts.toml.clone())];
        kijun_workspace::load_with(&args.path, &options, &added).map_err(|e| refuse_load(terminal, &e))
    };
    let write = |unread: &BTreeSet<String>| {
        answer_facts(&before.compiled.program, &before.store, &returned, &shown, unread)
    };
    // What cannot be read as what it should be is found by reading it; it is kept as a remark then.
    let first = write(&BTreeSet::new());
    let (mut problems, unread) = unreadable(&with(&first)?, &name, &first);
    let facts = if unread.is_empty() { first } else { write(&unread) };
    let after = with(&facts)?;
    problems.extend(unreadable(&after, &name, &facts).0.into_iter().filter(|p| !unread.contains(&p.place)));
    problems.splice(0..0, returned.iter().flat_map(|r| &r.problems).cloned());
    problems.extend(facts.problems.iter().cloned());
    write_result(args.output.as_deref(), facts.toml.as_bytes(), terminal)?;
    for problem in &problems {
        terminal.warn(&format!("{shown} {}: {}\n", problem.place, terminal.text(&problem.message)));
    }
    let disagree = say_disagreements(&after, &name, &facts, &shown, terminal);
    if !terminal.quiet {
        say_counts(&returned, &facts, terminal);
        let effect = effect_lines(
            &after.compiled.program,
            &assessed(&before, today, terminal),
            &assessed(&after, today, terminal),
            terminal.lang,
        );
        terminal.warn(&String::from_utf8_lossy(&lines::text(&effect, terminal, true)));
        if args.output.is_none() {
            terminal.warn(terminal.say(
                "`--output facts/ファイル名.toml` で事実のフォルダーに書き込めます\n",
                "`--output facts/NAME.toml` writes it into the folder of facts\n",
            ));
        }
    }
    Ok(match (problems.is_empty(), disagree) {
        (false, _) => Status::Invalid,
        (true, true) => Status::Findings,
        (true, false) => Status::Ok,
    })
}

/// What was sent back, if this facility asked for it.
fn read(args: &Answer, workspace: &Workspace, terminal: &Terminal) -> Result<Vec<Returned>, Status> {
    let shown = args.file.display();
    let bytes = std::fs::read(&args.file).map_err(|error| {
        let message = kijun_text::cannot_read(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })?;
    let returned = read_answers(&file_name(args), &bytes).map_err(|(message, help)| {
        let Label { ja, en } = message;
        refuse(terminal, &Label::new(format!("{shown}: {ja}"), format!("{shown}: {en}")), &help)
    })?;
    let own = workspace.facility();
    if let Some(other) = returned.iter().map(|r| r.facility.as_str()).find(|f| !f.is_empty() && *f != own) {
        let message = Label::new(
            format!("`{shown}` は `{other}` からの照会への回答です。この施設は `{own}` です"),
            format!("`{shown}` answers questions of `{other}`; this facility is `{own}`"),
        );
        return Err(refuse(terminal, &message, &Label::default()));
    }
    if returned.iter().all(|r| r.is_blank() && r.problems.is_empty()) {
        let message = Label::new(
            format!("`{shown}` には回答が記入されていません"),
            format!("nothing is filled in in `{shown}`"),
        );
        return Err(refuse(terminal, &message, &Label::default()));
    }
    Ok(returned)
}

/// Facts that stand somewhere are not written over.
fn refuse_existing(args: &Answer, terminal: &Terminal) -> Result<(), Status> {
    let Some(path) = args.output.as_ref().filter(|path| path.exists()) else { return Ok(()) };
    let shown = path.display();
    let message = Label::new(format!("`{shown}` は既にあります"), format!("`{shown}` is there already"));
    let help = Label::new(
        "別の名前を指定するか、前のファイルを移してください。同じ回答を二度取り込む必要はありません",
        "name another file, or move this one away; the same answers need not be taken in twice",
    );
    Err(refuse(terminal, &message, &help))
}

fn file_name(args: &Answer) -> String {
    args.file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

/// What is wrong with the answers where they were read as facts, at the places where they were written.
fn unreadable(workspace: &Workspace, name: &str, facts: &AnswerFacts) -> (Vec<Problem>, BTreeSet<String>) {
    let mut problems = Vec::new();
    let mut places = BTreeSet::new();
    for diagnostic in workspace.diagnostics.iter().filter(|d| d.severity == Severity::Error) {
        if workspace.sources.path(diagnostic.span.file) != name {
            continue;
        }
        let (line, _) = workspace.sources.line_column(diagnostic.span);
        let place = facts.place_of(line).unwrap_or_default().to_owned();
        let (message, help) = (&diagnostic.message, &diagnostic.help);
        let with = |message: &str, help: &str, between: &str| {
            if help.is_empty() { message.to_owned() } else { format!("{message}{between}{help}") }
        };
        problems.push(Problem {
            place: place.clone(),
            message: Label::new(with(&message.ja, &help.ja, "。"), with(&message.en, &help.en, "; ")),
        });
        places.insert(place);
    }
    (problems, places)
}

/// Answers that other sources contradict: both stay, and the verdict says so.
fn say_disagreements(
    after: &Workspace,
    name: &str,
    facts: &AnswerFacts,
    shown: &str,
    terminal: &Terminal,
) -> bool {
    let file = after.fact_files.iter().rev().find(|f| f.path == name).map(|f| f.file);
    let Some(file) = file else { return false };
    let program = &after.compiled.program;
    let found = disagreements(facts, program, &after.store, &after.sources, file, terminal.lang);
    for one in &found {
        let others = one.others.iter().map(|(value, grade, place)| match terminal.lang {
            Lang::Ja => format!(
                "「{value}」（{grade}{place}）",
                grade = if grade.is_empty() { String::new() } else { format!("{grade}、") }
            ),
            Lang::En => format!(
                "`{value}` ({grade}{place})",
                grade = if grade.is_empty() { String::new() } else { format!("{grade}, ") }
            ),
        });
        let others: Vec<String> = others.collect();
        terminal.warn(&match terminal.lang {
            Lang::Ja => format!(
                "{shown} {}: 食い違い: {} の回答は「{}」ですが、{} という記録があります。どちらも残し、判定に示します\n",
                one.place, one.fact, one.answer, others.join("、")
            ),
            Lang::En => format!(
                "{shown} {}: disagreement: {} is answered `{}`, and recorded as {}; both are kept, and verdicts show it\n",
                one.place, one.fact, one.answer, others.join(", ")
            ),
        });
    }
    !found.is_empty()
}

fn say_counts(returned: &[Returned], facts: &AnswerFacts, terminal: &Terminal) {
    let unanswered: usize = returned.iter().map(|r| r.unanswered).sum();
    let (taken, unknown) = (facts.taken, facts.unknown);
    terminal.warn(&match terminal.lang {
        Lang::Ja => format!("取り込んだ回答 {taken} 件、未確認のまま {unknown} 件、空欄 {unanswered} 件\n"),
        Lang::En => format!("{taken} answer(s) taken in, {unknown} still unknown, {unanswered} left empty\n"),
    });
}

fn assessed(workspace: &Workspace, today: i32, terminal: &Terminal) -> Assessment {
    evaluated(workspace, &workspace.compiled.program, today, terminal).assessment_with(Detail::Message)
}
