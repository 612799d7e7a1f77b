//! What a shell is told of the program: completions and manual pages, from the arguments themselves.

use std::io;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use kijun_text::{Label, Lang};

use super::{Status, refuse};
use crate::args::Args;
use crate::terminal::Terminal;

pub(crate) fn completions(shell: Shell, terminal: &Terminal) -> Status {
    // PowerShell reads what a program prints in the code page of the console, where Japanese in UTF-8 may swallow a quote.
    let lang = if shell == Shell::PowerShell { Lang::En } else { terminal.lang };
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Args::completed(lang), "kijun", &mut out);
    terminal.print_bytes(&out);
    Status::Ok
}

/// `kijun.1`, `kijun-assess.1`, `kijun-compare-vendor.1` …
pub(crate) fn manual(dir: &Path, terminal: &Terminal) -> Status {
    let mut command = Args::explained(terminal.lang);
    command.build();
    let written = std::fs::create_dir_all(dir).and_then(|()| pages(&command, dir, terminal.lang));
    match written {
        Ok(()) => Status::Ok,
        Err(error) => {
            let shown = dir.display();
            let message = kijun_text::cannot_write(&shown, &error);
            refuse(terminal, &message, &Label::default())
        }
    }
}

fn pages(command: &Command, dir: &Path, lang: Lang) -> io::Result<()> {
    for sub in command.get_subcommands() {
        pages(sub, dir, lang)?;
    }
    let page = Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    if lang == Lang::Ja {
        text = typeset(&String::from_utf8_lossy(&text)).into_bytes();
    }
    std::fs::write(dir.join(page.get_filename()), text)
}

/// A page as Japanese manuals are set: their headings, no blanks stretched to fill a line, each value on a line of its own.
fn typeset(page: &str) -> String {
    let line = |line: &str| match line {
        ".SH NAME" => ".ad l\n.nh\n.SH 名前\n".to_owned(),
        ".SH SYNOPSIS" => ".SH 書式\n".to_owned(),
        ".SH DESCRIPTION" => ".SH 説明\n".to_owned(),
        ".SH EXTRA" => ".SH 補足\n".to_owned(),
        ".SH VERSION" => ".SH バージョン\n".to_owned(),
        item if item.starts_with("\\- ") => format!(".br\n{item}\n"),
        _ => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}
