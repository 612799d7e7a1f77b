//! `kijun import oscal-component`: what a vendor declares, as facts.

use std::collections::BTreeSet;

use kijun_engine::program::Mark;
use kijun_exchange::oscal::catalog::SIDECAR;
use kijun_exchange::oscal::component::{ComponentImport, import_components};
use kijun_exchange::oscal::profile::{ImportedCatalog, ProfileCatalog, profile_catalogs};
use kijun_exchange::pack::Import;
use kijun_text::{Lang, Sources};

use super::dependencies::Dependencies;
use super::pack::{file_name, must_be_free, write};
use super::profile::{named, norms};
use crate::args::ImportComponents;
use crate::commands::export::catalog::{beside, sidecar};
use crate::commands::{Status, write_result};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &ImportComponents, terminal: &Terminal) -> Result<(), Status> {
    let facts_only = args.output.extension().is_some_and(|e| e == "toml");
    must_be_free(&args.output, terminal)?;
    let workspace = args.path.as_ref().map(|path| norms(path, terminal)).transpose()?;
    let catalogs: Option<Vec<ProfileCatalog>> = workspace.as_ref().map(|workspace| {
        let kept = |c: usize| sidecar(&beside(workspace, c)?.join(SIDECAR), terminal).ok().flatten();
        profile_catalogs(&workspace.compiled.program, &kept)
    });
    let at_hand = workspace.as_ref().map(|w| Dependencies::of(w, &args.output));
    let named_by = |d: &Dependencies<'_>| {
        let lines = catalogs.iter().flatten().filter_map(|c| d.line(&c.name, None));
        // A pack may declare several catalogues.
        lines.collect::<BTreeSet<_>>().into_iter().collect::<Vec<String>>()
    };
    let dependencies = at_hand.as_ref().map(named_by).unwrap_or_default();
    let text = super::read(&args.file, terminal)?;
    let sha256 = kijun_workspace::digest([text.as_bytes()]);
    let mut sources = Sources::default();
    let file = sources.add(args.file.display().to_string(), text);
    let named: Vec<ImportedCatalog> = args.catalog.iter().map(|text| named(text)).collect();
    let name = file_name(&args.file);
    let import = Import {
        file_name: &name,
        sha256: &sha256,
        pack: args.name.as_deref(),
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: terminal.lang,
    };
    let with =
        ComponentImport { import, named: &named, catalogs: catalogs.as_deref(), dependencies: &dependencies };
    let imported = import_components(&sources, file, &with).map_err(|problems| {
        diagnostics::show(terminal, &sources, &problems);
        Status::Invalid
    })?;
    if facts_only {
        write_result(Some(&args.output), imported.facts.as_bytes(), terminal)?;
        super::say_losses(&imported.pack.losses, terminal);
    } else {
        write(&imported.pack, &args.output, terminal)?;
    }
    if !terminal.quiet {
        let (components, claims) = (imported.components, imported.claims);
        terminal.warn(&match terminal.lang {
            Lang::Ja => format!("構成要素 {components}、主張 {claims}\n"),
            Lang::En => format!("{components} component(s), {claims} claim(s)\n"),
        });
    }
    Ok(())
}
