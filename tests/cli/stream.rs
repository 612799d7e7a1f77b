//! `kijun stream`: one facility a line in, one assessment a line out.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::run::{Folder, MANIFEST, Output, PACK, command, kijun, kijun_fed};

fn workspace(name: &str) -> Folder {
    Folder::new(name, &[("kijun.toml", MANIFEST), ("norm.kijun", PACK)])
}

/// A facility with one contract, and what is known of its encryption.
fn facility(id: &str, encrypted: &str) -> String {
    format!(
        r#"{{"facility":"{id}","facts":{{"vendor":[{{"id":"a","name":"A社"}}],"contract":[{{"id":"c","vendor":"a","encrypted":{encrypted}}}],"complete":{{"contract":true}}}}}}"#
    )
}

fn stream(folder: &Folder, lines: &[&str], more: &[&str]) -> Output {
    let args = [&["stream", folder.path()], more].concat();
    kijun_fed(&args, lines.join("\n").as_bytes())
}

fn values(output: &Output) -> Vec<Value> {
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a line of the output is about: facility, and its verdict or the codes of its problems.
fn gist(value: &Value) -> String {
    let facility = value["facility"].as_str().unwrap_or("-");
    if value["schema"] == "kijun.assessment/1" {
        return format!("{facility} {}", value["requirements"][0]["verdict"].as_str().unwrap());
    }
    assert_eq!(value["schema"], "kijun.stream-error/1");
    let problem = |p: &Value| format!("{}@{}", p["code"].as_str().unwrap(), p["at"]["column"]);
    let problems: Vec<String> = value["problems"].as_array().unwrap().iter().map(problem).collect();
    format!("line {} {facility} {}", value["line"], problems.join(" "))
}

/// The character, counted from 1, at which a part of a line begins.
fn column(line: &str, part: &str) -> usize {
    line[..line.find(part).unwrap()].chars().count() + 1
}

#[test]
fn every_line_has_its_answer_in_its_place() {
    let folder = workspace("stream-order");
    let broken = [
        facility("dangling", "true").replace(r#""vendor":"a""#, r#""vendor":"b""#),
        facility("misspelt", "true").replace("encrypted", "encripted"),
        facility("港", "true").replace("true", "7"),
        facility("twice", "true").replace("\"facts\"", "\"facility\":\"again\",\"facts\""),
        facility("cut", "true")[..40].to_owned(),
        r#"{"facts":{}}"#.to_owned(),
        "kijun".to_owned(),
        r#"{"facility":"day","as_of":"2026-02-30","facts":{}}"#.to_owned(),
    ];
    let (good, bad, open) = (facility("good", "true"), facility("bad", "false"), facility("open", "\"?\""));
    let mut lines = vec![good.as_str(), "", "  "];
    for line in &broken {
        lines.extend([line.as_str(), bad.as_str()]);
    }
    lines.push(&open);
    let out = stream(&folder, &lines, &[]);
    let found: Vec<String> = values(&out).iter().map(gist).collect();
    assert_eq!(
        found,
        [
            "good satisfied",
            &format!("line 4 dangling K0504@{}", column(&broken[0], "\"b\"")),
            "bad violated",
            &format!("line 6 misspelt K0502@{}", column(&broken[1], "\"encripted")),
            "bad violated",
            &format!("line 8 港 K0503@{} K0503@{}", column(&broken[2], "7}]"), column(&broken[2], "7}}")),
            "bad violated",
            "line 10 twice K0511@21",
            "bad violated",
            "line 12 cut K0508@41",
            "bad violated",
            "line 14 - K0508@1",
            "bad violated",
            "line 16 - K0508@1",
            "bad violated",
            "line 18 day K0505@27",
            "bad violated",
            "open unknown"
        ]
    );
    assert_eq!(out.status, 2, "a bad line goes before findings");
    let notice = format!(
        "line 4 (dangling): error K0504 at column {}: there is no vendor `b`\n",
        column(&broken[0], "\"b\"")
    );
    assert!(out.stderr.contains(&notice), "{}", out.stderr);
    let summary = "10 facilities assessed in ";
    let counts = "8 with findings, 8 bad line(s), 7 line(s) of a facility that had one before\n";
    assert!(out.stderr.contains(summary) && out.stderr.ends_with(counts), "{}", out.stderr);
}

#[test]
fn every_answer_follows_the_schema_that_ships() {
    let folder = workspace("stream-schema");
    let schema = |text: &str| jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap();
    let assessment = schema(kijun_exchange::ASSESSMENT_SCHEMA);
    let error = schema(kijun_exchange::STREAM_ERROR_SCHEMA);
    let (good, bad) = (facility("good", "true"), facility("bad", "1"));
    let twice = good.replace(r#""complete""#, r#""vendor":[{"id":"a"}],"complete""#);
    let out = values(&stream(&folder, &[&good, &bad, "[", &twice, r#"{"facility":"x","facility":1}"#], &[]));
    assert_eq!(out.len(), 5);
    for value in &out {
        let is_assessment = value["schema"] == "kijun.assessment/1";
        let validator = if is_assessment { &assessment } else { &error };
        let errors: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{value}: {errors:#?}");
    }
    let mut broken = out[1].clone();
    broken["problems"] = Value::Array(Vec::new());
    assert!(!error.is_valid(&broken), "a bad line has a problem");
    assert!(
        out.iter().any(|v| v["problems"].as_array().is_some_and(|p| p.iter().any(|p| !p["notes"].is_null())))
    );
}

#[test]
fn a_line_gives_what_assess_gives_for_the_same_facts() {
    for example in crate::examples::all() {
        let facts = crate::facts_json::of(&example);
        let workspace = format!("examples/{example}");
        let whole = |args: &[&str]| -> Value {
            let out =
                kijun(&[&["assess", &workspace, "--as-of", "2026-11-22", "--format", "json"], args].concat());
            serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{example}: {e}: {}", out.stderr))
        };
        let original = whole(&[]);
        let id = original["facility"].as_str().unwrap();
        let before = format!(r#"{{"facility":"{id}","facts":"#);
        // The same text in the same columns.
        let padded = format!("{}{facts}", " ".repeat(before.chars().count()));
        let folder = Folder::new(&format!("stream-{example}"), &[("stream.json", &padded)]);
        let file = format!("{}/stream.json", folder.path());
        let mut expected = whole(&["--facts", &file]);
        assert_eq!(expected["summary"], original["summary"], "{example}: one file says what all files say");

        let line = format!("{before}{facts}}}\n");
        let out = kijun_fed(&["stream", &workspace, "--as-of", "2026-11-22"], line.as_bytes());
        let streamed: Value =
            serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", out.stderr));
        assert_eq!(streamed["facts"][0]["sha256"], kijun_workspace::digest([facts.as_bytes()]).as_str());
        expected["facts"][0]["sha256"] = streamed["facts"][0]["sha256"].clone();
        let path = expected["facts"][0]["path"].as_str().unwrap().to_owned();
        let expected = expected.to_string().replace(&format!("{path:?}"), "\"stream.json\"");
        assert!(expected.contains(r#""origin":{"file":"stream.json","line":1,"column":"#));
        assert_eq!(out.stdout, format!("{expected}\n"), "{example}");
    }
}

#[test]
fn the_status_is_that_of_the_worst_line() {
    let folder = workspace("stream-status");
    let (good, bad, open) = (facility("good", "true"), facility("bad", "false"), facility("open", "\"?\""));
    let status = |lines: &[&str], more: &[&str]| stream(&folder, lines, more).status;
    assert_eq!(status(&[&good, &open], &[]), 0);
    assert_eq!(status(&[&good, &bad], &[]), 1);
    assert_eq!(status(&[&good, &bad], &["--fail-on", "never"]), 0);
    assert_eq!(status(&[&good, &open], &["--fail-on", "undecided"]), 3);
    assert_eq!(status(&[&bad, &open], &["--fail-on", "undecided"]), 1);
    assert_eq!(status(&[&bad, "{"], &["--fail-on", "never"]), 2);
    assert_eq!(status(&[], &[]), 4, "nothing was evaluated");
    assert_eq!(status(&["", " "], &[]), 4);
    assert_eq!(status(&[&good], &["--as-of", "yesterday"]), 2);
    assert_eq!(status(&[&good], &["--profile", "none"]), 2);
    let none =
        "catalog n \"規範\" { edition \"1\" level C must \"必須\" }\nrequirement n:1 \"x\" { level C }\n";
    let none = Folder::new("stream-no-rule", &[("kijun.toml", MANIFEST), ("norm.kijun", none)]);
    let out = stream(&none, &[r#"{"facility":"a","facts":{}}"#], &[]);
    assert_eq!((out.status, out.stdout.as_str()), (4, ""));
    assert!(out.stderr.contains("no rule was evaluated"), "{}", out.stderr);
    assert_eq!(kijun_fed(&["stream", "no-such-folder"], b"").status, 2);
}

#[test]
fn a_line_may_state_its_day_and_files_may_stand_for_pipes() {
    let folder = workspace("stream-files");
    let path = |name: &str| format!("{}/{name}", folder.path());
    let day = facility("b", "true").replacen('{', r#"{"as_of":"2020-01-01","#, 1);
    let text = format!("\u{feff}{}\r\n{day}", facility("a", "true"));
    std::fs::write(path("in.ndjson"), &text).unwrap();
    let (input, output) = (path("in.ndjson"), path("out.ndjson"));
    let files = ["stream", folder.path(), "--input", &input, "--output", &output, "--quiet"];
    let out = kijun(&files);
    assert_eq!((out.status, out.stdout.as_str(), out.stderr.as_str()), (0, "", ""));
    let written = std::fs::read_to_string(&output).unwrap();
    assert_eq!(written, kijun_fed(&["stream", folder.path()], text.as_bytes()).stdout);
    let days: Vec<String> = written
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["as_of"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(days, ["2026-11-22", "2020-01-01"]);

    let same = kijun(&["stream", folder.path(), "--input", &input, "--output", &input]);
    assert_eq!(same.status, 2);
    assert!(same.stderr.contains("is the input as well"), "{}", same.stderr);
    assert_eq!(std::fs::read_to_string(&input).unwrap(), text, "it was left alone");
    assert_eq!(kijun(&["stream", folder.path(), "--input", &path("missing")]).status, 2);
}

#[test]
fn lines_that_are_no_text_or_too_long_lose_nothing_else() {
    let folder = workspace("stream-bytes");
    let good = facility("good", "true");
    let mut input = facility("sjis", "true").into_bytes();
    let name = input.windows(4).position(|w| w == "A社".as_bytes()).unwrap();
    input.splice(name..name + 4, *b"A\x8e\xd0");
    input.extend_from_slice(b"\n{\"facility\":\"long\",\"facts\":{\"x\":\"");
    input.extend(std::iter::repeat_n(b'x', 33 << 20));
    input.extend_from_slice(format!("\"}}}}\n{good}").as_bytes());
    let out = kijun_fed(&["stream", folder.path(), "--first-line", "101"], &input);
    let found: Vec<String> = values(&out).iter().map(gist).collect();
    let column = name + 2;
    assert_eq!(
        found,
        [format!("line 101 sjis K0508@{column}"), "line 102 long K0508@1".into(), "good satisfied".into()]
    );
    assert!(out.stdout.contains("the line is too long: the limit is 32 MB"), "{}", out.stdout);
    assert_eq!(out.status, 2);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = workspace("stream-threads");
    let values = ["true", "false", "\"?\"", "\"x\"", "null"];
    let lines: Vec<String> = (0..300).map(|i| facility(&format!("f{i}"), values[i % values.len()])).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let run = |threads: &str| stream(&folder, &lines, &["--threads", threads]).stdout;
    let one = run("1");
    assert_eq!(one.lines().count(), 300);
    assert_eq!(one, run("4"));
}

#[test]
fn the_summary_speaks_both_languages() {
    let folder = workspace("stream-languages");
    let bad = facility("bad", "false");
    let empty = r#"{"facility":"empty","facts":{"contract":[]}}"#;
    let say = |lang: &str| stream(&folder, &[&bad, "{}", empty], &["--lang", lang]).stderr;
    let ja = say("ja");
    assert!(ja.contains("2 施設を評価(") && ja.contains("指摘あり 1、読めない行 1"), "{ja}");
    assert!(ja.contains("2行: エラー K0508 1文字目: この行に `facility` がありません"), "{ja}");
    let en = say("en");
    assert!(en.contains("1 with findings, 1 bad line(s)"), "{en}");
    let notice = format!("line 3 (empty): warning K0512 at column {}: ", column(empty, "\"contract"));
    assert!(en.contains(&notice), "a warning is not lost: {en}");
}

#[test]
fn an_answer_does_not_wait_for_the_next_line() {
    let folder = workspace("stream-talk");
    let mut child = command(&["stream", folder.path()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for (value, verdict) in [("true", "satisfied"), ("false", "violated"), ("\"?\"", "unknown")] {
        stdin.write_all(format!("{}\n", facility("a", value)).as_bytes()).unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(gist(&answer), format!("a {verdict}"));
    }
    drop(stdin);
    assert!(answers.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_closed_pipe_ends_the_stream_quietly() {
    let folder = workspace("stream-closed");
    let mut child = command(&["stream", folder.path(), "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // The input stays open: the program ends because nobody takes its answers.
    let line = format!("{}\n", facility("a", "true"));
    for _ in 0..100 {
        if stdin.write_all(line.as_bytes()).is_err() {
            break;
        }
    }
    let status = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((status.code(), said.as_str()), (Some(0), ""), "nothing was found until then");
}
