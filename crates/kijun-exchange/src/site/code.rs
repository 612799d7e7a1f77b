//! The text of modules: shown with plain colours, and read for what a program does not keep.

use std::collections::BTreeMap;

use kijun_engine::program::{Program, RequirementId};
use kijun_syntax::{Kind, Node, parse};
use kijun_text::{FileId, Label, Sources};

use crate::html::Html;

/// A piece of a module with its comments, texts and words of the language told apart.
pub(super) fn highlighted(text: &str) -> Html {
    let mut html = Html::default();
    html.raw("<pre class=\"code\" tabindex=\"0\"><code>");
    let parsed = parse(text);
    for token in parsed.tree.tokens() {
        let class = match token.kind {
            Kind::Comment => "c",
            Kind::String => "s",
            kind if kind.is_keyword() => "k",
            _ => "",
        };
        match class {
            "" => html.text(token.text(text)),
            class => html.raw("<span").attr("class", class).raw(">").text(token.text(text)).raw("</span>"),
        };
    }
    html.raw("</code></pre>\n");
    html
}

/// What packs say of requirements in their own words (`summary`).
pub(super) fn summaries(program: &Program, sources: &Sources) -> BTreeMap<RequirementId, Label> {
    let mut by_file: BTreeMap<FileId, Vec<(usize, RequirementId)>> = BTreeMap::new();
    for (requirement, id) in program.requirements.iter().zip(0u32..) {
        let place = (requirement.span.start as usize, RequirementId(id));
        by_file.entry(requirement.span.file).or_default().push(place);
    }
    let mut out = BTreeMap::new();
    for (file, items) in by_file {
        let Some(source) = sources.get(file).filter(|s| s.text.contains("summary")) else { continue };
        let tree = parse(&source.text).tree;
        for (start, id) in items {
            let after = tree.children.partition_point(|node| node.start <= start);
            let own = after.checked_sub(1).and_then(|at| tree.children.get(at));
            own.into_iter().for_each(|node| {
                node.walk(&mut |node| {
                    if node.kind == Kind::Summary {
                        out.insert(id, messages(node, &source.text));
                    }
                });
            });
        }
    }
    out
}

/// Texts by the word before each.
fn messages(node: &Node, text: &str) -> Label {
    let mut label = Label::default();
    let mut english = false;
    for token in node.tokens() {
        match (token.kind, token.text(text)) {
            (Kind::String, written) => {
                let said = unescaped(written);
                if english { label.en = said } else { label.ja = said }
            }
            (_, "en") => english = true,
            (_, "ja") => english = false,
            _ => {}
        }
    }
    label
}

fn unescaped(written: &str) -> String {
    let inner = written.strip_prefix('"').and_then(|w| w.strip_suffix('"')).unwrap_or(written);
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}
