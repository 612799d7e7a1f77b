//! What stands at a place, as Markdown.

use std::fmt::Write;
use std::ops::Range;

use kijun_coverage::{Relations, Walks, wording};
use kijun_engine::program::{Requirement, RequirementId, Scope};
use kijun_text::{FileId, Label, Lang};

use crate::fact_cursor;
use crate::index::{Def, Means, Space};
use crate::semantics::Semantics;
use crate::snapshot::Snapshot;

/// A text and the bytes that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub range: Range<usize>,
    pub markdown: String,
}

/// At most so many neighbours of an item are listed for each catalogue.
const NEIGHBOURS: usize = 6;

pub fn hover(snapshot: &Snapshot, file: FileId, offset: usize, lang: Lang) -> Option<Hover> {
    let doc = snapshot.doc(file)?;
    if doc.is_facts() {
        return fact_cursor::hover(snapshot, file, offset, lang);
    }
    let index = doc.index();
    if let Some(mention) = index.mention_at(offset) {
        if let Means::Local(_, path) = &mention.means {
            let ty = snapshot.names().type_of(path)?;
            let markdown = format!("`{}: {ty}`", mention.name);
            return Some(Hover { range: mention.range.clone(), markdown });
        }
        let found = snapshot.names().resolve(mention);
        let texts: Vec<String> = found.iter().take(4).map(|f| describe(snapshot, f.def, lang)).collect();
        let found_any = !texts.is_empty();
        return found_any
            .then(|| Hover { range: mention.range.clone(), markdown: texts.join("\n\n---\n\n") });
    }
    let def = index.def_at(offset)?;
    Some(Hover { range: def.range.clone(), markdown: describe(snapshot, def, lang) })
}

/// A declaration in words.
pub(crate) fn describe(snapshot: &Snapshot, def: &Def, lang: Lang) -> String {
    let semantics = &snapshot.semantics;
    let mut out = String::new();
    let shown = match (&def.item, def.space) {
        (Some(id), Space::Section | Space::Requirement) => {
            let alias = id.alias.as_ref().map(|a| format!("{a}:")).unwrap_or_default();
            format!("{alias}{}", id.local)
        }
        _ if def.owner.is_empty() => def.name.clone(),
        _ => format!("{}.{}", def.owner, def.name),
    };
    let ty = if def.types.is_empty() { String::new() } else { format!(": `{}`", def.types.join(", ")) };
    writeln!(out, "**{shown}** — {}{ty}", def.space.label().get(lang)).ok();
    both(&mut out, &def.title);
    if !def.doc.is_empty() {
        writeln!(out, "\n{}", def.doc.trim_end()).ok();
    }
    match def.space {
        Space::Section | Space::Requirement => {
            let id = def.item.as_ref().and_then(|id| semantics.item(id));
            if let Some(id) = id {
                item(&mut out, semantics, id, lang);
            }
        }
        Space::Check | Space::Attest => rule(&mut out, snapshot, def, lang),
        Space::Enum => {
            let all = snapshot.names().defs().filter(|f| f.def.space == Space::Literal);
            let own: Vec<String> =
                all.filter(|f| f.def.owner == def.name).map(|f| literal(f.def, lang)).collect();
            writeln!(out, "\n{}", own.join(" · ")).ok();
        }
        Space::Attribute => attribute(&mut out, semantics, &def.owner, &def.name, lang),
        Space::Param => {
            if let Some((_, value)) = semantics.compiled.params.get(&def.name) {
                writeln!(out, "\n= `{}`", constant(value)).ok();
            }
        }
        _ => {}
    }
    out.trim_end().to_owned()
}

fn literal(def: &Def, lang: Lang) -> String {
    let label = def.title.get(lang);
    if label.is_empty() { format!("`{}`", def.name) } else { format!("`{}` {label}", def.name) }
}

/// The text in both languages, a line each.
fn both(out: &mut String, label: &Label) {
    for text in [&label.ja, &label.en] {
        if !text.is_empty() {
            writeln!(out, "\n{text}").ok();
        }
    }
}

pub(crate) fn say<'t>(lang: Lang, ja: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

