//! What the rows of the threat table are called.

/// The name of a row of the threat table (1 to 10). Anything else is a fault of our own, not a threat to a supply chain.
#[must_use]
pub fn threat(number: u8) -> &'static str {
    match number {
        1 => "typosquatting",
        2 => "dependency confusion",
        3 => "compromised maintainer",
        4 => "malicious lifecycle scripts",
        5 => "lockfile manipulation",
        6 => "compromised build pipeline",
        7 => "abandoned packages",
        8 => "SBOM gaps",
        9 => "protestware",
        10 => "registry or CDN compromise",
        _ => "internal",
    }
}
