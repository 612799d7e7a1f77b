// The language server `kijun lsp`: its start, its stop, and what is said when it is not there.
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, TransportKind } from "vscode-languageclient/node";
import { binary, language } from "./run";

/** Facts are read where they lie: in a folder `facts` of a workspace. */
const FACTS = "**/facts/**/*.{toml,csv,tsv,json,ndjson,yaml,yml}";
const WATCHED = ["**/*.kijun", "**/kijun.toml", FACTS];

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;

  /** Starts the server. Whoever has no binary is told where to set it; the colours work without. */
  async start(): Promise<void> {
    const command = binary();
    const args = ["lsp", ...vscode.workspace.getConfiguration("kijun.server").get<string[]>("arguments", [])];
    const run = { command, args, transport: TransportKind.stdio };
    const client = new LanguageClient("kijun", "Kijun", { run, debug: run }, options());
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

  dispose(): void {
    void this.stop();
  }
}

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
    middleware: { workspace: { configuration: (asked) => asked.items.map(settings) } },
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
  const reason = error instanceof Error ? error.message : String(error);
  const settings = vscode.l10n.t("Open the settings");
  const text = vscode.l10n.t("`{0} lsp` did not start: {1}. Set `kijun.server.path` to the program kijun.", command, reason);
  if ((await vscode.window.showErrorMessage(text, settings)) === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "kijun.server.path");
  }
}
