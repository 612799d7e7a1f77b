;;; kijun-words.el --- The words of Kijun  -*- lexical-binding: t; -*-

;;; Commentary:
;; Written by editors/generate.mjs from grammar/tokens.toml.

;;; Code:

(defconst kijun-words-declaration
  '("instrument"
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
    "test"))

(defconst kijun-words-clause
  '("level"
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
    "incomplete"))

(defconst kijun-words-message
  '("en"
    "ja"))

(defconst kijun-words-operator
  '("any"
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
    "max"))

(defconst kijun-words-modifier
  '("for"
    "if"
    "of"
    "to"))

(defconst kijun-words-type
  '("set"
    "year"
    "years"
    "month"
    "months"
    "week"
    "weeks"
    "day"
    "days"))

(defconst kijun-words-constant
  '("true"
    "false"
    "none"
    "today"
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
    "unverified"))

(provide 'kijun-words)
;;; kijun-words.el ends here
