// VS Code in Chromium: node window.mjs SERVER… installs the extension, opens the workspace of the other editors' tests, and looks
// for the diagnostic. The screenshot is target/clients/vscode.png.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { inWindow, path } from "./harness.mjs";

function prepare(home) {
  const workspace = join(home, "workspace");
  cpSync(path("../workspace"), workspace, { recursive: true });
  return workspace;
}

/** The open text; VS Code shows blanks as no-break spaces. */
const wrong = (page) => page.locator(".squiggly-error");

async function look({ page, shot }) {
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "broken.kijun" }).dblclick();

  const line = (text) => page.locator(".view-line", { hasText: text }).first();
  await line("catalog").waitFor();
  await page.locator("#status\\.editor\\.mode", { hasText: "Kijun" }).waitFor();
  await wrong(page).first().waitFor();
  await shot();

  const coloured = line("catalog").locator("span span");
  const classes = await coloured.evaluateAll((spans) => new Set(spans.map((span) => span.className)).size);
  assert.ok(classes >= 3, `the line of the catalogue has ${classes} colours`);

  // Put right by hand, the sign goes.
  await line("BROKEN").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.type("  require r.locked");
  await wrong(page).first().waitFor({ state: "detached" });
}

await inWindow({ name: "vscode", server: process.argv.slice(2), prepare, set: { "kijun.language": "en" } }, look);
console.log("VS Code: ok");
