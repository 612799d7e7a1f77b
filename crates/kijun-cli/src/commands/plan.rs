use kijun_engine::program::{Program, Weight};
use kijun_engine::remedy::{Action, Fixed, Gap, Options, Plan, Planner, Trial};
use kijun_engine::{Cell, Detail};
use kijun_exchange::plan::{PlanContext, WhatIf, plan_csv, plan_json, plan_outline};
use kijun_facts::Store;
use kijun_text::{Label, nearest};

use super::lines::{json, text};
use super::redact::redact;
use super::tracking::Tracker;
use super::{Status, bounded, load_sound, no_rule, refuse, write_result};
use crate::args::{self, PlanFormat, PlanLevel, StepsArg};
use crate::diagnostics;
use crate::terminal::Terminal;

/// The changes that close the most gaps across all catalogues. Status 1 when a promise of the chosen steps does not hold.
pub(super) fn run(args: &args::Plan, terminal: &Terminal) -> Status {
    plan(args, terminal).unwrap_or_else(|status| status)
}

fn plan(args: &args::Plan, terminal: &Terminal) -> Result<Status, Status> {
    let (mut workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    // Whoever asks knows the records by their own ids. What is found are rows, and those stay.
    let (program, hidden) = (&workspace.compiled.program, args.redact.redact);
    let fixed = args.fixed.iter().map(|f| fixed(program, &workspace.store, f, hidden, terminal));
    let fixed = fixed.collect::<Result<_, _>>()?;
    redact(&mut workspace, today, &args.redact, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let (program, store) = (&workspace.compiled.program, &workspace.store);
    let least = match args.level {
        PlanLevel::Must => Weight::Must,
        PlanLevel::Should => Weight::Should,
        PlanLevel::Notice => Weight::Notice,
    };
    let options = Options { least, fixed, max_gaps: args.max_findings, max_trials: args.max_trials };
    let mut planner = Planner::new(program, store, today);
    bounded(planner.evaluation(), &workspace, terminal);
    let assessment = planner.evaluation().assessment_with(Detail::Facts);
    if assessment.rules == 0 {
        return Err(no_rule(terminal));
    }
    let plan = planner.plan(&options);
    let steps = args.what_if.as_ref().map(|s| numbers(s, &plan, terminal)).transpose()?;
    let tried = steps.as_deref().map(|steps| attempt(&mut planner, &plan, steps));
    let tracker = Tracker::new(&workspace);
    let items = tracker.items();
    let title = workspace.title();
    let context = PlanContext {
        program,
        store,
        evaluation: planner.evaluation(),
        assessment: &assessment,
        facility: workspace.facility(),
        title: &title,
        engine_version: env!("CARGO_PKG_VERSION"),
        least,
        plan: &plan,
        tracked: items.as_ref(),
        what_if: steps.as_deref().zip(tried.as_ref()).map(|(steps, trial)| WhatIf { steps, trial }),
    };
    let outline = || plan_outline(&context, terminal.lang);
    let bytes = match args.format {
        PlanFormat::Text => text(&outline(), terminal, args.output.is_some()),
        PlanFormat::Md => kijun_exchange::diff::markdown(&outline()).into_bytes(),
        PlanFormat::Json => json(&plan_json(&context)),
        PlanFormat::Csv => plan_csv(&context, terminal.lang).unwrap_or_default(),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    let promised = steps.iter().flatten().filter_map(|n| plan.steps.get(n - 1)).flat_map(|s| &s.promised);
    let holds = |g: &Gap| tried.as_ref().is_none_or(|t| t.closes(g.key()));
    Ok(if promised.into_iter().all(holds) { Status::Ok } else { Status::Findings })
}

/// The steps that are meant, all of which the plan has.
fn numbers(of: &StepsArg, plan: &Plan, terminal: &Terminal) -> Result<Vec<usize>, Status> {
    let last = plan.steps.len();
    let chosen = match of {
        StepsArg::All => (1..=last).collect(),
        StepsArg::Some(numbers) => numbers.clone(),
    };
    match chosen.iter().find(|n| **n > last) {
        None => Ok(chosen),
        Some(n) => {
            let message = Label::new(format!("手 {n} はありません"), format!("there is no step {n}"));
            let help = match last {
                0 => Label::new("この計画には手がありません", "this plan has no step"),
                _ => Label::new(format!("手は 1 から {last} までです"), format!("steps are 1 to {last}")),
            };
            Err(refuse(terminal, &message, &help))
        }
    }
}

/// The facts with these steps made.
fn attempt(planner: &mut Planner<'_>, plan: &Plan, steps: &[usize]) -> Trial {
    let chosen: Vec<_> = steps.iter().filter_map(|n| plan.steps.get(n - 1)).collect();
    let actions: Vec<&Action> = chosen.iter().flat_map(|s| &s.actions).collect();
    let gaps: Vec<Gap> = chosen.iter().flat_map(|s| &s.promised).copied().collect();
    // Every step of a plan has been written into the facts before.
    planner.attempt(&actions, &gaps).unwrap_or_default()
}

/// `kind`, `kind.attribute` or `kind.id.attribute`; an id may have points in it. Where ids are `hidden`, none is proposed.
fn fixed(
    program: &Program,
    store: &Store,
    text: &str,
    hidden: bool,
    terminal: &Terminal,
) -> Result<Fixed, Status> {
    let (kind_name, rest) = text.split_once('.').map_or((text, None), |(kind, rest)| (kind, Some(rest)));
    let unknown = |what: &str, names: Vec<&str>| {
        let message = Label::new(
            format!("`{text}` の `{what}` はありません"),
            format!("there is no `{what}` in `{text}`"),
        );
        let help = match nearest(what, names) {
            Some(similar) => {
                Label::new(format!("もしかして: `{similar}`"), format!("did you mean `{similar}`?"))
            }
            None => Label::new(
                "data_centre、data_centre.country、contract.ehr-2025.expires のように書きます",
                "write data_centre, data_centre.country or contract.ehr-2025.expires",
            ),
        };
        refuse(terminal, &message, &help)
    };
    let schema = &program.schema;
    let kind = schema.find_kind(kind_name);
    let Some((kind, def)) = kind.and_then(|k| Some((k, schema.kind(k)?))) else {
        return Err(unknown(kind_name, schema.kinds.iter().map(|k| k.name.as_str()).collect()));
    };
    let Some(rest) = rest else { return Ok(Fixed::Kind(kind)) };
    let (id, attribute) = rest.rsplit_once('.').map_or((None, rest), |(id, attribute)| (Some(id), attribute));
    let Some(attr) = def.attribute(attribute) else {
        return Err(unknown(attribute, def.attributes.iter().map(|a| a.name.as_str()).collect()));
    };
    let Some(id) = id else { return Ok(Fixed::Attribute(kind, attr)) };
    match store.row(kind, id) {
        Some(row) => Ok(Fixed::Cell(Cell { kind, row, attr })),
        None => {
            let rows = store.kind(kind).filter(|_| !hidden).map_or(0, |t| t.len());
            Err(unknown(id, (0..rows).map(|row| store.id_text(kind, row)).collect()))
        }
    }
}
