//! Versions.

use std::cmp::Ordering;
use std::fmt;

use evenkeel_value::number::parse_uint;

use crate::Error;
use crate::scan::raw_version;

const MAX_VERSION_LEN: usize = 256;

/// A semantic version. It displays without the `v` it may have been written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number, 0 where absent.
    pub minor: u64,
    /// The third number, 0 where absent.
    pub patch: u64,
    /// After the `-`; empty where absent.
    pub pre: String,
    /// After the `+`; empty where absent.
    pub metadata: String,
    /// As written.
    pub original: String,
}

impl Version {
    /// Reads a version, loosely: a `v` in front, absent parts and leading zeros are fine
    /// (`NewVersion`).
    ///
    /// # Errors
    /// The library's.
    pub fn parse(text: &str) -> Result<Version, Error> {
        if text.len() > MAX_VERSION_LEN {
            return Err(Error::VersionTooLong);
        }
        let raw = raw_version(text, |b| b.is_ascii_digit())
            .filter(|raw| raw.whole.len() == text.len())
            .ok_or(Error::InvalidVersion)?;
        let version = Version {
            major: segment(raw.major)?,
            minor: segment(raw.minor)?,
            patch: segment(raw.patch)?,
            pre: raw.pre.get(1..).unwrap_or_default().to_owned(),
            metadata: raw.metadata.get(1..).unwrap_or_default().to_owned(),
            original: text.to_owned(),
        };
        validate_prerelease(&version.pre)?;
        Ok(version)
    }

    fn zero() -> Version {
        Version {
            major: 0,
            minor: 0,
            patch: 0,
            pre: String::new(),
            metadata: String::new(),
            original: String::new(),
        }
    }

    /// Precedence: numbers, then pre-releases; build metadata does not count (`Compare`).
    pub fn compare(&self, other: &Version) -> Ordering {
        let numbers = |v: &Version| (v.major, v.minor, v.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prerelease(&self.pre, &other.pre),
            }
        })
    }

    /// The next patch version; of a pre-release, its own release (`IncPatch`). `None` where the number
    /// would overflow, where Go panics.
    pub fn next_patch(&self) -> Option<Version> {
        let plain = self.pre.is_empty();
        let patch = if plain {
            self.patch.checked_add(1)?
        } else {
            self.patch
        };
        Some(self.derived(self.major, self.minor, patch))
    }

    /// The next minor version (`IncMinor`). `None` where the number would overflow.
    pub fn next_minor(&self) -> Option<Version> {
        Some(self.derived(self.major, self.minor.checked_add(1)?, 0))
    }

    /// The next major version (`IncMajor`). `None` where the number would overflow.
    pub fn next_major(&self) -> Option<Version> {
        Some(self.derived(self.major.checked_add(1)?, 0, 0))
    }

    /// The same with another pre-release (`SetPrerelease`).
    ///
    /// # Errors
    /// [`Error::InvalidPrerelease`] or [`Error::LeadingZero`].
    pub fn with_prerelease(&self, pre: &str) -> Result<Version, Error> {
        validate_prerelease(pre)?;
        let mut next = Version {
            pre: pre.to_owned(),
            ..self.clone()
        };
        next.original = self.prefixed(&next);
        Ok(next)
    }

    /// The same with other build metadata (`SetMetadata`).
    ///
    /// # Errors
    /// [`Error::InvalidMetadata`].
    pub fn with_metadata(&self, metadata: &str) -> Result<Version, Error> {
        let valid = |part: &str| !part.is_empty() && part.bytes().all(is_allowed);
        if !metadata.is_empty() && !metadata.split('.').all(valid) {
            return Err(Error::InvalidMetadata);
        }
        let mut next = Version {
            metadata: metadata.to_owned(),
            ..self.clone()
        };
        next.original = self.prefixed(&next);
        Ok(next)
    }

    fn derived(&self, major: u64, minor: u64, patch: u64) -> Version {
        let mut next = Version {
            major,
            minor,
            patch,
            ..Version::zero()
        };
        next.original = self.prefixed(&next);
        next
    }

    fn prefixed(&self, next: &Version) -> String {
        let v = if self.original.starts_with('v') {
            "v"
        } else {
            ""
        };
        format!("{v}{next}")
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn segment(text: &str) -> Result<u64, Error> {
    let digits = text.strip_prefix('.').unwrap_or(text);
    if digits.is_empty() {
        return Ok(0);
    }
    parse_uint(digits.as_bytes(), 10, 64).map_err(Error::Segment)
}

fn is_allowed(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-'
}

fn validate_prerelease(pre: &str) -> Result<(), Error> {
    if pre.is_empty() {
        return Ok(());
    }
    for part in pre.split('.') {
        if part.is_empty() || !part.bytes().all(is_allowed) {
            return Err(Error::InvalidPrerelease);
        }
        if part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::LeadingZero);
        }
    }
    Ok(())
}

/// `comparePrerelease`: part by part, a missing part is less.
pub(crate) fn compare_prerelease(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let (one, other) = (left.next(), right.next());
        if one.is_none() && other.is_none() {
            return Ordering::Equal;
        }
        let order = compare_part(one.unwrap_or(""), other.unwrap_or(""));
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn compare_part(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if a.is_empty() || b.is_empty() {
        return a.cmp(b);
    }
    let number = |part: &str| parse_uint(part.as_bytes(), 10, 64).ok();
    match (number(a), number(b)) {
        (None, None) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        // Texts that differ over one number, such as "1" and "01", never compare as equal.
        (Some(m), Some(n)) if m > n => Ordering::Greater,
        (Some(_), Some(_)) => Ordering::Less,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_loosely() {
        let shown = |text: &str| match Version::parse(text) {
            Ok(version) => version.to_string(),
            Err(error) => error.to_string(),
        };
        for (text, want) in [
            ("1.2.3", "1.2.3"),
            ("v1.2", "1.2.0"),
            ("1", "1.0.0"),
            ("01.002.3", "1.2.3"),
            ("1.2.3-rc.1+b.5", "1.2.3-rc.1+b.5"),
            ("1.2.3-01", "version segment starts with 0"),
            ("1.2.3-", "invalid semantic version"),
            ("1.2.3.4", "invalid semantic version"),
            ("V1", "invalid semantic version"),
            ("", "invalid semantic version"),
            ("1.2-alpha", "1.2.0-alpha"),
            (
                "99999999999999999999",
                "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value out of range",
            ),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn orders_prereleases() {
        let sorted = [
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-a",
            "1.0.0-a.1",
            "1.0.0-b",
            "1.0.0",
        ];
        for pair in sorted.windows(2) {
            let [a, b] = pair else { continue };
            let (a, b) = (Version::parse(a).unwrap(), Version::parse(b).unwrap());
            assert_eq!(a.compare(&b), Ordering::Less, "{a} {b}");
            assert_eq!(b.compare(&a), Ordering::Greater, "{b} {a}");
        }
    }

    #[test]
    fn increments_keep_the_v() {
        let v = Version::parse("v1.2.3-rc.1+meta").unwrap();
        assert_eq!(v.next_patch().unwrap().original, "v1.2.3");
        assert_eq!(v.next_minor().unwrap().original, "v1.3.0");
        assert_eq!(v.next_major().unwrap().to_string(), "2.0.0");
        assert!(
            Version::parse("18446744073709551615")
                .unwrap()
                .next_major()
                .is_none()
        );
    }
}
