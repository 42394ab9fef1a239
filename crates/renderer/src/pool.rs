//! Work on large charts, spread over the processors.

use std::sync::LazyLock;

use evenkeel_template::RENDER_STACK;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Below this many bytes of text, starting threads costs more than they save.
const WORTHWHILE: usize = 256 << 10;

/// `None` where there is one processor only, or where no threads can be started.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let builder = ThreadPoolBuilder::new().stack_size(RENDER_STACK);
    (processors > 1).then(|| builder.build().ok()).flatten()
});

/// Runs `work`, which looks at `bytes` bytes: on a pool of threads with large stacks, so that rayon's
/// parallel iterators spread over it, or where that does not pay, on the current thread.
pub(crate) fn run<R: Send>(bytes: usize, work: impl FnOnce() -> R + Send) -> R {
    if bytes < WORTHWHILE || rayon::current_thread_index().is_some() {
        return work();
    }
    match &*POOL {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
