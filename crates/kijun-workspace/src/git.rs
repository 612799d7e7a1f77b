//! Packs at a revision of a git repository on this machine. `git` is run as a program; it reads objects and nothing else: neither
//! the index, the files that are checked out, nor anything from elsewhere.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use kijun_text::Label;

use crate::archive::{Files, MAX_FILE, MAX_FILES, MAX_TOTAL};
use crate::names;

/// Why there is nothing, and what to do.
#[derive(Debug)]
pub(crate) struct GitError {
    pub(crate) message: Label,
    pub(crate) help: Label,
}

fn error(message: (String, String), help: (&str, &str)) -> GitError {
    GitError { message: Label::new(message.0, message.1), help: Label::new(help.0, help.1) }
}

/// The full name of the commit that a revision means.
///
/// # Errors
/// When there is no git, no repository, or no such revision.
pub(crate) fn commit(repository: &Path, rev: &str) -> Result<String, GitError> {
    let shown = repository.display();
    if !is_name(rev) {
        let message =
            (format!("`{rev}` は版の名前ではありません"), format!("`{rev}` is no name of a revision"));
        let help = ("コミット(番号)かタグを書いてください", "name a commit or a tag");
        return Err(error(message, help));
    }
    // Of a folder within a repository git would take the repository around it.
    let inside = output(repository, &["rev-parse", "--show-prefix"])?;
    let inside = inside.ok_or_else(|| {
        let message =
            (format!("`{shown}` は git リポジトリではありません"), format!("`{shown}` is no git repository"));
        let help = (
            "`git` には、リポジトリのフォルダをこの kijun.toml からの相対パスで書きます。`git -C フォルダ status` が通るか確かめてください",
            "`git` is the folder of a repository, relative to this kijun.toml; see whether `git -C FOLDER status` works",
        );
        error(message, help)
    })?;
    if !inside.trim_ascii().is_empty() {
        let message = (
            format!("`{shown}` は git リポジトリの中のフォルダです"),
            format!("`{shown}` is a folder within a git repository"),
        );
        let help = (
            "`git` にはリポジトリの一番上のフォルダを、その中のフォルダは `path` に書きます",
            "`git` is the topmost folder of the repository; the folder in it is `path`",
        );
        return Err(error(message, help));
    }
    let wanted = format!("{rev}^{{commit}}");
    let found = output(repository, &["rev-parse", "--verify", "--quiet", &wanted])?;
    let name = found.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| text.trim().to_owned());
    name.filter(|name| name.len() >= 40 && name.bytes().all(|b| b.is_ascii_hexdigit())).ok_or_else(|| {
        let message = (
            format!("`{shown}` に版 `{rev}` がありません(または一つに決まりません)"),
            format!("`{shown}` has no revision `{rev}`, or more than one"),
        );
        let help = (
            "つづりを確かめ、手元にまだなければ、そのリポジトリで取り込んでください(`git fetch --tags`)。kijun は通信しません",
            "check the spelling; if it is not on this machine yet, fetch it there (`git fetch --tags`): kijun never connects",
        );
        error(message, help)
    })
}

/// The files of a folder (`""`: all) at a commit, by their names in it.
///
/// # Errors
/// When git fails, or the folder holds what a pack may not.
pub(crate) fn files(repository: &Path, commit: &str, folder: &str) -> Result<Files, GitError> {
    let tree = format!("{commit}:{folder}");
    let listed = output(repository, &["ls-tree", "-r", "-z", "--full-tree", &tree])?;
    let Some(listed) = listed else { return Err(no_folder(repository, commit, folder)) };
    let mut wanted: BTreeMap<String, String> = BTreeMap::new();
    for line in listed.split(|b| *b == 0).filter(|line| !line.is_empty()) {
        let Some((mode, object, name)) = entry(line) else { continue };
        // As on disk, what is hidden is none of the pack.
        if name.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        if !mode.starts_with("100") {
            return Err(not_a_file(name, mode));
        }
        if is_read(name) {
            wanted.insert(name.to_owned(), object.to_owned());
        }
    }
    if wanted.len() > MAX_FILES {
        let message = ("ファイルが多すぎます".to_owned(), "there are too many files".to_owned());
        return Err(error(message, ("", "")));
    }
    contents(repository, wanted)
}

/// What of a pack is read at all: to show a README nothing has to be unpacked.
fn is_read(name: &str) -> bool {
    name.ends_with(".kijun") || matches!(name.rsplit('/').next(), Some("kijun.toml" | "checklist.toml"))
}

