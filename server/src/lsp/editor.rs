//! The editor's process. A server whose editor is gone ends, as the protocol has it, even if somebody else holds its input open.

use std::future::pending;
use std::time::Duration;

use tokio::sync::watch;

/// How often it is looked at.
const PACE: Duration = Duration::from_secs(2);

/// The process that the editor names as its own, if it can be seen from here: one on another machine or outside of a container tells nothing. To
/// be asked before the editor gets its answer; one that ends after that was there.
pub(super) fn seen(named: Option<u32>) -> Option<u32> {
    named.filter(|id| is_there(*id))
}

/// Waits until a process is known, and gone.
pub(super) async fn gone(mut known: watch::Receiver<Option<u32>>) {
    let id = known.wait_for(Option::is_some).await.ok().and_then(|id| *id);
    let Some(id) = id else { return pending().await };
    while is_there(id) {
        tokio::time::sleep(PACE).await;
    }
}

/// Whether there is such a process.
#[cfg(unix)]
fn is_there(id: u32) -> bool {
    use nix::errno::Errno;
    use nix::sys::signal::kill;
    use nix::unistd::Pid;
    // No process has the id 0: it would stand for a group.
    let Some(id) = i32::try_from(id).ok().filter(|id| *id > 0) else { return false };
    // Another person's process is one, too.
    matches!(kill(Pid::from_raw(id), None), Ok(()) | Err(Errno::EPERM))
}

/// Elsewhere nobody can tell without code that the compiler cannot check; there the end of the input has to do.
#[cfg(not(unix))]
fn is_there(_: u32) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_there;

    #[test]
    fn a_process_is_there_until_it_is_gone() {
        assert!(is_there(std::process::id()));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = child.id();
        child.wait().unwrap();
        assert!(!is_there(id));
        for none in [0, u32::MAX] {
            assert!(!is_there(none));
        }
    }
}
