/**
 * Which program to run: the one that the person names, else the one that came with the extension, else the one on `PATH`.
 *
 * Nothing here knows the editor, so that a test can be it.
 */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { builtFor } from "./executable.ts";

/** What the choice depends on. */
export interface Surroundings {
  /** The setting `provender.path`, empty where nobody set it. */
  setting: string;
  /** Where the extension's own program would lie. */
  bundled: string;
  /** The environment's `PATH`. */
  searched: string;
  /** The person's home folder. */
  home: string;
  /** The folders that are open. */
  folders: readonly string[];
  /** Whether the person trusts what is open. */
  trusted: boolean;
  /** Whether programs are called `.exe`. */
  windows: boolean;
  /** Whether there is a file. */
  isFile(file: string): boolean;
}

/** The program, or why there is none. */
export type Found =
  | { program: string; from: "setting" | "bundled" | "PATH"; note?: string }
  | { problem: string };

/** Chooses the program. */
export function find(around: Surroundings): Found {
  const setting = around.setting.trim();
  let note: string | undefined;
  if (setting !== "") {
    const chosen = ofSetting(setting, around);
    if (chosen !== undefined && (around.trusted || !isWithin(chosen, around.folders))) {
      return around.isFile(chosen)
        ? { program: chosen, from: "setting" }
        : { problem: `the setting \`provender.path\` names \`${chosen}\`, and there is no such file` };
    }
    if (chosen === undefined) {
      return { problem: `the setting \`provender.path\` is \`${setting}\`, and no such program is on \`PATH\`` };
    }
    note = `\`provender.path\` points into a folder that you do not trust (${chosen}); it is not used`;
  }
  if (around.isFile(around.bundled)) {
    return { program: around.bundled, from: "bundled", note };
  }
  const onPath = search("provender", around);
  if (onPath !== undefined) {
    return { program: onPath, from: "PATH", note };
  }
  return {
    problem:
      "there is no `provender` program: none came with the extension for this system, and none is on `PATH`. " +
      "Install it, or name it in the setting `provender.path`",
  };
}

function ofSetting(setting: string, around: Surroundings): string | undefined {
  const [folder = around.home] = around.folders;
  const named = setting.replace(/^~(?=$|[/\\])/, () => around.home).replaceAll("${workspaceFolder}", () => folder);
  return /[/\\]/.test(named) ? path.resolve(folder, named) : search(named, around);
}

/** Looks a name up on `PATH`. An entry that is not absolute means another folder each time, and one of a stranger's may be meant. */
function search(name: string, around: Surroundings): string | undefined {
  const file = around.windows && !name.toLowerCase().endsWith(".exe") ? `${name}.exe` : name;
  return around.searched
    .split(around.windows ? ";" : ":")
    .filter((folder) => path.isAbsolute(folder) && (around.trusted || !isWithin(folder, around.folders)))
    .map((folder) => path.join(folder, file))
    .find((candidate) => around.isFile(candidate));
}

function isWithin(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const below = path.relative(folder, file);
    return below === "" || (!below.startsWith("..") && !path.isAbsolute(below));
  });
}

/** As long as a program may take to say its version. */
const PATIENCE = 20_000;

/** The version of a program; throws an error that says what is wrong with it and what to do. */
export async function version(program: string, home: string): Promise<string> {
  const said = await ask(program, home).catch(async (error: Failure) => {
    throw new Error(`\`${program}\` cannot be run: ${(await misfit(program)) ?? reason(error)}`);
  });
  const version = /^provender (\S+)/.exec(said);
  if (version === null) {
    throw new Error(`\`${program}\` is another program: it does not answer \`--version\` as Provender does`);
  }
  return version[1];
}

type Failure = Error & { code?: unknown; killed?: boolean };

function ask(program: string, home: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: PATIENCE, cwd: home, windowsHide: true };
    execFile(program, ["--version"], options, (error, out) => (error === null ? resolve(out) : reject(error)));
  });
}

/**
 * Whether a program that did not run was built for another system. Its failure does not tell: what the kernel does not take for a program is
 * handed to a shell, which stumbles over it somehow.
 */
async function misfit(program: string): Promise<string | undefined> {
  const system = await builtFor(program).catch(() => undefined);
  const here = `${process.platform} ${process.arch}`;
  return system === undefined || system === here ? undefined : `it was built for ${system}, and this system is ${here}`;
}

function reason(error: Failure): string {
  if (error.killed === true) {
    return `it did not answer within ${PATIENCE / 1000} seconds`;
  }
  switch (error.code) {
    case "EACCES":
      return "it is not executable for you (`chmod +x` makes it so), or lies on a disk from which nothing may be run";
    case "ENOENT":
      return "it is not there, or was built for another system";
    case "ENOEXEC":
    case "UNKNOWN":
    case "EBADARCH":
      return "it was built for another system or processor";
    default:
      return typeof error.code === "number" ? `it ended with code ${error.code}` : error.message;
  }
}
