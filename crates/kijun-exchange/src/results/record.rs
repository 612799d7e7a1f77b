//! `kijun.results/1` read back, as far as a baseline needs it.

use kijun_text::Label;
use serde::Deserialize;

use super::json::SCHEMA;

#[derive(Debug, Clone, Deserialize)]
pub struct ResultsRecord {
    pub command: String,
    pub results: Vec<ResultRecord>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ResultRecord {
    pub rule: String,
    #[serde(default)]
    pub subject: String,
    pub state: String,
    pub level: String,
    pub fingerprint: String,
}

/// Why a text is no list of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultsError {
    pub message: Label,
    pub help: Label,
}

/// Reads a `kijun.results/1` of a command.
///
/// # Errors
/// When the text is not JSON, is of another schema or command, or does not follow the schema.
pub fn parse_results(text: &str, path: &str, command: &str) -> Result<ResultsRecord, ResultsError> {
    let error = |ja: String, en: String| ResultsError {
        message: Label::new(ja, en),
        help: Label::new(
            format!("`kijun {command} --format json --output ファイル` で作れます"),
            format!("make it with `kijun {command} --format json --output FILE`"),
        ),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: serde_json::Value = serde_json::from_str(text).map_err(|e| {
        error(format!("`{path}` は JSON として読めません ({e})"), format!("`{path}` is not JSON ({e})"))
    })?;
    let schema = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or("");
    if schema != SCHEMA {
        return Err(error(
            format!("`{path}` は `{SCHEMA}` ではありません"),
            format!("`{path}` is not `{SCHEMA}`"),
        ));
    }
    let record: ResultsRecord = serde_json::from_value(value).map_err(|e| {
        error(
            format!("`{path}` は `{SCHEMA}` の形をしていません ({e})"),
            format!("`{path}` does not follow `{SCHEMA}` ({e})"),
        )
    })?;
    if record.command != command {
        let of = &record.command;
        return Err(error(
            format!("`{path}` は `kijun {of}` の結果です"),
            format!("`{path}` is of `kijun {of}`"),
        ));
    }
    Ok(record)
}
