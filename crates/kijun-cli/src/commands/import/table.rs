//! `kijun import catalog` and `kijun import crosswalk`: tables as packs.

use std::path::Path;

use kijun_coverage::Method;
use kijun_exchange::oscal::CatalogName;
use kijun_exchange::pack::ImportedPack;
use kijun_exchange::tables::{
    CatalogColumns, CatalogTable, CrosswalkColumns, CrosswalkTable, Direction, Several, Table, TableProblem,
    delimited, import_crosswalk, import_table_catalog, known_ids, sheet,
};
use kijun_facts::{Decoded, is_workbook, read_grids};
use kijun_text::{Label, nearest};

use super::dependencies::Dependencies;
use super::pack::{choices, file_name, must_be_free, write};
use super::profile::norms;
use crate::args::{DirectionArg, ImportCrosswalk, ImportTable, MethodArg, PackArgs, SeveralArg};
use crate::commands::{Status, refuse};
use crate::terminal::Terminal;

pub(super) fn catalog(args: &ImportTable, terminal: &Terminal) -> Result<(), Status> {
    must_be_free(&args.pack.output, terminal)?;
    let (table, sha256) = table(&args.file, args.sheet.as_deref(), terminal)?;
    let levels = pairs(&args.weight, "--weight", terminal)?;
    let with = CatalogTable {
        table: &table,
        columns: CatalogColumns {
            id: args.id.clone(),
            title: args.title.clone(),
            title_en: args.title_en.clone(),
            text: args.text.clone(),
            parent: args.parent.clone(),
            level: args.level.clone(),
            kind: args.kind.clone(),
        },
        header_row: args.header_row,
        title: args.catalog_title.as_deref(),
        levels: &levels,
    };
    let name = file_name(&args.file);
    let pack = import_table_catalog(&with, &choices(&args.pack, &name, &sha256, terminal));
    done(pack, &args.file, &args.pack.output, terminal)
}

pub(super) fn crosswalk(args: &ImportCrosswalk, terminal: &Terminal) -> Result<(), Status> {
    must_be_free(&args.output, terminal)?;
    let (table, sha256) = table(&args.file, args.sheet.as_deref(), terminal)?;
    let words = pairs(&args.word, "--word", terminal)?;
    let workspace = args.path.as_ref().map(|path| norms(path, terminal)).transpose()?;
    let known = workspace.as_ref().map(|w| {
        let tree = |file| w.trees.get(file).map(|parse| &parse.tree);
        known_ids(&w.compiled.program, &w.sources, &tree)
    });
    let (from, to) = (CatalogName::parse(&args.from), CatalogName::parse(&args.to));
    let dependencies = workspace.as_ref().map(|w| Dependencies::of(w, &args.output));
    let with = CrosswalkTable {
        table: &table,
        columns: CrosswalkColumns {
            source: args.source_column.clone(),
            target: args.target_column.clone(),
            relationship: args.relationship_column.clone(),
            strength: args.strength_column.clone(),
            rationale: args.rationale_column.clone(),
            argument: args.argument_column.clone(),
        },
        header_row: args.header_row,
        direction: match args.direction {
            DirectionArg::SourceToTarget => Direction::SourceToTarget,
            DirectionArg::TargetToSource => Direction::TargetToSource,
        },
        several: args.several.map(|several| match several {
            SeveralArg::Each => Several::Each,
            SeveralArg::Jointly => Several::Jointly,
        }),
        from: from.clone(),
        to: to.clone(),
        relationship: args.relationship.as_deref(),
        words: &words,
        method: match args.method {
            MethodArg::Human => Method::Human,
            MethodArg::Published => Method::Published,
            MethodArg::Derived => Method::Derived,
        },
        known: known.as_deref(),
        dependency: &|name, id| dependencies.as_ref()?.line(name, id),
    };
    let pack_args = PackArgs {
        output: args.output.clone(),
        name: args.name.clone(),
        alias: None,
        edition: None,
        mark: args.mark,
    };
    let name = file_name(&args.file);
    let pack = import_crosswalk(&with, &choices(&pack_args, &name, &sha256, terminal));
    done(pack, &args.file, &args.output, terminal)
}

fn done(
    pack: Result<ImportedPack, Vec<TableProblem>>,
    file: &Path,
    output: &Path,
    terminal: &Terminal,
) -> Result<(), Status> {
    let pack = pack.map_err(|problems| {
        let shown = file.display();
        for TableProblem { place, message, help } in &problems {
            let at = if place.is_empty() { shown.to_string() } else { format!("{shown} {place}") };
            let Label { ja, en } = message;
            refuse(terminal, &Label::new(format!("{at}: {ja}"), format!("{at}: {en}")), help);
        }
        Status::Invalid
    })?;
    write(&pack, output, terminal)
}

/// `A=B`, by the last `=`.
pub(super) fn pairs(
    list: &[String],
    option: &str,
    terminal: &Terminal,
) -> Result<Vec<(String, String)>, Status> {
    let pair = |text: &String| {
        text.rsplit_once('=').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned())).ok_or_else(|| {
            let message = Label::new(
                format!("{option} には `語=意味` のように書きます(`{text}`)"),
                format!("write `WORD=MEANING` after {option} (`{text}`)"),
            );
            refuse(terminal, &message, &Label::default())
        })
    };
    list.iter().map(pair).collect()
}

/// The table in a file, and the SHA-256 of the file.
fn table(path: &Path, wanted: Option<&str>, terminal: &Terminal) -> Result<(Table, String), Status> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| {
        let message = kijun_text::cannot_read(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })?;
    let sha256 = kijun_workspace::digest([bytes.as_slice()]);
    if is_workbook(&shown.to_string()) {
        let grids = read_grids(&bytes).map_err(|(message, help)| refuse(terminal, &message, &help))?;
        let found = match wanted {
            Some(name) => grids.iter().find(|grid| grid.name.trim() == name.trim()),
            None => grids.first(),
        };
        let grid = found
            .ok_or_else(|| no_sheet(wanted.unwrap_or(""), grids.iter().map(|g| g.name.as_str()), terminal))?;
        return Ok((sheet(grid), sha256));
    }
    let unreadable = |terminal: &Terminal| {
        let message = Label::new(
            format!("`{shown}` の文字コードが分かりません"),
            format!("the encoding of `{shown}` is not known"),
        );
        refuse(terminal, &message, &Label::new("UTF-8 で保存し直してください", "save it as UTF-8"))
    };
    let decoded = Decoded::read(bytes.as_slice(), bytes.len()).map_err(|_| unreadable(terminal))?;
    if decoded.broken().is_some() {
        return Err(unreadable(terminal));
    }
    let table = delimited(decoded.text()).map_err(|problem| {
        let Label { ja, en } = &problem.message;
        let at = format!("{shown} {}", problem.place);
        refuse(terminal, &Label::new(format!("{at}: {ja}"), format!("{at}: {en}")), &problem.help)
    })?;
    Ok((table, sha256))
}

fn no_sheet<'n>(wanted: &str, names: impl Iterator<Item = &'n str> + Clone, terminal: &Terminal) -> Status {
    let message =
        Label::new(format!("シート `{wanted}` がありません"), format!("there is no sheet `{wanted}`"));
    let help = match nearest(wanted, names.clone()) {
        Some(near) => Label::new(format!("もしかして: `{near}`"), format!("did you mean `{near}`?")),
        None => {
            let all = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Label::new(format!("シート: {all}"), format!("the sheets are {all}"))
        }
    };
    refuse(terminal, &message, &help)
}
