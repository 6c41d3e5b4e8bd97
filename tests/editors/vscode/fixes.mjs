// A real project: squiggle, Problems, hover, quick-fix and file on disk; fix all; a rule explained; the server killed.
import fs from "node:fs";
import { check, run, serverOf } from "./editor.mjs";

run(async (editor) => {
  const { page } = editor;
  await editor.show("package.json", '"express": "^');
  const caret = await editor.until("the caret range is marked", () => editor.finding("package.json", "unpinned-dependency"));
  check(caret.text.includes("^4.21.2"), `${caret.text} is the range`);
  await editor.see("there is a squiggle under it", page.locator(".monaco-editor .squiggly-warning"));

  const locked = page.locator(".monaco-hover", { hasText: "Locked" });
  const hover = await editor.coax("the hover tells what is locked", () => editor.command("editor.action.showHover"), locked);
  check((await hover.innerText()).includes("4.21.2"), "the hover has the locked version");
  await editor.see("and leads to the fix", page.locator(".monaco-hover", { hasText: "Quick Fix" }));
  await editor.goodPicture("hover");
  await page.keyboard.press("Escape");

  await editor.show("package-lock.json", '"https://packages.example');
  const foreign = await editor.until("the foreign host is marked", () => editor.finding("package-lock.json", "untrusted-registry"));
  check(foreign.text.includes("https://packages.example/"), `${foreign.text} is its address`);
  await editor.command("workbench.actions.view.problems");
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: "packages.example" });
  await editor.see("the Problems panel has it", row);
  await editor.see("and its squiggle is shown", page.locator(".monaco-editor .squiggly-error"));
  await editor.goodPicture("findings");
  await row.first().locator("a", { hasText: "untrusted-registry" }).click();
  await shown(editor, "the rule's name leads to its explanation");
  await editor.command("workbench.action.closeActiveEditor");

  await editor.show("package.json", '"express": "^');
  const menu = page.locator(".action-widget .monaco-list-row", { hasText: "Pin `express` to 4.21.2" });
  // The editor's own providers may still be registering themselves.
  await editor.coax("the quick-fix menu offers to pin it", () => editor.command("editor.action.quickFix"), menu);
  await editor.goodPicture("quick-fix");
  await menu.first().click();
  await editor.until("it is pinned", async () => (await editor.text("package.json")).includes('"express": "4.21.2"'));
  await page.keyboard.press("Control+S");
  await editor.until("and so it is on disk", () => editor.onDisk("package.json").includes('"express": "4.21.2"'));
  await editor.until("nothing is marked any more", async () => !(await editor.finding("package.json", "unpinned-dependency")));

  await editor.show("web/package.json");
  await editor.until("the other manifest's ranges are marked", async () => (await editor.findings("web/package.json")).length >= 2);
  await editor.ask((vscode) =>
    vscode.workspace
      .getConfiguration("editor")
      .update("codeActionsOnSave", { "source.fixAll.provender": "explicit" }, vscode.ConfigurationTarget.Global),
  );
  await editor.until("saving fixes all of it", async () => {
    await editor.ask(async (vscode) => {
      await vscode.window.activeTextEditor.document.save();
    });
    // A file without changes is saved by the keyboard alone.
    await page.locator(".monaco-editor .view-line").first().click();
    await page.keyboard.press("Control+S");
    return !/[\^~]\d/.test(editor.onDisk("web/package.json"));
  });

  await editor.show("tool/package.json");
  await editor.until("a third manifest is marked", () => editor.finding("tool/package.json", "unpinned-dependency"));
  await editor.command("provender.fixEverything");
  await editor.until("the command fixes everything safe", async () => !/[\^~]\d/.test(await editor.text("tool/package.json")));
  await editor.ask((vscode) => vscode.workspace.saveAll(false));
  await editor.until("on disk too", () => !/[\^~]\d/.test(editor.onDisk("tool/package.json")));

  await editor.command("provender.explainRule", "untrusted-registry");
  await shown(editor, "a rule is explained");
  await editor.goodPicture("explained");

  await editor.command("provender.installHooks");
  await editor.see("hooks are installed", page.locator(".notification-toast", { hasText: "pre-commit: installed" }));
  const hook = editor.onDisk(".git/hooks/pre-commit");
  check(!hook.includes(editor.given.extensions), `the hook outlives an update of the extension: ${hook}`);

  await editor.show("tool/package.json");
  const server = await editor.until("the server's process is found", () => serverOf(editor.given.extensions));
  // In the middle of a message, which is the worst moment: more than the pipe holds, of which nothing was read.
  process.kill(server, "SIGSTOP");
  await editor.ask((vscode) => {
    const blank = (" ".repeat(999) + "\n").repeat(1000);
    return vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), blank));
  });
  process.kill(server, "SIGKILL");
  const second = await editor.until("another one runs", () => serverOf(editor.given.extensions, server));
  await editor.ask((vscode) => vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), "{ ")));
  await editor.until("and it sees what is wrong", async () => (await editor.findings("tool/package.json")).length > 0);

  await editor.command("provender.restart");
  await editor.until("it is started anew on command", () => serverOf(editor.given.extensions, second));
  await editor.until("and the old one is gone", () => !fs.existsSync(`/proc/${second}`));
  await editor.command("provender.showLog");
  // What it says is not to be seen here: this build of the editor has no native logger.
  await editor.until("the log is shown", () => page.locator(".part.panel select").evaluateAll(isLogShown));
});

/** In the page: whether the choice of logs says that ours is shown. */
function isLogShown(selects) {
  return selects.some((select) => [...select.selectedOptions].some((option) => option.text.includes("Provender")));
}

/** Waits for the explanation of the rule, as a page. */
async function shown(editor, what) {
  await editor.until(what, async () => {
    const frames = await Promise.all(editor.page.frames().map((frame) => frame.locator("h2", { hasText: "untrusted-registry" }).count().catch(() => 0)));
    return frames.some((count) => count > 0);
  });
}
