//! `kijun facts template`: a workbook in which people fill in facts.

use kijun_exchange::{FactWorkbook, Unwritable, WorkbookError, fact_workbook};
use kijun_facts::KindId;
use kijun_text::{Label, Lang};
use kijun_workspace::{Options, Workspace};

use crate::args::FactTemplate;
use crate::commands::{Status, refuse, refuse_load, write_result};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &FactTemplate, terminal: &Terminal) -> Result<(), Status> {
    let options = Options { profile: None, facts: args.facts.clone(), ..Options::default() };
    let workspace = kijun_workspace::load(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    // What is to be filled in does not depend on what is wrong with the facts so far.
    let is_broken = if args.filled { workspace.has_errors() } else { workspace.compiled.has_errors() };
    if is_broken {
        diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
        return Err(Status::Invalid);
    }
    let kinds = kinds(args, &workspace, terminal)?;
    let (bytes, unwritable) =
        write_template(&workspace, kinds, args.filled, terminal.lang).map_err(|error| {
            let message = Label::new(
                format!("ブックを作れません: {error}"),
                format!("the workbook cannot be made: {error}"),
            );
            refuse(terminal, &message, &Label::default())
        })?;
    write_result(args.output.as_deref(), &bytes, terminal)?;
    say_unwritable(&unwritable, terminal);
    Ok(())
}

/// The workbook of a workspace.
pub(in crate::commands) fn write_template(
    workspace: &Workspace,
    kinds: Vec<KindId>,
    filled: bool,
    lang: Lang,
) -> Result<(Vec<u8>, Vec<Unwritable>), WorkbookError> {
    let context = FactWorkbook {
        program: &workspace.compiled.program,
        store: filled.then_some(&workspace.store),
        title: &workspace.title(),
        facility: workspace.facility(),
        kinds,
        engine_version: env!("CARGO_PKG_VERSION"),
    };
    fact_workbook(&context, lang)
}

/// All kinds, or those that are asked for.
fn kinds(args: &FactTemplate, workspace: &Workspace, terminal: &Terminal) -> Result<Vec<KindId>, Status> {
    let schema = &workspace.compiled.program.schema;
    if args.kind.is_empty() {
        return Ok((0..schema.kinds.len() as u32).map(KindId).collect());
    }
    args.kind.iter().map(|name| super::kind_named(schema, name, terminal)).collect()
}

/// How many facts are named that no cell can say.
const NAMED: usize = 10;

fn say_unwritable(unwritable: &[Unwritable], terminal: &Terminal) {
    if unwritable.is_empty() {
        return;
    }
    terminal.warn(terminal.say(
        "次の値はセルに書けないため、空欄にしました(区切り文字「;」「、」などを含むか、長すぎます):\n",
        "these values cannot stand in a cell and were left out (they hold a separator such as `;`, or are too long):\n",
    ));
    for fact in unwritable.iter().take(NAMED) {
        terminal.warn(&format!("- {}\n", fact.fact));
    }
    if let Some(more) = unwritable.len().checked_sub(NAMED).filter(|n| *n > 0) {
        terminal.warn(&match terminal.lang {
            Lang::Ja => format!("  ほか {more} 件\n"),
            Lang::En => format!("  and {more} more\n"),
        });
    }
}
