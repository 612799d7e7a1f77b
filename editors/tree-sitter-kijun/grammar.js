/**
 * The grammar of Kijun for tree-sitter: what editors colour, fold and select by.
 *
 * It follows ../../grammar/kijun.pest rule by rule, and its tests hold the two to the same files. Where pest tries
 * alternatives in order, this one has tokens that do not overlap, or a precedence:
 *
 * - the reserved words are left out of the token `_word`, so that a name can never be one of them;
 * - every other keyword is extracted from `_word`: it is a keyword where the grammar asks for one, and a name elsewhere;
 * - `prec.right` stands for "as far as it goes".
 *
 * @file Kijun, policy as code
 */

/// <reference types="tree-sitter-cli/dsl" />

const START = "\\p{XID_Start}_";
const CONTINUE = "\\p{XID_Continue}";
const ID = "\\p{XID_Continue}\\p{N}";

const RESERVED = [
  "and", "or", "not", "in", "any", "all", "implies", "true", "false", "none", "today", "where", "with", "require",
  "each",
];

/** The words that begin declarations; a relation may be called by one of them. */
const DECLARATIONS = [
  "instrument", "catalog", "section", "requirement", "ordered", "enum", "extend", "entity", "relation", "define",
  "param", "table", "check", "attest", "satisfy", "mapping", "risk", "profile", "test", "property",
];

const PART = `[${ID}]+(\\([${ID}]+\\))*`;
const PATH = `${PART}([.-]${PART})*`;
const EDITION = `@[${CONTINUE}.\\-]+`;
const WORD = `[${START}][${CONTINUE}]*`;

/** A regular expression of all words that are none of `words`. It walks the tree of their letters: at each node a word
 * may end if none of `words` ends there, or go on with a letter that none of them goes on with. */
function wordExcept(words) {
  const walk = (rest, first) => {
    const letters = [...new Set(rest.filter((word) => word).map((word) => word[0]))];
    const any = first ? `[${START}--[${letters.join("")}]]` : `[${CONTINUE}--[${letters.join("")}]]`;
    const ways = [letters.length > 0 ? `${any}[${CONTINUE}]*` : `[${CONTINUE}]+`];
    for (const letter of letters) {
      const tails = rest.filter((word) => word[0] === letter).map((word) => word.slice(1));
      ways.push(`${letter}${walk(tails, false)}`);
    }
    const mayEnd = !first && !rest.includes("");
    return `(${ways.join("|")})${mayEnd ? "?" : ""}`;
  };
  return walk(words, true);
}

const list = (rule) => seq(rule, repeat(seq(",", rule)));
const block = (...clauses) => seq("{", repeat(choice(...clauses)), "}");

