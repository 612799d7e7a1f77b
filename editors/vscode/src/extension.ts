import * as vscode from "vscode";
import { Proofs } from "./explain";
import { showGraph } from "./graph";
import { showMatrix } from "./matrix";
import { Server } from "./server";
import { runTests } from "./tests";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const own = new Server();
  server = own;
  const proofs = new Proofs(own);
  context.subscriptions.push(
    own,
    proofs,
    vscode.commands.registerCommand("kijun.restartServer", () => own.restart()),
    vscode.commands.registerCommand("kijun.showMatrix", () => showMatrix(own, context.workspaceState)),
    vscode.commands.registerCommand("kijun.explain", (id?: unknown, subject?: unknown) => proofs.explain(id, subject)),
    vscode.commands.registerCommand("kijun.showGraph", () => showGraph(own)),
    vscode.commands.registerCommand("kijun.runTestsOfFile", () => runTests()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("kijun.server")) void own.restart();
      else if (change.affectsConfiguration("kijun")) void own.configure();
    }),
  );
  await own.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
