//! Libraries of other tools in YAML, as files of the person who has them: control catalogues, mapping documents and policies of
//! Gemara, and libraries of CISO Assistant. What the language has no place for is said, and stands in a note where it is a text.

mod ciso_assistant;
mod gemara;
mod yaml;

pub use ciso_assistant::import_ciso_assistant;
pub use gemara::import_gemara;

#[cfg(test)]
mod tests;

use kijun_coverage::{Method, Relationship};
use kijun_engine::program::Mark;
use kijun_text::{Label, Lang, nfc};

use crate::loss::Losses;
use crate::oscal::{Block, CatalogName, Claim, Line, blocks_text};
use crate::pack::{
    CatalogDraft, Counts, Import, ImportedPack, PackFile, Problems, Provenance, manifest, modules,
    not_laid_out, report,
};

/// What a document became: catalogues and statements between catalogues.
struct Library {
    of: Provenance,
    drafts: Vec<CatalogDraft>,
    blocks: Vec<Block>,
    losses: Losses,
}

/// The pack of a library.
fn finish(library: Library, file: kijun_text::FileId, import: &Import<'_>) -> Result<ImportedPack, Problems> {
    let Library { of, drafts, blocks, losses } = library;
    let head = [of.title.clone(), from(import.lang)];
    let mut files: Vec<PackFile> = Vec::new();
    let mut counts = Counts::default();
    for (n, draft) in drafts.iter().enumerate() {
        for mut module in modules(draft, &head).map_err(|errors| not_laid_out(file, &errors))? {
            // Several catalogues of one library stand in folders of their own.
            if n > 0 {
                module.path = format!("{}/{}", draft.name.alias, module.path);
            }
            files.push(module);
        }
        let own = Counts::of(draft);
        counts.sections += own.sections;
        counts.requirements += own.requirements;
        counts.withdrawn += own.withdrawn;
    }
    if !blocks.is_empty() {
        counts.statements = blocks.iter().map(|b| b.lines.len()).sum();
        let text = format!("//! {}\n//! {}\n", one_line(&of.title), from(import.lang))
            + &blocks_text(&blocks, import.lang);
        let text = kijun_syntax::format(&text).map_err(|errors| not_laid_out(file, &errors))?;
        files.push(PackFile { path: "mapping.kijun".to_owned(), text });
    }
    let losses = losses.into_vec();
    let alias = drafts.first().map(|d| d.name.alias.clone());
    let alias = alias.or_else(|| blocks.first().map(|b| format!("map-{}-{}", b.from.alias, b.to.alias)));
    let name = import.pack.map(str::to_owned).or(alias).unwrap_or_else(|| "library".to_owned());
    let title = Label::new(nfc(&one_line(&of.title)), "");
    files.insert(0, manifest(&name, &title, &of, import, &[]));
    files.push(report(import, &of, counts, &losses));
    Ok(ImportedPack { files, losses, counts })
}

fn from(lang: Lang) -> String {
    match lang {
        Lang::Ja => "YAMLのライブラリから取り込みました。文章は取り込んだ人のファイルのもので、確かめるまで unverified(未確認)です。",
        Lang::En => "Imported from a library in YAML. Texts are those of the file that was imported, unverified until someone has confirmed them.",
    }
    .to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A statement of a library.
struct Stated<'a> {
    from: &'a CatalogName,
    to: &'a CatalogName,
    source: String,
    target: String,
    relationship: (Relationship, bool),
    strength: Option<u8>,
    argument: Label,
    /// Where it comes from.
    of: &'a str,
    mark: Mark,
}

/// Adds a statement to the block of its catalogues.
fn state(blocks: &mut Vec<Block>, stated: Stated<'_>) {
    let claim = Claim {
        from: stated.from.clone(),
        to: stated.to.clone(),
        sources: vec![stated.source],
        relationship: stated.relationship.0,
        equivalent: stated.relationship.1,
        target: stated.target,
        strength: stated.strength.filter(|_| stated.relationship.0 != Relationship::Unrelated),
        rationale: None,
        argument: stated.argument,
        method: Method::Human,
        source: stated.of.to_owned(),
        mark: stated.mark,
    };
    let line = Line { claim: Some(claim), extras: Vec::new() };
    match blocks.iter_mut().find(|b| b.from == *stated.from && b.to == *stated.to) {
        Some(block) => block.lines.push(line),
        None => blocks.push(Block {
            from: stated.from.clone(),
            to: stated.to.clone(),
            lines: vec![line],
            extras: Vec::new(),
        }),
    }
}
