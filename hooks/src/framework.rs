//! Running below pre-commit or prek, which read git's standard input themselves and hand on one ref of a push.

use crate::error::Result;
use crate::push::PushPlan;
use crate::push_input::Line;
use crate::repository::Repository;

/// What pre-commit and prek tell a hook of the pre-push stage, by its variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameworkPush {
    /// `PRE_COMMIT_REMOTE_NAME`.
    pub remote_name: String,
    /// `PRE_COMMIT_REMOTE_URL`.
    pub remote_url: String,
    /// `PRE_COMMIT_FROM_REF`: what the remote has; none for a first push.
    pub from: Option<String>,
    /// `PRE_COMMIT_TO_REF`, or else the local branch, or else `HEAD`.
    pub to: String,
    /// `PRE_COMMIT_REMOTE_BRANCH`.
    pub remote_branch: String,
}

/// Whether a framework that follows pre-commit's conventions runs this process.
pub fn in_framework() -> bool {
    std::env::var_os("PRE_COMMIT").is_some_and(|value| value == "1")
}

impl FrameworkPush {
    /// The push that the framework tells of; `None` if no framework runs this process.
    pub fn from_env() -> Option<Self> {
        let var = |name: &str| std::env::var(format!("PRE_COMMIT_{name}")).ok().filter(|value| !value.is_empty());
        in_framework().then(|| FrameworkPush {
            remote_name: var("REMOTE_NAME").unwrap_or_default(),
            remote_url: var("REMOTE_URL").unwrap_or_default(),
            from: var("FROM_REF"),
            to: var("TO_REF").or_else(|| var("LOCAL_BRANCH")).unwrap_or_else(|| "HEAD".to_owned()),
            remote_branch: var("REMOTE_BRANCH").unwrap_or_default(),
        })
    }
}

impl Repository {
    /// What a push would add, as far as pre-commit or prek tell of it; `None` if neither runs this process. The notes of
    /// the plan say that other refs of the same push cannot be seen.
    pub fn push_plan_from_framework_env(&self, known: fn(&str) -> bool) -> Result<Option<PushPlan<'_>>> {
        FrameworkPush::from_env().map(|push| self.framework_plan(&push, known)).transpose()
    }

    /// What a push would add, of the one ref that a framework tells of.
    pub fn framework_plan(&self, push: &FrameworkPush, known: fn(&str) -> bool) -> Result<PushPlan<'_>> {
        let line = Line {
            local_ref: push.to.clone(),
            local: Some(self.commit_id(&push.to)?),
            remote_ref: push.remote_branch.clone(),
            // A starting point that is not here hides nothing: more is looked at.
            remote: push.from.as_deref().and_then(|from| self.commit_id(from).ok()),
        };
        let mut plan = self.plan(&push.remote_name, &push.remote_url, &[line], known, &mut |_, _| {})?;
        plan.notes.push(
            "A hook framework runs this check and shows it one ref of the push; other refs pushed together with it are not looked at. \
             `provender hook install` adds a hook that sees them all."
                .to_owned(),
        );
        Ok(plan)
    }
}
