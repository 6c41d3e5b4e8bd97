//! The entrance: many questions at once, in a stable order, with progress, and stoppable.

use std::path::PathBuf;
use std::sync::Arc;
use std::{error, fmt};

use futures_util::StreamExt as _;
use futures_util::stream;
use provender_core::facts::{Artifact, Depth, Facts, Question, Reason, Unanswered, Verdict};
use provender_core::model::Ecosystem;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::cancel::Cancel;
use crate::event::Event;
use crate::options::Options;
use crate::remembered::Remembered;
use crate::run::Run;
use crate::transport::Transport;

/// How many settled verdicts are written down at once: a run that is killed loses at most these.
const BATCH: usize = 64;

/// Asks registries. One client keeps its connections; make one and keep it.
pub struct Client {
    transport: Transport,
    remembered: Option<Arc<Remembered>>,
}

/// Why a client cannot be made.
#[derive(Debug)]
pub enum SetupError {
    /// The file of certificate authorities cannot be used (which, why).
    CaFile(PathBuf, String),
    /// The HTTP library cannot start, for want of certificate authorities for instance (why).
    Http(String),
}

impl fmt::Display for SetupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetupError::CaFile(path, why) => {
                write!(formatter, "the certificate authorities in {} cannot be used: {why}", path.display())
            }
            SetupError::Http(why) => write!(formatter, "connections to registries cannot be set up: {why}"),
        }
    }
}

impl error::Error for SetupError {}

impl Client {
    /// Makes a client. Nothing is asked yet.
    ///
    /// # Errors
    /// Where the certificate authorities cannot be read, or the HTTP library cannot start.
    pub fn new(options: Options) -> Result<Client, SetupError> {
        let options = Arc::new(options);
        let remembered = options.cache.as_deref().and_then(|folder| Remembered::open(folder, &options)).map(Arc::new);
        Ok(Client { transport: Transport::new(options)?, remembered })
    }

    /// Looks at each artifact as deep as is asked, and answers in the order of `artifacts`. Equal ones are looked at once.
    ///
    /// Needs a tokio runtime with time and I/O. A dropped future stops the work; `cancel` stops it and still answers for all.
    pub async fn verify(
        &self,
        artifacts: Vec<Artifact>,
        depth: Depth,
        cancel: &Cancel,
        on_event: impl Fn(Event<'_>) + Sync,
    ) -> Vec<(Artifact, Arc<Verdict>)> {
        let different = different(&artifacts);
        on_event(Event::Planned(different.len()));
        let mut settled: FxHashMap<&Artifact, Arc<Verdict>> = FxHashMap::default();
        let recalled = self.recall(&different, depth).await;
        let mut open = Vec::with_capacity(different.len());
        for (artifact, verdict) in different.iter().zip(recalled) {
            let Some(verdict) = verdict else {
                open.push(artifact);
                continue;
            };
            on_event(Event::Started(artifact));
            on_event(Event::Finished { artifact, verdict: &verdict, remembered: true });
            settled.insert(artifact, Arc::new(verdict));
        }
        let run = Run::new(&self.transport, depth, cancel, &on_event, &open);
        // The run itself limits what is under way; these wait for each other's leave.
        let at_once = self.transport.options.concurrency.max(1) * 8;
        let mut work = stream::iter(open).map(|artifact| run.settle(artifact)).buffer_unordered(at_once);
        let mut unwritten = Vec::new();
        while let Some((artifact, verdict)) = work.next().await {
            on_event(Event::Finished { artifact, verdict: &verdict, remembered: false });
            let verdict = Arc::new(verdict);
            unwritten.push((artifact.clone(), Arc::clone(&verdict)));
            settled.insert(artifact, verdict);
            if unwritten.len() >= BATCH {
                self.remember(std::mem::take(&mut unwritten), depth).await;
            }
        }
        self.remember(unwritten, depth).await;
        let answers = artifacts.iter().filter_map(|artifact| settled.get(artifact).cloned());
        let answers: Vec<_> = answers.collect();
        drop(work);
        artifacts.into_iter().zip(answers).collect()
    }

    /// The versions that a registry has of a package, the newest last: by publication where the registry tells, else by precedence.
    ///
    /// # Errors
    /// Why it cannot be told.
    pub async fn versions(&self, ecosystem: Ecosystem, name: &str, registry: &str) -> Result<Vec<SmolStr>, Reason> {
        crate::run::versions(&self.transport, ecosystem, name, registry).await
    }

    /// Answers questions into `facts`.
    pub async fn answer(
        &self,
        questions: &Unanswered,
        depth: Depth,
        cancel: &Cancel,
        facts: &mut Facts,
        on_event: impl Fn(Event<'_>) + Sync,
    ) {
        let (mut artifacts, mut others) = (Vec::new(), Vec::new());
        for question in questions {
            match question {
                Question::Artifact(artifact) => artifacts.push(artifact.clone()),
                Question::Versions { ecosystem, name, registry } => others.push((question, *ecosystem, name, registry)),
            }
        }
        facts.verdicts.extend(self.verify(artifacts, depth, cancel, on_event).await);
        let ask = |(question, ecosystem, name, registry): (&Question, Ecosystem, &SmolStr, &SmolStr)| {
            let (question, name, registry) = (question.clone(), name.clone(), registry.clone());
            async move {
                let answer = tokio::select! {
                    biased;
                    () = cancel.cancelled() => Err(Reason::Cancelled),
                    answer = self.versions(ecosystem, &name, &registry) => answer,
                };
                (question, answer.map(Arc::from))
            }
        };
        let at_once = self.transport.options.concurrency.max(1);
        let answers: Vec<_> = stream::iter(others).map(ask).buffer_unordered(at_once).collect().await;
        facts.versions.extend(answers);
    }

    async fn recall(&self, artifacts: &[Artifact], depth: Depth) -> Vec<Option<Verdict>> {
        let nothing = vec![None; artifacts.len()];
        let Some(remembered) = self.remembered.clone() else { return nothing };
        let artifacts = artifacts.to_vec();
        tokio::task::spawn_blocking(move || remembered.recall(&artifacts, depth)).await.unwrap_or(nothing)
    }

    async fn remember(&self, settled: Vec<(Artifact, Arc<Verdict>)>, depth: Depth) {
        if let Some(remembered) = self.remembered.clone() {
            // What cannot be written down is looked at again next time.
            drop(tokio::task::spawn_blocking(move || remembered.remember(&settled, depth)).await);
        }
    }
}

/// The different ones, in the order of first appearance.
fn different(artifacts: &[Artifact]) -> Vec<Artifact> {
    let mut seen = rustc_hash::FxHashSet::default();
    artifacts.iter().filter(|artifact| seen.insert(*artifact)).cloned().collect()
}
