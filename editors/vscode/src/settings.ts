// What is set: the program, and the language of its answers.
import { homedir } from "node:os";
import * as vscode from "vscode";

/** The program: what is set, or `kijun` from the path. */
export function binary(): string {
  const set = vscode.workspace.getConfiguration("kijun.server").get<string>("path", "").trim();
  return set.replace(/^~(?=\/)/, homedir()) || "kijun";
}

/** The language that the server answers in. */
export function language(): "ja" | "en" {
  const set = vscode.workspace.getConfiguration("kijun").get<string>("language", "auto");
  if (set === "ja" || set === "en") return set;
  return vscode.env.language.startsWith("ja") ? "ja" : "en";
}
