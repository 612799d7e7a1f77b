#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kijun_fuzz::facts("yaml", bytes));
