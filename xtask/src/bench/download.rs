//! The least that verifying a lockfile takes: every artifact fetched, many at once, and hashed. A process of its own, as the subject is.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use sha2::{Digest as _, Sha512};

use crate::Outcome;

/// What to fetch.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A `package-lock.json`
    lockfile: PathBuf,
    /// How many at once; as many as the subject, unless said otherwise
    #[arg(long, default_value_t = 16)]
    connections: usize,
}

/// Fetches and hashes; a digest that differs is an error.
pub(crate) fn run(options: &Options) -> Outcome {
    let lockfile: Value = serde_json::from_slice(&std::fs::read(&options.lockfile)?)?;
    let entries = lockfile["packages"].as_object().ok_or("no packages")?.values();
    let wanted: Vec<(String, String)> = entries
        .filter_map(|entry| Some((entry["resolved"].as_str()?.to_owned(), entry["integrity"].as_str()?.to_owned())))
        .collect();
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().http1_only().build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let count = wanted.len();
    runtime.block_on(
        stream::iter(wanted)
            .map(|(address, integrity)| {
                let client = client.clone();
                async move { tokio::spawn(fetch(client, address, integrity)).await.map_err(|error| error.to_string())? }
            })
            .buffer_unordered(options.connections)
            .try_collect::<Vec<()>>(),
    )?;
    println!("{count} fetched");
    Ok(())
}

async fn fetch(client: reqwest::Client, address: String, integrity: String) -> Result<(), String> {
    let told = |error: reqwest::Error| error.to_string();
    let mut response = client.get(&address).send().await.and_then(reqwest::Response::error_for_status).map_err(told)?;
    let mut hasher = Sha512::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        hasher.update(&chunk);
    }
    let digest = format!("sha512-{}", STANDARD.encode(hasher.finalize()));
    if digest == integrity { Ok(()) } else { Err(format!("{address} has another digest")) }
}
