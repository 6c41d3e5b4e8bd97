//! Real package managers on this machine: each locks a small project, every package of the lockfile is verified at the real registries, and
//! one flipped character is seen; and what the rule about manifests and lockfiles says is held against what they do ([`agreement`]). Off unless
//! asked for (`cargo xtask test --managers`), since it needs the registries and installs the managers, once, below `target/managers`.

#[path = "../support/mod.rs"]
mod support;

mod agreement;
mod tools;

mod managers {
    use crate::support::{Run, Sandbox};
    use crate::tools::{self, Tool};

    /// What a manager is given, and what it writes.
    struct Case {
        tool: Tool,
        /// The project's files.
        files: &'static [(&'static str, &'static str)],
        /// The commands that write the lockfile, one after the other.
        lock: &'static [&'static [&'static str]],
        lockfile: &'static str,
        /// What stands before a digest in the lockfile.
        before_digest: &'static str,
        /// At least so many packages of a registry.
        packages: usize,
        /// The rules of which one tells of the flipped character.
        seen_by: &'static [&'static str],
    }

    const PACKAGE_JSON: (&str, &str) = (
        "package.json",
        r#"{
  "name": "demo",
  "version": "1.0.0",
  "private": true,
  "dependencies": { "is-odd": "3.0.1", "esbuild": "0.21.5", "@babel/code-frame": "7.26.2", "aliased": "npm:string-width@4.2.3" }
}
"#,
    );

    /// Without packages for one platform: Yarn locks those without a checksum, so they cannot be verified.
    const ANY_PLATFORM: (&str, &str) = (
        "package.json",
        r#"{
  "name": "demo",
  "version": "1.0.0",
  "private": true,
  "dependencies": { "is-odd": "3.0.1", "express": "4.21.2", "@babel/code-frame": "7.26.2", "aliased": "npm:string-width@4.2.3" }
}
"#,
    );

    /// What Yarn 2.4 can still resolve: it stops at a version number that some old packages have.
    const FOR_YARN_TWO: (&str, &str) = (
        "package.json",
        r#"{
  "name": "demo",
  "version": "1.0.0",
  "private": true,
  "dependencies": { "is-odd": "3.0.1", "koa": "2.13.4", "jest-diff": "26.6.2", "aliased": "npm:string-width@4.2.3" }
}
"#,
    );

    const MISMATCH: &[&str] = &["integrity-mismatch", "registry-disagrees"];

    const PYPROJECT: (&str, &str) = (
        "pyproject.toml",
        "[project]\nname = \"demo\"\nversion = \"1.0.0\"\nrequires-python = \">=3.11\"\ndependencies = [\"requests==2.32.3\", \"click>=8\"]\n",
    );

    #[track_caller]
    fn holds(case: &Case) {
        let sandbox = Sandbox::new();
        sandbox.user_npmrc("");
        for (path, text) in case.files {
            sandbox.write(path, text);
        }
        for words in case.lock {
            tools::run(&sandbox, case.tool, words);
        }
        let honest = sandbox.read(case.lockfile);
        let listed = sandbox.provender(&["packages", case.lockfile, "--format", "json"]).expect(0).json();
        let of_registry = |package: &&serde_json::Value| package["kind"] == "registry";
        let count = listed["packages"].as_array().expect("a list").iter().filter(of_registry).count();
        assert!(count >= case.packages, "{count} packages in\n{honest}");

        let verified = tools::verify(&sandbox, case.lockfile).expect(0);
        let whole = " verified, 0 recorded, 0 mismatched, 0 unverifiable";
        assert!(verified.err.contains(whole), "{}", verified.all());
        let report = sandbox.provender(&["check", "--format", "json"]).json();
        let errors: Vec<_> =
            report["findings"].as_array().expect("a list").iter().filter(|found| found["severity"] == "error").collect();
        assert!(errors.is_empty(), "an honest lockfile has errors: {errors:#?}");

        sandbox.write(case.lockfile, &flipped(&honest, case.before_digest));
        let blocked: Run = tools::verify(&sandbox, case.lockfile);
        assert_eq!(blocked.code, 1, "{}", blocked.all());
        let seen = case.seen_by.iter().any(|rule| blocked.out.contains(rule));
        assert!(seen, "{}", blocked.all());
    }

    /// The lockfile with the first character of its last digest exchanged.
    #[track_caller]
    fn flipped(lockfile: &str, before: &str) -> String {
        let digest = lockfile.rfind(before).expect("a digest") + before.len();
        let other = match lockfile.as_bytes()[digest] {
            b'a' => 'b',
            b'A' => 'B',
            letter if letter.is_ascii_uppercase() => 'A',
            _ => 'a',
        };
        format!("{}{other}{}", &lockfile[..digest], &lockfile[digest + 1..])
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn npm() {
        holds(&Case {
            tool: Tool::Npm,
            files: &[PACKAGE_JSON],
            lock: &[&["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]],
            lockfile: "package-lock.json",
            before_digest: "sha512-",
            packages: 30,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_classic() {
        holds(&Case {
            tool: Tool::YarnClassic,
            files: &[PACKAGE_JSON],
            lock: &[&["install", "--ignore-scripts", "--non-interactive"]],
            lockfile: "yarn.lock",
            before_digest: "integrity sha512-",
            packages: 30,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_two() {
        holds(&Case {
            tool: Tool::YarnTwo,
            files: &[FOR_YARN_TWO, ("yarn.lock", "")],
            lock: &[&["install", "--skip-builds"]],
            lockfile: "yarn.lock",
            before_digest: "checksum: ",
            packages: 60,
            seen_by: &["unverified-package"],
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_three() {
        holds(&Case {
            tool: Tool::YarnThree,
            files: &[ANY_PLATFORM, ("yarn.lock", "")],
            lock: &[&["install", "--mode=skip-build"]],
            lockfile: "yarn.lock",
            before_digest: "checksum: ",
            packages: 60,
            // What is compressed may come out another way for other reasons, so it blocks, and is not called a mismatch.
            seen_by: &["unverified-package"],
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_berry() {
        holds(&Case {
            tool: Tool::YarnBerry,
            files: &[ANY_PLATFORM, ("yarn.lock", "")],
            lock: &[&["install", "--mode=skip-build"]],
            lockfile: "yarn.lock",
            before_digest: "checksum: 10c0/",
            packages: 60,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pnpm() {
        holds(&Case {
            tool: Tool::Pnpm,
            files: &[PACKAGE_JSON],
            lock: &[&["install", "--lockfile-only", "--ignore-scripts"]],
            lockfile: "pnpm-lock.yaml",
            before_digest: "sha512-",
            packages: 30,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn bun() {
        holds(&Case {
            tool: Tool::Bun,
            files: &[PACKAGE_JSON],
            lock: &[&["install", "--lockfile-only", "--ignore-scripts"]],
            lockfile: "bun.lock",
            before_digest: "sha512-",
            packages: 30,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pip_tools() {
        holds(&Case {
            tool: Tool::PipCompile,
            files: &[("requirements.in", "requests==2.32.3\nclick>=8\n")],
            lock: &[&["--generate-hashes", "--strip-extras", "--no-emit-find-links", "--quiet", "requirements.in"]],
            lockfile: "requirements.txt",
            before_digest: "sha256:",
            packages: 6,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn uv() {
        holds(&Case {
            tool: Tool::Uv,
            files: &[PYPROJECT],
            lock: &[&["lock"]],
            lockfile: "uv.lock",
            before_digest: "sha256:",
            packages: 6,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pylock() {
        holds(&Case {
            tool: Tool::Uv,
            files: &[PYPROJECT],
            lock: &[&["lock"], &["export", "--format", "pylock.toml", "-o", "pylock.toml", "-q"]],
            lockfile: "pylock.toml",
            before_digest: "sha256 = \"",
            packages: 6,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn poetry() {
        holds(&Case {
            tool: Tool::Poetry,
            files: &[("pyproject.toml", tools::POETRY_PROJECT)],
            lock: &[&["lock", "-n"]],
            lockfile: "poetry.lock",
            before_digest: "sha256:",
            packages: 6,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pdm() {
        holds(&Case {
            tool: Tool::Pdm,
            files: &[PYPROJECT],
            lock: &[&["lock", "-q"]],
            lockfile: "pdm.lock",
            before_digest: "hash = \"sha256:",
            packages: 6,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pipenv() {
        holds(&Case {
            tool: Tool::Pipenv,
            files: &[("Pipfile", tools::PIPFILE)],
            lock: &[&["lock", "-q"]],
            lockfile: "Pipfile.lock",
            before_digest: "sha256:",
            packages: 6,
            seen_by: MISMATCH,
        });
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn cargo() {
        holds(&Case {
            tool: Tool::Cargo,
            files: &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nserde = { version = \"1.0\", features = [\"derive\"] }\nitoa = \"1\"\n",
                ),
                ("src/main.rs", "fn main() {}\n"),
            ],
            lock: &[&["generate-lockfile"]],
            lockfile: "Cargo.lock",
            before_digest: "checksum = \"",
            packages: 6,
            seen_by: MISMATCH,
        });
    }
}
