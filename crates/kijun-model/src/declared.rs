//! What modules declare, by how a person calls it, and what of it differs between two states of a pack. Texts are compared, not
//! meanings: layout and comments do not count.

use std::collections::BTreeMap;

use kijun_syntax::{Kind, Node};
use kijun_text::{FileId, Label, Sources};

use crate::Trees;
use crate::context::{Decl, natural_key};

/// Declared by their head: `requirement mhlw:8.1`, `check encrypted`, `mapping a -> b`. Tests are none.
#[derive(Debug, Clone, Default)]
pub struct Declared(BTreeMap<String, Declaration>);

/// What stands under one head. Rules of a relation, extensions and mappings share theirs with others.
#[derive(Debug, Clone, Default)]
struct Declaration {
    /// Of a requirement or section.
    title: Label,
    is_requirement: bool,
    texts: Vec<String>,
}

/// What became of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Added,
    Removed,
    Changed,
}

impl Declared {
    /// Those of some modules.
    pub fn of(sources: &Sources, trees: &Trees, modules: &[FileId]) -> Declared {
        let mut out = Declared::default();
        let parsed = modules.iter().filter_map(|file| Some((*file, sources.get(*file)?, trees.get(*file)?)));
        for (file, source, parse) in parsed {
            for node in parse.tree.parts().filter(|n| n.kind != Kind::Test) {
                out.add(Decl { file, text: &source.text, node });
            }
        }
        out.0.values_mut().for_each(|declared| declared.texts.sort_unstable());
        out
    }

    /// How many requirements (with sections), and how many of anything else.
    pub fn counts(&self) -> (usize, usize) {
        let requirements = self.0.values().filter(|d| d.is_requirement).count();
        (requirements, self.0.len() - requirements)
    }

    fn add(&mut self, decl: Decl<'_>) {
        let tokens: Vec<&Node> = decl.node.tokens().into_iter().filter(|t| !t.is_trivia()).collect();
        let ends = |t: &Node| t.kind == Kind::String || matches!(t.text(decl.text), "{" | "(" | ":" | "for");
        let head = tokens.iter().take_while(|t| !ends(t)).map(|t| decl.text_of(t)).collect::<Vec<_>>();
        if head.is_empty() {
            return;
        }
        let is_rule = decl.node.kind == Kind::Rule;
        let head = format!("{}{}", if is_rule { "rule " } else { "" }, head.join(" "));
        let text = tokens.iter().map(|t| t.text(decl.text)).collect::<Vec<_>>().join("\n");
        let declared = self.0.entry(head).or_default();
        if matches!(decl.node.kind, Kind::Requirement | Kind::Section) {
            (declared.title, declared.is_requirement) = (decl.label(), true);
        }
        declared.texts.push(text);
    }
}

/// What differs, requirements first, each in natural order: head, title, what became of it.
pub fn changes<'d>(old: &'d Declared, new: &'d Declared) -> Vec<(&'d str, &'d Label, Change)> {
    let mut out: Vec<(&str, &Declaration, Change)> = Vec::new();
    for (head, now) in &new.0 {
        match old.0.get(head) {
            None => out.push((head, now, Change::Added)),
            Some(before) if before.texts != now.texts => out.push((head, now, Change::Changed)),
            Some(_) => {}
        }
    }
    let gone = old.0.iter().filter(|(head, _)| !new.0.contains_key(*head));
    out.extend(gone.map(|(head, before)| (head.as_str(), before, Change::Removed)));
    out.sort_by_cached_key(|(head, declared, _)| (!declared.is_requirement, natural_key(head)));
    out.into_iter().map(|(head, declared, change)| (head, &declared.title, change)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declarations(text: &str) -> Declared {
        let (mut sources, mut trees) = (Sources::default(), Trees::default());
        let file = sources.add("m.kijun", text);
        trees.load(&mut sources, &[file]);
        Declared::of(&sources, &trees, &[file])
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let (old, new) = (declarations(old), declarations(new));
        let shown: Vec<String> =
            changes(&old, &new).iter().map(|(head, title, c)| format!("{c:?} {head} {}", title.ja)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn requirements_and_rules_are_told_by_name() {
        let old = "catalog n \"規範\" { edition \"1\" }\nrequirement n:2 \"二\" { level C }\nrequirement n:10 \"十\"\nenum e \"e\" { a b }\n\
                   check c for n:2 { each x: y require x.z }\nattest n:10 \"か\" { by administrator }\n";
        let new = "catalog n \"規範\" { edition \"1\" }\nrequirement n:2 \"二\" { level D }\nrequirement n:3 \"三\"\nenum e \"e\" { a b c }\n\
                   check c for n:2, n:3 { each x: y require x.z }\nmapping n@1 -> m@1 { n:2 equal m:1 }\n";
        check(
            old,
            new,
            &[
                "Changed requirement n:2 二",
                "Added requirement n:3 三",
                "Removed requirement n:10 十",
                "Removed attest n:10 ",
                "Changed check c ",
                "Changed enum e ",
                "Added mapping n@1 -> m@1 ",
            ],
        );
        check(
            "",
            old,
            &[
                "Added requirement n:2 二",
                "Added requirement n:10 十",
                "Added attest n:10 ",
                "Added catalog n ",
                "Added check c ",
                "Added enum e ",
            ],
        );
    }

    #[test]
    fn layout_comments_order_and_tests_do_not_count() {
        let a = "// x\nentity a \"a\" { b \"b\": bool }\nr(x) if x.b\nr(x) if x.c\ntest \"t\" { expect n:1 satisfied }\n";
        let b = "r(x) if x.c // y\nr(x) if x.b\nentity a \"a\" {\n  b \"b\": bool\n}\n";
        check(a, b, &[]);
        check(a, "entity a \"a\" { b \"b\": bool }\nr(x) if x.b\n", &["Changed rule r "]);
    }
}
