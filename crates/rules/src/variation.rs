//! Charts rendered once more, under another name or with other random numbers: what follows is made of that.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use evenkeel_manifest::Document;
use evenkeel_renderer::Request;

use crate::context::{Context, Subject};

/// What is added to the name of a release.
const MARK: &str = "-x9q";

/// The documents of one source.
type Documents = Rc<Vec<Document>>;

/// The sources of an environment rendered once more, each when it is first asked for.
pub(crate) struct Variations<'c, 'a> {
    context: &'c Context<'a>,
    change: fn(&mut Request),
    /// By Application and source.
    rendered: RefCell<HashMap<(usize, usize), Documents>>,
}

impl<'c, 'a> Variations<'c, 'a> {
    /// Under other release names.
    pub(crate) fn of_names(context: &'c Context<'a>) -> Variations<'c, 'a> {
        Variations::new(context, |request| request.release.name.push_str(MARK))
    }

    /// With other random numbers, and keys and certificates made of them.
    pub(crate) fn of_chance(context: &'c Context<'a>) -> Variations<'c, 'a> {
        Variations::new(context, |request| {
            request.seed = request.seed.map(|seed| seed.wrapping_add(1));
        })
    }

    fn new(context: &'c Context<'a>, change: fn(&mut Request)) -> Variations<'c, 'a> {
        Variations {
            context,
            change,
            rendered: RefCell::default(),
        }
    }

    /// The documents of the source of an object; none of what is no chart.
    pub(crate) fn documents(&self, subject: &Subject<'_>) -> Documents {
        let key = (subject.app, subject.object.source);
        let mut rendered = self.rendered.borrow_mut();
        let documents = rendered.entry(key).or_insert_with(|| {
            let documents = self.render(subject);
            Rc::new(documents.unwrap_or_default())
        });
        Rc::clone(documents)
    }

    fn render(&self, subject: &Subject<'_>) -> Option<Vec<Document>> {
        let app = self.context.environment.apps.get(subject.app)?;
        let helm = app.sources.get(subject.object.source)?.helm.as_ref()?;
        let mut request = helm.request.clone();
        (self.change)(&mut request);
        let renderer = self.context.renderer;
        let rendered = renderer.render(&helm.chart, &helm.values, &request).ok()?;
        let hooks = rendered.hooks.into_iter().map(|hook| hook.document);
        Some(rendered.manifests.into_iter().chain(hooks).collect())
    }

    /// Whether a word of an object follows the name of the release: under the other name there is the word with
    /// that in it. What comes from values or is written out does not.
    pub(crate) fn follows_name(&self, subject: &Subject<'_>, word: &str) -> bool {
        let app = self.context.environment.apps.get(subject.app);
        let source = app.and_then(|app| app.sources.get(subject.object.source));
        let Some(helm) = source.and_then(|source| source.helm.as_ref()) else {
            return false;
        };
        let name = helm.request.release.name.as_str();
        let marked = format!("{name}{MARK}");
        let documents = self.documents(subject);
        let is_there = |word: &str| {
            let mut texts = documents.iter().map(|document| document.text());
            texts.any(|text| memchr::memmem::find(text, word.as_bytes()).is_some())
        };
        let mut places = word.match_indices(name).map(|(at, _)| at);
        let one = places.any(|at| {
            let (before, after) = (&word[..at], &word[at + name.len()..]);
            is_there(&format!("{before}{marked}{after}"))
        });
        one || word.contains(name) && is_there(&word.replace(name, &marked))
    }
}
