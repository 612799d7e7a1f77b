// What the TextMate grammar shows pieces of text as, read by the library that VS Code reads it with.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { before, describe, test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const repository = new URL("../../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, repository), "utf8");

let grammar;
before(async () => {
  await oniguruma.loadWASM(readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm")).buffer);
  const path = "editors/vscode/syntaxes/kijun.tmLanguage.json";
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(read(path), path),
  });
  grammar = await registry.loadGrammar("source.kijun");
});

/** Every piece of a text with the innermost scope of it, and what is left open at its end. */
function pieces(text) {
  let state = textmate.INITIAL;
  const out = [];
  for (const line of text.split("\n")) {
    const read = grammar.tokenizeLine(line, state);
    for (const token of read.tokens) {
      out.push({ text: line.slice(token.startIndex, token.endIndex), scopes: token.scopes });
    }
    state = read.ruleStack;
  }
  return { out, depth: state.depth };
}

/** `expected` is what each of some pieces is shown as, in the order in which they stand. */
function check(text, ...expected) {
  let rest = pieces(text).out;
  for (const [piece, scope] of expected) {
    const at = rest.findIndex((one) => one.text.trim() === piece);
    assert.notEqual(at, -1, `${piece} is no piece of ${JSON.stringify(rest.map((one) => one.text))}`);
    assert.ok(rest[at].scopes.at(-1).startsWith(scope), `${piece} is ${rest[at].scopes.at(-1)}, not ${scope}`);
    rest = rest.slice(at + 1);
  }
}

const ID = "entity.name.tag";

describe("words", () => {
  test("a declaration and its id", () => {
    check('requirement mhlw@4.2:8.1.2.C.オ "題名" {', ["requirement", "keyword.declaration"], ["mhlw@4.2:8.1.2.C.オ", ID]);
    check("section nist:AC-2(1) \"x\"", ["section", "keyword.declaration"], ["nist:AC-2(1)", ID]);
    check('requirement mitsf:2-⑦ "x"', ["mitsf:2-⑦", ID]);
    check("check 分析禁止 for mhlw:8.1.2 {", ["check", "keyword.declaration"], ["分析禁止", "entity.name.function"], ["for", "keyword.other.modifier"], ["mhlw:8.1.2", ID]);
    check("ordered enum 度合い {", ["ordered enum", "keyword.declaration"], ["度合い", "entity.name.type"]);
    check("attest mhlw:6.1.C.1 \"?\"", ["attest", "keyword.declaration"], ["mhlw:6.1.C.1", ID]);
  });

  test("a word of the language that is a name here", () => {
    check('  owner "所有者": person?', ["owner", "variable.other.property"]);
    check("  title: text", ["title", "variable.other.property"]);
    check("risk(x) if x.open", ["risk", "entity.name.function"]);
    check("  where d.source == x", ["where", "keyword.other.clause"], ["source", "variable.other.property"]);
    check("  owner administrator", ["owner", "keyword.other.clause"], ["administrator", "variable.other"]);
    check("define within(n: int): bool = n < maximum", ["within", "entity.name.function"], ["maximum", "variable.other"]);
  });

  test("an expression", () => {
    check(
      "  where not (c.signed + 1 year < 2026-04-01) implies count(d in s: d.n) >= 2",
      ["where", "keyword.other.clause"], ["not", "keyword.operator.word"], ["signed", "variable.other.property"],
      ["+", "keyword.operator"], ["1", "constant.numeric"], ["year", "support.type"], ["<", "keyword.operator"],
      ["2026-04-01", "constant.numeric.date"], ["implies", "keyword.operator.word"], ["count", "support.function"],
      ["in", "keyword.operator.word"], [">=", "keyword.operator"], ["2", "constant.numeric"],
    );
  });

  test("a pair of a mapping", () => {
    check("  A.9.4.2 equal PR.AC-2(1) strength 10", ["A.9.4.2", ID], ["equal", "constant.language"], ["PR.AC-2(1)", ID], ["strength", "keyword.other.clause"], ["10", "constant.numeric"]);
  });
});

describe("texts", () => {
  test("an expression in a message, and none in a title", () => {
    check('    ja "「{c.name}」\\n"', ["ja", "keyword.other.message"], ["{", "punctuation.section.embedded"], ["c", "variable.other"], ["name", "variable.other.property"], ["}", "punctuation.section.embedded"], ["\\n", "constant.character.escape"]);
    check('section a:1 "{x}"', ["{x}", "string.quoted"]);
  });

  test("a word in a text or a comment is neither", () => {
    check('  note ja "check for 8.1"', ["check for 8.1", "string.quoted"]);
    check("/// requirement x", ["/// requirement x", "comment.line.documentation"]);
    check("  level C // where", ["// where", "comment.line.double-slash"]);
  });

  test("a text that is not closed ends with its line", () => {
    check('  source "第4.2版\n  mark printed', ["第4.2版", "string.quoted"], ["mark", "keyword.other.clause"]);
  });
});

describe("tokens.toml", () => {
  /** `[word, scope]` of a section. */
  const words = (section) => {
    const [, text] = read("grammar/tokens.toml").split(`[${section}]\n`);
    return [...text.split("\n[")[0].matchAll(/^(\w+) = "(\w+)"$/gm)].map(([, word, scope]) => [word, scope]);
  };
  const SCOPES = {
    declaration: "keyword.declaration", clause: "keyword.other.clause", message: "keyword.other.message",
    operator: "keyword.operator.word", modifier: "keyword.other.modifier", type: "support.type",
  };

  test("every keyword is shown as it says", () => {
    const keywords = words("keywords");
    assert.ok(keywords.length > 90);
    for (const [word, scope] of keywords) check(scope === "declaration" ? `${word} x` : `  ${word} "x"`, [word, SCOPES[scope]]);
  });
});

test("every file of the corpus ends with nothing open, and none of its letters is without a scope", () => {
  for (const name of readdirSync(new URL("grammar/corpus/ok/", repository))) {
    const { out, depth } = pieces(read(`grammar/corpus/ok/${name}`));
    assert.equal(depth, 1, name);
    const plain = out.filter((one) => one.scopes.length === 1 && /[\p{L}\p{N}]/u.test(one.text));
    assert.deepEqual(plain.map((one) => one.text), [], name);
  }
});
