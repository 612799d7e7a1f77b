use kijun_coverage::{Mappings, editions, flips, side_by_side};
use kijun_engine::Detail;
use kijun_engine::program::Program;
use kijun_exchange::diff::markdown;
use kijun_exchange::editions::{
    SideBySideContext, side_by_side_csv, side_by_side_json, side_by_side_outline, side_by_side_xlsx,
};
use kijun_text::Label;

use super::catalogs::named;
use super::lines::{json, text};
use super::{Status, evaluated, load_sound, refuse, refuse_workbook, write_result};
use crate::args::{self, EditionsFormat};
use crate::diagnostics;
use crate::terminal::Terminal;

/// The same facts under several editions, side by side.
pub(super) fn run(args: &args::Editions, terminal: &Terminal) -> Status {
    match write(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn write(args: &args::Editions, terminal: &Terminal) -> Result<(), Status> {
    let (workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let senses = args.senses.kinds();
    let mappings =
        Mappings::new(&workspace.compiled.program, &workspace.compiled.mappings, senses.as_deref());
    let mut columns: Vec<usize> = Vec::new();
    let chosen = match &args.of {
        // What is only tracked is not held against the facts.
        None => editions(&mappings).into_iter().filter(|c| !workspace.compiled.tracked.contains(c)).collect(),
        Some(names) => {
            let of = |n: &String| {
                named(&workspace, n).map_err(|(message, help)| refuse(terminal, &message, &help))
            };
            names.iter().map(of).collect::<Result<Vec<_>, _>>()?.concat()
        }
    };
    for catalog in chosen {
        if !columns.contains(&catalog) {
            columns.push(catalog);
        }
    }
    if columns.len() < 2 {
        let message = Label::new("並べる版が二つありません", "there are no two editions to put side by side");
        let help = Label::new(
            "`--of mhlw@6.0,mhlw@7.0` のように指定してください",
            "name them, as `--of mhlw@6.0,mhlw@7.0`",
        );
        return Err(refuse(terminal, &message, &help));
    }
    // All columns as a whole, whatever the profile takes of them.
    let mut program = Program::clone(&workspace.compiled.program);
    program.scope_to(&columns);
    let mappings = Mappings::new(&program, &workspace.compiled.mappings, senses.as_deref());
    let found = side_by_side(&mappings, &columns);
    let evaluation = evaluated(&workspace, &program, today, terminal);
    let assessment = evaluation.assessment_with(Detail::Message);
    let flips: Vec<_> =
        found.pairs.iter().map(|p| flips(&p.diff, &program, &evaluation, &assessment)).collect();
    let title = workspace.title();
    let context = SideBySideContext {
        mappings: &mappings,
        editions: &found,
        flips: &flips,
        assessment: &assessment,
        store: &workspace.store,
        facility: workspace.facility(),
        title: &title,
        engine_version: env!("CARGO_PKG_VERSION"),
    };
    let lang = terminal.lang;
    let outline = || side_by_side_outline(&context, lang);
    let bytes = match args.format {
        EditionsFormat::Text => text(&outline(), terminal, args.output.is_some()),
        EditionsFormat::Md => markdown(&outline()).into_bytes(),
        EditionsFormat::Json => json(&side_by_side_json(&context)),
        EditionsFormat::Csv => side_by_side_csv(&context, lang).unwrap_or_default(),
        EditionsFormat::Xlsx => {
            side_by_side_xlsx(&context, lang).map_err(|error| refuse_workbook(&error, terminal))?
        }
    };
    write_result(args.output.as_deref(), &bytes, terminal)
}
