//! Templates parsed once and shared by renders and threads.

use std::sync::{Arc, Mutex};

use evenkeel_template::{Ast, FunctionTable, ParseError};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHashMap;

use crate::pool;

/// The address of the functions that a text was parsed with, and the text.
type Key = (usize, Arc<[u8]>);

/// Parsed templates by content. A text that does not parse is kept as its error: whether that shows
/// depends on whether the chart it belongs to takes part.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    parsed: Mutex<FxHashMap<Key, Result<Arc<Ast>, ParseError>>>,
}

impl Cache {
    /// The parsed form of a text.
    pub(crate) fn parse(
        &self,
        text: &Arc<[u8]>,
        functions: &'static FunctionTable,
    ) -> Result<Arc<Ast>, ParseError> {
        let key = (std::ptr::from_ref(functions).addr(), Arc::clone(text));
        if let Some(known) = self.lock().get(&key) {
            return known.clone();
        }
        let parsed = Ast::parse(Arc::clone(text), functions).map(Arc::new);
        self.lock().entry(key).or_insert(parsed).clone()
    }

    /// The parsed forms of many texts, in their order.
    pub(crate) fn parse_all(
        &self,
        texts: &[&Arc<[u8]>],
        functions: &'static FunctionTable,
    ) -> Vec<Result<Arc<Ast>, ParseError>> {
        let parse = |text: &&Arc<[u8]>| self.parse(text, functions);
        let bytes = texts.iter().map(|text| text.len()).sum();
        pool::run(bytes, || match rayon::current_thread_index() {
            Some(_) => texts.par_iter().map(parse).collect(),
            None => texts.iter().map(parse).collect(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashMap<Key, Result<Arc<Ast>, ParseError>>> {
        self.parsed
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
