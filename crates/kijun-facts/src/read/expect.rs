//! What a type expects, in words a person uses: the second half of every message about a value.

use std::borrow::Cow;

use kijun_text::Label;

use crate::schema::{EnumDef, Schema, Type};

/// How many literals a message lists before it stops.
const LISTED: usize = 12;

/// A text as it is quoted in a message: its first line, of some forty characters.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    let line = text.trim().lines().next().unwrap_or("");
    match line.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")).into(),
        None if line.len() < text.trim().len() => format!("{line}…").into(),
        None => line.into(),
    }
}

pub(crate) fn did_you_mean(name: &str) -> Label {
    Label::new(format!("もしかして: `{name}`"), format!("did you mean `{name}`?"))
}

pub(crate) fn date() -> Label {
    Label::new(
        "日付は `2026-04-01`、`令和8年4月1日`、`R8.4.1` のように書いてください",
        "write a date such as `2026-04-01`, `令和8年4月1日` or `R8.4.1`",
    )
}

/// The type as a noun: "a whole number".
pub(crate) fn noun(schema: &Schema, ty: &Type) -> Label {
    match ty {
        Type::Bool => Label::new("「はい」か「いいえ」", "yes or no"),
        Type::Int => Label::new("整数", "a whole number"),
        Type::Decimal => Label::new("数", "a number"),
        Type::Text => Label::new("文字列", "a text"),
        Type::Date => Label::new("日付", "a date"),
        Type::Duration => Label::new("期間", "a duration"),
        Type::Country => Label::new("国", "a country"),
        Type::Requirement => Label::new("要求事項", "a requirement"),
        Type::Enum(id) => match schema.enumeration(*id) {
            Some(def) => Label::new(format!("「{}」の値", ja(def)), format!("a `{}`", def.name)),
            None => Label::default(),
        },
        Type::Ref(kind) => match schema.kind(*kind) {
            Some(def) => {
                let name = def.label.or(kijun_text::Lang::Ja, &def.name);
                Label::new(format!("「{name}」の id"), format!("the id of a `{}`", def.name))
            }
            None => Label::default(),
        },
        Type::Set(element) => {
            let element = noun(schema, element);
            Label::new(format!("{}の集合", element.ja), format!("a set of which each is {}", element.en))
        }
    }
}

/// What to write, with an example.
pub(crate) fn example(schema: &Schema, ty: &Type) -> Label {
    match ty {
        Type::Bool => Label::new(
            "`はい` か `いいえ`(`true`、`false` も可)と書いてください",
            "write `はい` or `いいえ`, or `true` or `false`",
        ),
        Type::Int => Label::new("`8` のように書いてください", "write a whole number such as `8`"),
        Type::Decimal => Label::new("`0.5` のように書いてください", "write a number such as `0.5`"),
        Type::Text => Label::new(
            "引用符で囲んだ文字列を書いてください(例: `\"A社\"`)",
            "write a text in quotes, such as `\"A社\"`",
        ),
        Type::Date => date(),
        Type::Duration => Label::new(
            "`1年`、`6か月`、`30日` のように書いてください",
            "write a duration such as `1 year`, `6 months` or `30 days`",
        ),
        Type::Country => Label::new(
            "ISO 3166-1 の2文字(例: `JP`)か国名を書いてください",
            "write the two letters of ISO 3166-1, such as `JP`, or the country's name",
        ),
        Type::Requirement => requirement(schema),
        Type::Enum(id) => schema.enumeration(*id).map_or_else(Label::default, literals),
        Type::Ref(_) => {
            let what = noun(schema, ty);
            Label::new(format!("{}を書いてください", what.ja), format!("write {}", what.en))
        }
        Type::Set(element) => {
            let element = example(schema, element);
            let (ja, en) = ("配列か、`;` で区切った並びで", "a list, or members separated by `;`");
            Label::new(format!("{ja}: {}", element.ja), format!("{en}: {}", element.en))
        }
    }
}

fn requirement(schema: &Schema) -> Label {
    let example = schema.requirements.first().map_or("mhlw:8.1.2", String::as_str);
    Label::new(
        format!("基準の別名と項番を書いてください(例: `{example}`)"),
        format!("write the catalogue's alias and the item, such as `{example}`"),
    )
}

fn literals(def: &EnumDef) -> Label {
    let more = if def.literals.len() > LISTED { " …" } else { "" };
    let named = def.literals.iter().take(LISTED).map(|l| format!("`{}`", l.name));
    let labelled =
        def.literals.iter().take(LISTED).map(|l| format!("`{}`", l.label.or(kijun_text::Lang::Ja, &l.name)));
    let (named, labelled) = (named.collect::<Vec<_>>(), labelled.collect::<Vec<_>>());
    Label::new(
        format!("次のいずれかです: {}{more}", labelled.join(" ")),
        format!("one of {}{more}", named.join(", ")),
    )
}

fn ja(def: &EnumDef) -> &str {
    def.label.or(kijun_text::Lang::Ja, &def.name)
}
