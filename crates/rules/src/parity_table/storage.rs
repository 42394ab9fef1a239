//! What volumes ask for.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::Fact;
use crate::claims::each_claim;
use crate::context::Subject;
use crate::fields::walk;
use crate::quantity::quantity;

/// Keys of custom resources that hold a size in any place.
const SIZES: &[&str] = &["diskSize", "storageSize", "volumeSize"];

/// The same where the field around it is about storage.
const SIZE: &str = "size";

/// Parts of the names of fields that are about storage.
const ABOUT_STORAGE: &[&str] = &["disk", "persist", "pvc", "storage", "volume"];

/// Keys of a StorageClass beside a size.
const CLASSES: &[&str] = &["storageClass", "storageClassName", "class"];

pub(super) fn storage(subjects: &[&Subject<'_>]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for subject in subjects {
        let group = subject.object.identity.group.as_str();
        // A definition of a kind describes what its objects ask for.
        if group == "apiextensions.k8s.io" {
            continue;
        }
        each_claim(subject.data(), &mut |steps, claim| {
            let name = name(subject, steps);
            facts.push(fact(name, claim.size, claim.class()));
        });
        let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
        if is_custom {
            sizes(subject, &mut facts);
        }
    }
    facts
}

/// The name of the claim that a template's specification stands in, else the object's.
fn name<'s>(subject: &'s Subject<'_>, steps: &[Step]) -> &'s str {
    let around = steps.split_last().map_or(&[][..], |(_, around)| around);
    let template = FieldPath(around.to_vec());
    let metadata = template
        .get(subject.data())
        .and_then(|at| at.get("metadata"));
    let name = metadata.and_then(|metadata| metadata.get("name")?.as_str());
    name.unwrap_or(subject.name())
}

/// What custom resources ask for in their own words.
fn sizes(subject: &Subject<'_>, facts: &mut Vec<Fact>) {
    walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
        let is_about = matches!(steps.last(), Some(Step::Key(key)) if is_about_storage(key));
        let own = is_about.then_some(&SIZE).into_iter();
        for key in own.chain(SIZES) {
            let size = data.get(key).filter(|size| is_size(size));
            let class = CLASSES.iter().find_map(|key| data.get(key)?.as_str());
            facts.extend(size.map(|size| fact(subject.name(), size, class)));
        }
    });
}

fn is_about_storage(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ABOUT_STORAGE.iter().any(|part| key.contains(part))
}

/// Whether it is a quantity of bytes: a bare number may be anything.
fn is_size(data: &Data) -> bool {
    let unit = data.as_str().and_then(|text| text.chars().last());
    unit.is_some_and(|unit| "iKMGTPE".contains(unit)) && quantity(data).is_some()
}

fn fact(of: &str, size: &Data, class: Option<&str>) -> Fact {
    let number = quantity(size).map_or_else(String::new, |bytes| bytes.to_string());
    let size = size.as_str().unwrap_or(&number);
    let class = class.unwrap_or_default();
    let text = format!("{size} {class}").trim_end().to_owned();
    Fact {
        key: format!("{number} {class}"),
        ..Fact::of(of, text)
    }
}
