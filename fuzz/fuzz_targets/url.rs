#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| noorm_fuzz::url::check(text));
