//! What a shell is told of the program: completions and manual pages, from the arguments themselves.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use kijun_text::Label;

use super::{Status, refuse};
use crate::args::Args;
use crate::terminal::Terminal;

pub(crate) fn completions(shell: Shell, terminal: &Terminal) -> Status {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "kijun", &mut out);
    terminal.print_bytes(&out);
    Status::Ok
}

/// `kijun.1`, `kijun-assess.1`, `kijun-compare-vendor.1` …
pub(crate) fn manual(dir: &Path, terminal: &Terminal) -> Status {
    let written = std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(Args::command().disable_help_subcommand(true), dir));
    match written {
        Ok(()) => Status::Ok,
        Err(error) => {
            let shown = dir.display();
            let message = kijun_text::cannot_write(&shown, &error);
            refuse(terminal, &message, &Label::default())
        }
    }
}
