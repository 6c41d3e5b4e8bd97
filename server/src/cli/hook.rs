//! `provender hook`: installs, removes, shows and runs git hooks.
//!
//! A hook that cannot do its work blocks and says how to go on (exit code 2 blocks as 1 does).

mod manage;
mod pre_commit;
mod pre_push;

use clap::{Subcommand, ValueEnum};

use super::output::{self, Failure, Outcome};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Install the hooks of this repository, beside what is there.
    Install,
    /// Remove them, and put back what was there before.
    Uninstall,
    /// Say what would run, where, and why not.
    Status,
    /// Run a hook, as git does.
    Run(RunArgs),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// The hook.
    hook: HookName,
    /// What git hands to the hook: for pre-push the remote's name and address.
    arguments: Vec<String>,
}

/// The hooks that there are.
#[expect(clippy::enum_variant_names, reason = "git's own names")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HookName {
    /// Before a commit.
    PreCommit,
    /// Before the commit of a clean merge, which runs no pre-commit hook.
    PreMergeCommit,
    /// Before a push.
    PrePush,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    match &args.action {
        Action::Install => manage::install(),
        Action::Uninstall => manage::uninstall(),
        Action::Status => manage::status(),
        Action::Run(run) => guarded(run),
    }
}

/// Runs a hook unless the person's own escape says not to.
fn guarded(args: &RunArgs) -> Result<Outcome, Failure> {
    if std::env::var_os("PROVENDER").is_some_and(|value| value == "0") {
        output::note("provender: skipped, since PROVENDER=0 is set; nothing was looked at");
        return Ok(Outcome::Clean);
    }
    let result = match args.hook {
        HookName::PreCommit => pre_commit::run(provender_hooks::CommitKind::Commit),
        HookName::PreMergeCommit => pre_commit::run(provender_hooks::CommitKind::Merge),
        HookName::PrePush => pre_push::run(&args.arguments),
    };
    result.map_err(|failure| {
        let way = "to go on without this check: PROVENDER=0 git ...";
        let hint = failure.hint.as_ref().map_or_else(|| way.to_owned(), |hint| format!("{hint}\n  {way}"));
        Failure { message: format!("blocked, since the check could not be made: {}", failure.message), hint: Some(hint) }
    })
}
