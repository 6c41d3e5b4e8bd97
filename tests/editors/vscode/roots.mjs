// Several folders in one window, each with a policy of its own; one that comes and goes; and a second window on the same folders.
import fs from "node:fs";
import { check, Editor, run } from "./editor.mjs";

const [PINNED, TLS] = ["unpinned-dependency", "tls-verification-disabled"];

run(async (editor, given) => {
  await judged(editor, "in a window");

  await editor.show("two/package-lock.json");
  await editor.clickTo("a lens verifies its own folder's lockfile", lens(editor, "Verify 2"), lens(editor, "1 verified, 1 mismatched"));
  await editor.until("the tampered entry is marked", () => marked(editor, "two/package-lock.json", "integrity-mismatch"));
  await editor.show("one/package-lock.json");
  await editor.see("the other folder's lens still offers to", lens(editor, "Verify 2 packages against the registry"));
  const tooltip = editor.page.locator(".monaco-hover", { hasText: "two/package-lock.json: 1 verified, 1 mismatched" });
  const hover = async () => {
    await editor.page.mouse.move(500, 300);
    await editor.status.hover();
  };
  await editor.coax("the status bar tells of both", hover, tooltip.filter({ hasText: "1 other lockfile was not verified" }));
  await editor.page.mouse.move(500, 300);

  const first = fs.realpathSync(given.socket);
  editor.given = { ...given, socket: first };
  const second = new Editor(given, await editor.page.context().newPage());
  await second.open(first);
  await judged(second, "in another window");
  await second.until("which knows nothing of what was verified in the first", async () => (await label(second)) === "Provender: none");
  await second.show("one/package-lock.json");
  await second.clickTo("its lens verifies", lens(second, "Verify 2"), lens(second, "2 verified"));
  await second.until("its status bar tells", async () => (await label(second)) === "Provender: verified");
  check((await label(editor)) === "Provender: mismatched", "that of the first window is of another mind");

  await second.command("provender.fixEverything");
  await second.until("fixing everything keeps to each folder's policy", async () => !/[\^~]\d/.test(await second.text("two/package.json")));
  await second.until("in every folder", async () => !(await second.text("one/.npmrc")).includes("strict-ssl=false"));
  await second.until("and so it is on disk", async () => {
    // What is not shown is only saved once the editor has got it a tab.
    await second.ask((vscode) => vscode.workspace.saveAll(false));
    return !/[\^~]\d/.test(second.onDisk("two/package.json")) && !second.onDisk("one/.npmrc").includes("strict-ssl=false");
  });
  check(/[\^~]\d/.test(editor.onDisk("one/package.json")), "what one folder's policy allows stays");
  check(editor.onDisk("two/.npmrc").includes("strict-ssl=false"), "and what the other's does");
  await editor.until("the first window sees it", async () => !(await marked(editor, "two/package.json", PINNED)) && !(await marked(editor, "one/.npmrc", TLS)));
  await second.page.close();

  const folders = (work) => editor.ask(work, editor.file("later"));
  const add = (vscode, folder) => vscode.workspace.updateWorkspaceFolders(2, 0, { uri: vscode.Uri.file(folder) });
  check(await folders(add), "a folder is added");
  await editor.until("its files are marked", () => marked(editor, "later/package.json", PINNED));
  await editor.until("by no other's policy", () => marked(editor, "later/.npmrc", TLS));
  check(await folders((vscode) => vscode.workspace.updateWorkspaceFolders(2, 1)), "it is taken away");
  await editor.until("and its findings with it", async () => !(await marked(editor, "later/package.json", PINNED)) && !(await marked(editor, "later/.npmrc", TLS)));
  check(await folders(add), "it is added again");
  await editor.until("and marked again", () => marked(editor, "later/package.json", PINNED));
  await editor.command("provender.verifyAllLockfiles");
  await editor.show("later/package-lock.json");
  await editor.see("all lockfiles are verified, whenever their folder came", lens(editor, "2 verified"));
  await editor.command("provender.fixEverything");
  await editor.until("and everything is fixed", async () => !/[\^~]\d/.test(await editor.text("later/package.json")));
});

/** How many places of a file a rule marks, whether it is open or not. */
function marked(editor, name, rule) {
  return editor.ask(
    (vscode, [file, rule]) => vscode.languages.getDiagnostics(vscode.Uri.file(file)).filter((found) => found.code?.value === rule).length,
    [editor.file(name), rule],
  );
}

/** Waits until each folder is judged by its own policy. */
async function judged(editor, where) {
  await editor.until(`${where} the first folder's settings are marked`, async () => (await marked(editor, "one/.npmrc", TLS)) === 1);
  await editor.until("and the second folder's ranges", async () => (await marked(editor, "two/package.json", PINNED)) === 2);
  await editor.until("but not the first one's", async () => (await marked(editor, "one/package.json", PINNED)) === 0);
  await editor.until("nor the second one's settings", async () => (await marked(editor, "two/.npmrc", TLS)) === 0);
}

function lens(editor, text) {
  return editor.page.locator(".codelens-decoration a", { hasText: text });
}

function label(editor) {
  return editor.status.getAttribute("aria-label");
}
