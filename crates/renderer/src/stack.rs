//! Room for deep recursion.

use evenkeel_template::RENDER_STACK;

/// What callers may use up of the new stack before they come here again.
const SPARE: usize = 16 << 20;

/// Runs `work` with a stack for the deepest templates and YAML that the budgets allow: the current one
/// where that has so much left, else a new one. A new stack is a mapping and not a thread, for a small
/// chart takes no longer to render than a thread takes to start. Rendering does it by itself; a caller
/// that loads and renders many charts saves stacks by calling it once around everything.
pub fn on_large_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    stacker::maybe_grow(RENDER_STACK, RENDER_STACK + SPARE, work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_and_nesting_takes_no_more() {
        let left = || stacker::remaining_stack().unwrap();
        let (outer, inner) = on_large_stack(|| (left(), on_large_stack(left)));
        assert!(outer >= RENDER_STACK, "{outer}");
        assert!(inner <= outer && outer - inner < SPARE, "{outer} {inner}");
    }

    #[test]
    fn a_panic_passes() {
        let panicked = std::panic::catch_unwind(|| on_large_stack(|| panic!("expected")));
        assert!(panicked.is_err());
        assert!(on_large_stack(|| stacker::remaining_stack().unwrap()) >= RENDER_STACK);
    }
}
