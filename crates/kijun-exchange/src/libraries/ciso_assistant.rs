//! A library of CISO Assistant: frameworks become catalogues, mapping sets become mappings.

use std::collections::BTreeMap;

use kijun_text::{FileId, Label, Sources, nfc};

use super::yaml::{At, Reader, document};
use super::{Library, Stated, finish, one_line, state};
use crate::loss::Losses;
use crate::oscal::CatalogName;
use crate::pack::{
    CatalogDraft, Import, ImportedPack, ItemDraft, Names, Problems, Provenance, catalog_name, in_its_language,
};
use crate::tables::relationship_of;

/// Reads a library that was added to the sources. `words` are words for relationships, with those of the language.
///
/// # Errors
/// Every place at which it is not built as a library is.
pub fn import_ciso_assistant(
    sources: &Sources,
    file: FileId,
    import: &Import<'_>,
    words: &[(String, String)],
) -> Result<ImportedPack, Problems> {
    let text = sources.get(file).map_or("", |s| s.text.as_str());
    let node = document(file, text).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(file, text);
    let read = Reading {
        import,
        words,
        of: Provenance::default(),
        source: String::new(),
        drafts: Vec::new(),
        blocks: Vec::new(),
    };
    let library = read.library(&mut reader, At { node: &node, path: String::new() });
    match library {
        Some(library) if reader.problems.is_empty() => {
            let losses = std::mem::take(&mut reader.losses);
            finish(Library { losses, ..library }, file, import)
        }
        _ => Err(reader.problems),
    }
}

struct Reading<'a> {
    import: &'a Import<'a>,
    words: &'a [(String, String)],
    of: Provenance,
    source: String,
    drafts: Vec<CatalogDraft>,
    blocks: Vec<crate::oscal::Block>,
}

impl Reading<'_> {
    fn library(mut self, reader: &mut Reader<'_>, root: At<'_>) -> Option<Library> {
        let mut fields = reader.fields(root.clone())?;
        let name = reader.required(&mut fields, "name")?;
        let (version, date) = (fields.take("version"), fields.take("publication_date"));
        self.of = Provenance {
            format: "CISO Assistant library".to_owned(),
            title: one_line(&name),
            version: reader.text(version),
            last_modified: reader.text(date),
        };
        self.source = self.of.line(self.import);
        let provider = fields.take("provider");
        let provider = one_line(&reader.text(provider));
        let copyright = fields.take("copyright");
        let note = in_its_language(&reader.text(copyright));
        for known in ["urn", "locale", "ref_id"] {
            fields.take(known);
        }
        let objects = fields.take("objects");
        reader.rest(fields);
        let Some(objects) = objects else {
            reader.wrong(&root, "必須の `objects` がありません", "`objects` is missing; it is required");
            return None;
        };
        let mut objects = reader.fields(objects)?;
        let one = objects.take("framework");
        let several = objects.take("frameworks");
        let frameworks: Vec<At<'_>> = one.into_iter().chain(reader.list(several)).collect();
        for at in frameworks {
            self.framework(reader, at, &provider, &note);
        }
        let one = objects.take("requirement_mapping_set");
        let several = objects.take("requirement_mapping_sets");
        let sets: Vec<At<'_>> = one.into_iter().chain(reader.list(several)).collect();
        for at in sets {
            self.mappings(reader, at);
        }
        reader.rest(objects);
        if self.drafts.is_empty() && self.blocks.is_empty() && reader.problems.is_empty() {
            reader.wrong(
                &root,
                "枠組み(framework)も対応(requirement_mapping_set)もありません",
                "there is no framework and no requirement_mapping_set",
            );
        }
        Some(Library { of: self.of, drafts: self.drafts, blocks: self.blocks, losses: Losses::default() })
    }

    fn framework(&mut self, reader: &mut Reader<'_>, at: At<'_>, provider: &str, note: &Label) -> Option<()> {
        let mut fields = reader.fields(at)?;
        let urn = fields.take("urn");
        let urn = reader.text(urn);
        let name = reader.required(&mut fields, "name")?;
        fields.take("ref_id");
        let nodes = fields.take("requirement_nodes");
        let nodes = reader.list(nodes);
        reader.rest(fields);
        let alias = self.import.alias.filter(|_| self.drafts.is_empty()).unwrap_or_else(|| last(&urn));
        let mut draft = CatalogDraft {
            name: catalog_name(alias, self.import.edition.unwrap_or("")),
            title: Label::new(nfc(&one_line(&name)), ""),
            publisher: nfc(provider).into_owned(),
            published: String::new(),
            supersedes: String::new(),
            source: nfc(&self.source).into_owned(),
            note: note.clone(),
            mark: Some(self.import.mark),
            levels: Vec::new(),
            items: Vec::new(),
        };
        let (mut names, mut by_urn) = (Names::default(), BTreeMap::new());
        for at in nodes {
            if let Some(item) = node(reader, at, &mut names, &mut by_urn) {
                draft.items.push(item);
            }
        }
        self.drafts.push(draft);
        Some(())
    }

    fn mappings(&mut self, reader: &mut Reader<'_>, at: At<'_>) -> Option<()> {
        let mut fields = reader.fields(at)?;
        let from = reader.required(&mut fields, "source_framework_urn")?;
        let to = reader.required(&mut fields, "target_framework_urn")?;
        let (from, to) = (catalog_name(last(&from), ""), catalog_name(last(&to), ""));
        for known in ["urn", "ref_id", "name"] {
            fields.take(known);
        }
        let list = fields.take("requirement_mappings");
        let list = reader.list(list);
        reader.rest(fields);
        reader.losses.add(made_up(), format!("{from}, {to}"), None);
        for at in list {
            self.mapping(reader, at, &from, &to);
        }
        Some(())
    }

    fn mapping(
        &mut self,
        reader: &mut Reader<'_>,
        at: At<'_>,
        from: &CatalogName,
        to: &CatalogName,
    ) -> Option<()> {
        let mut fields = reader.fields(at)?;
        let source = reader.required(&mut fields, "source_requirement_urn")?;
        let target = reader.required(&mut fields, "target_requirement_urn")?;
        let stated = fields.take("relationship")?;
        let word = reader.text(Some(stated.clone()));
        let strength = fields.take("strength_of_relationship");
        if let Some(at) = strength.filter(|at| !at.node.is_blank()) {
            reader.lost(other_scale(), &at);
        }
        let argument = match fields.take("annotation") {
            Some(at) => in_its_language(&reader.text(Some(at))),
            None => Label::default(),
        };
        reader.rest(fields);
        let Some(relationship) = relationship_of(&word, self.words) else {
            reader.wrong(
                &stated,
                &format!(
                    "関係 `{word}` の意味が分かりません。--word '{word}=intersects' のように指定できます"
                ),
                &format!(
                    "the relationship `{word}` is not understood: say --word '{word}=intersects' or the like"
                ),
            );
            return None;
        };
        let id = |urn: &str| Names::default().give(last(urn)).unwrap_or_default();
        let (source, target) = (id(&source), id(&target));
        let (of, mark) = (self.source.clone(), self.import.mark);
        state(
            &mut self.blocks,
            Stated { from, to, source, target, relationship, strength: None, argument, of: &of, mark },
        );
        Some(())
    }
}

