#![no_main]

// A document, or a document on each line.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    kijun_fuzz::facts("json", bytes);
    kijun_fuzz::facts("ndjson", bytes);
});
