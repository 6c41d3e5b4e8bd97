/** Rules, explained in the editor: the server's own words, as a document. */
import * as vscode from "vscode";

const SCHEME = "provender-rule";

/** Where a rule is explained. */
export function ruleUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${id}.md` });
}

/** A rule in the server's list. */
interface Rule {
  id: string;
  severity: string;
  summary: string;
}

/** Asks the server. */
export type Execute = <T>(command: string, ...args: unknown[]) => Promise<T | undefined>;

/** Makes rules' documents readable. */
export function provideRules(execute: Execute): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri) {
      const id = uri.path.replace(/^\//, "").replace(/\.md$/, "");
      return (await execute<string>("provender.explain", id)) ?? "Provender does not run.";
    },
  });
}

/** Explains a rule: the one named, else one that the person chooses, those at the cursor first. */
export async function explain(execute: Execute, id?: unknown): Promise<void> {
  const chosen = typeof id === "string" ? id : await choose(execute);
  if (chosen !== undefined) {
    await vscode.commands.executeCommand("markdown.showPreview", ruleUri(chosen));
  }
}

async function choose(execute: Execute): Promise<string | undefined> {
  const rules = await execute<Rule[]>("provender.explain");
  if (rules === undefined) {
    return undefined;
  }
  const here = atCursor();
  const item = (rule: Rule) => ({ label: rule.id, description: rule.severity, detail: rule.summary });
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const near = rules.filter((rule) => here.has(rule.id)).map(item);
  const others = rules.filter((rule) => !here.has(rule.id)).map(item);
  const items = near.length > 0 ? [separator("in this line"), ...near, separator("all others"), ...others] : others;
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: "Which rule?", matchOnDetail: true });
  return chosen?.label;
}

/** The rules with a finding in the cursor's line. */
function atCursor(): Set<string> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return new Set();
  }
  const line = editor.document.lineAt(editor.selection.active.line).range;
  const found = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((diagnostic) => diagnostic.source === "provender" && diagnostic.range.intersection(line) !== undefined)
    .map(({ code }) => String(typeof code === "object" ? code.value : code));
  return new Set(found);
}
