// Queries for tree-sitter, and words for Emacs.

const CAPTURES = {
  declaration: "keyword",
  clause: "keyword.modifier",
  message: "label",
  operator: "keyword.operator",
  modifier: "keyword",
  type: "type.builtin",
  constant: "constant.builtin",
};

/** Single words that the grammar has nodes of their own for. */
const NODES = ["none", "today"];

const BEGIN = "; words of the language, from grammar/tokens.toml: begin\n";
const END = "; words of the language: end\n";

/** The query with the words between its two marks. */
export function highlights(query, scopes) {
  const [before, rest] = query.split(BEGIN);
  const after = rest.split(END)[1];
  const list = (words) => words.filter((word) => !NODES.includes(word)).map((word) => `  "${word}"\n`).join("");
  const lists = Object.entries(scopes).map(([scope, words]) => `[\n${list(words)}] @${CAPTURES[scope]}\n`);
  return before + BEGIN + lists.join("") + END + after;
}

/** What Helix calls by another name. */
const HELIX = {
  "keyword.modifier": "keyword.storage.modifier",
  number: "constant.numeric",
  "string.escape": "constant.character.escape",
  "string.special.symbol": "string.special.symbol",
  "comment.documentation": "comment.line.documentation",
  module: "namespace",
  property: "variable.other.member",
  "function.call": "function",
};

export function helix(query) {
  return query.replace(/@([a-z.]+)/g, (whole, name) => `@${HELIX[name] ?? name}`);
}

export function emacs(scopes) {
  const list = ([scope, words]) => `(defconst kijun-words-${scope}\n  '(${words.map((word) => `"${word}"`).join("\n    ")}))`;
  return [
    ";;; kijun-words.el --- The words of Kijun  -*- lexical-binding: t; -*-",
    "",
    ";;; Commentary:",
    ";; Written by editors/generate.mjs from grammar/tokens.toml.",
    "",
    ";;; Code:",
    "",
    Object.entries(scopes).map(list).join("\n\n"),
    "",
    "(provide 'kijun-words)",
    ";;; kijun-words.el ends here",
    "",
  ].join("\n");
}