/// The last part of a URN.
fn last(urn: &str) -> &str {
    urn.rsplit(':').next().unwrap_or(urn)
}

/// A node of a framework. Ids are the last part of its URN, by which mappings name it; its number in the norm is the alias.
fn node(
    reader: &mut Reader<'_>,
    at: At<'_>,
    names: &mut Names,
    by_urn: &mut BTreeMap<String, String>,
) -> Option<ItemDraft> {
    let mut fields = reader.fields(at.clone())?;
    let urn = reader.required(&mut fields, "urn")?;
    let Some(id) = names.give(last(&urn)) else {
        reader.wrong(&at, &format!("`{urn}` は二度あります"), &format!("`{urn}` stands here twice"));
        return None;
    };
    let take = |reader: &mut Reader<'_>, fields: &mut super::yaml::Fields<'_>, name: &str| {
        let at = fields.take(name);
        reader.text(at)
    };
    let parent = fields.take("parent_urn");
    let above = reader.text(parent.clone());
    let parent = match (parent, above.as_str()) {
        (_, "") | (None, _) => None,
        (Some(at), urn) => {
            let found = by_urn.get(urn).cloned();
            if found.is_none() {
                reader.wrong(
                    &at,
                    &format!("`{urn}` は、これより前にありません"),
                    &format!("nothing before this is `{urn}`"),
                );
            }
            found
        }
    };
    by_urn.insert(urn, id.clone());
    let number = take(reader, &mut fields, "ref_id");
    let name = take(reader, &mut fields, "name");
    let description = take(reader, &mut fields, "description");
    let annotation = take(reader, &mut fields, "annotation");
    let assessable = fields.take("assessable");
    let is_section = reader.text(assessable) == "false";
    fields.take("depth");
    reader.rest(fields);
    let first_line = description.lines().next().unwrap_or("").to_owned();
    let title = [&name, &first_line, &number, &id]
        .into_iter()
        .find(|t| !t.trim().is_empty())
        .cloned()
        .unwrap_or_default();
    let summary = in_its_language(&description);
    Some(ItemDraft {
        is_section,
        parent,
        title: Label::new(nfc(&one_line(&title)), ""),
        text_not_included: summary.is_empty() && !is_section,
        summary,
        alias: if number == id { String::new() } else { nfc(&one_line(&number)).into_owned() },
        note: in_its_language(&annotation),
        id,
        ..ItemDraft::default()
    })
}

fn made_up() -> Label {
    Label::new(
        "対応の両端のカタログ名は URN の末尾から付けました。手元のカタログの名前と番号に合わせてください",
        "the catalogues of mappings are named after the ends of their URNs: make names and ids those of the catalogues at hand",
    )
}

fn other_scale() -> Label {
    Label::new(
        "`strength_of_relationship` は尺度が違うので、強さにしていません",
        "`strength_of_relationship` is of another scale and became no strength",
    )
}
