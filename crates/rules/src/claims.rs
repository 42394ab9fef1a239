//! What asks for storage.

use evenkeel_manifest::Step;
use evenkeel_value::Data;

use crate::fields::walk;

/// A claim of a volume: a PersistentVolumeClaim, or a template of one in whatever object.
pub(crate) struct Claim<'d> {
    /// The claim's specification.
    pub(crate) spec: &'d Data,
    /// What it asks for.
    pub(crate) size: &'d Data,
}

impl<'d> Claim<'d> {
    /// The StorageClass that it names.
    pub(crate) fn class(&self) -> Option<&'d str> {
        self.spec.get("storageClassName").and_then(Data::as_str)
    }
}

/// Shows every claim within an object, with the path of its specification, to `visit`: what has
/// `resources.requests.storage`.
pub(crate) fn each_claim<'d>(object: &'d Data, visit: &mut dyn FnMut(&[Step], Claim<'d>)) {
    walk(object, &mut Vec::new(), &mut |steps, spec| {
        let requests = spec.get("resources").and_then(|at| at.get("requests"));
        if let Some(size) = requests.and_then(|requests| requests.get("storage")) {
            visit(steps, Claim { spec, size });
        }
    });
}
