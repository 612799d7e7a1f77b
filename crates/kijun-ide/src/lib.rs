//! What an editor asks of a workspace, as pure functions on a snapshot: plain data in and out, places in bytes. No types of
//! any protocol, no IO.

mod actions;
mod collect;
mod completion;
mod coverage;
mod definition;
mod diagnostics;
mod doc;
mod fact_cursor;
mod fact_map;
mod folding;
mod formatting;
mod hover;
mod index;
mod inlay;
mod lens;
mod names;
mod outline;
mod references;
mod rename;
mod romaji;
mod search;
mod semantics;
mod shift;
mod snapshot;
mod tokens;
mod verdicts;

#[cfg(test)]
mod testing;

pub use actions::{Action, actions};
pub use completion::{Completion, CompletionKind, completions, resolve_completion};
pub use coverage::Coverage;
pub use definition::definition;
pub use diagnostics::{Issue, Level, Related, Wishes, diagnostics, syntax_issues};
pub use doc::{Doc, DocKind, Files};
pub use folding::{Fold, folds};
pub use formatting::format;
pub use hover::{Hover, hover};
pub use index::Space;
pub use inlay::{Hint, hints};
pub use kijun_model::review::{CoverageLevel, CoverageSettings, Levels, Track};
pub use lens::{Lens, lenses};
pub use outline::{Symbol, outline};
pub use references::references;
pub use rename::{Rename, RenameError, prepare_rename, rename};
pub use search::{SearchResult, search};
pub use semantics::{Choices, Chosen, Semantics};
pub use snapshot::{Edit, Snapshot, Target};
pub use tokens::{Token, TokenType, tokens};
