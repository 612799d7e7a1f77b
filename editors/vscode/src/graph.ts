// The rule graph around what stands at the cursor, around a name, or of a file.
import * as vscode from "vscode";
import type { Graph, Where } from "./answers";
import { GRAPH_STYLE, graphBody } from "./graphPage";
import { Panel } from "./panel";
import { type Server, isRefused, reason } from "./server";
import { language } from "./settings";

type Asked = { of: string } | Where | { textDocument: Where["textDocument"] };

/** Draws what is named, else what stands at the cursor, else all that the file declares. */
export async function showGraph(server: Server, named?: Asked): Promise<void> {
  const where = server.where(vscode.window.activeTextEditor);
  const asked: Asked | undefined = named ?? where;
  if (asked === undefined) return prompt(server);
  try {
    draw(server, asked, await server.ask<Graph>("kijun/graph", asked));
  } catch (error) {
    if (!isRefused(error)) void vscode.window.showErrorMessage(reason(error));
    else if (where !== undefined && named === undefined) await file(server, where, reason(error));
    else await prompt(server, reason(error));
  }
}

/** Nothing of the graph at the cursor: the whole file is offered before a name is asked for. */
async function file(server: Server, { textDocument }: Where, why: string): Promise<void> {
  const found = await server.askShown<Graph>(vscode.l10n.t("Rule graph"), "kijun/graph", { textDocument });
  if (found === undefined) return;
  if (found.nodes.length > 0) draw(server, { textDocument }, found);
  else await prompt(server, why);
}

async function prompt(server: Server, why?: string): Promise<void> {
  const title = vscode.l10n.t("The rule graph of what? A requirement, a rule, an attribute (contract.clauses), or a pack");
  const of = (await vscode.window.showInputBox({ title, prompt: why }))?.trim();
  if (!of) return;
  const found = await server.askShown<Graph>(vscode.l10n.t("Rule graph"), "kijun/graph", { of });
  if (found) draw(server, { of }, found);
}

function draw(server: Server, asked: Asked, graph: Graph): void {
  const focus = graph.nodes.filter((node) => node.focus).map((node) => node.name);
  const name = "of" in asked ? asked.of : focus.length === 1 ? focus[0] : vscode.l10n.t("file");
  const copy = async (format: string) => {
    const found = await server.askShown<Record<string, string>>(vscode.l10n.t("Rule graph"), "kijun/graph", { ...asked, format });
    if (found?.[format] === undefined) return;
    await vscode.env.clipboard.writeText(found[format]);
    void vscode.window.showInformationMessage(vscode.l10n.t("The graph is in the clipboard."));
  };
  const panel = new Panel("kijun.graph", GRAPH_STYLE, (what) => void (what.copy && copy(what.copy)), () => {});
  panel.show(`${vscode.l10n.t("Rule graph")}: ${name}`, graphBody(graph, language()), false);
}
