//! `kijun repl`: lines of standard input, and lines typed at a terminal.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::run::{Folder, Output, kijun, kijun_fed, root};

const HOSPITAL: &str = "examples/city-hospital";

fn repl(args: &[&str], input: &str) -> Output {
    let mut all = vec!["repl", HOSPITAL];
    all.extend(args);
    kijun_fed(&all, input.as_bytes())
}

#[test]
fn lines_are_answered_one_after_the_other() {
    let out = repl(&[], "count(c in contract)\n1 + 1\n:quit\nno_such\n");
    assert_eq!(
        (out.status, out.stdout.as_str(), out.stderr.as_str()),
        (0, "30\n2\n", ""),
        "nothing follows :quit"
    );
    let out = repl(&[], "count(c in\n\n contract)");
    assert_eq!(
        (out.status, out.stdout.as_str()),
        (0, "30\n"),
        "a bracket is open, and the last line has no end"
    );
    assert_eq!(repl(&[], "").status, 0);
}

#[test]
fn an_error_in_a_line_is_told_and_the_others_are_answered() {
    let out = repl(&[], "no_such\n1 + 1\n");
    assert_eq!((out.status, out.stdout.as_str()), (2, "2\n"));
    assert!(out.stderr.contains("there is nothing called `no_such`"), "{}", out.stderr);
    let out = repl(&[], "count(c in contract");
    assert_eq!(out.status, 2, "a bracket that nobody closes");
    let bytes = kijun_fed(&["repl", HOSPITAL], b"\xff\xfe\x00\n1 + 1\n");
    assert_eq!((bytes.status, bytes.stdout.as_str()), (2, "2\n"));
    let none = kijun(&["repl", "examples/no-such"]);
    assert_eq!(none.status, 2);
}

#[test]
fn a_change_flips_verdicts_and_no_file() {
    let facts = root().join(HOSPITAL).join("facts/contract.csv");
    let before = std::fs::read(&facts).unwrap();
    let out = repl(
        &[],
        ":set contract pacs-2025 clauses なし\n:why mhlw:8.1.2.C.オ for pacs-2025\n:undo\n:changes\n",
    );
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stdout.starts_with("contract.pacs-2025.clauses: { "), "{}", out.stdout);
    assert!(out.stdout.contains(" → none\n"), "{}", out.stdout);
    assert!(
        out.stdout.contains("@pacs-2025: ") && out.stdout.contains("satisfied → violated"),
        "{}",
        out.stdout
    );
    assert!(out.stdout.contains("pacs-2025 — violated"), "{}", out.stdout);
    assert!(out.stdout.ends_with("nothing differs from the files\n"), "{}", out.stdout);
    assert_eq!(std::fs::read(&facts).unwrap(), before);
}

/// The verdicts after changes are those of an assessment of the same facts.
#[test]
fn verdicts_are_those_of_an_assessment() {
    let counts = |out: &str| out.lines().next().unwrap_or_default().to_owned();
    let session =
        repl(&[], ":set vendor lotus-bridge country JP\n:remove waiver no-such\n:undo\n:verdicts\n");
    let plain = repl(&[], ":verdicts\n");
    let last = session.stdout.lines().find(|l| l.starts_with("satisfied ")).unwrap_or_default();
    assert_eq!(last, counts(&plain.stdout));
    let json = kijun(&["assess", HOSPITAL, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let verdicts = &json["summary"]["requirements"];
    assert!(
        last.starts_with(&format!("satisfied {}, violated {}", verdicts["satisfied"], verdicts["violated"])),
        "{last}"
    );
}

#[test]
fn help_is_in_both_languages_and_names_every_command() {
    for (lang, word) in [("ja", "判定の証明"), ("en", "the proof of a verdict")] {
        let out = kijun_fed(&["repl", HOSPITAL, "--lang", lang], ":help\n".as_bytes());
        assert!(out.stdout.contains(word), "{}", out.stdout);
        assert!(out.stdout.contains(":set KIND ID FIELD VALUE"), "{}", out.stdout);
    }
}

/// Typed at a terminal, where `script` can make one: the history is kept for its owner alone, and not where it is not wanted.
#[test]
#[cfg(target_os = "linux")]
fn what_is_typed_is_kept_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("repl-history", &[]);
    let run = |arguments: &str| {
        let program = env!("CARGO_BIN_EXE_kijun");
        let line = format!("{program} repl {HOSPITAL} {arguments}");
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(root());
        command.env("XDG_STATE_HOME", folder.path()).env("LC_ALL", "C.UTF-8").env("TERM", "xterm");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut said = Vec::new();
        let (mut keys, mut screen) = (child.stdin.take()?, child.stdout.take()?);
        for typed in ["1 + 41\r", " 2 + 2\r", "abc\u{3}", "\u{4}"] {
            // Keys are read once the prompt stands there.
            let seen = said.len();
            while !said[seen..].ends_with(b"kijun> ") {
                let mut byte = [0];
                if screen.read(&mut byte).ok()? == 0 {
                    break;
                }
                said.extend(byte);
            }
            keys.write_all(typed.as_bytes()).ok()?;
        }
        screen.read_to_end(&mut said).ok()?;
        Some((child.wait().ok()?.code(), String::from_utf8_lossy(&said).into_owned()))
    };
    let Some((status, said)) = run("--no-history") else {
        eprintln!("skipped: there is no `script` to make a terminal");
        return;
    };
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("\n42\r\n") && !said.contains("nothing called"), "Ctrl-C clears the line: {said}");
    let file = std::path::Path::new(folder.path()).join("kijun/repl_history");
    assert!(!file.exists());
    run("").unwrap();
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("1 + 41"), "{kept}");
    assert!(!kept.contains("2 + 2"), "what begins with a blank is not kept: {kept}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}
