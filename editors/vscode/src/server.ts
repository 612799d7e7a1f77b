// The language server `kijun lsp`: its start, its stop, what is asked of it, and what is said when it is not there.
import * as vscode from "vscode";
import { type ClientCapabilities, LanguageClient, type LanguageClientOptions, ResponseError, type StaticFeature, TransportKind } from "vscode-languageclient/node";
import type { Where } from "./answers";
import { binary, language } from "./settings";
import { showTests } from "./tests";

/** Facts are read where they lie: in a folder `facts` of a workspace. */
const FACTS = "**/facts/**/*.{toml,csv,tsv,json,ndjson,yaml,yml}";
const WATCHED = ["**/*.kijun", "**/kijun.toml", "**/kijun.lock", "**/*.kpack", FACTS];

/** What came before the answer makes it worth asking again. */
const CONTENT_MODIFIED = -32801;
const INVALID_PARAMS = -32602;
const MOST_TRIES = 20;

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly analysed = new vscode.EventEmitter<void>();
  /** Fired whenever the server has worked something out. */
  readonly onAnalysed = this.analysed.event;

  /** Starts the server. Whoever has no binary is told where to set it; the colours work without. */
  async start(): Promise<void> {
    const command = binary();
    const args = ["lsp", ...vscode.workspace.getConfiguration("kijun.server").get<string[]>("arguments", [])];
    const run = { command, args, transport: TransportKind.stdio };
    const client = new LanguageClient("kijun", "Kijun", { run, debug: run }, options());
    client.registerFeature(PANELS);
    client.onNotification("kijun/analysed", () => this.analysed.fire());
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      await cannotStart(command, error);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client?.needsStop()) await client.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Tells the server what is set now. */
  async configure(): Promise<void> {
    await this.client?.sendNotification("workspace/didChangeConfiguration", { settings: { kijun: settings() } });
  }

  /** Asks the server; once more when something newer was worked out meanwhile. */
  async ask<T>(method: string, params: object): Promise<T> {
    if (this.client === undefined) throw new Error(vscode.l10n.t("The language server of Kijun is not running."));
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.client.sendRequest<T>(method, { lang: language(), ...params });
      } catch (error) {
        if (!(error instanceof ResponseError && error.code === CONTENT_MODIFIED && tries < MOST_TRIES)) throw error;
      }
    }
  }

  /** Asks with a notice; tells of a failure and gives nothing. */
  async askShown<T>(title: string, method: string, params: object): Promise<T | undefined> {
    const shown = { location: vscode.ProgressLocation.Window, title };
    try {
      return await vscode.window.withProgress(shown, () => this.ask<T>(method, params));
    } catch (error) {
      void vscode.window.showErrorMessage(reason(error));
      return undefined;
    }
  }

  /** What stands at the cursor, as requests name it. */
  where(editor: vscode.TextEditor | undefined): Where | undefined {
    const { document, selection } = editor ?? {};
    if (this.client === undefined || document?.uri.scheme !== "file" || selection === undefined) return undefined;
    const { line, character } = selection.active;
    return { textDocument: { uri: this.client.code2ProtocolConverter.asUri(document.uri) }, position: { line, character } };
  }

  dispose(): void {
    void this.stop();
    this.analysed.dispose();
  }
}

/** Whether the server refused what was asked, as it was asked. */
export function isRefused(error: unknown): boolean {
  return error instanceof ResponseError && error.code === INVALID_PARAMS;
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Says that there are panels that ask again. */
const PANELS: StaticFeature = {
  fillClientCapabilities: (capabilities: ClientCapabilities) => {
    capabilities.experimental = { ...capabilities.experimental, kijun: { analysed: true } };
  },
  initialize: () => {},
  getState: () => ({ kind: "static" }),
  clear: () => {},
};

function options(): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: "kijun" },
      { scheme: "untitled", language: "kijun" },
      { scheme: "file", pattern: "**/kijun.toml" },
      { scheme: "file", pattern: FACTS },
    ],
    synchronize: {
      fileEvents: WATCHED.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern)),
    },
    initializationOptions: settings(),
    middleware: {
      workspace: { configuration: (asked) => asked.items.map(settings) },
      executeCommand: async (command, args, next) => {
        const answer: unknown = await next(command, args);
        if (command === "kijun.runTests") showTests(answer);
        return answer;
      },
    },
  };
}

/** What the server is told; of `kijun.server` it needs nothing. */
function settings(): object {
  const set = vscode.workspace.getConfiguration("kijun");
  // Only what a person has set goes before what kijun.toml says.
  const coverage = set.inspect<string>("coverage");
  return {
    language: language(),
    track: set.get<string[]>("track", []),
    coverage: coverage?.workspaceFolderValue ?? coverage?.workspaceValue ?? coverage?.globalValue,
    levels: set.get<object>("levels", {}),
    verdicts: set.get<boolean>("verdicts", true),
  };
}

async function cannotStart(command: string, error: unknown): Promise<void> {
  const settings = vscode.l10n.t("Open the settings");
  const text = vscode.l10n.t("`{0} lsp` did not start: {1}. Set `kijun.server.path` to the program kijun.", command, reason(error));
  if ((await vscode.window.showErrorMessage(text, settings)) === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "kijun.server.path");
  }
}
