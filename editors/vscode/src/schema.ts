/** Completion in `provender.toml`, by an extension for TOML. */
import { copyFile, mkdir } from "node:fs/promises";
import * as vscode from "vscode";

/** Has Even Better TOML complete and check `provender.toml`: writes one line into the person's own settings, at their command. */
export async function associateSchema(context: vscode.ExtensionContext): Promise<void> {
  if (vscode.extensions.getExtension("tamasfe.even-better-toml") === undefined) {
    const search = "Search for It";
    const text = "Completion in `provender.toml` is done by the extension Even Better TOML, which is not installed.";
    if ((await vscode.window.showInformationMessage(text, search)) === search) {
      await vscode.commands.executeCommand("workbench.extensions.search", "tamasfe.even-better-toml");
    }
    return;
  }
  // The extension's own folder has another name after each update.
  await mkdir(context.globalStorageUri.fsPath, { recursive: true });
  const kept = vscode.Uri.joinPath(context.globalStorageUri, "provender.schema.json");
  await copyFile(context.asAbsolutePath("provender.schema.json"), kept.fsPath);
  const section = vscode.workspace.getConfiguration("evenBetterToml.schema");
  const known = section.inspect<Record<string, string>>("associations")?.globalValue ?? {};
  const associations = { ...known, "^.*/provender\\.toml$": kept.toString() };
  await section.update("associations", associations, vscode.ConfigurationTarget.Global);
  void vscode.window.showInformationMessage("Even Better TOML completes and checks `provender.toml` from now on.");
}
