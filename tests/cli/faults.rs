//! Real faults: a full disk, a kill while writing, files that cannot be read, pipes, locales. Nothing is lost, and nothing is
//! concluded from what is not there.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::run::{Folder, MANIFEST, PACK, command, kijun, root};

const FACTS: &str =
    "[[vendor]]\nid = \"v\"\nname = \"V\"\n[[contract]]\nid = \"c\"\nvendor = \"v\"\nencrypted = true\n";

fn workspace(name: &str) -> Folder {
    Folder::new(name, &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/all.toml", FACTS)])
}

fn path(folder: &Folder, name: &str) -> PathBuf {
    Path::new(folder.path()).join(name)
}

/// What a shell makes of a script, in which `$K` is the program.
fn shell(script: &str) -> Output {
    let mut shell = Command::new("bash");
    let program = format!("env LC_ALL=en_US.UTF-8 {}", env!("CARGO_BIN_EXE_kijun"));
    shell.args(["-c", script]).current_dir(root()).env("K", program).output().unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8(out.stderr.clone()).unwrap()
}

/// Names in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_is_no_pass() {
    let folder = workspace("fault-full");
    let good = kijun(&["assess", folder.path(), "--format", "json"]);
    assert_eq!(good.status, 0, "{}", good.stderr);
    for format in ["text", "json", "sarif", "csv", "ndjson"] {
        let out = shell(&format!("$K assess {} --format {format} > /dev/full", folder.path()));
        assert_eq!(out.status.code(), Some(2), "{format}");
        assert!(said(&out).contains("cannot write to standard output: No space left"), "{}", said(&out));
        let out = kijun(&["assess", folder.path(), "--format", format, "--output", "/dev/full"]);
        assert!(out.status == 2 && out.stderr.contains("cannot write `/dev/full`"), "{}", out.stderr);
    }
    let ja = shell(&format!(
        "$K check {} --lang ja > /dev/full; $K matrix rulepacks --lang ja > /dev/full",
        folder.path()
    ));
    assert!(ja.status.code() == Some(2) && said(&ja).contains("標準出力に書けません"), "{}", said(&ja));
}

