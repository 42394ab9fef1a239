//! The world that templates see.

use std::cell::RefCell;

use evenkeel_template::{Function, Host};
use evenkeel_value::{Map, Str, Type, Value};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::{Clock, capabilities, files, values_type};

/// A clock that stands still and randomness that may be reproduced; no cluster.
#[derive(Debug)]
pub struct RenderHost {
    clock: Clock,
    seed: Option<u64>,
    /// Made when it is first asked for: most charts use no randomness.
    random: RefCell<Option<ChaCha20Rng>>,
}

impl RenderHost {
    /// A host whose clock stands at `clock`; random bytes follow from the seed, if there is one.
    pub fn new(clock: Clock, seed: Option<u64>) -> RenderHost {
        RenderHost {
            clock,
            seed,
            random: RefCell::new(None),
        }
    }

    fn generator(&self) -> ChaCha20Rng {
        if let Some(seed) = self.seed {
            return ChaCha20Rng::seed_from_u64(seed);
        }
        let mut seed = [0; 32];
        // The only way to fail is a system without randomness; nobody could render secrets there.
        if getrandom::fill(&mut seed).is_err() {
            return ChaCha20Rng::seed_from_u64(self.clock.seconds.cast_unsigned());
        }
        ChaCha20Rng::from_seed(seed)
    }
}

impl Host for RenderHost {
    fn methods(&self, ty: Type) -> &'static [Function] {
        match ty.name {
            "common.Values" | "chartutil.Values" => values_type::METHODS,
            "engine.files" => files::METHODS,
            "common.VersionSet" | "chartutil.VersionSet" => capabilities::VERSION_SET_METHODS,
            "common.KubeVersion" | "chartutil.KubeVersion" => capabilities::KUBE_VERSION_METHODS,
            "*common.Capabilities" | "*chartutil.Capabilities" => {
                capabilities::CAPABILITIES_METHODS
            }
            _ => evenkeel_functions::methods(ty),
        }
    }

    fn now(&self) -> (i64, u32) {
        (self.clock.seconds, self.clock.nanos)
    }

    fn random(&self, bytes: &mut [u8]) {
        self.random
            .borrow_mut()
            .get_or_insert_with(|| self.generator())
            .fill_bytes(bytes);
    }

    fn time_zone(&self) -> &str {
        &self.clock.zone
    }

    fn lookup(&self, _: &Str, _: &Str, _: &Str, _: &Str) -> Value {
        Value::Map(Map::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_reproduces_and_another_one_differs() {
        let draw = |seed| {
            let mut bytes = [0; 16];
            RenderHost::new(Clock::default(), seed).random(&mut bytes);
            bytes
        };
        assert_eq!(draw(Some(1)), draw(Some(1)));
        assert_ne!(draw(Some(1)), draw(Some(2)));
        assert_ne!(draw(None), draw(None));
    }
}
