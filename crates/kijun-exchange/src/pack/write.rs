//! A draft as modules of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kijun_syntax::{SyntaxError, quoted};
use kijun_text::Label;

use super::PackFile;
use super::draft::{CatalogDraft, ItemDraft};

/// The modules of a catalogue, laid out. The catalogue itself stands in the first, `catalog.kijun`, after these lines of
/// documentation.
///
/// # Errors
/// When a text does not parse, which is a bug.
pub(crate) fn modules(draft: &CatalogDraft, head: &[String]) -> Result<Vec<PackFile>, Vec<SyntaxError>> {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    let mut order: Vec<&str> = vec![CATALOG];
    let mut first = String::new();
    head.iter().for_each(|line| _ = writeln!(first, "//! {}", one_line(line)));
    catalog(&mut first, draft);
    texts.insert(CATALOG, first);
    let ids: BTreeSet<&str> = draft.items.iter().map(|i| i.id.as_str()).collect();
    for it in &draft.items {
        let module = if it.module.is_empty() { CATALOG } else { it.module.as_str() };
        let text = texts.entry(module).or_insert_with(|| {
            order.push(module);
            format!("//! {}\n", one_line(&format!("{} {}", it.id, either(&it.title))))
        });
        item(text, draft, it, implied_parent(&it.id, &ids));
    }
    let laid_out = |path: &&str| {
        let text = kijun_syntax::format(texts.get(path).map_or("", String::as_str))?;
        Ok(PackFile { path: (*path).to_owned(), text })
    };
    order.iter().map(laid_out).collect()
}

pub(crate) const CATALOG: &str = "catalog.kijun";

fn either(label: &Label) -> &str {
    label.get(kijun_text::Lang::Ja)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the language takes an item to be part of where it does not say: the longest id that is a prefix of its own.
pub(crate) fn implied_parent<'i>(id: &str, ids: &BTreeSet<&'i str>) -> Option<&'i str> {
    let mut cuts: Vec<usize> =
        id.char_indices().filter(|(_, c)| matches!(c, '.' | '-' | '(')).map(|(i, _)| i).collect();
    cuts.reverse();
    cuts.into_iter().filter_map(|i| id.get(..i)).find_map(|prefix| ids.get(prefix).copied())
}

fn catalog(out: &mut String, draft: &CatalogDraft) {
    let _ = writeln!(out, "\ncatalog {} {} {{", draft.name.alias, quoted(either(&draft.title)));
    other_title(out, &draft.title);
    if !draft.name.edition.is_empty() {
        let _ = writeln!(out, "  edition {}", quoted(&draft.name.edition));
    }
    if !draft.published.is_empty() {
        let _ = writeln!(out, "  published {}", draft.published);
    }
    if !draft.publisher.is_empty() {
        let _ = writeln!(out, "  publisher {}", quoted(&draft.publisher));
    }
    if !draft.supersedes.is_empty() {
        let _ = writeln!(out, "  supersedes {}", draft.supersedes);
    }
    for level in &draft.levels {
        let (name, weight) = (&level.name, level.weight.name());
        let _ = write!(out, "  level {name} {weight} {}", quoted(either(&level.title)));
        if !level.title.ja.is_empty() && !level.title.en.is_empty() {
            let _ = write!(out, " en {}", quoted(&level.title.en));
        }
        out.push('\n');
    }
    ends(out, &draft.source, &draft.note, draft.mark);
    out.push_str("}\n");
}

/// The English title, where the Japanese one stands first.
fn other_title(out: &mut String, title: &Label) {
    if !title.ja.is_empty() && !title.en.is_empty() {
        let _ = writeln!(out, "  en {}", quoted(&title.en));
    }
}

fn both(out: &mut String, word: &str, label: &Label) {
    let (ja, en) = (&label.ja, &label.en);
    if ja.is_empty() && en.is_empty() {
        return;
    }
    let _ = write!(out, "  {word}");
    for (language, text) in [("ja", ja), ("en", en)] {
        if !text.is_empty() {
            let _ = write!(out, " {language} {}", quoted(text));
        }
    }
    out.push('\n');
}

fn ends(out: &mut String, source: &str, note: &Label, mark: Option<kijun_engine::program::Mark>) {
    if !source.is_empty() {
        let _ = writeln!(out, "  source {}", quoted(source));
    }
    if let Some(mark) = mark {
        let _ = writeln!(out, "  mark {}", mark.name());
    }
    both(out, "note", note);
}

fn item(out: &mut String, draft: &CatalogDraft, item: &ItemDraft, implied: Option<&str>) {
    let keyword = if item.is_section { "section" } else { "requirement" };
    let _ = writeln!(out, "\n{keyword} {}:{} {} {{", draft.name, item.id, quoted(either(&item.title)));
    other_title(out, &item.title);
    if !item.level.is_empty() {
        let _ = writeln!(out, "  level {}", item.level);
    }
    if let Some(parent) = item.parent.as_deref().filter(|p| implied != Some(*p)) {
        let _ = writeln!(out, "  part of {}", reference(parent, draft));
    }
    if !item.alias.is_empty() {
        let _ = writeln!(out, "  alias {}", quoted(&item.alias));
    }
    let lists = [
        ("measure", &item.measure),
        ("audience", &item.audience),
        ("basis", &item.basis),
        ("risk", &item.risks),
    ];
    for (word, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
        let _ = writeln!(out, "  {word} {}", names.join(", "));
    }
    both(out, "summary", &item.summary);
    if item.text_not_included {
        out.push_str("  text not included\n");
    }
    if let Some(into) = &item.withdrawn {
        let into: Vec<String> = into.iter().map(|id| reference(id, draft)).collect();
        let into = if into.is_empty() { String::new() } else { format!(" into {}", into.join(", ")) };
        let _ = writeln!(out, "  withdrawn{into}");
    }
    ends(out, &item.source, &item.note, item.mark);
    out.push_str("}\n");
}

/// An id of the catalogue; with its alias where it might be taken for a word of the language.
fn reference(id: &str, draft: &CatalogDraft) -> String {
    let is_word = id.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if is_word && !id.contains(':') { format!("{}:{id}", draft.name) } else { id.to_owned() }
}
