//! The action's scripts, in the surroundings that a runner gives them: a shallow checkout of a pull request's merge, and files to answer to.

use std::path::PathBuf;
use std::process::Command;

use crate::built::checkout;
use crate::support::{Run, Sandbox, finish};

/// A runner's job: a checkout below the sandbox, and the files that its steps write to.
struct Job {
    sandbox: Sandbox,
    /// Where the action's scripts are.
    action: PathBuf,
}

/// A pull request: its base, its head, and the merge of both.
struct Request {
    base: String,
    head: String,
    merge: String,
}

const OLD: &str =
    r#"{ "name": "demo", "version": "1.0.0", "private": true, "dependencies": { "old": "http://code.example.test/old.tgz" } }"#;
const NEW: &str = r#"{ "name": "demo", "version": "1.0.0", "private": true, "dependencies": { "old": "http://code.example.test/old.tgz", "new": "http://code.example.test/new.tgz" } }"#;

impl Job {
    fn new() -> Job {
        let job = Job { sandbox: Sandbox::new(), action: checkout().join("action") };
        std::fs::create_dir(job.sandbox.path("temp")).unwrap();
        job
    }

    /// A step that runs a script of the action where the project is checked out.
    fn step(&self, script: &str, folder: &str, env: &[(&str, &str)]) -> Run {
        let mut command = self.command(script, folder);
        command.envs(env.iter().copied());
        finish(&mut command)
    }

    fn command(&self, script: &str, folder: &str) -> Command {
        let mut command = self.sandbox.command("sh", &self.sandbox.path(folder));
        command.arg(self.action.join(script));
        command.env("PROGRAM", env!("CARGO_BIN_EXE_provender"));
        command.env("RUNNER_TEMP", self.sandbox.path("temp"));
        command.env("GITHUB_OUTPUT", self.sandbox.path("output")).env("GITHUB_STEP_SUMMARY", self.sandbox.path("summary"));
        command
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.sandbox.path(name)).unwrap_or_default()
    }

    /// An output of the step, which later steps read.
    fn output(&self, name: &str) -> Option<String> {
        let text = self.text("output");
        text.lines().find_map(|line| line.strip_prefix(&format!("{name}="))).map(str::to_owned)
    }

    /// A pull request of one commit, while its base went on.
    fn request(&self, text: &str) -> Request {
        let sandbox = &self.sandbox;
        sandbox.write("package.json", OLD);
        sandbox.commit("what was there");
        sandbox.git(&["checkout", "-q", "-b", "change"]);
        sandbox.write("package.json", text);
        let head = sandbox.commit("the change");
        sandbox.git(&["checkout", "-q", "main"]);
        sandbox.write("README.md", "meanwhile\n");
        let base = sandbox.commit("meanwhile");
        sandbox.git(&["checkout", "-q", "-b", "merge"]);
        sandbox.git(&["merge", "-q", "--no-ff", "-m", "the merge", "change"]);
        let merge = sandbox.git(&["rev-parse", "HEAD"]);
        Request { base, head, merge }
    }

    /// Checks a branch out as the checkout action does by default: one commit deep.
    fn clone(&self, branch: &str) {
        let from = format!("file://{}", self.sandbox.repo.display());
        let to = self.sandbox.path("work");
        self.sandbox.git(&["clone", "-q", "--depth=1", "--branch", branch, &from, to.to_str().unwrap()]);
    }
}

#[test]
fn a_pull_request_is_judged_by_its_base_from_a_shallow_checkout() {
    let job = Job::new();
    let request = job.request(NEW);
    job.clone("merge");
    let env = [("EVENT_BASE", request.base.as_str()), ("EVENT_HEAD", &request.head), ("ONLY_NEW", "true")];
    let run = job.step("check", "work", &env).expect(0);

    // The step does not fail, so that the report is uploaded; the last one does.
    assert_eq!(job.output("code").as_deref(), Some("1"), "{run:?}");
    assert!(run.out.contains("::error file=package.json,line=1,"), "{run:?}");
    assert!(run.out.contains("`new`") && !run.out.contains("`old`"), "only what is new is shown: {run:?}");
    let report: serde_json::Value = serde_json::from_str(&job.text("temp/provender.sarif")).unwrap();
    let whole = report["runs"][0]["results"].to_string();
    assert!(whole.contains("`new`") && whole.contains("`old`"), "the report has everything: {whole}");
    assert_eq!(job.output("sarif"), Some(job.sandbox.path("temp/provender.sarif").display().to_string()));
    let summary = job.text("summary");
    assert!(summary.starts_with("## Dependencies\n"), "{summary}");
    assert_ne!(request.merge, request.head);
}

