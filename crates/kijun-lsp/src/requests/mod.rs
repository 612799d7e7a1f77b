//! One request per file: convert, call, convert back.

mod calls;
mod capabilities;
mod code_action;
mod completion;
mod declaration;
mod definition;
mod diagnostic;
mod edit;
mod explain;
mod folding;
mod formatting;
mod graph;
mod hierarchy;
mod hover;
mod implementation;
mod inlay;
mod lens;
mod linked;
mod links;
mod matrix;
mod own;
mod references;
mod rename;
mod run_tests;
mod selection;
mod signature;
mod symbols;
mod tokens;
mod type_definition;

use std::sync::Mutex;

use crate::state::State;

pub(crate) use calls::{incoming_calls, outgoing_calls, prepare_calls};
pub(crate) use capabilities::{capabilities, with_type_hierarchy};
pub(crate) use code_action::{code_action, resolve_action};
pub(crate) use completion::{completion, resolve};
pub(crate) use declaration::declaration;
pub(crate) use definition::definition;
pub(crate) use diagnostic::{diagnostic, workspace_diagnostic};
pub(crate) use edit::FileOperations;
pub(crate) use explain::{ExplainAnswer, ExplainParams, explain};
pub(crate) use folding::folding;
pub(crate) use formatting::{formatting, on_type_formatting, range_formatting};
pub(crate) use graph::{GraphAnswer, GraphParams, graph};
pub(crate) use hierarchy::{prepare_types, subtypes, supertypes};
pub(crate) use hover::hover;
pub(crate) use implementation::implementation;
pub(crate) use inlay::inlay;
pub(crate) use lens::lens;
pub(crate) use linked::linked;
pub(crate) use links::links;
pub(crate) use matrix::{CatalogAnswer, CatalogsParams, MatrixAnswer, MatrixParams, catalogs, matrix};
pub(crate) use references::{highlight, references};
pub(crate) use rename::{prepare_rename, rename};
pub(crate) use run_tests::{RUN_TESTS, run_tests};
pub(crate) use selection::selection;
pub(crate) use signature::signature;
pub(crate) use symbols::{document_symbols, workspace_symbols};
pub(crate) use tokens::{tokens_delta, tokens_full, tokens_range};
pub(crate) use type_definition::type_definition;

/// Where the server keeps what it knows.
pub(crate) type Shelf = Mutex<State>;
