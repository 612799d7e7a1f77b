//! One request per file: convert, call, convert back.

mod capabilities;
mod code_action;
mod completion;
mod definition;
mod diagnostic;
mod edit;
mod folding;
mod formatting;
mod hover;
mod inlay;
mod lens;
mod references;
mod rename;
mod run_tests;
mod symbols;
mod tokens;

use std::sync::Mutex;

use crate::state::State;

pub(crate) use capabilities::capabilities;
pub(crate) use code_action::{code_action, resolve_action};
pub(crate) use completion::{completion, resolve};
pub(crate) use definition::definition;
pub(crate) use diagnostic::{diagnostic, workspace_diagnostic};
pub(crate) use edit::FileOperations;
pub(crate) use folding::folding;
pub(crate) use formatting::formatting;
pub(crate) use hover::hover;
pub(crate) use inlay::inlay;
pub(crate) use lens::lens;
pub(crate) use references::{highlight, references};
pub(crate) use rename::{prepare_rename, rename};
pub(crate) use run_tests::{RUN_TESTS, run_tests};
pub(crate) use symbols::{document_symbols, workspace_symbols};
pub(crate) use tokens::{tokens_full, tokens_range};

/// Where the server keeps what it knows.
pub(crate) type Shelf = Mutex<State>;
