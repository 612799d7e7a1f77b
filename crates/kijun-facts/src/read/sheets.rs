//! The sheets of a workbook, each to its reader: as records of the kind that it is called by, or of the one that a manifest names.

use std::sync::Arc;

use kijun_text::{Diagnostic, FileId, Label, Sources, Span};

use super::map::{self, SourceMap};
use super::names::{self, Found};
use super::reader::Reader;
use super::workbook::{SheetText, Workbook, is_aside};
use super::{COMPLETE, Name, table};
use crate::build::StoreBuilder;

pub(super) fn take_in(
    builder: &mut StoreBuilder,
    sources: &mut Sources,
    file: FileId,
    workbook: &Workbook,
    maps: &[&SourceMap],
) {
    if let Some(fault) = &workbook.fault {
        builder.report(fault.diagnostic(Span::new(file, 0, 0)));
        return;
    }
    check_maps(builder, workbook, maps);
    let path = sources.path(file).to_owned();
    for sheet in &workbook.sheets {
        let own: Vec<&SourceMap> = maps.iter().copied().filter(|map| map.is_of_sheet(sheet.name())).collect();
        let file = sources.add_sheet(path.clone(), Arc::clone(&sheet.text), Arc::clone(&sheet.sheet));
        one(builder, file, sheet, &own);
    }
}

fn one(builder: &mut StoreBuilder, file: FileId, sheet: &SheetText, maps: &[&SourceMap]) {
    let stem = Name::stem_of(sheet.name());
    if maps.iter().any(|map| map.skip) {
        return;
    }
    let is_complete = names::key(stem) == COMPLETE;
    if maps.is_empty() && !is_complete && is_aside(sheet.name()) {
        // A slip of the pen must not pass for a note.
        if builder.suggestions.nearest(stem, std::iter::once(COMPLETE)).is_some() {
            let diagnostic = unknown_sheet(Span::new(file, 0, 0), sheet.name(), Some(COMPLETE));
            builder.report(diagnostic);
        }
        return;
    }
    if let Some(fault) = &sheet.fault {
        builder.report(fault.diagnostic(Span::new(file, 0, 0)));
        return;
    }
    // A new workbook comes with sheets that nobody has used.
    if sheet.text.is_empty() && maps.is_empty() {
        return;
    }
    if maps.is_empty() && !is_complete && names::find_kind(builder.schema(), stem) == Found::Nothing {
        let kinds = builder.schema().kinds.iter();
        let names = kinds.flat_map(|k| [k.name.as_str(), &k.label.ja, &k.label.en]);
        let nearest = builder.suggestions.nearest(stem, names);
        let first = sheet.text.find(['\t', '\n']).unwrap_or(0);
        builder.report(unknown_sheet(Span::new(file, 0, first), sheet.name(), nearest));
        return;
    }
    for problem in &sheet.problems {
        builder.report(problem.diagnostic(file));
    }
    let stem = if is_complete { COMPLETE } else { stem };
    if maps.is_empty() {
        return table::read(&mut reader(builder, file, sheet, stem), &sheet.text, Some(b'\t'));
    }
    for map in maps {
        table::read_mapped(&mut reader(builder, file, sheet, stem), &sheet.text, Some(b'\t'), map);
    }
}

fn reader<'r, 's>(
    builder: &'r mut StoreBuilder<'s>,
    file: FileId,
    sheet: &'r SheetText,
    stem: &'r str,
) -> Reader<'r, 's> {
    let mut reader = Reader::new(builder, file, &sheet.text, stem);
    (reader.epoch, reader.sheet) = (Some(sheet.epoch), Some(&*sheet.sheet));
    reader
}

/// Reports maps of sheets that are not there.
fn check_maps(builder: &mut StoreBuilder, workbook: &Workbook, maps: &[&SourceMap]) {
    let names: Vec<&str> = workbook.sheets.iter().map(SheetText::name).collect();
    for map in maps {
        let Some(wanted) = map.sheet.as_deref() else { continue };
        if !names.iter().any(|name| map.is_of_sheet(name)) {
            let nearest = builder.suggestions.nearest(wanted, names.iter().copied());
            builder.report(map::no_sheet(map, wanted, &names, nearest));
        }
    }
}

fn unknown_sheet(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let message = Label::new(
        format!("シート `{name}` に当たる種類がありません"),
        format!("there is no entity kind for the sheet `{name}`"),
    );
    let mut diagnostic = Diagnostic::error("K0501", span, message).suggest(nearest);
    let (ja, en) = match nearest {
        Some(near) => (format!("もしかして: `{near}`。"), format!("did you mean `{near}`? ")),
        None => Default::default(),
    };
    diagnostic.help = Label::new(
        format!(
            "{ja}シートの名前を種類の名前か表示名にするか、事実でないシートなら名前を `_` で始めてください"
        ),
        format!(
            "{en}name the sheet by the name or label of a kind, or let its name begin with `_` if it holds no facts"
        ),
    );
    diagnostic
}
