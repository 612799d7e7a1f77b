//! One request per file: convert, call, convert back.

mod capabilities;
mod code_action;
mod completion;
mod definition;
mod diagnostic;
mod explain;
mod folding;
mod formatting;
mod graph;
mod hover;
mod inlay;
mod lens;
mod matrix;
mod own;
mod references;
mod rename;
mod symbols;
mod tokens;

use std::sync::Mutex;

use crate::state::State;

pub(crate) use capabilities::capabilities;
pub(crate) use code_action::code_action;
pub(crate) use completion::{completion, resolve};
pub(crate) use definition::definition;
pub(crate) use diagnostic::{diagnostic, workspace_diagnostic};
pub(crate) use explain::{ExplainAnswer, ExplainParams, explain};
pub(crate) use folding::folding;
pub(crate) use formatting::formatting;
pub(crate) use graph::{GraphAnswer, GraphParams, graph};
pub(crate) use hover::hover;
pub(crate) use inlay::inlay;
pub(crate) use lens::lens;
pub(crate) use matrix::{CatalogAnswer, CatalogsParams, MatrixAnswer, MatrixParams, catalogs, matrix};
pub(crate) use references::{highlight, references};
pub(crate) use rename::{prepare_rename, rename};
pub(crate) use symbols::{document_symbols, workspace_symbols};
pub(crate) use tokens::{tokens_full, tokens_range};

/// Where the server keeps what it knows.
pub(crate) type Shelf = Mutex<State>;
