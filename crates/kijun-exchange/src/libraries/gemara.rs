//! Documents of Gemara: a control catalogue (layer 2) becomes a catalogue and, for its guideline mappings, notes; a mapping
//! document becomes mappings; a policy (layer 3) becomes a catalogue of what it adds.

use kijun_text::{FileId, Label, Sources, nfc};

use super::yaml::{At, Fields, Reader, document, no_place};
use super::{Library, Stated, finish, one_line, state};
use crate::loss::Losses;
use crate::pack::{
    CatalogDraft, Import, ImportedPack, ItemDraft, Names, Problems, Provenance, catalog_name, in_its_language,
};
use crate::tables::relationship_of;

/// Reads a document that was added to the sources. `words` are words for relationships, with those of the language.
///
/// # Errors
/// Every place at which it is not built as Gemara builds it.
pub fn import_gemara(
    sources: &Sources,
    file: FileId,
    import: &Import<'_>,
    words: &[(String, String)],
) -> Result<ImportedPack, Problems> {
    let text = sources.get(file).map_or("", |s| s.text.as_str());
    let node = document(file, text).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(file, text);
    let library = library(&mut reader, At { node: &node, path: String::new() }, import, words);
    match library {
        Some(library) if reader.problems.is_empty() => {
            let losses = std::mem::take(&mut reader.losses);
            finish(Library { losses, ..library }, file, import)
        }
        _ => Err(reader.problems),
    }
}

fn library(
    reader: &mut Reader<'_>,
    root: At<'_>,
    import: &Import<'_>,
    words: &[(String, String)],
) -> Option<Library> {
    let mut fields = reader.fields(root.clone())?;
    let metadata = fields.take("metadata");
    let mut head = metadata.and_then(|at| reader.fields(at));
    let mut meta = |reader: &mut Reader<'_>, name: &str| {
        let at = head.as_mut().and_then(|head| head.take(name));
        reader.text(at)
    };
    let (id, version, date) = (meta(reader, "id"), meta(reader, "version"), meta(reader, "date"));
    let description = meta(reader, "description");
    let author = head.as_mut().and_then(|head| head.take("author")).and_then(|at| reader.fields(at));
    let publisher = author.map(|mut author| {
        let name = author.take("name");
        let name = reader.text(name);
        reader.rest(author);
        name
    });
    if let Some(mut head) = head {
        for known in ["type", "gemara-version", "last-modified"] {
            head.take(known);
        }
        reader.rest(head);
    }
    let title = fields.take("title");
    let title = reader.text(title);
    let title = if title.is_empty() { id.clone() } else { title };
    if title.is_empty() {
        reader.wrong(
            &root,
            "題名(title)も metadata/id もありません",
            "there is neither a title nor metadata/id",
        );
    }
    let of =
        Provenance { format: "Gemara".to_owned(), title: one_line(&title), version, last_modified: date };
    let edition = import.edition.unwrap_or(&of.version);
    let alias = import.alias.unwrap_or(if id.is_empty() { "gemara" } else { &id });
    let draft = CatalogDraft {
        name: catalog_name(alias, edition),
        title: Label::new(nfc(&of.title), ""),
        publisher: nfc(&one_line(&publisher.unwrap_or_default())).into_owned(),
        published: String::new(),
        supersedes: String::new(),
        source: nfc(&of.line(import)).into_owned(),
        note: in_its_language(&description),
        mark: Some(import.mark),
        levels: Vec::new(),
        items: Vec::new(),
    };
    let mut library = Library { of, drafts: Vec::new(), blocks: Vec::new(), losses: Losses::default() };
    if let Some(mappings) = fields.take("mappings") {
        self::mappings(reader, &mut fields, mappings, &mut library, import, words);
    } else if fields.has("adherence") || fields.has("imports") {
        let mut draft = draft;
        policy(reader, &mut fields, &mut draft);
        library.drafts.push(draft);
    } else {
        let mut draft = draft;
        catalog(reader, &mut fields, &mut draft);
        if draft.items.is_empty() && reader.problems.is_empty() {
            reader.wrong(&root, "管理策(controls)がありません", "there are no controls");
        }
        library.drafts.push(draft);
    }
    reader.rest(fields);
    Some(library)
}

