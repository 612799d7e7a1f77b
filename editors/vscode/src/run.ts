// Running the program `kijun`.
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import * as vscode from "vscode";

/** A proof or a matrix of large norms is some megabytes. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/** The program: what is set, or `kijun` from the path. */
export function binary(): string {
  const set = vscode.workspace.getConfiguration("kijun.server").get<string>("path", "").trim();
  return set.replace(/^~(?=\/)/, homedir()) || "kijun";
}

/** The language that the program answers in. */
export function language(): "ja" | "en" {
  const set = vscode.workspace.getConfiguration("kijun").get<string>("language", "auto");
  if (set === "ja" || set === "en") return set;
  return vscode.env.language.startsWith("ja") ? "ja" : "en";
}

export interface Answer {
  status: number;
  out: string;
  err: string;
}

/** Runs `kijun …` and gives what it printed; rejects if it cannot be run or is cancelled. */
export function run(args: string[], folder: string, token: vscode.CancellationToken): Promise<Answer> {
  const all = ["--lang", language(), "--color", "never", ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(binary(), all, { cwd: folder, maxBuffer: MOST_OUTPUT }, (error, out, err) => {
      const status = error ? error.code : 0;
      if (typeof status === "number") resolve({ status, out, err });
      else reject(error);
    });
    token.onCancellationRequested(() => child.kill());
  });
}

/** Runs it with a notice that can be cancelled; `undefined` after it told of a failure. */
export async function runShown(title: string, args: string[], folder: string): Promise<Answer | undefined> {
  const shown = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(shown, async (_, token) => {
    try {
      return await run(args, folder, token);
    } catch (error) {
      if (!token.isCancellationRequested) void vscode.window.showErrorMessage(failure(error));
      return undefined;
    }
  });
}

function failure(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return vscode.l10n.t("`{0}` could not be run: {1}. Set `kijun.server.path` to the program kijun.", binary(), reason);
}

/** The nearest folder at or above the open file with a `kijun.toml`, else the first folder of the window. */
export async function projectFolder(): Promise<string | undefined> {
  const open = vscode.window.activeTextEditor?.document.uri;
  if (open?.scheme === "file" && isAbsolute(open.fsPath)) {
    for (let folder = dirname(open.fsPath); ; folder = dirname(folder)) {
      if (await exists(join(folder, "kijun.toml"))) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

async function exists(path: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(path));
    return true;
  } catch {
    return false;
  }
}
