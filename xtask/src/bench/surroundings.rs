//! The surroundings of a measured process: nothing of the person's own settings, which would make figures incomparable, or worse.

use std::path::Path;
use std::process::Command;

/// A command that sees an empty home of its own.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, cache: &Path) -> Command {
    let home = cache.join("home");
    // An empty home that cannot be made shows in the first run.
    let _ = std::fs::create_dir_all(&home);
    let mut command = Command::new(program);
    for variable in std::env::vars_os().map(|(name, _)| name) {
        let name = variable.to_string_lossy().to_lowercase();
        if ["npm_config_", "git_", "provender", "pre_commit", "xdg_"].iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&variable);
        }
    }
    command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config")).env("XDG_CACHE_HOME", home.join("cache"));
    command.env("NO_COLOR", "1").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

/// The machine, in a line: what a figure is worth without it is little.
pub(crate) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("unknown CPU", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    format!("{model}, {cores} cores, load {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "))
}
