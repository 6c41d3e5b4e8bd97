// What becomes of a server that dies, hangs, or does not start: it comes back, or the person is told, and a restart always helps.
import fs from "node:fs";
import { check, run, serverOf } from "./editor.mjs";

run(async (editor, given) => {
  const { page } = editor;
  const label = async () => (await editor.status.getAttribute("aria-label")) ?? "";
  const notice = (text) => page.locator(".notification-toast", { hasText: text });
  const another = (than) => editor.until("another server runs", () => serverOf(given.extensions, than));
  const checked = (what) => editor.until(what, () => editor.finding("package.json", "unpinned-dependency"));
  const choose = (path) =>
    editor.ask(
      (vscode, path) => vscode.workspace.getConfiguration("provender").update("path", path, vscode.ConfigurationTarget.Global),
      path,
    );

  await editor.show("package.json");
  await checked("the file is checked");
  let server = serverOf(given.extensions);
  await editor.command("provender.verifyAllLockfiles");
  await editor.until("a verification is under way", async () => (await label()).includes("running"));
  const progress = async () => (await page.locator(".notification-toast, .statusbar-item").allInnerTexts()).some((text) => text.includes("Verifying"));
  await editor.until("and its progress is shown", progress);
  process.kill(server, "SIGKILL");
  server = await another(server);
  await editor.until("of a verification that died nothing is left", async () => !(await label()).includes("running") && !(await progress()));
  for (let crash = 2; crash < 5; crash += 1) {
    await checked("and it checks");
    process.kill(server, "SIGKILL");
    server = await another(server);
  }
  await checked("and it checks");
  process.kill(server, "SIGKILL");
  await editor.see("after the fifth time the person is told", notice("five times"));
  check((await page.locator(".notification-toast").count()) === 1, "once");
  await editor.until("and the status bar says that nothing is checked", async () => (await label()).includes("nothing is checked"));
  await editor.until("no finding of the dead is shown", async () => (await editor.findings("package.json")).length === 0);
  await editor.picture("crashed");
  await editor.command("notifications.clearAll");
  await editor.command("provender.restart");
  await checked("a restart helps");
  await editor.until("and the status bar knows", async () => !(await label()).includes("nothing is checked"));

  server = serverOf(given.extensions);
  process.kill(server, "SIGSTOP");
  await editor.command("provender.restart");
  await another(server);
  await editor.until("one that hangs is ended", () => !fs.existsSync(`/proc/${server}`));
  await checked("and its successor checks");

  await choose(given.hangs);
  const hanging = await editor.until("one that hangs at its start is started", () => fs.existsSync(given.marker) && fs.readFileSync(given.marker, "utf8").trim());
  await choose(undefined);
  await checked("it holds nothing up");
  await editor.until("and is ended", () => !fs.existsSync(`/proc/${hanging}`));

  await editor.command("notifications.clearAll");
  await editor.until("no notice is shown", async () => (await page.locator(".notification-toast").count()) === 0);
  await choose(given.dies);
  await editor.see("one that dies at its start is told of", notice("Provender does not run"));
  await editor.until("in the status bar too", async () => (await label()).includes("nothing is checked"));
  check((await page.locator(".notification-toast").count()) === 1, "once");
  await editor.picture("dies");
  await choose(undefined);
  await checked("and the setting mends it");

  server = await editor.until("one runs", () => serverOf(given.extensions));
  await page.goto(`${given.url.split("?")[0]}?ew=true`, { waitUntil: "domcontentloaded" });
  await editor.until("it ends with its window", () => !fs.existsSync(`/proc/${server}`));
  await editor.until("a window without a folder is there", () => editor.ask((vscode) => !vscode.workspace.workspaceFolders).catch(() => false));
  check(!serverOf(given.extensions), "nothing is started where there is nothing to check");
  await editor.command("provender.explainRule", "exotic-source");
  await editor.until("but what needs it starts it", async () => {
    const headings = page.frames().map((frame) => frame.locator("h2", { hasText: "exotic-source" }).count().catch(() => 0));
    return (await Promise.all(headings)).some((count) => count > 0);
  });
});
