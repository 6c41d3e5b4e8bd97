use super::prelude::*;

rule! {
    /// Another source is put in the place of the one that a package's name and registry lead to.
    ///
    /// Cargo's `[patch]` and source replacement, Go's `replace`, Yarn's archive address, pnpm's own tarball address, pip's `--find-links`: each of them
    /// leaves name and version as they were, so every list still reads right, and the code comes from somewhere else. It is how forks are tried out.
    /// It is also a quiet way to bring in another's code.
    ///
    /// A place inside the repository is a warning, since a reviewer sees what is in it. A registry that the policy or your own settings trust is none.
    ///
    /// ## Bad
    /// ```toml Cargo.toml
    /// [package]
    /// name = "app"
    /// version = "0.1.0"
    ///
    /// [dependencies]
    /// serde = "1.0"
    ///
    /// [patch.crates-io]
    /// serde = { git = "https://git.evil.test/serde.git", rev = "0123456789abcdef0123456789abcdef01234567" }
    /// ```
    ///
    /// ## Good
    /// ```toml Cargo.toml
    /// [package]
    /// name = "app"
    /// version = "0.1.0"
    ///
    /// [dependencies]
    /// serde = "1.0"
    /// ```
    ///
    /// ## What to do
    /// If you do not know why it is there, find out who put it in. If a fork is needed, ask for it by its own name and place. To keep it, name the
    /// registry in the policy's `trusted` list, or except the package with a reason and a date.
    REDIRECTED_SOURCE = {
        id: "redirected-source",
        threat: 5,
        severity: Error,
        summary: "a source put in another's place",
        fixable: No,
        needs: Files,
        checks: [Manifest(manifest), Settings(settings), Package(package)],
    }
}

use crate::model::{Destination, Redirect, Redirected};
use crate::path::RelPath;
use crate::registries::Judgement;

fn manifest(manifest: &Manifest, cx: &mut Cx<'_>) {
    manifest.redirects.iter().for_each(|redirect| report(redirect, None, cx));
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    settings.redirects.iter().for_each(|redirect| report(redirect, None, cx));
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if let Some(redirect) = &package.redirect {
        report(redirect, Some(package), cx);
    }
}

fn report(redirect: &Redirect, package: Option<&Package>, cx: &mut Cx<'_>) {
    if is_trusted(redirect, cx) {
        return;
    }
    let inside = is_inside(redirect, cx);
    let name = package.map(|package| cx.purl(package)).or_else(|| match &redirect.what {
        Redirected::Package(name) => Some(cx.named(name)),
        _ => None,
    });
    let finding = cx.report(redirect.span, message(redirect));
    finding.help(help(redirect, inside));
    if let Some(name) = name {
        finding.package(name);
    }
    if inside {
        finding.severity(Severity::Warning);
    }
}

fn message(Redirect { what, to, by, .. }: &Redirect) -> String {
    match what {
        Redirected::Package(name) => format!("`{name}` comes from `{to}` instead of where its name leads (`{by}`)"),
        Redirected::Source(name) => format!("everything of `{name}` comes from `{to}` instead (`{by}`)"),
        Redirected::Anything => format!("packages may come from `{to}` as well (`{by}`)"),
        Redirected::List => format!("what is installed is read from `{to}` (`{by}`)"),
    }
}

fn help(redirect: &Redirect, inside: bool) -> &'static str {
    match redirect.what {
        _ if inside => "review what lies there as your own code; take the redirection out when it is no longer needed",
        Redirected::Package(_) => {
            "if you do not know why, find out who put it there; to keep it, except the package in the policy, with a reason"
        }
        Redirected::Source(_) | Redirected::Anything => {
            "if you do not know the place, find out who put it there; if it is yours, trust it in the policy"
        }
        Redirected::List => "keep the list in the repository, where its changes are reviewed",
    }
}

/// Whether the place is one that serves the package anyway. What the repository's own settings name vouches only for what they are asked for: a
/// whole registry put in another's place needs more.
fn is_trusted(redirect: &Redirect, cx: &Cx<'_>) -> bool {
    let name = match &redirect.what {
        _ if redirect.kind != Destination::Address => return false,
        Redirected::Package(name) | Redirected::Source(name) => name.as_str(),
        Redirected::Anything => "",
        Redirected::List => return false,
    };
    let address = redirect.to.strip_prefix("sparse+").unwrap_or(&redirect.to);
    match cx.project.registries.judge(name, address) {
        Judgement::Trusted { registry } => {
            matches!(redirect.what, Redirected::Package(_)) || registry.origin != crate::npm::config::Origin::Project
        }
        Judgement::DefaultHost { .. } => true,
        _ => false,
    }
}

/// Whether the place lies in the repository, where its contents are reviewed as everything else is.
fn is_inside(redirect: &Redirect, cx: &Cx<'_>) -> bool {
    let path = redirect.to.replace('\\', "/");
    let absolute = path.starts_with(['/', '~', '$']) || path.contains(':');
    let home = cx.document.format.home(&cx.document.path);
    redirect.kind == Destination::Path && !absolute && RelPath::join(home, &path).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn packages_that_come_from_elsewhere() {
        check(
            "redirected-source",
            r#"
//- /app/Cargo.toml
[package]
name = "app"
version = "0.1.0"

[patch.crates-io]
one = { git = "https://git.evil.test/one.git", branch = "main" }
two = { path = "../vendor/two" }
three = { path = "../../three" }
four = { version = "4", registry = "corp" }

[patch."https://git.corp.test/five.git"]
five = { path = 'C:\five' }

[replace]
"six:1.0.0" = { path = "six" }
"#,
            expect![[r#"
                error app/Cargo.toml:6:1 [one = { git = "https://git.evil.test/one.git]
                  `one` comes from `https://git.evil.test/one.git` instead of where its name leads (`[patch]`)
                warning app/Cargo.toml:7:1 [two = { path = "../vendor/two]
                  `two` comes from `../vendor/two` instead of where its name leads (`[patch]`)
                error app/Cargo.toml:8:1 [three = { path = "../../three]
                  `three` comes from `../../three` instead of where its name leads (`[patch]`)
                error app/Cargo.toml:9:1 [four = { version = "4", registry = "corp]
                  `four` comes from `corp` instead of where its name leads (`[patch]`)
                error app/Cargo.toml:12:1 [five = { path = 'C:\five]
                  `five` comes from `C:\five` instead of where its name leads (`[patch]`)
                warning app/Cargo.toml:15:1 ["six:1.0.0" = { path = "six]
                  `six` comes from `six` instead of where its name leads (`[replace]`)
            "#]],
        );
    }

    #[test]
    fn lists_and_archives_that_pip_takes_from_elsewhere() {
        check(
            "redirected-source",
            r#"
//- /pip.conf
[global]
find-links = ./wheels https://files.test/
//- /requirements.txt
-r https://files.test/base.txt
-c other-constraints.txt
-f ../wheels
left==1.0
"#,
            expect![[r#"
                warning pip.conf:2:14 [./wheels]
                  packages may come from `./wheels` as well (`--find-links`)
                error pip.conf:2:23 [https://files.test/]
                  packages may come from `https://files.test/` as well (`--find-links`)
                error requirements.txt:1:4 [https://files.test/base.txt]
                  what is installed is read from `https://files.test/base.txt` (`--requirement`)
                error requirements.txt:3:4 [../wheels]
                  packages may come from `../wheels` as well (`--find-links`)
            "#]],
        );
    }
}
