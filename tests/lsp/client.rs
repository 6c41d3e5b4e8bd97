//! A small editor: frames, requests, notifications, and waiting for what the server says. It never sleeps; every wait has an end.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// No answer takes that long, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A running server and the editor's end of the line.
pub(crate) struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    heard: Receiver<Value>,
    /// What was heard and not yet asked for.
    kept: VecDeque<Value>,
    next_id: i64,
    /// Whether requests of the server are answered.
    pub(crate) answers: bool,
    folder: tempfile::TempDir,
    home: tempfile::TempDir,
}

impl Editor {
    /// Starts a server in a new folder with these files.
    pub(crate) fn start(files: &[(&str, &str)]) -> Editor {
        let mut editor = Editor::spawn(files);
        let output = editor.child.stdout.take().expect("piped");
        let (tell, heard) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        editor.heard = heard;
        editor
    }

    /// Starts a server in an empty folder, and closes its standard output.
    pub(crate) fn deaf() -> Editor {
        let mut editor = Editor::spawn(&[]);
        drop(editor.child.stdout.take());
        editor
    }

    fn spawn(files: &[(&str, &str)]) -> Editor {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            write(&folder.path().join(path), text);
        }
        let home = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_provender"))
            .args(["lsp", "--stdio"])
            .env("HOME", home.path())
            .env_remove("NPM_CONFIG_USERCONFIG")
            .env_remove("npm_config_userconfig")
            .env_remove("npm_config_registry")
            .env_remove("NPM_CONFIG_REGISTRY")
            .env("PROVENDER_CONFIG", home.path().join("provender.toml"))
            .env("PROVENDER_CACHE", home.path().join("cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        Editor { child, input, heard: channel().1, kept: VecDeque::new(), next_id: 0, answers: true, folder, home }
    }

    /// Starts and initializes, with the folder as the workspace.
    pub(crate) fn open_folder(files: &[(&str, &str)], capabilities: Value) -> Editor {
        let mut editor = Editor::start(files);
        let root = editor.uri("");
        editor.initialize(json!({"capabilities": capabilities, "rootUri": root, "workspaceFolders": [{"uri": root, "name": "x"}]}));
        editor
    }

    /// Introduces itself; gives the server's announcement.
    pub(crate) fn initialize(&mut self, params: Value) -> Value {
        let result = self.request("initialize", params).expect("an announcement");
        self.notify("initialized", json!({}));
        result
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().expect("it is there");
        if below.is_empty() { root } else { root.join(below) }
    }

    pub(crate) fn uri(&self, below: &str) -> String {
        lsp_types::Url::from_file_path(self.path(below)).expect("absolute").to_string()
    }

    pub(crate) fn write(&self, below: &str, text: &str) {
        write(&self.path(below), text);
    }

    /// Writes one of the person's own files.
    pub(crate) fn write_home(&self, below: &str, text: &str) {
        write(&self.home.path().join(below), text);
    }

    /// Runs git in the folder.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.path(""))
            .env("HOME", self.home.path())
            .args(["-c", "user.name=x", "-c", "user.email=x@corp.test"])
            .args(arguments);
        assert!(git.output().expect("git").status.success(), "git {arguments:?}");
    }

    /// Opens a file in the editor.
    pub(crate) fn open(&mut self, below: &str, text: &str) {
        let uri = self.uri(below);
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "whatever", "version": 1, "text": text}}),
        );
    }

    /// Replaces a range; `[line, column, line, column]`.
    pub(crate) fn change(&mut self, below: &str, version: i64, range: [u32; 4], text: &str) {
        let uri = self.uri(below);
        let [line, column, end_line, end_column] = range;
        let range = json!({"start": {"line": line, "character": column}, "end": {"line": end_line, "character": end_column}});
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": range, "text": text}]});
        self.notify("textDocument/didChange", params);
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and gives its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let request = if params.is_null() {
            json!({"jsonrpc": "2.0", "id": id, "method": method})
        } else {
            json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
        };
        self.send(&request);
        id
    }

    /// The answer to a request: the result, or the error.
    pub(crate) fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let answer = self.wait(|message| message.get("method").is_none() && message["id"] == id);
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// The next diagnostics of a file for which `wanted` holds.
    pub(crate) fn diagnostics(&mut self, below: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let uri = self.uri(below);
        let published = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri && wanted(&message["params"])
        };
        self.wait(published)["params"].clone()
    }

    /// The next diagnostics of a version of a file.
    pub(crate) fn version(&mut self, below: &str, version: i64) -> Value {
        self.diagnostics(below, |params| params["version"] == version)
    }

    /// The next message for which `wanted` holds; what comes before it is kept for later.
    pub(crate) fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at).expect("just found");
        }
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.heard.recv_timeout(left).unwrap_or_else(|_| panic!("it never came; heard: {:#?}", self.kept));
            if self.answers && message.get("method").is_some() && message.get("id").is_some() {
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            }
            if wanted(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    /// Everything that was heard so far and not asked for.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Value> {
        self.kept.iter()
    }

    /// Waits for the end of the process, with its standard input open.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let end = Instant::now() + LIMIT;
        loop {
            // What it says at last is of no interest.
            while self.heard.try_recv().is_ok() {}
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(Instant::now() < end, "the server did not end");
            std::thread::yield_now();
        }
    }

    /// Closes the server's standard input.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the line is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Applies the text edits of one document, given in UTF-8 positions.
pub(crate) fn apply(text: &str, edits: &Value) -> String {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |position: &Value| {
        let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
        starts[number("line")] + number("character")
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("a list")
        .iter()
        .map(|edit| (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]), edit["newText"].as_str().expect("a text")))
        .collect();
    edits.sort();
    let mut result = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        result.replace_range(start..end, new);
    }
    result
}
