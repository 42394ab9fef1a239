//! The `{{param}}` style: `github.com/valyala/fasttemplate` as `utils.Render.Replace` uses it.

use std::sync::Arc;

use evenkeel_template::Error;
use evenkeel_value::number;

use super::params::Params;

const OPEN: &[u8] = b"{{";
const CLOSE: &[u8] = b"}}";

/// A text cut at its tags: texts and tags in turn, a text at either end.
#[derive(Debug)]
pub(super) struct Classic {
    texts: Vec<Arc<[u8]>>,
    tags: Vec<Arc<[u8]>>,
}

/// Whether Argo CD takes the text for a template at all: an opening and, on the same line, a closing tag.
pub(super) fn is_templated(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| {
        find(line, OPEN).is_some_and(|at| find(&line[at + OPEN.len()..], CLOSE).is_some())
    })
}

impl Classic {
    /// Cuts a text.
    ///
    /// # Errors
    /// A tag that does not end, in fasttemplate's words.
    pub(super) fn parse(text: &[u8]) -> Result<Classic, Error> {
        let (mut texts, mut tags, mut rest) = (Vec::new(), Vec::new(), text);
        while let Some(open) = find(rest, OPEN) {
            texts.push(Arc::from(&rest[..open]));
            rest = &rest[open + OPEN.len()..];
            let Some(close) = find(rest, CLOSE) else {
                return Err(Error::new(format!(
                    "invalid template: Cannot find end tag={} in the template={} starting from {}",
                    number::quote(CLOSE),
                    number::quote(text),
                    number::quote(rest)
                )));
            };
            tags.push(Arc::from(&rest[..close]));
            rest = &rest[close + CLOSE.len()..];
        }
        texts.push(Arc::from(rest));
        Ok(Classic { texts, tags })
    }

    /// The text with each tag that names a parameter replaced; other tags stay as they are.
    pub(super) fn render(&self, params: &Params) -> Vec<u8> {
        let mut out = Vec::new();
        for (index, text) in self.texts.iter().enumerate() {
            out.extend_from_slice(text);
            let Some(tag) = self.tags.get(index) else {
                break;
            };
            let name = trim_space(tag);
            match params.text(name).filter(|_| !name.is_empty()) {
                Some(value) => out.extend_from_slice(value),
                None => out.extend([OPEN, tag, CLOSE].concat()),
            }
        }
        out
    }
}

/// `strings.TrimSpace`; invalid UTF-8 names no parameter anyway.
fn trim_space(tag: &[u8]) -> &[u8] {
    std::str::from_utf8(tag).map_or(tag, |text| text.trim().as_bytes())
}

pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, needle)
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::Origin;

    use super::*;

    #[test]
    fn known_tags_are_replaced() {
        let mut params = Params::default();
        params.set_text("a.b", "1", Origin::NONE);
        for (text, want) in [
            ("x-{{a.b}}-{{ a.b\t}}", "x-1-1"),
            ("{{ nope }}{{}}{{ }}", "{{ nope }}{{}}{{ }}"),
            ("{{ {{a.b}} }}", "{{ {{a.b}} }}"),
            ("", ""),
        ] {
            let classic = Classic::parse(text.as_bytes()).unwrap();
            let out = classic.render(&params);
            assert_eq!(String::from_utf8_lossy(&out), want, "{text}");
        }
    }

    #[test]
    fn a_tag_that_does_not_end_is_an_error() {
        let error = Classic::parse(b"{{a}} {{b").unwrap_err();
        assert_eq!(
            error.text(),
            r#"invalid template: Cannot find end tag="}}" in the template="{{a}} {{b" starting from "b""#
        );
        assert!(!is_templated(b"{{a\n}}"));
        assert!(is_templated(b"x\n{{a}} {{b"));
    }
}
