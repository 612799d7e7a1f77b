// Why: the proof of what stands at the cursor, or the page of a diagnostic there, in a read-only document.
import * as vscode from "vscode";
import { projectFolder, runShown } from "./run";

const SCHEME = "kijun-explain";

const pages = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();

export function registerProofs(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => pages.get(uri.path) ?? "",
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.uri.scheme === SCHEME) pages.delete(document.uri.path);
    }),
    changed,
  );
}

/** Explains an id, as a code lens gives it, or what stands at the cursor. */
export async function explain(id: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const folder = await projectFolder();
  const found = typeof id === "string" ? id : editor && what(editor);
  const title = vscode.l10n.t("Explain what? A requirement (mhlw:8.1.2.C.オ), one on a subject (…@pacs-2025), or a code (K0203)");
  const asked = found ?? (await vscode.window.showInputBox({ title }))?.trim();
  if (!asked || folder === undefined) return;
  const answer = await runShown(vscode.l10n.t("Explaining {0}", asked), ["explain", "--", asked, folder], folder);
  if (answer === undefined) return;
  await show(asked, answer.out.trim() || answer.err.trim());
}

/** The code of a diagnostic at the cursor, else the id there. */
function what(editor: vscode.TextEditor): string | undefined {
  const { document, selection } = editor;
  const at = selection.active;
  const here = vscode.languages.getDiagnostics(document.uri).filter((one) => one.range.contains(at));
  const code = here.map((one) => (typeof one.code === "object" ? one.code.value : one.code)).find((one) => /^K\d{4}$/.test(String(one)));
  if (code !== undefined) return String(code);
  if (!selection.isEmpty) return document.getText(selection);
  const word = document.getWordRangeAtPosition(at);
  return word && document.getText(word);
}

async function show(asked: string, text: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${asked.replace(/[/\\?#]/g, "_")}.txt` });
  pages.set(uri.path, text);
  changed.fire(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
}