/// Level, mark, source, verdict and neighbours of an item.
fn item(out: &mut String, semantics: &Semantics, id: RequirementId, lang: Lang) {
    let program = semantics.program();
    let Some(requirement) = program.requirement(id) else { return };
    let catalog = program.catalogs.get(requirement.catalog);
    let mut line: Vec<String> = Vec::new();
    if let Some(catalog) = catalog {
        line.push(format!("{} {}", catalog.title.get(lang), catalog.edition));
    }
    if let Some(level) = &requirement.level {
        line.push(format!("{} {level} ({})", say(lang, "水準", "level"), requirement.weight.name()));
    }
    let mark = wording::mark_label(requirement.mark);
    line.push(format!("{} {}", say(lang, "出所", "mark"), mark.get(lang)));
    if !requirement.source.is_empty() {
        line.push(requirement.source.clone());
    }
    writeln!(out, "\n{}", line.join(" · ")).ok();
    if !requirement.text_included {
        writeln!(out, "\n{}", say(lang, "本文未収録", "text not included")).ok();
    }
    status(out, semantics, id, requirement, lang);
    neighbours(out, semantics, id, lang);
}

fn status(out: &mut String, semantics: &Semantics, id: RequirementId, requirement: &Requirement, lang: Lang) {
    if let Scope::Excluded(reason) = &requirement.scope {
        writeln!(out, "\n{}: {reason}", say(lang, "対象外", "excluded")).ok();
    }
    if let Some(into) = &requirement.withdrawn {
        let names: Vec<&str> =
            into.iter().filter_map(|r| semantics.program().requirement(*r)).map(|r| r.id.as_str()).collect();
        writeln!(out, "\n{} → {}", say(lang, "廃止", "withdrawn"), names.join(", ")).ok();
    }
    if let Some(verdict) = semantics.verdict(id) {
        writeln!(
            out,
            "\n{}: **{}**{}",
            say(lang, "判定", "verdict"),
            verdict.label().get(lang),
            counts(semantics, id, lang)
        )
        .ok();
    }
}

