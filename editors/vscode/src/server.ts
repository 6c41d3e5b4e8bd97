/** The language server's life: found, started, stopped and started again, one thing after the other. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  CloseAction,
  DidChangeWatchedFilesNotification,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  State as Running,
} from "vscode-languageclient/node";
import type { ClientCapabilities, ErrorHandler, FileEvent, StaticFeature } from "vscode-languageclient/node";
import { PATTERNS } from "./files";
import { gather } from "./gather";
import { find, version, type Found } from "./program";
import { ruleUri } from "./rules";
import type { Status, StatusItem } from "./status";

/** The files that Provender knows, wherever they lie and whatever language the editor takes them for. */
export const SELECTOR = PATTERNS.map((pattern) => ({ scheme: "file", pattern }));

/** As long as a server may take to start, on however busy a machine. */
const PATIENCE = 60_000;

/** As long as one that was told to end may take. */
const LAST_WORDS = 2_000;

/** So many crashes within so many milliseconds, and it is not started again unasked. */
const CRASHES = 5;
const CRASHES_WITHIN = 180_000;

/** The language server. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private child: ChildProcess | undefined;
  /** Why it does not run, if it is known to be off. */
  private problem: string | undefined;
  private disposed = false;
  /** When it died lately. */
  private crashes: number[] = [];
  /** What is under way: overlapping restarts would leave servers behind. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: StatusItem,
  ) {}

  /** The program, chosen anew: settings and trust may have changed. */
  program(): Found {
    return find({
      setting: vscode.workspace.getConfiguration("provender").get("path", ""),
      bundled: this.context.asAbsolutePath(process.platform === "win32" ? "bin/provender.exe" : "bin/provender"),
      searched: process.env.PATH ?? "",
      home: homedir(),
      folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      trusted: vscode.workspace.isTrusted,
      windows: process.platform === "win32",
      isFile: (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false,
    });
  }

  /** Starts the server if it does not run yet. */
  start(): Promise<void> {
    return this.enqueue(async () => {
      if (this.client === undefined) {
        await this.startNow();
      }
    });
  }

  /** Stops the server if it runs, and starts it. */
  restart(): Promise<void> {
    this.crashes = [];
    this.giveUpStarting();
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Stops the server for good. */
  stop(): Promise<void> {
    this.disposed = true;
    this.giveUpStarting();
    return this.enqueue(() => this.stopNow());
  }

  /** Has the server do something. Where it does not run, the person is told; where there was no file yet that needs it, it is started. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    await this.queue;
    if (this.client === undefined && this.problem === undefined) {
      await this.start();
    }
    const client = this.client;
    if (client === undefined) {
      await this.tell(this.problem ?? "it is being started");
      return undefined;
    }
    try {
      return (await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as T;
    } catch (error) {
      if (this.client === client) {
        throw error;
      }
      // It died of it, or meanwhile; of that the person is told elsewhere.
      this.log.warn(`${command}: ${String(error)}`);
      return undefined;
    }
  }

  dispose(): void {
    void this.stop();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => this.fail(String(error)));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    if (this.disposed) {
      return;
    }
    const found = this.program();
    if ("problem" in found) {
      return this.fail(found.problem);
    }
    if (found.note !== undefined) {
      this.log.warn(found.note);
    }
    this.status.starting();
    try {
      const said = await version(found.program, homedir());
      this.log.info(`running provender ${said}, ${found.program} (${found.from})`);
    } catch (error) {
      return this.fail((error as Error).message);
    }
    await this.run(found.program);
  }

  private async run(program: string): Promise<void> {
    const client = this.make(program);
    [this.client, this.child, this.problem] = [client, undefined, undefined];
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      this.child?.kill("SIGKILL");
    }, PATIENCE);
    try {
      await client.start();
    } catch (error) {
      // Another start may have taken its place.
      if (this.client === client) {
        this.client = undefined;
        const why = isLate ? `it did not answer within ${PATIENCE / 1000} seconds` : await fate(this.child, error);
        this.fail(`\`${program}\` ended while it was starting: ${why}`);
      }
    } finally {
      clearTimeout(limit);
    }
  }

  private async stopNow(): Promise<void> {
    const { client, child } = this;
    [this.client, this.child] = [undefined, undefined];
    try {
      await client?.dispose(LAST_WORDS);
    } catch (error) {
      // It died, or hangs.
      this.log.warn(String(error));
      child?.kill("SIGKILL");
    }
    if (child !== undefined && !(await hasEnded(child, LAST_WORDS))) {
      child.kill("SIGKILL");
      await hasEnded(child, LAST_WORDS);
    }
  }

  /** Ends a server that is being started: one that never answers would hold up whatever comes after it. */
  private giveUpStarting(): void {
    if (this.client?.state === Running.Starting) {
      this.client = undefined;
      this.child?.kill("SIGKILL");
    }
  }

  /** The server died: it is started again, unless it keeps dying. */
  private crashed(): void {
    [this.client, this.child] = [undefined, undefined];
    const now = Date.now();
    this.crashes = [...this.crashes.filter((crash) => now - crash < CRASHES_WITHIN), now];
    if (this.crashes.length < CRASHES) {
      this.log.warn("the language server ended, and is started again");
      void this.start();
    } else {
      this.fail("it ended five times within three minutes, and stays off until it is restarted; the log says more");
    }
  }

  private make(program: string): LanguageClient {
    const client: LanguageClient = new QuietClient("provender", "Provender", () => this.spawn(program, client), {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      errorHandler: ENDED,
      initializationFailedHandler: () => false,
      synchronize: { configurationSection: "provender" },
      initializationOptions: () => ({
        trusted: vscode.workspace.isTrusted,
        network: vscode.workspace.getConfiguration("provender").get("network"),
        severity: vscode.workspace.getConfiguration("provender").get("severity"),
      }),
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => {
          diagnostics.forEach(explainHere);
          next(uri, diagnostics);
        },
        workspace: { didChangeWatchedFile: gather<FileEvent>((changes) => this.tellOfFiles(client, changes)) },
      },
    });
    client.registerFeature(shown);
    client.onNotification("provender/status", (status: Status) => {
      if (this.client === client) {
        this.status.show(status);
      }
    });
    client.onDidChangeState(({ oldState, newState }) => {
      if (oldState === Running.Running && newState === Running.Stopped && this.client === client) {
        this.crashed();
      }
    });
    return client;
  }

  private async spawn(program: string, client: LanguageClient): Promise<ChildProcess> {
    const child = spawn(program, ["lsp", "--stdio"], { cwd: homedir(), windowsHide: true });
    await once(child, "spawn");
    child.on("error", (error) => this.log.warn(String(error)));
    if (this.client === client) {
      this.child = child;
    } else {
      child.kill("SIGKILL");
    }
    return child;
  }

  private async tellOfFiles(client: LanguageClient, changes: FileEvent[]): Promise<void> {
    if (this.client === client) {
      await client.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    }
  }

  private fail(problem: string): void {
    this.problem = problem;
    this.log.error(problem);
    this.status.fail(problem);
    void this.tell(problem);
  }

  private async tell(problem: string): Promise<void> {
    const [restart, settings, log] = ["Restart", "Open Settings", "Show Log"];
    const chosen = await vscode.window.showErrorMessage(`Provender does not run: ${problem}.`, restart, settings, log);
    if (chosen === restart) {
      await this.restart();
    } else if (chosen === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "provender.path");
    } else if (chosen === log) {
      this.log.show();
    }
  }
}

