use std::path::Path;

use kijun_text::{Label, Severity, Span};
use kijun_workspace::Options;

use crate::{Date, Error};

/// A workspace, a pack, or a folder of packs, as it was read. It does not change when files do: load it again.
#[derive(Debug)]
pub struct Workspace {
    pub(crate) inner: kijun_workspace::Workspace,
}

/// Something that is wrong with packs or facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Has a page: `kijun explain K0302`.
    pub code: &'static str,
    /// Nothing is evaluated while there is an error.
    pub is_error: bool,
    pub message: Label,
    pub help: Label,
    pub place: Place,
}

/// A file, relative to the workspace, and a place in it, from 1; the column counts characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    pub line: u32,
    pub column: u32,
}

impl Workspace {
    /// Reads a folder with its packs and facts. What is wrong inside is told by [`Workspace::check`].
    ///
    /// ```
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/city-hospital");
    /// let workspace = kijun::Workspace::load(folder)?;
    /// assert_eq!(workspace.as_of(), Some("2026-11-22".parse()?));
    /// assert!(kijun::Workspace::load("no/such/folder").is_err());
    /// # Ok::<(), kijun::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no readable `kijun.toml`, neither there nor in a folder of it.
    pub fn load(folder: impl AsRef<Path>) -> Result<Workspace, Error> {
        Workspace::load_with_profile(folder, None)
    }

    /// The same under another profile than that of the manifest.
    ///
    /// # Errors
    /// As for [`Workspace::load`].
    pub fn load_with_profile(folder: impl AsRef<Path>, profile: Option<&str>) -> Result<Workspace, Error> {
        let options = Options { profile: profile.map(str::to_owned), ..Options::default() };
        let loaded = kijun_workspace::load_norms(folder.as_ref(), &options);
        loaded.map(|inner| Workspace { inner }).map_err(|e| Error::new(e.message, e.help))
    }

    /// Everything that is wrong with manifests, packs and facts, in that order.
    pub fn check(&self) -> Vec<Problem> {
        let problem = |d: &kijun_text::Diagnostic| Problem {
            code: d.code,
            is_error: d.severity == Severity::Error,
            message: d.message.clone(),
            help: d.help.clone(),
            place: self.place(d.span),
        };
        self.inner.diagnostics.iter().map(problem).collect()
    }

    /// The day that the manifest states.
    pub fn as_of(&self) -> Option<Date> {
        self.inner.as_of().map(Date)
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        let (line, column) = self.inner.sources.line_column(span);
        Place { file: self.inner.sources.path(span.file).to_owned(), line, column }
    }

    /// A program with errors is never evaluated.
    pub(crate) fn sound(&self) -> Result<(), Error> {
        let Some(first) = self.check().into_iter().find(|p| p.is_error) else { return Ok(()) };
        let Place { file, line, .. } = first.place;
        let place = |text: &str| format!("{file}:{line}: {text} [{}]", first.code);
        Err(Error::new(Label::new(place(&first.message.ja), place(&first.message.en)), first.help))
    }
}
