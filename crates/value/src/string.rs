//! Go's string: immutable bytes, shared, with the segments of what wrote them where that is known.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::Segments;

/// A Go string: any bytes, cheap to clone.
///
/// Equality, order and hash look at the bytes only.
#[derive(Clone)]
pub struct Str {
    bytes: Arc<[u8]>,
    segments: Option<Rc<Segments>>,
}

impl Str {
    /// A string over shared bytes, without copying them.
    pub fn from_arc(bytes: Arc<[u8]>) -> Str {
        Str {
            bytes,
            segments: None,
        }
    }

    /// A string with the segments that say what wrote it.
    pub fn with_segments(bytes: impl Into<Arc<[u8]>>, segments: Segments) -> Str {
        let segments = (!segments.is_empty()).then(|| Rc::new(segments));
        Str {
            bytes: bytes.into(),
            segments,
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The shared bytes.
    pub fn to_arc(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// The segments, where the string came out of a template.
    pub fn segments(&self) -> Option<&Segments> {
        self.segments.as_deref()
    }

    /// The text with invalid UTF-8 replaced, for messages.
    pub fn to_text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// The text if it is valid UTF-8.
    pub fn as_utf8(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

impl Default for Str {
    fn default() -> Str {
        Str::from_arc(Arc::from(&[][..]))
    }
}

impl Deref for Str {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Str) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Str) -> std::cmp::Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl std::hash::Hash for Str {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str::from_arc(Arc::from(text.as_bytes()))
    }
}

impl From<String> for Str {
    fn from(text: String) -> Str {
        Str::from_arc(Arc::from(text.into_bytes()))
    }
}

impl From<&[u8]> for Str {
    fn from(bytes: &[u8]) -> Str {
        Str::from_arc(Arc::from(bytes))
    }
}

impl From<Vec<u8>> for Str {
    fn from(bytes: Vec<u8>) -> Str {
        Str::from_arc(Arc::from(bytes))
    }
}

impl From<Arc<[u8]>> for Str {
    fn from(bytes: Arc<[u8]>) -> Str {
        Str::from_arc(bytes)
    }
}
