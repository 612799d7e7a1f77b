//! What a manifest says of the packs that it needs: where each one lies, and which versions will do.

use std::ops::Range;

use kijun_text::{Diagnostic, FileId, Label, Span};
use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// Folder of the pack, relative to this manifest; with `git`, its folder at that revision.
    pub path: Option<Spanned<String>>,
    /// File of the pack, as `kijun pack` writes it, relative to this manifest.
    pub archive: Option<Spanned<String>>,
    /// Folder of a git repository on this machine, relative to this manifest.
    pub git: Option<Spanned<String>>,
    /// Commit, tag or branch of that repository.
    pub rev: Option<Spanned<String>>,
    /// Versions that will do, by semantic versioning: `"0.1"`, `"^1.2"`, `">=1.2, <3"`.
    pub version: Option<Spanned<String>>,
}

/// Where a dependency says that its pack lies.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'d> {
    Folder(&'d Spanned<String>),
    Archive(&'d Spanned<String>),
    Git {
        repository: &'d Spanned<String>,
        rev: &'d Spanned<String>,
        folder: Option<&'d Spanned<String>>,
    },
    /// Nowhere: the workspace that uses the pack says it.
    Unstated,
}

impl Dependency {
    pub fn origin(&self) -> Origin<'_> {
        match (&self.archive, &self.git, &self.rev, &self.path) {
            (Some(archive), ..) => Origin::Archive(archive),
            (None, Some(repository), Some(rev), folder) => {
                Origin::Git { repository, rev, folder: folder.as_ref() }
            }
            (None, _, _, Some(path)) => Origin::Folder(path),
            _ => Origin::Unstated,
        }
    }

    /// The part that says where the pack lies; `whole` where none does.
    pub fn place(&self, whole: Range<usize>) -> Range<usize> {
        match self.origin() {
            Origin::Folder(at) | Origin::Archive(at) | Origin::Git { rev: at, .. } => at.span(),
            Origin::Unstated => whole,
        }
    }

    /// What cannot be meant.
    pub(crate) fn problem(&self, name: &str, file: FileId, whole: Range<usize>) -> Option<Diagnostic> {
        let error = |at: Range<usize>, ja: String, en: String| {
            Diagnostic::error("K0601", Span::new(file, at.start, at.end), Label::new(ja, en))
        };
        let one_of = (
            "`path`、`archive`、`git` と `rev` のどれか一つを書きます。`git` には、その中のフォルダを `path` で添えられます",
            "write one of `path`, `archive`, or `git` with `rev`; `git` may have the folder in it as `path`",
        );
        if self.archive.is_some() && (self.path.is_some() || self.git.is_some()) {
            let (ja, en) = (
                format!("`{name}` の場所が二通り書かれています"),
                format!("where `{name}` lies is said in two ways"),
            );
            return Some(error(whole, ja, en).help(one_of.0, one_of.1));
        }
        if let Some(archive) = self.archive.as_ref().filter(|a| !a.get_ref().ends_with(".kpack")) {
            let (ja, en) = (
                format!("`{}` はパックの書庫の名前ではありません", archive.get_ref()),
                format!("`{}` is no name of an archive of a pack", archive.get_ref()),
            );
            let help = (
                "`archive` には、`kijun pack` で作った `.kpack` ファイルを書きます",
                "`archive` is a file `.kpack`, made with `kijun pack`",
            );
            return Some(error(archive.span(), ja, en).help(help.0, help.1));
        }
        if let (Some(git), None) = (&self.git, &self.rev) {
            let (ja, en) =
                (format!("`{name}` に `rev` がありません"), format!("`rev` of `{name}` is missing"));
            let help = (
                "コミット(番号)かタグを `rev = \"v1.2.0\"` のように書いてください",
                "name a commit or a tag, as `rev = \"v1.2.0\"`",
            );
            return Some(error(git.span(), ja, en).help(help.0, help.1));
        }
        if let (None, Some(rev)) = (&self.git, &self.rev) {
            let (ja, en) = ("`rev` は `git` と一緒に書きます".to_owned(), "`rev` goes with `git`".to_owned());
            return Some(error(rev.span(), ja, en).help(one_of.0, one_of.1));
        }
        let Some(version) = &self.version else {
            let (ja, en) = (
                format!("`{name}` がどこにあるのか書かれていません"),
                format!("nothing says where `{name}` lies"),
            );
            let is_unstated = matches!(self.origin(), Origin::Unstated);
            return is_unstated.then(|| error(whole, ja, en).help(one_of.0, one_of.1));
        };
        requirement(version.get_ref()).err().map(|why| {
            let (ja, en) = (
                format!("`{}` は版の条件として読めません ({why})", version.get_ref()),
                format!("`{}` is no requirement of versions ({why})", version.get_ref()),
            );
            let help = (
                "`\"1.2\"`、`\"^1.2\"`、`\">=1.2, <3\"` のように書きます",
                "write it as `\"1.2\"`, `\"^1.2\"` or `\">=1.2, <3\"`",
            );
            error(version.span(), ja, en).help(help.0, help.1)
        })
    }
}

