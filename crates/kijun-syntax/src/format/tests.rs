use super::format;

#[track_caller]
fn check(text: &str, expected: &str) {
    let once = format(text).unwrap();
    assert_eq!(once, expected, "\n{once}");
    assert_eq!(format(&once).unwrap(), once);
}

#[test]
fn text_with_errors_is_refused() {
    assert_eq!(format("entity a {\n  b: \n}\n").unwrap_err().len(), 1);
}

#[test]
fn nothing_stays_nothing() {
    check("", "");
    check(" \n\t\r\n\u{3000}\n", "");
}

#[test]
fn line_ends_final_newline_trailing_space_and_byte_order_mark() {
    check("\u{FEFF}//! x \t\r\nsection a:1 \"題\"  \r\n\r\n", "//! x\nsection a:1 \"題\"\n");
    check("section a:1 \"題\"", "section a:1 \"題\"\n");
    check("section\u{3000}a:1\u{FEFF}\t\"題\"", "section a:1 \"題\"\n");
}

#[test]
fn comments_keep_their_place_and_text() {
    check(
        "//!  説明   x\n\n///y\n  section a:1 \"題\" {// 一  行 \n// 二\n   mark printed//三\n      // 四\n}\n//end",
        "//!  説明   x\n\n///y\nsection a:1 \"題\" {  // 一  行\n  // 二\n  mark printed  //三\n  // 四\n}\n//end\n",
    );
}

#[test]
fn a_comment_stands_where_the_line_below_it_stands() {
    check(
        "check a for x:1 {\nrequire b\n// why\nja \"だめ\"\n// what\n}\n",
        "check a for x:1 {\n  require b\n    // why\n    ja \"だめ\"\n  // what\n}\n",
    );
}

#[test]
fn declarations_begin_at_the_first_column_of_a_line() {
    check(
        "   enum a { b } enum c { d }  // e\n\trisk f \"g\"",
        "enum a { b }\nenum c { d }  // e\nrisk f \"g\"\n",
    );
}

#[test]
fn blank_lines() {
    check(
        "\n\n\nentity a {\n\n\n  b: c\n\n\n\n  d: e\n\n\n}\n\n\n\n\nentity f {  // g\n\n  // h\n\n  i: j\n}\n\n\n",
        "entity a {\n  b: c\n\n  d: e\n}\n\nentity f {  // g\n  // h\n\n  i: j\n}\n",
    );
}

#[test]
fn indentation_follows_braces() {
    check(
        "test \"a\" {\nas_of 2026-04-01\n    given {\nb c {\nd { e f }\ng 1 }\nh i { j { k\nl } }\n}\n}\n",
        r#"test "a" {
  as_of 2026-04-01
  given {
    b c {
      d { e f }
      g 1 }
    h i { j { k
        l } }
  }
}
"#,
    );
}

#[test]
fn closing_braces_stand_under_what_they_close() {
    check(
        "test \"a\" {\ngiven { b c {\nd 1\n} }\ngiven {\nb c {\nd 1\n} }\n}\n",
        r#"test "a" {
  given { b c {
      d 1
  } }
  given {
    b c {
      d 1
  } }
}
"#,
    );
}

#[test]
fn continuation_lines_are_indented_further() {
    check(
        r#"define f(a: b): bool =
a.c
check d
for x:1 {
      require e
  and g
in {
h, i,
j
}
     ja "だめ"
}
entity k {
l "名": text
ask "何" of m
}
"#,
        r#"define f(a: b): bool =
  a.c
check d
  for x:1 {
  require e
    and g
    in {
      h, i,
      j
    }
    ja "だめ"
}
entity k {
  l "名": text
    ask "何" of m
}
"#,
    );
}

#[test]
fn messages_stand_under_the_first_message_of_their_clause() {
    check(
        r#"requirement a:1 "題" {
  source "x"
  summary ja "要約"
  en "summary"
}
"#,
        r#"requirement a:1 "題" {
  source  "x"
  summary ja "要約"
          en "summary"
}
"#,
    );
    check(
        "check a for x:1 {\nfix ja \"直す\"\nen \"fix\"\nnote\nja \"注\"\nen \"note\"\nrequire b ja \"だめ\"\nen \"no\"\n}\n",
        r#"check a for x:1 {
  fix ja "直す"
      en "fix"
  note
    ja "注"
    en "note"
  require b ja "だめ"
    en "no"
}
"#,
    );
}

