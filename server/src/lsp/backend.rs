//! The protocol's methods, forwarded. Whatever changes the session does so before the first wait; nothing waits for the editor.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use lsp_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, ConfigurationItem,
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentLink, DocumentLinkParams, ExecuteCommandParams,
    FileSystemWatcher, GlobPattern, Hover, HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint,
    InlayHintParams, MessageType, Registration, Url, WatchKind, WorkDoneProgressCancelParams,
};
use provender_core::formats::Format;
use provender_core::render::rule_markdown;
use provender_core::rule::Rule;
use provender_core::rules;
use serde_json::{Value, json};
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::actions::{Lookup, actions};
use super::capabilities::{Client, EXPLAIN, FIX_EVERYTHING, LOOK_UP, VERIFY, VERIFY_ALL, announce};
use super::config::Config;
use super::editor;
use super::fix::fix;
use super::hints::hints;
use super::hover::hover;
use super::lens::lens;
use super::links::links;
use super::lists;
use super::server::{Server, refresh};
use super::verify::{look_up, look_up_and_apply, verify, verify_all};

/// The handlers.
pub(super) struct Backend {
    pub(super) server: Arc<Server>,
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = Client::of(&params.capabilities);
        let config = Config::of(params.initialization_options.as_ref());
        self.server.editor.send_replace(editor::seen(params.process_id));
        self.server.change(|session| session.initialize(client, config, folders(&params)));
        Ok(announce(&client))
    }

    async fn initialized(&self, _: InitializedParams) {
        self.server.change(super::session::Session::start);
        let client = self.server.session().client;
        if client.watches {
            tokio::spawn(watch_files(self.server.clone()));
        }
        if client.settings {
            tokio::spawn(pull_settings(self.server.clone()));
        }
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.server.change(|session| session.open(document.uri, document.version, document.text, Instant::now()));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.server.change(|session| session.change(&document.uri, document.version, params.content_changes, Instant::now()));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.server.change(|session| session.save(&params.text_document.uri, Instant::now()));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.server.change(|session| session.close(&params.text_document.uri, Instant::now()));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let changes = params.changes.into_iter().map(|change| (change.uri, change.typ));
        self.server.change(|session| session.files_changed(changes, Instant::now()));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[lsp_types::WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| folder.uri.to_file_path().ok()).collect()
        };
        let (added, removed) = (paths(&params.event.added), paths(&params.event.removed));
        self.server.change(|session| session.change_folders(added, &removed, Instant::now()));
        lists::announce(&self.server);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        let is_empty = params.settings.as_object().is_none_or(serde_json::Map::is_empty);
        if is_empty && self.server.session().client.settings {
            tokio::spawn(pull_settings(self.server.clone()));
        } else {
            configure(&self.server, &params.settings);
        }
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let place = {
            let session = self.server.session();
            let url = &params.text_document.uri;
            session.ticket(url).zip(session.buffer(url).map(|buffer| buffer.span(params.range, session.client.encoding)))
        };
        let Some((mut ticket, span)) = place else { return Ok(None) };
        let Some(snapshot) = self.server.settled(&mut ticket).await else { return Ok(None) };
        let found = actions(&snapshot, &ticket.path, span, params.context.only.as_deref());
        Ok(Some(found.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
    }

    async fn code_action_resolve(&self, mut action: CodeAction) -> Result<CodeAction> {
        let Some(lookup) = Lookup::read(action.data.as_ref()) else { return Ok(action) };
        action.edit = Some(look_up(&self.server, lookup).await.map_err(failed)?);
        Ok(action)
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        let place = {
            let session = self.server.session();
            let url = &at.text_document.uri;
            session.ticket(url).zip(session.buffer(url).map(|buffer| buffer.offset(at.position, session.client.encoding)))
        };
        let Some((mut ticket, offset)) = place else { return Ok(None) };
        let snapshot = self.server.settled(&mut ticket).await;
        Ok(snapshot.and_then(|snapshot| hover(&snapshot, &ticket.path, offset)))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let place = {
            let session = self.server.session();
            let url = &params.text_document.uri;
            session.ticket(url).zip(session.buffer(url).map(|buffer| buffer.span(params.range, session.client.encoding)))
        };
        let Some((mut ticket, span)) = place else { return Ok(None) };
        let snapshot = self.server.settled(&mut ticket).await;
        Ok(snapshot.map(|snapshot| hints(&snapshot, &ticket.path, span)))
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let ticket = self.server.session().ticket(&params.text_document.uri);
        let Some(mut ticket) = ticket else { return Ok(None) };
        let snapshot = self.server.settled(&mut ticket).await;
        Ok(snapshot.map(|snapshot| links(&snapshot, &ticket.path)))
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let ticket = self.server.session().ticket(&params.text_document.uri);
        let Some(mut ticket) = ticket else { return Ok(None) };
        let snapshot = self.server.settled(&mut ticket).await;
        Ok(snapshot.map(|snapshot| lens(&snapshot, &ticket.path).into_iter().collect()))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let argument = params.arguments.first();
        match params.command.as_str() {
            VERIFY => {
                let url = argument.and_then(Value::as_str).and_then(|uri| Url::parse(uri).ok());
                let url = url.ok_or_else(|| Error::invalid_params("the argument is the URI of an open lockfile"))?;
                tokio::spawn(verify(self.server.clone(), url));
            }
            VERIFY_ALL => drop(tokio::spawn(verify_all(self.server.clone()))),
            FIX_EVERYTHING => {
                let url = argument.and_then(Value::as_str).map(Url::parse).transpose();
                let url = url.map_err(|_| Error::invalid_params("the argument is the URI of an open file"))?;
                tokio::spawn(fix(self.server.clone(), url));
            }
            EXPLAIN => return explain(argument).map(Some),
            LOOK_UP => {
                let lookup = Lookup::read(argument).ok_or_else(|| Error::invalid_params("the argument is that of a quick-fix"))?;
                tokio::spawn(look_up_and_apply(self.server.clone(), lookup));
            }
            other => return Err(Error::invalid_params(format!("there is no command `{other}`"))),
        }
        Ok(None)
    }
}

