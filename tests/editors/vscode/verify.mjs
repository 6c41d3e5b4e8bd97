// The lens verifies a lockfile, with progress; the tampered entry is marked and the status bar tells.
import { check, run } from "./editor.mjs";

run(async (editor, given) => {
  const { page } = editor;
  const counts = `${given.packages - 1} verified, 1 mismatched`;
  await editor.show("package-lock.json");
  const lens = page.locator(".codelens-decoration a", { hasText: `Verify ${given.packages} packages against the registry` });
  await editor.see("the lens is there", lens);
  const progress = page.locator(".notification-toast, .statusbar-item", { hasText: "Verifying package-lock.json" });
  await editor.clickTo("the lens can be clicked", lens, progress);
  await editor.picture("progress");
  // From here on the registry answers.
  editor.say("progress is shown");
  await editor.see("it is said what came of it", page.locator(".notification-toast", { hasText: counts }));
  const found = await editor.until("the tampered entry is marked", () => editor.finding("package-lock.json", "integrity-mismatch"));
  check(found.message.includes(given.tampered), `${found.message} is about ${given.tampered}`);
  await editor.see("the lens tells what came of it", page.locator(".codelens-decoration a", { hasText: counts }));
  await editor.until("so does the status bar", async () => (await editor.status.getAttribute("aria-label"))?.includes("mismatched"));
  await editor.show("package-lock.json", given.marked);
  await editor.see("the digest is underlined", page.locator(".monaco-editor .squiggly-error"));
  await editor.command("workbench.actions.view.problems");
  await editor.see("the Problems panel has it", page.locator(".markers-panel .monaco-list-row", { hasText: given.tampered }));
  await editor.goodPicture("verified");
  await editor.ask((vscode) => vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), " ")));
  await editor.until("after an edit it no longer counts", async () => (await editor.status.getAttribute("aria-label"))?.includes("stale"));
  await editor.command("provender.verifyAllLockfiles");
  await editor.until("the command verifies all of them", async () => (await editor.status.getAttribute("aria-label"))?.includes("mismatched"));
});
