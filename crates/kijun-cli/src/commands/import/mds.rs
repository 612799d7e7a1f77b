//! `kijun import mds`: a vendor's disclosure form as facts.

use std::path::Path;

use kijun_exchange::disclosure::{Disclosed, DisclosureOptions, import_disclosure, parse_layout};
use kijun_facts::read_grids;
use kijun_text::{Label, Lang};

use super::read;
use crate::args::ImportDisclosure;
use crate::commands::{Status, refuse, write_result};
use crate::terminal::Terminal;

pub(super) fn run(args: &ImportDisclosure, terminal: &Terminal) -> Result<(), Status> {
    let layout = parse_layout(&read(&args.layout, terminal)?).map_err(|error| {
        let shown = args.layout.display();
        let at = error.line.map_or_else(|| shown.to_string(), |line| format!("{shown}:{line}"));
        let Label { ja, en } = error.message;
        refuse(terminal, &Label::new(format!("{at}: {ja}"), format!("{at}: {en}")), &Label::default())
    })?;
    let bytes = std::fs::read(&args.file).map_err(|error| {
        let shown = args.file.display();
        let message = kijun_text::cannot_read(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })?;
    let grids = read_grids(&bytes).map_err(|(message, help)| refuse(terminal, &message, &help))?;
    let options = DisclosureOptions {
        id: args.id.clone().unwrap_or_else(|| stem(&args.file)),
        system: args.system.clone(),
        source: args.source.clone().unwrap_or_else(|| name(&args.file)),
    };
    let found = import_disclosure(&grids, &layout, &options)
        .map_err(|error| refuse(terminal, &error.message, &error.help))?;
    let head = terminal.say(
        "# 開示書の取込み。文言は開示書のとおりです。書いてあるセルを行末に示します。\n",
        "# A disclosure form, in the vendor's words; the cell that says it stands behind each line.\n",
    );
    let text = format!("{head}# {}\n\n{}", name(&args.file), found.facts);
    write_result(args.output.as_deref(), text.as_bytes(), terminal)?;
    say(&found, args, terminal);
    // What could not be read is to be looked at before anybody relies on the facts.
    if found.problems.is_empty() { Ok(()) } else { Err(Status::Invalid) }
}

fn name(file: &Path) -> String {
    file.file_name().and_then(|name| name.to_str()).unwrap_or("disclosure").to_owned()
}

fn stem(file: &Path) -> String {
    file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("disclosure").to_owned()
}

fn say(found: &Disclosed, args: &ImportDisclosure, terminal: &Terminal) {
    let shown = args.file.display();
    for problem in &found.problems {
        terminal.warn(&format!("{shown} {}: {}\n", problem.place, terminal.text(&problem.message)));
    }
    if terminal.quiet {
        return;
    }
    terminal.warn(&match terminal.lang {
        Lang::Ja => format!(
            "項目 {} 件（うち回答を読めないもの {} 件。未確認として扱われます）\n",
            found.items, found.open
        ),
        Lang::En => format!(
            "{} item(s), {} of them without an answer, which is then unknown\n",
            found.items, found.open
        ),
    });
    if args.system.is_none() {
        terminal.warn(terminal.say(
            "対象のシステムが書かれていません。`--system ID` で指定するか、出力に書き加えてください\n",
            "the system that it is about is not stated: name it with `--system ID`, or add it to the output\n",
        ));
    }
}
