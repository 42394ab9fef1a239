//! Whether one comparison holds.

use std::cmp::Ordering;

use crate::version::compare_prerelease;
use crate::{Constraint, Version};

/// Which comparisons a pre-release can satisfy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prereleases {
    /// Those of a group where any comparison names a pre-release (the library since 3.4).
    ByGroup,
    /// Only those that name a pre-release themselves, and `!=` of a whole version (until 3.3).
    ByComparison,
}

/// `constraint.check`; `in_group` says whether any comparison of the group names a pre-release.
pub(crate) fn check(c: &Constraint, v: &Version, in_group: bool, rule: Prereleases) -> bool {
    let include_pre = match rule {
        Prereleases::ByGroup => in_group,
        Prereleases::ByComparison => !c.version.pre.is_empty() || (c.operator == "!=" && !c.dirty),
    };
    if !v.pre.is_empty() && !include_pre {
        return false;
    }
    let order = v.compare(&c.version);
    match c.operator {
        "!=" => not_equal(c, v),
        ">" => greater(c, v),
        "<" => order == Ordering::Less,
        ">=" | "=>" => order != Ordering::Less,
        "<=" | "=<" => less_or_equal(c, v),
        "~" | "~>" => tilde(c, v),
        "^" => caret(c, v),
        _ if c.dirty => tilde(c, v),
        _ => order == Ordering::Equal,
    }
}

fn not_equal(c: &Constraint, v: &Version) -> bool {
    let con = &c.version;
    if c.dirty {
        if con.major != v.major {
            return true;
        }
        if con.minor != v.minor && !c.minor_dirty {
            return true;
        }
        if c.minor_dirty {
            return false;
        }
        if con.patch != v.patch && !c.patch_dirty {
            return true;
        }
        if c.patch_dirty {
            let any = !v.pre.is_empty() || !con.pre.is_empty();
            return any && compare_prerelease(&v.pre, &con.pre) != Ordering::Equal;
        }
    }
    v.compare(con) != Ordering::Equal
}

fn greater(c: &Constraint, v: &Version) -> bool {
    let con = &c.version;
    if c.dirty && v.major != con.major {
        return v.major > con.major;
    }
    if c.dirty && c.minor_dirty {
        return false;
    }
    if c.dirty && c.patch_dirty {
        return v.minor > con.minor;
    }
    v.compare(con) == Ordering::Greater
}

fn less_or_equal(c: &Constraint, v: &Version) -> bool {
    let con = &c.version;
    if !c.dirty {
        return v.compare(con) != Ordering::Greater;
    }
    v.major <= con.major && (v.major != con.major || v.minor <= con.minor || c.minor_dirty)
}

fn tilde(c: &Constraint, v: &Version) -> bool {
    let con = &c.version;
    if v.compare(con) == Ordering::Less {
        return false;
    }
    let zero = con.major == 0 && con.minor == 0 && con.patch == 0;
    if zero && !c.minor_dirty && !c.patch_dirty {
        return true;
    }
    v.major == con.major && (v.minor == con.minor || c.minor_dirty)
}

fn caret(c: &Constraint, v: &Version) -> bool {
    let con = &c.version;
    if v.compare(con) == Ordering::Less || v.major != con.major {
        return false;
    }
    if con.major > 0 || c.minor_dirty {
        return true;
    }
    if con.minor > 0 || c.patch_dirty || v.minor > 0 {
        return v.minor == con.minor;
    }
    con.patch == v.patch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{is_compatible, is_compatible_as};

    #[test]
    fn prereleases_were_judged_singly_before() {
        for (constraint, version, before, now) in [
            (">=1.20.0-0 <2.0.0", "1.28.3-eks", false, true),
            ("!=1.2.3", "1.2.4-rc", true, false),
            (">=1.2.3-0", "1.2.4-rc", true, true),
        ] {
            let judged = |rule| is_compatible_as(constraint, version, rule);
            assert_eq!(
                judged(Prereleases::ByComparison),
                before,
                "{constraint} {version}"
            );
            assert_eq!(judged(Prereleases::ByGroup), now, "{constraint} {version}");
        }
    }

    #[test]
    fn constraints_hold_as_in_masterminds() {
        for (constraint, version, want) in [
            ("", "1.0.0", false),
            ("*", "1.0.0", true),
            ("*", "1.0.0-rc1", false),
            ("1.x", "1.9.9", true),
            ("1.2", "1.2.9", true),
            ("1.2", "1.3.0", false),
            ("=1.2.3", "v1.2.3", true),
            ("!=1.2.x", "1.2.4", false),
            ("> 11", "11.1.0", false),
            (">11.1", "11.2.0", true),
            ("<=1.2", "1.2.7", true),
            ("<= 1.2.3", "1.2.4", false),
            ("~1.2.3", "1.2.9", true),
            ("~>1", "1.9.0", true),
            ("^0.2.3", "0.2.9", true),
            ("^0.0.3", "0.0.4", false),
            ("^0.0", "0.0.9", true),
            ("^*", "5.0.0", false),
            (">= 1.20.0 < 1.30.0", "1.25.0", true),
            (">=1.20.0,<1.30.0", "1.30.0", false),
            ("1.2 - 1.4", "1.4.5", true),
            ("1.2 - 1.4.5 || 3", "3.1.0", true),
            (">=1.2.3-0", "1.2.3-rc.1", true),
            (">=1.19.0-0", "1.28.3-eks-1234", true),
            (">=1.0.0", "1.2.3-rc.1", false),
            ("garbage", "1.0.0", false),
            ("1.2.3.4", "1.2.3", false),
            ("> 1 2", "2.0.0", true),
        ] {
            assert_eq!(
                is_compatible(constraint, version),
                want,
                "{constraint} {version}"
            );
        }
    }
}
