//! Mistakes that people from other languages (or an input method) make, each with what to write.

use kijun_text::{Label, fold_width, nearest};

use super::first_word;
use crate::grammar::Rule;
use crate::kind::sign;

/// Words of the language that are never names.
const RESERVED: [&str; 15] = [
    "and", "or", "not", "in", "any", "all", "implies", "true", "false", "none", "today", "where", "with",
    "require", "each",
];
const RELATIONSHIPS: [&str; 6] = ["equal", "equivalent", "subset", "superset", "intersects", "unrelated"];
const VERDICTS: [&str; 8] =
    ["satisfied", "violated", "unknown", "conflicting", "stale", "waived", "not_applicable", "unverified"];

type Mistake = (Label, Label);

/// The place of an error in the slice that was parsed.
pub(super) struct Place<'s> {
    pub(super) start: usize,
    /// What stands there; at the end of the slice, its last character.
    pub(super) found: &'s str,
    /// The slice from there on; empty at its end.
    pub(super) rest: &'s str,
    before: &'s str,
    slice: &'s str,
    expected: &'s [Rule],
}

impl<'s> Place<'s> {
    pub(super) fn new(slice: &'s str, at: usize, expected: &'s [Rule]) -> Place<'s> {
        let rest = slice.get(at..).unwrap_or("").trim_start();
        let before = slice.get(..slice.len() - rest.len()).unwrap_or("").trim_end();
        let place = |start: usize, len: usize| Place {
            start,
            found: slice.get(start..start + len).unwrap_or(""),
            rest,
            before,
            slice,
            expected,
        };
        if rest.is_empty() {
            let last = before.chars().next_back().map_or(0, char::len_utf8);
            return place(before.len() - last, last);
        }
        let message = ["ja", "en"].into_iter().find(|w| rest.starts_with('"') && last_word(before) == *w);
        match message {
            // `require a and ja "…"`: `ja` was taken for an operand.
            Some(word) if expected.contains(&Rule::kw_and) => place(before.len() - word.len(), word.len()),
            _ if matches!(expected, [Rule::date | Rule::day_or_year]) => {
                let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
                place(slice.len() - rest.len(), len)
            }
            _ => place(slice.len() - rest.len(), token_len(rest)),
        }
    }

    /// What is wrong and what to do, if it is a mistake that is known.
    pub(super) fn mistake(&self) -> Option<Mistake> {
        self.full_width()
            .or_else(|| self.other_sign())
            .or_else(|| self.unclosed())
            .or_else(|| self.other_words())
            .or_else(|| self.misspelt())
            .or_else(|| self.reserved())
            .or_else(|| self.missing())
    }

    /// What to say of the place, where what pest expected would mislead.
    pub(super) fn label(&self) -> Option<Label> {
        if self.is_operand_message() {
            return Some(Label::new("ここに来るのは 式", "expected an expression"));
        }
        self.is_if_then().then(Label::default)
    }

    /// `require a and ja "…"`
    fn is_operand_message(&self) -> bool {
        matches!(self.found, "ja" | "en") && self.rest.starts_with('"')
    }

    /// `= if a then b else c`, and the same in a clause.
    fn is_if_then(&self) -> bool {
        self.before.contains("= if ") || last_word(self.before) == "if" && !self.before.ends_with(") if")
    }

    fn expects(&self, what: Rule) -> bool {
        self.expected.contains(&what)
    }

    fn full_width(&self) -> Option<Mistake> {
        let first = self.rest.chars().next()?;
        let narrow = match first {
            '“' | '”' | '「' | '」' | '『' | '』' | '’' | '‘' => "\"".to_owned(),
            '、' => ",".to_owned(),
            '。' => ".".to_owned(),
            '！'..='～' if !first.is_alphanumeric() => fold_width(self.found),
            _ => return None,
        };
        Some((Label::new("全角の記号です", "this is a full-width sign"), write(&narrow)))
    }

    fn other_sign(&self) -> Option<Mistake> {
        let r = self.rest;
        let use_ = |shown: &str, word: &str| Some((there_is_no(shown), write(word)));
        match r.chars().next()? {
            '&' => use_(if r.starts_with("&&") { "&&" } else { "&" }, "and"),
            '|' => use_(if r.starts_with("||") { "||" } else { "|" }, "or"),
            '!' if !r.starts_with("!=") => use_("!", "not"),
            '≠' => use_("≠", "!="),
            '≤' | '≦' => use_("≤", "<="),
            '≥' | '≧' => use_("≥", ">="),
            '>' if self.before.ends_with('<') => use_("<>", "!="),
            '→' => use_("→", "->"),
            '=' if self.expects(Rule::sign_arrow) => use_(self.found, "->"),
            '=' if self.before.ends_with("==") => use_("===", "=="),
            '=' | ':' if self.expects(Rule::fact_value) => Some((
                Label::new(
                    "属性と値の間に記号は要りません",
                    "no sign stands between an attribute and its value",
                ),
                remove(),
            )),
            '=' if !r.starts_with("==") && self.expects(Rule::compare_op) => {
                Some((Label::new("比較は `=` ではありません", "`=` does not compare"), write("==")))
            }
            ';' => Some((Label::new("`;` は要りません", "no `;` is needed"), remove())),
            '\'' if self.expects(Rule::string) => use_("'", "\""),
            _ => None,
        }
    }

    fn unclosed(&self) -> Option<Mistake> {
        let line = self.rest.lines().next().unwrap_or("");
        if self.rest.starts_with('"') && !line.get(1..).unwrap_or("").contains('"') {
            return Some((
                Label::new("文字列が閉じていません", "the text is not closed"),
                Label::new(
                    "行の終わりまでに `\"` で閉じてください",
                    "close it with `\"` before the end of the line",
                ),
            ));
        }
        if self.expects(Rule::sign_close)
            && self.before.matches('(').count() > self.before.matches(')').count()
        {
            return Some((Label::new("`(` が閉じていません", "a `(` is not closed"), write(")")));
        }
        (self.rest.is_empty() && self.expects(Rule::close)).then(|| {
            let head = first_word(self.slice);
            (
                Label::new(
                    format!("`{head}` のブロックが閉じていません"),
                    format!("the block of `{head}` is not closed"),
                ),
                Label::new("この後に `}` を書いてください", "write `}` after this"),
            )
        })
    }

    fn other_words(&self) -> Option<Mistake> {
        let instead = |ja: String, en: String, word: &str| Some((Label::new(ja, en), write(word)));
        match self.found {
            "ja" | "en" if self.is_operand_message() => Some((
                Label::new(
                    format!("`{}` の前の式が終わっていません", self.found),
                    format!("the expression before `{}` is not finished", self.found),
                ),
                Label::new("演算子の後に式を書いてください", "write an expression after the operator"),
            )),
            "if" if self.expects(Rule::kw_where) => {
                instead("`if` の句はありません".into(), "there is no `if` clause".into(), "where")
            }
            "where" if self.expects(Rule::kw_if) => instead(
                "規則の条件は `where` ではありません".into(),
                "`where` is not the condition of a rule".into(),
                "if",
            ),
            _ if self.is_if_then() => Some((
                Label::new("`if … then … else` はありません", "there is no `if … then … else`"),
                Label::new("`and`、`or`、`implies` で書きます", "write it with `and`, `or` and `implies`"),
            )),
            _ if self.expects(Rule::sign_colon)
                && self.slice.contains(": set ")
                && !self.slice.contains(": set of ") =>
            {
                instead("`set` の後に `of` が要ります".into(), "`of` is missing after `set`".into(), "set of")
            }
            _ => None,
        }
    }

    fn misspelt(&self) -> Option<Mistake> {
        let words: &[&str] = if self.expects(Rule::verdict) {
            &VERDICTS
        } else if self.expects(Rule::relationship) && !self.expects(Rule::number) {
            &RELATIONSHIPS
        } else {
            return None;
        };
        let nearest = nearest(self.found, words.iter().copied()).filter(|_| !self.rest.is_empty())?;
        let unexpected = Label::new(
            format!("`{}` はここには書けません", self.found),
            format!("unexpected `{}`", self.found),
        );
        Some((unexpected, super::did_you_mean(nearest)))
    }

    fn reserved(&self) -> Option<Mistake> {
        (RESERVED.contains(&self.found) && self.expects(Rule::name)).then(|| {
            let found = self.found;
            (
                Label::new(
                    format!("`{found}` は言語の語なので、ここでは使えません"),
                    format!("`{found}` is a word of the language and cannot stand here"),
                ),
                Label::new("別の名前にしてください", "choose another name"),
            )
        })
    }

    /// Exactly one thing can stand there, and does not.
    fn missing(&self) -> Option<Mistake> {
        if self.expects(Rule::string) && self.rest.starts_with('{') {
            return Some((
                Label::new("題名がありません", "the title is missing"),
                Label::new("`{` の前に題名を \"…\" で書いてください", "write a title in \"…\" before `{`"),
            ));
        }
        let mut needed = self.expected.iter().filter(|r| **r != Rule::sign_comma);
        let (Some(only), None) = (needed.next().or(self.expected.first()), needed.next()) else {
            return None;
        };
        let is_keyword = format!("{only:?}").starts_with("kw_");
        let words = super::Kind::of(*only).words();
        let (ja, en) = match sign(*only) {
            Some(sign) => (sign, sign),
            None if *only == Rule::date => {
                return Some(not_a_date(
                    self.found,
                    "`2026-04-01` か `2026-04`",
                    "`2026-04-01` or `2026-04`",
                ));
            }
            None if *only == Rule::day_or_year => {
                let (ja, en) = ("`2026-04-01`、`2026-04` か `2026`", "`2026-04-01`, `2026-04` or `2026`");
                return Some(not_a_date(self.found, ja, en));
            }
            None if *only == Rule::open || is_keyword => words,
            None => return None,
        };
        let (message_ja, message_en) = if self.rest.is_empty() {
            (format!("この後に {ja} が要ります"), format!("{en} is missing after this"))
        } else {
            let found = self.found;
            (format!("`{found}` の前に {ja} が要ります"), format!("{en} is missing before `{found}`"))
        };
        Some((
            Label::new(message_ja, message_en),
            Label::new(format!("{ja} と書きます"), format!("write {en}")),
        ))
    }
}

