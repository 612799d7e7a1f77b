// The matrix of two catalogues, in a panel.
import * as vscode from "vscode";
import type { Explanation } from "./answers";
import { open } from "./panel";
import { contained } from "./policy";
import type { Server } from "./server";

const LAST = "kijun.matrix.last";

interface Catalog {
  name: string;
  title: string;
  isIncluded: boolean;
}

export async function showMatrix(server: Server, memory: vscode.Memento): Promise<void> {
  const of = server.where(vscode.window.activeTextEditor);
  const root = of && { textDocument: of.textDocument };
  const catalogs = (await server.askShown<Catalog[]>(vscode.l10n.t("Reading the catalogues"), "kijun/catalogs", root ?? {})) ?? [];
  if (catalogs.length === 0) return;
  const last = memory.get<{ from: string; to: string }>(LAST);
  const from = await choose(vscode.l10n.t("Which catalogue covers? For example mitsf@2"), catalogs, last?.from);
  if (from === undefined) return;
  const others = catalogs.filter((catalog) => catalog.name !== from);
  const to = await choose(vscode.l10n.t("Which catalogue is covered? For example mhlw@4.2"), others, last?.to);
  if (to === undefined) return;
  await memory.update(LAST, { from, to });
  await show(server, { from, to: [to], ...root });
}

async function show(server: Server, asked: { from: string; to: string[] }): Promise<void> {
  const title = vscode.l10n.t("Matrix: {0} against {1}", asked.from, asked.to.join(", "));
  const answer = await server.askShown<{ html: string }>(title, "kijun/matrix", { ...asked, format: "html" });
  if (answer === undefined) return;
  const page = contained(answer.html);
  const panel = vscode.window.createWebviewPanel("kijun.matrix", title, vscode.ViewColumn.Beside, {
    enableScripts: page.scripts,
    enableForms: false,
    enableFindWidget: true,
    retainContextWhenHidden: true,
    localResourceRoots: [],
  });
  panel.webview.onDidReceiveMessage(({ open: id }: { open?: string }) => {
    if (id !== undefined) void openItem(server, id);
  });
  panel.webview.html = page.html;
}

/** Where an item is declared. */
async function openItem(server: Server, id: string): Promise<void> {
  const found = await server.askShown<Explanation>(vscode.l10n.t("Explaining {0}", id), "kijun/explain", { id });
  if (found?.requirement.location) await open(found.requirement.location);
}

async function choose(title: string, catalogs: Catalog[], last: string | undefined): Promise<string | undefined> {
  const included = vscode.l10n.t("evaluated");
  const items = catalogs.map(({ name, title, isIncluded }) => ({ label: name, description: title, detail: isIncluded ? included : undefined }));
  items.sort((a, b) => Number(b.label === last) - Number(a.label === last));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen?.label;
}
