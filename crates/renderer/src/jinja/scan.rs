//! Marks in template sources, so that reads can be told apart while they are logged.
//!
//! The engine says which source wrote which output, but not which conditions were asked on the way. While
//! reads are logged, the expression of each `if`, `elif`, `for` and `set` is handed through a function that
//! gives it back unchanged and so learns that it was evaluated.

use std::ops::Range;

/// The function that marks call.
pub(super) const FUNCTION: &str = "evenkeel_reads";

/// A statement with a mark.
#[derive(Debug)]
struct Marked {
    /// The tag, with its delimiters.
    tag: Range<usize>,
    /// What depends on it, from the tag to the end of the block; empty for `set`.
    body: Range<usize>,
    /// What `set` sets.
    variable: Option<String>,
}

/// A source with marks.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// What is run in place of the source.
    pub(super) code: String,
    /// Where something was put in: the offset in the source, and how many bytes.
    insertions: Vec<(usize, usize)>,
    marked: Vec<Marked>,
}

impl Marks {
    /// Marks a source. What cannot be made out is left as it is: the engine will complain.
    pub(super) fn place(source: &str) -> Marks {
        let mut marks = Marks::default();
        let mut open: Vec<Vec<usize>> = Vec::new();
        let mut done = 0;
        for tag in tags(source) {
            let inner = inner(source, &tag);
            let text = &source[inner.clone()];
            let keyword = text
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or_default();
            if matches!(keyword, "endif" | "endfor") {
                for mark in open.pop().unwrap_or_default() {
                    marks.marked[mark].body.end = tag.start;
                }
            }
            let Some((expression, variable)) = expression(keyword, text) else {
                continue;
            };
            let mark = marks.marked.len();
            match keyword {
                "if" | "for" => open.push(vec![mark]),
                "elif" => open
                    .last_mut()
                    .into_iter()
                    .for_each(|marks| marks.push(mark)),
                _ => {}
            }
            let blanks =
                text[expression.clone()].len() - text[expression.clone()].trim_start().len();
            let expression = inner.start + expression.start + blanks..inner.start + expression.end;
            marks.code.push_str(&source[done..expression.start]);
            marks.insert(expression.start, &format!("{FUNCTION}({mark}, ("));
            marks.code.push_str(&source[expression.clone()]);
            marks.insert(expression.end, "))");
            done = expression.end;
            let body = tag.end..tag.end;
            marks.marked.push(Marked {
                tag,
                body,
                variable,
            });
        }
        marks.code.push_str(&source[done..]);
        marks
    }

    fn insert(&mut self, at: usize, text: &str) {
        self.insertions.push((at, text.len()));
        self.code.push_str(text);
    }

    /// The offset in the source of an offset in what is run.
    pub(super) fn original(&self, at: usize) -> usize {
        let mut added = 0;
        for &(place, len) in &self.insertions {
            if at < place + added {
                break;
            }
            if at < place + added + len {
                return place;
            }
            added += len;
        }
        at - added
    }

    /// What the statement of a mark sets, if it is a `set`.
    pub(super) fn variable(&self, mark: usize) -> Option<&str> {
        self.marked.get(mark)?.variable.as_deref()
    }

    /// The tag of a mark.
    pub(super) fn tag(&self, mark: usize) -> Range<usize> {
        self.marked
            .get(mark)
            .map_or(0..0, |marked| marked.tag.clone())
    }

    /// The marks of the blocks around an offset of the source, outermost first.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        let blocks = self.marked.iter().enumerate();
        blocks
            .filter(move |(_, marked)| marked.body.contains(&at))
            .map(|(mark, _)| mark)
    }
}

/// The statement tags of a source, without those of comments and raw blocks.
fn tags(source: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = source[at..].find('{').map(|next| at + next) {
        let rest = &source[open + 1..];
        let end = match rest.as_bytes().first() {
            Some(b'%') => tag_end(source, open + 2, "%}"),
            Some(b'{') => tag_end(source, open + 2, "}}"),
            Some(b'#') => rest.find("#}").map(|end| open + 1 + end + 2),
            _ => {
                at = open + 1;
                continue;
            }
        };
        let Some(end) = end else { break };
        at = end;
        if !rest.starts_with('%') {
            continue;
        }
        let tag = open..end;
        if source[inner(source, &tag)].trim_end() == "raw" {
            let Some(close) = source[end..].find("endraw") else {
                break;
            };
            at = end + close;
        } else {
            found.push(tag);
        }
    }
    found
}

