// Writes what the editors show the words of the language as, from grammar/tokens.toml:
//
//   node editors/generate.mjs           writes
//   node editors/generate.mjs --check   changes nothing; names what is out of date, and ends with status 1 if anything is
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { textmate } from "./generate/textmate.mjs";
import { emacs, helix, highlights } from "./generate/others.mjs";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name) => readFileSync(path(name), "utf8");

/** `word = "scope"` of both sections: `{ scope: [words] }`, in the order of the file. */
function tokens(text) {
  const scopes = {};
  for (const line of text.split("\n")) {
    const found = /^(\w+) = "(\w+)"$/.exec(line);
    if (found) (scopes[found[2]] ??= []).push(found[1]);
    else if (line && !/^(#|\[)/.test(line)) throw new Error(`grammar/tokens.toml: ${line}`);
  }
  return scopes;
}

function files() {
  const scopes = tokens(read("grammar/tokens.toml"));
  const queries = "editors/tree-sitter-kijun/queries";
  const query = (name) => read(`${queries}/${name}.scm`);
  const coloured = highlights(query("highlights"), scopes);
  const out = {
    "editors/vscode/syntaxes/kijun.tmLanguage.json": textmate(scopes),
    "editors/emacs/kijun-words.el": emacs(scopes),
    [`${queries}/highlights.scm`]: coloured,
    "editors/neovim/queries/kijun/highlights.scm": coloured,
    "editors/helix/queries/kijun/highlights.scm": helix(coloured),
    "editors/helix/queries/kijun/locals.scm": query("locals"),
    "editors/helix/queries/kijun/injections.scm": query("injections"),
  };
  for (const name of ["folds", "locals", "injections"]) out[`editors/neovim/queries/kijun/${name}.scm`] = query(name);
  return out;
}

function current(name) {
  try {
    return read(name);
  } catch {
    return "";
  }
}

const stale = Object.entries(files()).filter(([name, text]) => current(name) !== text);
for (const [name, text] of stale) {
  if (process.argv.includes("--check")) console.error(`${name} is out of date: node editors/generate.mjs`);
  else writeFileSync(path(name), text);
}
if (process.argv.includes("--check") && stale.length > 0) process.exitCode = 1;
