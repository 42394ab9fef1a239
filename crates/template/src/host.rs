//! The world outside a template.

use evenkeel_value::{Str, Type, Value};

use crate::Function;

/// Limits on what one render may use; each overrun is an error of kind `Budget`.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Executed nodes, loop turns and whatever functions charge.
    pub steps: u64,
    /// Bytes of output, of all templates and includes together.
    pub output: u64,
    /// Templates and `tpl` strings running within one another.
    pub depth: u32,
}

impl Default for Budget {
    /// What no chart that anyone means to run comes near, and what a second and 512 MiB allow. Helm
    /// refuses a thousand includes of one name within one another; the depth leaves room for cycles of
    /// ten names to get there.
    fn default() -> Budget {
        Budget {
            steps: 10_000_000,
            output: 128 << 20,
            depth: 10_000,
        }
    }
}

/// What a template needs of the world. Methods take `&self`: an implementation keeps its state in cells.
pub trait Host {
    /// The methods of a type, each with its receiver as an extra first argument of `call` (not listed in
    /// `params`).
    fn methods(&self, ty: Type) -> &'static [Function];

    /// The time: seconds since 1970 and nanoseconds.
    fn now(&self) -> (i64, u32);

    /// Fills `bytes` with random bytes (reproducible where the user gave a seed).
    fn random(&self, bytes: &mut [u8]);

    /// The name of the local time zone, such as `UTC` or `Europe/Berlin`.
    fn time_zone(&self) -> &str {
        "UTC"
    }

    /// `lookup`: what the cluster has; offline an empty map.
    fn lookup(&self, api_version: &Str, kind: &Str, namespace: &Str, name: &Str) -> Value;
}