/** The library's client without its messages to the person: of a server that ends they hear once, and in our words. They are in the log. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/**
 * What the library is to do about a server that died: nothing, since it is started again here, with everything else that starts and stops it.
 *
 * A server that dies while it is written to gives an error of the pipe just before the pipe's end. The end is certain to follow, and decides.
 */
const ENDED: ErrorHandler = {
  error: () => ({ action: ErrorAction.Continue, handled: true }),
  closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
};

/** Whether a process ends within so many milliseconds. */
async function hasEnded(child: ChildProcess, within: number): Promise<boolean> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, "exit", { signal: AbortSignal.timeout(within) }).catch(() => undefined);
  }
  return child.exitCode !== null || child.signalCode !== null;
}

/** How a process ended, in words; if it did not, what was thrown. */
async function fate(child: ChildProcess | undefined, thrown: unknown): Promise<string> {
  if (child === undefined || !(await hasEnded(child, LAST_WORDS))) {
    return String(thrown);
  }
  return child.signalCode === null ? `it ended with code ${child.exitCode}` : `it was ended by ${child.signalCode}`;
}

/** Says that the state of verifications is shown here. */
const shown: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities) {
    capabilities.experimental = { ...capabilities.experimental, provenderStatus: true };
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};

/** A rule's id leads to its explanation here, which needs no network. */
function explainHere(diagnostic: vscode.Diagnostic): void {
  const code = diagnostic.code;
  const id = typeof code === "object" ? code.value : code;
  if (typeof id === "string") {
    diagnostic.code = { value: id, target: ruleUri(id) };
  }
}
