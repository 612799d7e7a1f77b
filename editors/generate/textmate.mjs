// The TextMate grammar: colours before the language server answers, and where there is none. It reads line by line and
// knows no blocks, so a clause word counts as a name where a sign follows that no clause has.

const SCOPES = {
  declaration: "keyword.declaration.kijun",
  clause: "keyword.other.clause.kijun",
  message: "keyword.other.message.kijun",
  operator: "keyword.operator.word.kijun",
  modifier: "keyword.other.modifier.kijun",
  type: "support.type.kijun",
  constant: "constant.language.kijun",
};

const LETTER = "[\\p{L}\\p{N}\\p{M}_]";
const WORD = `[\\p{L}_]${LETTER}*`;
const EDITION = "@[\\p{L}\\p{N}\\p{M}_.\\-]+";
const PART = `${LETTER}+(?:\\(${LETTER}+\\))*`;
const PATH = `${PART}(?:[.\\-]${PART})*`;
const ID = `(?:${WORD}(?:${EDITION})?:)?${PATH}`;

const whole = (pattern) => `(?<![\\p{L}\\p{N}\\p{M}_.])(?:${pattern})(?!${LETTER})`;
const anyOf = (words) => [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join("|");

/** Not where `word:`, `word "title":`, `word(` or `word =` says that it is a name. */
const NOT_A_NAME = '(?!\\s*(?:"[^"\\n]*"\\s*)?(?::|\\()|\\s*\\.)';

const ESCAPE = { name: "constant.character.escape.kijun", match: "\\\\." };
const QUOTES = {
  beginCaptures: { 0: { name: "punctuation.definition.string.begin.kijun" } },
  endCaptures: { 0: { name: "punctuation.definition.string.end.kijun" } },
};

function comments() {
  const line = (name, sign) => ({ name: `comment.line.${name}.kijun`, match: `${sign}.*$` });
  return { patterns: [line("documentation", "//[/!]"), line("double-slash", "//")] };
}

function strings() {
  return {
    name: "string.quoted.double.kijun",
    begin: '"',
    end: '"|$',
    ...QUOTES,
    patterns: [ESCAPE],
  };
}

/** The text after `ja` or `en`, in which `{…}` is an expression. */
function messages(words) {
  return {
    begin: `${whole(anyOf(words))}(?=\\s*")`,
    beginCaptures: { 0: { name: SCOPES.message } },
    end: '(?<=")|$',
    patterns: [
      {
        name: "string.quoted.double.kijun",
        begin: '"',
        end: '"|$',
        ...QUOTES,
        patterns: [
          ESCAPE,
          {
            name: "meta.embedded.line.kijun",
            begin: "\\{",
            end: '\\}|(?=")',
            beginCaptures: { 0: { name: "punctuation.section.embedded.begin.kijun" } },
            endCaptures: { 0: { name: "punctuation.section.embedded.end.kijun" } },
            patterns: [{ include: "#expression" }],
          },
        ],
      },
    ],
  };
}

/** `requirement mhlw:8.1 "…"`: the word and the id after it. */
function declarations(words) {
  const normed = ["requirement", "section", "satisfy"];
  const typed = ["entity", "enum"];
  const others = words.filter((word) => ![...normed, ...typed].includes(word));
  const name = (list, scope, pattern) => ({
    match: `^\\s*((?:(?:extend|ordered)\\s+)?(?:${anyOf(list)}))\\s+(${pattern})(?!${LETTER})`,
    captures: { 1: { name: SCOPES.declaration }, 2: { name: scope } },
  });
  return {
    patterns: [
      name(normed, "entity.name.tag.kijun", ID),
      name(typed, "entity.name.type.kijun", `${WORD}`),
      name(["check", "define", "relation", "table", "attest"], "entity.name.function.kijun", `${WORD}(?=\\s*(?:\\(|for${"\\b"}))`),
      { name: SCOPES.declaration, match: `^\\s*(?:${anyOf([...others, ...normed, ...typed])})(?!${LETTER})(?!\\s*\\()` },
    ],
  };
}

function pairs(relationships) {
  return {
    match: `^\\s*(${ID})\\s+(${anyOf(relationships)})\\s+(${ID})`,
    captures: {
      1: { name: "entity.name.tag.kijun" },
      2: { name: SCOPES.constant },
      3: { name: "entity.name.tag.kijun" },
    },
  };
}

function ids() {
  return {
    patterns: [
      { name: "entity.name.tag.kijun", match: `(?<![\\p{L}\\p{N}\\p{M}_.@])${WORD}(?:${EDITION})?:${PATH}` },
      { name: "entity.name.namespace.kijun", match: `(?<![\\p{L}\\p{N}\\p{M}_.])${WORD}${EDITION}` },
      { name: "entity.name.tag.kijun", match: `(?<![\\p{L}\\p{N}\\p{M}_.])[0-9]+(?:\\.${LETTER}+){2,}` },
      // No attribute begins with a digit, so this is no path of attributes.
      { name: "entity.name.tag.kijun", match: `(?<![\\p{L}\\p{N}\\p{M}_.])${WORD}\\.[0-9]${LETTER}*(?:[.\\-]${PART})*` },
    ],
  };
}

const RELATIONSHIPS = ["equal", "equivalent", "subset", "superset", "intersects", "unrelated"];
const UNITS = ["year", "years", "month", "months", "week", "weeks", "day", "days"];
const AGGREGATES = ["count", "sum", "share", "min", "max"];

function expression(scopes) {
  const aggregates = scopes.operator.filter((word) => AGGREGATES.includes(word));
  const operators = scopes.operator.filter((word) => !AGGREGATES.includes(word));
  return {
    patterns: [
      { include: "#strings" },
      { name: "constant.numeric.date.kijun", match: whole("[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?") },
      {
        match: `(?<![\\p{L}\\p{N}\\p{M}_.])([0-9]+(?:\\.[0-9]+)?)(?:\\s*(${anyOf(UNITS)}))?(?!${LETTER})`,
        captures: { 1: { name: "constant.numeric.kijun" }, 2: { name: SCOPES.type } },
      },
      { name: SCOPES.constant, match: whole("true|false|none|today") },
      { name: "support.function.kijun", match: `${whole(anyOf(aggregates))}(?=\\s*\\()` },
      { name: SCOPES.operator, match: whole(anyOf(operators)) },
      { name: "keyword.operator.kijun", match: "==|!=|<=|>=|->|[<>=+*\\-]" },
      { name: "entity.name.function.kijun", match: `${WORD}(?=\\()` },
      { match: `\\.(${WORD})`, captures: { 1: { name: "variable.other.property.kijun" } } },
      { name: "constant.language.unknown.kijun", match: "\\?" },
      { name: "variable.other.kijun", match: `${WORD}|[◎○〇△×●▲◯]` },
    ],
  };
}

export function textmate(scopes) {
  const later = [...RELATIONSHIPS, ...UNITS, ...AGGREGATES, "true", "false", "none", "today"];
  const left = (scope) => scopes[scope].filter((word) => !later.includes(word));
  const words = (scope) => ({ name: SCOPES[scope], match: `${whole(anyOf(left(scope)))}${NOT_A_NAME}` });
  const attribute = {
    match: `^\\s*(${WORD})(?=\\s*(?:"[^"\\n]*"\\s*)?:)`,
    captures: { 1: { name: "variable.other.property.kijun" } },
  };
  const grammar = {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    comment: "Written by editors/generate.mjs from grammar/tokens.toml.",
    name: "Kijun",
    scopeName: "source.kijun",
    fileTypes: ["kijun"],
    patterns: [
      "comments", "declarations", "pairs", "messages", "ids", "attribute", "clauses", "modifiers", "types", "verdicts",
      "expression",
    ].map((name) => ({ include: `#${name}` })),
    repository: {
      comments: comments(),
      strings: strings(),
      messages: messages(scopes.message),
      declarations: declarations(scopes.declaration),
      pairs: pairs(scopes.constant.filter((word) => RELATIONSHIPS.includes(word))),
      ids: ids(),
      attribute,
      clauses: words("clause"),
      modifiers: words("modifier"),
      types: words("type"),
      verdicts: words("constant"),
      expression: expression(scopes),
    },
  };
  return `${JSON.stringify(grammar, null, 2)}\n`;
}
