//! The least of an editor: starts the real server over stdio, opens a file, changes it, waits for the diagnostics of that very version.

use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;

/// Longer than any answer takes on a machine that works.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and the way to it.
pub(crate) struct Client {
    child: Child,
    input: ChildStdin,
    messages: Receiver<(Instant, Value)>,
    uri: String,
    version: i64,
}

impl Client {
    /// Starts the server in a folder and opens one of its files.
    pub(crate) fn open(mut command: Command, folder: &Path, file: &str) -> Outcome<Client> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let (send, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if send.send((Instant::now(), message)).is_err() {
                    break;
                }
            }
        });
        let root = format!("file://{}", folder.display());
        let mut client = Client { child, input, messages, uri: format!("{root}/{file}"), version: 1 };
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-8", "utf-16"] },
            "textDocument": { "publishDiagnostics": { "versionSupport": true, "relatedInformation": true } },
        });
        let folders = json!([{ "uri": root, "name": "bench" }]);
        client.send(json!({ "id": 1, "method": "initialize", "params":
            { "processId": null, "rootUri": root, "workspaceFolders": folders, "capabilities": capabilities } }))?;
        client.wait(|message| message["id"] == 1 && message.get("method").is_none())?;
        client.send(json!({ "method": "initialized", "params": {} }))?;
        let text = std::fs::read_to_string(folder.join(file))?;
        client.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument":
            { "uri": client.uri, "languageId": "json", "version": 1, "text": text } } }))?;
        client.diagnostics()?;
        Ok(client)
    }

    /// Replaces one character; gives the time from the notification to the diagnostics of the version that it makes.
    pub(crate) fn keystroke(&mut self, line: usize, column: usize, character: char) -> Outcome<Duration> {
        self.version += 1;
        let range = json!({ "start": { "line": line, "character": column }, "end": { "line": line, "character": column + 1 } });
        let start = Instant::now();
        self.send(json!({ "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": self.uri, "version": self.version },
            "contentChanges": [{ "range": range, "text": character.to_string() }] } }))?;
        Ok(self.diagnostics()?.saturating_duration_since(start))
    }

    /// The server's highest memory, in kibibytes.
    pub(crate) fn peak(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Ends the server as an editor does.
    pub(crate) fn close(mut self) -> Outcome {
        self.send(json!({ "id": 2, "method": "shutdown" }))?;
        self.wait(|message| message["id"] == 2 && message.get("method").is_none())?;
        self.send(json!({ "method": "exit" }))?;
        self.child.wait()?;
        Ok(())
    }

    /// When the diagnostics of the current version came.
    fn diagnostics(&mut self) -> Outcome<Instant> {
        let (uri, version) = (self.uri.clone(), self.version);
        self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics" && params["uri"] == uri.as_str() && params["version"] == version
        })
    }

    /// Waits for a message, and answers what the server asks meanwhile.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Outcome<Instant> {
        loop {
            let (at, message) = self.messages.recv_timeout(PATIENCE).map_err(|_| "the server does not answer")?;
            if wanted(&message) {
                return Ok(at);
            }
            if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                let asked = message["params"]["items"].as_array().map_or(0, Vec::len);
                let result = if asked > 0 { json!(vec![Value::Null; asked]) } else { Value::Null };
                self.send(json!({ "id": id, "result": result }))?;
            }
        }
    }

    fn send(&mut self, mut message: Value) -> Outcome {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()?;
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // One that has ended already cannot be ended again; else this is a failed run.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").map_or(length, |value| value.parse().unwrap_or(0)),
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn messages_are_read_one_by_one_to_the_end() {
        let mut bytes = &b"Content-Length: 8\r\n\r\n{\"id\":1}Content-Type: x\r\nContent-Length: 2\r\n\r\n{}"[..];
        assert_eq!(read(&mut bytes).unwrap()["id"], 1);
        assert_eq!(read(&mut bytes).unwrap(), serde_json::json!({}));
        assert!(read(&mut bytes).is_none());
    }
}
