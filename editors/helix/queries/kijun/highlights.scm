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
] @keyword.storage.modifier
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

(module_comment) @comment.line.documentation
(doc_comment) @comment.line.documentation
(comment) @comment

(string) @string
(message_string) @string
(escape) @constant.character.escape
(interpolation "{" @punctuation.special)
(interpolation "}" @punctuation.special)

(number) @constant.numeric
(date) @constant.numeric
(year) @constant.numeric
(none) @constant.builtin
(today) @constant.builtin
(unknown) @constant.builtin
(optional) @punctuation.special

(requirement_id) @string.special.symbol
(record_id) @string.special.symbol
(scope) @namespace
(catalog_id) @namespace

(catalog name: (name) @namespace)
(instrument name: (name) @namespace)
(profile name: (name) @namespace)
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
(call name: (name) @function)
(group name: (name) @label)

(attribute name: (name) @variable.other.member)
(fact name: (name) @variable.other.member)
(field) @variable.other.member

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
(basis (name) @namespace)
(under (name) @namespace)
(superseded_by (name) @namespace)
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