impl Backend {
    /// `window/workDoneProgress/cancel`, which the framework's trait leaves out.
    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.server.progresses.cancel(&params.token);
    }
}

/// The folders that the editor has open: the list, else the one root of older editors.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let listed: Vec<Url> = params.workspace_folders.iter().flatten().map(|folder| folder.uri.clone()).collect();
    let urls = if listed.is_empty() { params.root_uri.clone().into_iter().collect() } else { listed };
    urls.iter().filter_map(|url| url.to_file_path().ok()).collect()
}

/// A rule's documentation in Markdown, or every rule's id, severity and summary.
fn explain(id: Option<&Value>) -> Result<Value> {
    let Some(id) = id else {
        let line = |rule: &&Rule| json!({ "id": rule.id, "severity": rule.severity.id(), "summary": rule.summary });
        return Ok(rules::ALL.iter().map(line).collect());
    };
    let rule = id.as_str().and_then(rules::by_id);
    rule.map(|rule| rule_markdown(rule).into()).ok_or_else(|| Error::invalid_params(format!("there is no rule {id}")))
}

/// "It could not be done" (`RequestFailed`), with the reason for the person.
fn failed(why: String) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: Cow::Owned(why), data: None }
}

/// Asks to be told when a file that matters changes on disk.
async fn watch_files(server: Arc<Server>) {
    let known = Format::globs();
    let others = ["**/.git/HEAD", "**/.git/logs/HEAD", "**/.gitignore", "**/.ignore"].map(str::to_owned);
    let watcher = |glob, kind| FileSystemWatcher { glob_pattern: GlobPattern::String(glob), kind };
    // Of a folder that is moved or deleted, editors tell as such, and not of the files in it.
    let folders = watcher("**/*".to_owned(), Some(WatchKind::Create | WatchKind::Delete));
    let watchers = known.chain(others).map(|glob| watcher(glob, None)).chain([folders]).collect();
    let options = serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers }).ok();
    let registration = Registration {
        id: "provender/files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: options,
    };
    if let Err(error) = server.client.register_capability(vec![registration]).await {
        server.outbox.log(MessageType::INFO, format!("files are not watched, but looked at when something is edited: {error}"));
    }
}

/// Takes in settings; a lens may come or go with them.
fn configure(server: &Arc<Server>, settings: &Value) {
    if server.change(|session| session.configure(settings, Instant::now())) {
        refresh(server);
    }
}

/// Asks for the settings.
async fn pull_settings(server: Arc<Server>) {
    let item = ConfigurationItem { scope_uri: None, section: Some("provender".to_owned()) };
    // An editor that refuses has told its settings at the start.
    if let Ok(settings) = server.client.configuration(vec![item]).await
        && let Some(settings) = settings.first()
    {
        configure(&server, settings);
    }
}
