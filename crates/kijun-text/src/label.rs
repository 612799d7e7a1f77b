use serde::{Deserialize, Serialize};

/// The language of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Ja,
    En,
}

/// A text in Japanese and English; either may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Label {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ja: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Label {
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Label {
        Label { ja: ja.into(), en: en.into() }
    }

    pub fn is_empty(&self) -> bool {
        self.ja.is_empty() && self.en.is_empty()
    }

    /// The text in `lang`, or in the other language when that one is missing.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja if !self.ja.is_empty() => &self.ja,
            Lang::En if !self.en.is_empty() => &self.en,
            Lang::Ja => &self.en,
            Lang::En => &self.ja,
        }
    }

    /// As [`Label::get`], with `fallback` when both languages are missing.
    pub fn or<'a>(&'a self, lang: Lang, fallback: &'a str) -> &'a str {
        let text = self.get(lang);
        if text.is_empty() { fallback } else { text }
    }
}
