// The same repository, once the person trusts it.
import fs from "node:fs";
import { check, run } from "./editor.mjs";

run(async (editor, given) => {
  const { page } = editor;
  check(!fs.existsSync(given.marker), "the program that the workspace names was not run before");
  await editor.show("package.json");
  await editor.until("the file is checked", () => editor.finding("package.json", "unpinned-dependency"));
  await editor.command("workbench.trust.manage");
  await (await editor.see("trust can be granted", page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust/ }))).click();
  await editor.until("the workspace is trusted", () => editor.ask((vscode) => vscode.workspace.isTrusted).catch(() => false));
  await editor.until("now the program that it names is run", () => fs.existsSync(given.marker));
  await editor.until("and its policy counts", async () => !(await editor.finding("package.json", "unpinned-dependency")));
});
