#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| noorm_fuzz::cursor::check(bytes));
