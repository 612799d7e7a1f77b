//! What a person can set. As initialization options, and as `kijun` in the settings of a client.

use kijun_ide::{CoverageLevel, Levels, Wishes};
use kijun_text::Lang;
use serde::Deserialize;

/// Settings; what is not there keeps its default.
#[derive(Debug, Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Config {
    /// `ja` or `en`.
    language: Language,
    /// Catalogues to watch for gaps, beside those that the profile tracks.
    pub(crate) track: Vec<String>,
    /// What of them is shown; else what the manifest says.
    coverage: Option<CoverageLevel>,
    /// How loud each group of remarks is; else as the manifest says.
    levels: Levels,
    /// `false` keeps verdicts out of files of facts.
    verdicts: Switch,
    /// Where the pages of diagnostics are: `https://example.org/docs/diagnostics/`.
    pub(crate) docs: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Language {
    #[default]
    Ja,
    En,
}

/// On unless it is switched off.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
struct Switch(bool);

impl Default for Switch {
    fn default() -> Switch {
        Switch(true)
    }
}

impl Config {
    /// The settings, or why they cannot be read. They may stand below `kijun`.
    pub(crate) fn read(value: &serde_json::Value) -> Result<Config, String> {
        let own = value.get("kijun").unwrap_or(value);
        if own.is_null() {
            return Ok(Config::default());
        }
        Config::deserialize(own).map_err(|e| kijun_model::with_meant(&e.to_string()))
    }

    pub(crate) fn lang(&self) -> Lang {
        match self.language {
            Language::Ja => Lang::Ja,
            Language::En => Lang::En,
        }
    }

    pub(crate) fn wishes(&self) -> Wishes {
        Wishes { coverage: self.coverage, levels: self.levels, verdicts: self.verdicts.0 }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_may_stand_below_their_name_and_keep_their_defaults() {
        let read = |v: serde_json::Value| Config::read(&v).unwrap();
        assert_eq!(read(json!(null)), Config::default());
        assert_eq!(read(json!({"kijun": {"language": "en"}})).lang(), Lang::En);
        assert!(!read(json!({"track": ["iso"], "verdicts": false})).wishes().verdicts);
        assert!(read(json!({})).wishes().verdicts);
        assert!(Config::read(&json!({"coverage": "loud"})).is_err());
        let levels = read(json!({"levels": {"unmapped": "warning", "unverified": null}})).wishes().levels;
        assert_eq!(levels.of(kijun_model::review::Group::Unmapped), kijun_model::review::Loudness::Warning);
        let error = Config::read(&json!({"levels": {"unmaped": "off"}})).unwrap_err();
        assert!(error.ends_with("もしかして / did you mean: `unmapped`"), "{error}");
    }
}