/// Whether a version is one of those that are wanted. A number alone means what is compatible with it: the same first number
/// (below 1.0 the same second), and not older. `false` where one of the two cannot be read.
pub fn version_satisfies(version: &str, wanted: &str) -> bool {
    version_of(version).zip(requirement(wanted).ok()).is_some_and(|(have, wanted)| wanted.matches(&have))
}

/// The version of a pack; what is left out is nought: `1.2` is `1.2.0`.
pub fn version_of(text: &str) -> Option<Version> {
    let numbers = text.split(['-', '+']).next().unwrap_or("");
    let missing = 2_usize.saturating_sub(numbers.matches('.').count());
    let (head, tail) = text.split_at_checked(numbers.len())?;
    Version::parse(&format!("{head}{}{tail}", ".0".repeat(missing))).ok()
}

fn requirement(text: &str) -> Result<VersionReq, semver::Error> {
    VersionReq::parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let check = |version: &str, wanted: &str, is: bool| {
            assert_eq!(version_satisfies(version, wanted), is, "{version} for {wanted}");
        };
        check("1.2.3", "1.2", true);
        check("2.0.0", "1.2", false);
        check("0.1.4", "0.1", true);
        check("0.2.0", "0.1", false);
        check("1.1.9", "1.2", false);
        check("x", "1", false);
        check("1.2", "^1.2", true);
        check("1", "=1.0.0", true);
        check("2.9.0", ">=1.2, <3", true);
        check("3.0.0", ">=1.2, <3", false);
        check("1.2.9", "~1.2", true);
        check("1.3.0", "~1.2", false);
        check("1.3.0-rc.1", "1.2", false);
        check("1.3-rc.1", ">=1.3.0-rc.0", true);
    }

    #[test]
    fn what_cannot_be_meant_is_said_at_its_place() {
        let check = |dependency: &str, at: &str, says: &str| {
            let text = format!("[pack]\nname = \"a\"\nversion = \"1\"\n[dependencies]\nb = {dependency}\n");
            match crate::parse_manifest(FileId(0), &text) {
                Ok(_) => assert_eq!(says, "", "{dependency}"),
                Err(d) => assert_eq!((&text[d.span.range()], d.message.en.as_str()), (at, says)),
            }
        };
        check(r#"{ path = "b" }"#, "", "");
        check(r#"{ archive = "b.kpack", version = "1" }"#, "", "");
        check(r#"{ git = "b", rev = "v1", path = "packs/b" }"#, "", "");
        check(r#"{ version = ">=1, <3" }"#, "", "");
        check(
            r#"{ path = "b", archive = "c" }"#,
            r#"{ path = "b", archive = "c" }"#,
            "where `b` lies is said in two ways",
        );
        check(r#"{ git = "g" }"#, r#""g""#, "`rev` of `b` is missing");
        check(r#"{ archive = "b.zip" }"#, r#""b.zip""#, "`b.zip` is no name of an archive of a pack");
        check(r#"{ path = "g", rev = "v1" }"#, r#""v1""#, "`rev` goes with `git`");
        check("{ }", "{ }", "nothing says where `b` lies");
        let why = "`1..2` is no requirement of versions (unexpected character '.' while parsing minor version number)";
        check(r#"{ path = "b", version = "1..2" }"#, r#""1..2""#, why);
    }
}