fn not_a_date(found: &str, like_ja: &str, like_en: &str) -> Mistake {
    (
        Label::new(format!("`{found}` は日付ではありません"), format!("`{found}` is not a date")),
        Label::new(format!("{like_ja} のように書きます"), format!("write a date like {like_en}")),
    )
}

fn there_is_no(sign: &str) -> Label {
    Label::new(format!("`{sign}` はありません"), format!("there is no `{sign}`"))
}

fn write(word: &str) -> Label {
    Label::new(format!("`{word}` と書きます"), format!("write `{word}`"))
}

fn remove() -> Label {
    Label::new("消してください", "remove it")
}

fn last_word(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.rfind(|c| !is_part(c))
        .map_or(text, |i| text.get(i..).unwrap_or("").trim_start_matches(|c| !is_part(c)))
}

/// The length of what stands at the beginning of the text, as a person sees it.
fn token_len(rest: &str) -> usize {
    let word = first_word(rest);
    if !word.is_empty() {
        return word.len();
    }
    if rest.starts_with('"') {
        let line = rest.lines().next().unwrap_or("");
        let close = line.get(1..).and_then(|s| s.find('"')).map(|i| i + 2);
        return close.unwrap_or(line.trim_end().len());
    }
    let Some(first) = rest.chars().next() else { return 0 };
    let is_operator = |c: char| "=<>!&|-＝＜＞！＆｜".contains(c);
    if is_operator(first) {
        return rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
    }
    first.len_utf8()
}