/// How many subjects got which verdict.
pub(crate) fn counts(semantics: &Semantics, id: RequirementId, lang: Lang) -> String {
    let Some(result) = semantics.result(id) else { return String::new() };
    let parts: Vec<String> =
        result.subjects.iter().map(|(v, n)| format!("{} {n}", v.label().get(lang))).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// What stands in a known relation to an item, by catalogue: relation, strength and mark.
fn neighbours(out: &mut String, semantics: &Semantics, id: RequirementId, lang: Lang) {
    let Some(network) = &semantics.coverage.network else { return };
    let program = semantics.program();
    let walks = Walks::from(network, id.into());
    let own = program.requirement(id).map(|r| r.catalog);
    let mut by_catalog: Vec<(usize, RequirementId, Relations)> = walks
        .targets()
        .filter_map(|node| {
            let target = network.item(node)?;
            let requirement = program.requirement(target)?;
            let relations = walks.relations(node);
            let told = relations.is_within(Relations::OVERLAPS) && !relations.is_empty();
            (told && Some(requirement.catalog) != own && !requirement.is_section).then_some((
                requirement.catalog,
                target,
                relations,
            ))
        })
        .collect();
    by_catalog.sort_by_key(|(catalog, target, relations)| (*catalog, relations.bits().count_ones(), *target));
    let mut at = 0;
    while let Some((catalog, ..)) = by_catalog.get(at) {
        let of: Vec<_> = by_catalog.iter().skip(at).take_while(|(c, ..)| c == catalog).collect();
        let Some(named) = program.catalogs.get(*catalog) else { return };
        writeln!(out, "\n**{}@{}**", named.alias, named.edition).ok();
        for (_, target, relations) in of.iter().take(NEIGHBOURS) {
            let Some(requirement) = program.requirement(*target) else { continue };
            let derivation = walks.derivation((*target).into());
            let mark = derivation.as_ref().and_then(|d| d.mark).map(wording::mark_label);
            let strength = derivation
                .as_ref()
                .and_then(|d| d.strength)
                .map(|s| format!(" · {} {s}", say(lang, "強さ", "strength")));
            let stated = derivation
                .as_ref()
                .is_some_and(|d| matches!(d.walks.as_slice(), [walk] if walk.steps.len() == 1));
            let how = if stated { say(lang, "記載", "stated") } else { say(lang, "推論", "inferred") };
            let mark = mark.map(|m| format!(" · {}", m.get(lang))).unwrap_or_default();
            let possible = relations.possible();
            writeln!(
                out,
                "- {} `{}` {} ({how}{}{mark})",
                possible.get(lang),
                requirement.id,
                requirement.title.get(lang),
                strength.unwrap_or_default(),
            )
            .ok();
        }
        if of.len() > NEIGHBOURS {
            writeln!(out, "- … +{}", of.len() - NEIGHBOURS).ok();
        }
        at += of.len();
    }
}

/// The items that a rule is for, with their titles, and what the rule says of the facts.
fn rule(out: &mut String, snapshot: &Snapshot, def: &Def, lang: Lang) {
    for id in &def.items {
        let items = snapshot.names().items(id, &[]);
        let title = items.first().map(|f| f.def.title.get(lang)).unwrap_or_default();
        writeln!(out, "\n→ `{}` {title}", shown_id(id)).ok();
        if let Some(verdict) = snapshot.semantics.item(id).and_then(|i| snapshot.semantics.verdict(i)) {
            writeln!(out, "\n{}: **{}**", say(lang, "判定", "verdict"), verdict.label().get(lang)).ok();
        }
    }
}

fn shown_id(id: &crate::index::ItemId) -> String {
    match (&id.alias, &id.edition) {
        (Some(alias), Some(edition)) => format!("{alias}@{edition}:{}", id.local),
        (Some(alias), None) => format!("{alias}:{}", id.local),
        _ => id.local.clone(),
    }
}

/// The question that asks for an attribute, and the rules that read it.
pub(crate) fn attribute(out: &mut String, semantics: &Semantics, kind: &str, name: &str, lang: Lang) {
    let schema = &semantics.program().schema;
    let Some(kind_id) = schema.find_kind(kind) else { return };
    let Some(attr) = schema.kind(kind_id).and_then(|k| k.attribute(name)) else { return };
    let Some(attribute) = schema.attribute(kind_id, attr) else { return };
    if attribute.optional {
        writeln!(out, "\n{}", say(lang, "空欄は「なし」", "may be absent: absent then means none")).ok();
    }
    if let Some(ask) = &attribute.ask {
        writeln!(out, "\n{} ({}): {}", say(lang, "質問", "question"), ask.of, ask.question.get(lang)).ok();
    }
    let readers = crate::fact_cursor::readers(semantics, kind_id, attr);
    if !readers.is_empty() {
        let list: Vec<String> = readers.iter().take(8).map(|r| format!("`{r}`")).collect();
        let more = if readers.len() > 8 { format!(" +{}", readers.len() - 8) } else { String::new() };
        writeln!(out, "\n{}: {}{more}", say(lang, "読む規則", "read by"), list.join(", ")).ok();
    }
}

/// A value of a parameter as it would be written.
pub(crate) fn constant(value: &kijun_engine::program::Const) -> String {
    use kijun_engine::program::Const;
    match value {
        Const::Bool(b) => b.to_string(),
        Const::Int(n) => n.to_string(),
        Const::Decimal(n) => format!("{}", *n as f64 / kijun_facts::value::DECIMAL_ONE as f64),
        Const::Text(t) | Const::Requirement(t) => t.clone(),
        Const::Date(d) => d.to_string(),
        Const::Duration(d) => d.to_string(),
        Const::Country(c) => c.iter().map(|b| char::from(*b)).collect(),
        Const::Enum(code) => format!("#{code}"),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = hover(&snapshot, place.file, place.offset, Lang::En);
        expected.assert_eq(&found.map(|h| h.markdown).unwrap_or_default());
    }

    #[test]
    fn a_requirement_is_shown_in_both_languages_with_its_neighbours_and_verdict() {
        check(
            "check c for mhlw:8.1$0 { each c: contract require penalty in c.clauses }
mapping mhlw -> iso { mark published  8.1 superset A.1 strength 7 }
//- /facts/contract.csv
id,clauses
a,罰則
",
            expect![[r#"
                **mhlw:8.1** — requirement

                条項のある契約

                A contract with its clauses

                契約に条項があること。

                Safety guideline 4.2 · level C (must) · mark printed · 8.1 C

                verdict: **satisfied** (satisfied 1)

                **iso@2022**
                - superset `iso:A.1` Supplier management (stated · strength 7 · published)"#]],
        );
    }

    #[test]
    fn an_attribute_is_shown_with_its_question_and_readers() {
        check(
            "check c for mhlw:8.1 { each c: contract require penalty in c.claus$0es }\n",
            expect![[r#"
                **contract.clauses** — attribute: `clause`

                条項

                question (purchaser): 条項を選んでください

                read by: `c`"#]],
        );
    }

    #[test]
    fn a_variable_has_a_type() {
        check(
            "check c for mhlw:8.1 { each c: contract require c$0.name != \"\" }\n",
            expect!["`c: contract`"],
        );
        check(
            "check c for mhlw:8.1 { each c: contract require all s in c.vendor.subcontractors: s$0.country == JP }\n",
            expect!["`s: vendor`"],
        );
    }
}
