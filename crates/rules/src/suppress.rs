//! Findings that people accept: in the configuration (`waive`), and in place, by a comment at the line.

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel_config::{Config, Date, Spanned, Waiver};
use evenkeel_diagnostics::{FileId, SourceKind, SourceMap, Span};

use crate::{Finding, NotEvaluated};

/// Everything that people accept, and what of it served.
#[derive(Default)]
pub(crate) struct Acceptances<'c> {
    pub(crate) waivers: Vec<Used<&'c Waiver>>,
    pub(crate) comments: Vec<Used<Comment>>,
    /// How many files were looked through for comments.
    files: usize,
    /// Indexes of comments, by the line that they stand for.
    lines: HashMap<Line, Vec<usize>>,
    /// What could not be looked at, and so may need what seems unused.
    pub(crate) not_evaluated: Vec<NotEvaluated>,
    pub(crate) today: Option<Date>,
}

/// Something that accepts, and whether there was something to accept.
#[derive(Debug)]
pub(crate) struct Used<T> {
    pub(crate) what: T,
    pub(crate) place: Span,
    pub(crate) is_used: bool,
}

/// A comment `allow(CODE): reason`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// The rule's code.
    pub(crate) code: String,
    /// Empty where none is given.
    pub(crate) reason: String,
}

/// A line of a file. Two reads of one file are one file.
type Line = (Arc<str>, u32);

impl<'c> Acceptances<'c> {
    /// What a configuration and the comments of all files that were read accept.
    pub(crate) fn new(
        config: &'c Config,
        sources: &SourceMap,
        today: Option<Date>,
    ) -> Acceptances<'c> {
        let waivers = config.waive.iter();
        let mut acceptances = Acceptances {
            waivers: waivers
                .map(|Spanned { value, span }| Used::new(value, *span))
                .collect(),
            today,
            ..Acceptances::default()
        };
        acceptances.learn(sources);
        acceptances
    }

    /// Reads the comments of the files that have come since.
    pub(crate) fn learn(&mut self, sources: &SourceMap) {
        let ids = sources.ids().skip(self.files);
        for id in ids {
            self.add_comments(id, sources);
            self.files += 1;
        }
    }

    fn add_comments(&mut self, file: FileId, sources: &SourceMap) {
        let Some(source) = sources.get(file) else {
            return;
        };
        if source.kind != SourceKind::File {
            return;
        }
        for found in comments(&source.content) {
            let line = (Arc::clone(&source.name), found.line);
            let at = self.lines.entry(line).or_default();
            let is_known = at.iter().any(|&at| self.comments[at].what == found.comment);
            if !is_known {
                at.push(self.comments.len());
                let place = Span::new(file, found.start, found.end);
                self.comments.push(Used::new(found.comment, place));
            }
        }
    }

    /// Why a finding is accepted, if it is, and whether a comment in place says so; what accepts it is used from now on.
    pub(crate) fn accept(
        &mut self,
        finding: &Finding,
        sources: &SourceMap,
    ) -> Option<(String, bool)> {
        let comment = self.by_comment(finding, sources);
        comment
            .map(|reason| (reason, true))
            .or_else(|| Some((self.by_waiver(finding)?, false)))
    }

    fn by_waiver(&mut self, finding: &Finding) -> Option<String> {
        let today = self.today;
        let mut waivers = self.waivers.iter_mut();
        let waiver = waivers
            .find(|waiver| !is_expired(waiver.what, today) && covers(waiver.what, finding))?;
        waiver.is_used = true;
        Some(waiver.what.reason.value.clone())
    }

    fn by_comment(&mut self, finding: &Finding, sources: &SourceMap) -> Option<String> {
        if self.comments.is_empty() {
            return None;
        }
        let values = finding.values.iter().map(|hop| hop.place);
        let places = std::iter::once(finding.place).chain(values);
        let lines = places.filter_map(|place| {
            let line = sources.line_column(place.file, place.start)?.line;
            Some((sources.get(place.file)?.name, line))
        });
        let mut at = lines.filter_map(|line| self.lines.get(&line)).flatten();
        let is_meant = |at: &&usize| {
            let comment = &self.comments[**at].what;
            comment.code.eq_ignore_ascii_case(&finding.rule)
        };
        let at = *at.find(is_meant)?;
        self.comments[at].is_used = true;
        Some(self.comments[at].what.reason.clone())
    }
}

impl<T> Used<T> {
    fn new(what: T, place: Span) -> Used<T> {
        Used {
            what,
            place,
            is_used: false,
        }
    }
}

