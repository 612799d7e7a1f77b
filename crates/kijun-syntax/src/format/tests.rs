use super::format;

#[test]
#[ignore]
fn tmp() {
    for path in std::fs::read_to_string("/tmp/fmt-list").unwrap().lines() {
        let text = std::fs::read_to_string(path).unwrap();
        let t = std::time::Instant::now();
        let out = format(&text).unwrap();
        eprintln!("{path} {:?}", t.elapsed());
        std::fs::write(format!("/tmp/fmt/{}", path.replace('/', "_")), out).unwrap();
    }
}
