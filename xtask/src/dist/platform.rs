//! The platforms that packages are built for, in the words of all who hand packages out.

use std::process::Command;

use crate::Outcome;

/// A platform.
pub(super) struct Platform {
    /// Rust's name of it.
    pub(super) target: &'static str,
    /// Node's `process.platform` and `process.arch`, which are npm's `os` and `cpu`.
    pub(super) node: (&'static str, &'static str),
    /// Python's tags of it: one build may serve several.
    pub(super) python: &'static [&'static str],
    /// VS Code's names of it: one build may serve several.
    pub(super) vscode: &'static [&'static str],
}

/// Every one of them. The builds for Linux have the C library inside, so they ask for no version of it, and for none in particular.
#[rustfmt::skip]
pub(super) const PLATFORMS: &[Platform] = &[
    Platform {
        target: "x86_64-unknown-linux-gnu",
        node: ("linux", "x64"),
        python: &["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"],
        vscode: &["linux-x64", "alpine-x64"],
    },
    Platform {
        target: "aarch64-unknown-linux-gnu",
        node: ("linux", "arm64"),
        python: &["manylinux_2_17_aarch64", "manylinux2014_aarch64", "musllinux_1_1_aarch64"],
        vscode: &["linux-arm64", "alpine-arm64"],
    },
    Platform {
        target: "x86_64-apple-darwin",
        node: ("darwin", "x64"),
        python: &["macosx_10_12_x86_64"],
        vscode: &["darwin-x64"],
    },
    Platform {
        target: "aarch64-apple-darwin",
        node: ("darwin", "arm64"),
        python: &["macosx_11_0_arm64"],
        vscode: &["darwin-arm64"],
    },
    Platform {
        target: "x86_64-pc-windows-msvc",
        node: ("win32", "x64"),
        python: &["win_amd64"],
        vscode: &["win32-x64"],
    },
    Platform {
        target: "aarch64-pc-windows-msvc",
        node: ("win32", "arm64"),
        python: &["win_arm64"],
        vscode: &["win32-arm64"],
    },
];

impl Platform {
    /// What the program's file is called.
    pub(super) fn program(&self) -> &'static str {
        if self.target.contains("windows") { "provender.exe" } else { "provender" }
    }

    /// Node's name of it, as in `linux-x64`.
    pub(super) fn of_node(&self) -> String {
        format!("{}-{}", self.node.0, self.node.1)
    }
}

/// The platform at hand.
pub(super) fn at_hand() -> Outcome<&'static Platform> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let said = String::from_utf8(output.stdout)?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not say what it runs on")?;
    let known = PLATFORMS.iter().find(|platform| platform.target == host);
    known.ok_or_else(|| format!("no package is built on `{host}`").into())
}