/// Mode, object and name in a line of `ls-tree -z`.
fn entry(line: &[u8]) -> Option<(&str, &str, &str)> {
    let (head, name) = std::str::from_utf8(line).ok()?.split_once('\t')?;
    let mut parts = head.split(' ');
    let (mode, _, object) = (parts.next()?, parts.next()?, parts.next()?);
    Some((mode, object, name))
}

/// The content of objects, from one run of git.
fn contents(repository: &Path, wanted: BTreeMap<String, String>) -> Result<Files, GitError> {
    let broken = || {
        let shown = repository.display();
        let message = (
            format!("`{shown}` のオブジェクトを読めません"),
            format!("cannot read the objects of `{shown}`"),
        );
        let help = (
            "`git fsck` で確かめてください。一部だけ取り込んだリポジトリ(浅い・部分的な複製)では足りないことがあります",
            "check it with `git fsck`; a partial clone may lack what is needed",
        );
        error(message, help)
    };
    let mut command = git(repository);
    command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|e| no_git(&e))?;
    let asked: String = wanted.values().flat_map(|object| [object.as_str(), "\n"]).collect();
    let stdin = child.stdin.take();
    let feeding = std::thread::spawn(move || stdin.map(|mut to| to.write_all(asked.as_bytes())));
    let mut from = child.stdout.take().map(BufReader::new);
    let read = || -> Option<Files> {
        let from = from.as_mut()?;
        let (mut files, mut total) = (Files::new(), 0);
        for name in wanted.into_keys() {
            let mut head = String::new();
            from.read_line(&mut head).ok()?;
            let mut parts = head.split_whitespace().skip(1);
            let (kind, size) = (parts.next()?, parts.next()?.parse::<usize>().ok()?);
            total += size;
            if kind != "blob" || size > MAX_FILE || total > MAX_TOTAL {
                return None;
            }
            let mut content = vec![0; size + 1];
            from.read_exact(&mut content).ok()?;
            content.pop();
            files.insert(name, content);
        }
        Some(files)
    };
    let files = read();
    drop(from);
    let _ = feeding.join();
    let _ = child.wait();
    files.ok_or_else(broken)
}

/// What git prints; `None` when it ends with an error.
fn output(repository: &Path, args: &[&str]) -> Result<Option<Vec<u8>>, GitError> {
    let done = git(repository).args(args).stdin(Stdio::null()).output().map_err(|e| no_git(&e))?;
    Ok(done.status.success().then_some(done.stdout))
}

/// `git` in a repository, from which it neither connects anywhere nor runs anything.
fn git(repository: &Path) -> Command {
    let mut command = Command::new("git");
    // Inside a hook of git these would go before the folder.
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_NAMESPACE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    ] {
        command.env_remove(name);
    }
    command
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args(["--no-pager", "-c", "protocol.allow=never", "-c", "core.fsmonitor=false"])
        .arg("-C")
        .arg(repository)
        .stderr(Stdio::null());
    command
}

/// Names of commits, tags and branches (git-check-ref-format); none of the ways to write what stands near another.
fn is_name(rev: &str) -> bool {
    let is_sign = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[]\\{}@".contains(c);
    !rev.is_empty() && !rev.starts_with('-') && !rev.contains("..") && !rev.contains(is_sign)
}

fn no_git(why: &std::io::Error) -> GitError {
    let message = (format!("`git` を実行できません ({why})"), format!("cannot run `git` ({why})"));
    let help = (
        "git を入れて PATH に通すか、`archive` か `path` で指してください",
        "install git and put it on the PATH, or use `archive` or `path`",
    );
    error(message, help)
}

fn no_folder(repository: &Path, commit: &str, folder: &str) -> GitError {
    let (shown, commit) = (repository.display(), short(commit));
    let message = (
        format!("`{shown}` の {commit} にフォルダ `{folder}` がありません"),
        format!("there is no folder `{folder}` in `{shown}` at {commit}"),
    );
    error(message, ("`path` はリポジトリの中のフォルダです", "`path` is a folder in the repository"))
}

fn not_a_file(name: &str, mode: &str) -> GitError {
    let what = match mode {
        "120000" => ("リンク", "a link"),
        "160000" => ("サブモジュール", "a submodule"),
        _ => ("ファイルではないもの", "no file"),
    };
    let message = (format!("`{name}` は{}です", what.0), format!("`{name}` is {}", what.1));
    let help = ("パックはファイルだけを持てます", "a pack holds files only");
    error(message, help)
}

/// The first digits of the name of a commit.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// Whether a folder in a repository can be meant; it goes into a revision of git.
pub(crate) fn is_folder(folder: &str) -> bool {
    folder.is_empty() || names::problem(folder).is_none()
}
