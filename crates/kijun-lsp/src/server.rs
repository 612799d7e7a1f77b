//! What the editor says to the server, in the words of the protocol; each request goes to a file of `requests`.

use std::path::PathBuf;
use std::sync::Arc;

use kijun_text::Units;
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

use crate::analyst::{self, Shared};
use crate::ask::lock;
use crate::config::Config;
use crate::convert::path;
use crate::requests::{
    self, CatalogAnswer, CatalogsParams, ExplainAnswer, ExplainParams, GraphAnswer, GraphParams,
    MatrixAnswer, MatrixParams,
};
use crate::root::Root;
use crate::state::{Refresh, State};

pub(crate) struct Backend {
    client: Client,
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
}

/// With the session ends what works for it: a program that serves many keeps nothing of those that are over.
impl Drop for Backend {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// `kijun/page`: the page of a diagnostic.
#[derive(Debug, Deserialize)]
pub(crate) struct PageParams {
    code: String,
}

/// `kijun/status`: how far the analysis is, for tests and for a status line.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    roots: usize,
    files: usize,
    /// Whether semantics are of the texts as they stand.
    current: bool,
}

impl Backend {
    pub(crate) fn new(client: Client) -> Backend {
        let shared = Arc::new(Shared::new());
        let tasks = analyst::start(&shared, &client);
        Backend { client, shared, tasks }
    }

    /// Changes the state at once, before anything is awaited, so that changes keep their order.
    fn write(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.shared.state));
        self.shared.wake();
    }

    pub(crate) async fn page(&self, params: PageParams) -> Result<Option<String>> {
        Ok(kijun_model::page(&params.code).map(str::to_owned))
    }

    pub(crate) async fn explain(&self, params: ExplainParams) -> Result<ExplainAnswer> {
        requests::explain(&self.shared, params).await
    }

    pub(crate) async fn catalogs(&self, params: CatalogsParams) -> Result<Vec<CatalogAnswer>> {
        requests::catalogs(&self.shared, params).await
    }

    pub(crate) async fn matrix(&self, params: MatrixParams) -> Result<MatrixAnswer> {
        requests::matrix(&self.shared, params).await
    }

    pub(crate) async fn graph(&self, params: GraphParams) -> Result<GraphAnswer> {
        requests::graph(&self.shared, params).await
    }

    /// What came was no message.
    pub(crate) async fn malformed(&self) -> Result<()> {
        Err(Error::parse_error())
    }

    pub(crate) async fn status(&self) -> Result<Status> {
        self.shared.published().await;
        let state = lock(&self.shared.state);
        let current = |r: &Root| r.is_loose || (!r.is_stale && !r.is_reading && r.analysed == r.version);
        Ok(Status {
            roots: state.roots.len(),
            files: state.roots.iter().map(|r| r.files.iter().count()).sum(),
            current: state.roots.iter().all(current),
        })
    }

    async fn configure(&self, settings: &serde_json::Value) {
        match Config::read(settings) {
            Ok(config) => self.write(|state| {
                // What was published may be told otherwise now, in files that are not open too.
                if state.config != config {
                    state.roots.iter_mut().for_each(|r| r.version += 1);
                }
                state.config = config;
            }),
            Err(error) => self.refuse(&error).await,
        }
    }

    /// Settings that cannot be read leave those that were.
    async fn refuse(&self, error: &str) {
        let message = format!("kijun: 設定を読めません / cannot read the settings: {error}");
        self.client.show_message(MessageType::WARNING, message).await;
    }
}

/// The folders that an editor opened.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let named = params.workspace_folders.iter().flatten().map(|f| f.uri.clone());
    #[allow(deprecated, reason = "editors that know no workspace folders name one root")]
    let root = params.root_uri.clone().into_iter().filter(|_| params.workspace_folders.is_none());
    named.chain(root).filter_map(|uri| path(&uri)).collect()
}

/// Whether a folder is something to read: a workspace, a pack, or packs side by side.
fn is_root(folder: &std::path::Path) -> bool {
    let holds_pack = || {
        let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(std::result::Result::ok);
        entries.map(|e| e.path()).any(|p| p.join("kijun.toml").is_file())
    };
    folder.join("kijun.toml").is_file() || holds_pack()
}

