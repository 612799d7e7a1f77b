//! `kijun.assessment/1`.

use serde_json::Value;

use crate::run::kijun;

#[test]
fn every_example_follows_the_schema_that_ships() {
    let schema: Value = serde_json::from_str(kijun_exchange::ASSESSMENT_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for example in crate::examples::all() {
        let out = kijun(&["assess", &format!("examples/{example}"), "--format", "json"]);
        let value: Value =
            serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{example}: {e}: {}", out.stderr));
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{example}: {errors:#?}");
        let counted: u64 =
            value["summary"]["requirements"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(
            counted,
            value["requirements"].as_array().unwrap().len() as u64,
            "{example}: every requirement is counted once"
        );
        let found: u64 =
            value["summary"]["findings"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(found, value["findings"].as_array().unwrap().len() as u64, "{example}");
    }
}

#[test]
fn the_schema_rejects_what_does_not_follow_it() {
    let schema: Value = serde_json::from_str(kijun_exchange::ASSESSMENT_SCHEMA).unwrap();
    let out = kijun(&["assess", "examples/s01-cloud-pacs-overseas", "--format", "json"]);
    let mut value: Value = serde_json::from_str(&out.stdout).unwrap();
    value["requirements"][0]["verdict"] = "passed".into();
    assert!(!jsonschema::is_valid(&schema, &value));
}

#[test]
fn findings_for_one_role_are_a_part_of_all() {
    let all: Value =
        serde_json::from_str(&kijun(&["assess", "examples/city-hospital", "--format", "json"]).stdout)
            .unwrap();
    let some: Value = serde_json::from_str(
        &kijun(&["assess", "examples/city-hospital", "--format", "json", "--for", "purchaser"]).stdout,
    )
    .unwrap();
    let (all, some) = (all["findings"].as_array().unwrap(), some["findings"].as_array().unwrap());
    assert!(!some.is_empty() && some.len() < all.len());
    assert!(some.iter().all(|f| all.contains(f)));
}
