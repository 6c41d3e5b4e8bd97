//! HTTP: who gets which credential, where redirects may lead, what is tried again, and how much is accepted.
//!
//! Redirects are followed here and not by the HTTP library: an address that the registry sends us to gets a credential only while we
//! stay on the origin that was asked, and an encrypted connection never becomes an open one. Every fault is told by its host, never
//! by its full address.

use std::error::Error;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use provender_core::facts::Reason;
use reqwest::header::{ACCEPT, AUTHORIZATION, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, Version};
use tokio::time::timeout;
use url::Url;

use crate::address::{clean, shown};
use crate::credential::header_for;
use crate::options::Options;
use crate::resolver::Resolver;

/// What npm asks for: the short form, and whatever else the registry has.
pub(crate) const ABBREVIATED: &str = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
/// The whole document.
pub(crate) const JSON: &str = "application/json";
/// Any bytes.
pub(crate) const ANY: &str = "*/*";

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// Why one attempt failed.
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    /// Whether another attempt may fare better.
    passes: bool,
    /// How long the server asked us to wait.
    wait: Option<Duration>,
}

impl Fault {
    pub(crate) fn lasting(reason: Reason) -> Fault {
        Fault { reason, passes: false, wait: None }
    }

    pub(crate) fn passing(reason: Reason) -> Fault {
        Fault { reason, passes: true, wait: None }
    }
}

/// A metadata document as it came.
pub(crate) struct Document {
    /// Where it came from in the end.
    pub(crate) at: Url,
    pub(crate) body: Vec<u8>,
    /// Its media type.
    pub(crate) media: String,
    /// Whether many requests share one connection to that server, so that more of them cost little.
    pub(crate) shares_connection: bool,
}

/// The connections and what governs them.
pub(crate) struct Transport {
    documents: reqwest::Client,
    artifacts: reqwest::Client,
    pub(crate) options: Arc<Options>,
}

impl Transport {
    pub(crate) fn new(options: Arc<Options>) -> Result<Transport, crate::SetupError> {
        // An error means that the process has one already: as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        // Many small documents go well over one connection; for bulk, one connection is one core and one window.
        let resolver = Arc::new(Resolver::default());
        let documents = build(&options, |builder| builder.dns_resolver(Arc::clone(&resolver)).http2_adaptive_window(true))?;
        let artifacts = build(&options, |builder| builder.dns_resolver(Arc::clone(&resolver)).http1_only())?;
        Ok(Transport { documents, artifacts, options })
    }

    /// Repeats an attempt while its faults may pass.
    pub(crate) async fn retried<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, Reason>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let retry = self.options.retry;
        for round in 1.. {
            let fault = match attempt().await {
                Ok(found) => return Ok(found),
                Err(fault) => fault,
            };
            let pause = fault.wait.unwrap_or_else(|| jittered(retry.pause.saturating_mul(1 << (round - 1).min(10))));
            if !fault.passes || round >= retry.attempts || pause > retry.longest_wait {
                return Err(fault.reason);
            }
            tokio::time::sleep(pause).await;
        }
        unreachable!("the loop ends by returning")
    }

    /// A whole document.
    pub(crate) async fn document(&self, url: &Url, accept: &str) -> Result<Document, Reason> {
        self.retried(|| async {
            let limit = self.options.limits.metadata;
            let late = || Fault::passing(Reason::TimedOut(shown(url)));
            let work = async {
                let (mut response, at) = self.ask(&self.documents, url, accept).await?;
                let shares_connection = response.version() == Version::HTTP_2;
                let media =
                    response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
                let mut body = Vec::with_capacity(stated_length(&response, limit)?.unwrap_or(0).min(1 << 20) as usize);
                while let Some(chunk) = self.chunk(&mut response, &at).await? {
                    if body.len() as u64 + chunk.len() as u64 > limit {
                        return Err(Fault::lasting(Reason::TooLarge(limit)));
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(Document { at, body, media, shares_connection })
            };
            timeout(self.options.limits.request, work).await.unwrap_or_else(|_| Err(late()))
        })
        .await
    }

    /// Begins to fetch an artifact: the response, its host for reasons, and its stated length.
    pub(crate) async fn artifact(&self, url: &Url) -> Result<(Response, Url, Option<u64>), Fault> {
        let (response, at) = self.ask(&self.artifacts, url, ANY).await?;
        let length = stated_length(&response, self.options.limits.artifact)?;
        Ok((response, at, length))
    }

    /// The next piece of a body.
    pub(crate) async fn chunk(&self, response: &mut Response, at: &Url) -> Result<Option<bytes::Bytes>, Fault> {
        match timeout(self.options.limits.request, response.chunk()).await {
            Err(_) => Err(Fault::passing(Reason::TimedOut(shown(at)))),
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) if error.is_timeout() => Err(Fault::passing(Reason::TimedOut(shown(at)))),
            Ok(Err(_)) => Err(Fault::passing(Reason::Truncated(shown(at)))),
        }
    }

    async fn ask(&self, client: &reqwest::Client, url: &Url, accept: &str) -> Result<(Response, Url), Fault> {
        let mut at = url.clone();
        clean(&mut at);
        let mut known_origin = true;
        for _ in 0..=REDIRECTS {
            let mut request = client.get(at.clone()).header(ACCEPT, accept);
            if known_origin && let Some(header) = header_for(&self.options.credentials, &self.options.open_hosts, &at) {
                request = request.header(AUTHORIZATION, header);
            }
            let response = match timeout(self.options.limits.request, request.send()).await {
                Err(_) => return Err(Fault::passing(Reason::TimedOut(shown(&at)))),
                Ok(Err(error)) => return Err(line_fault(error, &at)),
                Ok(Ok(response)) => response,
            };
            if !is_redirect(response.status()) {
                return judged(response, &at).map(|response| (response, at));
            }
            let next = redirected(&response, &at)?;
            // Once left, an origin that sends us back is not trusted to have wanted that.
            known_origin &= next.origin() == at.origin();
            at = next;
        }
        Err(Fault::lasting(Reason::MalformedAnswer(format!("{} redirects more than {REDIRECTS} times", shown(url)))))
    }
}

