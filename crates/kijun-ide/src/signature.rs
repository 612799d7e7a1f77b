//! The signature of what is being called at a place. The tree of a call that is being typed is broken, so that the call is
//! found by the words before the place.

use std::ops::Range;

use kijun_syntax::{Kind, Node, lex};
use kijun_text::{FileId, Label, Lang};

use crate::completion::declaration_start;
use crate::enclosing::item_at;
use crate::index::Space;
use crate::names::{Found, Names};
use crate::snapshot::Snapshot;

/// How something is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub label: String,
    /// What it is for; may be empty.
    pub text: String,
    pub parameters: Vec<Parameter>,
    /// The argument at the place; there may be more than parameters.
    pub active: usize,
}

/// A part of a signature, as bytes of its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub range: Range<usize>,
    /// What a value of its type is called; may be empty.
    pub text: String,
}

/// Of functions, relations, tables, and the aggregates of the language.
pub fn signature(snapshot: &Snapshot, file: FileId, offset: usize, lang: Lang) -> Option<Signature> {
    let doc = snapshot.doc(file).filter(|d| d.is_module())?;
    let start = declaration_start(&doc.text, offset);
    let open = calls(doc.text.get(start..offset)?);
    open.iter().rev().find_map(|call| match aggregate(&call.name, lang) {
        Some(signature) => Some(Signature { active: call.clause, ..signature }),
        None => Some(Signature { active: call.commas, ..declared(snapshot, &call.name, lang)? }),
    })
}

/// A bracket that is open.
#[derive(Debug, Default)]
struct Open {
    /// The name before it; empty unless it is a call.
    name: String,
    commas: usize,
    /// Of an aggregate: 1 behind `with`, 2 behind the colon.
    clause: usize,
}

/// The brackets that are open at the end of a text, the innermost last.
fn calls(text: &str) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    let mut before: [&str; 2] = [""; 2];
    let tokens = lex(text);
    for (i, token) in tokens.iter().enumerate() {
        let word = token.text(text);
        let is_last = i + 1 == tokens.len();
        match (token.kind, word) {
            (Kind::Space, _) => continue,
            // The place is within it.
            (Kind::Comment, _) if is_last => return Vec::new(),
            (Kind::Comment, _) => continue,
            (_, _) if is_last && word.starts_with('"') && (word.len() == 1 || !word.ends_with('"')) => {
                return in_message(word);
            }
            (_, "(") => {
                let [declares, name] = before;
                let is_call = !matches!(declares, "define" | "relation" | "table");
                let name = if is_call { name } else { "" };
                open.push(Open { name: name.to_owned(), ..Open::default() });
            }
            (_, "{") => open.push(Open::default()),
            (_, ")" | "}") => drop(open.pop()),
            (_, ",") => open.iter_mut().last().into_iter().for_each(|o| o.commas += 1),
            (_, "with") => open.iter_mut().last().into_iter().for_each(|o| o.clause = 1),
            (_, ":") => open.iter_mut().last().into_iter().for_each(|o| o.clause = 2),
            _ => {}
        }
        before = [before[1], word];
    }
    open
}

/// The same in the `{…}` of a message that is open.
fn in_message(text: &str) -> Vec<Open> {
    let start = text.rfind('{').filter(|at| !text.get(..*at).is_some_and(|t| t.ends_with('\\')));
    let inner = start.and_then(|at| text.get(at + 1..)).filter(|t| !t.contains('}'));
    inner.map(calls).unwrap_or_default()
}

fn declared(snapshot: &Snapshot, name: &str, lang: Lang) -> Option<Signature> {
    let names = snapshot.names();
    let called = [Space::Relation, Space::Definition, Space::Table];
    let found = names.value(name).filter(|f| called.contains(&f.def.space))?;
    let doc = snapshot.doc(found.file)?;
    let item = item_at(&doc.parse().tree, found.def.range.start)?;
    let kind = if item.kind == Kind::Definition { Kind::Parameter } else { Kind::TypeRef };
    let mut parts: Vec<&Node> = item.all(kind).collect();
    let result = match item.kind {
        Kind::Definition => item.child(Kind::TypeRef),
        Kind::Table => parts.pop(),
        _ => None,
    };
    let mut label = format!("{name}(");
    let mut parameters = Vec::new();
    for (i, part) in parts.into_iter().enumerate() {
        label.push_str(if i == 0 { "" } else { ", " });
        let start = label.len();
        label.push_str(part.text(&doc.text));
        parameters
            .push(Parameter { range: start..label.len(), text: type_label(names, part, &doc.text, lang) });
    }
    label.push(')');
    if let Some(result) = result {
        label.push_str(": ");
        label.push_str(result.text(&doc.text));
    }
    Some(Signature { label, text: about(found, lang), parameters, active: 0 })
}

/// The label of the entity or enum that a parameter is of.
fn type_label(names: Names<'_>, part: &Node, text: &str, lang: Lang) -> String {
    let ty = part.child(Kind::TypeRef).unwrap_or(part);
    let Some(name) = ty.child(Kind::SetType).unwrap_or(ty).child(Kind::Name) else { return String::new() };
    let name = crate::index::text_of(name, text);
    let found =
        [Space::Entity, Space::Enum].into_iter().flat_map(|space| names.of_space(&name, space)).next();
    found.map(|f| f.def.title.get(lang).to_owned()).unwrap_or_default()
}

fn about(found: Found<'_>, lang: Lang) -> String {
    let title = found.def.title.get(lang);
    let doc = found.def.doc.trim_end();
    let gap = if title.is_empty() || doc.is_empty() { "" } else { "\n\n" };
    format!("{title}{gap}{doc}")
}

