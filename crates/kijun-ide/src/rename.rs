//! Another name for a declaration or a record, everywhere it is meant.

mod facts;

use std::ops::Range;

use kijun_text::{FileId, Label, nfc};

use crate::definition::found_at;
use crate::index::Space;
use crate::names::{Found, NOWHERE};
use crate::references::{locals, references};
use crate::snapshot::{Edit, Snapshot};

/// Edits by file, and the files that get another name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rename {
    pub edits: Vec<(FileId, Vec<Edit>)>,
    pub files: Vec<(FileId, String)>,
}

/// Whether who asks can give files other names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRenames {
    Possible,
    Impossible,
}

/// Why something cannot be renamed, for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameError(pub Label);

/// The bytes of the name at a place and the name itself, if it can be renamed.
pub fn prepare_rename(
    snapshot: &Snapshot,
    file: FileId,
    offset: usize,
) -> Result<(Range<usize>, String), RenameError> {
    if snapshot.doc(file).is_some_and(|d| d.is_facts()) {
        let (range, named) = facts::at(snapshot, file, offset)?;
        if let facts::Named::Declared(found) = named {
            may_change(&found)?;
        }
        let text = snapshot.doc(file).and_then(|d| d.text.get(range.clone())).unwrap_or("").to_owned();
        return Ok((range, text));
    }
    let here = locals(snapshot, file, offset).unwrap_or_default();
    if let Some(own) = here.iter().find(|t| t.start <= offset && offset <= t.end) {
        let text = snapshot.doc(file).and_then(|d| d.text.get(own.start..own.end)).unwrap_or("");
        return Ok((own.start..own.end, text.to_owned()));
    }
    let Some(found) = found_at(snapshot, file, offset) else {
        return Err(RenameError(Label::new(
            "ここには名前を変えられるものがありません",
            "there is nothing here that can be renamed",
        )));
    };
    may_change(&found)?;
    let index = snapshot.doc(file).map(|d| d.index());
    let mention = index.and_then(|i| i.mention_at(offset));
    let range = mention.map_or(found.def.range.clone(), |m| m.range.clone());
    let text = snapshot.doc(file).and_then(|d| d.text.get(range.clone())).unwrap_or("");
    // Of an id, only the norm's own part.
    let skip = text.rfind(':').map_or(0, |i| i + 1);
    let name = text.get(skip..).unwrap_or("").to_owned();
    Ok((range.start + skip..range.end, name))
}

/// Whether something has a name of its own that a module of the workspace gives it.
fn may_change(found: &Found<'_>) -> Result<(), RenameError> {
    let fixed = matches!(
        found.def.space,
        Space::Mapping | Space::Satisfy | Space::Test | Space::Property | Space::Catalog
    );
    if !fixed && found.file != NOWHERE {
        return Ok(());
    }
    let what = found.def.space.label();
    Err(RenameError(Label::new(
        format!("{}の名前は変えられません", what.ja),
        format!("a {} cannot be renamed", what.en),
    )))
}

/// The edits that give what stands at a place another name, in modules and in facts.
pub fn rename(
    snapshot: &Snapshot,
    file: FileId,
    offset: usize,
    name: &str,
    renames: FileRenames,
) -> Result<Rename, RenameError> {
    let name = nfc(name.trim()).into_owned();
    prepare_rename(snapshot, file, offset)?;
    if !snapshot.doc(file).is_some_and(|d| d.is_facts()) {
        return in_modules(snapshot, file, offset, &name, renames);
    }
    match facts::at(snapshot, file, offset)?.1 {
        facts::Named::Record(kind, id) => facts::record(snapshot, kind, &id, &name),
        facts::Named::Declared(found) => {
            in_modules(snapshot, found.file, found.def.range.start, &name, renames)
        }
    }
}

