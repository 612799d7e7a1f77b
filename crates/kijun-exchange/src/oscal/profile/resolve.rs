//! Which items the imports of a profile select.

use std::collections::BTreeSet;

use kijun_text::nearest;

use super::super::json::{At, Fields, Reader};
use super::tree::ProfileCatalog;

/// One import of a profile.
pub(super) struct Chosen<'v> {
    pub(super) href: String,
    pub(super) at: At<'v>,
    /// `None` for everything.
    includes: Option<Vec<Call<'v>>>,
    excludes: Vec<Call<'v>>,
}

/// `select-control-by-id`.
struct Call<'v> {
    with_children: bool,
    ids: Vec<(String, At<'v>)>,
    patterns: Vec<String>,
}

pub(super) fn imports<'v>(reader: &mut Reader<'_>, fields: &mut Fields<'v>) -> Vec<Chosen<'v>> {
    let list = reader.required(fields, "imports").map(|at| reader.list(at)).unwrap_or_default();
    list.into_iter().filter_map(|at| import(reader, at)).collect()
}

fn import<'v>(reader: &mut Reader<'_>, at: At<'v>) -> Option<Chosen<'v>> {
    let mut fields = reader.fields(at)?;
    let href = reader.required(&mut fields, "href")?;
    let target = reader.prose(&href)?;
    let all = fields.take("include-all");
    let named = fields.take("include-controls");
    if let (Some(_), Some(named)) = (&all, &named) {
        reader.wrong(
            &named.path,
            named.span,
            "include-all と include-controls は一緒に書けません",
            "include-all and include-controls exclude each other",
        );
    }
    // Without either, everything is included.
    let includes = named.map(|at| calls(reader, at));
    let excludes = fields.take("exclude-controls").map(|at| calls(reader, at)).unwrap_or_default();
    for (name, at) in fields.rest() {
        reader.wrong(
            &at.path,
            at.span,
            &format!("`{name}` はここに書けません"),
            &format!("`{name}` has no place here"),
        );
    }
    Some(Chosen { href: target, at: href, includes, excludes })
}

fn calls<'v>(reader: &mut Reader<'_>, at: At<'v>) -> Vec<Call<'v>> {
    reader.list(at).into_iter().filter_map(|at| call(reader, at)).collect()
}

fn call<'v>(reader: &mut Reader<'_>, at: At<'v>) -> Option<Call<'v>> {
    let mut fields = reader.fields(at)?;
    let with_children = fields.take("with-child-controls");
    let with_children = with_children.and_then(|at| reader.word(&at, &["yes", "no"])) == Some("yes");
    let list = fields.take("with-ids").map(|at| reader.list(at)).unwrap_or_default();
    let ids = list.into_iter().filter_map(|at| Some((reader.token(&at)?, at))).collect();
    let list = fields.take("matching").map(|at| reader.list(at)).unwrap_or_default();
    let patterns = list.into_iter().filter_map(|at| {
        let mut fields = reader.fields(at)?;
        let pattern = reader.required(&mut fields, "pattern")?;
        reader.prose(&pattern)
    });
    let patterns = patterns.collect();
    for (name, at) in fields.rest() {
        reader.wrong(
            &at.path,
            at.span,
            &format!("`{name}` はここに書けません"),
            &format!("`{name}` has no place here"),
        );
    }
    Some(Call { with_children, ids, patterns })
}

impl Chosen<'_> {
    /// What is selected of those items that the imported document offers.
    pub(super) fn selected(
        &self,
        reader: &mut Reader<'_>,
        catalog: &ProfileCatalog,
        offered: &BTreeSet<usize>,
    ) -> BTreeSet<usize> {
        let mut out = match &self.includes {
            None => offered.clone(),
            Some(calls) => called(reader, calls, catalog, offered),
        };
        for item in called(reader, &self.excludes, catalog, offered) {
            out.remove(&item);
        }
        out
    }
}

fn called(
    reader: &mut Reader<'_>,
    calls: &[Call<'_>],
    catalog: &ProfileCatalog,
    offered: &BTreeSet<usize>,
) -> BTreeSet<usize> {
    let oscal_id = |i: &usize| catalog.items.get(*i).and_then(|item| item.oscal_id.as_deref());
    let mut out = BTreeSet::new();
    for call in calls {
        let mut named: BTreeSet<usize> = BTreeSet::new();
        for (id, at) in &call.ids {
            let found = catalog.items.iter().position(|item| item.oscal_id.as_deref() == Some(id));
            match found {
                Some(i) => _ = named.insert(i),
                None => absent(reader, id, at, catalog),
            }
        }
        for pattern in &call.patterns {
            named.extend(offered.iter().filter(|i| oscal_id(i).is_some_and(|id| matches(pattern, id))));
        }
        for item in offered {
            let below = call.with_children && named.iter().any(|above| catalog.is_below(*item, *above));
            if below || named.contains(item) {
                out.insert(*item);
            }
        }
    }
    out
}

fn absent(reader: &mut Reader<'_>, id: &str, at: &At<'_>, catalog: &ProfileCatalog) {
    let near = nearest(id, catalog.items.iter().filter_map(|item| item.oscal_id.as_deref()));
    let (near_ja, near_en) =
        near.map(|n| (format!("。もしかして: `{n}`"), format!("; did you mean `{n}`?"))).unwrap_or_default();
    let name = &catalog.name;
    reader.wrong(
        &at.path,
        at.span,
        &format!("カタログ `{name}` に `{id}` はありません{near_ja}"),
        &format!("the catalogue `{name}` has no `{id}`{near_en}"),
    );
}

/// A pattern with `*` for any text and `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // The last star, and how much of the text it takes: no other need be tried again.
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_ids() {
        for (pattern, text, holds) in [
            ("ac-*", "ac-2.1", true),
            ("ac-?", "ac-2.1", false),
            ("*", "", true),
            ("", "a", false),
            ("*.1", "ac-2.1.1", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
        ] {
            assert_eq!(matches(pattern, text), holds, "{pattern} {text}");
        }
    }
}
