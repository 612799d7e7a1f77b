//! What several messages of one rule have in common, told once.

use kijun_text::Lang;

use crate::terminal::width;

/// The least that messages must have in common to be told together, in columns.
const LEAST: usize = 16;
/// Stands where messages differ.
const GAP: &str = "…";

/// Messages told together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// What all of them say, `…` where they differ.
    pub(super) common: String,
    /// What each says beside it, in their order; may be empty.
    pub(super) own: Vec<String>,
}

/// What stands between the parts of a message.
pub(super) fn separator(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "。" } else { "; " }
}

/// Folds messages of a language. `None` when they have too little in common.
pub(super) fn fold(messages: &[&str], lang: Lang) -> Option<Folded> {
    let separator = separator(lang);
    let parts: Vec<Vec<&str>> = messages
        .iter()
        .map(|m| m.trim_end_matches('。').split(separator).filter(|p| !p.is_empty()).collect())
        .collect();
    let heads: Vec<&str> = parts.iter().map(|p| p.first().copied().unwrap_or("")).collect();
    let rests: Vec<&[&str]> = parts.iter().map(|p| p.get(1..).unwrap_or_default()).collect();
    let (head, middles) = template(&heads, lang)?;
    let everywhere = |part: &&&str| rests.iter().all(|r| r.contains(part));
    let shared: Vec<&str> = rests.first()?.iter().filter(everywhere).copied().collect();
    let mut common = vec![head.as_str()];
    common.extend(&shared);
    let own = middles.into_iter().zip(&rests).map(|(middle, rest)| {
        let rest = rest.iter().filter(|p| !shared.contains(p)).copied();
        let own: Vec<&str> = std::iter::once(middle).chain(rest).filter(|p| !p.is_empty()).collect();
        own.join(separator)
    });
    Some(Folded { own: own.collect(), common: common.join(separator) })
}

/// What texts begin and end with, and what each has in between.
fn template<'t>(texts: &[&'t str], lang: Lang) -> Option<(String, Vec<&'t str>)> {
    let first = *texts.first()?;
    if texts.iter().all(|t| *t == first) {
        return Some((first.to_owned(), vec![""; texts.len()]));
    }
    let prefix = texts.iter().map(|t| common_length(first.chars(), t.chars())).min()?;
    let prefix = at_word_end(first, texts, prefix, lang);
    let rests: Vec<&str> = texts.iter().filter_map(|t| t.get(prefix..)).collect();
    let rest = *rests.first()?;
    let suffix = rests.iter().map(|t| common_length(rest.chars().rev(), t.chars().rev())).min()?;
    let suffix = at_word_start(rest, &rests, suffix, lang);
    let (prefix, suffix) = balanced(first, prefix, suffix);
    let (head, tail) = (first.get(..prefix)?, first.get(first.len() - suffix..)?);
    if width(head) + width(tail) < LEAST {
        return None;
    }
    let middles: Option<Vec<&str>> = texts.iter().map(|t| t.get(prefix..t.len() - suffix)).collect();
    Some((format!("{head}{GAP}{tail}"), middles?))
}

/// How many bytes two texts have in common from where they are read.
fn common_length(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(x, y)| x == y).map(|(c, _)| c.len_utf8()).sum()
}

/// Names, numbers, dates and ids are not cut. In Japanese a name ends at a particle: at hiragana.
fn is_word(c: char, lang: Lang) -> bool {
    let particle = lang == Lang::Ja && ('ぁ'..='ゟ').contains(&c);
    c.is_alphanumeric() && !particle || matches!(c, '-' | '.' | '_' | '/' | '・')
}

fn at_word_end(first: &str, texts: &[&str], prefix: usize, lang: Lang) -> usize {
    let word = |c: char| is_word(c, lang);
    let goes_on = |t: &&str| t.get(prefix..).and_then(|r| r.chars().next()).is_some_and(word);
    let head = first.get(..prefix).unwrap_or("");
    if texts.iter().any(goes_on) { head.trim_end_matches(word).len() } else { prefix }
}

fn at_word_start(first: &str, texts: &[&str], suffix: usize, lang: Lang) -> usize {
    let word = |c: char| is_word(c, lang);
    let before = |t: &&str| t.get(..t.len() - suffix).and_then(|r| r.chars().next_back()).is_some_and(word);
    let tail = first.get(first.len() - suffix..).unwrap_or("");
    if texts.iter().any(before) { tail.trim_start_matches(word).len() } else { suffix }
}

const BRACKETS: [(char, char); 8] =
    [('「', '」'), ('『', '』'), ('（', '）'), ('【', '】'), ('(', ')'), ('[', ']'), ('{', '}'), ('“', '”')];

/// Bytes of a prefix and a suffix between which no bracket is left open: what differs is either all that stands in
/// brackets, or holds whole brackets.
fn balanced(text: &str, prefix: usize, suffix: usize) -> (usize, usize) {
    let (head, tail) = (text.get(..prefix).unwrap_or(""), text.get(text.len() - suffix..).unwrap_or(""));
    let mut opened: Vec<(usize, char)> = Vec::new();
    for (at, c) in head.char_indices() {
        if BRACKETS.iter().any(|(open, _)| *open == c) {
            opened.push((at, c));
        } else if opened.last().is_some_and(|(_, o)| BRACKETS.contains(&(*o, c))) {
            opened.pop();
        }
    }
    let mut closed: Vec<(usize, char)> = Vec::new();
    for (at, c) in tail.char_indices().rev() {
        if BRACKETS.iter().any(|(_, close)| *close == c) {
            closed.push((at, c));
        } else if closed.last().is_some_and(|(_, o)| BRACKETS.contains(&(c, *o))) {
            closed.pop();
        }
    }
    match (opened.first(), closed.first()) {
        (Some((o, open)), Some((c, close)))
            if BRACKETS.contains(&(*open, *close)) && opened.len() == closed.len() =>
        {
            (o + open.len_utf8(), tail.len() - c)
        }
        (open, close) => (
            open.map_or(prefix, |(o, _)| *o),
            close.map_or(suffix, |(c, close)| tail.len() - c - close.len_utf8()),
        ),
    }
}
