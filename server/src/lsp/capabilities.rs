//! What the editor can do, reduced to what we act on; and what we say we can do.

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeLensOptions, DiagnosticTag, DocumentLinkOptions,
    ExecuteCommandOptions, HoverProviderCapability, InitializeResult, MarkupKind, OneOf, SaveOptions, ServerCapabilities,
    ServerInfo, TextDocumentClientCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use super::convert::Encoding;

/// The kind of the action that applies every safe fix of a file.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.provender");

/// Verifies a lockfile against the registry; its argument is the lockfile's URI.
pub(super) const VERIFY: &str = "provender.verify";

/// Verifies every lockfile of every folder, open or not.
pub(super) const VERIFY_ALL: &str = "provender.verifyAll";

/// Applies every safe fix: of one file, if its URI is the argument, else of all.
pub(super) const FIX_EVERYTHING: &str = "provender.fixAll";

/// Answers with a rule's documentation in Markdown, if its id is the argument, else with the list of all rules.
pub(super) const EXPLAIN: &str = "provender.explain";

/// Every command.
const COMMANDS: [&str; 5] = [VERIFY, VERIFY_ALL, FIX_EVERYTHING, EXPLAIN, LOOK_UP];

/// Asks the registry for what a fix needs, and applies it; for editors that do not resolve actions.
pub(super) const LOOK_UP: &str = "provender.lookUp";

/// What the editor can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Client {
    /// How positions are counted.
    pub(super) encoding: Encoding,
    /// Takes edits that name the version they are meant for.
    pub(super) versioned_edits: bool,
    /// Asks for an action's edit when it is chosen.
    pub(super) resolves_edits: bool,
    /// Shows Markdown in a hover.
    pub(super) markdown: bool,
    /// Shows places that belong to a diagnostic.
    pub(super) related: bool,
    /// Strikes deprecated things through.
    pub(super) strikes: bool,
    /// Makes a rule's id a link.
    pub(super) links: bool,
    /// What it can be told of later, for more files than it was told at the start.
    pub(super) registers: Registers,
    /// Can be told which files to watch.
    pub(super) watches: bool,
    /// Can be asked for its settings.
    pub(super) settings: bool,
    /// Shows progress.
    pub(super) progress: bool,
    /// Can be asked to ask for lenses again.
    pub(super) lens_refresh: bool,
    /// Can be asked to ask for inlay hints again.
    pub(super) hint_refresh: bool,
    /// Shows what verifications came to: `experimental.provenderStatus`.
    pub(super) status: bool,
}

/// What the editor can be asked to do for further files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Registers {
    /// To tell of their opening, changes and closing.
    pub(super) texts: bool,
    /// To ask for their actions.
    pub(super) actions: bool,
    /// To ask for their hovers.
    pub(super) hovers: bool,
    /// To ask for their lenses.
    pub(super) lenses: bool,
    /// To ask for their inlay hints.
    pub(super) hints: bool,
    /// To ask for their links.
    pub(super) links: bool,
}

impl Registers {
    fn of(text: Option<&TextDocumentClientCapabilities>) -> Registers {
        let Some(text) = text else { return Registers::default() };
        Registers {
            texts: said(text.synchronization.as_ref().and_then(|texts| texts.dynamic_registration)),
            actions: said(text.code_action.as_ref().and_then(|actions| actions.dynamic_registration)),
            hovers: said(text.hover.as_ref().and_then(|hovers| hovers.dynamic_registration)),
            lenses: said(text.code_lens.as_ref().and_then(|lenses| lenses.dynamic_registration)),
            hints: said(text.inlay_hint.as_ref().and_then(|hints| hints.dynamic_registration)),
            links: said(text.document_link.as_ref().and_then(|links| links.dynamic_registration)),
        }
    }
}

