use kijun_engine::due::due;
use kijun_exchange::diff::markdown;
use kijun_exchange::due::{DueContext, due_calendar, due_csv, due_json, due_outline, due_xlsx};
use kijun_text::Label;

use super::lines::{json, text};
use super::{Status, evaluated, load_sound, refuse, refuse_workbook, write_result};
use crate::args::{self, DueFormat, Within};
use crate::diagnostics;
use crate::terminal::Terminal;

/// What lapses: dates, evidence, attestations, waivers.
pub(super) fn run(args: &args::Due, terminal: &Terminal) -> Status {
    match list(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn list(args: &args::Due, terminal: &Terminal) -> Result<(), Status> {
    let (workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let within = days(args.within, today, terminal)?;
    let (program, store) = (&workspace.compiled.program, &workspace.store);
    evaluated(&workspace, program, today, terminal);
    let found = due(program, store, today, within);
    let title = workspace.title();
    let context = DueContext {
        program,
        store,
        sources: &workspace.sources,
        facility: workspace.facility(),
        title: &title,
        engine_version: env!("CARGO_PKG_VERSION"),
        as_of: today,
        within,
        due: &found,
    };
    let lang = terminal.lang;
    let outline = || due_outline(&context, lang);
    let bytes = match args.format {
        DueFormat::Text => text(&outline(), terminal, args.output.is_some()),
        DueFormat::Md => markdown(&outline()).into_bytes(),
        DueFormat::Json => json(&due_json(&context)),
        DueFormat::Ics => due_calendar(&context, lang).into_bytes(),
        DueFormat::Csv => due_csv(&context, lang).unwrap_or_default(),
        DueFormat::Xlsx => due_xlsx(&context, lang).map_err(|error| refuse_workbook(&error, terminal))?,
    };
    write_result(args.output.as_deref(), &bytes, terminal)
}

/// How many days a time from today on has.
fn days(within: Within, today: i32, terminal: &Terminal) -> Result<i32, Status> {
    let date = kijun_facts::value::civil_of(today);
    let span = jiff::Span::new().try_months(within.months).and_then(|s| s.try_days(within.days)).ok();
    let until = date.zip(span).and_then(|(date, span)| date.checked_add(span).ok());
    until.map(|d| kijun_facts::value::days_of(d) - today).ok_or_else(|| {
        let message = Label::new("`--within` が長すぎます", "`--within` is too long");
        refuse(terminal, &message, &Label::new("90d、1y のように書きます", "write it as 90d or 1y"))
    })
}
