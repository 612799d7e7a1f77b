//! `kijun ask`: questions to the people who can settle what is unknown.

use std::path::{Path, PathBuf};

use kijun_exchange::inquiry::{Inquiry, inquiry_json, inquiry_outline, respondent_markdown, respondent_xlsx};
use kijun_text::{Label, Lang};

use super::{Status, day, lines, load_sound, refuse, refuse_workbook, with_report, write_result};
use crate::args::{Ask, AskFormat};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &Ask, terminal: &Terminal) -> Status {
    ask(args, terminal).map_or_else(|status| status, |()| Status::Ok)
}

fn ask(args: &Ask, terminal: &Terminal) -> Result<(), Status> {
    let default = if args.output.is_some() { AskFormat::Xlsx } else { AskFormat::Text };
    let format = args.format.unwrap_or(default);
    let reply_by = args.reply_by.as_ref().map(|text| day(text, terminal)).transpose()?;
    let (workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    with_report(&workspace, today, terminal, |context| {
        let mut inquiry = Inquiry::new(context, reply_by);
        inquiry.keep(&args.to).map_err(|(message, help)| refuse(terminal, &message, &help))?;
        let output = args.output.as_deref();
        match (format, output) {
            (AskFormat::Text, _) => write_result(
                output,
                &lines::text(&inquiry_outline(&inquiry), terminal, output.is_some()),
                terminal,
            ),
            (AskFormat::Json, _) => write_result(output, &lines::json(&inquiry_json(&inquiry)), terminal),
            (AskFormat::Md, None) => {
                let all = (0..inquiry.respondents.len()).map(|at| respondent_markdown(&inquiry, at));
                write_result(None, all.collect::<Vec<_>>().join("\n").as_bytes(), terminal)
            }
            (AskFormat::Xlsx, None) => Err(refuse(
                terminal,
                &Label::new(
                    "相手ごとのブックを置くフォルダーが要ります",
                    "a folder is needed for the workbooks",
                ),
                &Label::new("--output フォルダー を付けてください", "add --output FOLDER"),
            )),
            (AskFormat::Md | AskFormat::Xlsx, Some(folder)) => {
                files(args, &inquiry, format, folder, terminal)
            }
        }
    })
}

/// A file for each respondent, numbered in the order in which they are best asked.
fn files(
    args: &Ask,
    inquiry: &Inquiry<'_>,
    format: AskFormat,
    folder: &Path,
    terminal: &Terminal,
) -> Result<(), Status> {
    let extension = if format == AskFormat::Md { "md" } else { "xlsx" };
    let named = inquiry.respondents.iter().zip(1..).map(|(who, number)| {
        let key = if who.key.is_empty() { "unassigned" } else { &who.key };
        folder.join(format!("{number:02}-{}.{extension}", file_part(key)))
    });
    let paths: Vec<PathBuf> = named.collect();
    if let Some(there) = paths.iter().find(|path| path.exists() && !args.force) {
        let shown = there.display();
        let message = Label::new(
            format!("`{shown}` は既にあります。記入済みの回答が入っているかもしれません"),
            format!("`{shown}` is there already, and may hold answers"),
        );
        let help = Label::new(
            "別のフォルダーを指定するか、上書きしてよければ --force を付けてください",
            "name another folder, or add --force to write over it",
        );
        return Err(refuse(terminal, &message, &help));
    }
    if !paths.is_empty() {
        std::fs::create_dir_all(folder).map_err(|error| {
            let shown = folder.display();
            let message = Label::new(
                format!("フォルダー `{shown}` を作れません: {}", kijun_text::in_japanese(&error)),
                format!("cannot make the folder `{shown}`: {error}"),
            );
            refuse(terminal, &message, &Label::default())
        })?;
    }
    for (at, path) in paths.iter().enumerate() {
        let bytes = match format {
            AskFormat::Md => respondent_markdown(inquiry, at).into_bytes(),
            _ => respondent_xlsx(inquiry, at).map_err(|error| refuse_workbook(&error, terminal))?,
        };
        write_result(Some(path), &bytes, terminal)?;
    }
    say(inquiry, &paths, terminal);
    Ok(())
}

fn say(inquiry: &Inquiry<'_>, paths: &[PathBuf], terminal: &Terminal) {
    if terminal.quiet {
        return;
    }
    if paths.is_empty() {
        terminal.warn(
            terminal.say("尋ねて決まることはありません\n", "there is nothing that an answer would settle\n"),
        );
    }
    for ((at, who), path) in inquiry.respondents.iter().enumerate().zip(paths) {
        let (count, path) = (inquiry.count(at), path.display());
        terminal.warn(&match terminal.lang {
            Lang::Ja => format!("{path}  {} 宛て {count} 件\n", who.name),
            Lang::En => format!("{path}  {count} question(s) to {}\n", who.name),
        });
    }
}

/// Letters and digits of any script; what file systems disagree about becomes a hyphen.
fn file_part(key: &str) -> String {
    let plain =
        key.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' });
    let text: String = plain.take(60).collect();
    text.trim_matches('.').to_owned()
}
