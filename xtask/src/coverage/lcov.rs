//! Reading a coverage report in the LCOV format: `SF:` a file, `DA:` one of its lines and how often it
//! ran, `end_of_record`.

use std::iter::Sum;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The lines of one source file that compiled to something.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// Line numbers, each with whether a test reached it.
    reached: Vec<(u32, bool)>,
}

/// How many lines there are, and how many of them tests reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// All.
    pub all: u32,
    /// Those that a test reached.
    pub covered: u32,
}

impl File {
    /// Forgets the lines in these ranges.
    pub fn leave_out(&mut self, ranges: &[RangeInclusive<u32>]) {
        self.reached
            .retain(|(line, _)| !ranges.iter().any(|range| range.contains(line)));
    }

    /// Counts.
    pub fn lines(&self) -> Lines {
        self.reached
            .iter()
            .map(|(_, reached)| Lines {
                all: 1,
                covered: u32::from(*reached),
            })
            .sum()
    }
}

impl Lines {
    /// Whether at least this percentage is covered; never so where there are no lines.
    pub fn reach(self, threshold: f64) -> bool {
        self.all > 0 && f64::from(self.covered) * 100.0 >= threshold * f64::from(self.all)
    }

    /// The percentage, rounded down so that 89.96 doesn't read as the 90 it fails to be.
    pub fn percent(self) -> String {
        let tenths = u64::from(self.covered) * 1000;
        tenths.checked_div(self.all.into()).map_or_else(
            || "no lines".to_owned(),
            |tenths| format!("{}.{} %", tenths / 10, tenths % 10),
        )
    }
}

impl Sum for Lines {
    fn sum<I: Iterator<Item = Self>>(lines: I) -> Self {
        lines.fold(Self::default(), |sum, lines| Self {
            all: sum.all + lines.all,
            covered: sum.covered + lines.covered,
        })
    }
}

/// Reads a report.
pub fn read(report: &str) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for line in report.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            files.push(File {
                path: PathBuf::from(path),
                reached: Vec::new(),
            });
        } else if let Some((number, count)) = line
            .strip_prefix("DA:")
            .and_then(|data| data.split_once(','))
            && let (Ok(number), Some(file)) = (number.parse(), files.last_mut())
        {
            // A checksum may follow the count.
            let count = count.split(',').next().unwrap_or_default();
            file.reached.push((number, count != "0"));
        }
    }
    files
}

/// Whether a whole file is there for tests only: it is named so, or in a folder named so.
pub fn is_test_file(path: &Path) -> bool {
    path.with_extension("")
        .components()
        .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "benches")
}

/// The line ranges of items marked `#[cfg(test)]`, in source that rustfmt formatted.
pub fn test_code(source: &str) -> Vec<RangeInclusive<u32>> {
    let mut ranges = Vec::new();
    let mut lines = (1..).zip(source.lines());
    while let Some((start, line)) = lines.next() {
        if line != "#[cfg(test)]" {
            continue;
        }
        // The item ends where a line ends it in the first column: `}`, or `use super::*;`.
        let end = lines.by_ref().find(|(_, line)| {
            let outermost = !line.starts_with([' ', '#']);
            outermost && line.ends_with(['}', ';'])
        });
        ranges.push(start..=end.map_or(u32::MAX, |(end, _)| end));
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[RangeInclusive<u32>]) {
        assert_eq!(test_code(source), expected);
    }

    #[test]
    fn a_report_is_read() {
        let files = read(
            "TN:\nSF:/a.rs\nFN:1,f\nDA:1,3\nDA:2,0\nLF:2\nend_of_record\nSF:/b.rs\nDA:7,1,x\n",
        );
        assert_eq!(
            files.iter().map(File::lines).collect::<Vec<_>>(),
            [Lines { all: 2, covered: 1 }, Lines { all: 1, covered: 1 }]
        );
    }

    #[test]
    fn test_modules_do_not_count() {
        check(
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() {\n    }\n}\nfn h() {}\n",
            &[2..=6],
        );
        check("#[cfg(test)]\nmod tests;\n\nfn f() {\n}\n", &[1..=2]);
        check(
            "#[cfg(test)]\n#[allow(dead_code)]\nfn f(\n    a: u8,\n) {\n}\n",
            &[1..=6],
        );
        check("    #[cfg(test)]\n    fn f() {}\n", &[]);
        let mut files = read("SF:a.rs\nDA:1,1\nDA:3,0\nDA:4,0\n");
        for file in &mut files {
            file.leave_out(&[2..=3]);
            assert_eq!(file.lines(), Lines { all: 2, covered: 1 });
        }
    }

    #[test]
    fn test_files_do_not_count() {
        assert!(is_test_file(Path::new("noorm-core/src/relation/tests.rs")));
        assert!(is_test_file(Path::new("noorm-core/src/tests/names.rs")));
        assert!(!is_test_file(Path::new("noorm-core/src/contests.rs")));
    }

    #[test]
    fn a_percentage_is_rounded_down() {
        let lines = Lines {
            all: 2500,
            covered: 2249,
        };
        assert_eq!(lines.percent(), "89.9 %");
        assert!(!lines.reach(90.0));
        assert!(
            Lines {
                all: 10,
                covered: 9
            }
            .reach(90.0)
        );
    }

    #[test]
    fn no_lines_reach_nothing() {
        assert!(!Lines::default().reach(0.0));
        assert_eq!(Lines::default().percent(), "no lines");
    }
}
