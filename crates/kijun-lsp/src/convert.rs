//! Between places in bytes and places of the protocol, and between the two sorts of plain data.

use std::ops::Range as Bytes;
use std::path::{Path, PathBuf};

use kijun_ide::{CompletionKind, Doc, Issue, Level, Space};
use kijun_text::{Label, Lang, Units};
use tower_lsp::ls_types::{
    CodeDescription, CompletionItemKind, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    Location, NumberOrString, Position, Range, SymbolKind, Uri,
};

use crate::ask::Ask;

pub(crate) fn position(doc: &Doc, offset: usize, units: Units) -> Position {
    let lines = doc.lines();
    Position::new(lines.line(offset) as u32, lines.column(&doc.text, offset, units))
}

pub(crate) fn range(doc: &Doc, bytes: &Bytes<usize>, units: Units) -> Range {
    Range::new(position(doc, bytes.start, units), position(doc, bytes.end, units))
}

pub(crate) fn offset(doc: &Doc, place: Position, units: Units) -> usize {
    doc.lines().offset(&doc.text, place.line, place.character, units)
}

pub(crate) fn bytes(doc: &Doc, range: Range, units: Units) -> Bytes<usize> {
    let (start, end) = (offset(doc, range.start, units), offset(doc, range.end, units));
    start.min(end)..end.max(start)
}

pub(crate) fn uri(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

/// The path of a file; nothing for what is none (`untitled:`, `git:`).
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    uri.to_file_path().filter(|_| is_file).map(std::borrow::Cow::into_owned)
}

/// An issue as the editor shows it.
pub(crate) fn diagnostic(ask: &Ask, doc: &Doc, issue: &Issue) -> Diagnostic {
    let related = issue.related.iter().filter_map(|r| {
        let location = ask.location(r.file, &r.range)?;
        Some(DiagnosticRelatedInformation { location, message: text(&r.text, ask.lang) })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let severity = match issue.level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Information => DiagnosticSeverity::INFORMATION,
        Level::Hint => DiagnosticSeverity::HINT,
    };
    let help = text(&issue.help, ask.lang);
    let message = text(&issue.message, ask.lang);
    Diagnostic {
        range: range(doc, &issue.range, ask.units),
        severity: Some(severity),
        code: Some(NumberOrString::String(issue.code.clone())),
        code_description: page(ask, &issue.code).map(|href| CodeDescription { href }),
        source: Some("kijun".to_owned()),
        message: if help.is_empty() { message } else { format!("{message}\n{help}") },
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

/// The page of a diagnostic, where it is set where they are.
pub(crate) fn page(ask: &Ask, code: &str) -> Option<Uri> {
    let base = ask.docs.as_ref().filter(|_| kijun_model::page(code).is_some())?;
    format!("{}/{code}.md", base.trim_end_matches('/')).parse().ok()
}

pub(crate) fn text(label: &Label, lang: Lang) -> String {
    label.get(lang).to_owned()
}

pub(crate) fn symbol_kind(space: Space) -> SymbolKind {
    match space {
        Space::Catalog | Space::Mapping => SymbolKind::NAMESPACE,
        Space::Section => SymbolKind::MODULE,
        Space::Requirement => SymbolKind::INTERFACE,
        Space::Entity => SymbolKind::CLASS,
        Space::Attribute => SymbolKind::FIELD,
        Space::Enum => SymbolKind::ENUM,
        Space::Literal | Space::Level => SymbolKind::ENUM_MEMBER,
        Space::Relation | Space::Definition => SymbolKind::FUNCTION,
        Space::Table => SymbolKind::ARRAY,
        Space::Check | Space::Attest | Space::Satisfy => SymbolKind::METHOD,
        Space::Param => SymbolKind::CONSTANT,
        Space::Profile => SymbolKind::PACKAGE,
        Space::Test | Space::Property => SymbolKind::EVENT,
        Space::Instrument | Space::Risk => SymbolKind::OBJECT,
        Space::Local => SymbolKind::VARIABLE,
    }
}

pub(crate) fn completion_kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Of(space) => match space {
            Space::Catalog | Space::Mapping | Space::Section => CompletionItemKind::MODULE,
            Space::Requirement => CompletionItemKind::REFERENCE,
            Space::Entity => CompletionItemKind::CLASS,
            Space::Attribute => CompletionItemKind::FIELD,
            Space::Enum => CompletionItemKind::ENUM,
            Space::Literal | Space::Level => CompletionItemKind::ENUM_MEMBER,
            Space::Relation | Space::Definition | Space::Table => CompletionItemKind::FUNCTION,
            Space::Param => CompletionItemKind::CONSTANT,
            Space::Local => CompletionItemKind::VARIABLE,
            _ => CompletionItemKind::VALUE,
        },
    }
}

/// A place of another file as the protocol names it.
pub(crate) fn location(path: &Path, doc: &Doc, bytes: &Bytes<usize>, units: Units) -> Option<Location> {
    Some(Location { uri: uri(path)?, range: range(doc, bytes, units) })
}
