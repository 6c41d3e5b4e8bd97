//! Starts Provender's language server in Zed: the program of Zed's settings, else the one on the `PATH` of the project.
//!
//! Nothing is downloaded. Zed's own settings reach the server as they stand there.

use zed_extension_api::serde_json::{Value, json};
use zed_extension_api::settings::LspSettings;
use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree};

/// The name of the program, and of the server in Zed's settings.
const NAME: &str = "provender";

struct Provender;

impl zed::Extension for Provender {
    fn new() -> Provender {
        Provender
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let binary = LspSettings::for_worktree(NAME, worktree).ok().and_then(|settings| settings.binary);
        let (path, arguments, env) = match binary {
            Some(binary) => (binary.path, binary.arguments, binary.env),
            None => (None, None, None),
        };
        let Some(command) = path.or_else(|| worktree.which(NAME)) else {
            return Err(
                "`provender` is not on the PATH: install it, or name its place in Zed's settings under `lsp.provender.binary.path`"
                    .into(),
            );
        };
        Ok(Command {
            command,
            args: arguments.unwrap_or_else(|| vec!["lsp".to_owned()]),
            env: env.map_or_else(|| worktree.shell_env(), |env| env.into_iter().collect()),
        })
    }

    fn language_server_initialization_options(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(NAME, worktree).ok().and_then(|settings| settings.initialization_options))
    }

    fn language_server_workspace_configuration(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        let settings = LspSettings::for_worktree(NAME, worktree).ok().and_then(|settings| settings.settings);
        // The server asks for the section of its name, which Zed looks up in this.
        Ok(settings.map(|settings| json!({ NAME: settings })))
    }
}

zed::register_extension!(Provender);
