//! Files that are written: each is there as a whole, or as it was before.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A file that takes its place when it is done, and leaves nothing where it is not. What is no plain file (a device, a
/// pipe), and a file in a folder that takes no other, is written in place.
#[derive(Debug)]
pub(crate) struct OutputFile {
    file: File,
    /// Where it is while it is written; `None` where it is written in place.
    beside: Option<PathBuf>,
    target: PathBuf,
}

impl OutputFile {
    pub(crate) fn create(path: &Path) -> io::Result<OutputFile> {
        // Of a link, what it leads to is replaced.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let before = fs::symlink_metadata(&target).ok();
        let in_place =
            |target: PathBuf| Ok(OutputFile { file: File::create(&target)?, beside: None, target });
        if before.as_ref().is_some_and(|of| !of.is_file()) {
            return in_place(target);
        }
        let beside = beside(&target);
        match File::create_new(&beside) {
            Ok(file) => {
                if let Some(before) = before {
                    file.set_permissions(before.permissions())?;
                }
                Ok(OutputFile { file, beside: Some(beside), target })
            }
            Err(error)
                if before.is_some()
                    && matches!(
                        error.kind(),
                        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
                    ) =>
            {
                in_place(target)
            }
            Err(error) => Err(error),
        }
    }

    /// Puts what was written in its place: only then does anyone see it.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        // Some file systems tell only now that they are full.
        if self.file.metadata()?.is_file() {
            self.file.sync_all()?;
        }
        let Some(beside) = self.beside.take() else { return Ok(()) };
        fs::rename(&beside, &self.target).inspect_err(|_| _ = fs::remove_file(&beside))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            // Nothing more can be done; the name says what it is.
            let _ = fs::remove_file(beside);
        }
    }
}

/// Writes a file as a whole.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OutputFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// Writes a folder with all its files, each with its path below it; the folder must not be there, or be empty.
pub(crate) fn write_folder<'f>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> io::Result<()> {
    let target = std::path::absolute(folder)?;
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    let beside = beside(&target);
    let write = || {
        fs::create_dir(&beside)?;
        for (path, bytes) in files {
            let file = beside.join(path);
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(file, bytes)?;
        }
        if target.is_dir() {
            fs::remove_dir(&target)?;
        }
        fs::rename(&beside, &target)
    };
    write().inspect_err(|_| _ = fs::remove_dir_all(&beside))
}

/// A name that nothing has, in the same folder, hidden: what is left of a run that was killed is not taken for facts.
fn beside(target: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    target.with_file_name(format!(".kijun-{}-{count}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("kijun-output-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_seen_when_it_is_done() {
        let folder = folder("done");
        let path = folder.join("out.json");
        write_file(&path, b"old").unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(file);
        assert_eq!(
            (fs::read(&path).unwrap(), names(&folder)),
            (b"old".to_vec(), vec!["out.json".to_owned()])
        );
        write_file(&path, b"new").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap(), names(&folder)),
            (b"new".to_vec(), vec!["out.json".to_owned()])
        );
        assert!(write_file(&folder.join("none/out.json"), b"").is_err());
        assert!(write_file(&folder, b"").is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay_and_devices_are_written_to() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder("kind");
        let (file, link) = (folder.join("a"), folder.join("b"));
        write_file(&file, b"1").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&file, &link).unwrap();
        write_file(&link, b"2").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"2");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        write_file(Path::new("/dev/null"), b"3").unwrap();
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_is_there_with_all_its_files_or_not_at_all() {
        let folder = folder("whole");
        let target = folder.join("pack");
        write_folder(&target, [("a", b"1".as_slice()), ("b/c", b"2")]).unwrap();
        assert_eq!(names(&target), ["a", "b"]);
        // A file where a folder should be.
        let other = folder.join("other");
        assert!(write_folder(&other, [("a", b"1".as_slice()), ("a/b", b"2")]).is_err());
        assert_eq!(names(&folder), ["pack"]);
        assert!(write_folder(&target, [("a", b"1".as_slice())]).is_err(), "it is not empty");
        assert_eq!(
            (names(&target), names(&folder)),
            (vec!["a".to_owned(), "b".to_owned()], vec!["pack".to_owned()])
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
