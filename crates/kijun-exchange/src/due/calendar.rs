//! What lapses, as a calendar (RFC 5545): one day-long event for each, on the last day on which it holds, or on which rules change.
//! No clock: the stamp is
//! the day of the assessment.

use kijun_facts::Date;
use kijun_text::Lang;

use super::DueContext;
use super::reading::{ItemJson, due_json};
use crate::names::fingerprint;

/// Octets of a content line, without its end (3.1).
const LONGEST: usize = 75;

pub fn due_calendar(context: &DueContext<'_>, lang: Lang) -> String {
    let due = due_json(context);
    let mut out = Lines(String::new());
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line(&format!("PRODID:-//Kijun//Kijun {}//{}", context.engine_version, code(lang)));
    out.line("CALSCALE:GREGORIAN");
    out.line("METHOD:PUBLISH");
    let name = due.title.or(lang, due.facility);
    let title = if lang == Lang::Ja { format!("{name} 期限") } else { format!("{name}: what lapses") };
    out.line(&format!("X-WR-CALNAME:{}", escaped(&title)));
    let stamp = basic(context.as_of);
    for item in due.items.iter().filter(|i| !i.lapsed) {
        event(&mut out, item, context.facility, &stamp, lang);
    }
    out.line("END:VCALENDAR");
    out.0
}

fn event(out: &mut Lines, item: &ItemJson<'_>, facility: &str, stamp: &str, lang: Lang) {
    // The same thing keeps its id when it is listed again, so that calendars replace it.
    let own = if item.rule.is_some() { item.text.en.clone() } else { item.facts.join(" ") };
    let uid = fingerprint([facility, item.what, &own, &item.last_day]);
    out.line("BEGIN:VEVENT");
    out.line(&format!("UID:{uid}@kijun"));
    out.line(&format!("DTSTAMP:{stamp}T000000Z"));
    out.line(&format!("DTSTART;VALUE=DATE:{}", basic(item.marked())));
    // The end is not part of the event (3.6.1).
    out.line(&format!("DTEND;VALUE=DATE:{}", basic(item.marked().saturating_add(1))));
    let text = item.text.get(lang);
    let summary = match (item.rule.is_some(), lang) {
        (true, _) => text.to_owned(),
        (false, Lang::Ja) => format!("期限: {text}"),
        (false, Lang::En) => format!("lapses: {text}"),
    };
    out.line(&format!("SUMMARY;LANGUAGE={}:{}", code(lang), escaped(&summary)));
    let mut about: Vec<String> = Vec::new();
    if !item.roles.is_empty() {
        let roles = item.roles.iter().map(|r| r.get(lang)).collect::<Vec<_>>().join(", ");
        about.push(if lang == Lang::Ja { format!("担当: {roles}") } else { format!("acts: {roles}") });
    }
    about.extend(item.flips.iter().map(|f| f.words(lang)));
    about.extend((!item.facts.is_empty()).then(|| item.facts.join(", ")));
    out.line(&format!("DESCRIPTION;LANGUAGE={}:{}", code(lang), escaped(&about.join("\n"))));
    out.line(&format!("CATEGORIES:{}", item.what.to_uppercase()));
    out.line("TRANSP:TRANSPARENT");
    out.line("END:VEVENT");
}

fn code(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "ja" } else { "en" }
}

/// `20261122`.
fn basic(day: i32) -> String {
    Date::day(day).to_string().replace('-', "")
}

/// A value of type TEXT (3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            // No other control character may stand in a text.
            c if c.is_control() && c != '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Content lines, folded so that none is longer than may be.
struct Lines(String);

impl Lines {
    fn line(&mut self, text: &str) {
        let mut used = 0;
        for c in text.chars() {
            if used + c.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(c);
            used += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_at_75_octets_between_characters() {
        for text in ["あ".repeat(100), "x".repeat(200), format!("{}あ", "x".repeat(74)), "x".repeat(75)] {
            let mut lines = Lines(String::new());
            lines.line(&text);
            let parts: Vec<&str> = lines.0.strip_suffix("\r\n").unwrap().split("\r\n").collect();
            assert!(parts.iter().all(|p| p.len() <= LONGEST), "{parts:?}");
            assert!(parts.iter().skip(1).all(|p| p.starts_with(' ')));
            let unfolded = lines.0.replace("\r\n ", "");
            assert_eq!(unfolded.trim_end(), text);
        }
        let mut lines = Lines(String::new());
        lines.line(&"x".repeat(75));
        assert_eq!(lines.0.len(), 77, "what just fits is not folded");
    }

    #[test]
    fn what_has_a_meaning_in_a_text_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne\r\u{7}"), "a\\,b\\;c\\\\d\\ne  ");
    }
}
