//! The npm packages, installed from their files.

mod packages {
    use std::path::Path;
    use std::process::Command;

    use serde_json::json;

    use crate::built::package;
    use crate::support::{Run, Sandbox, finish};

    const MAIN: (&str, &str) = (concat!("provender-", env!("CARGO_PKG_VERSION")), ".tgz");
    const PLATFORM: (&str, &str) = ("provender-linux-", ".tgz");

    /// A folder that is to have Provender in it. npm finds no registry: what it is not given, it does not have.
    fn project() -> Sandbox {
        let sandbox = Sandbox::without_git();
        sandbox.write("package.json", r#"{ "name": "demo", "version": "1.0.0", "private": true }"#);
        sandbox
    }

    fn npm(sandbox: &Sandbox, arguments: &[&str]) -> Run {
        let mut command = sandbox.command("npm", &sandbox.repo);
        finish(command.args(arguments).args(["--offline", "--no-audit", "--no-fund", "--cache"]).arg(sandbox.path("npm-cache")))
    }

    fn npx(sandbox: &Sandbox, arguments: &[&str]) -> Run {
        finish(sandbox.command("npx", &sandbox.repo).args(["--offline", "--no", "--"]).args(arguments))
    }

    fn installed() -> Sandbox {
        let sandbox = project();
        let [main, platform] = [MAIN, PLATFORM].map(|(begin, end)| package(begin, end));
        npm(&sandbox, &["install", main.to_str().unwrap(), platform.to_str().unwrap()]).expect(0);
        sandbox
    }

    #[test]
    #[ignore = "needs npm"]
    fn the_packages_bring_the_program_and_it_runs() {
        let sandbox = installed();
        let version = npx(&sandbox, &["provender", "--version"]).expect(0);
        assert!(version.out.starts_with(concat!("provender ", env!("CARGO_PKG_VERSION"))), "{version:?}");

        // The exit code is the program's, and so are its outputs.
        sandbox.write("sample/package.json", r#"{ "name": "x", "dependencies": { "a": "git+https://code.example.test/a.git" } }"#);
        let found = npx(&sandbox, &["provender", "check", "sample", "--format", "json"]).expect(1).rules();
        assert!(found.contains(&"mutable-source".to_owned()), "{found:?}");
        npx(&sandbox, &["provender", "check", "nowhere"]).expect(2);

        // Nothing of ours is what we warn of in others.
        let lock: serde_json::Value = serde_json::from_str(&sandbox.read("package-lock.json")).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        assert!(packages.contains_key("node_modules/@provender/linux-x64") || cfg!(not(target_arch = "x86_64")), "{lock}");
        assert!(packages.values().all(|package| package.get("hasInstallScript").is_none()), "{lock}");
    }

    #[test]
    #[ignore = "needs npm"]
    fn without_the_platforms_package_it_says_what_to_do() {
        let sandbox = project();
        npm(&sandbox, &["install", "--omit=optional", package(MAIN.0, MAIN.1).to_str().unwrap()]).expect(0);
        let run = npx(&sandbox, &["provender", "--version"]).expect(2);
        assert!(run.err.contains("which has the program in it, is not installed"), "{run:?}");
        assert!(run.err.contains("install again without `--omit=optional`"), "{run:?}");
        assert!(!run.err.contains("at Object."), "a trace helps nobody: {run:?}");
    }

    #[test]
    #[ignore = "needs node"]
    fn on_another_platform_it_says_which_ones_there_are() {
        let sandbox = installed();
        let launcher = sandbox.repo.join("node_modules/provender/bin/provender.js");
        let pretend = "Object.defineProperty(process, 'platform', { value: 'sunos' }); require(process.argv[1]);";
        let run = finish(sandbox.command("node", &sandbox.repo).args(["-e", pretend]).arg(launcher)).expect(2);
        assert!(run.err.contains("there is no package for sunos-"), "{run:?}");
        assert!(run.err.contains("only for linux-x64, linux-arm64, darwin-x64"), "{run:?}");
    }

    /// Starts the language server through the launcher and looks whether it is there: it answers to a first request.
    fn served(sandbox: &Sandbox) -> (std::process::Child, std::io::BufReader<std::process::ChildStdout>) {
        use std::io::{BufRead as _, Write as _};
        use std::process::Stdio;
        let bin = sandbox.repo.join("node_modules/.bin/provender");
        let mut child =
            sandbox.command(bin, &sandbox.repo).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } }).to_string();
        write!(child.stdin.as_mut().unwrap(), "Content-Length: {}\r\n\r\n{request}", request.len()).unwrap();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with("Content-Length: "), "{line}");
        (child, out)
    }

    #[test]
    #[ignore = "needs npm"]
    fn a_signal_to_the_launcher_ends_the_program_and_both_end_by_it() {
        use std::io::Read as _;
        use std::os::unix::process::ExitStatusExt as _;
        let sandbox = installed();
        let (mut child, mut out) = served(&sandbox);
        let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        // The output ends when nobody has it any more: the program is gone too.
        out.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(15));
    }

    #[test]
    #[ignore = "needs npm"]
    fn what_npm_would_publish_is_what_was_built() {
        for (begin, end) in [MAIN, PLATFORM] {
            let sandbox = project();
            let built = package(begin, end);
            let said = npm(&sandbox, &["publish", "--dry-run", "--json", built.to_str().unwrap()]);
            let listed = listed(&built);
            assert!(listed.iter().all(|path| path.starts_with("package/")), "{listed:?}");
            assert!(said.all().contains(&format!("\"entryCount\": {}", listed.len())), "{said:?}\n{listed:?}");
        }
    }

    fn listed(archive: &Path) -> Vec<String> {
        let output = Command::new("tar").arg("-tzf").arg(archive).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}