/// Whether a waiver held until a day before `today`.
pub(crate) fn is_expired(waiver: &Waiver, today: Option<Date>) -> bool {
    match (&waiver.expires, today) {
        (Some(last), Some(today)) => last.value < today,
        _ => false,
    }
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    let asks = |text: &Option<Spanned<String>>, fits: &dyn Fn(&str) -> bool| {
        text.as_ref().is_none_or(|text| fits(&text.value))
    };
    let object = format!("{}/{}", finding.object.kind, finding.object.name);
    let path = finding.path.to_string();
    waiver.rule.value.eq_ignore_ascii_case(&finding.rule)
        && asks(&waiver.env, &|env| env == finding.env)
        && asks(&waiver.app, &|app| is_app(app, finding))
        && asks(&waiver.object, &|wanted| wanted == object)
        && asks(&waiver.path, &|wanted| is_within(&path, wanted))
}

/// Applications are named with the environment or without it.
pub(crate) fn is_app(name: &str, finding: &Finding) -> bool {
    let rest = finding.app.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-') == Some(&finding.env))
}

/// Whether a path is another or below it.
fn is_within(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A comment, where it stands, and the line that it stands for.
struct Found {
    comment: Comment,
    start: u32,
    end: u32,
    line: u32,
}

/// The comments of a file that accept something. One behind code stands for its line, one on a line of its own for the
/// next line that is no comment.
fn comments(text: &[u8]) -> Vec<Found> {
    // Most files have none.
    if memchr::memmem::find(text, b"allow(").is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut waiting = 0;
    let mut offset = 0;
    for (number, line) in (1..).zip(String::from_utf8_lossy(text).split_inclusive('\n')) {
        let code = comment_start(line).map_or(line, |at| &line[..at]);
        let is_blank = code.trim().is_empty();
        for (at, comment) in allowed(line) {
            let start = offset + at as u32;
            let end = offset + line.trim_end().len() as u32;
            found.push(Found {
                comment,
                start,
                end,
                line: number,
            });
        }
        if !is_blank {
            for early in &mut found[waiting..] {
                early.line = number;
            }
            waiting = found.len();
        }
        offset += line.len() as u32;
    }
    found
}

/// Where the comment of a line begins, that of YAML or that of a template.
fn comment_start(line: &str) -> Option<usize> {
    let yaml = line.match_indices('#').find(|(at, _)| {
        let before = line[..*at].chars().next_back();
        before.is_none_or(char::is_whitespace)
    });
    let template = line
        .find("{{/*")
        .or_else(|| line.find("{{- /*"))
        .into_iter();
    template.chain(yaml.map(|(at, _)| at)).min()
}

/// The codes that a line's comment allows, each with the reason, and where the comment begins.
fn allowed(line: &str) -> Vec<(usize, Comment)> {
    let Some(start) = comment_start(line) else {
        return Vec::new();
    };
    let text = line[start..].trim_start_matches(['#', '{', '-', ' ', '/', '*']);
    let inner = text
        .strip_prefix("allow(")
        .and_then(|text| text.split_once(')'));
    let Some((codes, rest)) = inner else {
        return Vec::new();
    };
    let reason = rest.split("*/").next().unwrap_or_default();
    let reason = reason.trim_start_matches(':').trim();
    let codes = codes.split(',').map(str::trim);
    let known = codes.filter(|code| is_code(code)).map(|code| {
        let comment = Comment {
            code: code.to_owned(),
            reason: reason.to_owned(),
        };
        (start, comment)
    });
    known.collect()
}

/// Whether a text has the form of a rule's code; other tools have comments too.
fn is_code(text: &str) -> bool {
    text.split_once('-').is_some_and(|(group, number)| {
        !group.is_empty()
            && group.chars().all(|c| c.is_ascii_uppercase())
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(u32, &str, &str)]) {
        let found = comments(text.as_bytes());
        let found: Vec<_> = found
            .iter()
            .map(|found| {
                let Comment { code, reason } = &found.comment;
                (found.line, code.as_str(), reason.as_str())
            })
            .collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn a_comment_stands_for_its_line_or_the_next() {
        check(
            "a: 1 # allow(ENV-01): known\nb: 2",
            &[(1, "ENV-01", "known")],
        );
        check(
            "# allow(ENV-01): known\n# more\n\na: 1",
            &[(4, "ENV-01", "known")],
        );
        check(
            "{{/* allow(VLT-05): a server for trials */}}\naddress: x",
            &[(2, "VLT-05", "a server for trials")],
        );
        check("x: {{- /* allow(VLT-05): y */ -}} z", &[(1, "VLT-05", "y")]);
        check(
            "a: 1 # allow(ENV-01, RTE-03): both\n",
            &[(1, "ENV-01", "both"), (1, "RTE-03", "both")],
        );
        check("a: 1 # allow(ENV-01)", &[(1, "ENV-01", "")]);
    }

    #[test]
    fn other_texts_are_none() {
        check("# we allow(ENV-01): no", &[]);
        check("# allow(dead_code): of another tool", &[]);
        check("a: 'x#allow(ENV-01): no'", &[]);
    }
}
