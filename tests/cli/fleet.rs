//! The generated fleet of `examples/fleet-spark`. That Spark gives the same answers is shown by its `test.sh`, which CI runs.

use std::process::Command;

use crate::run::{kijun_fed, root};

/// What the generator writes; `None` without Python, which only a full run of the tests must have.
fn generated(args: &[&str]) -> Option<Vec<u8>> {
    let script = root().join("examples/fleet-spark/generate.py");
    let output = match Command::new("python3").arg(script).args(args).output() {
        Ok(output) => output,
        Err(error) if std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none() => {
            eprintln!("skipped: python3 cannot be run: {error}");
            return None;
        }
        Err(error) => panic!("python3 is needed (KIJUN_REQUIRE_CLIENTS): {error}"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

#[test]
fn the_generator_gives_the_same_bytes_everywhere() {
    let Some(lines) = generated(&["--hospitals", "20"]) else { return };
    // Of the bytes that every machine must write; renew it when the generator is meant to write others.
    let digest = kijun_workspace::digest([lines.as_slice()]);
    assert_eq!(digest, "a3dbc697c31f3bcc9037b35c613c8d29185d886519d6110d95d6edd21d6d30fd");
    let more = generated(&["--hospitals", "40"]).unwrap();
    assert!(more.starts_with(&lines), "a hospital does not depend on how many there are");
}

#[test]
fn every_hospital_of_the_fleet_is_sound_unless_spoilt() {
    let Some(lines) = generated(&["--hospitals", "20"]) else { return };
    let out = kijun_fed(&["stream", "examples/fleet-spark/workspace"], &lines);
    assert_eq!(out.status, 1, "{}", out.stderr);
    assert!(out.stderr.starts_with("20 facilities assessed"), "no notice, no bad line: {}", out.stderr);
    assert!(out.stdout.lines().all(|line| line.contains("\"findings\":{\"must\":")), "every one is assessed");

    let spoilt = generated(&["--hospitals", "20", "--bad", "4"]).unwrap();
    let bad = kijun_fed(&["stream", "examples/fleet-spark/workspace"], &spoilt);
    assert_eq!(bad.status, 2);
    let differing: Vec<usize> = out
        .stdout
        .lines()
        .zip(bad.stdout.lines())
        .zip(1..)
        .filter(|((a, b), _)| a != b)
        .map(|(_, n)| n)
        .collect();
    assert_eq!(differing, [4, 8, 12, 16, 20], "the others stay the same to the byte");
}
