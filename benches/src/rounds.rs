//! Interleaved rounds, each in an order of its own, so that whatever disturbs the machine, or is left behind by the
//! contender before, disturbs all alike.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use cpu_time::ProcessTime;
use tokio::runtime::Runtime;

use crate::Contender;

/// What one contender took for one operation, in each round.
pub struct Series {
    pub name: &'static str,
    pub wall: Vec<Duration>,
    /// Of the whole process: the contender's threads, and the kernel on their behalf.
    pub cpu: Vec<Duration>,
}

/// Lets each contender do `times` operations a round.
///
/// # Errors
/// Where a contender fails.
pub fn interleave<O: Copy>(
    runtime: &Runtime,
    contenders: &mut [Box<dyn Contender<O>>],
    operation: O,
    (rounds, times): (usize, u32),
) -> Result<Vec<Series>> {
    let series = |c: &dyn Contender<O>| Series {
        name: c.name(),
        wall: Vec::new(),
        cpu: Vec::new(),
    };
    let mut all: Vec<Series> = contenders.iter().map(|c| series(&**c)).collect();
    for round in 0..=rounds {
        for at in order(contenders.len()) {
            // What the one before has done to caches and to the allocator is nobody else's to pay.
            let warm = runtime.block_on(contenders[at].run(operation, u64::from(times / 4) + 1));
            warm.with_context(|| contenders[at].name())?;
            let (cpu, wall) = (ProcessTime::now(), Instant::now());
            let done = runtime.block_on(contenders[at].run(operation, times.into()));
            let (wall, cpu) = (wall.elapsed(), cpu.elapsed());
            done.with_context(|| contenders[at].name())?;
            // The first round warms up.
            if round > 0 {
                all[at].wall.push(wall / times);
                all[at].cpu.push(cpu / times);
            }
        }
    }
    Ok(all)
}

/// The order of a round's turns: another one each round of the whole run, and the same in every run.
fn order(contenders: usize) -> Vec<usize> {
    static ROUNDS: AtomicU64 = AtomicU64::new(0);
    let mut order: Vec<usize> = (0..contenders).collect();
    fastrand::Rng::with_seed(ROUNDS.fetch_add(1, Ordering::Relaxed)).shuffle(&mut order);
    order
}

/// The same with new contenders every now and then: the system puts a new connection's server process
/// on another core, and how that one is woken costs more than what is measured.
///
/// # Errors
/// Where a contender can't be made or fails.
pub fn reconnecting<O: Copy>(
    runtime: &Runtime,
    connect: impl AsyncFn() -> Result<Vec<Box<dyn Contender<O>>>>,
    operation: O,
    (connections, rounds, times): (usize, usize, u32),
) -> Result<Vec<Series>> {
    let mut all: Vec<Series> = Vec::new();
    for _ in 0..connections {
        let mut contenders = runtime.block_on(connect())?;
        let more = interleave(runtime, &mut contenders, operation, (rounds, times))?;
        if all.is_empty() {
            all = more;
            continue;
        }
        for (series, more) in all.iter_mut().zip(more) {
            series.wall.extend(more.wall);
            series.cpu.extend(more.cpu);
        }
    }
    Ok(all)
}

/// The median.
#[must_use]
pub fn median(samples: &[Duration]) -> Duration {
    at(samples, 2)
}

/// The bound of the faster quarter: what it takes when nothing comes between.
#[must_use]
pub fn quartile(samples: &[Duration]) -> Duration {
    at(samples, 4)
}

fn at(samples: &[Duration], part: usize) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / part).copied().unwrap_or_default()
}

/// The median of the rounds' ratios.
#[must_use]
pub fn ratio(of: &[Duration], to: &[Duration]) -> f64 {
    let rounds = of.iter().zip(to);
    let mut ratios: Vec<f64> = rounds
        .map(|(a, b)| a.as_secs_f64() / b.as_secs_f64())
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
}
