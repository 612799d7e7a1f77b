//! Running the binary, and folders to run it in.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Output {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `kijun` at the root of the repository, in English unless told otherwise, without colours.
pub(crate) fn kijun(args: &[&str]) -> Output {
    output(command(args).output().unwrap())
}

/// As [`kijun`], with a text on standard input.
pub(crate) fn kijun_fed(args: &[&str], input: &[u8]) -> Output {
    let mut child =
        command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeding = std::thread::spawn(move || {
        // A program that refuses its arguments does not read.
        let _ = stdin.write_all(&input);
    });
    let out = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    output(out)
}

/// The program, ready to be run.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kijun"));
    command.args(args).current_dir(root()).env("LC_ALL", "en_US.UTF-8").env("COLUMNS", "100");
    command
}

fn output(output: std::process::Output) -> Output {
    Output {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of its own for a test, with these files; removed when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = std::env::temp_dir().join(format!("kijun-test-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A small workspace: one catalogue, one kind, one check.
pub(crate) const MANIFEST: &str = "[workspace]\nfacility = \"test\"\nas_of = 2026-11-22\n";
pub(crate) const PACK: &str = r#"catalog n "規範" {
  en "norm"
  edition "1"
  level C must "必須" en "must"
}
requirement n:1 "暗号化" {
  en "encryption"
  level C
}
enum clause "条項" { penalty "罰則"  audit "監査" }
entity vendor "事業者" { name "名称": text }
entity contract "契約" {
  vendor "事業者": vendor
  signed "締結日": date
  encrypted "暗号化": bool ask "暗号化されていますか" en "is it encrypted?" of purchaser
  clauses "条項": set of clause
}
check encrypted for n:1 {
  each c: contract
  require c.encrypted
    ja "契約 {c.vendor.name} は暗号化されていません"
    en "the contract with {c.vendor.name} is not encrypted"
}
"#;
