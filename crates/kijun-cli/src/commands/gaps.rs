use kijun_coverage::{Gaps, Mappings, evaluated, others};
use kijun_exchange::{gaps_csv, gaps_json};
use kijun_text::Label;

use super::catalogs::named;
use super::matrix::verdicts;
use super::{Status, load_norms, refuse, write_result};
use crate::args::{self, TableFormat};
use crate::coverage;
use crate::diagnostics;
use crate::terminal::Terminal;

/// What is not, partly or only possibly covered, and what is covered but unverified.
pub(super) fn run(args: &args::Gaps, terminal: &Terminal) -> Status {
    match write(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn write(args: &args::Gaps, terminal: &Terminal) -> Result<(), Status> {
    let (workspace, today) = load_norms(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let program = &workspace.compiled.program;
    let meant = |names: &[String]| -> Result<Vec<usize>, Status> {
        let of = |name: &String| {
            named(&workspace, name).map_err(|(message, help)| refuse(terminal, &message, &help))
        };
        Ok(names.iter().map(of).collect::<Result<Vec<_>, _>>()?.concat())
    };
    let evaluated = evaluated(program);
    let tracked = &workspace.compiled.tracked;
    let of = match &args.of {
        Some(names) => meant(names)?,
        None if !tracked.is_empty() => tracked.clone(),
        None => (0..program.catalogs.len()).filter(|c| !evaluated.contains(c)).collect(),
    };
    if of.is_empty() {
        let message = Label::new("どのカタログの隙間かが分かりません", "it is not clear of which catalogue");
        let help = Label::new("`--of カタログ` で指定してください", "name it with `--of CATALOG`");
        return Err(refuse(terminal, &message, &help));
    }
    let by = match &args.by {
        Some(names) => meant(names)?,
        None => evaluated,
    };
    let senses = args.senses.kinds();
    let mappings = Mappings::new(program, &workspace.compiled.mappings, senses.as_deref());
    let verdicts = (!args.unassessed).then(|| verdicts(&workspace, today, terminal)).flatten();
    let gaps: Vec<(Gaps, Vec<usize>)> = of
        .into_iter()
        .map(|catalog| {
            let by = others(program, catalog, &by);
            (Gaps::new(&mappings, catalog, &by, verdicts.as_ref()), by)
        })
        .collect();
    let bytes = match args.format {
        TableFormat::Text => {
            let texts = gaps.iter().map(|(gaps, by)| coverage::gaps(&mappings, gaps, by, args.top, terminal));
            let mut text = texts.collect::<Vec<_>>().join("\n");
            text.push_str(&coverage::contradictions(&mappings, terminal));
            text.into_bytes()
        }
        TableFormat::Csv => gaps_csv(&mappings, &gaps, terminal.lang).unwrap_or_default(),
        TableFormat::Json => {
            let json = gaps_json(&mappings, &gaps, env!("CARGO_PKG_VERSION"));
            let mut text = serde_json::to_vec_pretty(&json).unwrap_or_default();
            text.push(b'\n');
            text
        }
    };
    write_result(args.output.as_deref(), &bytes, terminal)
}
