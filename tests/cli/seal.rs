//! `kijun seal` and `kijun reproduce`: what came of which files, and that anything else is noticed and named.

use std::path::{Path, PathBuf};
use std::process::Command;

use data_encoding::BASE64;
use serde_json::Value;

use crate::run::{Folder, Output, kijun, root};

const RULES: &str = "catalog n \"規範\" { edition \"1\" }\nrequirement n:1 \"一\"\nentity vendor \"事業者\" { ok \"可\": bool }\n\
    check c for n:1 { each v: vendor require v.ok ja \"だめ\" en \"not ok\" }\n";
const PACK: &str = "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n";
const WORK: &str =
    "[workspace]\nfacility = \"minato\"\nas_of = 2026-11-22\n\n[dependencies]\nn = { path = \"../n\" }\n";
const FACTS: &str = "id,ok\na,yes\nb,no\n";

/// A workspace beside a pack, and two keys.
struct Sealed {
    folder: Folder,
}

impl Sealed {
    fn new(name: &str, work: &str) -> Sealed {
        let files = [
            ("n/kijun.toml", PACK),
            ("n/rules.kijun", RULES),
            ("w/kijun.toml", work),
            ("w/profile.kijun", "profile p \"P\" { include n }\n"),
            ("w/facts/vendor.csv", FACTS),
        ];
        let folder = Folder::new(&format!("seal-{name}"), &files);
        let of = Sealed { folder };
        for key in ["key", "other"] {
            let made = of.run(&["seal", "--new-key", &of.path(key)]);
            assert_eq!(made.status, 0, "{}", made.stderr);
        }
        of
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder.path())
    }

    fn run(&self, args: &[&str]) -> Output {
        kijun(args)
    }

    fn seal(&self, more: &[&str]) -> Output {
        let (work, key, out) = (self.path("w"), self.path("key"), self.path("m.seal.json"));
        let mut args = vec!["seal", &work, "--key", &key, "--output", &out];
        args.extend(more);
        self.run(&args)
    }

    fn reproduce(&self) -> Output {
        self.reproduce_by("key.pub")
    }

    fn reproduce_by(&self, key: &str) -> Output {
        self.run(&["reproduce", &self.path("m.seal.json"), &self.path("w"), "--key", &self.path(key)])
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn payload(&self) -> Value {
        let envelope: Value = serde_json::from_slice(&self.read("m.seal.json")).unwrap();
        serde_json::from_slice(&BASE64.decode(envelope["payload"].as_str().unwrap().as_bytes()).unwrap())
            .unwrap()
    }
}

#[test]
fn a_seal_is_reproduced_and_the_same_each_time() {
    let of = Sealed::new("same", WORK);
    let out = of.seal(&[]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stdout.contains("and the 5 files that it rests on"), "{}", out.stdout);
    let first = (of.read("m.seal.json"), of.read("m.assessment.json"));
    let again = of.seal(&[]);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    assert_eq!(of.seal(&["--force"]).status, 0);
    assert_eq!(
        first,
        (of.read("m.seal.json"), of.read("m.assessment.json")),
        "same key, same files, same bytes"
    );
    let assessed = of.run(&["assess", &of.path("w"), "--format", "json"]);
    assert_eq!(assessed.stdout.as_bytes(), first.1, "what is sealed is what `assess` says");
    let names: Vec<String> = of.payload()["predicate"]["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        ["../n/kijun.toml", "../n/rules.kijun", "facts/vendor.csv", "kijun.toml", "profile.kijun"]
    );
    let out = of.reproduce();
    assert_eq!(out.status, 0, "{}{}", out.stdout, out.stderr);
    assert!(
        out.stdout.contains("reproduced: the assessment as of 2026-11-22 is the same to the byte"),
        "{}",
        out.stdout
    );
    std::fs::remove_file(of.path("m.assessment.json")).unwrap();
    let out = of.reproduce();
    assert_eq!(out.status, 0, "the seal alone will do: {}", out.stderr);
    assert!(out.stderr.contains("is not there: only its digest in the seal is compared"), "{}", out.stderr);
}

