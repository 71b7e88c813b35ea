//! The targets, over texts that mean something, whole and broken: what a fuzzer would begin with.

use noorm_fuzz::{cursor, filter, url};

/// How often each seed is broken.
const TIMES: usize = 400;

/// Numbers that are the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    /// Changes a few places: cuts, doubles, swaps, or puts in what is seldom expected.
    fn broken(&mut self, seed: &[u8], others: &[&[u8]]) -> Vec<u8> {
        const ODD: [&[u8]; 12] = [
            b"\0",
            b"%",
            b"%zz",
            b"'",
            b"\"",
            b"\\",
            b"(",
            b"@@",
            b"://",
            "ü".as_bytes(),
            b"\xff",
            b"99999999999999999999",
        ];
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(8)).min(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(at..end)),
                1 => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                2 => drop(bytes.splice(at..end, ODD[self.below(ODD.len())].iter().copied())),
                3 => {
                    let other = others[self.below(others.len())];
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[self.below(other.len())..]);
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
        bytes
    }
}

fn each(seeds: &[&[u8]], check: impl Fn(&[u8])) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for seed in seeds {
        check(seed);
        for _ in 0..TIMES {
            check(&dice.broken(seed, seeds));
        }
    }
}

#[test]
fn urls() {
    let seeds: [&[u8]; 8] = [
        b"sqlite:shop.db?mode=rwc&busy_timeout=250ms&journal_mode=wal",
        b"sqlite::memory:",
        b"postgres://me:xyzzyS3cr3t@localhost:5432/shop?sslmode=require&options=-c%20a%3Db&connect_timeout=3",
        b"postgresql:///shop?host=/run/postgresql&password=xyzzyS3cr3t",
        b"mysql://root@[::1]:3306/shop?ssl-mode=disabled&connect-timeout=5",
        b"mariadb://a%40b:xyzzyS3cr3t@h1,h2/shop",
        b"mssql:Server=tcp:localhost,1433;User Id=sa;Password={xyzzyS3cr3t};Database=shop",
        b"localhost:1/%2e%2e/x?y=z&y#w",
    ];
    each(&seeds, |bytes| url::check(&String::from_utf8_lossy(bytes)));
}

#[test]
fn cursors() {
    let seeds: [&[u8]; 5] = [
        b"AQAAAAA",
        b"",
        b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a",
        b"\x03\x00\x00\x00\x00\x00\x00\x00\x05\x05\x00\x00\x00\x01x",
        b"\x0b\xff\xff\xff\xff\xff\xff\xff\xff\x7f\xf8\x00\x00\x00\x00\x00\x00",
    ];
    each(&seeds, cursor::check);
}

#[test]
fn filters() {
    let seeds: [&[u8]; 8] = [
        b"a = 1 and b = 'x'",
        b"not (a > 1 or b like '%y%') and c < '2026-01-01'",
        b"a in (1, 2, 3) and b is not null",
        b"d between 0.5 and 1e300",
        b"b contains \"it's\" or b starts with ''",
        b"a = null or b != 'x' or a >= -9223372036854775808",
        b"((((((((a = 1))))))))",
        "b = 'grün' and `a` <> 2".as_bytes(),
    ];
    each(&seeds, |bytes| {
        filter::check(&String::from_utf8_lossy(bytes))
    });
}
