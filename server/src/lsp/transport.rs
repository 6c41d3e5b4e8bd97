//! The line to the editor, and the loop that hands its messages to the handlers.
//!
//! The framework brings a loop of its own, and this is why it is not used: it works at four messages at a time in any order, stops reading
//! for good when four handlers wait for the editor, is deaf after the first message that does not parse, and does not end on `exit` while
//! standard input stays open. Here every message is begun in the order in which it came; a notification is finished before the next
//! message is begun, a request that has to wait goes on by itself; reading never waits for writing.

use std::io::{BufRead, BufReader, BufWriter, Read as _, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::poll_fn;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _, poll};
use lsp_types::MessageType;
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::sync::oneshot;
use tower_lsp::ClientSocket;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_service::Service;

use super::outbox::Outbox;

/// Messages that were read and not yet begun.
const READ_AHEAD: usize = 64;

/// Messages that are being written.
const WRITE_AHEAD: usize = 8;

/// Answers that were given before the end get this long to be written.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How the line was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The editor asked to shut down first.
    Announced,
    /// It did not, or is gone.
    Sudden,
}

/// Serves standard input and output until the editor says `exit`, or hangs up at either end.
pub(super) async fn serve<S>(service: S, socket: ClientSocket, outbox: Arc<Outbox>) -> Ending
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    let (read, frames) = channel(READ_AHEAD);
    // Blocked for as long as the editor says nothing; the end of the process ends it.
    std::thread::spawn(move || read_frames(&mut BufReader::new(std::io::stdin()), &read));
    let (write, written) = channel(WRITE_AHEAD);
    let (flushed, mut done) = oneshot::channel();
    std::thread::spawn(move || {
        write_frames(&mut BufWriter::new(std::io::stdout()), written);
        let _ = flushed.send(());
    });
    let (answers, to_answer) = unbounded_channel();
    let (requests, replies) = socket.split();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(forward(to_answer, requests, write, stopped));
    let ending = tokio::select! {
        ending = Loop { service, replies, answers, outbox }.run(frames) => ending,
        // Nobody hears it any more.
        _ = &mut done => return Ending::Sudden,
    };
    let _ = stop.send(());
    let _ = tokio::time::timeout(LAST_WORDS, done).await;
    ending
}

struct Loop<S, R> {
    service: S,
    /// Where the editor's answers to our requests go.
    replies: R,
    /// Where our answers go. They are as many as the editor's requests, so that this needs no bound, and reading never waits for it.
    answers: UnboundedSender<Response>,
    outbox: Arc<Outbox>,
}

impl<S, R> Loop<S, R>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    R: futures_util::Sink<Response> + Unpin,
{
    async fn run(mut self, mut frames: Receiver<Vec<u8>>) -> Ending {
        let mut ending = Ending::Sudden;
        while let Some(frame) = frames.recv().await {
            match Message::read(&frame) {
                Ok(Message::Request(request)) => {
                    let is_exit = request.method() == "exit";
                    if request.method() == "shutdown" {
                        ending = Ending::Announced;
                    }
                    if poll_fn(|cx| self.service.poll_ready(cx)).await.is_err() {
                        break;
                    }
                    self.begin(request).await;
                    if is_exit {
                        break;
                    }
                }
                // A reply to nothing is the editor's mistake.
                Ok(Message::Reply(reply)) => drop(self.replies.send(reply).await),
                Err(_) => drop(self.answers.send(Response::from_error(Id::Null, Error::parse_error()))),
            }
        }
        ending
    }

    /// Begins a message at once and in turn; finishes it too, if it is a notification.
    async fn begin(&mut self, request: Request) {
        let (id, method) = (request.id().cloned(), request.method().to_owned());
        let is_notification = id.is_none();
        let (outbox, answers) = (self.outbox.clone(), self.answers.clone());
        let handled = AssertUnwindSafe(self.service.call(request)).catch_unwind();
        let mut handled = Box::pin(async move {
            let response = handled.await.unwrap_or_else(|_| {
                outbox.log(MessageType::ERROR, format!("`{method}` failed by a fault of Provender's own; please report it"));
                Ok(id.map(|id| Response::from_error(id, Error::internal_error())))
            });
            if let Ok(Some(response)) = response {
                // The line is gone when nobody takes it.
                let _ = answers.send(response);
            }
        });
        if is_notification {
            handled.await;
        } else if poll!(&mut handled).is_pending() {
            tokio::spawn(handled);
        }
    }
}

/// What comes from the editor.
enum Message {
    Request(Request),
    Reply(Response),
}