#[test]
fn what_was_there_before_does_not_fail_a_pull_request() {
    let job = Job::new();
    let request = job.request(&OLD.replace("1.0.0", "1.0.1"));
    job.clone("merge");
    let env = [("EVENT_BASE", request.base.as_str()), ("EVENT_HEAD", &request.head), ("ONLY_NEW", "true")];
    let run = job.step("check", "work", &env).expect(0);
    assert_eq!(job.output("code").as_deref(), Some("0"), "{run:?}");
    assert!(!run.out.contains("::error"), "{run:?}");
}

#[test]
fn a_merge_inside_the_pull_request_is_not_taken_for_the_merge_of_it() {
    let job = Job::new();
    let request = job.request(NEW);
    // The head is checked out, and it is a merge itself: of the base into the change.
    job.sandbox.git(&["checkout", "-q", "change"]);
    job.sandbox.git(&["merge", "-q", "--no-ff", "-m", "catch up", "main"]);
    let head = job.sandbox.git(&["rev-parse", "HEAD"]);
    job.clone("change");
    let env = [("EVENT_BASE", request.base.as_str()), ("EVENT_HEAD", &head), ("ONLY_NEW", "true")];
    let run = job.step("check", "work", &env).expect(0);
    assert_eq!(job.output("code").as_deref(), Some("1"), "{run:?}");
    assert!(run.out.contains("`new`"), "{run:?}");
}

#[test]
fn without_a_base_everything_is_judged() {
    let job = Job::new();
    job.request(OLD);
    job.clone("main");
    let run = job.step("check", "work", &[("ONLY_NEW", "true"), ("ARGUMENTS", "--fail-on\nwarning\n")]).expect(0);
    assert_eq!(job.output("code").as_deref(), Some("1"), "{run:?}");
    assert!(run.out.contains("`old`"), "{run:?}");
    assert_eq!(job.text("summary"), "", "there is no change to sum up");
}

#[test]
fn a_base_that_cannot_be_had_is_a_failure_and_says_what_to_do() {
    let job = Job::new();
    job.request(OLD);
    job.clone("main");
    for (name, value) in [("BASE", "no-such-branch"), ("BASE", "--upload-pack=touch x"), ("EVENT_BASE", &"1".repeat(40))] {
        let run = job.step("check", "work", &[(name, value)]).expect(2);
        assert!(run.out.contains("::error title=Provender::") && run.out.contains("fetch-depth"), "{run:?}");
        assert_eq!(job.output("code"), None);
    }
    assert!(!job.sandbox.path("work/x").exists(), "a revision is no option of git's");
}

#[test]
fn a_check_that_cannot_do_its_work_is_a_failure() {
    let job = Job::new();
    job.request(OLD);
    job.clone("main");
    let run = job.step("check", "work", &[("ARGUMENTS", "--no-such-option")]).expect(2);
    assert!(run.out.contains("could not do its work"), "{run:?}");
    assert_eq!(job.output("code"), None);
}

#[test]
fn a_program_that_is_there_is_taken_by_its_path() {
    let job = Job::new();
    job.step("install", "repo", &[]).expect(0);
    assert_eq!(job.output("program").as_deref(), Some(env!("CARGO_BIN_EXE_provender")));
    let run = job.step("install", "repo", &[("PROGRAM", "./no-such-program")]).expect(2);
    assert!(run.out.contains("There is no program `./no-such-program`"), "{run:?}");
}

