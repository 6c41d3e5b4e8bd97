/** Provender in the editor: starts the language server where there is something to check, and gives its commands names. */
import * as vscode from "vscode";
import { installHooks, renewKept } from "./hooks";
import { explain, provideRules, type Execute } from "./rules";
import { associateSchema } from "./schema";
import { SELECTOR, Server } from "./server";
import { StatusItem } from "./status";

let server: Server | undefined;

/** Called by the editor, once. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Provender", { log: true });
  const status = new StatusItem();
  const own = new Server(context, log, status);
  server = own;
  const execute: Execute = (command, ...args) => own.execute(command, ...args);
  const commands: Record<string, (argument?: unknown) => unknown> = {
    "provender.verifyLockfile": () => verifyActive(execute),
    "provender.verifyAllLockfiles": () => execute("provender.verifyAll"),
    "provender.fixEverything": () => execute("provender.fixAll"),
    "provender.installHooks": () => installHooks(context, own, log),
    "provender.explainRule": (id) => explain(execute, id),
    "provender.associateSchema": () => associateSchema(context),
    "provender.restart": () => own.restart(),
    "provender.showLog": () => log.show(),
    "provender.menu": menu,
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  }
  context.subscriptions.push(
    log,
    status,
    own,
    provideRules(execute),
    // The server is told at its start alone whether the workspace is trusted.
    vscode.workspace.onDidGrantWorkspaceTrust(() => own.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("provender.path")) {
        void own.restart();
      }
    }),
  );
  const found = own.program();
  if ("program" in found && found.from === "bundled") {
    renewKept(context, found.program).catch((error: unknown) => log.warn(`the hooks' program was not renewed: ${String(error)}`));
  }
  startWhenNeeded(context, own);
}

/** Called by the editor, which waits for it: no server is left behind. */
export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** Starts the server if a folder is open, else once a file is opened that it knows. */
function startWhenNeeded(context: vscode.ExtensionContext, server: Server): void {
  const isKnown = (document: vscode.TextDocument) => vscode.languages.match(SELECTOR, document) > 0;
  if ((vscode.workspace.workspaceFolders ?? []).length > 0 || vscode.workspace.textDocuments.some(isKnown)) {
    void server.start();
    return;
  }
  const waiting = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isKnown(document)) {
      waiting.dispose();
      void server.start();
    }
  });
  context.subscriptions.push(waiting);
}

async function verifyActive(execute: Execute): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || document.uri.scheme !== "file") {
    void vscode.window.showInformationMessage("Open the lockfile that is to be verified.");
    return;
  }
  await execute("provender.verify", document.uri.toString());
}

/** What the item in the status bar offers. */
async function menu(): Promise<void> {
  const choices = [
    { label: "$(verified) Verify this lockfile", command: "provender.verifyLockfile" },
    { label: "$(verified) Verify all lockfiles", command: "provender.verifyAllLockfiles" },
    { label: "$(wand) Fix everything safe", command: "provender.fixEverything" },
    { label: "$(git-commit) Install git hooks", command: "provender.installHooks" },
    { label: "$(question) Explain a rule", command: "provender.explainRule" },
    { label: "$(output) Show the log", command: "provender.showLog" },
    { label: "$(debug-restart) Restart the language server", command: "provender.restart" },
  ];
  const chosen = await vscode.window.showQuickPick(choices, { placeHolder: "Provender" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
