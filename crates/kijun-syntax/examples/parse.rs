//! Parses the files named on the command line and prints their syntax errors.
fn main() {
    for path in std::env::args().skip(1) {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{path}: {error}");
                continue;
            }
        };
        for e in kijun_syntax::parse(&text).errors {
            let line = text.get(..e.start).unwrap_or("").lines().count();
            println!("{path}:{line}: {} {} | {} | {}", e.code, e.message.en, e.label.en, e.help.en);
        }
    }
}
