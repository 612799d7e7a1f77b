// A panel with a page of our own: what its buttons mean.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Location } from "./answers";
import { type Html, type Places, page } from "./html";
import { language } from "./settings";

/** What a button says: a place by its number, or what to explain, copy or draw. */
export interface Clicked {
  go?: string;
  explain?: string;
  subject?: string;
  copy?: string;
  graph?: string;
}

export class Panel implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private places: Places | undefined;
  private shown: string | undefined;

  constructor(type: string, private readonly style: string, clicked: (what: Clicked) => void, closed: () => void) {
    const options = { enableScripts: true, enableFindWidget: true, retainContextWhenHidden: true, localResourceRoots: [] };
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.panel = vscode.window.createWebviewPanel(type, "Kijun", column, options);
    this.panel.webview.onDidReceiveMessage((what: Clicked) => {
      const place = what.go === undefined ? undefined : this.places?.all[Number(what.go)];
      if (place) void open(place);
      else clicked(what);
    });
    this.panel.onDidDispose(closed);
  }

  /** Puts a body in place; the first loads the page. What is folded stays so, and where it is scrolled to if it is the same. */
  show(title: string, { body, places }: { body: Html; places: Places }, isSame: boolean): void {
    this.panel.title = title;
    this.places = places;
    if (this.shown === undefined) {
      this.panel.webview.html = page(language(), randomBytes(16).toString("base64url"), this.style, body);
    } else if (this.shown !== body.text) {
      void this.panel.webview.postMessage({ body: body.text, keep: isSame });
    }
    this.shown = body.text;
    if (!isSame) this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.panel.dispose();
  }
}

/** Opens a place where the editors are, not over the panel. */
export async function open({ uri, range }: Location): Promise<void> {
  const at = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some((tab) => tab.input instanceof vscode.TabInputText));
  const column = group?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection: at, viewColumn: column });
}
