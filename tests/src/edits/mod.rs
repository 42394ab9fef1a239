//! Pairs of manifests with known edits: what `evenkeel diff` is measured with.
//!
//! A pair is a base (`fixtures/diff/bases`), parsed and written again as it was, and written with edits. Each edit
//! says itself which change it makes, in the words below, so nothing here asks a differ. `tests/tests/diff_pairs.rs`
//! demands all of them and nothing else; `cargo xtask diff-bench` counts, also for dyff.
//!
//! # What counts as a change
//!
//! A change has an object, a path and a kind. The object is `group/kind/namespace/name`, in the words of the first
//! side where both sides have it. The path is written as `evenkeel_manifest::FieldPath` is, quotes around keys
//! left out: `metadata.annotations[a.b/c]`.
//!
//! - **Objects.** One without a partner is one change with an empty path. A renamed one has a partner: the change is
//!   `metadata.name` (or `metadata.namespace`), beside the edits within. Another kind is another object.
//! - **Subtrees.** What is added or removed, with all that is in it, is one change at its top. So is a map that
//!   becomes a list or a scalar: `changed`. A key that moves is removed and added. An absent field is null;
//!   an empty map, list or string is not.
//! - **Scalars.** `"8080"` and 8080 differ, 1 and 1.0 do not, nor do 0644 and 420. Quantities are equal by amount
//!   where the field is one: below `requests`, `limits`, `hard`, `capacity`, `default` and `defaultRequest` of a
//!   LimitRange, in `sizeLimit`, `divisor`, `averageValue`. Elsewhere `1000m` is text.
//! - **Lists with a key.** The order is nothing, except in `initContainers` and the `steps` of Tekton. An item is
//!   another item when its key changes: removed and added. The key is
//!     - Kubernetes' merge key: `containerPort` of a container's ports, `port` of a Service's, `mountPath` of
//!       volumeMounts, `devicePath` of volumeDevices, `ip` of hostAliases, `topologyKey` of topologySpreadConstraints,
//!       `name` of most;
//!     - else `name`, in any list of maps that all have one, also in custom resources and embedded data.
//!
//!   A key tells items apart only where no two items of a side share it; the next one does then (`ports[dns-tcp]` of
//!   a Service that has 53 twice), and in the end the place (an `env` that sets a name twice).
//! - **Lists without a key.** Items are aligned by content; what is left in one gap is paired in order and compared
//!   within (`args[2]` is changed, `rules[0].verbs[1]` is changed), the rest is added or removed. A place is the one
//!   after, of removed items the one before.
//! - **Order.** In lists without a key it means something (`args`, `command`, `envFrom`, `valueFiles`, `nameservers`,
//!   `searches`, whatever a custom resource or a configuration file has), save those that Kubernetes reads as sets:
//!   [`SETS`]. A pure reorder is one change of kind `moved` at the path of the list, the same for the two lists with
//!   a key whose order counts.
//! - **Embedded data.** A string that is one document of YAML or JSON, a map whose keys hold no blanks or a list, on
//!   both sides, is compared as such and its path goes on: `data[app.yaml].server.port`. Its formatting, comments and key order are nothing. Other text is
//!   one change at the string, byte by byte. Nothing in `data` and `stringData` of a Secret is looked into.
//! - **Files.** How documents are spread over files, their order, `List` objects, comments, quoting, flow style,
//!   anchors, CRLF, JSON and empty documents are nothing.
//! - **Secrets.** No value of `data` or `stringData` appears in any output, plain or encoded.

mod bases;
mod draft;
mod embedded;
mod emit;
mod families;
mod large;
mod node;
mod path;
mod score;
mod secrets;

pub use draft::{Draft, Files, Identity, Layout};
pub use emit::{Order, Quotes, Style};
pub use families::{Pair, pairs};
pub use large::large;
pub use path::SETS;
pub use score::{Expected, Found, Kind, Score, found_in_json, score};
