//! The declarations of a module, nested as its sections and blocks are; the records of a file of facts.

use std::ops::Range;

use kijun_text::{FileId, Label};

use crate::index::{Def, Space};
use crate::snapshot::Snapshot;

/// One entry of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    pub name: String,
    pub title: Label,
    pub space: Space,
    /// Bytes of the name, and of the whole.
    pub range: Range<usize>,
    pub full: Range<usize>,
    pub children: Vec<Symbol>,
}

pub fn outline(snapshot: &Snapshot, file: FileId) -> Vec<Symbol> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if doc.is_facts() {
        return records(snapshot, file);
    }
    let mut top: Vec<Symbol> = Vec::new();
    // Outer declarations come first where two begin at one place.
    let mut defs: Vec<&Def> = doc.index().defs.iter().collect();
    defs.sort_by_key(|d| (d.full.start, std::cmp::Reverse(d.full.end)));
    for def in defs {
        let within = top.last_mut().filter(|s| def.full.end <= s.full.end && def.full.start >= s.full.start);
        match within {
            Some(parent) => parent.children.push(symbol(def)),
            None => top.push(symbol(def)),
        }
    }
    top
}

fn symbol(def: &Def) -> Symbol {
    let name = match &def.item {
        Some(id) if !id.local.is_empty() => {
            id.alias.as_ref().map_or_else(|| id.local.clone(), |a| format!("{a}:{}", id.local))
        }
        _ => def.name.clone(),
    };
    Symbol {
        name,
        title: def.title.clone(),
        space: def.space,
        range: def.range.clone(),
        full: def.full.clone(),
        children: Vec::new(),
    }
}

fn records(snapshot: &Snapshot, file: FileId) -> Vec<Symbol> {
    let semantics = &snapshot.semantics;
    let (schema, store) = (&semantics.program().schema, &semantics.facts.store);
    let all = semantics.fact_map().within(file, 0..usize::MAX);
    let records = all.filter(|(_, cell)| cell.attr.is_none());
    let symbol = |(span, cell): &(kijun_text::Span, crate::fact_map::FactCell)| {
        let range = snapshot.now(*span)?;
        let kind = schema.kind(cell.kind)?;
        Some(Symbol {
            name: store.id_text(cell.kind, cell.row as usize).to_owned(),
            title: Label::new(
                kind.label.or(kijun_text::Lang::Ja, &kind.name),
                kind.label.or(kijun_text::Lang::En, &kind.name),
            ),
            space: Space::Local,
            full: range.clone(),
            range,
            children: Vec::new(),
        })
    };
    records.filter_map(symbol).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::{NORMS, fixture};

    fn lines(symbols: &[Symbol], depth: usize, out: &mut String) {
        for s in symbols {
            out.push_str(&format!("{}{:?} {} {}\n", "  ".repeat(depth), s.space, s.name, s.title.ja));
            lines(&s.children, depth + 1, out);
        }
    }

    #[test]
    fn attributes_and_literals_are_below_what_they_belong_to() {
        let (snapshot, place) = fixture(&format!("{NORMS}check c for mhlw:8.1 {{ require true }}\n$0"));
        let mut out = String::new();
        lines(&outline(&snapshot, place.file), 0, &mut out);
        expect![[r#"
            Catalog mhlw 安全管理ガイドライン
              Level C 最低限
            Requirement mhlw:8.1 条項のある契約
            Requirement mhlw:8.2 国内の事業者
            Catalog iso ISO
            Requirement iso:A.1 委託先の管理
            Requirement iso:A.2 ほか
            Enum clause 条項
              Literal secrecy 守秘義務
              Literal penalty 罰則
            Entity vendor 事業者
              Attribute name 名称
              Attribute country 所在国
              Attribute subcontractors 再委託先
            Entity contract 契約
              Attribute name 名称
              Attribute vendor 事業者
              Attribute clauses 条項
            Relation supplies 再委託
            Check c 
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn a_file_of_facts_is_outlined_by_its_records() {
        let (snapshot, place) = fixture(&format!("{NORMS}//- /facts/vendor.csv\nid,country\nb,JP\na,JP\n$0"));
        let mut out = String::new();
        lines(&outline(&snapshot, place.file), 0, &mut out);
        expect![[r#"
            Local b 事業者
            Local a 事業者
        "#]]
        .assert_eq(&out);
    }
}
