//! How much of the native stack recursion has used.

/// The stack that there should be to render on. An include takes 3 KiB of it (6 in a debug build),
/// 5 KiB with three control structures around it (9), so the budget of 10,000 fits. Pages are taken only
/// when they are touched.
pub const RENDER_STACK: usize = 128 << 20;

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
