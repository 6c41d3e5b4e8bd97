/** Git hooks, installed by the program itself. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Server } from "./server";

/** Installs the hooks into the repository of a folder. */
export async function installHooks(context: vscode.ExtensionContext, server: Server, log: vscode.LogOutputChannel): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage("Hooks are installed only in a workspace that you trust.");
    return;
  }
  const folder = await chooseFolder();
  const found = server.program();
  if (folder === undefined || "problem" in found) {
    if ("problem" in found) {
      void vscode.window.showErrorMessage(`No hook was installed: ${found.problem}.`);
    }
    return;
  }
  try {
    const program = found.from === "bundled" ? await keep(context, found.program) : found.program;
    const done = await run(program, ["hook", "install"], folder.uri.fsPath);
    log.info(done);
    void vscode.window.showInformationMessage(`Git hooks in ${folder.name}: ${done.trim().split("\n").join("; ")}.`);
  } catch (error) {
    log.error(String(error));
    void vscode.window.showErrorMessage(`No hook was installed: ${(error as Error).message}`);
  }
}

/** Renews the program that hooks run, if there is one and the extension brings another. */
export async function renewKept(context: vscode.ExtensionContext, bundled: string): Promise<void> {
  const kept = keptPath(context, bundled);
  if ((await times(kept)) !== undefined && (await times(bundled)) !== undefined) {
    await keep(context, bundled);
  }
}

/** Keeps a copy of the bundled program where it outlives an update of the extension, since hooks go by its path. */
async function keep(context: vscode.ExtensionContext, bundled: string): Promise<string> {
  const kept = keptPath(context, bundled);
  const [ours, theirs] = [await times(bundled), await times(kept)];
  if (theirs === undefined || ours === undefined || ours.size !== theirs.size || ours.written > theirs.written) {
    await mkdir(path.dirname(kept), { recursive: true });
    // A program that runs cannot be written to, but its name can be given to another.
    const fresh = `${kept}.${process.pid}`;
    await copyFile(bundled, fresh);
    await rename(fresh, kept).catch(async (error: unknown) => {
      await rm(fresh, { force: true });
      throw error;
    });
  }
  return kept;
}

function keptPath(context: vscode.ExtensionContext, bundled: string): string {
  return path.join(context.globalStorageUri.fsPath, "bin", path.basename(bundled));
}

async function times(file: string): Promise<{ size: number; written: number } | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found && { size: found.size, written: found.mtimeMs };
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    void vscode.window.showInformationMessage("Open the folder of a repository first.");
  }
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}

function run(program: string, args: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, windowsHide: true }, (error, out, err) => {
      if (error === null) {
        resolve(`${out}${err}`);
      } else {
        reject(new Error(err.trim() || error.message));
      }
    });
  });
}
