// A program that is not there is said clearly, and a setting mends it; the policy's schema; the walkthrough.
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
  await editor.command("provender.associateSchema");
  await editor.see("the policy's schema is handed over", page.locator(".notification-toast", { hasText: "Even Better TOML completes" }));
  await editor.command("workbench.action.closeAllEditors");
  // In a narrow window a walkthrough has no room for its pictures.
  await page.setViewportSize({ width: 1400, height: 800 });
  await editor.command("workbench.action.openWalkthrough", "provender.provender#start", false);
  await editor.see("the walkthrough is shown", page.locator(".gettingStartedContainer", { hasText: "See what it finds" }));
  for (const step of ["See what it finds", "Take a fix", "Verify a lockfile"]) {
    await page.locator(".gettingStartedContainer .step-title", { hasText: step }).click();
    await editor.until(`with the whole picture of "${step}"`, () => page.evaluate(isWhole));
    await editor.goodPicture(`walkthrough-${step.split(" ")[0].toLowerCase()}`);
  }
  await page.locator(".gettingStartedContainer .step-title", { hasText: "Guard the commit and the push" }).click();
});

/** In the page: whether the walkthrough's picture is loaded and nothing of it is cut off. */
function isWhole() {
  const images = [...document.querySelectorAll(".gettingStartedContainer .getting-started-media img")].filter((image) => image.naturalWidth > 0);
  return images.length === 1 && images.every((image) => {
    const [box, frame] = [image.getBoundingClientRect(), image.closest(".gettingStartedSlide").getBoundingClientRect()];
    return box.width > 100 && box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  });
}
