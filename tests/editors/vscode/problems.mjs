// A program that is not there is said clearly, and a setting mends it; the walkthrough.
import { run } from "./editor.mjs";

run(async (editor) => {
  const { page } = editor;
  const choose = (path) =>
    editor.ask(
      (vscode, path) => vscode.workspace.getConfiguration("provender").update("path", path, vscode.ConfigurationTarget.Global),
      path,
    );
  await editor.see("it is said that there is no program", page.locator(".notification-toast", { hasText: "there is no such file" }));
  await editor.picture("no-program");
  await editor.command("provender.verifyAllLockfiles");
  await choose(undefined);
  await editor.show("package.json");
  await editor.until("the bundled one is run instead", () => editor.finding("package.json", "unpinned-dependency"));
  await editor.command("workbench.action.closeAllEditors");
  await editor.command("workbench.action.openWalkthrough", "provender.provender#start", false);
  await editor.see("the walkthrough is shown", page.locator(".gettingStartedContainer", { hasText: "See what it finds" }));
  await editor.until("with its picture", () =>
    page.evaluate(() => [...document.querySelectorAll(".getting-started-media img")].some((image) => image.naturalWidth > 0)),
  );
  await editor.goodPicture("walkthrough");
});