/// Families are sections; controls and their assessment requirements are requirements.
fn catalog(reader: &mut Reader<'_>, fields: &mut Fields<'_>, draft: &mut CatalogDraft) {
    let mut names = Names::default();
    let lists: Vec<Option<At<'_>>> =
        ["families", "groups", "control-families"].map(|n| fields.take(n)).into();
    for list in lists {
        for at in reader.list(list) {
            let Some(mut family) = reader.fields(at.clone()) else { continue };
            let Some(id) = reader.required(&mut family, "id") else { continue };
            let title = family.take("title");
            let title = reader.text(title);
            let description = family.take("description");
            let summary = in_its_language(&reader.text(description));
            let nested = family.take("controls");
            reader.rest(family);
            let Some(given) = give(reader, &mut names, &at, &id) else { continue };
            draft.items.push(item(
                &given,
                &id,
                true,
                None,
                if title.is_empty() { &id } else { &title },
                summary,
            ));
            for at in reader.list(nested) {
                control(reader, at, Some(&given), &mut names, draft);
            }
        }
    }
    let controls = fields.take("controls");
    for at in reader.list(controls) {
        control(reader, at, None, &mut names, draft);
    }
}

fn give(reader: &mut Reader<'_>, names: &mut Names, at: &At<'_>, id: &str) -> Option<String> {
    let given = names.give(id);
    if given.is_none() {
        reader.wrong(at, &format!("id `{id}` は二度あります"), &format!("the id `{id}` stands here twice"));
    }
    given
}

fn item(
    id: &str,
    written: &str,
    is_section: bool,
    parent: Option<&str>,
    title: &str,
    summary: Label,
) -> ItemDraft {
    ItemDraft {
        id: id.to_owned(),
        is_section,
        parent: parent.map(str::to_owned),
        title: Label::new(nfc(&one_line(title)), ""),
        text_not_included: summary.is_empty() && !is_section,
        summary,
        alias: if id == written { String::new() } else { nfc(&one_line(written)).into_owned() },
        ..ItemDraft::default()
    }
}

fn control(
    reader: &mut Reader<'_>,
    at: At<'_>,
    family: Option<&str>,
    names: &mut Names,
    draft: &mut CatalogDraft,
) -> Option<()> {
    let mut fields = reader.fields(at.clone())?;
    let id = reader.required(&mut fields, "id")?;
    let title = reader.required(&mut fields, "title")?;
    let objective = fields.take("objective");
    let summary = in_its_language(&reader.text(objective));
    let named = ["family", "group"].into_iter().find_map(|n| fields.take(n));
    let group = reader.text(named.clone());
    let parent = match (family, named) {
        (Some(family), _) => Some(family.to_owned()),
        (None, Some(at)) if !group.is_empty() => {
            let found = draft.items.iter().find(|i| i.is_section && (i.id == group || i.alias == group));
            let found = found.map(|i| i.id.clone());
            if found.is_none() {
                reader.wrong(
                    &at,
                    &format!("分類 `{group}` はありません"),
                    &format!("there is no family `{group}`"),
                );
            }
            found
        }
        _ => None,
    };
    let given = give(reader, names, &at, &id)?;
    let mut own = item(&given, &id, false, parent.as_deref(), &title, summary);
    own.note = references(reader, &mut fields);
    draft.items.push(own);
    let requirements = fields.take("assessment-requirements");
    for at in reader.list(requirements) {
        let Some(mut requirement) = reader.fields(at.clone()) else { continue };
        let (Some(id), Some(text)) =
            (reader.required(&mut requirement, "id"), reader.required(&mut requirement, "text"))
        else {
            continue;
        };
        let recommendation = requirement.take("recommendation");
        let note = in_its_language(&reader.text(recommendation));
        reader.rest(requirement);
        let Some(own) = give(reader, names, &at, &id) else { continue };
        let first = text.split(". ").next().unwrap_or(&text);
        let mut below = item(&own, &id, false, Some(&given), first, in_its_language(&text));
        below.note = note;
        draft.items.push(below);
    }
    fields.take("state");
    reader.rest(fields);
    Some(())
}

