//! What lapses, as lines to read.

use kijun_text::Lang;

use super::DueContext;
use super::reading::{DueJson, ItemJson, due_json};
use crate::diff::Line;
use crate::diff::outline::Outline;

pub fn due_outline(context: &DueContext<'_>, lang: Lang) -> Vec<Line> {
    let due = due_json(context);
    let mut out = Outline::default();
    head(&mut out, &due, lang);
    let (lapsed, ahead): (Vec<&ItemJson<'_>>, Vec<&ItemJson<'_>>) = due.items.iter().partition(|i| i.lapsed);
    for (list, ja, en) in [(lapsed, "期限が切れたもの", "lapsed"), (ahead, "これから切れるもの", "ahead")]
    {
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
    let count = |lapsed: bool| due.items.iter().filter(|i| i.lapsed == lapsed).count();
    let (lapsed, ahead) = (count(true), count(false));
    match lang {
        Lang::Ja => {
            out.title(format!("{name}: 期限（{day} から {within} 日間）"));
            out.text(format!(
                "これから切れるもの {ahead} 件、切れて判定に響いているもの {lapsed} 件。日付はその事実が効く最後の日です"
            ));
        }
        Lang::En => {
            out.title(format!("{name}: what lapses within {within} days of {day}"));
            out.text(format!(
                "{ahead} ahead, {lapsed} lapsed with a bearing on verdicts; dates are the last day on which a fact holds"
            ));
        }
    }
}

fn item(out: &mut Outline, item: &ItemJson<'_>, lang: Lang) {
    out.item(0, format!("{}  {}", item.last_day, item.text.get(lang)));
    if !item.roles.is_empty() {
        let separator = if lang == Lang::Ja { "、" } else { ", " };
        let roles = item.roles.iter().map(|r| r.get(lang)).collect::<Vec<_>>().join(separator);
        out.item(1, if lang == Lang::Ja { format!("担当: {roles}") } else { format!("acts: {roles}") });
    }
    item.flips.iter().for_each(|f| out.item(1, f.words(lang)));
}
