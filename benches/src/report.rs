//! The table of ratios.

use std::fmt;
use std::time::Duration;

use crate::rounds::{Series, median, quartile, ratio};

/// What was measured, and what it should be.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

struct Line {
    what: String,
    noorm: String,
    raw: String,
    ratio: String,
    target: String,
    met: Option<bool>,
    others: Vec<String>,
}

/// Which time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The median of the wall times, and of the rounds' ratios.
    Wall,
    /// The same of the CPU times.
    Cpu,
    /// The faster quarter of the wall times.
    WallAtBest,
    /// The faster quarter of the CPU times.
    CpuAtBest,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::Wall | Self::WallAtBest => "wall",
            Self::Cpu | Self::CpuAtBest => "CPU",
        }
    }

    fn samples(self, series: &Series) -> &[Duration] {
        match self {
            Self::Wall | Self::WallAtBest => &series.wall,
            Self::Cpu | Self::CpuAtBest => &series.cpu,
        }
    }

    fn one(self, series: &Series) -> Duration {
        match self {
            Self::Wall | Self::Cpu => median(self.samples(series)),
            Self::WallAtBest | Self::CpuAtBest => quartile(self.samples(series)),
        }
    }

    fn ratio(self, of: &Series, to: &Series) -> f64 {
        match self {
            Self::Wall | Self::Cpu => ratio(self.samples(of), self.samples(to)),
            Self::WallAtBest | Self::CpuAtBest => {
                self.one(of).as_secs_f64() / self.one(to).as_secs_f64()
            }
        }
    }
}

impl Report {
    /// Adds a comparison: noorm comes first, the raw driver second, others behind.
    pub fn compare(
        &mut self,
        what: &str,
        series: &[Series],
        measure: Measure,
        target: Option<f64>,
    ) {
        let [noorm, raw, others @ ..] = series else {
            return;
        };
        let measured = measure.ratio(noorm, raw);
        self.lines.push(Line {
            what: format!("{what}, {}", measure.name()),
            noorm: time(measure.one(noorm)),
            raw: time(measure.one(raw)),
            ratio: format!("{measured:.2}"),
            target: target.map_or(String::new(), |target| format!("≤ {target}")),
            met: target.map(|target| measured <= target),
            others: others
                .iter()
                .map(|other| format!("{} {:.2}", other.name, measure.ratio(other, raw)))
                .collect(),
        });
    }

    /// Adds how often each contender is at work in one operation.
    pub fn instructions(&mut self, what: &str, [noorm, raw]: [u64; 2], others: &[(&str, u64)]) {
        let ratio = |of: u64| format!("{:.2}", of as f64 / raw as f64);
        self.lines.push(Line {
            what: format!("{what}, instructions"),
            noorm: noorm.to_string(),
            raw: raw.to_string(),
            ratio: ratio(noorm),
            target: String::new(),
            met: None,
            others: others
                .iter()
                .map(|(name, n)| format!("{name} {}", ratio(*n)))
                .collect(),
        });
    }

    /// Adds a figure of noorm's own that has a bound; the raw driver's, where there is one, beside it.
    pub fn bound<T: PartialOrd>(
        &mut self,
        what: &str,
        noorm: T,
        raw: Option<T>,
        target: T,
        show: impl Fn(&T) -> String,
    ) {
        self.lines.push(Line {
            what: what.to_owned(),
            noorm: show(&noorm),
            raw: raw.as_ref().map_or(String::new(), &show),
            ratio: String::new(),
            target: format!("≤ {}", show(&target)),
            met: Some(noorm <= target),
            others: Vec::new(),
        });
    }
}

/// A duration in the unit that suits it.
#[must_use]
pub fn time(duration: Duration) -> String {
    match duration.as_secs_f64() {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s => format!("{:.1} ms", s * 1e3),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<48} {:>10} {:>10} {:>6} {:>8}         others, to raw",
            "", "noorm", "raw", "ratio", "target"
        )?;
        for line in &self.lines {
            let met = match line.met {
                Some(true) => "ok",
                Some(false) => "missed",
                None => "",
            };
            let others = line.others.join(", ");
            writeln!(
                f,
                "{:<48} {:>10} {:>10} {:>6} {:>8} {met:<7} {others}",
                line.what, line.noorm, line.raw, line.ratio, line.target
            )?;
        }
        Ok(())
    }
}
