//! Progress of long work, shown and stopped by the person.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lsp_types::notification::Progress;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, ProgressToken, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressReport,
};
use provender_registry::Cancel;
use tokio::sync::{oneshot, watch};
use tower_lsp::Client;

/// Reports come no closer together: editors draw each of them.
const PACE: Duration = Duration::from_millis(100);

/// Work that is under way, by its token.
#[derive(Default)]
pub(super) struct Progresses {
    running: Mutex<HashMap<String, Cancel>>,
    count: AtomicUsize,
}

impl Progresses {
    /// Names a piece of work; the switch is thrown when it is to be stopped.
    pub(super) fn begin(&self) -> (String, Cancel) {
        let token = format!("provender/{}", self.count.fetch_add(1, Ordering::Relaxed));
        let cancel = Cancel::new();
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), cancel.clone());
        (token, cancel)
    }

    /// The work is done.
    pub(super) fn end(&self, token: &str) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }

    /// The person wants it stopped.
    pub(super) fn cancel(&self, token: &ProgressToken) {
        let NumberOrString::String(token) = token else { return };
        if let Some(cancel) = self.running.lock().unwrap_or_else(PoisonError::into_inner).get(token) {
            cancel.cancel();
        }
    }
}

/// Shows how far a piece of work is until its counter goes away, then how it ended. The work does not wait for any of this: an editor
/// that never agrees to the token sees nothing, and loses nothing.
pub(super) async fn show(
    client: Client,
    token: String,
    title: String,
    total: usize,
    mut count: watch::Receiver<usize>,
    end: oneshot::Receiver<String>,
) {
    let token = NumberOrString::String(token);
    let create = WorkDoneProgressCreateParams { token: token.clone() };
    if client.send_request::<WorkDoneProgressCreate>(create).await.is_err() {
        return;
    }
    let tell = async |value| {
        let params = ProgressParams { token: token.clone(), value: ProgressParamsValue::WorkDone(value) };
        client.send_notification::<Progress>(params).await;
    };
    let begin = WorkDoneProgressBegin { title, cancellable: Some(true), message: None, percentage: Some(0) };
    tell(WorkDoneProgress::Begin(begin)).await;
    while count.changed().await.is_ok() {
        let done = *count.borrow_and_update();
        let percentage = u32::try_from(done.min(total) * 100 / total.max(1)).ok();
        let report = WorkDoneProgressReport { cancellable: Some(true), message: Some(format!("{done} of {total}")), percentage };
        tell(WorkDoneProgress::Report(report)).await;
        tokio::time::sleep(PACE).await;
    }
    let message = end.await.ok();
    tell(WorkDoneProgress::End(WorkDoneProgressEnd { message })).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_work_is_stopped() {
        let progresses = Progresses::default();
        let ((one, first), (two, second)) = (progresses.begin(), progresses.begin());
        assert_ne!(one, two);
        progresses.cancel(&NumberOrString::String(two.clone()));
        assert_eq!((first.is_cancelled(), second.is_cancelled()), (false, true));
        progresses.end(&one);
        progresses.cancel(&NumberOrString::String(one));
        progresses.cancel(&NumberOrString::Number(7));
        assert!(!first.is_cancelled());
    }
}
