// VS Code on the example of a hospital: node hospital.mjs SERVER… sees verdicts in the facts and above a rule, explains one,
// follows an edit, has two names put right, and opens the matrix and the rule graph. Screenshots: target/clients/hospital-*.png.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inWindow, repository } from "./harness.mjs";

/** One that holds and one that does not. */
const TESTS = ["satisfied", "violated"]
  .map((verdict) => `test "${verdict}" {\n  given { password_policy p { name "方針"  min_length 8 } }\n  expect mitsf:MITSF-03.M2 ${verdict} for p\n}\n`)
  .join("\n");

function prepare(home) {
  const copied = (name) => cpSync(join(repository, name), join(home, "repository", name), { recursive: true });
  copied("rulepacks");
  copied("examples/city-hospital");
  const hospital = join(home, "repository/examples/city-hospital");
  writeFileSync(join(hospital, "tests.kijun"), TESTS);
  return hospital;
}

const FACTS = "facts/passwords.toml";
const POLICY = "生体情報モニタの方針";

/** What a person does in the window. */
function hands({ page, workspace }) {
  const pressed = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const picker = page.locator(".quick-input-widget");
  const typed = async (text) => {
    await picker.locator("input:focus").first().waitFor();
    await page.keyboard.insertText(text);
  };
  return {
    pressed,
    picker,
    typed,
    command: async (title) => {
      const offered = picker.locator(".monaco-list-row.focused", { hasText: title.slice(0, 16) });
      await untilOffered(offered, pressed, async () => {
        await pressed("F1");
        await typed(`>Kijun: ${title}`);
      });
      await pressed("Enter");
    },
    open: async (name) => {
      const tab = page.locator(".tab", { hasText: basename(name) });
      const row = (text) => page.locator(".explorer-folders-view .monaco-list-row", { hasText: text }).first();
      if ((await tab.count()) > 0) {
        await tab.click();
      } else {
        // The folder is folded for what lies beside it; a file in it is found by typing its name.
        const folder = name.includes("/") ? dirname(name) : "facts";
        const isOpen = (await row(folder).getAttribute("aria-expanded")) === "true";
        if (isOpen !== name.includes("/")) await row(folder).click();
        if (name.includes("/")) await page.keyboard.type(basename(name).slice(0, 6));
        await row(basename(name)).dblclick();
      }
      await page.locator(".tab.active", { hasText: basename(name) }).waitFor();
      await page.locator(".editor-group-container.active .monaco-editor.focused").waitFor();
    },
    go: async (line, column) => {
      await pressed("Control+G");
      await typed(`:${line}:${column}`);
      await pressed("Enter");
      await picker.waitFor({ state: "hidden" });
    },
  };
}

/**
 * Asks until something is offered. What a list offers is settled when it opens, so one that was opened while the window was still
 * at work may lack what is meant, and a person would open it again.
 */
async function untilOffered(offered, pressed, ask) {
  for (let left = 5; ; left -= 1) {
    await ask();
    const missing = await offered.waitFor({ timeout: 6_000 }).then(() => null, (error) => error);
    if (missing === null) return;
    if (left === 1) throw missing;
    await pressed("Escape");
  }
}

/** The document of a panel, inside the two frames in which VS Code keeps it. */
async function inPanel(page, selector) {
  for (let tries = 0; tries < 240; tries += 1) {
    for (const frame of page.frames()) {
      if ((await frame.locator(selector).count().catch(() => 0)) > 0) return frame;
    }
    await sleep(250);
  }
  throw new Error(`no panel with ${selector}`);
}

