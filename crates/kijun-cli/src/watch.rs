//! The bounds of a run: how long it may take, and how much memory. A machine that swaps is of no use to anybody, and a job
//! that never ends tells nothing. What is written is written as a whole, so that a run may end at any moment.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use kijun_text::Label;
use owo_colors::Style;

use crate::args::{Command, Global, Limit};
use crate::terminal::Terminal;

/// How long a run may take, if nothing else is said.
const LONGEST: Duration = Duration::from_secs(3600);

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(50);

/// Watches over the run from a thread of its own, which ends the program with status 2 when it is out of bounds.
pub(crate) fn start(global: &Global, command: &Command, terminal: Terminal) {
    let time = match global.max_time {
        Some(Limit::At(time)) => Some(time),
        Some(Limit::Unlimited) => None,
        // They run as long as somebody needs them.
        None => (!matches!(command, Command::Lsp | Command::Stream(_))).then_some(LONGEST),
    };
    let memory = match global.max_memory {
        Some(Limit::At(memory)) => Some(memory),
        Some(Limit::Unlimited) => None,
        None => available().map(|bytes| bytes / 10 * 9),
    };
    let started = Instant::now();
    let watch = move || loop {
        std::thread::sleep(INTERVAL);
        if let Some(most) = time.filter(|most| started.elapsed() > *most) {
            end(terminal, &too_long(most));
        }
        if let Some(most) = memory.filter(|most| used().is_some_and(|used| used > *most)) {
            end(terminal, &too_much(most));
        }
    };
    // A run without bounds is better than none.
    let _ = std::thread::Builder::new().name("watch".to_owned()).spawn(watch);
}

/// Says why, unless nobody takes the message, and ends the program.
fn end(terminal: Terminal, (message, help): &(Label, Label)) -> ! {
    let paint = |text: &str| {
        if terminal.error_color {
            owo_colors::OwoColorize::style(&text, Style::new().red().bold()).to_string()
        } else {
            text.to_owned()
        }
    };
    let text = format!(
        "{} {}\n  {} {}\n",
        paint(terminal.say("エラー:", "error:")),
        terminal.text(message),
        terminal.say("対処:", "help:"),
        terminal.text(help)
    );
    let (said, heard) = channel();
    // Whoever holds standard error may wait for a reader that never comes.
    std::thread::spawn(move || {
        terminal.warn(&text);
        let _ = said.send(());
    });
    let _ = heard.recv_timeout(Duration::from_secs(2));
    std::process::exit(2)
}

fn too_long(most: Duration) -> (Label, Label) {
    let seconds = most.as_secs_f64();
    (
        Label::new(
            format!("実行時間が上限({seconds} 秒)を超えたので、止めました"),
            format!("the run was stopped: it took longer than {seconds} s"),
        ),
        Label::new(
            "--max-time 3h のように上限を上げるか、台帳や規則を分けて実行してください。ファイルには何も書かれていません。表示したものがあれば、途中までです",
            "raise the limit, as --max-time 3h, or run on fewer facts or rules at a time; no file was written, and what was printed is not whole",
        ),
    )
}

fn too_much(most: u64) -> (Label, Label) {
    let megabytes = most >> 20;
    (
        Label::new(
            format!("メモリが上限({megabytes} MB)を超えたので、止めました"),
            format!("the run was stopped: it needs more than {megabytes} MB of memory"),
        ),
        Label::new(
            "--max-memory 8G のように上限を上げるか、台帳を分けて実行してください。ファイルには何も書かれていません。表示したものがあれば、途中までです",
            "raise the limit, as --max-memory 8G, or run on fewer facts at a time; no file was written, and what was printed is not whole",
        ),
    )
}

/// Bytes of memory that this process holds; `None` where the system does not tell.
fn used() -> Option<u64> {
    kilobytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// Bytes that this process can have without anything being swapped out: what the machine has left, or its control group
/// allows.
fn available() -> Option<u64> {
    let machine = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"));
    Some(
        group_limit(Path::new("/sys/fs/cgroup"), own.unwrap_or("")).map_or(machine, |most| most.min(machine)),
    )
}

/// The least `memory.max` of a control group (version 2) and those above it.
fn group_limit(root: &Path, group: &str) -> Option<u64> {
    let folder = root.join(group);
    let within = folder.ancestors().take_while(|folder| folder.starts_with(root));
    let limit = |folder: &Path| fs::read_to_string(folder.join("memory.max")).ok()?.trim().parse().ok();
    within.filter_map(limit).min()
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_limit_of_the_groups_above_counts() {
        let root = std::env::temp_dir().join(format!("kijun-watch-{}", std::process::id()));
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/memory.max"), "max\n").unwrap();
        assert_eq!(group_limit(&root, "a/b"), None);
        fs::write(root.join("a/memory.max"), "1048576\n").unwrap();
        assert_eq!(group_limit(&root, "a/b"), Some(1 << 20));
        fs::write(root.join("a/b/memory.max"), "4096\n").unwrap();
        assert_eq!((group_limit(&root, "a/b"), group_limit(&root, "a")), (Some(4096), Some(1 << 20)));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_system_is_understood() {
        assert_eq!(kilobytes("Name:\tkijun\nVmRSS:\t   2048 kB\n", "VmRSS:"), Some(2 << 20));
        assert_eq!(kilobytes("VmRSS: many\n", "VmRSS:"), None);
        if cfg!(target_os = "linux") {
            assert!(used().unwrap() < available().unwrap());
        }
    }
}
