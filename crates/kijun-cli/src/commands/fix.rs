//! `check --fix`: what lints can put right, written into the modules at hand.

use std::path::Path;

use kijun_model::lint::apply;
use kijun_text::{Diagnostic, FileId, Label, Lang};
use kijun_workspace::{Options, Workspace};

use super::{Status, refuse, refuse_load};
use crate::args::LintsArg;
use crate::terminal::Terminal;

/// A fix may lay bare another one, such as of `not not not a`.
const ROUNDS: usize = 16;

/// The workspace after the fixes of what is told, read again. Nothing is changed in what does not compile.
pub(super) fn fixed(
    mut workspace: Workspace,
    target: &Path,
    which: LintsArg,
    terminal: &Terminal,
) -> Result<Workspace, Status> {
    let mut made = 0;
    for _ in 0..ROUNDS {
        if workspace.has_errors() || which == LintsArg::Off {
            break;
        }
        let now = round(&workspace, which, terminal)?;
        if now == 0 {
            break;
        }
        made += now;
        workspace =
            kijun_workspace::load(target, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
    }
    if !terminal.quiet {
        terminal.warn(&match terminal.lang {
            Lang::Ja => format!("{}: {made} 箇所を直しました\n", target.display()),
            Lang::En => format!("{}: {made} fix(es) made\n", target.display()),
        });
    }
    Ok(workspace)
}

/// Makes the fixes that do not touch each other; how many.
fn round(workspace: &Workspace, which: LintsArg, terminal: &Terminal) -> Result<usize, Status> {
    let lints = workspace.lints([]);
    let mut made = 0;
    for unit in &workspace.lint_units {
        for file in &unit.modules {
            let told: Vec<Diagnostic> =
                lints.in_file(*file).iter().filter_map(|d| lints.told(d, which == LintsArg::All)).collect();
            made += write(workspace, *file, &told, terminal)?;
        }
    }
    Ok(made)
}

/// Writes a module with the fixes of what is told of it. One that was formatted stays so.
fn write(
    workspace: &Workspace,
    file: FileId,
    told: &[Diagnostic],
    terminal: &Terminal,
) -> Result<usize, Status> {
    let (Some(source), Some(path)) = (workspace.sources.get(file), workspace.path_of(file)) else {
        return Ok(0);
    };
    let (mut text, made) = apply(file, &source.text, told);
    if made == 0 {
        return Ok(0);
    }
    if kijun_syntax::format(&source.text).is_ok_and(|formatted| formatted == *source.text)
        && let Ok(formatted) = kijun_syntax::format(&text)
    {
        text = formatted;
    }
    let beside = path.with_extension("kijun.new");
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let shown = path.display();
        let message = Label::new(format!("`{shown}`: {error}"), format!("`{shown}`: {error}"));
        refuse(terminal, &message, &Label::default())
    })?;
    Ok(made)
}
