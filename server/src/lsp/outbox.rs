//! What is to be told to the editor, and the one task that tells it.
//!
//! Of what is waiting for one file only the newest is kept, and a version older than one that was already sent is dropped: whoever
//! computes diagnostics never waits for the editor, and an editor that reads slowly costs memory for one state of each file at most.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::{Diagnostic, MessageType, Url};
use tokio::sync::Notify;
use tower_lsp::Client;

use super::status::{Status, StatusChanged};

/// More notices than this say nothing more.
const MAX_NOTICES: usize = 100;

/// The diagnostics of one file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Publish {
    pub(super) url: Url,
    /// The editor's version of the text they are about; `None` for files that are not open.
    pub(super) version: Option<i32>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// One thing to tell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Message {
    /// Diagnostics.
    Publish(Publish),
    /// A line for the log.
    Log(MessageType, String),
    /// A word to the person.
    Show(MessageType, String),
    /// What verifications came to.
    Status(Status),
}

/// What is waiting.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Default)]
struct Waiting {
    notices: VecDeque<Message>,
    /// Open files go before the others.
    publishes: BTreeMap<(bool, Url), Publish>,
    sent: HashMap<Url, i32>,
    status: Option<Status>,
    /// The status that the editor has.
    told: Option<Status>,
}

impl Outbox {
    /// Puts diagnostics in, in the place of older ones of the same file.
    pub(super) fn publish(&self, publish: Publish) {
        let mut waiting = self.lock();
        if publish.version.is_none() {
            // The file is closed: opened again, it may count from the start.
            waiting.sent.remove(&publish.url);
        }
        let (own, other) = ((publish.version.is_none(), publish.url.clone()), (publish.version.is_some(), publish.url.clone()));
        if waiting.publishes.get(&own).is_some_and(|waiting| waiting.version > publish.version) {
            return;
        }
        waiting.publishes.remove(&other);
        waiting.publishes.insert(own, publish);
        drop(waiting);
        self.wake.notify_one();
    }

    /// Puts a line into the editor's log.
    pub(super) fn log(&self, kind: MessageType, text: impl Into<String>) {
        self.notice(Message::Log(kind, text.into()));
    }

    /// Says something to the person.
    pub(super) fn show(&self, kind: MessageType, text: impl Into<String>) {
        self.notice(Message::Show(kind, text.into()));
    }

    /// Tells what verifications came to, if that is not what was told last.
    pub(super) fn status(&self, status: Status) {
        self.lock().status = Some(status);
        self.wake.notify_one();
    }

    fn notice(&self, message: Message) {
        let mut waiting = self.lock();
        if waiting.notices.len() < MAX_NOTICES {
            waiting.notices.push_back(message);
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// What is to be told next.
    pub(super) fn next(&self) -> Option<Message> {
        let mut waiting = self.lock();
        if let Some(notice) = waiting.notices.pop_front() {
            return Some(notice);
        }
        if let Some(status) = waiting.status.take()
            && waiting.told.as_ref() != Some(&status)
        {
            waiting.told = Some(status.clone());
            return Some(Message::Status(status));
        }
        while let Some((_, publish)) = waiting.publishes.pop_first() {
            let Some(version) = publish.version else { return Some(Message::Publish(publish)) };
            if waiting.sent.get(&publish.url).is_none_or(|sent| *sent <= version) {
                waiting.sent.insert(publish.url.clone(), version);
                return Some(Message::Publish(publish));
            }
        }
        None
    }

    /// Forgets which version was sent of a file that is opened anew.
    pub(super) fn reopened(&self, url: &Url) {
        let mut waiting = self.lock();
        waiting.sent.remove(url);
        waiting.publishes.retain(|(_, other), _| other != url);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the editor, one thing at a time, for as long as the server runs.
pub(super) async fn run(outbox: Arc<Outbox>, client: Client) {
    loop {
        match outbox.next() {
            None => outbox.wake.notified().await,
            Some(Message::Publish(publish)) => client.publish_diagnostics(publish.url, publish.diagnostics, publish.version).await,
            Some(Message::Log(kind, text)) => client.log_message(kind, text).await,
            Some(Message::Show(kind, text)) => client.show_message(kind, text).await,
            Some(Message::Status(status)) => client.send_notification::<StatusChanged>(status).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::State;
    use super::*;

    fn publish(name: &str, version: Option<i32>) -> Publish {
        Publish { url: Url::parse(&format!("file:///{name}")).unwrap(), version, diagnostics: Vec::new() }
    }

    fn drain(outbox: &Outbox) -> Vec<(String, Option<i32>)> {
        std::iter::from_fn(|| outbox.next())
            .map(|message| match message {
                Message::Publish(publish) => (publish.url.path().to_owned(), publish.version),
                Message::Log(_, text) | Message::Show(_, text) => (text, None),
                Message::Status(status) => (format!("{:?}", status.state), None),
            })
            .collect()
    }

    #[test]
    fn only_the_newest_of_a_file_is_told() {
        let outbox = Outbox::default();
        for version in [1, 3, 2] {
            outbox.publish(publish("a", Some(version)));
        }
        outbox.publish(publish("b", Some(1)));
        assert_eq!(drain(&outbox), [("/a".to_owned(), Some(3)), ("/b".to_owned(), Some(1))]);
    }

    #[test]
    fn versions_never_go_backwards() {
        let outbox = Outbox::default();
        outbox.publish(publish("a", Some(5)));
        assert_eq!(drain(&outbox).len(), 1);
        outbox.publish(publish("a", Some(4)));
        assert!(drain(&outbox).is_empty());
        outbox.publish(publish("a", Some(5)));
        assert_eq!(drain(&outbox).len(), 1, "the same text may be judged anew, because a sibling changed");
    }

    #[test]
    fn a_closed_file_replaces_what_waited_and_may_count_from_the_start() {
        let outbox = Outbox::default();
        outbox.publish(publish("a", Some(5)));
        outbox.publish(publish("a", None));
        assert_eq!(drain(&outbox), [("/a".to_owned(), None)]);
        outbox.publish(publish("a", Some(9)));
        assert_eq!(drain(&outbox).len(), 1);
        outbox.publish(publish("a", None));
        outbox.publish(publish("a", Some(1)));
        assert_eq!(drain(&outbox), [("/a".to_owned(), Some(1))]);
    }

    #[test]
    fn open_files_and_notices_go_first() {
        let outbox = Outbox::default();
        outbox.publish(publish("a", None));
        outbox.publish(publish("b", Some(1)));
        outbox.log(MessageType::INFO, "note");
        let order: Vec<_> = drain(&outbox).into_iter().map(|(name, _)| name).collect();
        assert_eq!(order, ["note", "/b", "/a"]);
    }

    #[test]
    fn a_status_is_told_once() {
        let outbox = Outbox::default();
        let status = |state| Status { state, lockfiles: Vec::new(), unverified: 0 };
        outbox.status(status(State::None));
        outbox.status(status(State::Running));
        assert_eq!(drain(&outbox).len(), 1, "only the newest");
        outbox.status(status(State::Running));
        assert!(drain(&outbox).is_empty());
        outbox.status(status(State::None));
        assert_eq!(drain(&outbox), [("None".to_owned(), None)]);
    }

    #[test]
    fn notices_without_end_are_cut_off() {
        let outbox = Outbox::default();
        (0..MAX_NOTICES * 2).for_each(|_| outbox.show(MessageType::INFO, "again"));
        assert_eq!(drain(&outbox).len(), MAX_NOTICES);
    }
}
