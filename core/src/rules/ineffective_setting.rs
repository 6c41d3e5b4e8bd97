use super::prelude::*;

rule! {
    /// A setting reads as if it protected something, and the package manager does not act on it: a misspelt key, a key that was removed, a value that
    /// is not one of those it knows, a line below a `[section]`. The same goes for a key that the policy does not know, and for an exception that
    /// matches nothing any more.
    ///
    /// A protection that everybody believes in and nobody has is worse than none.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// ignoreScripts=true
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// ignore-scripts=true
    /// ```
    ///
    /// ## What to do
    /// Write it the way that works; the message names it.
    INEFFECTIVE_SETTING = {
        id: "ineffective-setting",
        threat: 6,
        severity: Warning,
        summary: "a setting that reads as protection and does nothing",
        fixable: Offline,
        needs: Files,
        checks: [Document(document), Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Ineffective, settings, cx);
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    if !cx.project.reads(document) {
        return;
    }
    cx.report_problems(document, ProblemKind::Ineffective, "write it the way that works, or remove it");
    cx.report_problems(
        document,
        ProblemKind::UnknownKey,
        "see `provender explain ineffective-setting`, and the policy's schema for the keys there are",
    );
    let Some(policy) = document.policy() else { return };
    for problem in policy.misplaced() {
        cx.report(problem.span, problem.message).help("move it to your own policy file");
    }
    for id in policy.rule_ids().filter(|id| crate::rules::by_id(id).is_none()) {
        cx.report(id.span, format!("there is no rule `{id}`")).help("see the rule table in the README for the ids");
    }
}