fn in_modules(
    snapshot: &Snapshot,
    file: FileId,
    offset: usize,
    name: &str,
    renames: FileRenames,
) -> Result<Rename, RenameError> {
    let found = found_at(snapshot, file, offset);
    let is_item = found.is_some_and(|f| matches!(f.def.space, Space::Requirement | Space::Section));
    if !is_name(name, is_item) {
        return Err(RenameError(Label::new(
            format!("`{name}` は名前として使えません"),
            format!("`{name}` is not a name"),
        )));
    }
    if let Some(found) = found.filter(|f| f.def.space != Space::Local) {
        let taken = snapshot.names().of_space(name, found.def.space);
        if taken.iter().any(|t| *t != found && t.def.owner == found.def.owner && fits(t.def, found.def)) {
            return Err(RenameError(Label::new(
                format!("`{name}` はすでにあります"),
                format!("there is a `{name}` already"),
            )));
        }
    }
    let mut out = Rename::default();
    for place in references(snapshot, file, offset, true) {
        let Some(doc) = snapshot.doc(place.file) else { continue };
        let text = doc.text.get(place.start..place.end).unwrap_or("");
        let skip = text.rfind(':').map_or(0, |i| i + 1);
        let edit = Edit { range: place.start + skip..place.end, text: name.to_owned() };
        match out.edits.last_mut().filter(|(f, _)| *f == place.file) {
            Some((_, edits)) => edits.push(edit),
            None => out.edits.push((place.file, vec![edit])),
        }
    }
    if let Some(found) = found {
        facts::follow(snapshot, found.def, name, &mut out);
    }
    match out.files.first() {
        Some((file, new)) if renames == FileRenames::Impossible => {
            let old = snapshot.doc(*file).map_or("", |d| d.path.as_str());
            Err(RenameError(Label::new(
                format!(
                    "ファイル `{old}` はこの種別の名前で呼ばれていますが、このエディタはファイル名を変えられません。種別と合わせて手で `{new}` に変えてください"
                ),
                format!(
                    "the file `{old}` is called after this kind, and this editor cannot rename files: rename it by hand to `{new}` together with the kind"
                ),
            )))
        }
        _ => Ok(out),
    }
}

/// Whether two items are of one catalogue.
fn fits(a: &crate::index::Def, b: &crate::index::Def) -> bool {
    match (&a.item, &b.item) {
        (Some(a), Some(b)) => a.alias == b.alias && a.edition == b.edition,
        _ => true,
    }
}

/// Whether a text is one name, or the own part of an id.
fn is_name(text: &str, is_item: bool) -> bool {
    let sample = match is_item {
        true => format!("section x:{text} \"t\"\n"),
        false => format!("risk {text} \"t\"\n"),
    };
    let parsed = kijun_syntax::parse(&sample);
    let kind = if is_item { kijun_syntax::Kind::RequirementId } else { kijun_syntax::Kind::Name };
    let prefix = if is_item { "x:" } else { "" };
    let node = parsed.tree.parts().next().and_then(|n| n.child(kind));
    parsed.errors.is_empty() && node.is_some_and(|n| n.text(&sample).strip_prefix(prefix) == Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, name: &str) -> String {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        match rename(&snapshot, place.file, place.offset, name, FileRenames::Possible) {
            Err(RenameError(label)) => label.en,
            Ok(edits) => {
                let mut text = snapshot.doc(place.file).unwrap().text.to_string();
                for (_, edits) in edits.edits {
                    for edit in edits.into_iter().rev() {
                        text.replace_range(edit.range, &edit.text);
                    }
                }
                text.lines().filter(|l| l.contains(name)).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn an_id_keeps_its_catalogue() {
        assert_eq!(
            check(
                "check c for mhlw:8$0.2 { require true }\nmapping iso -> mhlw { A.1 superset 8.2 }\n",
                "8.3"
            ),
            "requirement mhlw:8.3 \"国内の事業者\" { en \"A vendor in Japan\" level C }\n\
             check c for mhlw:8.3 { require true }\n\
             mapping iso -> mhlw { A.1 superset 8.3 }"
        );
    }

    #[test]
    fn what_is_no_name_or_taken_is_refused() {
        let text = "check c for mhlw:8$0.2 { require true }\n";
        assert_eq!(check(text, "8.1"), "there is a `8.1` already");
        assert_eq!(check(text, "8 1"), "`8 1` is not a name");
        assert_eq!(
            check("check c for mhlw:8.2 { require tr$0ue }\n", "x"),
            "there is nothing here that can be renamed"
        );
    }

    #[test]
    fn what_a_message_says_of_a_variable_is_renamed_too() {
        assert_eq!(
            check(
                "check a for mhlw:8.1 { each c$0: contract require c.name != \"\" ja \"\\{c} {c.name} と { c }\" fix ja \"{c.vendor.name}\" }\n",
                "keiyaku"
            ),
            "check a for mhlw:8.1 { each keiyaku: contract require keiyaku.name != \"\" ja \"\\{c} {keiyaku.name} と { keiyaku }\" fix ja \"{keiyaku.vendor.name}\" }"
        );
    }

    #[test]
    fn a_variable_is_renamed_in_its_declaration_only() {
        assert_eq!(
            check("check a for mhlw:8.1 { each c$0: contract require c.name == \"c\" }\n", "keiyaku"),
            "check a for mhlw:8.1 { each keiyaku: contract require keiyaku.name == \"c\" }"
        );
    }
}
