use kijun_exchange::report::{lines_markdown, risk_register, risks_xlsx};

use super::{Status, lines, load_sound, refuse_terminal, refuse_workbook, with_report, write_result};
use crate::args::{RiskFormat, Risks};
use crate::diagnostics;
use crate::terminal::Terminal;

/// The risk register of a workspace.
pub(super) fn run(args: &Risks, terminal: &Terminal) -> Status {
    write(args, terminal).map_or_else(|status| status, |()| Status::Ok)
}

fn write(args: &Risks, terminal: &Terminal) -> Result<(), Status> {
    if args.format == RiskFormat::Xlsx {
        refuse_terminal(args.output.as_deref(), terminal)?;
    }
    let (workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let bytes = with_report(&workspace, today, terminal, |context| match args.format {
        RiskFormat::Text => Ok(lines::text(&risk_register(context), terminal, args.output.is_some())),
        RiskFormat::Md => Ok(lines_markdown(&risk_register(context)).into_bytes()),
        RiskFormat::Xlsx => risks_xlsx(context).map_err(|e| refuse_workbook(&e, terminal)),
    })?;
    write_result(args.output.as_deref(), &bytes, terminal)
}