#[test]
fn spaces_within_a_clause() {
    check(
        r#"define f ( a :b,c: set  of d ) :bool=not( a . e==- 5 years or g (a,c)>=1+2*3-4)and{a,c}=={ }
relation r (a , b)
r (x,y)if x  in y.z and count (d in x.s with d.t :d.u)!=1
param p:int=- 1"題"
mapping a->b { jointly {1 2}superset 3 }
entity e { f :date ? }
satisfy a:1 { g h ,i combine(any 1 g)or all g }
profile p { include a@1 ,b:2 set c=d }
"#,
        r#"define f(a: b, c: set of d): bool = not (a.e == -5 years or g(a, c) >= 1 + 2 * 3 - 4) and { a, c } == { }
relation r(a, b)
r(x, y) if x in y.z and count(d in x.s with d.t: d.u) != 1
param p: int = -1 "題"
mapping a -> b { jointly { 1 2 } superset 3 }
entity e { f: date? }
satisfy a:1 { g h, i  combine (any 1 g) or all g }
profile p { include a@1, b:2  set c = d }
"#,
    );
}

#[test]
fn blocks_on_one_line_stay_there_with_two_spaces_between_clauses() {
    check(
        "attest a for x:1 \"問\" {each v:vendor where v.b by c every 1 year}\nenum d {a \"あ\" b}\ntest \"t\" { given {a b{c ? d{e f=true}_evidence{source \"s\" grade g}}} expect x:1 unknown for b }\n",
        r#"attest a for x:1 "問" { each v: vendor  where v.b  by c  every 1 year }
enum d { a "あ"  b }
test "t" { given { a b { c ?  d { e f = true }  _evidence { source "s"  grade g } } }  expect x:1 unknown for b }
"#,
    );
}

#[test]
fn attributes_align_by_the_width_on_the_screen() {
    check(
        r#"entity a "甲" {
  en "a"
  vendor "受託事業者": vendor
  ﾊﾝｶｸ "半角": set of b en "half"
  kind: text?  // no label
    ask "何" of c
  契約 "契": text

  x "別": text
  yy "別の": text
  // run
  zzz "z": text
  two: int three: int
}
"#,
        r#"entity a "甲" {
  en "a"
  vendor "受託事業者": vendor
  ﾊﾝｶｸ   "半角":       set of b en "half"
  kind:                text?  // no label
    ask "何" of c
  契約   "契":         text

  x  "別":   text
  yy "別の": text
  // run
  zzz "z": text
  two: int  three: int
}
"#,
    );
}

#[test]
fn literals_align() {
    check(
        "enum a {\nen \"a\"\nx \"短い\" en \"short\"\nyyy \"とても長い\" en \"long\"\nz\nw en \"w\"\n}\n",
        r#"enum a {
  en "a"
  x   "短い"       en "short"
  yyy "とても長い" en "long"
  z
  w                en "w"
}
"#,
    );
}

#[test]
fn pairs_align() {
    check(
        r#"mapping a -> b {
  method human
  rationale functional
  1 equal 8.1.2.C.オ strength 10 "論拠"
  2.10 intersects 4 strength 8 "論拠" mark printed
  jointly { 1 2 } superset 5
  3 subset 付録1 "論拠"
}
"#,
        r#"mapping a -> b {
  method    human
  rationale functional
  1    equal      8.1.2.C.オ strength 10 "論拠"
  2.10 intersects 4          strength 8  "論拠" mark printed
  jointly { 1 2 } superset 5
  3    subset     付録1 "論拠"
}
"#,
    );
}

#[test]
fn tables_align() {
    check(
        r#"table t(a, b, c): d {
  source "表"
  mark printed
  columns small 中 large
  row 低い x: ◎ 1 year "長い値"
  row b yyy: none ? 2 mark ambiguous
}
"#,
        r#"table t(a, b, c): d {
  source "表"
  mark   printed
  columns       small 中     large
  row 低い x:   ◎     1 year "長い値"
  row b    yyy: none  ?      2 mark ambiguous
}
"#,
    );
}

#[test]
fn clauses_of_catalogues_and_requirements_align() {
    check(
        r#"catalog a "題" {
  en "a"
  edition "1" published 2013-10
  level C must "必須" en "must"
  level D should "推奨される" en "should"
  publisher "省"
}
requirement a:1 "題" {
  level C
  part of a:2
  text not included mark printed
  withdrawn into a:3 ,4
  audience b, c  // d
}
section a:2 "題" {
  en "a"
  alias "b"
}
"#,
        r#"catalog a "題" {
  en        "a"
  edition   "1"  published 2013-10
  level C must   "必須"       en "must"
  level D should "推奨される" en "should"
  publisher "省"
}
requirement a:1 "題" {
  level    C
  part of  a:2
  text not included  mark printed
  withdrawn into a:3, 4
  audience b, c  // d
}
section a:2 "題" {
  en "a"
  alias "b"
}
"#,
    );
}
