use kijun_ide::TokenType;
use tower_lsp::jsonrpc::Response;
use tower_lsp::ls_types::*;

/// What this server can do. An editor that is sent diagnostics is not offered to ask for them: it would show them twice.
pub(crate) fn capabilities(utf8: bool, pulls: bool) -> InitializeResult {
    let encoding = if utf8 { PositionEncodingKind::UTF8 } else { PositionEncodingKind::UTF16 };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        ..TextDocumentSyncOptions::default()
    };
    let completion = CompletionOptions {
        resolve_provider: Some(true),
        trigger_characters: Some([".", ":", "-", " ", "\""].map(str::to_owned).to_vec()),
        ..CompletionOptions::default()
    };
    let signatures = SignatureHelpOptions {
        trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
        retrigger_characters: Some(vec![")".to_owned()]),
        ..SignatureHelpOptions::default()
    };
    let typed = DocumentOnTypeFormattingOptions {
        first_trigger_character: "}".to_owned(),
        more_trigger_character: Some(vec!["\n".to_owned()]),
    };
    let links = DocumentLinkOptions {
        resolve_provider: Some(false),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let tokens = SemanticTokensOptions {
        legend: SemanticTokensLegend {
            token_types: TokenType::ALL.iter().map(|t| SemanticTokenType::new(t.name())).collect(),
            token_modifiers: vec![SemanticTokenModifier::DECLARATION],
        },
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
        ..SemanticTokensOptions::default()
    };
    let diagnostics = DiagnosticOptions {
        identifier: Some("kijun".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        ..DiagnosticOptions::default()
    };
    let rename = RenameOptions {
        prepare_provider: Some(true),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR]),
        resolve_provider: Some(true),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let commands = ExecuteCommandOptions {
        commands: vec![super::RUN_TESTS.to_owned()],
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(completion),
        signature_help_provider: Some(signatures),
        declaration_provider: Some(DeclarationCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
        implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        document_on_type_formatting_provider: Some(typed),
        document_link_provider: Some(links),
        linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        rename_provider: Some(OneOf::Right(rename)),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(tokens)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        execute_command_provider: Some(commands),
        diagnostic_provider: pulls.then_some(DiagnosticServerCapabilities::Options(diagnostics)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    };
    let info = ServerInfo { name: "kijun".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities, server_info: Some(info), ..InitializeResult::default() }
}

/// Adds to what this server can do that it knows type hierarchies: the types of the protocol have no field for it. Every
/// other response stays as it is.
pub(crate) fn with_type_hierarchy(response: Option<Response>) -> Option<Response> {
    let is_initialize = |r: &Response| r.result().is_some_and(|v| v.get("serverInfo").is_some());
    if !response.as_ref().is_some_and(is_initialize) {
        return response;
    }
    let (id, body) = response?.into_parts();
    let body = body.map(|mut result| {
        let capabilities = result.get_mut("capabilities").and_then(|c| c.as_object_mut());
        capabilities.and_then(|c| c.insert("typeHierarchyProvider".to_owned(), true.into()));
        result
    });
    Some(Response::from_parts(id, body))
}
