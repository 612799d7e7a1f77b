//! What the system says of files, in both languages.

use std::fmt::Display;
use std::io::{Error, ErrorKind};

use crate::Label;

/// A file that cannot be read, and why.
pub fn cannot_read(file: impl Display, error: &Error) -> Label {
    Label::new(
        format!("`{file}` を読めません: {}", in_japanese(error)),
        format!("cannot read `{file}`: {error}"),
    )
}

/// A file or folder that cannot be written, and why.
pub fn cannot_write(file: impl Display, error: &Error) -> Label {
    Label::new(
        format!("`{file}` に書けません: {}", in_japanese(error)),
        format!("cannot write `{file}`: {error}"),
    )
}

/// Why the system refused something; what it does not say in one of these ways stays as it says it.
pub fn in_japanese(error: &Error) -> String {
    if error.get_ref().is_some() {
        return error.to_string();
    }
    let said = match error.kind() {
        ErrorKind::NotFound => "見つかりません",
        ErrorKind::PermissionDenied => "権限がありません",
        ErrorKind::AlreadyExists => "すでにあります",
        ErrorKind::IsADirectory => "フォルダです",
        ErrorKind::NotADirectory => "途中にフォルダでないものがあります",
        ErrorKind::DirectoryNotEmpty => "フォルダが空ではありません",
        ErrorKind::ReadOnlyFilesystem => "読み取り専用の場所です",
        ErrorKind::StorageFull => "空き容量がありません",
        ErrorKind::QuotaExceeded => "割り当てられた容量を超えます",
        ErrorKind::FileTooLarge => "大きすぎます",
        ErrorKind::InvalidFilename => "名前が長すぎるか、使えない文字があります",
        ErrorKind::BrokenPipe => "読み手がいなくなりました",
        ErrorKind::OutOfMemory => "メモリが足りません",
        _ => return error.to_string(),
    };
    match error.raw_os_error() {
        Some(code) => format!("{said} (os error {code})"),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_has_its_number_in_both_languages() {
        let error = Error::from_raw_os_error(2);
        let said = cannot_read("a.toml", &error);
        assert_eq!(said.ja, "`a.toml` を読めません: 見つかりません (os error 2)");
        assert!(
            said.en.starts_with("cannot read `a.toml`: ") && said.en.ends_with("(os error 2)"),
            "{}",
            said.en
        );
        assert_eq!(in_japanese(&Error::other("a device")), "a device");
    }
}