async function look({ page, workspace, shot }) {
  const { pressed, picker, typed, command, open, go } = hands({ page, workspace });
  const text = (name) => readFileSync(join(workspace, name), "utf8");
  const lineOf = (name, part) => text(name).split("\n").findIndex((line) => line.includes(part)) + 1;

  // Verdicts stand in the facts.
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  await open(FACTS);
  await page.locator(".squiggly-warning").first().waitFor({ timeout: 30_000 });
  const line = lineOf(FACTS, "min_length = 4");
  await go(line, 14);
  await shot("facts");

  // Why: in a panel, with the facts, what would put it right, and the rule.
  await command("Explain…");
  const proof = await inPanel(page, ".outcome");
  const told = await proof.locator("#page").innerText();
  for (const part of ["MITSF-03.M2", POLICY, "不適合", "証明", "min_length", "直し方", "8"]) {
    assert.ok(told.includes(part), `${part} is missing in the proof:\n${told}`);
  }
  const fonts = await proof.locator("h1").evaluate((h1) => getComputedStyle(h1).fontFamily);
  assert.match(fonts, /CJK JP/, "Japanese is set in a Japanese font");
  await shot("proof");

  // The rule and the fact lead to their places.
  await proof.locator(".rule .link").first().click();
  await page.locator(".tab.active", { hasText: ".kijun" }).waitFor();
  await shot("rule");
  await proof.locator(".of-fact .place").first().click();
  await page.locator(".tab.active", { hasText: "passwords.toml" }).waitFor();

  // A requirement in a pack shows its verdict above it.
  await proof.locator("h1 .link").click();
  await page.locator(".tab.active", { hasText: ".kijun" }).waitFor();
  await page.locator(".codelens-decoration:visible", { hasText: "不適合" }).first().waitFor();
  await shot("requirement");

  // An edit of the fact, and the proof follows.
  await open(FACTS);
  await go(line, 14);
  await pressed("Shift+End");
  await page.keyboard.insertText("8");
  await proof.locator(".outcome.verdict-satisfied").waitFor();
  await shot("followed");
  await pressed("Control+S");

  // A misspelt attribute is put right.
  await go(line, 1);
  await pressed("Shift+End");
  await page.keyboard.insertText("min_lenght = 8");
  await page.locator(".squiggly-error").first().waitFor();
  await go(line, 4);
  await quickFix(page, { pressed }, "min_length");
  await shot("fixed");
  await pressed("Control+S");
  await saved(() => text(FACTS), (now) => now.includes(`name = "${POLICY}"`) && !now.includes("min_lenght") && now.split("\n")[line - 1] === "min_length = 8");

  // A misspelt id in a module is, too.
  await open("profile.kijun");
  const rule = lineOf("profile.kijun", "check subcontractors_in_japan for naiki:2.4");
  const before = text("profile.kijun");
  await go(rule, "check subcontractors_in_japan for naiki:2.4".length + 1);
  await page.keyboard.insertText("4");
  await pressed("Escape");
  await page.locator(".squiggly-error").first().waitFor();
  await go(rule, 42);
  await quickFix(page, { pressed }, "2.4");
  await pressed("Control+S");
  await saved(() => text("profile.kijun"), (now) => now === before);

  // Tests are run, and what fails is written down.
  await open("tests.kijun");
  await command("Run the tests of this file");
  await page.locator(".panel .view-line", { hasText: "1 passed, 1 failed" }).waitFor();
  await page.locator(".panel .view-line", { hasText: "violated" }).first().waitFor();
  await shot("tests");
  await open("profile.kijun");

  // The rule graph.
  await go(rule, 12);
  await command("Rule graph");
  const graph = await inPanel(page, "svg .node");
  const drawn = await graph.locator("#page").innerText();
  for (const part of ["naiki:2.4", "subcontractors_in_japan", "supplies", "vendor.country"]) {
    assert.ok(drawn.includes(part), `${part} is missing in the graph:\n${drawn}`);
  }
  await shot("graph");
  await graph.locator(".node.kind-relation", { hasText: "supplies" }).click();
  await page.locator(".tab.active", { hasText: "vendors-and-contracts.kijun" }).waitFor();
  await sleep(500);

  // The matrix.
  await command("Show the coverage matrix…");
  for (const [title, name] of [["covers?", "mitsf@"], ["is covered?", "mhlw@4.2"]]) {
    await picker.locator(".quick-input-title", { hasText: title }).waitFor();
    await typed(name);
    await picker.locator(".monaco-list-row.focused", { hasText: name }).waitFor();
    await pressed("Enter");
  }
  const matrix = await inPanel(page, "#summary table");
  const title = await matrix.locator("h1").innerText();
  assert.match(title, /みなと市立病院/);
  await shot("matrix");

  // An id in it leads to its declaration.
  await matrix.locator("#grid td.heat:has(.half)").first().click();
  const id = matrix.locator("#panel .in-editor").first();
  await id.waitFor();
  await shot("matrix-panel");
  const name = await id.innerText();
  await id.click();
  await page.locator(".view-line", { hasText: name.split(":")[1] }).first().waitFor();
  await page.locator(".tab.active", { hasText: ".kijun" }).waitFor();
}

/** Takes the fix that is offered for what stands at the cursor. */
async function quickFix(page, { pressed }, meant) {
  const rows = page.locator(".action-widget .monaco-list-row.action");
  await untilOffered(rows.filter({ hasText: meant }).first(), pressed, () => pressed("Control+."));
  const focused = page.locator(".action-widget .monaco-list-row.focused", { hasText: meant });
  for (let left = await rows.count(); left > 0 && (await focused.count()) === 0; left -= 1) await pressed("ArrowDown");
  await pressed("Enter");
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
}

async function saved(read, wanted) {
  for (let tries = 0; tries < 40; tries += 1) {
    if (wanted(read())) return;
    await sleep(250);
  }
  assert.fail(`the saved text is not as wanted:\n${read()}`);
}

const set = { "kijun.language": "ja", "workbench.colorTheme": process.env.KIJUN_THEME ?? "Default Light Modern" };
await inWindow({ name: "hospital", server: process.argv.slice(2), prepare, set, viewport: { width: 1600, height: 1000 } }, look);
console.log("VS Code on the hospital: ok");
