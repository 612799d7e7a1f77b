//! Catalogues and items as a person names them, on the command line or in an editor.

use kijun_engine::program::{Catalog, Program, Requirement, RequirementId, Scope};
use kijun_text::{FileId, Label, nearest};

/// What is wrong with a name, and what to do.
pub type Refusal = (Label, Label);

/// A pack by name, with its modules.
pub type NamedPack<'p> = (&'p str, &'p [FileId]);

/// The catalogues that a name means: `mhlw@4.2` that edition; `mhlw` the editions that the profile includes, else all that are
/// loaded; the name of a pack the catalogues that it declares.
///
/// # Errors
/// When nothing has the name: what is nearest to it, or what there is.
pub fn named_catalogs(program: &Program, packs: &[NamedPack<'_>], name: &str) -> Result<Vec<usize>, Refusal> {
    let catalogs = &program.catalogs;
    let all = || catalogs.iter().enumerate();
    let exact: Vec<usize> = all().filter(|(_, c)| qualified(c) == name).map(|(i, _)| i).collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let editions: Vec<usize> = all().filter(|(_, c)| c.alias == name).map(|(i, _)| i).collect();
    let included: Vec<usize> = editions.iter().copied().filter(|i| is_included(program, *i)).collect();
    let of_pack: Vec<usize> = match packs.iter().find(|(own, _)| *own == name) {
        Some((_, modules)) => all().filter(|(_, c)| modules.contains(&c.span.file)).map(|(i, _)| i).collect(),
        None => Vec::new(),
    };
    match (included.is_empty(), editions.is_empty(), of_pack.is_empty()) {
        (false, _, _) => Ok(included),
        (true, false, _) => Ok(editions),
        (true, true, false) => Ok(of_pack),
        (true, true, true) => Err(unknown_catalog(program, packs, name)),
    }
}

/// `mhlw@4.2`.
pub fn qualified(catalog: &Catalog) -> String {
    format!("{}@{}", catalog.alias, catalog.edition)
}

/// Whether anything of a catalogue is evaluated.
pub fn is_included(program: &Program, catalog: usize) -> bool {
    program.requirements.iter().any(|r| r.catalog == catalog && matches!(r.scope, Scope::In))
}

fn unknown_catalog(program: &Program, packs: &[NamedPack<'_>], name: &str) -> Refusal {
    let known: Vec<String> = program.catalogs.iter().map(qualified).collect();
    let message = Label::new(
        format!("カタログ `{name}` は読み込まれていません"),
        format!("no catalogue `{name}` is loaded"),
    );
    let packs = packs.iter().map(|(own, _)| *own);
    let similar = nearest(name, known.iter().map(String::as_str).chain(packs));
    let help = match (similar, known.is_empty()) {
        (Some(similar), _) => {
            Label::new(format!("`{similar}` ではありませんか"), format!("did you mean `{similar}`?"))
        }
        (None, true) => Label::new(
            "kijun.toml の [dependencies] にカタログのあるパックを加えてください",
            "add a pack that has a catalogue to [dependencies] in kijun.toml",
        ),
        (None, false) => {
            let list = known.join(", ");
            Label::new(format!("使えるのは: {list}"), format!("there are: {list}"))
        }
    };
    (message, help)
}

/// The item that an id means: as it stands in results, or with its edition where only one is loaded, or without where only one has
/// it.
///
/// # Errors
/// When no item is meant, or it is not clear which.
pub fn named_item(program: &Program, text: &str) -> Result<RequirementId, Refusal> {
    let text = kijun_text::nfc(text);
    let (alias, local) = text.split_once(':').map_or((None, &*text), |(alias, local)| (Some(alias), local));
    let is_meant = |r: &Requirement| {
        let catalog = program.catalogs.get(r.catalog);
        let own = r.id.split_once(':').map_or(r.id.as_str(), |(_, local)| local);
        own == local && alias.is_none_or(|a| catalog.is_some_and(|c| c.alias == a || qualified(c) == a))
    };
    let found: Vec<usize> =
        program.requirements.iter().enumerate().filter(|(_, r)| is_meant(r)).map(|(i, _)| i).collect();
    match found.as_slice() {
        [one] => Ok(RequirementId(*one as u32)),
        [] => Err(unknown_item(program, &text)),
        several => {
            let ids = several.iter().filter_map(|i| program.requirements.get(*i)).map(|r| r.id.as_str());
            let list = ids.collect::<Vec<_>>().join(", ");
            Err((
                Label::new(
                    format!("`{text}` がどれか決まりません"),
                    format!("it is not clear which `{text}` is meant"),
                ),
                Label::new(format!("次のどれかを書いてください: {list}"), format!("write one of: {list}")),
            ))
        }
    }
}

/// That nothing has an id, and what is nearest to it.
pub fn unknown_item(program: &Program, id: &str) -> Refusal {
    let help = match nearest(id, program.requirements.iter().map(|r| r.id.as_str())) {
        Some(similar) => Label::new(format!("もしかして: `{similar}`"), format!("did you mean `{similar}`?")),
        None => Label::new("番号は mhlw:8.1.2.C.オ のように書きます", "write an id as mhlw:8.1.2.C.オ"),
    };
    let message =
        Label::new(format!("要求事項 `{id}` はありません"), format!("there is no requirement `{id}`"));
    (message, help)
}

/// `REQUIREMENT[@SUBJECT]`; an `@` before the colon belongs to the edition.
///
/// # Errors
/// When no requirement is meant, or it is not clear which.
pub fn named_subject<'w>(
    program: &Program,
    what: &'w str,
) -> Result<(RequirementId, Option<&'w str>), Refusal> {
    let colon = what.find(':').unwrap_or(0);
    let (id, subject) = match what.get(colon..).and_then(|rest| rest.find('@')) {
        Some(at) => (what.get(..colon + at).unwrap_or(what), what.get(colon + at + 1..)),
        None => (what, None),
    };
    let id = kijun_text::nfc(id);
    match program.find_requirement(&id) {
        Some(found) => Ok((found, subject)),
        None => Ok((named_item(program, &id)?, subject)),
    }
}
