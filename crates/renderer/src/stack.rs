//! A thread with room for deep recursion.

use std::cell::Cell;
use std::panic;
use std::thread;

use evenkeel_template::RENDER_STACK;

thread_local! {
    static ROOMY: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a thread with a stack for the deepest templates and YAML that the budgets allow; on
/// the current one, where that has such a stack already. Rendering does it by itself; a caller that
/// loads and renders many charts saves threads by calling it once around everything.
pub fn on_large_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if ROOMY.get() {
        return work();
    }
    let work = || {
        ROOMY.set(true);
        work()
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(RENDER_STACK + (16 << 20));
        match thread.spawn_scoped(scope, work) {
            Ok(handle) => handle
                .join()
                .unwrap_or_else(|cause| panic::resume_unwind(cause)),
            Err(error) => panic!("cannot start a thread: {error}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nests_without_another_thread() {
        let ids = on_large_stack(|| {
            let outer = thread::current().id();
            (outer, on_large_stack(|| thread::current().id()))
        });
        assert_eq!(ids.0, ids.1);
        assert_ne!(ids.0, thread::current().id());
    }
}
