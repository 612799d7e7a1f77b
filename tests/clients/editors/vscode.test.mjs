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

describe("the page of a proof", async () => {
  const { proofBody } = await load("proofPage");
  const { page } = await load("html");
  const at = (name, line) => ({ uri: `file:///w/${name}`, range: { start: { line, character: 1 }, end: { line, character: 2 } } });
  const fact = { name: "contract.c1.clauses", label: "条項", repeated: false, values: [{ text: "{ <b> }", evidence: "契約書", location: at("facts/contract.csv", 1) }] };
  const leaf = { truth: "false", label: "偽", binding: { name: "c", value: "c1" }, text: 'a < "b"', location: at("r.kijun", 4), facts: [fact], notes: [], children: [] };
  const violated = { name: "violated", label: "不適合" };
  const answer = {
    requirement: { id: "mhlw:8.1", edition: "4.2", title: "条項", tags: "必須", source: "8.1", verdict: violated, withdrawn: null, location: at("norms.kijun", 5) },
    subject: "c1",
    outcomes: [{
      subject: { kind: "record", label: "c1", location: at("facts/contract.csv", 1) }, verdict: violated,
      rule: { name: "clauses", mark: null, text: "check clauses", location: at("r.kijun", 3) },
      message: "罰則がありません", fix: "", proof: [{ ...leaf, facts: [], children: [leaf] }], facts: [],
      repairs: [{ steps: [{ text: "罰則を加える", location: at("facts/contract.csv", 1) }, { text: "も", location: null }], unverified: true }],
      missing: [{ name: "contract.c1.signed", question: "いつですか", of: "購買", location: null }],
    }],
    others: [{ subject: "c2", id: "c2", rule: "clauses", verdict: { name: "satisfied", label: "適合" } }],
    beside: [{ id: "mhlw:8.2", subject: "c1", verdict: null }], reasons: [], below: [], markdown: "",
  };

  test("every place can be opened and every text is text", () => {
    const { body, places } = proofBody(answer, "ja");
    const opened = [...body.text.matchAll(/data-go="(\d+)" title="([^"]*)"/g)].map(([, number, title]) => [places.all[Number(number)], title]);
    assert.equal(opened.length, 7);
    for (const [place, title] of opened) assert.equal(title, `${place.uri.split("/").pop()}:${place.range.start.line + 1}`);
    assert.equal(opened.length, places.all.length);
    assert.match(body.text, /\{ &lt;b&gt; \}/);
    assert.match(body.text, /a &lt; &quot;b&quot;/);
    for (const text of ["罰則がありません", "直し方", "確かめていません", "足りない事実", "いつですか", "購買", "c = c1"]) assert.ok(body.text.includes(text), text);
    assert.match(body.text, /data-explain="mhlw:8.1" data-subject="c2"/);
    assert.match(body.text, /data-graph="mhlw:8.1"/);
  });

  test("in English it says the same in English", () => {
    const { body } = proofBody(answer, "en");
    for (const text of ["Repairs", "not tried", "Missing facts", "answered by: 購買"]) assert.ok(body.text.includes(text), text);
  });

  test("the page runs its own script and nothing else", () => {
    const { body } = proofBody(answer, "ja");
    const whole = page("ja", "N0nce", ".x{}", body);
    assert.match(whole, /default-src 'none'; style-src 'nonce-N0nce'; script-src 'nonce-N0nce'/);
    assert.deepEqual(whole.match(/<(script|style)[^>]*>/g), ['<style nonce="N0nce">', '<script nonce="N0nce">']);
    assert.ok(!/ (style|on\w+)=/.test(whole), "no style or listener in an attribute");
  });
});

describe("the page of a rule graph", async () => {
  const { columnsOf, orderOf, graphBody } = await load("graphPage");
  const node = (name, kind) => ({ kind, label: kind, name, title: "", focus: name === "c", verdict: null, location: null });
  const graph = {
    nodes: [node("r", "requirement"), node("c", "check"), node("d", "define"), node("s", "relation"), node("x", "attribute"), node("y", "attribute")],
    edges: [[0, 1], [1, 2], [2, 3], [3, 3], [3, 2], [1, 4], [3, 5]].map(([from, to]) => ({ from, to, kind: "uses" })),
  };

  test("what rests on something stands before it, attributes last, also where relations go round", () => {
    assert.deepEqual(columnsOf(graph), [0, 1, 2, 3, 4, 4]);
    assert.deepEqual(orderOf(graph, columnsOf(graph)).flat().sort(), [0, 1, 2, 3, 4, 5]);
  });

  test("every node and edge is drawn", () => {
    const { body } = graphBody(graph, "en");
    assert.equal(body.text.match(/<foreignObject /g).length, 6);
    assert.equal(body.text.match(/<path /g).length, 7);
    assert.match(body.text, /kind-check focus/);
    assert.ok(graphBody({ nodes: [], edges: [] }, "ja").body.text.includes("0 個の要素"));
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
