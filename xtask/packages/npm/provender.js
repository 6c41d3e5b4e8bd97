#!/usr/bin/env node
// Runs the program, which is in a package of its own for each platform (`@provender/PLATFORM`, an optional dependency of this one).
// Nothing runs when this package is installed; this file only looks for the program, starts it, and ends as it ends.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

// The platforms that there are packages for: filled in when this package is built.
const PLATFORMS = [];

const platform = `${process.platform}-${process.arch}`;
const windows = process.platform === "win32";

/** Ends with the exit code of a command that could not do its work. */
function fail(...lines) {
  console.error(lines.map((line) => `provender: ${line}`).join("\n"));
  process.exit(2);
}

/** The program's path. */
function program() {
  if (!PLATFORMS.includes(platform)) {
    fail(
      `there is no package for ${platform}, only for ${PLATFORMS.join(", ")}`,
      "build it from source instead, with `cargo install --locked --path server` in a checkout",
    );
  }
  const name = `@provender/${platform}`;
  try {
    return require.resolve(`${name}/bin/${windows ? "provender.exe" : "provender"}`);
  } catch {
    fail(
      `the package ${name}, which has the program in it, is not installed`,
      "it is an optional dependency: install again without `--omit=optional` (`--no-optional`, `optional=false`)",
      "where node_modules came from another platform, delete it and install again on this one",
    );
  }
}

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit", windowsHide: true });

child.on("error", (error) => fail(`the program cannot be started: ${error.message}`));

// What is asked of this process is meant for the program. On Windows the console tells both.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
  process.on(signal, () => windows || child.kill(signal));
}

child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  // Ended by a signal: so is this process, so that whoever waits for it is told the same.
  process.removeAllListeners(signal);
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
});
