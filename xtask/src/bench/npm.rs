//! Lockfiles that npm makes of well-known packages: real shapes, at the price of asking the registry once.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::peers::quiet;
use crate::{Outcome, place};

/// What each project asks for. Versions are left to npm, so the sizes drift with time; the table tells them.
const PROJECTS: &[(&str, &[&str])] = &[
    ("server", &["express@4", "pino@9", "zod@3"]),
    (
        "web-app",
        &["webpack@5", "webpack-cli@5", "webpack-dev-server@5", "jest@29", "eslint@8", "typescript@5", "react@18", "react-dom@18"],
    ),
    (
        "monorepo",
        &[
            "react-scripts@5",
            "@storybook/react-webpack5@8",
            "gatsby@5",
            "expo@51",
            "@angular/cli@17",
            "nuxt@3",
            "netlify-cli@17",
            "serverless@3",
            "semantic-release@24",
            "webdriverio@8",
        ],
    ),
];

/// The folders of the projects that npm could lock.
pub(crate) fn projects(cache: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for (name, packages) in PROJECTS {
        let folder = cache.join("npm-projects").join(name);
        match lock(&folder, name, packages) {
            Ok(()) => found.push(((*name).to_owned(), folder)),
            Err(error) => println!("  npm made no lockfile of {name}: {error}"),
        }
    }
    found
}

fn lock(folder: &Path, name: &str, packages: &[&str]) -> Outcome {
    if folder.join("package-lock.json").exists() {
        return Ok(());
    }
    place::write(
        &folder.join("package.json"),
        format!("{{\n  \"name\": \"@bench/{name}\",\n  \"version\": \"1.0.0\",\n  \"private\": true\n}}\n"),
    )?;
    let mut install = Command::new("npm");
    install.args(["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"]);
    install.args(["--omit-lockfile-registry-resolved=false", "--loglevel=error"]).args(packages);
    quiet(install.current_dir(folder))
}