fn build(
    options: &Options,
    tune: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, crate::SetupError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        // The library's own retries would escape our count.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(options.limits.request)
        .pool_max_idle_per_host(options.concurrency)
        .tls_danger_accept_invalid_certs(!options.strict_tls);
    if let Some(path) = &options.ca_file {
        let unreadable = |why: String| crate::SetupError::CaFile(path.clone(), why);
        let text = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&text).map_err(|error| unreadable(cause(&error.without_url())))?;
        builder = builder.tls_certs_merge(certificates);
    }
    tune(builder).build().map_err(|error| crate::SetupError::Http(cause(&error.without_url())))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn redirected(response: &Response, at: &Url) -> Result<Url, Fault> {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    next_hop(at, location).map_err(|what| Fault::lasting(Reason::MalformedAnswer(format!("{} redirects {what}", shown(at)))))
}

/// Where a redirect leads, or why it is not followed.
fn next_hop(at: &Url, location: Option<&str>) -> Result<Url, &'static str> {
    let mut next = at.join(location.ok_or("to nowhere")?).map_err(|_| "to what is not an address")?;
    clean(&mut next);
    match (at.scheme(), next.scheme()) {
        (_, "https") | ("http", "http") => Ok(next),
        ("https", "http") => Err("from an encrypted address to one in clear"),
        _ => Err("to what is not on the web"),
    }
}

fn judged(response: Response, at: &Url) -> Result<Response, Fault> {
    let status = response.status();
    let host = shown(at);
    match status.as_u16() {
        200 => Ok(response),
        401 | 403 => Err(Fault::lasting(Reason::Unauthorized(host))),
        429 => Err(Fault { wait: retry_after(&response), ..Fault::passing(Reason::RateLimited(host)) }),
        408 => Err(Fault::passing(Reason::TimedOut(host))),
        500 | 502 | 503 | 504 => {
            Err(Fault { wait: retry_after(&response), ..Fault::passing(Reason::ServerFault(host, status.as_u16())) })
        }
        other => Err(Fault::lasting(Reason::ServerFault(host, other))),
    }
}

/// `Retry-After`: seconds, or a date.
fn retry_after(response: &Response) -> Option<Duration> {
    wait_until(response.headers().get(RETRY_AFTER)?.to_str().ok()?, Timestamp::now())
}

fn wait_until(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

fn stated_length(response: &Response, limit: u64) -> Result<Option<u64>, Fault> {
    match response.content_length() {
        Some(length) if length > limit => Err(Fault::lasting(Reason::TooLarge(limit))),
        length => Ok(length),
    }
}

fn line_fault(error: reqwest::Error, at: &Url) -> Fault {
    let host = shown(at);
    if error.is_timeout() {
        return Fault::passing(Reason::TimedOut(host));
    }
    Fault::passing(Reason::Offline(format!("{host}: {}", cause(&error.without_url()))))
}

/// The innermost cause. The error must have been parted from its address, which could hold a secret.
fn cause(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn jittered(pause: Duration) -> Duration {
    // A fresh hasher is keyed at random: enough to keep many clients from coming back at one moment.
    let random = RandomState::new().hash_one(0) % 1024;
    pause + pause.mul_f64(random as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_connection_never_becomes_an_open_one() {
        let at = Url::parse("https://npm.corp.test/team/left").unwrap();
        let hop = |location| next_hop(&at, location).map(String::from);
        for (location, expected) in [
            (Some("/left"), Ok("https://npm.corp.test/left")),
            (Some("right"), Ok("https://npm.corp.test/team/right")),
            (Some("//cdn.test/x"), Ok("https://cdn.test/x")),
            (Some("https://me:s3cret@cdn.test/x#y"), Ok("https://cdn.test/x")),
            (Some("http://npm.corp.test/team/left"), Err("from an encrypted address to one in clear")),
            (Some("ftp://npm.corp.test/left"), Err("to what is not on the web")),
            (Some("https://"), Err("to what is not an address")),
            (None, Err("to nowhere")),
        ] {
            assert_eq!(hop(location), expected.map(str::to_owned), "{location:?}");
        }
        let open = Url::parse("http://npm.corp.test/").unwrap();
        assert!(next_hop(&open, Some("http://npm.corp.test/left")).is_ok());
    }

    #[test]
    fn a_server_may_say_when_to_come_back_in_two_ways() {
        let now: Timestamp = "2026-11-06T08:49:00Z".parse().unwrap();
        for (text, expected) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Fri, 06 Nov 2026 08:49:37 GMT", Some(37)),
            ("Fri, 06 Nov 2026 08:48:37 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(wait_until(text, now), expected.map(Duration::from_secs), "{text}");
        }
    }
}
