//! Name look-ups, one a host and minute.
//!
//! The HTTP library looks a host up for every connection. A run opens many at once, and name servers drop what comes in bursts: the
//! last of sixteen equal look-ups was seen to take more seconds than all downloads together.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustc_hash::FxHashMap;
use tokio::sync::OnceCell;

#[cfg(feature = "own-resolver")]
use crate::name_servers::look_up;

/// How long an answer counts. Long-lived clients follow a registry that moves.
const LIFETIME: Duration = Duration::from_secs(60);

type Answer = Arc<OnceCell<Vec<SocketAddr>>>;

/// Looks hosts up, and keeps the answers for a while.
#[derive(Default)]
pub(crate) struct Resolver {
    known: Mutex<FxHashMap<String, (Instant, Answer)>>,
}

impl Resolver {
    /// The answer for a host, perhaps still to come: whoever asks meanwhile waits for the same one.
    fn answer(&self, host: &str, now: Instant) -> Answer {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(host) {
            Some((since, answer)) if now.duration_since(*since) < LIFETIME => Arc::clone(answer),
            _ => {
                let answer = Answer::default();
                known.insert(host.to_owned(), (now, Arc::clone(&answer)));
                answer
            }
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let answer = self.answer(name.as_str(), Instant::now());
        Box::pin(async move {
            // A failure is not kept: the next one to ask looks again.
            let found = answer.get_or_try_init(|| look_up(name.as_str())).await?;
            Ok(Box::new(found.clone().into_iter()) as Addrs)
        })
    }
}

/// Asks by the system's means.
#[cfg(not(feature = "own-resolver"))]
async fn look_up(host: &str) -> std::io::Result<Vec<SocketAddr>> {
    tokio::net::lookup_host((host, 0)).await.map(Iterator::collect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_shared_for_its_lifetime() {
        let (resolver, start) = (Resolver::default(), Instant::now());
        let first = resolver.answer("npm.corp.test", start);
        let shares = |host: &str, after: Duration| Arc::ptr_eq(&first, &resolver.answer(host, start + after));
        assert!(shares("npm.corp.test", LIFETIME - Duration::from_millis(1)));
        assert!(!shares("other.test", Duration::ZERO));
        assert!(!shares("npm.corp.test", LIFETIME));
    }
}
