//! How a value is written in a cell, for who fills it in.

use kijun_facts::{Schema, Type, sheet_of};
use kijun_text::Lang;

/// One sentence without its full stop: `日付（例: 2026/4/1…）`.
pub(crate) fn how(schema: &Schema, lang: Lang, ty: &Type) -> String {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    match ty {
        Type::Bool => say("はい・いいえ", "yes or no").to_owned(),
        Type::Int => say("整数", "a whole number").to_owned(),
        Type::Decimal => say("数（小数点以下6桁まで）", "a number, at most six decimal places").to_owned(),
        Type::Text => say("文字", "text").to_owned(),
        Type::Date => say(
            "日付（例: 2026/4/1、令和8年4月1日、R8.4.1、2026年4月）",
            "a date, such as 2026-04-01; a month or a year will do",
        )
        .to_owned(),
        Type::Duration => {
            say("期間（例: 1年6か月、30日）", "a duration, such as 18 months or 30 days").to_owned()
        }
        Type::Country => {
            say("国名か2文字の国コード（例: 日本、JP）", "a country, by name or by two letters").to_owned()
        }
        Type::Requirement => {
            say("要求事項の番号（例: mhlw:8.1.2）", "the id of a requirement, such as mhlw:8.1.2").to_owned()
        }
        Type::Enum(_) => say("一覧から選択", "one of the list").to_owned(),
        Type::Ref(kind) => match lang {
            Lang::Ja => format!("シート「{}」の id", sheet_of(schema, *kind, lang)),
            Lang::En => format!("an id of the sheet {}", sheet_of(schema, *kind, lang)),
        },
        Type::Set(element) => match lang {
            Lang::Ja => {
                format!(
                    "{}。いくつもあるときは「;」で区切る。1つもないときは「なし」",
                    how(schema, lang, element)
                )
            }
            Lang::En => format!(
                "{}; several are separated by `;`, and `none` says that there is none",
                how(schema, lang, element)
            ),
        },
    }
}
