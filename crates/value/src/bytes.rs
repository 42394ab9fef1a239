//! Go's `[]uint8`.

use std::cell::LazyCell;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

/// Bytes, cheap to clone: at hand, or fetched when they are first looked at.
#[derive(Clone)]
pub struct Bytes(Kept);

#[derive(Clone)]
enum Kept {
    Here(Arc<[u8]>),
    Deferred(Rc<Lazy>),
}

type Lazy = LazyCell<Arc<[u8]>, Box<dyn FnOnce() -> Arc<[u8]>>>;

impl Bytes {
    /// Bytes that `fetch` gives to the first who looks.
    pub fn deferred(fetch: impl FnOnce() -> Arc<[u8]> + 'static) -> Bytes {
        Bytes(Kept::Deferred(Rc::new(LazyCell::new(Box::new(fetch)))))
    }

    /// The shared bytes.
    pub fn to_arc(&self) -> Arc<[u8]> {
        Arc::clone(self.arc())
    }

    fn arc(&self) -> &Arc<[u8]> {
        match &self.0 {
            Kept::Here(bytes) => bytes,
            Kept::Deferred(bytes) => bytes,
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.arc()
    }
}

impl<T: Into<Arc<[u8]>>> From<T> for Bytes {
    fn from(bytes: T) -> Bytes {
        Bytes(Kept::Here(bytes.into()))
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Bytes) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Here(bytes) => bytes.fmt(f),
            Kept::Deferred(bytes) => bytes.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn deferred_bytes_are_fetched_once_for_all_clones() {
        let fetched = Rc::new(Cell::new(0));
        let count = Rc::clone(&fetched);
        let bytes = Bytes::deferred(move || {
            count.set(count.get() + 1);
            Arc::from(*b"abc")
        });
        let other = bytes.clone();
        assert_eq!(fetched.get(), 0);
        assert_eq!((bytes.len(), &*other.to_arc()), (3, &b"abc"[..]));
        assert!(bytes == other && fetched.get() == 1);
    }
}
