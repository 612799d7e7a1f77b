// VS Code in Chromium: a home of its own with the extension installed, a window on a folder, and screenshots of it in
// target/clients.
import { spawn, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const path = (name) => fileURLToPath(new URL(name, import.meta.url));
export const repository = path("../../../..");
const entry = path("node_modules/code-server/out/node/entry.js");
const shots = join(repository, "target/clients");

/** A program `kijun` whose `lsp` is the server that is asked for. */
function program(home, server) {
  const quoted = server.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const file = join(home, "kijun");
  writeFileSync(file, `#!/bin/sh\nexport HOME='${process.env.HOME}'\nexec ${quoted}\n`);
  chmodSync(file, 0o755);
  return file;
}

function settings(home, values) {
  const folder = join(home, "user", "User");
  mkdirSync(folder, { recursive: true });
  const quiet = {
    "security.workspace.trust.enabled": false,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "extensions.autoUpdate": false,
    "extensions.ignoreRecommendations": true,
    "editor.minimap.enabled": false,
    ...values,
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(quiet));
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

/** Opens the folder that `prepare` makes in a home, and hands the page of the window to `look`. */
export async function inWindow({ name, server, prepare, set = {}, viewport = { width: 1280, height: 800 } }, look) {
  mkdirSync(shots, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), "kijun-window-"));
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, "config"), XDG_DATA_HOME: join(home, "data") };
  const folders = ["--user-data-dir", join(home, "user"), "--extensions-dir", join(home, "extensions")];
  const workspace = prepare(home);
  settings(home, { "kijun.server.path": program(home, server), ...set });
  const vsix = join(repository, "editors/vscode/kijun.vsix");
  execFileSync(process.execPath, [entry, ...folders, "--install-extension", vsix], { env, stdio: ["ignore", "ignore", "inherit"] });

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  const child = spawn(process.execPath, [entry, ...folders, ...quiet, "--bind-addr", `127.0.0.1:${port}`], { env, stdio: "ignore" });
  const browser = await chromium.launch({ executablePath: process.env.KIJUN_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(30_000);
  const shot = (of) => page.screenshot({ path: join(shots, `${name}${of ? `-${of}` : ""}.png`) });
  try {
    await started(url);
    await page.goto(`${url}/?folder=${encodeURIComponent(workspace)}`);
    await page.locator(".monaco-workbench").waitFor();
    await look({ page, workspace, shot });
  } catch (error) {
    await shot("failed");
    throw error;
  } finally {
    await browser.close();
    child.kill();
    await sleep(500);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
