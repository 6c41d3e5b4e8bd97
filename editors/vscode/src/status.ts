/** The item in the status bar: what the last verifications came to, and whether the server runs at all. */
import * as vscode from "vscode";

/** How a lockfile, or all of them, stand; the words are the server's. */
export type State = "off" | "none" | "verified" | "stale" | "incomplete" | "mismatched" | "running";

/** What the server tells. */
export interface Status {
  state: State;
  lockfiles: { uri: string; state: State; summary: string }[];
  unverified: number;
}

const LOOKS: Record<State, { icon: string; says: string; background?: string }> = {
  off: { icon: "shield", says: "The registry is not asked." },
  none: { icon: "shield", says: "No lockfile was verified yet." },
  verified: { icon: "verified", says: "Verified: every package is what the registry serves." },
  stale: { icon: "shield", says: "Something changed since it was verified." },
  incomplete: { icon: "warning", says: "Not everything could be verified.", background: "statusBarItem.warningBackground" },
  mismatched: {
    icon: "error",
    says: "**Mismatched**: what the registry serves is not what a lockfile says.",
    background: "statusBarItem.errorBackground",
  },
  running: { icon: "sync~spin", says: "Verifying…" },
};

/** The item. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("provender.status", vscode.StatusBarAlignment.Left, 0);

  constructor() {
    this.item.name = "Provender";
    this.item.command = "provender.menu";
  }

  /** Shows what verifications came to. */
  show(status: Status): void {
    const look = LOOKS[status.state];
    this.item.text = `$(${look.icon}) Provender`;
    this.item.backgroundColor = look.background === undefined ? undefined : new vscode.ThemeColor(look.background);
    this.item.tooltip = tooltip(status, status.state === "off" ? whyOff() : look.says);
    this.item.accessibilityInformation = { label: `Provender: ${status.state}` };
    this.item.show();
  }

  /** Shows that the server is on its way: what was shown of one before it counts no longer. */
  starting(): void {
    this.item.text = "$(sync~spin) Provender";
    this.item.backgroundColor = undefined;
    this.item.tooltip = "The language server is being started.";
    this.item.accessibilityInformation = { label: "Provender: starting" };
    this.item.show();
  }

  /** Shows that nothing is checked, and why. */
  fail(problem: string): void {
    this.item.text = "$(error) Provender";
    this.item.backgroundColor = new vscode.ThemeColor("statusBarItem.errorBackground");
    this.item.tooltip = new vscode.MarkdownString().appendText(`Nothing is checked: ${problem}.`);
    this.item.accessibilityInformation = { label: `Provender: nothing is checked, ${problem}` };
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}

function whyOff(): string {
  return vscode.workspace.isTrusted
    ? "The registry is never asked: `provender.network` is `off`."
    : "You do not trust this workspace: files are checked, the registry is not asked, and nothing of the repository counts as trusted.";
}

function tooltip(status: Status, says: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(`${says}\n\n`);
  for (const lockfile of status.lockfiles) {
    const uri = vscode.Uri.parse(lockfile.uri);
    text.appendMarkdown("- ").appendText(`${vscode.workspace.asRelativePath(uri)}: ${lockfile.summary}`).appendMarkdown("\n");
  }
  if (status.lockfiles.length > 0 && status.unverified > 0) {
    const count = status.unverified === 1 ? "1 other lockfile was" : `${status.unverified} other lockfiles were`;
    text.appendMarkdown(`\n${count} not verified.\n`);
  }
  return text;
}
