//! What is wrong with arguments, in Japanese.

use std::error::Error as _;
use std::num::ParseIntError;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::super::value::BadValue;

/// `None` for what is no error, such as help.
pub(in super::super) fn described(error: &Error) -> Option<String> {
    let arg = || one(error, ContextKind::InvalidArg);
    let value = || one(error, ContextKind::InvalidValue);
    let said = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion => return None,
        ErrorKind::UnknownArgument => format!("`{}` という引数はありません", arg()),
        ErrorKind::InvalidSubcommand => {
            format!("`{}` というコマンドはありません", one(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if value().is_empty() => format!("`{}` には値が必要です", arg()),
        ErrorKind::InvalidValue => format!("`{}` は `{}` の値になりません", value(), arg()),
        ErrorKind::ValueValidation => {
            format!("`{}` は `{}` の値になりません: {}", value(), arg(), reason(error))
        }
        ErrorKind::ArgumentConflict => match several(error, ContextKind::PriorArg) {
            prior if prior == [arg()] => format!("`{}` は一度しか書けません", arg()),
            prior if prior.is_empty() => format!("`{}` はほかの引数といっしょには使えません", arg()),
            prior => format!("`{}` と {} はいっしょに使えません", arg(), quoted(&prior, "、")),
        },
        ErrorKind::MissingRequiredArgument => {
            format!("必要な引数がありません: {}", quoted(&several(error, ContextKind::InvalidArg), "、"))
        }
        ErrorKind::MissingSubcommand => {
            format!("`{}` のあとにコマンドが必要です", one(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::TooManyValues => format!("`{}` に値が多すぎます: `{}`", arg(), value()),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("`{}` の値の数が合いません", arg())
        }
        ErrorKind::NoEquals => format!("`{}` の値は `=` でつなぎます", arg()),
        ErrorKind::InvalidUtf8 => "引数に UTF-8 でない文字があります".to_owned(),
        _ => "引数に誤りがあります".to_owned(),
    };
    let mut text = format!("エラー: {said}\n");
    for kind in [ContextKind::ValidValue, ContextKind::ValidSubcommand] {
        let valid = several(error, kind);
        if !valid.is_empty() {
            text += &format!("  選択肢: {}\n", valid.join(", "));
        }
    }
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        let suggested = several(error, kind);
        if !suggested.is_empty() {
            text += &format!("  もしかして: {}\n", quoted(&suggested, "、"));
        }
    }
    let usage = one(error, ContextKind::Usage);
    if let Some(usage) = usage.trim().strip_prefix("Usage:") {
        text += &format!("\n使い方:{usage}\n");
    }
    text += "\n詳しくは `--help` をご覧ください。\n";
    Some(text)
}

/// Why a value was refused, where that is not what it can be.
fn reason(error: &Error) -> String {
    match error.source() {
        Some(source) if source.is::<ParseIntError>() => "整数を書いてください".to_owned(),
        Some(source) => match source.downcast_ref::<BadValue>() {
            Some(BadValue(label)) => label.ja.clone(),
            // What clap itself says of a range, such as `9 is not in 1..=8`.
            None => source.to_string().replace(" is not in ", " は範囲外です。範囲: "),
        },
        None => "読めません".to_owned(),
    }
}

fn several(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn one(error: &Error, kind: ContextKind) -> String {
    several(error, kind).into_iter().next().unwrap_or_default()
}

fn quoted(texts: &[String], between: &str) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(between)
}
