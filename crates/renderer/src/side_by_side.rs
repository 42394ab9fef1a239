//! Many renders at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::on_large_stack;

/// Does `work` for each item, on as many threads as there are processors, each with a stack for the deepest
/// templates. Results are in the order of the items.
///
/// These are threads of their own rather than rayon's, whose waiting threads take up other work on top of what
/// they wait in: no stack would be large enough for renders within renders.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(items.len());
    if threads < 2 {
        return on_large_stack(|| items.iter().map(&work).collect());
    }
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        on_large_stack(|| {
            while let Some((at, item)) = take(&next, items) {
                let result = work(item);
                let mut results = results.lock().unwrap_or_else(|error| error.into_inner());
                results.push((at, result));
            }
        });
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(|error| error.into_inner());
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'i, T>(next: &AtomicUsize, items: &'i [T]) -> Option<(usize, &'i T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    items.get(at).map(|item| (at, item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order() {
        let items: Vec<usize> = (0..100).collect();
        let doubled = side_by_side(&items, |n| n * 2);
        assert_eq!(doubled, items.iter().map(|n| n * 2).collect::<Vec<_>>());
        assert!(side_by_side(&[] as &[usize], |n| *n).is_empty());
    }
}
