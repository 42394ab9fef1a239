//! Constraints: groups of comparisons, joined by `||`.

use std::fmt;

use crate::check::{self, Prereleases};
use crate::scan::{RawVersion, is_space, take_while, wildcard_version};
use crate::{Error, Version};

const MAX_CONSTRAINT_LEN: usize = 512;
const MAX_GROUPS: usize = 32;

/// Operators, the longer before those they start with.
const OPERATORS: [&str; 11] = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"];

/// Alternatives of which a version has to satisfy one; each is a list of comparisons that must all hold.
#[derive(Debug, Clone)]
pub struct Constraints {
    groups: Vec<Group>,
}

#[derive(Debug, Clone)]
struct Group {
    list: Vec<Constraint>,
    /// Only then are pre-releases looked at.
    contains_pre: bool,
}

/// One comparison.
#[derive(Debug, Clone)]
pub struct Constraint {
    pub(crate) version: Version,
    /// The version as written.
    pub(crate) original: String,
    pub(crate) operator: &'static str,
    pub(crate) minor_dirty: bool,
    pub(crate) patch_dirty: bool,
    /// Whether a part is absent or a wildcard.
    pub(crate) dirty: bool,
}

impl Constraints {
    /// Reads a constraint such as `>= 1.2, < 2 || ~3` (`NewConstraint`).
    ///
    /// # Errors
    /// The library's.
    pub fn parse(text: &str) -> Result<Constraints, Error> {
        if text.len() > MAX_CONSTRAINT_LEN {
            return Err(Error::ConstraintTooLong);
        }
        let text = rewrite_ranges(text);
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > MAX_GROUPS {
            return Err(Error::TooManyGroups);
        }
        let groups = alternatives
            .into_iter()
            .map(group)
            .collect::<Result<_, _>>()?;
        Ok(Constraints { groups })
    }

    /// Whether a version satisfies one of the alternatives (`Check`).
    pub fn check(&self, version: &Version) -> bool {
        self.check_as(version, Prereleases::ByGroup)
    }

    /// [`Constraints::check`] with the rule of another version of the library.
    pub fn check_as(&self, version: &Version, rule: Prereleases) -> bool {
        let holds = |group: &Group| {
            group
                .list
                .iter()
                .all(|c| check::check(c, version, group.contains_pre, rule))
        };
        self.groups.iter().any(holds)
    }
}

impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |c: &Constraint| format!("{}{}", c.operator, c.original);
        let group = |g: &Group| g.list.iter().map(shown).collect::<Vec<_>>().join(" ");
        f.write_str(
            &self
                .groups
                .iter()
                .map(group)
                .collect::<Vec<_>>()
                .join(" || "),
        )
    }
}

/// `a - b` becomes `>= a, <= b` (`rewriteRange`).
fn rewrite_ranges(text: &str) -> String {
    let mut out = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        match text.get(at..).and_then(range_at) {
            Some((matched, from, to)) => {
                out = out.replacen(matched, &format!(">= {from}, <= {to} "), 1);
                at += matched.len();
            }
            None => at += 1,
        }
    }
    out
}

/// A range at the start of `text`: the whole match and its two versions.
fn range_at(text: &str) -> Option<(&str, &str, &str)> {
    let rest = &text[take_while(text, is_space).len()..];
    let from = wildcard_version(rest)?;
    let rest = skip_spaces(&rest[from.whole.len()..])?.strip_prefix('-')?;
    let rest = skip_spaces(rest)?;
    let to = wildcard_version(rest)?;
    let rest = &rest[to.whole.len()..];
    let rest = &rest[take_while(rest, is_space).len()..];
    Some((&text[..text.len() - rest.len()], from.whole, to.whole))
}

/// What follows at least one space.
fn skip_spaces(text: &str) -> Option<&str> {
    let spaces = take_while(text, is_space).len();
    (spaces > 0).then(|| &text[spaces..])
}

fn group(text: &str) -> Result<Group, Error> {
    // The whole group has to be well-formed before any of its versions is looked at.
    let improper = || Error::ImproperConstraint(text.to_owned());
    let mut found = Vec::new();
    let mut rest = &text[take_while(text, is_space).len()..];
    loop {
        let (operator, raw, after) = comparison(rest).ok_or_else(improper)?;
        found.push((operator, raw));
        rest = &after[take_while(after, is_space).len()..];
        if rest.is_empty() {
            break;
        }
        rest = match rest.strip_prefix(',') {
            Some(next) => &next[take_while(next, is_space).len()..],
            None if rest.len() < after.len() => rest,
            None => return Err(improper()),
        };
    }
    let list = found
        .iter()
        .map(|(op, raw)| constraint(op, raw))
        .collect::<Result<Vec<_>, _>>()?;
    let contains_pre = list.iter().any(|c| !c.version.pre.is_empty());
    Ok(Group { list, contains_pre })
}

/// Operator and version at the start of `text`, and what follows them.
fn comparison(text: &str) -> Option<(&'static str, RawVersion<'_>, &str)> {
    let operator = OPERATORS
        .into_iter()
        .find(|o| text.starts_with(o))
        .unwrap_or("");
    let rest = &text[operator.len()..];
    let rest = &rest[take_while(rest, is_space).len()..];
    let raw = wildcard_version(rest)?;
    Some((operator, raw, &rest[raw.whole.len()..]))
}

/// `parseConstraint`.
fn constraint(operator: &'static str, raw: &RawVersion<'_>) -> Result<Constraint, Error> {
    let open = |part: &str| part.is_empty() || matches!(part, "x" | "X" | "*");
    let undotted = |part: &'_ str| part.strip_prefix('.').unwrap_or(part).to_owned();
    let (mut minor_dirty, mut patch_dirty) = (false, false);
    let text = if open(raw.major) {
        format!("0.0.0{}", raw.pre)
    } else if open(&undotted(raw.minor)) {
        minor_dirty = true;
        format!("{}.0.0{}", raw.major, raw.pre)
    } else if open(&undotted(raw.patch)) {
        patch_dirty = true;
        format!("{}{}.0{}", raw.major, raw.minor, raw.pre)
    } else {
        raw.whole.to_owned()
    };
    let dirty = minor_dirty || patch_dirty || open(raw.major);
    let version = Version::parse(&text).map_err(|_| Error::ConstraintVersion)?;
    let original = raw.whole.to_owned();
    Ok(Constraint {
        version,
        original,
        operator,
        minor_dirty,
        patch_dirty,
        dirty,
    })
}