#[test]
fn a_file_that_cannot_be_finished_leaves_the_one_before() {
    let folder = workspace("fault-limit");
    let report = path(&folder, "report.html");
    std::fs::write(&report, "before").unwrap();
    let call = format!("$K assess {} --format html --output {}", folder.path(), report.display());
    // Blocks of 1,024 bytes: the report is longer.
    let refused = shell(&format!("trap '' XFSZ; ulimit -f 4; {call}"));
    assert!(
        refused.status.code() == Some(2) && said(&refused).contains("cannot write"),
        "{}",
        said(&refused)
    );
    assert_eq!(std::fs::read(&report).unwrap(), b"before");
    assert_eq!(names(Path::new(folder.path())), ["facts", "kijun.toml", "n.kijun", "report.html"]);

    let killed = shell(&format!("ulimit -f 4; exec {call}"));
    assert!(killed.status.signal().is_some(), "{:?}", killed.status);
    assert_eq!(std::fs::read(&report).unwrap(), b"before");
    // What the kill left is hidden, and is no fact.
    let left = names(Path::new(folder.path()));
    assert!(left.iter().any(|name| name.starts_with(".kijun-") && name.ends_with(".tmp")), "{left:?}");
    assert_eq!(kijun(&["assess", folder.path(), "--quiet"]).status, 0);
    let whole = shell(&call);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    assert!(std::fs::read_to_string(&report).unwrap().ends_with("</html>\n"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let script = "$K assess examples/city-hospital --lang en | head -c 1 > /dev/null; exit ${PIPESTATUS[0]}";
    let out = shell(script);
    assert_eq!((out.status.code(), said(&out).as_str()), (Some(1), ""));
    let out = shell("$K assess examples/city-hospital --format json >&- ; exit $?");
    assert!(matches!(out.status.code(), Some(1 | 2)), "{:?}", out.status);
    assert!(!said(&out).contains("panicked"), "{}", said(&out));
}

#[test]
fn the_locale_changes_the_language_and_nothing_else() {
    let folder = workspace("fault-locale");
    let assess = |locale: &[(&str, &str)]| {
        let mut command = command(&["assess", folder.path(), "--format", "json"]);
        command.env_remove("LC_ALL").env_remove("LANG").env_remove("LC_MESSAGES");
        command.envs(locale.iter().copied()).output().unwrap()
    };
    let expected = assess(&[("LC_ALL", "ja_JP.UTF-8")]).stdout;
    for locale in [
        &[][..],
        &[("LC_ALL", "C")],
        &[("LANG", "tlh_XX.EUC")],
        &[("LC_ALL", "de_DE.ISO-8859-1"), ("LANG", "")],
        &[("LC_ALL", "\u{fffd}\n")],
    ] {
        let out = assess(locale);
        assert_eq!((out.status.code(), &out.stdout), (Some(0), &expected), "{locale:?}");
    }
    let text = command(&["assess", folder.path()]).env("LC_ALL", "C").output().unwrap();
    assert!(String::from_utf8(text.stdout).unwrap().contains("適合"));
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = workspace("fault-kinds");
    let facts = path(&folder, "facts");
    let refused = |what: &str| {
        let out = kijun(&["assess", folder.path()]);
        assert!(out.status == 2 && out.stderr.contains(what), "{what}: {}", out.stderr);
    };
    let fifo = facts.join("contract.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    refused("contract.csv` is no regular file");
    std::fs::remove_file(&fifo).unwrap();
    symlink("/dev/zero", &fifo).unwrap();
    refused("contract.csv` is no regular file");
    std::fs::remove_file(&fifo).unwrap();
    symlink(".", facts.join("loop")).unwrap();
    refused("leads back to a folder that holds it");
    std::fs::remove_file(facts.join("loop")).unwrap();
    symlink("nowhere.csv", &fifo).unwrap();
    refused("contract.csv");
    std::fs::remove_file(&fifo).unwrap();
    // Reading it fails in the middle, as on a broken disk.
    symlink("/proc/self/mem", &fifo).unwrap();
    refused("contract.csv");
    std::fs::remove_file(&fifo).unwrap();
    assert_eq!(kijun(&["assess", folder.path()]).status, 0);
    // A pipe that was asked for is read.
    let call = "$K assess \"$0\" --facts <(cat \"$0/facts/all.toml\")";
    let piped = shell(&call.replace("$0", folder.path()));
    assert!(!said(&piped).contains("no regular file"), "{}", said(&piped));
}

/// The program run by a user who may do nothing special; `None` where that cannot be had.
fn as_nobody(folder: &Folder, args: &[&str]) -> Option<Output> {
    let copy = path(folder, "kijun");
    if !copy.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_kijun"), &copy).unwrap();
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let is_root =
        String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let mut command = if is_root { Command::new("setpriv") } else { Command::new(&copy) };
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&copy);
    }
    command.args(args).current_dir(folder.path()).env("LC_ALL", "en_US.UTF-8");
    match command.stdin(Stdio::null()).output() {
        Ok(out) => Some(out),
        Err(error) => {
            assert!(std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none(), "{error}");
            eprintln!("skipped: no other user to run as: {error}");
            None
        }
    }
}

#[test]
fn files_that_may_not_be_read_or_written_are_named() {
    let folder = workspace("fault-permissions");
    let facts = path(&folder, "facts/all.toml");
    let mode =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let run = |args: &[&str]| as_nobody(&folder, args);
    mode(Path::new(folder.path()), 0o755);
    mode(&facts, 0o000);
    let Some(out) = run(&["assess", "."]) else { return };
    let text = said(&out);
    assert!(
        out.status.code() == Some(2) && text.contains("all.toml") && text.contains("Permission denied"),
        "{text}"
    );
    mode(&facts, 0o444);
    mode(&path(&folder, "facts"), 0o555);
    mode(Path::new(folder.path()), 0o555);
    // A workspace that is read only is assessed, and keeps nothing.
    let out = run(&["assess", "."]).unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", said(&out));
    for args in [
        &["assess", ".", "--keep"][..],
        &["update", "."],
        &["assess", ".", "--output", "x.json"],
        &["pack", "."],
    ] {
        let out = run(args).unwrap();
        assert!(out.status.code() == Some(2), "{args:?}: {}", said(&out));
        assert!(!said(&out).contains("panicked"), "{}", said(&out));
    }
    mode(&path(&folder, "facts"), 0o755);
    mode(Path::new(folder.path()), 0o755);
    mode(&path(&folder, "facts"), 0o000);
    let out = run(&["assess", "."]).unwrap();
    assert!(out.status.code() == Some(2) && said(&out).contains("facts"), "{}", said(&out));
    mode(&path(&folder, "facts"), 0o755);
}
