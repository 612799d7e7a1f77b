//! The language server: converts what an editor asks, calls `kijun-ide`, converts back. The only crate that names types of
//! the protocol.
//!
//! One writer takes edits in the order in which they arrive, before anything is awaited; everything else reads a snapshot on a
//! thread of its own, where a panic ends in an error for the one who asked.

#![allow(clippy::disallowed_methods, reason = "an editor's server reads folders and asks for the day")]

mod analyst;
mod ask;
mod config;
mod convert;
mod frames;
mod kept;
mod requests;
mod root;
mod server;
mod state;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::{LspService, Server};

use tower::ServiceExt;

use requests::with_type_hierarchy;
use server::Backend;

/// Bytes of stack of a thread that analyses: expressions nest, and so does what walks them.
const STACK: usize = 64 << 20;

/// How many requests are answered at a time; edits must not queue behind slow ones.
const AT_ONCE: usize = 64;

/// Bytes that may wait between the reader of frames and the reader of messages.
const PIPE: usize = 1 << 20;

/// Serves an editor on standard input and output until it says `exit`.
///
/// # Errors
/// When no thread can be started.
pub fn run() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(STACK)
        .enable_all()
        .build()?;
    runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout()));
    // A read of standard input cannot be cancelled; nothing is left to wait for.
    runtime.shutdown_background();
    Ok(())
}

/// Serves one editor over any pair of streams.
pub async fn serve(input: impl AsyncRead + Unpin + Send + 'static, output: impl AsyncWrite) {
    let (service, socket) = LspService::build(Backend::new)
        .custom_method("kijun/page", Backend::page)
        .custom_method("kijun/status", Backend::status)
        .custom_method("kijun/explain", Backend::explain)
        .custom_method("kijun/catalogs", Backend::catalogs)
        .custom_method("kijun/matrix", Backend::matrix)
        .custom_method("kijun/graph", Backend::graph)
        .custom_method(frames::MALFORMED, Backend::malformed)
        .finish();
    let service = service.map_response(with_type_hierarchy);
    let (messages, to) = tokio::io::duplex(PIPE);
    let reader = tokio::spawn(frames::forward(input, to));
    Server::new(messages, output, socket).concurrency_level(AT_ONCE).serve(service).await;
    reader.abort();
}
