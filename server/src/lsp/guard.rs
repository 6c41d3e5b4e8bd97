//! What stands between the transport and the handlers: a handler's panic becomes an answer, and `exit` is noticed.
//!
//! The framework ends when standard input does, and some editors leave that open; so `exit` is told to whoever runs the server.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lsp_types::MessageType;
use tokio::sync::Notify;
use tower_lsp::jsonrpc::{Error, Request, Response};
use tower_service::Service;

use super::outbox::Outbox;

/// How the server came to its end.
#[derive(Default)]
pub(super) struct Ending {
    /// The editor asked for it first.
    pub(super) was_announced: AtomicBool,
    /// `exit` came.
    pub(super) exit: Notify,
}

/// The framework's service, guarded.
pub(super) struct Guard<S> {
    pub(super) inner: S,
    pub(super) ending: Arc<Ending>,
    pub(super) outbox: Arc<Outbox>,
}

impl<S> Service<Request> for Guard<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Option<Response>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match request.method() {
            "shutdown" => self.ending.was_announced.store(true, Ordering::Relaxed),
            "exit" => self.ending.exit.notify_one(),
            _ => {}
        }
        let (id, method, outbox) = (request.id().cloned(), request.method().to_owned(), self.outbox.clone());
        let handled = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        Box::pin(async move {
            handled.await.unwrap_or_else(|_| {
                outbox.log(MessageType::ERROR, format!("`{method}` failed by a fault of Provender's own; please report it"));
                Ok(id.map(|id| Response::from_error(id, Error::internal_error())))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    struct Panics;

    impl Service<Request> for Panics {
        type Response = Option<Response>;
        type Error = Infallible;
        type Future = BoxFuture<'static, Result<Option<Response>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request) -> Self::Future {
            Box::pin(async { panic!("as a handler might") })
        }
    }

    #[tokio::test]
    async fn a_panic_is_answered() {
        let mut guard = Guard { inner: Panics, ending: Arc::default(), outbox: Arc::default() };
        let answer = guard.call(Request::build("textDocument/hover").id(7).finish()).await.unwrap();
        assert!(answer.is_some_and(|answer| answer.is_error()));
        let answer = guard.call(Request::build("textDocument/didChange").finish()).await.unwrap();
        assert!(answer.is_none());
        assert!(guard.outbox.next().is_some());
    }
}
