//! The functions that Helm 3, Helm 4 and Argo CD give to templates: Sprig's and Helm's own.
//!
//! Every file is one family. The table at its top names each function with the signature that Go's
//! reflection would see; the executor of `evenkeel-template` checks and converts arguments from it, so the
//! code below the table starts where the body of the Go function starts.
//!
//! Architecture Invariant: no I/O, no clock and no randomness but the [`Host`](evenkeel_template::Host)'s;
//! nothing here knows of charts or of a release.

mod argo;
mod args;
mod case;
mod cast;
mod convert;
mod crypto;
mod dates;
mod dicts;
mod durations;
mod encoding;
mod flow;
mod helm;
mod layout;
mod lists;
mod math;
mod paths;
mod random;
mod reflect;
mod regex;
mod semver;
mod snake;
mod strings;
#[cfg(test)]
mod testing;
mod toml;
mod unicode;
mod urls;
mod wrap;

use std::sync::LazyLock;

pub use encoding::base64_decode;
use evenkeel_template::{BUILTINS, Function, FunctionTable};
use evenkeel_value::Type;

/// What all three tables share: the builtins of text/template, and Sprig's functions family by family.
const SPRIG: &[&[Function]] = &[
    BUILTINS,
    case::FUNCTIONS,
    convert::SPRIG,
    crypto::CERTIFICATES,
    crypto::FUNCTIONS,
    dates::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    flow::FUNCTIONS,
    layout::FUNCTIONS,
    lists::FUNCTIONS,
    math::FUNCTIONS,
    paths::FUNCTIONS,
    random::FUNCTIONS,
    reflect::FUNCTIONS,
    regex::FUNCTIONS,
    semver::FUNCTIONS,
    strings::FUNCTIONS,
    urls::FUNCTIONS,
    wrap::FUNCTIONS,
];

static HELM3: LazyLock<FunctionTable> = LazyLock::new(|| {
    FunctionTable::new(&[SPRIG, &[convert::HELM, helm::FUNCTIONS, toml::HELM]].concat())
});

static HELM3_18: LazyLock<FunctionTable> = LazyLock::new(|| {
    let helm = [convert::HELM, helm::FUNCTIONS, toml::HELM, toml::HELM3_18];
    FunctionTable::new(&[SPRIG, &helm].concat())
});

static HELM4: LazyLock<FunctionTable> = LazyLock::new(|| {
    let helm = [
        convert::HELM,
        helm::FUNCTIONS,
        toml::HELM,
        convert::HELM4,
        durations::FUNCTIONS,
        toml::HELM4,
    ];
    FunctionTable::new(&[SPRIG, &helm].concat())
});

static ARGO: LazyLock<FunctionTable> = LazyLock::new(|| {
    FunctionTable::new(&[SPRIG, &[convert::ARGO, argo::FUNCTIONS]].concat())
        .without(&["getHostByName"])
});

/// What Helm 3.22 offers: Sprig 3.3 without `env` and `expandenv`, and Helm's own.
pub fn helm3() -> &'static FunctionTable {
    &HELM3
}

/// What Helm 3.18 offers: as [`helm3`], with an older TOML library.
pub fn helm3_18() -> &'static FunctionTable {
    &HELM3_18
}

/// What Helm 4.3 offers: as [`helm3`], with the durations and the `mustTo…` conversions.
pub fn helm4() -> &'static FunctionTable {
    &HELM4
}

/// What an ApplicationSet's Go templates offer: Sprig without `env`, `expandenv` and `getHostByName`, and
/// Argo CD's own.
pub fn argo() -> &'static FunctionTable {
    &ARGO
}

/// The function `normalize` of [`argo`], which also makes the parameters that end in `Normalized`.
pub fn normalize_name(name: &[u8]) -> String {
    argo::sanitize(name)
}

/// The methods of the types that functions here return, such as `time.Time`; empty for other types. Each
/// gets its receiver as the first argument, before the declared ones: see [`Host::methods`].
///
/// [`Host::methods`]: evenkeel_template::Host::methods
pub fn methods(ty: Type) -> &'static [Function] {
    match semver::methods(ty) {
        [] => dates::methods(ty),
        found => found,
    }
}