#[test]
fn what_is_not_known_is_not_fetched() {
    let job = Job::new();
    let linux =
        [("PROGRAM", ""), ("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("GITHUB_SERVER_URL", "https://code.example.test")];
    let cases = [
        (("VERSION", "0.0.9"), "does not know version 0.0.9"),
        (("VERSION", "1.0/../../x"), "is no version"),
        (("RUNNER_ARCH", "RISCV"), "no build for Linux on RISCV"),
    ];
    for (odd, wanted) in cases {
        let run = job.step("install", "repo", &[&linux[..], &[("REPOSITORY", "o/provender"), odd]].concat()).expect(2);
        assert!(run.out.contains(wanted), "{run:?}");
        assert_eq!(job.output("program"), None);
    }
}

mod packages {
    use std::io::{BufRead as _, BufReader};
    use std::path::PathBuf;
    use std::process::{Child, Command, Stdio};

    use super::Job;
    use crate::built::package;

    /// A server of files over TLS, with a certificate of its own.
    struct Server {
        child: Child,
        port: String,
        certificate: PathBuf,
    }

    impl Server {
        fn start(job: &Job, folder: &str) -> Server {
            let (key, certificate) = (job.sandbox.path("key.pem"), job.sandbox.path("certificate.pem"));
            let make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext"];
            let mut openssl = Command::new("openssl");
            let made = openssl.args(make).arg("subjectAltName=DNS:localhost").arg("-keyout").arg(&key);
            assert!(made.arg("-out").arg(&certificate).stderr(Stdio::null()).status().unwrap().success());
            let mut serve = Command::new("openssl");
            serve.args(["s_server", "-accept", "127.0.0.1:0", "-WWW", "-key"]).arg(&key).arg("-cert").arg(&certificate);
            let quiet = serve.current_dir(job.sandbox.path(folder)).stdin(Stdio::null()).stderr(Stdio::null());
            let mut child = quiet.stdout(Stdio::piped()).spawn().unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let port = lines.find_map(|line| line.unwrap().strip_prefix("ACCEPT 127.0.0.1:").map(str::to_owned)).unwrap();
            // Whoever does not read what it says stops it.
            std::thread::spawn(move || lines.for_each(drop));
            Server { child, port, certificate }
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    /// A job whose runner finds the built archive as a release, and an action that was released with this checksum of it.
    fn job(checksum: impl Fn(&str) -> String) -> Job {
        let mut job = Job::new();
        let archive = package("provender-", ".tar.gz");
        let name = archive.file_name().unwrap().to_str().unwrap();
        let folder = job.sandbox.path(concat!("served/owner/provender/releases/download/v", env!("CARGO_PKG_VERSION")));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(&archive, folder.join(name)).unwrap();

        let said = std::fs::read_to_string(package("provender-", ".tar.gz.sha256")).unwrap();
        let known = checksum(said.split(' ').next().unwrap());
        let older = name.replace(env!("CARGO_PKG_VERSION"), "0.0.9");
        let action = job.sandbox.path("action");
        std::fs::create_dir(&action).unwrap();
        std::fs::copy(job.action.join("install"), action.join("install")).unwrap();
        std::fs::write(action.join("checksums"), format!("# oldest first\n{}  {older}\n{known}  {name}\n", "0".repeat(64)))
            .unwrap();
        job.action = action;
        job
    }

    /// The step, with inputs that say nothing but for the checksum.
    fn install(job: &Job, server: &Server, checksum: &str) -> crate::support::Run {
        let arch = if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" };
        let os = if cfg!(target_os = "macos") { "macOS" } else { "Linux" };
        let url = format!("https://localhost:{}", server.port);
        let mut command = job.command("install", "repo");
        command.env("PROGRAM", "").env("VERSION", "").env("CHECKSUM", checksum);
        command.env("RUNNER_OS", os).env("RUNNER_ARCH", arch).env("GITHUB_SERVER_URL", url);
        command.env("REPOSITORY", "owner/provender").env("CURL_CA_BUNDLE", &server.certificate);
        crate::support::finish(&mut command)
    }

    #[test]
    #[ignore = "needs openssl and curl"]
    fn the_newest_known_release_is_fetched_and_run() {
        let job = job(str::to_owned);
        let server = Server::start(&job, "served");
        let run = install(&job, &server, "").expect(0);
        let program = job.output("program").unwrap();
        assert!(program.starts_with(job.sandbox.path("temp/provender").to_str().unwrap()), "{program}");
        assert!(run.out.starts_with(concat!("provender ", env!("CARGO_PKG_VERSION"))), "{run:?}");
    }

    #[test]
    #[ignore = "needs openssl and curl"]
    fn another_archive_than_the_released_one_is_not_run() {
        let job = job(|right| right.chars().rev().collect());
        let server = Server::start(&job, "served");
        let run = install(&job, &server, "").expect(2);
        assert!(run.out.contains("is not what was released") && run.out.contains("It was not run"), "{run:?}");
        assert_eq!(job.output("program"), None);
        assert_eq!(std::fs::read_dir(job.sandbox.path("temp/provender")).unwrap().count(), 0, "nothing was left or unpacked");

        // An input may say what the action does not know, and not another thing than it knows.
        let run = install(&job, &server, &"1".repeat(64)).expect(2);
        assert!(run.out.contains("is not the one that is known"), "{run:?}");
    }
}
