use kijun_exchange::compare::{compare_vendors, comparison_json, comparison_outline, comparison_xlsx};
use kijun_exchange::report::lines_markdown;

use super::{Status, lines, load_sound, refuse, refuse_terminal, refuse_workbook, with_report, write_result};
use crate::args::{Compare, CompareFormat, CompareVendor};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Bidders side by side. Nothing here ranks them.
pub(super) fn run(what: &Compare, terminal: &Terminal) -> Status {
    let Compare::Vendor(args) = what;
    vendors(args, terminal).map_or_else(|status| status, |()| Status::Ok)
}

fn vendors(args: &CompareVendor, terminal: &Terminal) -> Result<(), Status> {
    if args.format == CompareFormat::Xlsx {
        refuse_terminal(args.output.as_deref(), terminal)?;
    }
    let (workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let bytes = with_report(&workspace, today, terminal, |context| {
        let comparison = compare_vendors(context, [&args.a, &args.b])
            .map_err(|(message, help)| refuse(terminal, &message, &help))?;
        Ok(match args.format {
            CompareFormat::Text => {
                lines::text(&comparison_outline(&comparison), terminal, args.output.is_some())
            }
            CompareFormat::Md => lines_markdown(&comparison_outline(&comparison)).into_bytes(),
            CompareFormat::Xlsx => comparison_xlsx(&comparison).map_err(|e| refuse_workbook(&e, terminal))?,
            CompareFormat::Json => {
                let mut text = serde_json::to_vec_pretty(&comparison_json(&comparison)).unwrap_or_default();
                text.push(b'\n');
                text
            }
        })
    })?;
    write_result(args.output.as_deref(), &bytes, terminal)
}
