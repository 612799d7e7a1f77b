//! Places of a text that lead out of it: web addresses, codes of diagnostics, folders of packs.

use std::ops::Range;

use kijun_model::Origin;
use kijun_syntax::Kind;
use kijun_text::FileId;

use crate::doc::{Doc, DocKind};
use crate::snapshot::Snapshot;

/// A place that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub range: Range<usize>,
    pub to: LinkTarget,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    Web(String),
    /// The page of a diagnostic.
    Page(String),
    /// The manifest of a pack, in this folder below that of the manifest which names it.
    Pack(String),
}

/// In the order of the text. In modules, of comments and texts in quotes; in facts, of everything; in a manifest, the paths of
/// dependencies too.
pub fn links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let mut out = Vec::new();
    match doc.kind {
        DocKind::Module => {
            for token in doc.parse().tree.tokens() {
                let is_comment = token.kind == Kind::Comment;
                if is_comment || token.kind == Kind::String {
                    web(doc, token.start..token.end, &mut out);
                }
                if is_comment {
                    pages(doc, token.start..token.end, &mut out);
                }
            }
        }
        DocKind::Manifest => {
            web(doc, 0..doc.text.len(), &mut out);
            packs(file, doc, &mut out);
        }
        DocKind::Facts { .. } => web(doc, 0..doc.text.len(), &mut out),
    }
    out.sort_by_key(|l| (l.range.start, l.range.end));
    out
}

/// Addresses end at white space, quotes, brackets of any width, and signs of Japanese text, in facts at a comma too; a full stop
/// or comma at their end belongs to the sentence.
fn web(doc: &Doc, within: Range<usize>, out: &mut Vec<Link>) {
    let text = doc.text.get(within.clone()).unwrap_or("");
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|t| t.find("://")).map(|i| at + i) {
        let before = text.get(..found).unwrap_or("");
        let scheme = ["https", "http"].into_iter().find(|s| before.ends_with(s));
        at = found + 3;
        let Some(scheme) = scheme else { continue };
        let own = text.get(at..).unwrap_or("");
        let ends = |c: char| ends_address(c) || (c == ',' && doc.is_facts());
        let host = own.get(..own.find(ends).unwrap_or(own.len())).unwrap_or("");
        let host = host.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        let start = found - scheme.len();
        at += host.len();
        if host.starts_with(char::is_alphanumeric) {
            let address = text.get(start..at).unwrap_or("").to_owned();
            out.push(Link { range: within.start + start..within.start + at, to: LinkTarget::Web(address) });
        }
    }
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "\"<>()[]{}|\\^`、。，．「」『』（）［］｛｝【】〈〉《》・；：！？".contains(c)
}

fn pages(doc: &Doc, within: Range<usize>, out: &mut Vec<Link>) {
    let text = doc.text.get(within.clone()).unwrap_or("");
    for (at, _) in text.match_indices('K') {
        let Some(code) = text.get(at..at + 5) else { continue };
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + 5..).and_then(|t| t.chars().next());
        let alone = !before.is_some_and(is_word) && !after.is_some_and(is_word);
        if alone && kijun_model::page(code).is_some() {
            let range = within.start + at..within.start + at + 5;
            out.push(Link { range, to: LinkTarget::Page(code.to_owned()) });
        }
    }
}

fn packs(file: FileId, doc: &Doc, out: &mut Vec<Link>) {
    let Ok(manifest) = kijun_model::parse_manifest(file, &doc.text) else { return };
    for dependency in manifest.dependencies.values() {
        // What is in an archive or at a revision is no file.
        let Origin::Folder(path) = dependency.get_ref().origin() else { continue };
        let quoted = path.span();
        // Without its quotes, of which there may be three.
        let written = doc.text.get(quoted.clone()).unwrap_or("");
        let inner = written.trim_matches(['"', '\'']);
        let start = quoted.start + written.find(inner).unwrap_or(0);
        if !inner.is_empty() {
            let to = LinkTarget::Pack(path.get_ref().clone());
            out.push(Link { range: start..start + inner.len(), to });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Files;
    use crate::semantics::Semantics;

    fn check(kind: DocKind, text: &str) -> Vec<String> {
        let mut files = Files::default();
        let file = files.set(None, Arc::new(Doc::new("x", kind, text)));
        let snapshot = Snapshot::new(files, Arc::new(Semantics::empty()));
        let shown = |l: Link| {
            let (what, to) = match l.to {
                LinkTarget::Web(to) => ("web", to),
                LinkTarget::Page(to) => ("page", to),
                LinkTarget::Pack(to) => ("pack", to),
            };
            let text = &text[l.range];
            if text == to { format!("{what} {text}") } else { format!("{what} {text} -> {to}") }
        };
        links(&snapshot, file).into_iter().map(shown).collect()
    }

    #[test]
    fn comments_and_texts_lead_to_the_web() {
        let text = "// see https://example.org/a_(b), and (http://example.org/?q=1#x).\nrisk a \"https://例え.jp/表「外」\"\n// https:// ftp://x ttps://y\n";
        assert_eq!(
            check(DocKind::Module, text),
            ["web https://example.org/a_", "web http://example.org/?q=1#x", "web https://例え.jp/表"]
        );
        assert_eq!(check(DocKind::Module, "entity a { b: https://example.org }\n"), Vec::<String>::new());
        assert_eq!(
            check(DocKind::Facts { broken: None }, "id,source\na,https://example.org/x,1\n"),
            ["web https://example.org/x"]
        );
    }

    #[test]
    fn codes_in_comments_lead_to_their_pages() {
        assert_eq!(
            check(DocKind::Module, "// K0203 と K0403、K9999 AK0203 K02031\nrisk a \"K0203\"\n"),
            ["page K0203", "page K0403"]
        );
    }

    #[test]
    fn a_manifest_leads_to_the_packs_that_it_names() {
        let text = "[pack]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nb = { path = \"../b\", version = \"1\" }\nc = { path = '../c' }\nd = { archive = \"d.kpack\" }\ne = { git = \"e\", rev = \"v1\", path = \"e\" }\n";
        assert_eq!(check(DocKind::Manifest, text), ["pack ../b", "pack ../c"]);
        assert_eq!(check(DocKind::Manifest, "[pack\n# https://example.org\n"), ["web https://example.org"]);
    }
}