fn add_folder(state: &mut State, folder: PathBuf) {
    if is_root(&folder) && state.roots.iter().all(|r| r.folder != folder) {
        state.roots.push(Root::new(folder, false));
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = &params.capabilities;
        let general = client.general.as_ref();
        let encodings = general.and_then(|g| g.position_encodings.as_ref());
        let utf8 = encodings.is_some_and(|list| list.contains(&PositionEncodingKind::UTF8));
        let workspace = client.workspace.as_ref();
        let text = client.text_document.as_ref();
        let refresh = Refresh {
            diagnostics: workspace
                .and_then(|w| w.diagnostics.as_ref())
                .is_some_and(|d| d.refresh_support == Some(true)),
            hints: workspace
                .and_then(|w| w.inlay_hint.as_ref())
                .is_some_and(|h| h.refresh_support == Some(true)),
            lenses: workspace
                .and_then(|w| w.code_lens.as_ref())
                .is_some_and(|l| l.refresh_support == Some(true)),
            panels: client
                .experimental
                .as_ref()
                .is_some_and(|e| e.pointer("/kijun/analysed") == Some(&true.into())),
        };
        let pulls = text.is_some_and(|t| t.diagnostic.is_some()) && refresh.diagnostics;
        let can_watch = workspace
            .and_then(|w| w.did_change_watched_files)
            .is_some_and(|w| w.dynamic_registration == Some(true));
        let label_offsets = text
            .and_then(|t| t.signature_help.as_ref()?.signature_information.as_ref())
            .and_then(|s| s.parameter_information.as_ref()?.label_offset_support)
            .unwrap_or(false);
        let resolves_actions = text
            .and_then(|t| t.code_action.as_ref()?.resolve_support.as_ref())
            .is_some_and(|r| r.properties.iter().any(|p| p == "edit"));
        let edits = workspace.and_then(|w| w.workspace_edit.as_ref());
        let can = |kind: ResourceOperationKind| {
            let kinds = edits.filter(|e| e.document_changes == Some(true))?.resource_operations.as_ref()?;
            Some(kinds.contains(&kind))
        };
        let operations = requests::FileOperations {
            create: can(ResourceOperationKind::Create) == Some(true),
            rename: can(ResourceOperationKind::Rename) == Some(true),
        };
        let settings = params.initialization_options.as_ref().map(Config::read);
        let folders = folders(&params);
        self.write(|state| {
            state.units = if utf8 { Units::Utf8 } else { Units::Utf16 };
            state.pulls = pulls;
            state.can_refresh = Refresh { diagnostics: pulls, ..refresh };
            state.can_watch = can_watch;
            state.label_offsets = label_offsets;
            state.resolves_actions = resolves_actions;
            state.operations = operations;
            if let Some(Ok(config)) = &settings {
                state.config = config.clone();
            }
            folders.into_iter().for_each(|folder| add_folder(state, folder));
        });
        if let Some(Err(error)) = &settings {
            self.refuse(error).await;
        }
        Ok(requests::capabilities(utf8, pulls))
    }

    async fn initialized(&self, _: InitializedParams) {
        if !lock(&self.shared.state).can_watch {
            return;
        }
        let watchers = ["**/*.kijun", "**/kijun.toml", "**/kijun.lock", "**/*.kpack", "**/facts/**"];
        let watcher =
            |glob: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind: None };
        let options = DidChangeWatchedFilesRegistrationOptions {
            watchers: watchers.into_iter().map(watcher).collect(),
        };
        let registration = Registration {
            id: "kijun-files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        self.client.register_capability(vec![registration]).await.ok();
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = path(&document.uri) else { return };
        self.write(|state| state.open(path, document.version, document.text));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = path(&document.uri) else { return };
        self.write(|state| state.change(&path, document.version, params.content_changes));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let Some(path) = path(&params.text_document.uri) else { return };
        self.write(|state| {
            state.close(&path);
            state.kept.forget(&params.text_document.uri);
        });
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let paths: Vec<PathBuf> = params.changes.iter().filter_map(|c| path(&c.uri)).collect();
        self.write(|state| {
            for root in state.roots.iter_mut().filter(|r| !r.is_loose) {
                let is_pack = |p: &PathBuf| p.extension().is_some_and(|e| e == "kpack");
                let touches =
                    |p: &PathBuf| p.starts_with(&root.folder) || root.file(p).is_some() || is_pack(p);
                root.is_stale |= paths.iter().any(touches);
            }
        });
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.configure(&params.settings).await;
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |list: Vec<WorkspaceFolder>| -> Vec<PathBuf> {
            list.into_iter().filter_map(|f| path(&f.uri)).collect()
        };
        let (added, removed) = (paths(params.event.added), paths(params.event.removed));
        self.write(|state| {
            state.roots.retain(|r| !removed.contains(&r.folder));
            added.into_iter().for_each(|folder| add_folder(state, folder));
            state.settle();
        });
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        requests::hover(&self.shared.state, params).await
    }

    async fn goto_declaration(
        &self,
        params: request::GotoDeclarationParams,
    ) -> Result<Option<request::GotoDeclarationResponse>> {
        requests::declaration(&self.shared.state, params).await
    }

    async fn goto_type_definition(
        &self,
        params: request::GotoTypeDefinitionParams,
    ) -> Result<Option<request::GotoTypeDefinitionResponse>> {
        requests::type_definition(&self.shared.state, params).await
    }

    async fn goto_implementation(
        &self,
        params: request::GotoImplementationParams,
    ) -> Result<Option<request::GotoImplementationResponse>> {
        requests::implementation(&self.shared.state, params).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        requests::prepare_calls(&self.shared.state, params).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        requests::incoming_calls(&self.shared.state, params).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        requests::outgoing_calls(&self.shared.state, params).await
    }

    async fn prepare_type_hierarchy(
        &self,
        params: TypeHierarchyPrepareParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        requests::prepare_types(&self.shared.state, params).await
    }

    async fn supertypes(
        &self,
        params: TypeHierarchySupertypesParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        requests::supertypes(&self.shared.state, params).await
    }

    async fn subtypes(&self, params: TypeHierarchySubtypesParams) -> Result<Option<Vec<TypeHierarchyItem>>> {
        requests::subtypes(&self.shared.state, params).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        requests::selection(&self.shared.state, params).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        requests::links(&self.shared.state, params).await
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        requests::linked(&self.shared.state, params).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        requests::signature(&self.shared.state, params).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        requests::definition(&self.shared.state, params).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        requests::references(&self.shared.state, params).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        requests::highlight(&self.shared.state, params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        requests::document_symbols(&self.shared.state, params).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        requests::workspace_symbols(&self.shared.state, params).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        requests::completion(&self.shared.state, params).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        requests::resolve(&self.shared.state, item).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        requests::formatting(&self.shared.state, params).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        requests::range_formatting(&self.shared.state, params).await
    }

    async fn on_type_formatting(
        &self,
        params: DocumentOnTypeFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        requests::on_type_formatting(&self.shared.state, params).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        requests::folding(&self.shared.state, params).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        requests::prepare_rename(&self.shared.state, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        requests::rename(&self.shared.state, params).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        requests::tokens_full(&self.shared.state, params).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        requests::tokens_delta(&self.shared.state, params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        requests::tokens_range(&self.shared.state, params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        requests::inlay(&self.shared.state, params).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        requests::lens(&self.shared.state, params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        requests::code_action(&self.shared.state, params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        requests::resolve_action(&self.shared.state, action).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        if params.command != requests::RUN_TESTS {
            return Err(Error::method_not_found());
        }
        let (answer, said) = requests::run_tests(&self.shared.state, params).await?;
        self.shared.wake();
        let failed = answer.get("failed").is_some_and(|n| *n != 0);
        self.client.show_message(if failed { MessageType::WARNING } else { MessageType::INFO }, said).await;
        if lock(&self.shared.state).can_refresh.diagnostics {
            let client = self.client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await.ok() });
        }
        Ok(Some(answer))
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        requests::diagnostic(&self.shared.state, params).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        requests::workspace_diagnostic(&self.shared.state, params).await
    }
}
