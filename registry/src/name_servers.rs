//! Name look-ups without the C library, for programs that have it inside (the feature `own-resolver`).
//!
//! glibc's own look-up loads the modules that `nsswitch.conf` names, from the machine's own glibc. In a program with another version of it
//! inside, that ends in a crash.

use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::net::NetError;

/// Looks a host up in `/etc/hosts`, and with the name servers of `/etc/resolv.conf`. Without such a file nobody is asked: a name server that
/// this machine's people did not choose would learn which registries they use.
///
/// The file is read each time. Long-lived clients follow a machine that goes from one network to another.
pub(crate) async fn look_up(host: &str) -> Result<Vec<SocketAddr>, NetError> {
    let mut resolver = TokioResolver::builder_tokio()?;
    // Both, so that the connection can be tried with either.
    resolver.options_mut().ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
    let found = resolver.build()?.lookup_ip(host).await?;
    Ok(found.iter().map(|address| SocketAddr::new(address, 0)).collect())
}

#[cfg(test)]
mod tests {
    use super::look_up;

    #[tokio::test]
    async fn this_machine_is_known_without_asking_anybody() {
        let found = look_up("localhost").await.expect("it is in /etc/hosts");
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()), "{found:?}");
    }
}
