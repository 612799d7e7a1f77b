use kijun_coverage::Mappings;

use super::catalogs::item;
use super::{Status, load_norms, refuse, write_result};
use crate::args;
use crate::coverage;
use crate::diagnostics;
use crate::terminal::Terminal;

/// How two items stand to each other, with the derivation in words.
pub(super) fn run(args: &args::Relate, terminal: &Terminal) -> Status {
    match write(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn write(args: &args::Relate, terminal: &Terminal) -> Result<(), Status> {
    let facts =
        args::FactArgs { as_of: None, facts: Some(Vec::new()), profile: args.profile.clone(), locked: false };
    let (workspace, _) = load_norms(&args.path, &facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let program = &workspace.compiled.program;
    let of = |text: &str| item(program, text).map_err(|(message, help)| refuse(terminal, &message, &help));
    let (a, b) = (of(&args.a)?, of(&args.b)?);
    let senses = args.senses.kinds();
    let mappings = Mappings::new(program, &workspace.compiled.mappings, senses.as_deref());
    write_result(None, coverage::relate(&mappings, a, b, terminal).as_bytes(), terminal)
}
