/** The language server's life: found, started, stopped and started again, one thing after the other. */
import { statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { ErrorAction, ExecuteCommandRequest, LanguageClient, State as Running, TransportKind } from "vscode-languageclient/node";
import type { ClientCapabilities, ErrorHandler, StaticFeature } from "vscode-languageclient/node";
import { PATTERNS } from "./files";
import { find, version, type Found } from "./program";
import { ruleUri } from "./rules";
import type { Status, StatusItem } from "./status";

/** The files that Provender knows, wherever they lie and whatever language the editor takes them for. */
export const SELECTOR = PATTERNS.map((pattern) => ({ scheme: "file", pattern }));

/** The language server. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private problem = "it was not started yet";
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

  /** Stops the server if it runs, and starts it. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Stops the server. */
  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  /** Has the server do something. Where it does not run, the person is told. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    await this.queue;
    if (this.client === undefined || !this.client.isRunning()) {
      await this.tell(this.problem);
      return undefined;
    }
    return (await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as T;
  }

  dispose(): void {
    void this.stop();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => this.fail(String(error)));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    const found = this.program();
    if ("problem" in found) {
      return this.fail(found.problem);
    }
    if (found.note !== undefined) {
      this.log.warn(found.note);
    }
    try {
      const said = await version(found.program, homedir());
      this.log.info(`running provender ${said}, ${found.program} (${found.from})`);
    } catch (error) {
      return this.fail((error as Error).message);
    }
    const client = this.make(found.program);
    this.client = client;
    await client.start();
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client?.state === Running.Starting) {
      // After a crash it starts by itself, and cannot be stopped before it has.
      await client.start().catch(() => undefined);
    }
    // One that died has nothing to say to this.
    await client?.dispose().catch((error: unknown) => this.log.warn(String(error)));
  }

  private make(command: string): LanguageClient {
    const server = { command, args: ["lsp"], transport: TransportKind.stdio, options: { cwd: homedir() } };
    const client: LanguageClient = new LanguageClient("provender", "Provender", server, {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      errorHandler: crashes(() => client.createDefaultErrorHandler()),
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
      },
    });
    client.registerFeature(shown);
    client.onNotification("provender/status", (status: Status) => this.status.show(status));
    client.onDidChangeState(({ newState }) => {
      if (newState === Running.Stopped && this.client === client) {
        this.problem = "the language server ended; the log says more";
        this.status.fail(this.problem);
      }
    });
    return client;
  }

  private fail(problem: string): void {
    this.problem = problem;
    this.log.error(problem);
    this.status.fail(problem);
    void this.tell(problem);
  }

  private async tell(problem: string): Promise<void> {
    const [settings, log] = ["Open Settings", "Show Log"];
    const chosen = await vscode.window.showErrorMessage(`Provender does not run: ${problem}.`, settings, log);
    if (chosen === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "provender.path");
    } else if (chosen === log) {
      this.log.show();
    }
  }
}

/**
 * What becomes of a server that died: it is started again, as often as the library's own handler allows.
 *
 * That handler takes an error of the pipe for a reason to stop for good, and a server that dies while it is written to gives such an error
 * just before the pipe's end. The end is certain to follow, and decides.
 */
function crashes(usual: () => ErrorHandler): ErrorHandler {
  let handler: ErrorHandler | undefined;
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => (handler ??= usual()).closed(),
  };
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
