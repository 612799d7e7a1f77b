//! What every step of the compilation shares: sources, trees, where to report.

use std::collections::BTreeMap;

pub(crate) use kijun_syntax::unescape;
use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, FileId, Label, Span, nearest, nfc};

/// A declaration: a node of the tree of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decl<'a> {
    pub(crate) file: FileId,
    pub(crate) text: &'a str,
    pub(crate) node: &'a Node,
}

impl<'a> Decl<'a> {
    pub(crate) fn at(self, node: &'a Node) -> Decl<'a> {
        Decl { node, ..self }
    }

    pub(crate) fn span(self) -> Span {
        self.span_of(self.node)
    }

    pub(crate) fn span_of(self, node: &Node) -> Span {
        Span::new(self.file, node.start, node.end)
    }

    /// The text of a node, in NFC.
    pub(crate) fn text_of(self, node: &Node) -> String {
        nfc(node.text(self.text)).into_owned()
    }

    pub(crate) fn child(self, kind: Kind) -> Option<Decl<'a>> {
        self.node.child(kind).map(|n| self.at(n))
    }

    pub(crate) fn all(self, kind: Kind) -> impl Iterator<Item = Decl<'a>> {
        self.node.all(kind).map(move |n| self.at(n))
    }

    pub(crate) fn parts(self) -> impl Iterator<Item = Decl<'a>> {
        self.node.parts().map(move |n| self.at(n))
    }

    /// The text of the first child of this kind.
    pub(crate) fn word(self, kind: Kind) -> Option<String> {
        self.child(kind).map(|d| self.text_of(d.node))
    }

    pub(crate) fn own_text(self) -> String {
        self.text_of(self.node)
    }

    /// The name that a declaration gives: its first name token.
    pub(crate) fn name(self) -> Option<(String, Span)> {
        self.child(Kind::Name).map(|d| (d.own_text(), d.span()))
    }

    /// The content of the first string below: `"…"` without quotes and escapes.
    pub(crate) fn string(self) -> Option<String> {
        self.child(Kind::String).map(|d| unescape(&d.own_text()))
    }

    /// Title (ja) and `en`.
    pub(crate) fn label(self) -> Label {
        let ja = self.child(Kind::Title).and_then(Decl::string).unwrap_or_default();
        let en = self.child(Kind::En).and_then(Decl::string).unwrap_or_default();
        Label::new(ja, en)
    }

    /// The names of a clause such as `audience a, b`.
    pub(crate) fn names_of(self, clause: Kind) -> Vec<(String, Span)> {
        let Some(clause) = self.child(clause) else { return Vec::new() };
        let holder = clause.child(Kind::Names).unwrap_or(clause);
        holder.all(Kind::Name).map(|d| (d.own_text(), d.span())).collect()
    }
}

/// The place of a diagnostic about what stands in no file, such as a choice of the command line.
pub(crate) const NOWHERE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

/// Collects diagnostics. `quiet` counts them only, where a text is lowered again that was reported once.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) quiet: usize,
}

impl Reports {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.quiet == 0 {
            self.diagnostics.push(diagnostic);
        }
    }

    /// "There is no such …", with the nearest name.
    pub(crate) fn unknown<'n>(
        &mut self,
        code: &'static str,
        span: Span,
        what: (&str, &str),
        name: &str,
        candidates: impl IntoIterator<Item = &'n str>,
    ) {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        let similar = nearest(name, candidates.iter().copied());
        let (ja, en) = what;
        let message = Label::new(format!("{ja} `{name}` はありません"), format!("there is no {en} `{name}`"));
        let diagnostic = Diagnostic::error(code, span, message).suggest(similar);
        self.push(match (similar, candidates.len()) {
            (Some(_), _) => diagnostic,
            (None, 0) => diagnostic.help("一つも宣言されていません", "none is declared"),
            (None, 1..=12) => {
                let list = candidates.join(", ");
                diagnostic.help(format!("使えるのは: {list}"), format!("there are: {list}"))
            }
            _ => diagnostic
                .help("つづりを確かめるか、宣言を加えてください", "check the spelling, or declare it"),
        });
    }

    pub(crate) fn no_such_day(&mut self, code: &'static str, text: &str, span: Span) {
        let message =
            Label::new(format!("`{text}` という日はありません"), format!("there is no day `{text}`"));
        self.push(
            Diagnostic::error(code, span, message)
                .help("日付は 2026-04-01 のように書きます", "write a date as 2026-04-01"),
        );
    }

    pub(crate) fn duplicate(&mut self, what: (&str, &str), name: &str, span: Span, first: Span) {
        let (ja, en) = what;
        self.push(
            Diagnostic::error(
                "K0202",
                span,
                Label::new(
                    format!("{ja} `{name}` は二重に宣言されています"),
                    format!("the {en} `{name}` is declared twice"),
                ),
            )
            .label("二度目", "the second time")
            .note(first, "最初はここ", "first here")
            .help("どちらかの名前を変えるか、消してください", "rename or remove one of them"),
        );
    }
}

/// Sorts in natural reading order: `8.2` before `8.10`, ア before イ. Runs of digits by their value, before other runs by
/// their text.
pub(crate) fn natural_key(id: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * id.len());
    let mut chars = id.chars().peekable();
    while let Some(c) = chars.peek().copied() {
        if c.is_ascii_digit() {
            let mut n = 0_u64;
            while let Some(d) = chars.peek().and_then(|c| c.to_digit(10)) {
                n = n.saturating_mul(10).saturating_add(u64::from(d));
                chars.next();
            }
            out.push(0);
            out.extend(n.to_be_bytes());
        } else {
            out.push(1);
            while let Some(c) = chars.next_if(|c| !c.is_ascii_digit()) {
                out.extend(c.encode_utf8(&mut [0; 4]).bytes());
                if matches!(c, '.' | '-' | '(') {
                    break;
                }
            }
            out.push(0);
        }
    }
    out
}

/// Declarations of one kind by name, in the order of names; a second one of the same name is reported.
pub(crate) fn by_name<'a>(
    decls: &[Decl<'a>],
    kind: Kind,
    what: (&str, &str),
    reports: &mut Reports,
) -> BTreeMap<String, Decl<'a>> {
    let mut found: BTreeMap<String, Decl<'a>> = BTreeMap::new();
    for decl in decls.iter().filter(|d| d.node.kind == kind) {
        let Some((name, span)) = decl.name() else { continue };
        match found.get(&name).and_then(|d| d.name()) {
            Some((_, first)) => reports.duplicate(what, &name, span, first),
            None => {
                found.insert(name, *decl);
            }
        }
    }
    found
}

pub(crate) fn name_span(decl: Decl<'_>) -> Span {
    decl.name().map(|(_, span)| span).unwrap_or_default()
}
