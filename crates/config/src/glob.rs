//! Patterns: globs and regular expressions.

use std::fmt;

use evenkeel_yaml::NodeRef;
use regex::{Regex, RegexBuilder};

use crate::field::Field;
use crate::reader::Reader;
use crate::shape::Shape;

/// Bounds what a pattern may cost to compile.
const MAX_SIZE: usize = 1 << 20;

/// A glob over paths, hosts or image names.
///
/// `*` is any text without `/`, `**` any text, `?` one character other than `/`, `[a-z]` and `[!a-z]` one
/// of a class, `{a,b}` one of several; `\` takes the next character as it is. A `**/` also stands for
/// nothing.
#[derive(Clone)]
pub struct Glob {
    text: String,
    regex: Regex,
}

impl Glob {
    /// Compiles a glob.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(text: &str) -> Result<Glob, String> {
        let regex = compile(&translate(text)?).map_err(|_| "it is too big".to_owned())?;
        let text = text.to_owned();
        Ok(Glob { text, regex })
    }

    /// Whether the whole of `text` fits.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The glob as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A regular expression in Rust's syntax, which is nearly that of Go.
#[derive(Clone)]
pub struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Compiles a regular expression.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let wrong = |error: regex::Error| {
            let error = error.to_string();
            let why = error.lines().last().unwrap_or_default();
            why.trim().trim_start_matches("error: ").to_owned()
        };
        compile(text).map(|regex| Pattern { regex }).map_err(wrong)
    }

    /// Whether it occurs in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The expression as it is written.
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(MAX_SIZE).build()
}

/// The regular expression of a glob.
fn translate(glob: &str) -> Result<String, String> {
    let mut pattern = "^(?s:".to_owned();
    let mut letters = glob.chars().peekable();
    let mut braces = 0;
    while let Some(letter) = letters.next() {
        match letter {
            '*' if letters.next_if_eq(&'*').is_some() => {
                let slash = letters.next_if_eq(&'/').is_some();
                pattern.push_str(if slash { "(?:.*/)?" } else { ".*" });
            }
            '*' => pattern.push_str("[^/]*"),
            '?' => pattern.push_str("[^/]"),
            '[' => pattern.push_str(&class(&mut letters)?),
            '{' => {
                braces += 1;
                pattern.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                pattern.push(')');
            }
            ',' if braces > 0 => pattern.push('|'),
            '\\' => {
                let next = letters.next().ok_or("it ends with a backslash")?;
                push_literal(&mut pattern, next);
            }
            _ => push_literal(&mut pattern, letter),
        }
    }
    if braces > 0 {
        return Err("a `{` is not closed".to_owned());
    }
    pattern.push_str(")$");
    Ok(pattern)
}

/// The rest of a class, its bracket being read.
fn class(letters: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut inner = String::new();
    for letter in letters {
        match letter {
            ']' if !inner.is_empty() && inner != "^" => return Ok(format!("[{inner}]")),
            '!' | '^' if inner.is_empty() => inner.push('^'),
            '-' => inner.push('-'),
            _ => push_literal(&mut inner, letter),
        }
    }
    Err("a `[` is not closed".to_owned())
}

fn push_literal(pattern: &mut String, letter: char) {
    pattern.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4])));
}

impl Field for Glob {
    fn shape() -> Shape {
        Shape::Text {
            what: "glob",
            pattern: None,
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Glob> {
        let text = reader.text(node, "a glob")?;
        match Glob::new(&text) {
            Ok(glob) if !text.is_empty() => Some(glob),
            Ok(_) => reader.invalid(node.span(), "an empty glob fits nothing".to_owned(), ""),
            Err(why) => reader.invalid(node.span(), format!("`{text}` is no glob: {why}"), ""),
        }
    }
}

impl Field for Pattern {
    fn shape() -> Shape {
        Shape::Text {
            what: "regular expression",
            pattern: None,
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Pattern> {
        let text = reader.text(node, "a regular expression")?;
        match Pattern::new(&text) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                let message = format!("`{text}` is no regular expression: {why}");
                reader.invalid(
                    node.span(),
                    message,
                    "in single quotes, YAML leaves backslashes alone",
                )
            }
        }
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Glob) -> bool {
        self.text == other.text
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Glob").field(&self.text).finish()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        let check = |glob: &str, fits: &[&str], other: &[&str]| {
            let glob = Glob::new(glob).unwrap();
            for text in fits {
                assert!(glob.matches(text), "{glob:?} {text}");
            }
            for text in other {
                assert!(!glob.matches(text), "{glob:?} {text}");
            }
        };
        check(
            "apps/*.yaml",
            &["apps/a.yaml"],
            &["apps/b/a.yaml", "apps/a.yml"],
        );
        check("charts/**", &["charts/a", "charts/a/b"], &["charts"]);
        check(
            "**/app.yaml",
            &["app.yaml", "a/b/app.yaml"],
            &["a/my-app.yaml"],
        );
        check(
            "*.testing",
            &["svc.testing"],
            &["testing", "svc.testing.example"],
        );
        check(
            "quay.io/acme/*",
            &["quay.io/acme/toy"],
            &["quay.io/acme/toy/web"],
        );
        check("v[0-9]?.{yaml,yml}", &["v1a.yml"], &["va.yaml", "v1/.yml"]);
        check("[!a]", &["b", "^"], &["a", "bc"]);
        check(r"a\*", &["a*"], &["ab"]);
        check("a,b}", &["a,b}"], &["a"]);
    }

    #[test]
    fn globs_that_are_none() {
        let check = |glob: &str, want: &str| assert_eq!(Glob::new(glob).unwrap_err(), want);
        check("a[b", "a `[` is not closed");
        check("a[]", "a `[` is not closed");
        check("{a,b", "a `{` is not closed");
        check("a\\", "it ends with a backslash");
    }
}
