// The parts of the VS Code extension that do not need VS Code, and what is said in two languages.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const extension = fileURLToPath(new URL("../../../editors/vscode/", import.meta.url));
const json = (name) => JSON.parse(readFileSync(join(extension, name), "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "kijun-vscode-"));
after(() => rmSync(scratch, { recursive: true }));

/** A module of the extension, from its TypeScript. */
async function load(name) {
  const esbuild = createRequire(join(extension, "package.json"))("esbuild");
  const outfile = join(scratch, `${name}.mjs`);
  await esbuild.build({ entryPoints: [join(extension, `src/${name}.ts`)], bundle: true, format: "esm", platform: "node", outfile });
  return import(pathToFileURL(outfile));
}

describe("pages in a panel", async () => {
  const { contained } = await load("policy");
  const page = (policy, rest = "<script>1</script>") => `<!DOCTYPE html><html><head>${policy && `<meta http-equiv="Content-Security-Policy" content="${policy}">`}${rest}</head></html>`;
  const strict = "default-src 'none'; script-src 'sha256-abc='; style-src 'sha256-def='";

  test("a page with a strict policy of its own keeps it and runs", () => {
    assert.deepEqual(contained(page(strict)), { html: page(strict), scripts: true });
    assert.ok(contained(page(strict.replaceAll("'", "&#39;"))).scripts);
  });

  test("any other page runs nothing and loads nothing", () => {
    const loose = ["", "script-src 'sha256-abc='", "default-src 'none'; script-src 'unsafe-inline'", "default-src 'none'; connect-src https://x.example", "default-src 'none'; img-src *"];
    for (const policy of loose) {
      const { html, scripts } = contained(page(policy));
      assert.equal(scripts, false, policy);
      assert.match(html, /^<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'/);
    }
    const late = `<html><head><script>1</script><meta http-equiv="Content-Security-Policy" content="${strict}"></head></html>`;
    assert.equal(contained(late).scripts, false, "a policy after a script says nothing of it");
  });
});

describe("catalogues of a module", async () => {
  const { catalogsOf, distinct } = await load("catalogs");

  test("each with its edition", () => {
    const module = readFileSync(join(extension, "../../grammar/corpus/ok/norms.kijun"), "utf8");
    assert.deepEqual(catalogsOf(module), [{ id: "mhlw@4.2", title: "医療情報システムの安全管理に関するガイドライン" }]);
    assert.deepEqual(catalogsOf('catalog a "甲" { level C must "x" }\n// catalog b "乙" { }'), [{ id: "a", title: "甲" }]);
  });

  test("in order, once", () => {
    const [a, b] = ["a", "b"].map((id) => ({ id, title: id }));
    assert.deepEqual(distinct([b, a, b]), [a, b]);
  });
});

describe("two languages", () => {
  const used = (text, pattern) => new Set([...text.matchAll(pattern)].map((found) => found[1]));

  test("everything in package.json is said in both", () => {
    const wanted = [...used(JSON.stringify(json("package.json")), /%([\w.]+)%/g)].sort();
    assert.ok(wanted.length >= 9);
    for (const name of ["package.nls.json", "package.nls.ja.json"]) assert.deepEqual(Object.keys(json(name)).sort(), wanted, name);
  });

  test("everything that the extension says is in the bundle, and nothing else", () => {
    const sources = readdirSync(join(extension, "src")).map((name) => readFileSync(join(extension, "src", name), "utf8"));
    const said = used(sources.join("\n"), /l10n\.t\(\s*"([^"]*)"/g);
    const bundle = json("l10n/bundle.l10n.ja.json");
    assert.deepEqual(Object.keys(bundle).sort(), [...said].sort());
    for (const [english, japanese] of Object.entries(bundle)) {
      assert.deepEqual(japanese.match(/\{\d\}/g)?.sort(), english.match(/\{\d\}/g)?.sort(), english);
    }
  });
});

describe("the language configuration", () => {
  const { wordPattern, indentationRules } = json("language-configuration.json");

  test("an id is one word", () => {
    const pattern = new RegExp(wordPattern.pattern, `${wordPattern.flags}g`);
    const words = 'check 分析禁止 for mhlw@4.2:8.1.2.C.オ, nist:AC-2(1) mitsf:2-⑦ {'.match(pattern);
    assert.deepEqual(words, ["check", "分析禁止", "for", "mhlw@4.2:8.1.2.C.オ", "nist:AC-2(1)", "mitsf:2-⑦"]);
  });

  test("a block that stays open indents, a brace in a text does not", () => {
    const more = new RegExp(indentationRules.increaseIndentPattern);
    for (const line of ["check a for b:1 {", "  given { // 前提", '  contract "c{1" {']) assert.ok(more.test(line), line);
    for (const line of ["enum a { b }", '  ja "{c.name"', "// {", "  where c.x"]) assert.ok(!more.test(line), line);
  });
});

describe("snippets", () => {
  const kijun = process.env.KIJUN;

  /** The text that a snippet gives when nothing is changed. */
  const expand = (body) => {
    let text = body.join("\n").replaceAll("$CURRENT_YEAR", "2026").replaceAll("$CURRENT_MONTH", "04").replaceAll("$CURRENT_DATE", "01");
    text = text.replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, "$1").replace(/\$\{\d+:([^{}]*)\}/g, "$1");
    return `${text.replaceAll("$0", "")}\n`.replace(/\n+$/, "\n");
  };

  test("each is found by one word and is what the formatter would write", { skip: !kijun && "KIJUN names no program" }, () => {
    const seen = new Set();
    for (const language of ["ja", "en"]) {
      for (const [name, { prefix, body }] of Object.entries(json(`snippets/${language}.json`))) {
        for (const word of prefix) assert.ok(!seen.has(word) && seen.add(word), word);
        const path = join(scratch, "snippet.kijun");
        writeFileSync(path, expand(body));
        const { status, stdout, stderr } = spawnSync(kijun, ["--lang", "en", "fmt", path], { encoding: "utf8" });
        assert.equal(status, 0, `${name}\n${stdout}${stderr}${expand(body)}`);
      }
    }
    assert.ok(seen.size >= 12);
  });
});

test("the package holds what it needs and nothing else", () => {
  execFileSync("npm", ["run", "--silent", "package"], { cwd: extension, stdio: ["ignore", "ignore", "inherit"] });
  const list = execFileSync("npx", ["vsce", "ls", "--no-dependencies"], { cwd: extension, encoding: "utf8" }).trim().split("\n");
  for (const name of ["dist/extension.js", "icons/kijun.png", "syntaxes/kijun.tmLanguage.json", "snippets/ja.json", "l10n/bundle.l10n.ja.json", "package.nls.ja.json"]) {
    assert.ok(list.includes(name), `${name} is not in ${list}`);
  }
  assert.ok(list.every((name) => !/node_modules|^src|\.ts$|\.map$/.test(name)), String(list));
});
