//! The program opens no connection: what the kernel was asked for says so.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::{Command, Stdio};

use crate::run::{Folder, root};

/// The calls about sockets that a run makes, or `None` where nothing can watch it.
fn calls(name: &str, status: i32, args: &[&str], input: &[u8]) -> Option<Vec<String>> {
    let folder = Folder::new(&format!("network-{name}"), &[("empty", "")]);
    let log = format!("{}/log", folder.path());
    let mut command = Command::new("strace");
    // `all` of one process would be much: only what is about networks, in every thread and child.
    command.args(["-f", "-qq", "-e", "trace=%network", "-e", "signal=none", "-o", &log]);
    command.arg(env!("CARGO_BIN_EXE_kijun")).args(args).current_dir(root());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let is_required = std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_some();
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            assert!(!is_required, "strace: {error}");
            eprintln!("skipped: no strace to watch the program with ({error})");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    if said.contains("ptrace") {
        assert!(!is_required, "{said}");
        eprintln!("skipped: no leave to watch the program ({said})");
        return None;
    }
    assert_eq!(out.status.code(), Some(status), "{name}: {said}");
    // A thread that ends while it is being watched is let go, with no call to tell.
    let log = std::fs::read_to_string(log).unwrap();
    Some(log.lines().filter(|line| !line.ends_with("???( <detached ...>")).map(str::to_owned).collect())
}

#[test]
fn no_socket_is_opened() {
    let folder = Folder::new("network-out", &[("empty", "")]);
    let at = |name: &str| format!("{}/{name}", folder.path());
    let (site, archive) = (at("site"), at("p.kpack"));
    let frame = |text: &str| format!("Content-Length: {}\r\n\r\n{text}", text.len());
    let uri = format!("file://{}", root().canonicalize().unwrap().join("examples/city-hospital").display());
    let server = [
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"processId":null,"rootUri":"{uri}","capabilities":{{}}}}}}"#
        ),
        r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"exit"}"#.to_owned(),
    ]
    .map(|text| frame(&text))
    .concat();
    let runs: &[(&str, i32, &[&str], &str)] = &[
        ("assess", 1, &["assess", "examples/city-hospital"], ""),
        ("html", 1, &["assess", "examples/city-hospital", "--format", "html"], ""),
        ("oscal", 1, &["assess", "examples/city-hospital", "--format", "oscal"], ""),
        ("check", 0, &["check", "rulepacks"], ""),
        (
            "matrix",
            0,
            &[
                "matrix",
                "rulepacks",
                "--from",
                "csf@1.1",
                "--to",
                "csf@2.0",
                "--format",
                "xlsx",
                "-o",
                &at("m.xlsx"),
            ],
            "",
        ),
        ("doc", 0, &["doc", "examples/city-hospital", "-o", &site], ""),
        ("pack", 0, &["pack", "rulepacks/risk", "-o", &archive], ""),
        ("lsp", 0, &["lsp"], &server),
    ];
    for (name, status, args, input) in runs {
        let Some(calls) = calls(name, *status, args, input.as_bytes()) else { return };
        assert_eq!(calls, Vec::<String>::new(), "{name}");
    }
    // The watch sees what there is to see.
    let seen = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=%network", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&seen.stderr).contains("socket("), "{seen:?}");
}
