//! Where output goes: language, colour, width.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use kijun_text::{Label, Lang};
use owo_colors::{OwoColorize, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::args::{ColorArg, Global, LangArg};

/// Whether something could not be printed.
static LOST: AtomicBool = AtomicBool::new(false);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    pub(crate) lang: Lang,
    pub(crate) color: bool,
    pub(crate) error_color: bool,
    pub(crate) quiet: bool,
    pub(crate) width: usize,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Terminal {
        let colored = |is_terminal: bool| match global.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none(),
        };
        Terminal {
            lang: language(global.lang),
            color: colored(std::io::stdout().is_terminal()),
            error_color: colored(std::io::stderr().is_terminal()),
            quiet: global.quiet,
            width: columns(),
        }
    }

    pub(crate) fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    pub(crate) fn text<'l>(&self, label: &'l Label) -> &'l str {
        label.get(self.lang)
    }

    pub(crate) fn paint(&self, text: &str, style: Style) -> String {
        if self.color { text.style(style).to_string() } else { text.to_owned() }
    }

    /// Prints to standard output; a closed pipe ends the printing, not the program.
    pub(crate) fn print(&self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    pub(crate) fn print_bytes(&self, bytes: &[u8]) {
        self.lost(std::io::stdout().lock().write_all(bytes));
    }

    /// Whether standard output took everything, or somebody has seen enough and closed it. To be asked at the end.
    pub(crate) fn is_output_lost(&self) -> bool {
        self.lost(std::io::stdout().lock().flush());
        LOST.load(Ordering::Relaxed)
    }

    /// Says once that standard output could not be written: the disk is full, say.
    fn lost(&self, written: std::io::Result<()>) {
        let Err(error) = written else { return };
        if error.kind() == ErrorKind::BrokenPipe || LOST.swap(true, Ordering::Relaxed) {
            return;
        }
        self.warn(&match self.lang {
            Lang::Ja => format!("エラー: 標準出力に書けません: {}\n", kijun_text::in_japanese(&error)),
            Lang::En => format!("error: cannot write to standard output: {error}\n"),
        });
    }

    pub(crate) fn warn(&self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

/// The language that is asked for, else that of the locale: English where it says so, else Japanese.
pub(crate) fn language(asked: Option<LangArg>) -> Lang {
    match asked {
        Some(LangArg::Ja) => return Lang::Ja,
        Some(LangArg::En) => return Lang::En,
        None => {}
    }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        match std::env::var(name) {
            Ok(value) if value.starts_with("en") => return Lang::En,
            Ok(value) if value.starts_with("ja") => return Lang::Ja,
            _ => {}
        }
    }
    Lang::Ja
}

fn columns() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    asked.unwrap_or(100).clamp(60, 160)
}

/// How many columns a text takes; East Asian wide characters take two.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text filled with blanks up to `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text, cut to `columns`; `…` where something is left out.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        let next = c.width().unwrap_or(0);
        if width(&out) + next + 1 > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Fills lines of at most `columns` with items, none of which is broken.
pub(crate) fn fill(items: &[String], separator: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let last = i + 1 == items.len();
        let item = if last { item.clone() } else { format!("{item}{separator}") };
        match lines.last_mut() {
            Some(line) if width(line) + width(item.trim_end()) <= columns => line.push_str(&item),
            _ => lines.push(item),
        }
    }
    lines.into_iter().map(|l| l.trim_end().to_owned()).collect()
}

/// Breaks a text into lines of at most `columns`; Japanese breaks between characters, though not before
/// a closing mark, other text at blanks.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for chunk in chunks(paragraph) {
            let glued = chunk.chars().next().is_some_and(|c| "、。)」』】）・:：,.;?？!！ー".contains(c));
            if !line.is_empty() && !glued && width(line.trim_end()) + width(chunk.trim_end()) > columns {
                lines.push(line.trim_end().to_owned());
                line.clear();
            }
            if !(line.is_empty() && chunk.trim().is_empty()) {
                line.push_str(chunk);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Pieces between which a line may break.
fn chunks(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    for (i, c) in text.char_indices() {
        let wide = !c.is_ascii() || !previous.is_ascii();
        let after_blank = previous == ' ' && c != ' ';
        let after_open = "「『【（(".contains(previous);
        if i > start && !after_open && (after_blank || (wide && c != ' ')) {
            out.push(text.get(start..i).unwrap_or(""));
            start = i;
        }
        previous = c;
    }
    out.push(text.get(start..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(pad("契約", 6), "契約  ");
        assert_eq!(wrap("契約書に条項がありません。", 10), ["契約書に条", "項がありま", "せん。"]);
        assert_eq!(cut("契約の条項", 10), "契約の条項");
        assert_eq!(cut("契約の条項", 9), "契約の条…");
        assert_eq!(cut("契約の条項", 8), "契約の…");
        let items = ["8.1.2.C.キ-3", "9.1", "10"].map(str::to_owned);
        assert_eq!(fill(&items, ", ", 18), ["8.1.2.C.キ-3, 9.1,", "10"]);
        assert_eq!(fill(&items, "、", 4), ["8.1.2.C.キ-3、", "9.1、", "10"]);
        assert_eq!(wrap("contract x does not forbid it", 12), ["contract x", "does not", "forbid it"]);
    }
}