/// What a control refers to elsewhere has a strength and no relationship of sets: it stands in a note, and is no mapping.
fn references(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Label {
    let mut lines = Vec::new();
    for name in ["guideline-mappings", "guidelines", "threat-mappings", "threats"] {
        let Some(list) = fields.take(name) else { continue };
        reader.lost(no_relationship(name), &list);
        for at in reader.list(Some(list)) {
            let Some(mut of) = reader.fields(at) else { continue };
            let id = of.take("reference-id");
            let id = reader.text(id);
            let entries = ["entries", "identifiers"].into_iter().find_map(|n| of.take(n));
            let mut names = Vec::new();
            for entry in reader.list(entries) {
                if entry.node.as_map().is_none() {
                    names.push(reader.text(Some(entry)));
                    continue;
                }
                let Some(mut entry) = reader.fields(entry) else { continue };
                let named = entry.take("reference-id");
                names.push(reader.text(named));
            }
            lines.push(format!("{name}: {id} {}", names.join(", ")));
        }
    }
    in_its_language(&lines.join("\n"))
}

/// What a policy adds: constraints and modifications are requirements below the document that they change.
fn policy(reader: &mut Reader<'_>, fields: &mut Fields<'_>, draft: &mut CatalogDraft) {
    let mut names = Names::default();
    let Some(mut imports) = fields.take("imports").and_then(|at| reader.fields(at)) else { return };
    for kind in ["policies", "catalogs", "guidance"] {
        let list = imports.take(kind);
        for at in reader.list(list) {
            if at.node.as_map().is_none() {
                reader.lost(no_place(kind), &at);
                continue;
            }
            let Some(mut of) = reader.fields(at.clone()) else { continue };
            let Some(reference) = reader.required(&mut of, "reference-id") else { continue };
            let Some(section) = give(reader, &mut names, &at, &reference) else { continue };
            draft.items.push(item(&section, &reference, true, None, &reference, Label::default()));
            for list in ["constraints", "assessment-requirement-modifications"] {
                let list = of.take(list);
                for at in reader.list(list) {
                    addition(reader, at, &section, &mut names, draft);
                }
            }
            reader.rest(of);
        }
    }
    reader.rest(imports);
    if draft.items.is_empty() && reader.problems.is_empty() {
        reader.losses.add(no_additions(), "/imports", None);
    }
}

fn addition(
    reader: &mut Reader<'_>,
    at: At<'_>,
    section: &str,
    names: &mut Names,
    draft: &mut CatalogDraft,
) -> Option<()> {
    let mut fields = reader.fields(at.clone())?;
    let id = reader.required(&mut fields, "id")?;
    let target = fields.take("target-id");
    let target = reader.text(target);
    let text = fields.take("text");
    let text = reader.text(text);
    let rationale = fields.take("modification-rationale");
    let note = in_its_language(&reader.text(rationale));
    reader.rest(fields);
    let given = give(reader, names, &at, &id)?;
    let title = format!("{target} {}", text.split(". ").next().unwrap_or(""));
    let title = if title.trim().is_empty() { id.clone() } else { title };
    let mut own = item(&given, &id, false, Some(section), &title, in_its_language(&text));
    own.source = target;
    own.note = note;
    draft.items.push(own);
    Some(())
}

/// A mapping document. Its relationships are not those of sets: only words that the person gives a meaning are taken, but for
/// those that say what sets are to each other.
fn mappings(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    list: At<'_>,
    library: &mut Library,
    import: &Import<'_>,
    words: &[(String, String)],
) -> Option<()> {
    let end = |reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &str| {
        let at = fields.take(name).and_then(|at| reader.fields(at));
        let Some(mut of) = at else {
            let at = fields.at.clone();
            reader.wrong(
                &at,
                &format!("必須の `{name}` がありません"),
                &format!("`{name}` is missing; it is required"),
            );
            return None;
        };
        let id = reader.required(&mut of, "reference-id")?;
        of.take("entry-type");
        reader.rest(of);
        Some(catalog_name(&id, ""))
    };
    let (from, to) = (end(reader, fields, "source-reference"), end(reader, fields, "target-reference"));
    let (from, to) = (from?, to?);
    let source_text = library.of.line(import);
    let ours: Vec<(String, String)> = [
        ("equivalent", "equivalent"),
        ("equals", "equal"),
        ("subsumes", "superset"),
        ("subsumed-by", "subset"),
        ("no-match", "unrelated"),
    ]
    .iter()
    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
    .collect();
    let words: Vec<(String, String)> = words.iter().cloned().chain(ours).collect();
    for at in reader.list(Some(list)) {
        let Some(mut map) = reader.fields(at.clone()) else { continue };
        map.take("id");
        let source = map.take("source");
        let source = entry(reader, source);
        let stated = map.take("relationship");
        let word = reader.text(stated.clone());
        let remarks = map.take("remarks");
        let remarks = reader.text(remarks);
        let targets = map.take("targets");
        let mut targets = reader.list(targets);
        targets.extend(map.take("target"));
        reader.rest(map);
        if targets.is_empty() {
            reader.lost(without_target(), &at);
            continue;
        }
        let Some(relationship) = relationship_of(&word, &words) else {
            let at = stated.unwrap_or(at);
            reader.wrong(
                &at,
                &format!("関係 `{word}` は集合の関係ではありません。--word '{word}=intersects' のように意味を指定してください"),
                &format!("the relationship `{word}` is none of sets: say what it means with --word '{word}=intersects' or the like"),
            );
            continue;
        };
        for at in targets {
            let Some(mut target) = reader.fields(at) else { continue };
            let named = target.take("entry-id");
            let id = reader.text(named);
            let strength = target.take("strength");
            let strength = reader.text(strength).parse::<u8>().ok().filter(|n| (1..=10).contains(n));
            let rationale = target.take("rationale");
            let rationale = reader.text(rationale);
            reader.rest(target);
            let give = |id: &str| Names::default().give(id).unwrap_or_default();
            let argument = in_its_language(&one_line(&format!("{rationale} {remarks}")));
            state(
                &mut library.blocks,
                Stated {
                    from: &from,
                    to: &to,
                    source: give(&source),
                    target: give(&id),
                    relationship,
                    strength,
                    argument,
                    of: &source_text,
                    mark: import.mark,
                },
            );
        }
    }
    Some(())
}

/// The id of an entry: the text itself, or its `entry-id`.
fn entry(reader: &mut Reader<'_>, at: Option<At<'_>>) -> String {
    let Some(at) = at else { return String::new() };
    if at.node.as_map().is_none() {
        return reader.text(Some(at));
    }
    let Some(mut fields) = reader.fields(at) else { return String::new() };
    let id = fields.take("entry-id");
    let id = reader.text(id);
    reader.rest(fields);
    id
}

fn no_relationship(name: &str) -> Label {
    Label::new(
        format!(
            "`{name}` は集合の関係を述べないので、対応(mapping)にはせず、備考(note)に残しました。強さと注記は残っていません"
        ),
        format!(
            "`{name}` states no relationship of sets: it became no mapping and stands in a note, without strengths and remarks"
        ),
    )
}

fn without_target() -> Label {
    Label::new(
        "対応先のない行は、対応になりません(「ない」ことは対応として書けません)",
        "rows without a target become no statement: a mapping cannot say that there is none",
    )
}

fn no_additions() -> Label {
    Label::new(
        "この方針は、ほかの文書に加えることを何も述べていません",
        "this policy adds nothing to other documents",
    )
}