impl Client {
    /// Reads the editor's announcement.
    pub(super) fn of(capabilities: &ClientCapabilities) -> Client {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let window = capabilities.window.as_ref();
        let general = capabilities.general.as_ref();
        let diagnostics = text.and_then(|text| text.publish_diagnostics.as_ref());
        let actions = text.and_then(|text| text.code_action.as_ref());
        let hover = text.and_then(|text| text.hover.as_ref());
        let tags = diagnostics.and_then(|diagnostics| diagnostics.tag_support.as_ref());
        let resolved = actions.and_then(|actions| actions.resolve_support.as_ref());
        let formats = hover.and_then(|hover| hover.content_format.as_deref());
        Client {
            encoding: Encoding::negotiate(general.and_then(|general| general.position_encodings.as_deref())),
            versioned_edits: said(workspace.and_then(|workspace| workspace.workspace_edit.as_ref()?.document_changes)),
            resolves_edits: resolved.is_some_and(|resolved| resolved.properties.iter().any(|property| property == "edit")),
            markdown: formats.is_some_and(|formats| formats.first() == Some(&MarkupKind::Markdown)),
            related: said(diagnostics.and_then(|diagnostics| diagnostics.related_information)),
            strikes: tags.is_some_and(|tags| tags.value_set.contains(&DiagnosticTag::DEPRECATED)),
            links: said(diagnostics.and_then(|diagnostics| diagnostics.code_description_support)),
            registers: Registers::of(text),
            watches: said(workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref()?.dynamic_registration)),
            settings: said(workspace.and_then(|workspace| workspace.configuration)),
            progress: said(window.and_then(|window| window.work_done_progress)),
            lens_refresh: said(workspace.and_then(|workspace| workspace.code_lens.as_ref()?.refresh_support)),
            hint_refresh: said(workspace.and_then(|workspace| workspace.inlay_hint.as_ref()?.refresh_support)),
            status: said(capabilities.experimental.as_ref().and_then(|said| said.get("provenderStatus")?.as_bool())),
        }
    }
}

fn said(capability: Option<bool>) -> bool {
    capability.unwrap_or_default()
}

/// What we say we can do. Diagnostics are pushed and never pulled: an editor that does both shows each of them twice.
pub(super) fn announce(client: &Client) -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
    let commands = ExecuteCommandOptions { commands: COMMANDS.map(str::to_owned).to_vec(), ..ExecuteCommandOptions::default() };
    InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(client.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            code_action_provider: Some(action_options().into()),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            inlay_hint_provider: Some(OneOf::Left(true)),
            execute_command_provider: Some(commands),
            workspace: Some(WorkspaceServerCapabilities { workspace_folders: Some(folders), file_operations: None }),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo { name: "provender".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
    }
}

/// Which actions there are.
pub(super) fn action_options() -> CodeActionOptions {
    CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
        resolve_provider: Some(true),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn client(capabilities: Value) -> Client {
        Client::of(&from_value(capabilities).unwrap())
    }

    #[test]
    fn an_editor_that_says_nothing_gets_the_least() {
        assert_eq!(client(json!({})), Client::default());
    }

    #[test]
    fn what_an_editor_says_is_heard() {
        let said = client(json!({
            "general": {"positionEncodings": ["utf-8"]},
            "window": {"workDoneProgress": true},
            "experimental": {"provenderStatus": true},
            "workspace": {
                "workspaceEdit": {"documentChanges": true}, "configuration": true,
                "didChangeWatchedFiles": {"dynamicRegistration": true},
                "codeLens": {"refreshSupport": true}, "inlayHint": {"refreshSupport": true}
            },
            "textDocument": {
                "synchronization": {"dynamicRegistration": true}, "codeLens": {"dynamicRegistration": true},
                "inlayHint": {"dynamicRegistration": true}, "documentLink": {"dynamicRegistration": true},
                "hover": {"dynamicRegistration": true, "contentFormat": ["markdown", "plaintext"]},
                "codeAction": {"dynamicRegistration": true, "resolveSupport": {"properties": ["edit"]}},
                "publishDiagnostics": {"relatedInformation": true, "codeDescriptionSupport": true, "tagSupport": {"valueSet": [1, 2]}}
            }
        }));
        let all = Client {
            encoding: Encoding::Utf8,
            versioned_edits: true,
            resolves_edits: true,
            markdown: true,
            related: true,
            strikes: true,
            links: true,
            registers: Registers { texts: true, actions: true, hovers: true, lenses: true, hints: true, links: true },
            watches: true,
            settings: true,
            progress: true,
            lens_refresh: true,
            hint_refresh: true,
            status: true,
        };
        assert_eq!(said, all);
    }

    #[test]
    fn no_diagnostics_are_offered_for_pulling() {
        let said = serde_json::to_value(announce(&Client::default())).unwrap();
        assert!(said["capabilities"].get("diagnosticProvider").is_none());
        assert_eq!(said["capabilities"]["positionEncoding"], "utf-16");
        assert_eq!(said["capabilities"]["codeActionProvider"]["codeActionKinds"], json!(["quickfix", "source.fixAll.provender"]));
    }
}
