// VS Code in a browser, and the extension beside ours that lets a script ask the editor itself.
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const LIMIT = 120_000;

/** Reads the scenario's settings, opens the editor, runs the scenario, and keeps a picture of a failure. */
export async function run(scenario) {
  const given = JSON.parse(process.argv[2]);
  const { chromium } = createRequire(given.kit + "/")("playwright-core");
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  context.setDefaultTimeout(LIMIT);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const editor = new Editor(given, await context.newPage());
  try {
    await editor.open();
    await scenario(editor, given);
  } catch (error) {
    console.error(String(error && error.stack));
    await editor.picture(`failed-${given.scenario}`).catch(() => {});
    process.exitCode = 1;
  }
  await browser.close();
}

export class Editor {
  constructor(given, page) {
    this.given = given;
    this.page = page;
    this.began = Date.now();
  }

  say(...words) {
    console.log(`${((Date.now() - this.began) / 1000).toFixed(1)}s`, ...words);
  }

  /** Opens the window; a second one has to say which socket is the first one's. */
  async open(first) {
    await this.page.goto(this.given.url, { waitUntil: "domcontentloaded" });
    await this.until("the workbench is there", () => this.page.locator(".monaco-workbench .statusbar").isVisible());
    const isOwn = () => fs.existsSync(this.given.socket) && fs.realpathSync(this.given.socket) !== first;
    await this.until("the driver answers", () => isOwn() && this.ask(() => true).catch(() => false));
    await this.command("workbench.action.closeAuxiliaryBar");
    await this.command("workbench.action.closeSidebar");
    await this.until("the bars at the sides are closed", async () => !(await this.page.locator(".part.sidebar, .part.auxiliarybar").filter({ visible: true }).count()));
    this.say("VS Code", await this.ask((vscode) => vscode.version));
  }

  /** Runs a function in the editor's extension host, with its interface. */
  async ask(work, argument) {
    const text = work.toString();
    const code = `return (${text})(vscode, argument)`;
    const body = JSON.stringify({ code, argument });
    const answer = JSON.parse(
      await new Promise((resolve, reject) => {
        const request = http.request({ socketPath: this.given.socket, method: "POST" }, (response) => {
          let text = "";
          response.on("data", (part) => (text += part));
          response.on("end", () => resolve(text));
          // The extension host may go away in the middle of its answer.
          response.on("error", reject);
        });
        request.on("error", reject);
        request.setTimeout(LIMIT, () => request.destroy(new Error("the extension host does not answer")));
        request.end(body);
      }),
    );
    if (answer.error) {
      throw new Error(answer.error);
    }
    return answer.value;
  }

  /** Waits until a condition gives something, and gives that. */
  async until(what, condition) {
    const end = Date.now() + LIMIT;
    for (;;) {
      const value = await condition();
      if (value) {
        this.say(what);
        return value;
      }
      if (Date.now() > end) {
        throw new Error(`it never came to pass that ${what}`);
      }
      await this.page.waitForTimeout(50);
    }
  }

  /** Waits until something can be seen. */
  async see(what, locator) {
    await this.until(what, async () => (await locator.count()) > 0 && locator.first().isVisible());
    return locator.first();
  }

  /** Does something that leads to a sight, again only if that stays away for long: doing it anew may undo what was under way. */
  async coax(what, work, locator) {
    const end = Date.now() + LIMIT;
    for (let patience = 1000; ; patience *= 2) {
      await work();
      const seen = await locator.first().waitFor({ timeout: Math.min(patience, 30_000) }).then(() => true, () => false);
      if (seen) {
        this.say(what);
        return locator.first();
      }
      if (Date.now() > end) {
        throw new Error(`it never came to pass that ${what}`);
      }
    }
  }

  /** Clicks until that leads to a sight: what is drawn anew in the middle of a click is not clicked, and what a click led to may have taken its place. */
  clickTo(what, target, locator) {
    return this.coax(what, () => target.first().click({ timeout: 1000 }).catch(() => undefined), locator);
  }

  file(name) {
    return path.join(this.given.folder, name);
  }

  onDisk(name) {
    return fs.readFileSync(this.file(name), "utf8");
  }

  command(name, ...args) {
    return this.ask((vscode, [name, args]) => void vscode.commands.executeCommand(name, ...args), [name, args]);
  }

  /** Shows a file with the cursor behind the first place where a text stands. */
  show(name, text) {
    return this.ask(
      async (vscode, [file, text]) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
        const editor = await vscode.window.showTextDocument(document, { preview: false });
        const at = document.positionAt(text ? document.getText().indexOf(text) + text.length : 0);
        editor.selection = new vscode.Selection(at, at);
        editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenter);
      },
      [this.file(name), text],
    );
  }

  /** What is found in a file: the rule, the text it marks, the message. */
  findings(name) {
    return this.ask(async (vscode, file) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      return vscode.languages
        .getDiagnostics(document.uri)
        .filter((found) => found.source === "provender")
        .map((found) => ({ rule: found.code.value, text: document.getText(found.range), message: found.message }));
    }, this.file(name));
  }

  async finding(name, rule) {
    const all = await this.findings(name);
    return all.find((found) => found.rule === rule);
  }

  text(name) {
    return this.ask(async (vscode, file) => (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText(), this.file(name));
  }

  /** The item in the status bar. */
  get status() {
    return this.page.locator('.statusbar-item[id="provender.provender.provender.status"], .statusbar-item[id*="provender.status"]');
  }

  async picture(name) {
    await this.page.screenshot({ path: path.join(this.given.pictures, `${name}.png`) });
  }

  /** A picture without what would be chance: notices and cursors. */
  async goodPicture(name) {
    await this.command("notifications.clearAll");
    await this.until("no notice is shown", async () => (await this.page.locator(".notification-toast").count()) === 0);
    await this.picture(name);
  }
}

export function check(condition, what) {
  if (!condition) {
    throw new Error(`not true: ${what}`);
  }
}

/** The server that was started from these extensions. */
export function serverOf(extensions, except) {
  const processes = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== except);
  const found = processes.find((id) => {
    try {
      const [program, command] = fs.readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
      return program.startsWith(extensions) && command === "lsp";
    } catch {
      return false;
    }
  });
  return found && Number(found);
}
