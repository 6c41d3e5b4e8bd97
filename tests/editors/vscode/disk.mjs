// What happens on disk beside the editor: folders that come and go, files that are written anew; and a list whose name does not tell that it is one.
import fs from "node:fs";
import path from "node:path";
import { check, run } from "./editor.mjs";

run(async (editor, given) => {
  // Without opening anything: what is not open is shown as well.
  const marked = (name) =>
    editor.ask(
      (vscode, file) => vscode.languages.getDiagnostics(vscode.Uri.file(file)).filter((found) => found.code?.value === "unpinned-dependency").length,
      editor.file(name),
    );
  const none = (name) => async () => (await marked(name)) === 0;
  const [moved, inside] = [path.join(given.elsewhere, "moved"), editor.file("moved")];

  await editor.until("a folder's files are marked", () => marked("sub/deep/package.json"));
  // What happens before the editor watches is never told: something happens again and again until it is.
  let probes = 0;
  await editor.until("the editor watches the folder", () => {
    probes += 1;
    fs.mkdirSync(editor.file("probe"), { recursive: true });
    fs.writeFileSync(editor.file("probe/package.json"), fs.readFileSync(editor.file("web/package.json"), "utf8") + "\n".repeat(probes));
    return marked("probe/package.json");
  });
  fs.rmSync(editor.file("sub"), { recursive: true });
  await editor.until("a folder that is deleted takes its findings with it", none("sub/deep/package.json"));
  check(await marked("web/package.json"), "others stay");

  fs.renameSync(moved, inside);
  await editor.until("a folder that comes is seen with all that is in it", () => marked("moved/deep/package.json"));
  fs.renameSync(inside, editor.file("again"));
  await editor.until("it is seen under its new name", () => marked("again/deep/package.json"));
  await editor.until("and not under its old one", none("moved/deep/package.json"));

  const pinned = fs.readFileSync(editor.file("web/package.json"), "utf8").replace("^1.3.0", "1.3.0").replace("~1.0.0", "1.0.1");
  fs.writeFileSync(editor.file("web/package.json"), pinned);
  await editor.until("what is written anew is read anew", none("web/package.json"));

  await editor.show("[deps]/extra.txt", "requests>=2");
  await editor.until("a list that another takes in is marked, whatever its name", () => marked("[deps]/extra.txt"));
  await editor.ask((vscode) => vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), "flask>=3\n")));
  await editor.until("so is what is typed into it", async () => (await marked("[deps]/extra.txt")) === 2);
  const hover = () =>
    editor.ask(async (vscode) => {
      const { document } = vscode.window.activeTextEditor;
      const found = await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, new vscode.Position(0, 2));
      return found.flatMap((hover) => hover.contents.map((content) => content.value)).join("\n");
    });
  await editor.until("its hover tells of it", async () => (await hover()).includes("flask"));

  await editor.show("requirements.txt", "-r [deps]/extra.txt");
  await editor.ask((vscode) => {
    const { document } = vscode.window.activeTextEditor;
    return vscode.window.activeTextEditor.edit((edit) => edit.delete(document.lineAt(0).rangeIncludingLineBreak));
  });
  await editor.until("nothing of it is marked when nothing takes it in", none("[deps]/extra.txt"));
  await editor.command("undo");
  await editor.until("and all of it again", async () => (await marked("[deps]/extra.txt")) === 2);
  await editor.show("[deps]/extra.txt");
  await editor.ask((vscode) => vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), "jinja2>=3\n")));
  await editor.until("as it is in the editor", async () => (await marked("[deps]/extra.txt")) === 3);
});