module.exports = grammar({
  name: "kijun",

  word: ($) => $._word,

  extras: ($) => [/[ \t\r\n\u3000\uFEFF]/, $.module_comment, $.doc_comment, $.comment],

  supertypes: ($) => [$.declaration],

  conflicts: ($) => [
    // `count(x in …` is an aggregate if it goes on as one, else a call of a function of that name.
    [$._operand_name, $.aggregate],
    // `en "…"` belongs to the attribute before it, or names the entity; before `:` it is the next attribute.
    [$.attribute],
    [$._attribute_name, $.en],
    [$._attribute_name, $.ask],
  ],

  rules: {
    file: ($) => repeat($.declaration),

    declaration: ($) => choice(
      $.instrument, $.catalog, $.section, $.requirement, $.risk, $.enumeration, $.extension, $.entity, $.relation,
      $.rule, $.definition, $.param, $.table, $.check, $.attest, $.satisfy, $.mapping, $.profile, $.test, $.property,
    ),

    // ------------------------------------------------------------ tokens

    module_comment: () => token(prec(2, /\/\/![^\n]*/)),
    doc_comment: () => token(prec(1, /\/\/\/[^\n]*/)),
    comment: () => token(/\/\/[^\n]*/),

    _word: () => new RustRegex(wordExcept(RESERVED)),
    symbol: () => /[◎○〇△×●▲◯]/,
    name: ($) => choice($._word, $.symbol),
    field: ($) => $._word,

    // Order decides between tokens of one length: a word, a number or a date is an id only where it can be nothing else.
    _number: () => /[0-9]+(\.[0-9]+)?/,
    _date: () => /[0-9]{4}-[0-9]{2}(-[0-9]{2})?/,
    number: ($) => $._number,
    date: ($) => $._date,
    year: () => /[0-9]{4}/,
    truth: () => choice("true", "false"),
    none: () => "none",
    today: () => "today",
    unknown: () => "?",
    unit: () => choice("years", "year", "months", "month", "weeks", "week", "days", "day"),
    _id: () => new RustRegex(`(${WORD}(${EDITION})?:)?${PATH}`),
    _catalog: () => new RustRegex(`${WORD}(${EDITION})?`),

    requirement_id: ($) => choice($._word, $._number, $._date, $._id, ...RESERVED),
    catalog_id: ($) => choice($._word, $._catalog),
    record_id: ($) => choice($._word, $._id),
    scope: ($) => choice($._word, $._catalog, $._id),

    string: ($) => seq('"', repeat(choice($._text, $.escape)), token.immediate('"')),
    // The text of a message, in which `{…}` is an expression.
    message_string: ($) => seq(
      '"',
      repeat(choice(alias($._message_text, $.text), $.escape, $.interpolation)),
      token.immediate('"'),
    ),
    interpolation: ($) => seq(token.immediate("{"), $._expression, "}"),
    _text: () => token.immediate(prec(3, /[^"\\\n]+/)),
    _message_text: () => token.immediate(prec(3, /[^"\\\n{]+/)),
    escape: () => token.immediate(prec(3, /\\[^\n]/)),

    // ------------------------------------------------------------ clauses that many blocks share

    title: ($) => $.string,
    en: ($) => seq("en", $.string),
    ja: ($) => seq("ja", $.string),
    mark: ($) => seq("mark", $.name),
    source: ($) => seq("source", $.string),
    note: ($) => prec.right(seq("note", repeat1($._message))),
    summary: ($) => prec.right(seq("summary", repeat1($._message))),
    _message: ($) => choice($.ja, $.en),
    _names: ($) => list($.name),
    part_of: ($) => seq("part", "of", $.requirement_id),
    text_not_included: () => seq("text", "not", "included"),
    withdrawn: ($) => seq("withdrawn", optional(seq("into", list($.requirement_id)))),

    // ------------------------------------------------------------ norms

    instrument: ($) => seq("instrument", field("name", $.name), $.title, optional(field("body", $.instrument_body))),
    instrument_body: ($) => block(
      $.en, $.mark, $.source, $.note, $.instrument_kind, $.in_force, $.repealed, $.under, $.superseded_by,
    ),
    instrument_kind: ($) => seq("kind", $.name),
    in_force: ($) => seq("in_force", $._day_or_year),
    repealed: ($) => seq("repealed", $._day_or_year),
    _day_or_year: ($) => choice($.date, $.year),
    under: ($) => seq("under", $._names),
    superseded_by: ($) => seq("superseded_by", $.name),

    catalog: ($) => seq("catalog", field("name", $.name), $.title, field("body", $.catalog_body)),
    catalog_body: ($) => block(
      $.en, $.mark, $.source, $.note, $.edition, $.published, $.publisher, $.supersedes, $.level,
    ),
    edition: ($) => seq("edition", $.string),
    published: ($) => seq("published", $._day_or_year),
    publisher: ($) => seq("publisher", $.string),
    supersedes: ($) => seq("supersedes", $.catalog_id),
    level: ($) => prec.right(seq("level", field("name", $.name), field("weight", $.name), $.title, optional($.en))),

    section: ($) => seq("section", field("id", $.requirement_id), $.title, optional(field("body", $.section_body))),
    section_body: ($) => block(
      $.en, $.mark, $.source, $.note, $.summary, $.part_of, $.text_not_included, $.withdrawn, $.aka,
    ),
    aka: ($) => seq("alias", $.string),

    requirement: ($) => seq(
      "requirement", field("id", $.requirement_id), $.title, optional(field("body", $.requirement_body)),
    ),
    requirement_body: ($) => block(
      $.en, $.mark, $.source, $.note, $.summary, $.part_of, $.text_not_included, $.withdrawn, $.aka, $.level_ref,
      $.measure, $.audience, $.basis, $.risk_refs,
    ),
    level_ref: ($) => seq("level", $.name),
    measure: ($) => seq("measure", $._names),
    audience: ($) => seq("audience", $._names),
    basis: ($) => seq("basis", $._names),
    risk_refs: ($) => seq("risk", $._names),

    risk: ($) => seq("risk", field("name", $.name), $.title, optional(field("body", $.risk_body))),
    risk_body: ($) => block(
      $.en, $.mark, $.source, $.note, $.likelihood, $.impact, $.treatment, $.owner,
    ),
    likelihood: ($) => seq("likelihood", $.name),
    impact: ($) => seq("impact", $.name),
    treatment: ($) => seq("treatment", $._names),
    owner: ($) => seq("owner", $.name),

    // ------------------------------------------------------------ schema of facts

    enumeration: ($) => seq(
      optional("ordered"), "enum", field("name", $.name), optional($.title), field("body", $.enumeration_body),
    ),
    enumeration_body: ($) => block($.en, $.literal),
    literal: ($) => prec.right(seq(field("name", $.name), optional($.title), optional($.en))),

    entity: ($) => seq("entity", field("name", $.name), optional($.title), field("body", $.entity_body)),
    entity_body: ($) => block($.attribute, $.en),
    extension: ($) => seq("extend", "entity", field("name", $.name), field("body", $.extension_body)),
    extension_body: ($) => block($.attribute),
    attribute: ($) => seq(
      field("name", $._attribute_name), optional($.title), ":", field("type", $._type), optional($.optional),
      repeat($._attribute_clause),
    ),
    _attribute_clause: ($) => prec.dynamic(1, choice($.en, $.ask)),
    _attribute_name: ($) => choice($.name, alias("en", $.name), alias("ask", $.name)),
    optional: () => "?",
    ask: ($) => seq("ask", $.string, optional($.en), "of", $.name),
    _type: ($) => choice($.set_type, $.type),
    type: ($) => $.name,
    set_type: ($) => seq("set", "of", $.type),

    // ------------------------------------------------------------ relations, functions, parameters, tables

    relation: ($) => seq(
      "relation", field("name", $.name), "(", list($._type), ")", optional($.title), optional($.en),
    ),
    rule: ($) => seq(
      field("name", choice($.name, ...DECLARATIONS.map((word) => alias(word, $.name)))),
      field("variables", $.variables), "if", $._expression,
    ),
    variables: ($) => seq("(", list($.name), ")"),
    definition: ($) => seq(
      "define", field("name", $.name), field("parameters", $.parameters), ":", field("type", $._type), "=",
      $._expression,
    ),
    parameters: ($) => seq("(", optional(list($.parameter)), ")"),
    parameter: ($) => seq(field("name", $.name), ":", field("type", $._type)),
    param: ($) => seq(
      "param", field("name", $.name), ":", field("type", $._type), "=", $._expression, optional($.title),
      repeat(choice($.en, $.mark, $.source)),
    ),
    table: ($) => seq(
      "table", field("name", $.name), "(", list($._type), ")", ":", field("type", $._type), optional($.title),
      optional($.en), field("body", $.table_body),
    ),
    table_body: ($) => block($.columns, $.mark, $.source, $.note, $.row),
    columns: ($) => prec.right(seq("columns", repeat1($._cell))),
    row: ($) => prec.right(seq("row", repeat1($._cell), ":", repeat1($._cell), optional($.mark))),
    _cell: ($) => choice(
      $.unknown, $.truth, $.none, $.date, $.negative, $.quantity, $.string, $.name,
    ),

    // ------------------------------------------------------------ checks and attestations

    check: ($) => seq(
      "check", field("name", $.name), "for", list($.requirement_id), field("body", $.check_body),
    ),
    check_body: ($) => block(
      $.each, $.where, $.require, $.fix, $.severity, $.grade, $.mark, $.source, $.note, $.check_title, $.audience,
    ),
    check_title: ($) => prec.right(seq("title", repeat1($._message))),
    each: ($) => seq("each", field("name", $.name), ":", field("type", $.type)),
    where: ($) => seq("where", $._expression),
    require: ($) => prec.right(seq(
      "require", $._expression, repeat(choice(alias($._ja_message, $.ja), alias($._en_message, $.en))),
    )),
    fix: ($) => prec.right(seq(
      "fix", repeat1(choice(alias($._ja_message, $.ja), alias($._en_message, $.en))),
    )),
    _ja_message: ($) => seq("ja", $.message_string),
    _en_message: ($) => seq("en", $.message_string),
    severity: ($) => seq("severity", $.name),
    grade: ($) => seq("grade", $.name),

    attest: ($) => seq(
      "attest", optional(seq(field("name", $.name), "for")), field("id", $.requirement_id), $.title,
      optional(field("body", $.attest_body)),
    ),
    attest_body: ($) => block(
      $.en, $.each, $.where, $.by, $.every, $.evidence, $.fix, $.severity, $.mark, $.source, $.note,
    ),
    by: ($) => seq("by", $._names),
    every: ($) => seq("every", $.quantity),
    evidence: ($) => seq("evidence", $.name),

    satisfy: ($) => seq("satisfy", field("id", $.requirement_id), field("body", $.satisfy_body)),
    satisfy_body: ($) => block($.combine, $.mark, $.source, $.note, $.group),
    group: ($) => seq(field("name", $.name), list($.requirement_id)),
    combine: ($) => seq("combine", $._combination),
    _combination: ($) => seq($._combine_and, repeat(seq("or", $._combine_and))),
    _combine_and: ($) => seq($._combine_term, repeat(seq("and", $._combine_term))),
    _combine_term: ($) => choice(
      seq(choice(seq("any", $.number), "all"), $.name),
      seq("(", $._combination, ")"),
    ),

    // ------------------------------------------------------------ mappings

    mapping: ($) => seq(
      "mapping", field("from", $.catalog_id), "->", field("to", $.catalog_id), field("body", $.mapping_body),
    ),
    mapping_body: ($) => block(
      $.method, $.source, $.mark, $.note, $.rationale, $.complete, $.joint, $.pair,
    ),
    complete: ($) => seq("complete", optional($.level_ref)),
    method: ($) => seq("method", $.name),
    rationale: ($) => seq("rationale", $.name),
    pair: ($) => prec.right(seq(
      field("from", $.requirement_id), $.relationship, field("to", $.requirement_id), repeat($._pair_clause),
    )),
    joint: ($) => prec.right(seq(
      "jointly", "{", repeat1($.requirement_id), "}", $.relationship, field("to", $.requirement_id),
      repeat($._pair_clause),
    )),
    relationship: () => choice("equal", "equivalent", "subset", "superset", "intersects", "unrelated"),
    _pair_clause: ($) => choice(
      $.strength, $.rationale, $.argument, $.en, $.source, $.mark, $.method,
    ),
    strength: ($) => seq("strength", $.number),
    argument: ($) => $.string,

    // ------------------------------------------------------------ profiles and tests

    profile: ($) => seq("profile", field("name", $.name), optional($.title), field("body", $.profile_body)),
    profile_body: ($) => block(
      $.en, $.note, $.include, $.exclude, $.set_param, $.raise, $.track,
    ),
    include: ($) => seq("include", list($.scope)),
    exclude: ($) => seq("exclude", $.scope, "reason", $.string),
    set_param: ($) => seq("set", field("name", $.name), "=", $._expression),
    raise: ($) => seq("raise", $.requirement_id, "to", $.name),
    track: ($) => seq("track", list($.catalog_id)),

    test: ($) => seq("test", field("name", $.string), field("body", $.test_body)),
    test_body: ($) => block($.as_of, $.set_param, $.given, $.expect),
    as_of: ($) => seq("as_of", $.date),
    given: ($) => seq("given", field("body", $.given_body)),
    given_body: ($) => block($.register, $.record),
    register: ($) => seq(choice("complete", "incomplete"), $.name),
    record: ($) => seq(field("type", $.name), field("id", choice($.string, $._record_id)), field("body", $.record_body)),
    record_body: ($) => block($.evidence_block, $.fact),
    evidence_block: ($) => seq("_evidence", "{", repeat($.fact), "}"),
    fact: ($) => seq(field("name", $.name), $._fact_value),
    _fact_value: ($) => choice(
      $.unknown, $.none, $.truth, $.date, $.negative, $.quantity, $.string, $.fact_set, $.record_id,
    ),
    fact_set: ($) => seq("{", repeat($.set_entry), "}"),
    set_entry: ($) => choice(
      $.unknown,
      prec.right(seq(choice($.string, $._record_id), optional(seq("=", choice($.truth, $.unknown))))),
    ),
    // Where no value can stand, a number or a date is an id.
    _record_id: ($) => choice($.record_id, alias(choice($._number, $._date), $.record_id)),
    expect: ($) => seq("expect", choice($._expect_silence, $._expect_verdict)),
    _expect_silence: ($) => seq(
      "no", "finding", optional(seq("of", $.requirement_id)), optional(seq("for", choice($.string, $._record_id))),
    ),
    _expect_verdict: ($) => seq(
      $.requirement_id, $.verdict, optional(seq("for", choice($.string, $._record_id))),
    ),
    property: ($) => seq("property", field("name", $.string), field("body", $.property_body)),
    property_body: ($) => block($.en, $.each, $.where, $.require, $.expect_rule, $.note),
    expect_rule: ($) => seq("expect", $.name, optional("not"), list($.verdict)),
    verdict: () => choice(
      "satisfied", "violated", "unknown", "conflicting", "stale", "waived", "not_applicable", "unverified",
    ),

    // ------------------------------------------------------------ expressions

    _expression: ($) => prec.right(choice($.implication, $._disjunction)),
    implication: ($) => prec.right(seq($._disjunction, "implies", $._disjunction)),
    _disjunction: ($) => prec.right(choice($.disjunction, $._conjunction)),
    disjunction: ($) => prec.right(seq($._conjunction, repeat1(seq("or", $._conjunction)))),
    _conjunction: ($) => prec.right(choice($.conjunction, $._negation)),
    conjunction: ($) => prec.right(seq($._negation, repeat1(seq("and", $._negation)))),
    _negation: ($) => choice($.negation, $.quantifier, $._comparison),
    negation: ($) => seq("not", $._negation),
    quantifier: ($) => prec.right(seq(
      choice("any", "all"), field("name", $.name), "in", field("set", $._postfix),
      optional(seq("with", $._disjunction)), optional(seq(":", $._expression)),
    )),
    _comparison: ($) => choice($.comparison, $._sum),
    comparison: ($) => seq($._sum, $.compare_op, $._sum),
    compare_op: () => choice("==", "!=", "<=", ">=", "<", ">", "in", seq("not", "in")),
    _sum: ($) => choice($.sum, $._product),
    sum: ($) => prec.left(seq($._sum, choice("+", "-"), $._product)),
    _product: ($) => choice($.product, $._postfix),
    product: ($) => prec.left(seq($._product, "*", $._postfix)),
    _postfix: ($) => choice($.attribute_of, $._primary),
    attribute_of: ($) => seq($._postfix, ".", $.field),
    _primary: ($) => choice(
      $.group_expression, $.aggregate, $.date, $.quantity, $.negative, $.string, $.truth, $.none, $.today,
      $.set_literal, $.call, $._operand_name,
    ),
    group_expression: ($) => seq("(", $._expression, ")"),
    negative: ($) => seq("-", $.quantity),
    quantity: ($) => prec.right(seq($.number, optional($.unit))),
    set_literal: ($) => seq("{", optional(seq(list($._expression), optional(","))), "}"),
    call: ($) => seq(field("name", $._operand_name), field("arguments", $.arguments)),
    _operand_name: ($) => choice(
      $.name, ...["count", "sum", "share", "min", "max"].map((word) => alias(word, $.name)),
    ),
    arguments: ($) => seq("(", optional(list($._expression)), ")"),
    aggregate: ($) => prec.dynamic(1, seq(
      field("function", choice("count", "sum", "share", "min", "max")),
      "(", field("name", $.name), "in", field("set", $._postfix), optional(seq("with", $._disjunction)),
      optional(seq(":", $._expression)), ")",
    )),
  },
});
