//! Messages in both languages, with the expressions that `{…}` puts into them.

use kijun_engine::program::{Expr, Message, Piece};
use kijun_syntax::{Kind, Node, parse_expression};
use kijun_text::{Diagnostic, Label, Span};

use super::{Lowering, Scope};
use crate::context::Decl;

impl Lowering<'_, '_, '_> {
    /// The `ja` and `en` texts of a clause.
    pub(crate) fn message(&mut self, clause: Decl<'_>, scope: &mut Scope) -> Message {
        let mut message = Message::default();
        for part in clause.parts() {
            let Some(string) = part.child(Kind::String) else { continue };
            let pieces = self.pieces(string, scope);
            match part.node.kind {
                Kind::Ja => message.ja = pieces,
                Kind::En => message.en = pieces,
                _ => {}
            }
        }
        message
    }

    fn pieces(&mut self, string: Decl<'_>, scope: &mut Scope) -> Vec<Piece> {
        let raw = string.node.text(string.text);
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut at = 1;
        while let Some(c) = raw.get(at..raw.len().saturating_sub(1)).and_then(|r| r.chars().next()) {
            match c {
                '\\' => {
                    let escaped = raw.get(at + 1..).and_then(|r| r.chars().next()).unwrap_or('\\');
                    text.push(if escaped == 'n' { '\n' } else { escaped });
                    at += 1 + escaped.len_utf8();
                }
                '{' => {
                    let rest = raw.get(at + 1..).unwrap_or("");
                    let Some(len) = rest.find('}') else {
                        self.bad_interpolation(string, at, raw.len() - at - 1);
                        break;
                    };
                    let source = rest.get(..len).unwrap_or("");
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    let start = string.node.start + at + 1;
                    if let Some(expr) = self.interpolation(string, source, start, scope) {
                        pieces.push(Piece::Value(expr));
                    }
                    at += len + 2;
                }
                other => {
                    text.push(other);
                    at += other.len_utf8();
                }
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        pieces
    }

    fn bad_interpolation(&mut self, string: Decl<'_>, at: usize, len: usize) {
        let start = string.node.start + at;
        self.reports.push(
            Diagnostic::error(
                "K0309",
                Span::new(string.file, start, start + len),
                Label::new("`{` に対する `}` がありません", "a `{` has no `}`"),
            )
            .help("文字としての `{` は `\\{` と書きます", "write `\\{` for the character itself"),
        );
    }

    fn interpolation(
        &mut self,
        string: Decl<'_>,
        source: &str,
        start: usize,
        scope: &mut Scope,
    ) -> Option<Expr> {
        match parse_expression(source) {
            Err(error) => {
                let mut diagnostic = Diagnostic::error(
                    "K0309",
                    Span::new(string.file, start + error.start, start + error.end),
                    error.message,
                );
                diagnostic.label = error.label;
                diagnostic.help = error.help;
                self.reports.push(diagnostic);
                None
            }
            Ok(mut node) => {
                shift(&mut node, start);
                self.expr(Decl { node: &node, ..string }, None, scope)
            }
        }
    }
}

fn shift(node: &mut Node, by: usize) {
    node.start += by;
    node.end += by;
    node.children.iter_mut().for_each(|c| shift(c, by));
}
