use std::path::{Path, PathBuf};

use kijun_exchange::diff::{markdown, parse_assessment};
use kijun_exchange::history::{
    HistoryContext, KeptAssessment, UnreadFile, history_csv, history_json, history_outline,
};
use kijun_facts::Date;
use kijun_text::Label;
use kijun_workspace::Options;

use super::kept::{day_of, folder};
use super::lines::{json, text};
use super::{Status, refuse, refuse_load, write_result};
use crate::args::{self, HistoryFormat};
use crate::terminal::Terminal;

/// The assessments that a workspace keeps. Status 2 when a file among them cannot be read as one; the others are listed.
pub(super) fn run(args: &args::History, terminal: &Terminal) -> Status {
    list(args, terminal).unwrap_or_else(|status| status)
}

fn list(args: &args::History, terminal: &Terminal) -> Result<Status, Status> {
    // The facility is all that is needed: packs and facts may be wrong today.
    let texts = kijun_workspace::texts(&args.path, &Options::default(), &|_| None)
        .map_err(|e| refuse_load(terminal, &e))?;
    if texts.manifest.workspace.is_none() {
        let shown = args.path.display();
        let message =
            Label::new(format!("`{shown}` は作業場所ではありません"), format!("`{shown}` is no workspace"));
        let help = Label::new(
            "kijun.toml に [workspace] のあるフォルダを指定してください",
            "name a folder whose kijun.toml has a [workspace]",
        );
        return Err(refuse(terminal, &message, &help));
    }
    let (facility, title) = (texts.manifest.facility(), texts.manifest.title());
    let (mut kept, mut unread) = (Vec::new(), Vec::new());
    for path in files(&folder(&args.path), terminal)? {
        match read(&path, facility) {
            Ok(assessment) => kept.push(assessment),
            Err(problem) => unread.push(problem),
        }
    }
    let context = HistoryContext {
        facility,
        title: &title,
        engine_version: env!("CARGO_PKG_VERSION"),
        kept: &kept,
        unread: &unread,
    };
    let outline = || history_outline(&context, terminal.lang);
    let bytes = match args.format {
        HistoryFormat::Text => text(&outline(), terminal, args.output.is_some()),
        HistoryFormat::Md => markdown(&outline()).into_bytes(),
        HistoryFormat::Json => json(&history_json(&context)),
        HistoryFormat::Csv => history_csv(&context).unwrap_or_default(),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    // What is read holds them too, but for a table.
    let is_shown = args.output.is_none() && args.format != HistoryFormat::Csv;
    for problem in unread.iter().filter(|_| !is_shown) {
        refuse(terminal, &problem.message, &problem.help);
    }
    Ok(if unread.is_empty() { Status::Ok } else { Status::Invalid })
}

/// What is in the folder, by name and so by day; none where there is no folder. Hidden files are the system's.
fn files(folder: &Path, terminal: &Terminal) -> Result<Vec<PathBuf>, Status> {
    let is_hidden = |p: &Path| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
    let all = match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|e| e.map(|e| e.path())).collect::<Result<Vec<_>, _>>(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let mut all = all.map_err(|error| {
        let shown = folder.display();
        let message = kijun_text::cannot_read(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })?;
    all.retain(|p| !is_hidden(p));
    all.sort();
    Ok(all)
}

fn read(path: &Path, facility: &str) -> Result<KeptAssessment, UnreadFile> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let file = format!("history/{name}");
    let problem = |(message, help): (Label, Label)| UnreadFile { file: file.clone(), message, help };
    let Some(day) = day_of(path) else {
        return Err(problem((
            Label::new(
                format!("`{file}` は残された判定結果の名前（2026-11-22.json のような日付）ではありません"),
                format!("`{file}` is not named as a kept assessment is, by its day as in 2026-11-22.json"),
            ),
            Label::new("ほかのフォルダに移してください", "move it to another folder"),
        )));
    };
    let again = Label::new(
        "取り除くか、`kijun assess --keep` で作り直してください",
        "take it away, or make it again with `kijun assess --keep`",
    );
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = kijun_text::cannot_read(&file, &error);
        problem((message, again.clone()))
    })?;
    let record = parse_assessment(&text).map_err(|e| problem((e.describe(&file).0, again.clone())))?;
    if record.facility != facility {
        let other = &record.facility;
        let message = Label::new(
            format!("`{file}` は別の施設 ({other}) の判定結果です"),
            format!("`{file}` is of another facility ({other})"),
        );
        return Err(problem((message, again)));
    }
    let named = Date::day(day).to_string();
    if record.as_of != named {
        let of = &record.as_of;
        let message = Label::new(
            format!("`{file}` の中身は {of} の判定結果で、名前の日付と違います"),
            format!("`{file}` holds an assessment of {of}, another day than its name says"),
        );
        return Err(problem((message, again)));
    }
    Ok(KeptAssessment { file, record })
}
