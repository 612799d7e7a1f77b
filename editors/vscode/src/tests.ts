// How tests of packs went, in an output panel.
import * as vscode from "vscode";
import type { Tests } from "./answers";

let channel: vscode.OutputChannel | undefined;

/** Writes down what `kijun.runTests` answered; comes forward when something failed. */
export function showTests(answer: unknown): void {
  if (!isTests(answer)) return;
  channel ??= vscode.window.createOutputChannel(vscode.l10n.t("Kijun tests"));
  channel.clear();
  channel.appendLine(vscode.l10n.t("{0} passed, {1} failed", answer.passed, answer.failed));
  for (const { name, message, location } of answer.failures) {
    channel.appendLine(`\n✗ ${name}`);
    if (location) channel.appendLine(`  ${vscode.Uri.parse(location.uri).fsPath}:${location.range.start.line + 1}`);
    for (const line of message.split("\n")) channel.appendLine(`  ${line}`);
  }
  if (answer.failed > 0) channel.show(true);
}

/** Runs the tests of the open module. */
export async function runTests(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "kijun") {
    void vscode.window.showErrorMessage(vscode.l10n.t("Open a module (*.kijun) with tests first."));
    return;
  }
  await vscode.commands.executeCommand("kijun.runTests", document.uri.toString());
}

function isTests(answer: unknown): answer is Tests {
  return typeof answer === "object" && answer !== null && "passed" in answer && "failures" in answer;
}
