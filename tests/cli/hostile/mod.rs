//! Hostile input, made here: for everything that the program reads, what is cut off, nested, huge, doubled, disguised or a
//! bomb. Each case ends soon, with a status, without a panic, and writes nothing but what was asked for; what is broken is
//! an error (2) that names its file.

mod documents;
mod facts;
mod limits;
mod packs;
mod texts;
mod workbooks;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::run::{Folder, command};

/// How long a case may take, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// With status 2 and the name of the last file in what is said.
    Refused,
    /// As what it says: it may be read.
    Somehow,
}

struct Case {
    /// What reads it, and what is wrong with it.
    reader: &'static str,
    kind: String,
    /// The last is the one in question.
    files: Vec<(String, Vec<u8>)>,
    /// `$D` is the folder of the files, `$F` the last of them.
    args: Vec<&'static str>,
    fed: Vec<u8>,
    ends: Ends,
}

impl Case {
    fn new(reader: &'static str, kind: &str, args: &[&'static str], ends: Ends) -> Case {
        Case { reader, kind: kind.to_owned(), files: Vec::new(), args: args.to_vec(), fed: Vec::new(), ends }
    }

    fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Case {
        self.files.push((path.to_owned(), bytes.into()));
        self
    }
}

#[test]
fn nothing_hostile_ends_in_a_crash_a_hang_or_a_pass() {
    let cases = [facts::cases(), workbooks::cases(), packs::cases(), documents::cases()].concat_all();
    let kinds: BTreeSet<String> =
        cases.iter().map(|case| format!("{}: {}", case.reader, case.kind)).collect();
    assert_eq!(kinds.len(), cases.len(), "each case is of a kind of its own");
    assert!(kinds.len() >= 200, "{} kinds", kinds.len());
    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((number, case)) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(number).map(|case| (number, case))
                } {
                    if let Some(problem) = tried(number, case) {
                        problems.lock().unwrap().push(format!("{}: {}: {problem}", case.reader, case.kind));
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), cases.len(), problems.join("\n"));
}

trait ConcatAll {
    fn concat_all(self) -> Vec<Case>;
}

impl<const N: usize> ConcatAll for [Vec<Case>; N] {
    fn concat_all(self) -> Vec<Case> {
        self.into_iter().flatten().collect()
    }
}

/// What is wrong with how a case ends, if anything is.
fn tried(number: usize, case: &Case) -> Option<String> {
    let folder = Folder::new(&format!("hostile-{number}"), &[("canary", "x")]);
    let inner = format!("{}/in", folder.path());
    std::fs::create_dir_all(&inner).unwrap();
    for (path, bytes) in &case.files {
        let path = Path::new(&inner).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let last = case.files.last().map_or("", |(path, _)| path.as_str());
    let file = format!("{inner}/{last}");
    let args: Vec<String> =
        case.args.iter().map(|arg| arg.replace("$D", &inner).replace("$F", &file)).collect();
    let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
    // Messages are in two languages.
    args.extend(["--lang", if number.is_multiple_of(2) { "ja" } else { "en" }]);
    let (stdout, stderr) = (format!("{}/out", folder.path()), format!("{}/err", folder.path()));
    let mut child = command(&args)
        .current_dir(&inner)
        .stdin(Stdio::piped())
        .stdout(std::fs::File::create(&stdout).unwrap())
        .stderr(std::fs::File::create(&stderr).unwrap())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let fed = case.fed.clone();
    let feeding = std::thread::spawn(move || _ = stdin.write_all(&fed));
    let started = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if started.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                return Some(format!("does not end in {PATIENCE:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    feeding.join().unwrap();
    let said = String::from_utf8_lossy(&std::fs::read(&stderr).unwrap()).into_owned();
    let told = String::from_utf8_lossy(&std::fs::read(&stdout).unwrap()).into_owned();
    let brief: String = said.chars().take(600).collect();
    let Some(code) = status.code() else { return Some(format!("is killed ({status}): {brief}")) };
    if !(0..=4).contains(&code) || said.contains("panicked") || said.contains("overflowed its stack") {
        return Some(format!("status {code}: {brief}"));
    }
    if std::env::var_os("KIJUN_SHOW_HOSTILE").is_some() {
        eprintln!("== {} / {} [{code}] {:?}\n{brief}", case.reader, case.kind, started.elapsed());
    }
    let mut beside: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    beside.sort();
    if beside != ["canary", "err", "in", "out"] {
        return Some(format!("something is written outside: {beside:?}"));
    }
    for (path, bytes) in &case.files {
        if std::fs::read(Path::new(&inner).join(path)).unwrap() != *bytes {
            return Some(format!("`{path}` is changed"));
        }
    }
    if case.ends == Ends::Refused {
        let name = last.rsplit('/').next().unwrap();
        // A message may be broken into lines anywhere.
        let flat: String = said.chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
        let named: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        if code != 2 || !(flat.contains(&named) || told.contains(name)) {
            return Some(format!("is not refused by name (status {code}): {brief}"));
        }
        if std::fs::exists(format!("{inner}/made")).unwrap() {
            return Some("leaves half of what it was to make".to_owned());
        }
    }
    None
}
