//! Where what was typed is kept: in the folder for the state of programs, readable by its owner alone.

use std::path::PathBuf;

/// The file; `None` where the system names no such folder.
pub(super) fn file() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = variable("XDG_STATE_HOME");
    let state = if cfg!(windows) {
        state.or_else(|| variable("LOCALAPPDATA"))
    } else {
        state.or_else(|| Some(variable("HOME")?.join(".local").join("state")))
    };
    let folder = state?.join("kijun");
    make(&folder).ok()?;
    Some(folder.join("repl_history"))
}

#[cfg(unix)]
fn make(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
