import * as vscode from "vscode";
import { explain, registerProofs } from "./explain";
import { showMatrix } from "./matrix";
import { Server } from "./server";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new Server();
  context.subscriptions.push(
    server,
    registerProofs(),
    vscode.commands.registerCommand("kijun.restartServer", () => server?.restart()),
    vscode.commands.registerCommand("kijun.showMatrix", () => showMatrix(context.workspaceState)),
    vscode.commands.registerCommand("kijun.explain", (id?: unknown) => explain(id)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("kijun.server")) void server?.restart();
      else if (change.affectsConfiguration("kijun")) void server?.configure();
    }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