/// Where a tag ends that is open at `at`; delimiters within strings do not count.
fn tag_end(source: &str, at: usize, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in source[at..].char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if source[at + i..].starts_with(close) => return Some(at + i + close.len()),
            None => {}
        }
    }
    None
}

/// What stands between the delimiters of a tag, without marks of white space control and blanks.
fn inner(source: &str, tag: &Range<usize>) -> Range<usize> {
    let text = &source[tag.start + 2..tag.end - 2];
    let control = ['-', '+'];
    let text = text.strip_prefix(control).unwrap_or(text);
    let start = tag.end - 2 - text.len() + (text.len() - text.trim_start().len());
    let text = text.strip_suffix(control).unwrap_or(text).trim();
    start..start + text.len()
}

/// The expression of a statement, and what it sets.
fn expression(keyword: &str, text: &str) -> Option<(Range<usize>, Option<String>)> {
    match keyword {
        "if" | "elif" => Some((keyword.len()..text.len(), None)),
        "for" => {
            let start = outside(text, 0, |rest| rest.starts_with(" in "))? + 4;
            let ends = |rest: &str| rest.starts_with(" if ") || rest.starts_with(" recursive");
            Some((
                start..outside(text, start, ends).unwrap_or(text.len()),
                None,
            ))
        }
        "set" => {
            let start = outside(text, 0, |rest| rest.starts_with('='))? + 1;
            let target = text[keyword.len()..start - 1].trim();
            let name = target.split(['.', ',']).next().unwrap_or_default().trim();
            Some((start..text.len(), Some(name.to_owned())))
        }
        _ => None,
    }
}

/// Where a condition holds first, outside of strings and brackets.
fn outside(text: &str, from: usize, holds: impl Fn(&str) -> bool) -> Option<usize> {
    let (mut depth, mut quote) = (0_u32, None);
    for (i, c) in text.char_indices().filter(|(i, _)| *i >= from) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 && holds(&text[i..]) => return Some(i),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &str) -> String {
        Marks::place(source).code.replace(FUNCTION, "F")
    }

    #[test]
    fn statements_are_marked_and_the_rest_is_not() {
        for (source, want) in [
            ("{% if a %}x{% endif %}", "{% if F(0, (a)) %}x{% endif %}"),
            (
                "{%- for k, v in m | items if v -%}{% endfor %}",
                "{%- for k, v in F(0, (m | items)) if v -%}{% endfor %}",
            ),
            ("{% set a = f(b='=') %}", "{% set a = F(0, (f(b='='))) %}"),
            ("{% set a %}b{% endset %}", "{% set a %}b{% endset %}"),
            (
                "{{ '{% if a %}' }}{# {% if a %} #}",
                "{{ '{% if a %}' }}{# {% if a %} #}",
            ),
            (
                "{% raw %}{% if a %}{% endraw %}{% if '%}' %}{% endif %}",
                "{% raw %}{% if a %}{% endraw %}{% if F(0, ('%}')) %}{% endif %}",
            ),
            ("{% if a", "{% if a"),
            ("{ %} {", "{ %} {"),
        ] {
            assert_eq!(code(source), want);
        }
    }

    #[test]
    fn offsets_lead_back() {
        let source = "1{% if b %}2{% elif d %}3{% endif %}4";
        let marks = Marks::place(source);
        let outside = marks
            .code
            .replace(&format!("{FUNCTION}(0"), &"_".repeat(FUNCTION.len() + 2));
        let outside = outside.replace(&format!("{FUNCTION}(1"), &"_".repeat(FUNCTION.len() + 2));
        for c in ['1', '2', '3', '4'] {
            assert_eq!(
                marks.original(outside.find(c).unwrap()),
                source.find(c).unwrap()
            );
        }
        let within = marks.code.find(FUNCTION).unwrap() + 3;
        assert_eq!(marks.original(within), source.find('b').unwrap());
    }

    #[test]
    fn blocks_know_what_depends_on_them() {
        let source = "{% if a %}{% for x in y %}1{% endfor %}2{% elif b %}3{% endif %}4";
        let marks = Marks::place(source);
        let around = |c| marks.around(source.find(c).unwrap()).collect::<Vec<_>>();
        assert_eq!(around('1'), [0, 1]);
        assert_eq!(around('2'), [0]);
        assert_eq!(around('3'), [0, 2]);
        assert!(around('4').is_empty());
    }
}
