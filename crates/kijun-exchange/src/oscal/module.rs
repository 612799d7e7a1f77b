//! Imported statements as a module of the language.

use std::fmt::Write as _;

use kijun_syntax::{Kind, SyntaxError, parse, quoted};
use kijun_text::Lang;

use super::claim::{CatalogName, Claim};
use super::import::{Block, Imported, Line};
use super::json::Extra;

/// The module, laid out; comments are in this language.
///
/// # Errors
/// When the text does not parse, which is a bug.
pub(super) fn module_text(imported: &Imported, lang: Lang) -> Result<String, Vec<SyntaxError>> {
    let mut out = String::new();
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    doc(&mut out, &imported.title);
    let of = say("OSCALの対応付けから。版", "from an OSCAL mapping collection, version");
    doc(&mut out, &format!("{of} {} ({})", imported.version, imported.last_modified));
    doc(
        &mut out,
        say(
            "ここにない対応は「分からない」であって、対応がないという意味ではありません。",
            "What is not mapped is not known: nothing follows from its absence.",
        ),
    );
    comments(&mut out, "", &imported.extras);
    for block in &imported.blocks {
        out.push('\n');
        write_block(&mut out, block, say("対応にできなかったもの:", "became no statement:"));
    }
    kijun_syntax::format(&out)
}

/// Blocks alone, not laid out.
pub(crate) fn blocks_text(blocks: &[Block], lang: Lang) -> String {
    let not_carried =
        if lang == Lang::Ja { "対応にできなかったもの:" } else { "became no statement:" };
    let mut out = String::new();
    for block in blocks {
        out.push('\n');
        write_block(&mut out, block, not_carried);
    }
    out
}

fn doc(out: &mut String, text: &str) {
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let _ = writeln!(out, "//! {}", line.trim());
    }
}

fn comments(out: &mut String, before: &str, extras: &[Extra]) {
    for extra in extras {
        let colon = if extra.json.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "  //{before} OSCAL {}{colon}{}", extra.name, extra.json);
    }
}

fn write_block(out: &mut String, block: &Block, not_carried: &str) {
    let claims: Vec<&Claim> = block.lines.iter().filter_map(|l| l.claim.as_ref()).collect();
    let _ = writeln!(out, "mapping {} -> {} {{", block.from, block.to);
    let head = head(&claims);
    if let Some(head) = &head {
        let _ = writeln!(out, "  method {}", head.method.name());
        if let Some(rationale) = head.rationale {
            let _ = writeln!(out, "  rationale {}", rationale.name());
        }
        if !head.source.is_empty() {
            let _ = writeln!(out, "  source {}", quoted(&head.source));
        }
        let _ = writeln!(out, "  mark {}", head.mark.name());
    }
    comments(out, "", &block.extras);
    out.push('\n');
    for Line { claim, extras } in &block.lines {
        match (claim, &head) {
            (Some(claim), Some(head)) => {
                comments(out, "", extras);
                line(out, claim, head);
            }
            _ => comments(out, &format!(" {not_carried}"), extras),
        }
    }
    out.push_str("}\n");
}

/// What the block says once: what most lines say. A rationale only if every line states one, since a line cannot take
/// it back.
fn head(claims: &[&Claim]) -> Option<Claim> {
    let mut head = (*claims.first()?).clone();
    head.mark = most(claims.iter().map(|c| c.mark))?;
    head.rationale = if claims.iter().all(|c| c.rationale.is_some()) {
        most(claims.iter().map(|c| c.rationale))?
    } else {
        None
    };
    Some(head)
}

/// The most frequent value; of several, the smallest.
fn most<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts = std::collections::BTreeMap::<T, usize>::new();
    values.for_each(|v| *counts.entry(v).or_default() += 1);
    let highest = counts.values().copied().max()?;
    counts.into_iter().find(|(_, n)| *n == highest).map(|(v, _)| v)
}

fn line(out: &mut String, claim: &Claim, head: &Claim) {
    let sources: Vec<String> = claim.sources.iter().map(|s| written(s, &claim.from)).collect();
    let (word, target) = (claim.word(), written(&claim.target, &claim.to));
    match sources.as_slice() {
        [one] => _ = write!(out, "  {one} {word} {target}"),
        several => _ = write!(out, "  jointly {{ {} }} {word} {target}", several.join(" ")),
    }
    if let Some(strength) = claim.strength {
        let _ = write!(out, " strength {strength}");
    }
    if let Some(rationale) = claim.rationale.filter(|r| head.rationale != Some(*r)) {
        let _ = write!(out, " rationale {}", rationale.name());
    }
    if claim.mark != head.mark {
        let _ = write!(out, " mark {}", claim.mark.name());
    }
    if !claim.argument.ja.is_empty() {
        let _ = write!(out, " {}", quoted(&claim.argument.ja));
    }
    if !claim.argument.en.is_empty() {
        let _ = write!(out, " en {}", quoted(&claim.argument.en));
    }
    out.push('\n');
}

/// An id, with its catalogue where it would be read as something else (`mark`).
fn written(id: &str, catalog: &CatalogName) -> String {
    if stands(id) { id.to_owned() } else { format!("{catalog}:{id}") }
}

/// Whether a text can be written as an id, if need be after its catalogue.
pub(crate) fn is_id(id: &str) -> bool {
    stands(id) || stands(&format!("x:{id}"))
}

/// Whether a name is read as that of a catalogue.
pub(crate) fn is_catalog(name: &CatalogName) -> bool {
    let (name, text) = (name.to_string(), format!("mapping {name} -> {name} {{\n}}\n"));
    let parsed = parse(&text);
    let mapping = parsed.tree.child(Kind::Mapping).filter(|_| parsed.errors.is_empty());
    let ends = mapping.map(|m| m.all(Kind::CatalogId).map(|n| n.text(&text)).collect::<Vec<_>>());
    ends.is_some_and(|ends| ends == [name.as_str(); 2])
}

/// Whether a text is read as an id, as it is, at both ends of a line.
fn stands(id: &str) -> bool {
    let text = format!("mapping x -> y {{\n  a equal b\n  {id} equal {id}\n  a equal b\n}}\n");
    let parsed = parse(&text);
    let Some(mapping) = parsed.tree.child(Kind::Mapping).filter(|_| parsed.errors.is_empty()) else {
        return false;
    };
    let ids = |pair: &kijun_syntax::Node| -> Vec<String> {
        pair.all(Kind::RequirementId).map(|n| n.text(&text).to_owned()).collect()
    };
    let pairs: Vec<Vec<String>> = mapping.all(Kind::Pair).map(ids).collect();
    pairs.len() == 3
        && pairs.get(1).is_some_and(|pair| pair.iter().all(|found| found == id) && pair.len() == 2)
}
