//! Compiled expressions: a cache of them, and Go's ways of walking through matches.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use evenkeel_template::{Error, ErrorKind};
use evenkeel_value::number::decode_rune;
use regex_automata::meta;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input};
use rustc_hash::FxHashMap;

use super::parse;
use crate::unicode::RUNE_ERROR;

/// Bytes that a compiled expression may take.
const SIZE_LIMIT: usize = 32 << 20;
/// Expressions that a thread keeps.
const CACHE_LIMIT: usize = 256;

thread_local! {
    static CACHE: RefCell<FxHashMap<Vec<u8>, Rc<Regex>>> = RefCell::default();
}

/// Why an expression cannot be used.
pub(super) enum Failure {
    /// Go's text, such as "error parsing regexp: missing closing ): `(`".
    Syntax(String),
    /// Too large for us.
    Budget(Error),
}

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Regex {
    meta: meta::Regex,
    /// The names of groups, the whole match's (which has none) first.
    names: Vec<Option<String>>,
}

/// A stretch of the text that was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Match {
    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

impl Regex {
    /// The expression, compiled once per thread.
    pub(super) fn cached(pattern: &[u8]) -> Result<Rc<Regex>, Failure> {
        if let Some(regex) = CACHE.with_borrow(|cache| cache.get(pattern).cloned()) {
            return Ok(regex);
        }
        let regex = Rc::new(Regex::compile(pattern)?);
        CACHE.with_borrow_mut(|cache| {
            if cache.len() >= CACHE_LIMIT {
                cache.clear();
            }
            cache.insert(pattern.to_vec(), Rc::clone(&regex));
        });
        Ok(regex)
    }

    fn compile(pattern: &[u8]) -> Result<Regex, Failure> {
        let parsed = parse::parse(pattern).map_err(Failure::Syntax)?;
        let config = meta::Config::new().nfa_size_limit(Some(SIZE_LIMIT));
        let meta = meta::Builder::new()
            .configure(config)
            .build_from_hir(&parsed.hir);
        let meta = meta.map_err(|_| {
            let text = format!("a regular expression needs more than {SIZE_LIMIT} bytes");
            Failure::Budget(Error::of(ErrorKind::Budget, text))
        })?;
        Ok(Regex {
            meta,
            names: parsed.names,
        })
    }

    pub(super) fn names(&self) -> &[Option<String>] {
        &self.names
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.meta.is_match(Haystack::new(text).text.as_ref())
    }

    /// The text of the first match.
    pub(super) fn find<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let haystack = Haystack::new(text);
        Some(self.search(&haystack, 0)?.of(text))
    }

    /// `allMatches`: at most `limit` matches, all of them for a negative limit.
    pub(super) fn find_all(&self, text: &[u8], limit: i64) -> Vec<Match> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let haystack = Haystack::new(text);
        let mut found = Vec::new();
        let (mut at, mut previous_end) = (0, None);
        while found.len() < limit && at <= text.len() {
            let Some(m) = self.search(&haystack, at) else {
                break;
            };
            let empty_here = m.end == at;
            if !(empty_here && previous_end == Some(m.start)) {
                found.push(m);
            }
            at = if empty_here {
                after_rune(text, at)
            } else {
                m.end
            };
            previous_end = Some(m.end);
        }
        found
    }

    /// The groups of each match that `replaceAll` looks at.
    pub(super) fn replaceable<'t>(
        &'t self,
        text: &'t [u8],
    ) -> impl Iterator<Item = Vec<Option<Match>>> + 't {
        let haystack = Haystack::new(text);
        let mut at = 0;
        std::iter::from_fn(move || {
            if at > text.len() {
                return None;
            }
            let groups = self.groups(&haystack, at)?;
            let end = groups.first().copied().flatten()?.end;
            at = end.max(after_rune(text, at));
            Some(groups)
        })
    }

    fn search(&self, haystack: &Haystack<'_>, at: usize) -> Option<Match> {
        let found = self.meta.search(&haystack.input(at))?;
        Some(haystack.original(found.start(), found.end()))
    }

    fn groups(&self, haystack: &Haystack<'_>, at: usize) -> Option<Vec<Option<Match>>> {
        let mut slots: Vec<Option<NonMaxUsize>> = vec![None; self.names.len() * 2];
        self.meta.search_slots(&haystack.input(at), &mut slots)?;
        let group = |pair: &[Option<NonMaxUsize>]| match pair {
            [Some(start), Some(end)] => Some(haystack.original(start.get(), end.get())),
            _ => None,
        };
        Some(slots.chunks(2).map(group).collect())
    }
}

/// The place after the character at `at`; past the end where there is none.
fn after_rune(text: &[u8], at: usize) -> usize {
    at + decode_rune(text.get(at..).unwrap_or_default()).1.max(1)
}

/// The text as the engine sees it: Go takes each invalid byte for U+FFFD, so that is what stands there.
struct Haystack<'t> {
    text: Cow<'t, [u8]>,
    /// Where the text was changed: for each byte of the engine's text, and its end, the place in the original.
    places: Vec<usize>,
}

impl<'t> Haystack<'t> {
    fn new(text: &'t [u8]) -> Haystack<'t> {
        if std::str::from_utf8(text).is_ok() {
            return Haystack {
                text: Cow::Borrowed(text),
                places: Vec::new(),
            };
        }
        let (mut valid, mut places) = (Vec::with_capacity(text.len() * 2), Vec::new());
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (c, len) = decode_rune(rest);
            let before = valid.len();
            crate::unicode::push(&mut valid, c.unwrap_or(RUNE_ERROR));
            places.extend((before..valid.len()).map(|_| at));
            at += len;
        }
        places.push(at);
        Haystack {
            text: Cow::Owned(valid),
            places,
        }
    }

    /// The engine's view from `at` on; what stands before still counts for `^` and `\b`.
    fn input(&self, at: usize) -> Input<'_> {
        let start = match self.places.as_slice() {
            [] => at,
            places => places.partition_point(|place| *place < at),
        };
        Input::new(self.text.as_ref())
            .range(start.min(self.text.len())..)
            .anchored(Anchored::No)
    }

    fn original(&self, start: usize, end: usize) -> Match {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(at);
        Match {
            start: place(start),
            end: place(end),
        }
    }
}