/// Parts of the signature of an aggregate: the variable and its set, the condition, and what is asked of each.
fn aggregate(name: &str, lang: Lang) -> Option<Signature> {
    let (value, result, text) = match name {
        "count" => (None, ": int", Label::new("条件に合うものの数", "how many meet the condition")),
        "sum" => (
            Some(VALUE),
            "",
            Label::new("条件に合うものの値の合計", "the sum of the values of those that meet it"),
        ),
        "share" => (
            Some(("真偽", "truth")),
            ": decimal",
            Label::new(
                "条件に合うもののうち、真となるものの割合。該当がなければ none",
                "the part of those that meet the condition for which it is true; none when there are none",
            ),
        ),
        "min" => (
            Some(VALUE),
            "",
            Label::new("最小の値。該当がなければ none", "the least value; none when there are none"),
        ),
        "max" => (
            Some(VALUE),
            "",
            Label::new("最大の値。該当がなければ none", "the greatest value; none when there are none"),
        ),
        _ => return None,
    };
    let say = |(ja, en): (&str, &str)| Label::new(ja, en).get(lang).to_owned();
    let mut label = format!("{name}(");
    let mut parameters = Vec::new();
    let mut add = |before: &str, part: String| {
        label.push_str(before);
        parameters.push(Parameter { range: label.len()..label.len() + part.len(), text: String::new() });
        label.push_str(&part);
    };
    add("", format!("x in {}", say(("集合", "set"))));
    add(" ", format!("with {}", say(("条件", "condition"))));
    if let Some(value) = value {
        add("", format!(": {}", say(value)));
    }
    label.push(')');
    label.push_str(result);
    Some(Signature { label, text: text.get(lang).to_owned(), parameters, active: 0 })
}

const VALUE: (&str, &str) = ("値", "value");

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    const CALLED: &str = "\
/// 患者情報を預かる契約。
define holds(c: contract, since: date): bool = true
table weight(clause, clause): int \"重み\" en \"weight\" { row penalty penalty: 1 }
";

    /// The signature with the active parameter in `«»`.
    fn check_in(lang: Lang, text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{CALLED}{text}"));
        let found = signature(&snapshot, place.file, place.offset, lang);
        let shown = found.map(|s| {
            let mut label = s.label.clone();
            let active = s.parameters.get(s.active);
            if let Some(p) = active {
                label.insert(p.range.end, '»');
                label.insert(p.range.start, '«');
            }
            let of = active.map(|p| p.text.clone()).unwrap_or_default();
            format!("{label} | {of} | {}", s.text)
        });
        expected.assert_eq(&shown.unwrap_or_default());
    }

    fn check(text: &str, expected: Expect) {
        check_in(Lang::Ja, text, expected);
    }

    fn rule(body: &str) -> String {
        format!("check c for mhlw:8.1 {{ each k: contract require {body}\n")
    }

    #[test]
    fn a_call_that_is_being_typed_shows_what_it_takes() {
        check(
            &rule("holds($0"),
            expect!["holds(«c: contract», since: date): bool | 契約 | 患者情報を預かる契約。"],
        );
        check(
            &rule("holds(k, $0) }"),
            expect!["holds(c: contract, «since: date»): bool |  | 患者情報を預かる契約。"],
        );
        check(
            &rule("all s in supplies(k.vendor, $0"),
            expect!["supplies(vendor, «vendor») | 事業者 | 再委託"],
        );
        check("supplies(v$0, s) if true\n", expect!["supplies(«vendor», vendor) | 事業者 | 再委託"]);
        check(&rule("weight(penalty, (1 + $0"), expect!["weight(clause, «clause»): int | 条項 | 重み"]);
        check_in(
            Lang::En,
            &rule("weight(penalty$0) > 1 }"),
            expect!["weight(«clause», clause): int | 条項 | weight"],
        );
        check(
            &rule("true ja \"{holds(k, $0"),
            expect!["holds(c: contract, «since: date»): bool |  | 患者情報を預かる契約。"],
        );
    }

    #[test]
    fn arguments_of_inner_calls_are_not_counted() {
        check(
            &rule("holds({ a, b }, weight(x, y), $0"),
            expect!["holds(c: contract, since: date): bool |  | 患者情報を預かる契約。"],
        );
        check(
            &rule("holds(weight(x, y), \"a, b(\" $0"),
            expect!["holds(c: contract, «since: date»): bool |  | 患者情報を預かる契約。"],
        );
    }

    #[test]
    fn aggregates_of_the_language_have_signatures() {
        check(&rule("count(x in $0"), expect!["count(«x in 集合» with 条件): int |  | 条件に合うものの数"]);
        check_in(
            Lang::En,
            &rule("sum(x in contract with $0"),
            expect!["sum(x in set «with condition»: value) |  | the sum of the values of those that meet it"],
        );
        check(
            &rule("share(x in contract: $0)"),
            expect![
                "share(x in 集合 with 条件«: 真偽»): decimal |  | 条件に合うもののうち、真となるものの割合。該当がなければ none"
            ],
        );
    }

    #[test]
    fn nothing_is_called_elsewhere() {
        for text in [
            "$0",
            "define f($0",
            "relation r($0",
            "check c for mhlw:8.1 { $0",
            "check c for mhlw:8.1 { require (true $0",
            "check c for mhlw:8.1 { require unknown_thing($0",
            "check c for mhlw:8.1 { require holds(k, k) $0",
            "check c for mhlw:8.1 { // holds($0",
            "check c for mhlw:8.1 { require true ja \"holds($0",
        ] {
            check(text, expect![""]);
        }
    }
}
