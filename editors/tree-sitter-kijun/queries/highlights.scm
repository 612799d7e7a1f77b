; No two patterns take one node, because editors differ in which of two would win.

; words of the language, from grammar/tokens.toml: begin
[
  "instrument"
  "catalog"
  "section"
  "requirement"
  "ordered"
  "enum"
  "extend"
  "entity"
  "relation"
  "define"
  "param"
  "table"
  "check"
  "attest"
  "property"
  "satisfy"
  "mapping"
  "risk"
  "profile"
  "test"
] @keyword
[
  "level"
  "where"
  "require"
  "each"
  "ask"
  "fix"
  "jointly"
  "reason"
  "mark"
  "source"
  "note"
  "summary"
  "part"
  "text"
  "included"
  "withdrawn"
  "into"
  "kind"
  "in_force"
  "repealed"
  "under"
  "superseded_by"
  "edition"
  "published"
  "publisher"
  "supersedes"
  "complete"
  "alias"
  "measure"
  "audience"
  "basis"
  "likelihood"
  "impact"
  "treatment"
  "owner"
  "columns"
  "row"
  "title"
  "severity"
  "grade"
  "by"
  "every"
  "evidence"
  "combine"
  "method"
  "rationale"
  "strength"
  "include"
  "exclude"
  "raise"
  "track"
  "as_of"
  "given"
  "_evidence"
  "expect"
  "no"
  "finding"
  "incomplete"
] @keyword.modifier
[
  "en"
  "ja"
] @label
[
  "any"
  "all"
  "in"
  "not"
  "and"
  "or"
  "implies"
  "with"
  "count"
  "sum"
  "share"
  "min"
  "max"
] @keyword.operator
[
  "for"
  "if"
  "of"
  "to"
] @keyword
[
  "set"
  "year"
  "years"
  "month"
  "months"
  "week"
  "weeks"
  "day"
  "days"
] @type.builtin
[
  "true"
  "false"
  "equal"
  "equivalent"
  "subset"
  "superset"
  "intersects"
  "unrelated"
  "satisfied"
  "violated"
  "unknown"
  "conflicting"
  "stale"
  "waived"
  "not_applicable"
  "unverified"
] @constant.builtin
; words of the language: end

(module_comment) @comment.documentation
(doc_comment) @comment.documentation
(comment) @comment

(string) @string
(message_string) @string
(escape) @string.escape
(interpolation "{" @punctuation.special)
(interpolation "}" @punctuation.special)

(number) @number
(date) @number
(year) @number
(none) @constant.builtin
(today) @constant.builtin
(unknown) @constant.builtin
(optional) @punctuation.special

(requirement_id) @string.special.symbol
(record_id) @string.special.symbol
(scope) @module
(catalog_id) @module

(catalog name: (name) @module)
(instrument name: (name) @module)
(profile name: (name) @module)
(risk name: (name) @constant)
(entity name: (name) @type)
(extension name: (name) @type)
(enumeration name: (name) @type)
(type) @type
(record type: (name) @type)
(register (name) @type)
(literal name: (name) @constant)
(param name: (name) @constant)
(set_param name: (name) @constant)
(relation name: (name) @function)
(rule name: (name) @function)
(definition name: (name) @function)
(table name: (name) @function)
(check name: (name) @function)
(attest name: (name) @function)
(call name: (name) @function.call)
(group name: (name) @label)

(attribute name: (name) @property)
(fact name: (name) @property)
(field) @property

(parameter name: (name) @variable.parameter)
(variables (name) @variable.parameter)
(each name: (name) @variable.parameter)
(quantifier name: (name) @variable.parameter)
(aggregate name: (name) @variable.parameter)

(mark (name) @attribute)
(level name: (name) @constant)
(level weight: (name) @constant)
(level_ref (name) @constant)
(measure (name) @constant)
(audience (name) @constant)
(by (name) @constant)
(basis (name) @module)
(under (name) @module)
(superseded_by (name) @module)
(risk_refs (name) @constant)
(likelihood (name) @constant)
(impact (name) @constant)
(treatment (name) @constant)
(owner (name) @constant)
(instrument_kind (name) @constant)
(severity (name) @constant)
(grade (name) @constant)
(evidence (name) @constant)
(method (name) @constant)
(rationale (name) @constant)
(raise (name) @constant)
(ask (name) @constant)

["==" "!=" "<=" ">=" "<" ">" "+" "-" "*" "=" "->"] @operator
["," ":" "."] @punctuation.delimiter
["(" ")"] @punctuation.bracket

(attest_body ["{" "}"] @punctuation.bracket)
(catalog_body ["{" "}"] @punctuation.bracket)
(check_body ["{" "}"] @punctuation.bracket)
(entity_body ["{" "}"] @punctuation.bracket)
(enumeration_body ["{" "}"] @punctuation.bracket)
(extension_body ["{" "}"] @punctuation.bracket)
(given_body ["{" "}"] @punctuation.bracket)
(instrument_body ["{" "}"] @punctuation.bracket)
(mapping_body ["{" "}"] @punctuation.bracket)
(profile_body ["{" "}"] @punctuation.bracket)
(record_body ["{" "}"] @punctuation.bracket)
(requirement_body ["{" "}"] @punctuation.bracket)
(risk_body ["{" "}"] @punctuation.bracket)
(satisfy_body ["{" "}"] @punctuation.bracket)
(section_body ["{" "}"] @punctuation.bracket)
(table_body ["{" "}"] @punctuation.bracket)
(test_body ["{" "}"] @punctuation.bracket)
(evidence_block ["{" "}"] @punctuation.bracket)
(joint ["{" "}"] @punctuation.bracket)
(fact_set ["{" "}"] @punctuation.bracket)
(set_literal ["{" "}"] @punctuation.bracket)
