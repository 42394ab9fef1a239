//! Templates parsed once and shared by renders and threads.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use evenkeel_template::{Ast, FunctionTable, ParseError};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::pool;

/// A text and the address of the functions that it was parsed with. Hashed once, for texts are long.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    hash: u64,
    functions: usize,
    text: Arc<[u8]>,
}

impl Key {
    fn new(text: &Arc<[u8]>, functions: &'static FunctionTable) -> Key {
        let functions = std::ptr::from_ref(functions).addr();
        Key {
            hash: FxBuildHasher.hash_one((functions, text)),
            functions,
            text: Arc::clone(text),
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

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
        let key = Key::new(text, functions);
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
