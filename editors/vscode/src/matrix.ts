// The matrix of two catalogues, in a panel.
import * as vscode from "vscode";
import { type Catalog, catalogsOf, distinct } from "./catalogs";
import { contained } from "./policy";
import { projectFolder, runShown } from "./run";

const LAST = "kijun.matrix.last";

/** More modules than any workspace has. */
const MOST_MODULES = 5000;

export async function showMatrix(memory: vscode.Memento): Promise<void> {
  const folder = await projectFolder();
  if (folder === undefined) {
    void vscode.window.showErrorMessage(vscode.l10n.t("Open a folder with a kijun.toml first."));
    return;
  }
  const catalogs = await declared();
  const last = memory.get<{ from: string; to: string }>(LAST);
  const from = await choose(vscode.l10n.t("Which catalogue covers? For example mitsf@2"), catalogs, last?.from);
  if (from === undefined) return;
  const others = catalogs.filter((catalog) => catalog.id !== from);
  const to = await choose(vscode.l10n.t("Which catalogue is covered? For example mhlw@4.2"), others, last?.to);
  if (to === undefined) return;
  await memory.update(LAST, { from, to });
  await show(from, to, folder);
}

async function show(from: string, to: string, folder: string): Promise<void> {
  const title = vscode.l10n.t("Matrix: {0} against {1}", from, to);
  const answer = await runShown(title, ["matrix", "--from", from, "--to", to, "--format", "html", folder], folder);
  if (answer === undefined) return;
  if (!answer.out.trimStart().startsWith("<")) {
    void vscode.window.showErrorMessage(answer.err.trim() || vscode.l10n.t("kijun matrix gave no page."));
    return;
  }
  const page = contained(answer.out);
  const panel = vscode.window.createWebviewPanel("kijun.matrix", title, vscode.ViewColumn.Beside, {
    enableScripts: page.scripts,
    enableForms: false,
    enableFindWidget: true,
    retainContextWhenHidden: true,
    localResourceRoots: [],
  });
  panel.webview.html = page.html;
}

async function declared(): Promise<Catalog[]> {
  const modules = await vscode.workspace.findFiles("**/*.kijun", "**/{node_modules,target}/**", MOST_MODULES);
  const decoder = new TextDecoder();
  const read = async (uri: vscode.Uri) => catalogsOf(decoder.decode(await vscode.workspace.fs.readFile(uri)));
  return distinct((await Promise.all(modules.map(read))).flat());
}

/** One of the catalogues, or another that is typed: those of packs outside the window are not listed. */
async function choose(title: string, catalogs: Catalog[], last: string | undefined): Promise<string | undefined> {
  const other = vscode.l10n.t("Type another…");
  const items = catalogs.map((catalog) => ({ label: catalog.id, description: catalog.title }));
  items.sort((a, b) => Number(b.label === last) - Number(a.label === last));
  if (items.length > 0) {
    const chosen = await vscode.window.showQuickPick([...items, { label: other, description: "" }], { title });
    if (chosen === undefined || chosen.label !== other) return chosen?.label;
  }
  const typed = await vscode.window.showInputBox({ title, value: last ?? "" });
  return typed?.trim() || undefined;
}
