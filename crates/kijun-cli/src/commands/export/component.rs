//! `kijun export oscal-component`: facts about components as a component definition.

use kijun_exchange::oscal::catalog::{NoCatalog, SIDECAR};
use kijun_exchange::oscal::component::{ComponentExport, export_components};
use kijun_exchange::oscal::profile::profile_catalogs;
use kijun_text::Label;

use super::catalog::{beside, refuse_export, sidecar};
use super::{document_day, load};
use crate::args::ExportComponents;
use crate::commands::import::say_losses;
use crate::commands::{Status, refuse, write_result};
use crate::terminal::Terminal;

pub(super) fn run(args: &ExportComponents, terminal: &Terminal) -> Result<(), Status> {
    let workspace = load(&args.path, terminal)?;
    let day = document_day(&workspace, args.as_of.as_deref(), terminal)?;
    let ids = |c: usize| sidecar(&beside(&workspace, c)?.join(SIDECAR), terminal).ok().flatten();
    let catalogs = profile_catalogs(&workspace.compiled.program, &ids);
    let export = ComponentExport {
        program: &workspace.compiled.program,
        store: &workspace.store,
        catalogs: &catalogs,
        definition: args.definition.as_deref(),
        day: day.as_deref(),
    };
    let exported = export_components(&export).map_err(|error| match error {
        NoCatalog::Absent => {
            let message = Label::new(
                "書き出すコンポーネント定義(`component_definition`)が一つに決まりません",
                "there is not one `component_definition` to write",
            );
            let help = Label::new(
                "台帳に記録があるか確かめ、複数あるときは --definition で id を指定してください",
                "check that the facts have one, and name its id with --definition where there are several",
            );
            refuse(terminal, &message, &help)
        }
        other => refuse_export(&other, "facts", terminal),
    })?;
    write_result(args.output.as_deref(), exported.text.as_bytes(), terminal)?;
    say_losses(&exported.losses, terminal);
    Ok(())
}
