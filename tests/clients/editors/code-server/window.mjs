// VS Code in Chromium: node window.mjs SERVER… installs the extension, opens the workspace of the other editors' tests, and looks
// for the diagnostic. The screenshot is target/clients/vscode.png.
import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const entry = path("node_modules/code-server/out/node/entry.js");
const shots = path("../../../../target/clients");
const home = mkdtempSync(join(tmpdir(), "kijun-window-"));
const workspace = join(home, "workspace");

const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, "config"), XDG_DATA_HOME: join(home, "data") };
const folders = ["--user-data-dir", join(home, "user"), "--extensions-dir", join(home, "extensions")];

/** A program `kijun` whose `lsp` is the server that is asked for. */
function program(server) {
  const quoted = server.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const file = join(home, "kijun");
  writeFileSync(file, `#!/bin/sh\nexport HOME='${process.env.HOME}'\nexec ${quoted}\n`);
  chmodSync(file, 0o755);
  return file;
}

function settings(server) {
  const folder = join(home, "user", "User");
  mkdirSync(folder, { recursive: true });
  const values = {
    "kijun.server.path": program(server),
    "kijun.language": "en",
    "security.workspace.trust.enabled": false,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "extensions.autoUpdate": false,
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(values));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function started(url) {
  for (let tries = 0; tries < 120; tries += 1) {
    if (await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false)) return;
    await sleep(250);
  }
  throw new Error("code-server did not start");
}

/** The open text; VS Code shows blanks as no-break spaces. */
const wrong = (page) => page.locator(".squiggly-error");

async function look(page) {
  await page.locator(".monaco-workbench").waitFor();
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "broken.kijun" }).dblclick();

  const line = (text) => page.locator(".view-line", { hasText: text }).first();
  await line("catalog").waitFor();
  await page.locator("#status\\.editor\\.mode", { hasText: "Kijun" }).waitFor();
  await wrong(page).first().waitFor();
  await page.screenshot({ path: join(shots, "vscode.png") });

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

async function main(server) {
  mkdirSync(shots, { recursive: true });
  cpSync(path("../workspace"), workspace, { recursive: true });
  settings(server);
  const vsix = path("../../../../editors/vscode/kijun.vsix");
  execFileSync(process.execPath, [entry, ...folders, "--install-extension", vsix], { env, stdio: ["ignore", "ignore", "inherit"] });

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  const child = spawn(process.execPath, [entry, ...folders, ...quiet, "--bind-addr", `127.0.0.1:${port}`], { env, stdio: "ignore" });
  const browser = await chromium.launch({ executablePath: process.env.KIJUN_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(60_000);
  try {
    await started(url);
    await page.goto(`${url}/?folder=${encodeURIComponent(workspace)}`);
    await look(page);
  } catch (error) {
    await page.screenshot({ path: join(shots, "vscode-failed.png") });
    throw error;
  } finally {
    await browser.close();
    child.kill();
    await sleep(500);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

await main(process.argv.slice(2));
console.log("VS Code: ok");
