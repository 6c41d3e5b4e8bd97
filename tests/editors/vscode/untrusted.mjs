// A stranger's repository: checked, but never asked about, and nothing of it counts.
import fs from "node:fs";
import { check, run } from "./editor.mjs";

run(async (editor, given) => {
  const { page } = editor;
  check(!(await editor.ask((vscode) => vscode.workspace.isTrusted)), "the workspace is not trusted");
  await editor.show("package.json");
  await editor.until("files are checked, whatever the repository's policy says", () => editor.finding("package.json", "unpinned-dependency"));
  await editor.show("package-lock.json");
  await editor.until("a registry that only the repository names is not trusted", () => editor.finding("package-lock.json", "untrusted-registry"));
  await editor.until("the status bar tells", async () => (await editor.status.getAttribute("aria-label"))?.includes("off"));
  for (const command of ["provender.verifyLockfile", "provender.verifyAllLockfiles"]) {
    await editor.command(command);
    await editor.see(`${command} says why it does nothing`, page.locator(".notification-toast", { hasText: "nothing was verified" }));
    await editor.command("notifications.clearAll");
    await editor.until("the notice is gone", async () => (await page.locator(".notification-toast").count()) === 0);
  }
  check((await page.locator(".codelens-decoration a", { hasText: "against the registry" }).count()) === 0, "there is no lens");
  check(!fs.existsSync(given.marker), "the program that the workspace names was not run");
  // Other items that come may push this one away from under the mouse.
  const hover = async () => {
    await page.mouse.move(500, 300);
    await editor.status.hover();
  };
  await editor.coax("its hover tells why", hover, page.locator(".monaco-hover", { hasText: "do not trust" }));
  await editor.picture("untrusted");
});