#[test]
fn the_statement_is_as_its_schema_says() {
    let of = Sealed::new("schema", WORK);
    assert_eq!(of.seal(&["--as-of", "2026-12-24", "--facts", &of.path("w/facts/vendor.csv")]).status, 0);
    let schema: Value = serde_json::from_str(kijun_exchange::SEAL_SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let payload = of.payload();
    let errors: Vec<String> = schema.iter_errors(&payload).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{payload:#}");
    assert_eq!(payload["predicate"]["as_of"], "2026-12-24");
    assert_eq!(payload["predicate"]["options"]["facts"][0], "facts/vendor.csv");
    assert_eq!(of.reproduce().status, 0, "with the options that were sealed");
    assert_eq!(of.run(&["seal", &of.path("n"), "--pack", "--key", &of.path("key")]).status, 0);
    let envelope: Value = serde_json::from_slice(&of.read("n/pack.dsse.json")).unwrap();
    let pack = BASE64.decode(envelope["payload"].as_str().unwrap().as_bytes()).unwrap();
    assert!(schema.is_valid(&serde_json::from_slice(&pack).unwrap()), "{}", String::from_utf8_lossy(&pack));
    let mut wrong = payload;
    wrong["predicate"]["inputs"][0]["digest"] = Value::Null;
    assert!(!schema.is_valid(&wrong));
}

/// Every byte of every file in turn, and the file is named; of the seal, verification fails (all of its bytes: `kijun-seal`).
#[test]
fn any_byte_that_is_another_fails_and_names_its_file() {
    let of = Sealed::new("bytes", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    let inputs = ["../n/kijun.toml", "../n/rules.kijun", "facts/vendor.csv", "kijun.toml", "profile.kijun"];
    let files = inputs.map(|name| (name, format!("w/{name}")));
    for (name, path) in &files {
        let bytes = of.read(path);
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 12) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x01;
            of.write(path, &changed);
            let out = of.reproduce();
            assert_eq!(out.status, 1, "{name} byte {at}: {}{}", out.stdout, out.stderr);
            assert!(
                out.stdout.contains(&format!("{name}: changed\n  sealed ")),
                "{name} byte {at}: {}",
                out.stdout
            );
        }
        of.write(path, &bytes);
    }
    let result = of.read("m.assessment.json");
    for at in (0..result.len()).step_by(1 + result.len() / 12) {
        let mut changed = result.clone();
        changed[at] ^= 0x01;
        of.write("m.assessment.json", &changed);
        let out = of.reproduce();
        assert_eq!(out.status, 1, "byte {at}: {}", out.stdout);
        assert!(out.stdout.contains("m.assessment.json: changed"), "{}", out.stdout);
    }
    of.write("m.assessment.json", &result);
    let seal = of.read("m.seal.json");
    for at in (0..seal.len()).step_by(1 + seal.len() / 40) {
        let mut changed = seal.clone();
        changed[at] ^= 0x01;
        of.write("m.seal.json", &changed);
        let out = of.reproduce();
        assert!(matches!(out.status, 1 | 2), "byte {at}: {}", out.stdout);
        assert!(out.stderr.contains("m.seal.json`: "), "byte {at}: {}", out.stderr);
        assert!(!out.stdout.contains("reproduced"), "byte {at}");
    }
    of.write("m.seal.json", &seal[..seal.len() / 2]);
    assert_eq!(of.reproduce().status, 2, "half of it");
    of.write("m.seal.json", &seal);
    assert_eq!(of.reproduce().status, 0, "all is as it was");
}

#[test]
fn files_that_came_or_went_are_named() {
    let of = Sealed::new("files", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    of.write("w/facts/vendor.toml", "[[vendor]]\nid = \"c\"\nok = true\n");
    let out = of.reproduce();
    assert_eq!(out.status, 1);
    assert!(
        out.stdout.contains("facts/vendor.toml: added\n  sealed (not there)\n  now    "),
        "{}",
        out.stdout
    );
    assert!(out.stdout.contains("the assessment: changed"), "{}", out.stdout);
    std::fs::remove_file(of.path("w/facts/vendor.toml")).unwrap();
    std::fs::remove_file(of.path("w/profile.kijun")).unwrap();
    let out = of.reproduce();
    assert_eq!(out.status, 1);
    assert!(out.stdout.contains("profile.kijun: missing\n"), "{}", out.stdout);
    std::fs::remove_file(of.path("w/kijun.toml")).unwrap();
    let out = of.reproduce();
    assert_eq!(out.status, 1, "nothing can be evaluated, and yet it is known what differs");
    assert!(out.stdout.contains("kijun.toml: missing\n"), "{}", out.stdout);
    assert!(!out.stdout.contains("rules.kijun: "), "what is there as it was is not named: {}", out.stdout);
}

#[test]
fn what_cannot_be_read_is_not_taken_for_absent() {
    let of = Sealed::new("unreadable", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    std::fs::remove_file(of.path("m.assessment.json")).unwrap();
    std::fs::create_dir(of.path("m.assessment.json")).unwrap();
    let out = of.reproduce();
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("cannot read"), "{}", out.stderr);
}

#[test]
fn a_workspace_does_not_say_where_its_seal_is_written() {
    let of = Sealed::new("where", &WORK.replace("minato", "../../港/x"));
    let out = of.run(&["seal", &of.path("w"), "--key", "relative-to-nothing"]);
    assert_eq!(out.status, 2);
    let folder = of.folder.path().to_owned();
    let mut command = crate::run::command(&["seal", "w", "--key", "key"]);
    assert!(command.current_dir(&folder).output().unwrap().status.success());
    assert!(Path::new(&format!("{folder}/------港-x-2026-11-22.seal.json")).is_file());
}

#[test]
fn rules_in_tests_decide_and_are_sealed() {
    let of = Sealed::new("tests", WORK);
    let rule = |limit| format!("check d for n:1 {{ each v: vendor require v.ok or {limit} > 1 }}\n");
    let digest = || {
        let out = of.run(&["assess", &of.path("w"), "--format", "json"]);
        let json: Value = serde_json::from_str(&out.stdout).unwrap();
        json["workspace"]["sha256"].as_str().unwrap().to_owned()
    };
    let bare = digest();
    std::fs::create_dir(of.path("w/tests")).unwrap();
    of.write(
        "w/tests/t.kijun",
        "test \"t\" { as_of 2026-11-22 given { vendor a { ok true } } expect n:1 satisfied }\n",
    );
    assert_eq!(digest(), bare, "a test decides nothing");
    of.write("w/tests/t.kijun", rule(1));
    let one = digest();
    of.write("w/tests/t.kijun", rule(2));
    assert!(one != bare && digest() != one);
}

#[test]
fn who_sealed_it_is_looked_at() {
    let of = Sealed::new("keys", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    let out = of.reproduce_by("other.pub");
    assert_eq!(out.status, 1);
    assert!(out.stderr.contains("it is signed by a key that is not known"), "{}", out.stderr);
    let out = of.reproduce_by("key");
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("hand the private one to nobody"), "{}", out.stderr);
    let none = of.run(&["reproduce", &of.path("m.seal.json"), &of.path("w")]);
    assert_eq!(none.status, 2, "a key is needed");
    let out = of.seal(&["--force", "--key", &of.path("key.pub")]);
    assert_eq!(out.status, 2);
    assert_eq!(of.run(&["seal", &of.path("w")]).status, 2, "nothing is asked for");
    let again = of.run(&["seal", "--new-key", &of.path("key")]);
    assert_eq!(again.status, 2, "a key is not written over");
    assert_eq!(of.run(&["seal", &of.path("w"), "--pack", "--key", &of.path("key")]).status, 2, "no pack");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(of.path("key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_no_seal_is_refused_whole() {
    let of = Sealed::new("other", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    assert_eq!(of.run(&["seal", &of.path("n"), "--pack", "--key", &of.path("key")]).status, 0);
    of.write("m.seal.json", of.read("n/pack.dsse.json"));
    let out = of.reproduce();
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("what is sealed is `urn:kijun:pack:1`"), "{}", out.stderr);
    of.write("m.seal.json", "{}");
    assert_eq!(of.reproduce().status, 2);
    assert_eq!(of.run(&["reproduce", "/no/such", &of.path("w"), "--key", &of.path("key.pub")]).status, 2);
    let seal = of.path("m.seal.json");
    assert_eq!(of.run(&["seal", &seal, "--digest"]).status, 2);
}

const TRUST: &str = "\n[trust]\nkeys = [\"../key.pub\"]\nrequire_signed_packs = true\n";

#[test]
fn packs_are_signed_and_may_have_to_be() {
    let of = Sealed::new("packs", &format!("{WORK}{TRUST}"));
    let check = |expected: &str| {
        let out = of.run(&["check", &of.path("w")]);
        assert_eq!(out.status, 2, "{}", out.stderr);
        assert!(out.stderr.contains("K0609") && out.stderr.contains(expected), "{}", out.stderr);
    };
    check("the pack `n` is not signed");
    let signed = |key: &str| {
        let out = of.run(&["seal", &of.path("n"), "--pack", "--force", "--key", &of.path(key)]);
        assert_eq!(out.status, 0, "{}", out.stderr);
    };
    signed("other");
    check("the signature of the pack `n` is not to be trusted: it is signed by a key that is not known");
    signed("key");
    let out = of.run(&["check", &of.path("w")]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let rules = of.read("n/rules.kijun");
    of.write("n/rules.kijun", format!("{RULES}// a remark\n"));
    check("it is of other content (n 1.0.0)");
    of.write("n/rules.kijun", rules);
    let signature = of.read("n/pack.dsse.json");
    for at in (0..signature.len()).step_by(1 + signature.len() / 20) {
        let mut changed = signature.clone();
        changed[at] ^= 0x01;
        of.write("n/pack.dsse.json", &changed);
        let out = of.run(&["check", &of.path("w")]);
        assert_eq!(out.status, 2, "byte {at}");
    }
    of.write("n/pack.dsse.json", "");
    check("the pack `n`");
    std::fs::remove_file(of.path("n/pack.dsse.json")).unwrap();
    of.write("w/kijun.toml", format!("{WORK}{}", TRUST.replace("true", "false")));
    assert_eq!(of.run(&["check", &of.path("w")]).status, 0, "it need not be signed");
    signed("other");
    check("the pack `n`");
    of.write("w/kijun.toml", format!("{WORK}\n[trust]\nrequire_signed_packs = true\n"));
    check("`require_signed_packs` needs `keys`");
    of.write("w/kijun.toml", format!("{WORK}{}", TRUST.replace("key.pub", "gone.pub")));
    check("there is no file `../gone.pub`");
    of.write("w/kijun.toml", format!("{WORK}{}", TRUST.replace("key.pub", "n/kijun.toml")));
    check("this is no public key of Ed25519");
}

#[test]
fn a_signature_goes_with_an_archive() {
    let archive = WORK.replace("path = \"../n\"", "archive = \"../n-1.0.0.kpack\"");
    let of = Sealed::new("archive", &format!("{archive}{TRUST}"));
    let file = of.path("n-1.0.0.kpack");
    assert_eq!(of.run(&["pack", &of.path("n"), "--output", &file]).status, 0);
    let out = of.run(&["check", &of.path("w")]);
    assert!(out.status == 2 && out.stderr.contains("the pack `n` is not signed"), "{}", out.stderr);
    assert_eq!(of.run(&["pack", &of.path("n"), "--output", &file, "--sign", &of.path("key")]).status, 0);
    assert!(!Path::new(&of.path("n/pack.dsse.json")).exists(), "the folder stays as it is");
    assert_eq!(of.run(&["check", &of.path("w")]).status, 0);
    assert_eq!(of.seal(&[]).status, 0);
    assert_eq!(of.reproduce().status, 0);
    let names = of.payload()["predicate"]["inputs"].to_string();
    assert!(names.contains("\"../n-1.0.0.kpack\"") && names.contains("\"../key.pub\""), "{names}");
    assert_eq!(of.run(&["pack", &of.path("n"), "--output", &file]).status, 0);
    let out = of.reproduce();
    assert_eq!(out.status, 1);
    assert!(out.stdout.contains("../n-1.0.0.kpack: changed"), "{}", out.stdout);
}

/// A time stamp made by OpenSSL for this very seal, where there is OpenSSL.
#[test]
fn a_time_stamp_is_attached_if_it_is_of_the_seal() {
    let of = Sealed::new("stamp", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    let seal = of.path("m.seal.json");
    let digest = of.run(&["seal", &seal, "--digest"]).stdout.trim().to_owned();
    assert_eq!(digest.len(), 64);
    let fixture = root().join("crates/kijun-seal/src/testdata/granted.tsr");
    let attach = |file: &Path| of.run(&["seal", &seal, "--timestamp", file.to_str().unwrap()]);
    let out = attach(&fixture);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("the time stamp is of something else"), "{}", out.stderr);
    let Some(stamp) = stamped(&of, &digest) else {
        assert!(
            std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none(),
            "openssl is needed (KIJUN_REQUIRE_CLIENTS)"
        );
        eprintln!("skipped: there is no openssl");
        return;
    };
    let out = attach(&stamp);
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stdout.starts_with("time stamp 20"), "{}", out.stdout);
    let out = of.reproduce();
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stdout.contains("of this seal; its authority's signature"), "{}", out.stdout);
}

/// Asks an authority of our own.
fn stamped(of: &Sealed, digest: &str) -> Option<PathBuf> {
    let config = "[t]\nserial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\n\
        ess_cert_id_alg = sha256\n[req]\ndistinguished_name = d\n[d]\n[ext]\nextendedKeyUsage = critical,timeStamping\n\
        keyUsage = critical,digitalSignature\nbasicConstraints = CA:TRUE\n";
    of.write("ts.cnf", config);
    of.write("serial", "01\n");
    let openssl = |args: &[&str]| {
        let out = Command::new("openssl").args(args).current_dir(of.path("")).output().ok()?;
        out.status.success().then_some(())
    };
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "tsa.key",
        "-out",
        "tsa.crt",
        "-subj",
        "/CN=test",
        "-days",
        "9999",
        "-config",
        "ts.cnf",
        "-extensions",
        "ext",
    ])?;
    openssl(&["ts", "-query", "-digest", digest, "-sha256", "-cert", "-out", "q.tsq"])?;
    openssl(&[
        "ts",
        "-reply",
        "-queryfile",
        "q.tsq",
        "-config",
        "ts.cnf",
        "-section",
        "t",
        "-inkey",
        "tsa.key",
        "-signer",
        "tsa.crt",
        "-out",
        "r.tsr",
    ])?;
    openssl(&["ts", "-verify", "-digest", digest, "-in", "r.tsr", "-CAfile", "tsa.crt"])?;
    Some(PathBuf::from(of.path("r.tsr")))
}

/// Another implementation of DSSE, in-toto and Ed25519 says the same.
#[test]
fn another_program_verifies_a_seal() {
    let of = Sealed::new("python", WORK);
    assert_eq!(of.seal(&[]).status, 0);
    let script = root().join("tests/clients/verify_seal.py");
    // `.ci/run` makes an environment with the library.
    let own = root().join("target/python/bin/python3");
    let python = if own.exists() { own } else { PathBuf::from("python3") };
    let run = |seal: &str, key: &str| {
        let args =
            [script.to_str().unwrap(), &of.path(seal), &of.path(key), &of.path("w")].map(str::to_owned);
        Command::new(&python).args(args).output()
    };
    let out = match run("m.seal.json", "key.pub") {
        Ok(out) if out.status.code() != Some(77) => out,
        missing => {
            assert!(
                std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none(),
                "python3 with `cryptography` is needed (KIJUN_REQUIRE_CLIENTS): {missing:?}"
            );
            eprintln!("skipped: there is no python3 with `cryptography`");
            return;
        }
    };
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(out.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&out.stderr));
    assert!(said.contains("5 inputs"), "{said}");
    assert_eq!(run("m.seal.json", "other.pub").unwrap().status.code(), Some(1), "another key");
    of.write("w/facts/vendor.csv", "id,ok\na,yes\nb,yes\n");
    let out = run("m.seal.json", "key.pub").unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stdout).contains("facts/vendor.csv"), "another file");
}
