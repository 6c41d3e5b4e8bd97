//! Stopping a run that is under way.

use std::sync::Arc;

use tokio::sync::watch;

/// A switch that stops a run: what is not settled by then is unverifiable, because cancelled. Clones are one switch.
#[derive(Clone, Debug)]
pub struct Cancel {
    switch: Arc<watch::Sender<bool>>,
}

impl Default for Cancel {
    fn default() -> Cancel {
        Cancel { switch: Arc::new(watch::Sender::new(false)) }
    }
}

impl Cancel {
    /// A switch that is off.
    #[must_use]
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Stops whatever runs under this switch, and whatever is started under it later.
    pub fn cancel(&self) {
        self.switch.send_replace(true);
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.switch.borrow()
    }

    /// Waits until it is stopped.
    pub async fn cancelled(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        drop(self.switch.subscribe().wait_for(|stopped| *stopped).await);
    }
}
