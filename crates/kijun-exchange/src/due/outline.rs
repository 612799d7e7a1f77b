//! What lapses, as lines to read.

use kijun_facts::Date;
use kijun_text::Lang;

use super::DueContext;
use super::reading::{DueJson, ItemJson, due_json};
use crate::diff::Line;
use crate::diff::outline::Outline;
use crate::outcome_json::OutcomeJson;

pub fn due_outline(context: &DueContext<'_>, lang: Lang) -> Vec<Line> {
    let due = due_json(context);
    let mut out = Outline::default();
    head(&mut out, &due, lang);
    let (lapsed, ahead): (Vec<&ItemJson<'_>>, Vec<&ItemJson<'_>>) = due.items.iter().partition(|i| i.lapsed);
    let (rules, ahead): (Vec<_>, Vec<_>) = ahead.into_iter().partition(|i| i.rule.is_some());
    for (list, ja, en) in [
        (lapsed, "期限が切れたもの", "lapsed"),
        (ahead, "これから切れるもの", "ahead"),
        (rules, "規則にある日付で変わるもの", "days that stand in rules"),
    ] {
        if list.is_empty() {
            continue;
        }
        out.heading(match lang {
            Lang::Ja => format!("{ja}（{} 件）", list.len()),
            Lang::En => format!("{en} ({})", list.len()),
        });
        list.into_iter().for_each(|i| item(&mut out, i, lang));
    }
    out.0
}

fn head(out: &mut Outline, due: &DueJson<'_>, lang: Lang) {
    let name = due.title.or(lang, due.facility);
    let (day, within) = (&due.as_of, due.within_days);
    let count = |wanted: fn(&ItemJson<'_>) -> bool| due.items.iter().filter(|i| wanted(i)).count();
    let (lapsed, rules) = (count(|i| i.lapsed), count(|i| i.rule.is_some()));
    let ahead = count(|i| !i.lapsed && i.rule.is_none());
    match lang {
        Lang::Ja => {
            out.title(format!("{name}: 期限（{day} から {within} 日間）"));
            out.text(format!(
                "これから切れるもの {ahead} 件、切れて判定に響いているもの {lapsed} 件、規則にある日付で変わるもの {rules} 件。\
                 日付はその事実が効く最後の日、規則については変わる日です"
            ));
        }
        Lang::En => {
            out.title(format!("{name}: what lapses within {within} days of {day}"));
            out.text(format!(
                "{ahead} ahead, {lapsed} lapsed with a bearing on verdicts, {rules} days that stand in rules; dates are the last \
                 day on which a fact holds, and of rules the day on which they change"
            ));
        }
    }
}

fn item(out: &mut Outline, item: &ItemJson<'_>, lang: Lang) {
    out.item(0, format!("{}  {}", Date::day(item.marked()), item.text.get(lang)));
    if !item.roles.is_empty() {
        let separator = if lang == Lang::Ja { "、" } else { ", " };
        let roles = item.roles.iter().map(|r| r.get(lang)).collect::<Vec<_>>().join(separator);
        out.item(1, if lang == Lang::Ja { format!("担当: {roles}") } else { format!("acts: {roles}") });
    }
    let mut rest: Vec<&OutcomeJson<'_>> = item.flips.iter().collect();
    while let Some(first) = rest.first().copied() {
        // What one rule says of several subjects is told once.
        let (same, others): (Vec<_>, Vec<_>) = rest.into_iter().skip(1).partition(|f| f.says_the_same(first));
        out.item(1, first.words_with(&same, lang));
        rest = others;
    }
    if item.rule.is_some() && item.flips.is_empty() {
        out.item(
            1,
            if lang == Lang::Ja {
                "今の事実では、変わる判定はない"
            } else {
                "no verdict changes on these facts"
            },
        );
    }
}
