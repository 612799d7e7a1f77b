//! GitHub-flavoured Markdown: the summary of a step, or a comment on a change.

use kijun_text::Lang;

use super::summary::Summary;
use super::{Age, Item, Results};
use crate::gfm;
use crate::visible;
use crate::wording::state_word;

/// So many items are listed; a step's summary has a limit, and a reader too.
const LISTED: usize = 200;

pub(super) fn summary(results: &Results, lang: Lang) -> String {
    let say = |ja: &str, en: &str| if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
    let mut out = String::new();
    gfm::line(&mut out, &format!("## kijun {}\n", results.command.name()));
    gfm::line(&mut out, &gfm::escaped(&Summary::of(results).words(results, lang)));
    let mut shown: Vec<&Item> = results.items.iter().filter(|item| item.is_told()).collect();
    // What decides first, else in the order of the command.
    shown.sort_by_key(|item| (!item.decides, item.age == Some(Age::Known)));
    if !shown.is_empty() {
        out.push('\n');
        let heads = [
            say("状態", "state"),
            say("規則", "rule"),
            say("対象", "subject"),
            say("内容", "message"),
            say("場所", "place"),
        ];
        gfm::table_head(&heads, 5, &mut out);
    }
    for item in shown.iter().take(LISTED) {
        gfm::row(&cells(results, item, lang), &mut out);
    }
    if shown.len() > LISTED {
        let rest = shown.len() - LISTED;
        gfm::line(&mut out, &format!("\n{}", say(&format!("ほか {rest} 件"), &format!("and {rest} more"))));
    }
    if !results.unused.is_empty() {
        gfm::line(
            &mut out,
            &format!("\n### {}\n", say("ベースラインの不要な記載", "unused in the baseline")),
        );
        for excused in &results.unused {
            let name = gfm::code(&visible(&excused.name));
            gfm::line(&mut out, &format!("- {name}: {}", gfm::escaped(excused.what.get(lang))));
        }
    }
    out
}

fn cells(results: &Results, item: &Item, lang: Lang) -> Vec<String> {
    let word = state_word(item.state, item.tag("verdict"));
    let known = match (item.age, lang) {
        (Some(Age::Known), Lang::Ja) => " (ベースラインにある)",
        (Some(Age::Known), Lang::En) => " (known)",
        _ => "",
    };
    let state = format!("{}{}{known}", if item.decides { "✕ " } else { "" }, word.get(lang));
    let mut message = item.message.get(lang).to_owned();
    if let Some(waiver) = &item.waiver {
        message = format!("{message}\n{}", waiver.text.get(lang));
    }
    let code = |text: &str| if text.is_empty() { String::new() } else { gfm::code(&visible(text)) };
    vec![
        state,
        code(results.rule(item).map_or("", |r| &r.id)),
        code(&item.subject),
        gfm::escaped(&visible(&message)),
        item.at.as_ref().map_or_else(String::new, |at| code(&at.shown())),
    ]
}
