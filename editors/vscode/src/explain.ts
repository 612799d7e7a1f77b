// Why: the proof of a verdict in a panel, or the page of a diagnostic.
import * as vscode from "vscode";
import type { Explanation, Where } from "./answers";
import { showGraph } from "./graph";
import { type Clicked, Panel } from "./panel";
import { PROOF_STYLE, proofBody } from "./proofPage";
import { type Server, isRefused, reason } from "./server";
import { language } from "./settings";

const PAGES = "kijun-page";

type Asked = { id: string; subject?: string } | Where;

/** One panel, which follows the facts. */
export class Proofs implements vscode.Disposable {
  private panel: Panel | undefined;
  private asked: Asked | undefined;
  private readonly pages = new Map<string, string>();
  private readonly own: vscode.Disposable;

  constructor(private readonly server: Server) {
    const provider = { provideTextDocumentContent: (uri: vscode.Uri) => this.pages.get(uri.path) ?? "" };
    this.own = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(PAGES, provider),
      server.onAnalysed(() => void this.follow()),
    );
  }

  /** Explains an id, as a code lens gives it, or what stands at the cursor. */
  async explain(id?: unknown, subject?: unknown): Promise<void> {
    if (typeof id === "string") {
      await this.show(typeof subject === "string" ? { id, subject } : { id });
      return;
    }
    const editor = vscode.window.activeTextEditor;
    const code = editor && codeAt(editor);
    if (code !== undefined) return this.page(code);
    const where = this.server.where(editor);
    if (where === undefined) return this.prompt();
    try {
      await this.put(await this.server.ask<Explanation>("kijun/explain", where), false);
    } catch (error) {
      if (isRefused(error)) await this.prompt(reason(error));
      else void vscode.window.showErrorMessage(reason(error));
    }
  }

  private async prompt(prompt?: string): Promise<void> {
    const title = vscode.l10n.t("Explain what? A requirement (mhlw:8.1.2.C.オ), one on a subject (…@pacs-2025), or a code (K0203)");
    const typed = (await vscode.window.showInputBox({ title, prompt }))?.trim();
    if (!typed) return;
    if (/^K\d{4}$/i.test(typed)) await this.page(typed.toUpperCase());
    else await this.show({ id: typed });
  }

  private async show(asked: Asked): Promise<void> {
    const title = vscode.l10n.t("Explaining {0}", "id" in asked ? asked.id : "");
    const found = await this.server.askShown<Explanation>(title, "kijun/explain", asked);
    if (found) await this.put(found, false);
  }

  /** The same once more, after something changed; what is gone meanwhile stays as it was. */
  private async follow(): Promise<void> {
    if (this.panel === undefined || this.asked === undefined) return;
    const asked = this.asked;
    const found = await this.server.ask<Explanation>("kijun/explain", asked).catch(() => undefined);
    if (found && asked === this.asked) await this.put(found, true);
  }

  private async put(found: Explanation, isSame: boolean): Promise<void> {
    const { id } = found.requirement;
    if (!isSame) this.asked = found.subject === null ? { id } : { id, subject: found.subject };
    this.panel ??= new Panel("kijun.proof", PROOF_STYLE, (what) => void this.clicked(what), () => {
      this.panel = undefined;
    });
    const title = found.subject === null ? id : `${id} @ ${found.subject}`;
    this.panel.show(title, proofBody(found, language()), isSame);
  }

  private async clicked({ explain, subject, graph }: Clicked): Promise<void> {
    if (explain !== undefined) await this.explain(explain, subject);
    if (graph !== undefined) await showGraph(this.server, { of: graph });
  }

  /** The page of a diagnostic. */
  private async page(code: string): Promise<void> {
    const text = await this.server.askShown<string | null>(vscode.l10n.t("Explaining {0}", code), "kijun/page", { code });
    if (text === undefined) return;
    if (text === null) {
      void vscode.window.showErrorMessage(vscode.l10n.t("There is no diagnostic {0}.", code));
      return;
    }
    const uri = vscode.Uri.from({ scheme: PAGES, path: `/${code}.md` });
    this.pages.set(uri.path, text);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  dispose(): void {
    this.own.dispose();
    this.panel?.dispose();
  }
}

/** The code of a diagnostic at the cursor that has a page. */
function codeAt({ document, selection }: vscode.TextEditor): string | undefined {
  const here = vscode.languages.getDiagnostics(document.uri).filter((one) => one.range.contains(selection.active));
  const codes = here.map((one) => String(typeof one.code === "object" ? one.code.value : one.code));
  return codes.find((code) => /^K\d{4}$/.test(code));
}
