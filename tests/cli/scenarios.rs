//! The acceptance scenarios: findings that must be there, and those that must not, before and after the flip.

use serde_json::Value;

use crate::run::{kijun, root};

#[derive(Default)]
struct Expected {
    expect: Vec<toml::Table>,
    must_not: Vec<toml::Table>,
}

fn read(path: &std::path::Path) -> Expected {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let list = |key: &str| -> Vec<toml::Table> {
        let array = table.get(key).and_then(|v| v.as_array()).cloned().unwrap_or_default();
        array.into_iter().map(|v| v.as_table().unwrap().clone()).collect()
    };
    Expected { expect: list("expect"), must_not: list("must_not") }
}

fn text<'t>(table: &'t toml::Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(|v| v.as_str())
}

/// Findings of a requirement, and of a subject when one is named.
fn findings<'v>(result: &'v Value, of: &toml::Table) -> Vec<&'v Value> {
    let all = result["findings"].as_array().unwrap();
    all.iter()
        .filter(|f| text(of, "requirement").is_none_or(|r| f["requirement"] == r))
        .filter(|f| text(of, "subject").is_none_or(|s| f["subject"]["id"] == s))
        .filter(|f| text(of, "check").is_none_or(|c| f["check"] == c))
        .filter(|f| text(of, "message").is_none_or(|m| f["message"].to_string().contains(m)))
        .collect()
}

/// The order from worst to best.
const ORDER: [&str; 8] =
    ["violated", "conflicting", "unknown", "stale", "unverified", "waived", "satisfied", "not_applicable"];

fn check(name: &str, result: &Value, expected: &Expected) -> Vec<String> {
    let mut wrong = Vec::new();
    assert!(!expected.expect.is_empty(), "{name} expects nothing");
    for row in &expected.expect {
        let requirement = text(row, "requirement").unwrap();
        let verdict = text(row, "verdict").unwrap();
        let listed = result["requirements"].as_array().unwrap().iter().find(|r| r["id"] == requirement);
        let found = findings(result, row);
        let worst = found
            .iter()
            .filter_map(|f| f["verdict"].as_str())
            .min_by_key(|v| ORDER.iter().position(|o| o == v));
        let actual = match (text(row, "subject"), worst) {
            (None, _) => listed.and_then(|r| r["verdict"].as_str()),
            (Some(_), Some(worst)) => Some(worst),
            // No finding on the subject: satisfied or not applicable, as far as the result can tell.
            (Some(_), None) if ["satisfied", "not_applicable"].contains(&verdict) && listed.is_some() => {
                Some(verdict)
            }
            (Some(_), None) => None,
        };
        if actual != Some(verdict) {
            wrong.push(format!("{name}: {row:?}: found {actual:?}"));
        }
        if let Some(severity) = text(row, "severity")
            && !["satisfied", "not_applicable"].contains(&verdict)
            && !found.iter().any(|f| f["verdict"] == verdict && f["severity"] == severity)
        {
            wrong.push(format!("{name}: {row:?}: no finding of this severity"));
        }
    }
    for row in &expected.must_not {
        let fired = findings(result, row).into_iter().find(|f| f["verdict"] != "waived");
        if let Some(f) = fired {
            wrong.push(format!("{name}: must not fire: {row:?}: {}", f["message"]));
        }
    }
    wrong
}

#[test]
fn scenarios_give_exactly_what_they_should() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for example in crate::examples::all() {
        let folder = root().join("examples").join(&example);
        if !folder.join("expected.toml").exists() {
            continue;
        }
        seen += 1;
        let path = format!("examples/{example}");
        let result = |args: &[&str]| -> Value {
            let mut all = vec!["assess", path.as_str(), "--format", "json"];
            all.extend(args);
            let out = kijun(&all);
            serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{example}: {e}\n{}", out.stderr))
        };
        wrong.extend(check(&example, &result(&[]), &read(&folder.join("expected.toml"))));
        let mut flipped: Vec<String> = std::fs::read_dir(folder.join("flip"))
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.file_name().is_some_and(|n| n != "expected.toml"))
            .map(|p| p.to_str().unwrap().to_owned())
            .collect();
        flipped.sort();
        let mut args = vec!["--facts"];
        args.extend(flipped.iter().map(String::as_str));
        wrong.extend(check(
            &format!("{example}/flip"),
            &result(&args),
            &read(&folder.join("flip/expected.toml")),
        ));
    }
    assert!(seen >= 3, "{seen} scenarios");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