impl Message {
    /// The framework's request may lack a method; a message without one is a reply or nothing.
    fn read(frame: &[u8]) -> serde_json::Result<Message> {
        match serde_json::from_slice::<Request>(frame) {
            Ok(request) if !request.method().is_empty() => Ok(Message::Request(without_null(request))),
            _ => serde_json::from_slice(frame).map(Message::Reply),
        }
    }
}

/// Some editors (Emacs) say that there are no parameters by sending `null`, which the framework refuses where it expects none.
fn without_null(request: Request) -> Request {
    if !request.params().is_some_and(serde_json::Value::is_null) {
        return request;
    }
    let (method, id, _) = request.into_parts();
    let bare = Request::build(method);
    match id {
        Some(id) => bare.id(id).finish(),
        None => bare.finish(),
    }
}

/// Hands everything that is to be written to the writer: answers first. Our own notifications wait here for a slow editor.
async fn forward(
    mut answers: UnboundedReceiver<Response>,
    mut requests: impl futures_util::Stream<Item = Request> + Unpin,
    write: Sender<Vec<u8>>,
    mut stopped: oneshot::Receiver<()>,
) {
    loop {
        let body = tokio::select! {
            biased;
            Some(answer) = answers.recv() => body(&answer),
            Some(request) = requests.next() => body(&request),
            _ = &mut stopped => return,
            else => return,
        };
        if write.send(body).await.is_err() {
            return;
        }
    }
}

fn body(message: &impl Serialize) -> Vec<u8> {
    // Messages are plain data; one that could not be written is one that is not sent.
    serde_json::to_vec(message).unwrap_or_default()
}

/// Reads frames until the end of the input. What stands between them is passed over.
fn read_frames(input: &mut impl BufRead, frames: &Sender<Vec<u8>>) {
    while let Some(frame) = read_frame(input) {
        if frames.blocking_send(frame).is_err() {
            return;
        }
    }
}

/// The next frame's body; `None` at the end of the input.
fn read_frame(input: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        match (text.trim_end().split_once(':'), length) {
            (Some((name, value)), _) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse::<u64>().ok(),
            (None, Some(length)) if text.trim_end().is_empty() => {
                let mut body = Vec::new();
                let read = input.take(length).read_to_end(&mut body).ok()?;
                return (read as u64 == length).then_some(body);
            }
            _ => {}
        }
    }
}

/// Writes frames until nobody has any more; flushes when none is waiting.
fn write_frames(output: &mut impl Write, mut frames: Receiver<Vec<u8>>) {
    while let Some(frame) = frames.blocking_recv() {
        let written = write!(output, "Content-Length: {}\r\n\r\n", frame.len()).and_then(|()| output.write_all(&frame));
        let flushed = if frames.is_empty() { output.flush() } else { Ok(()) };
        if written.and(flushed).is_err() {
            return;
        }
    }
    // At the end of the line nobody is left to be told.
    let _ = output.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(input: &[u8]) -> Vec<String> {
        let mut input = BufReader::new(input);
        std::iter::from_fn(|| read_frame(&mut input)).map(|frame| String::from_utf8(frame).unwrap()).collect()
    }

    #[test]
    fn frames_are_read_whatever_stands_between_them() {
        let input = b"Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x; charset=utf-8\r\n\r\n[1]nonsense\r\n\r\nContent-Length: 1\n\n7Content-Length: 9\r\n\r\ncut";
        assert_eq!(frames(input), ["{}", "[1]", "7"]);
        assert_eq!(frames(b"Content-Length: x\r\n\r\nContent-Length: 99999999999999\r\n\r\nshort"), Vec::<String>::new());
    }

    #[test]
    fn messages_are_told_apart() {
        let read = |text: &str| Message::read(text.as_bytes());
        assert!(matches!(read(r#"{"jsonrpc":"2.0","method":"exit"}"#), Ok(Message::Request(_))));
        assert!(matches!(read(r#"{"jsonrpc":"2.0","id":1,"result":null}"#), Ok(Message::Reply(_))));
        assert!(read(r#"{"jsonrpc":"2.0","id":1}"#).is_err());
    }

    #[test]
    fn parameters_of_null_are_none() {
        for text in
            [r#"{"jsonrpc":"2.0","id":7,"method":"shutdown","params":null}"#, r#"{"jsonrpc":"2.0","method":"exit","params":null}"#]
        {
            let Ok(Message::Request(request)) = Message::read(text.as_bytes()) else { panic!("{text}") };
            assert!(request.params().is_none() && request.id().is_some() == text.contains("\"id\""), "{request:?}");
        }
    }
}
