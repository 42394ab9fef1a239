//! How much of the native stack recursion has used.

/// The stack that a thread should have to render on: enough for a thousand includes within one
/// another, each with its control structures, in a debug build too. The pages are only taken when
/// they are touched.
pub const RENDER_STACK: usize = 512 << 20;

/// Tells when recursion has gone too deep, by the distance between stack frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackGuard {
    base: usize,
    limit: usize,
}

impl StackGuard {
    /// A guard that allows `limit` bytes from here on.
    pub(crate) fn new(limit: usize) -> StackGuard {
        StackGuard {
            base: here(),
            limit,
        }
    }

    /// Bytes that may still be used.
    pub(crate) fn left(self) -> usize {
        self.limit.saturating_sub(self.base.abs_diff(here()))
    }

    /// Whether the limit is passed.
    pub(crate) fn exceeded(self) -> bool {
        self.base.abs_diff(here()) > self.limit
    }
}

#[inline]
fn here() -> usize {
    let marker = 0u8;
    std::ptr::from_ref(&marker).addr()
}
