//! The hooks that this repository offers to pre-commit, run by the real one.

mod managers {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use crate::built::{checkout, pypi};
    use crate::support::program::stripped;
    use crate::support::{Run, Sandbox, finish};

    fn run(sandbox: &Sandbox, arguments: &[&str]) -> Run {
        let mut command = sandbox.command(pypi("pre-commit", "4.7.0"), &sandbox.repo);
        command.env("PRE_COMMIT_HOME", sandbox.path("pre-commit")).env("GIT_CONFIG_GLOBAL", sandbox.path("gitconfig"));
        finish(command.args(arguments))
    }

    /// A project that uses the hooks of this very commit.
    fn project() -> Sandbox {
        let sandbox = Sandbox::new();
        // Whoever the checkout belongs to, it may be cloned.
        std::fs::write(sandbox.path("gitconfig"), "[safe]\n\tdirectory = *\n").unwrap();
        let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(checkout()).output().unwrap();
        let head = String::from_utf8(head.stdout).unwrap();
        let here = checkout().display();
        sandbox.write(
            ".pre-commit-config.yaml",
            &format!("repos:\n  - repo: file://{here}\n    rev: {}\n    hooks:\n      - id: provender\n", head.trim()),
        );
        sandbox.write("package.json", r#"{ "name": "demo", "version": "1.0.0", "private": true }"#);
        sandbox.commit("base");
        run(&sandbox, &["install-hooks"]).expect(0);
        place(&sandbox.path("pre-commit"));
        sandbox
    }

    /// Puts the program where the hook builds it: here it need not be built again.
    fn place(clones: &Path) {
        let is_clone = |path: &PathBuf| path.join(".ci/pre-commit-hook").exists();
        let mut found = std::fs::read_dir(clones).unwrap().map(|entry| entry.unwrap().path()).filter(is_clone);
        let release = found.next().expect("the clone of this repository").join("target/release");
        std::fs::create_dir_all(&release).unwrap();
        std::fs::copy(stripped(), release.join("provender")).unwrap();
    }

    #[test]
    #[ignore = "installs pre-commit"]
    fn a_commit_is_judged_through_pre_commit() {
        let sandbox = project();
        sandbox.write("README.md", "harmless\n");
        sandbox.git(&["add", "-A"]);
        let passed = run(&sandbox, &["run"]).expect(0);
        assert!(passed.out.contains("provender (built from source)") && passed.out.contains("Passed"), "{passed:?}");

        let bad =
            r#"{ "name": "demo", "version": "1.0.0", "private": true, "dependencies": { "a": "http://code.example.test/a.tgz" } }"#;
        sandbox.write("package.json", bad);
        sandbox.git(&["add", "-A"]);
        let failed = run(&sandbox, &["run"]).expect(1);
        assert!(failed.out.contains("insecure-source"), "{failed:?}");
        assert!(failed.out.contains("the commit is blocked"), "{failed:?}");
    }

    #[test]
    #[ignore = "installs pre-commit"]
    fn a_push_is_judged_through_pre_commit() {
        let sandbox = project();
        let base = sandbox.git(&["rev-parse", "HEAD"]);
        sandbox.write("README.md", "harmless\n");
        let head = sandbox.commit("harmless");
        let push = ["run", "--hook-stage", "pre-push", "--from-ref", &base, "--to-ref", &head];
        let remote = ["--remote-name", "origin", "--remote-url", "https://code.example.test/demo.git"];
        let refs = ["--local-branch", "refs/heads/main", "--remote-branch", "refs/heads/main"];
        let passed = run(&sandbox, &[&push[..], &remote, &refs].concat()).expect(0);
        assert!(passed.out.contains("Passed"), "{passed:?}");
    }
}
