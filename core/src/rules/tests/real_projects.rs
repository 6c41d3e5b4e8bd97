//! What is said of real projects, where this machine has a collection of them; otherwise there is nothing to do here. Each line that is told of
//! Cargo's and Go's was read by eye: what is listed is true. What is offered for any of them mends it.

// Files are read only here: the code itself does no I/O.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::path::Path;

use super::testing::expect;
use crate::analyze::analyze;
use crate::collection::{folder, inside};
use crate::finding::Applicability;
use crate::formats::Format;
use crate::path::RelPath;
use crate::repair::repair;
use crate::workspace::Workspace;

/// Every known file of a project.
fn project(root: &Path) -> Workspace {
    let mut workspace = Workspace::default();
    let mut open = vec![root.to_owned()];
    while let Some(next) = open.pop() {
        for path in inside(&next) {
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let relative = RelPath::new(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            if Format::of(&relative).is_some() {
                workspace.set(relative, std::fs::read(&path).unwrap());
            }
        }
    }
    workspace
}

/// How often each rule speaks, project by project.
fn said(projects: &Path) -> String {
    let mut told = String::new();
    for root in inside(projects) {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for finding in analyze(&project(&root)).findings {
            *counts.entry(format!("{} {}", finding.severity.id(), finding.rule.id)).or_default() += 1;
        }
        let counts: Vec<_> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        told.push_str(&format!("{}: {}\n", root.file_name().unwrap().to_str().unwrap(), counts.join(", ")));
    }
    told
}

#[test]
fn cargo_s_projects() {
    let Some(projects) = folder("cargo/cargo-lock") else { return };
    expect![[r#"
        BurntSushi-ripgrep-v1: 
        BurntSushi-ripgrep-v2: 
        BurntSushi-ripgrep-v3: 1 info no-release-cooldown
        BurntSushi-ripgrep-v4: 1 info no-release-cooldown
        astral-sh-ruff-git-deps: 1 info no-release-cooldown
        cargo-deny-fixture-non-crates-io: 1 info no-release-cooldown, 2 warning unpinned-dependency
        nushell-nushell: 1 error mutable-source, 1 error redirected-source, 1 info no-release-cooldown
        zizmorcore-zizmor: 1 info no-release-cooldown
    "#]]
    .assert_eq(&said(&projects));
}

#[test]
fn go_s_projects() {
    let Some(projects) = folder("go/go-mod") else { return };
    expect![[r#"
        cli-cli: 1 error redirected-source
        etcd-io-etcd: 2 warning redirected-source
        golang-tools: 
        golang-tools-gopls: 
        prometheus-prometheus: 
        sigstore-cosign: 
        slsa-framework-example-package: 
    "#]]
    .assert_eq(&said(&projects));
}

/// Whatever fixes there are, made to the end: none is left that could be made, and no file is worse to read than it was.
#[test]
fn what_is_offered_mends() {
    let ecosystems = ["npm", "python", "cargo", "go"].into_iter().filter_map(folder);
    for root in ecosystems.flat_map(|folder| inside(&folder)).flat_map(|format| inside(&format)) {
        let mut workspace = project(&root);
        let problems = |workspace: &Workspace| workspace.documents().map(|document| document.problems.len()).sum::<usize>();
        let before = problems(&workspace);
        for (path, text) in repair(&workspace, Applicability::Unsafe, None) {
            workspace.set(path, text.into_bytes());
        }
        assert!(problems(&workspace) <= before, "{}", root.display());
        for finding in analyze(&workspace).findings {
            let left = finding.fixes.iter().find(|fix| fix.applicability >= Applicability::Unsafe);
            assert_eq!(left.map(|fix| &fix.title), None, "{}: {}: {}", root.display(), finding.path, finding.message);
        }
    }
}
