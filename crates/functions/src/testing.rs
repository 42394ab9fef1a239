//! A world and an execution for unit tests.

use std::cell::Cell;

use evenkeel_template::{Context, Error, Function, Host};
use evenkeel_value::{Map, Str, Type, Value};

use crate::args::Answer;

/// A world with a clock that stands still, a seed and a time zone; its executions answer template calls
/// with a text that tests give.
pub(crate) struct World {
    state: Cell<u64>,
    now: (i64, u32),
    zone: &'static str,
    output: Result<Str, Error>,
}

impl World {
    /// The world of a seed, on 2024-02-29 12:00:00.5 UTC.
    pub(crate) fn new(seed: u64) -> World {
        let state = Cell::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        World {
            state,
            now: (1_709_208_000, 500_000_000),
            zone: "UTC",
            output: Ok(Str::default()),
        }
    }

    /// The same, elsewhere.
    pub(crate) fn in_zone(self, zone: &'static str) -> World {
        World { zone, ..self }
    }

    /// The same, where every template gives this.
    pub(crate) fn where_templates_give(self, output: Result<Str, Error>) -> World {
        World { output, ..self }
    }

    /// Calls the function of a name in Helm 4's table.
    pub(crate) fn call(&self, name: &str, args: &[Value]) -> Answer {
        let function = crate::helm4()
            .get(name)
            .ok_or_else(|| Error::new("no such function"))?;
        (function.call)(&mut Execution { world: self }, args)
    }

    /// As [`World::call`], where the answer is a text.
    #[track_caller]
    pub(crate) fn text(&self, name: &str, args: &[Value]) -> String {
        let answer = self.call(name, args).unwrap();
        answer.as_str().expect("a text").to_text().into_owned()
    }
}

impl Host for World {
    fn methods(&self, ty: Type) -> &'static [Function] {
        crate::methods(ty)
    }

    fn now(&self) -> (i64, u32) {
        self.now
    }

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut state = self.state.get();
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            self.state.set(state);
            *byte = (state >> 32) as u8;
        }
    }

    fn time_zone(&self) -> &str {
        self.zone
    }

    fn lookup(&self, _: &Str, _: &Str, _: &Str, _: &Str) -> Value {
        Value::Map(Map::default())
    }
}

struct Execution<'w> {
    world: &'w World,
}

impl Context for Execution<'_> {
    fn host(&self) -> &dyn Host {
        self.world
    }

    fn execute_template(&mut self, _: &Str, _: Value) -> Result<Str, Error> {
        self.world.output.clone()
    }

    fn active(&self, _: &Str) -> usize {
        0
    }

    fn execute_text(&mut self, _: &Str, _: Value) -> Result<Str, Error> {
        self.world.output.clone()
    }

    fn charge(&mut self, _: u64) -> Result<(), Error> {
        Ok(())
    }
}

/// Calls `read` with texts near `text`: cut, and with bytes changed at random.
pub(crate) fn with_mutations(text: &[u8], mut read: impl FnMut(&[u8])) {
    let world = World::new(1);
    let draw = || {
        let mut bytes = [0; 2];
        world.random(&mut bytes);
        usize::from(u16::from_le_bytes(bytes))
    };
    for end in 0..=text.len().min(300) {
        read(&text[..end]);
    }
    for _ in 0..2_000 {
        let mut changed = text.to_vec();
        for _ in 0..=draw() % 4 {
            let at = draw() % changed.len().max(1);
            if let Some(byte) = changed.get_mut(at) {
                *byte = draw() as u8;
            }
        }
        read(&changed);
    }
}
