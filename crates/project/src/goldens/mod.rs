//! Goldens: what every Application deployed when somebody last looked, kept beside the charts.
//!
//! A golden says what the cluster gets and nothing else: its text is the same whatever comments, quotes, anchors and
//! order of keys a template writes, what differs from run to run is masked, and so is what is secret.

mod canonical;
mod causes;
mod files;
mod mask;

use evenkeel_diagnostics::FileId;
use evenkeel_diff::{App, Object, ObjectIndex};
use evenkeel_gitops::Environment;
use evenkeel_manifest::Identity;
use evenkeel_renderer::Clock;

pub use causes::golden_causes;
pub use files::{GoldenFiles, Stale};

use crate::output::file_name;
use crate::{Project, RenderOptions};
use mask::Mask;

/// What differs between the renders that tell what a golden masks: another seed, and another day.
const OTHER_SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const OTHER_DAY: i64 = 86_400 + 3_661;

/// What an Application deploys, as its golden says it.
#[derive(Debug, Clone)]
pub struct Golden {
    /// The file, below the directory of the goldens: `<env>/<app>.yaml`.
    pub file: String,
    /// The Application's name and its objects, masked, in the order of the file.
    pub app: App,
}

/// Environments rendered again, with other random values and at another time: what differs in them is masked.
#[derive(Debug, Default)]
pub struct Variations {
    /// With another seed.
    chance: Vec<Environment>,
    /// With another seed and at another time; the time alone where there is no `chance`.
    time: Vec<Environment>,
}

impl Variations {
    /// Renders what `options` gave once more; twice where that makes a difference.
    pub fn of(project: &Project, environments: &[Environment], options: &RenderOptions) -> Self {
        let names: Vec<String> = environments.iter().map(|env| env.name.clone()).collect();
        let seed = options.seed.unwrap_or_default();
        let chance = RenderOptions {
            seed: Some(seed.wrapping_add(OTHER_SEED)),
            ..options.clone()
        };
        let both = RenderOptions {
            clock: Clock {
                seconds: options.clock.seconds + OTHER_DAY,
                ..options.clock.clone()
            },
            ..chance.clone()
        };
        let time = project.render(&names, &both);
        let is_same = environments.iter().zip(&time).all(|(one, other)| {
            let outputs = one.apps.iter().map(|app| app.output());
            outputs.eq(other.apps.iter().map(|app| app.output()))
        });
        if is_same {
            return Variations::default();
        }
        Variations {
            chance: project.render(&names, &chance),
            time,
        }
    }
}

/// The goldens of an environment.
pub fn goldens(environment: &Environment, variations: &Variations) -> Vec<Golden> {
    let named = |all: &'_ [Environment]| -> Option<usize> {
        all.iter().position(|other| other.name == environment.name)
    };
    let chance = named(&variations.chance).map(|at| &variations.chance[at]);
    let time = named(&variations.time).map(|at| &variations.time[at]);
    let mut goldens: Vec<Golden> = Vec::new();
    for index in 0..environment.apps.len() {
        let name = match environment.apps[index].name.as_str() {
            "" => "root",
            name => name,
        };
        let objects = objects(environment, index, [chance, time]);
        if objects.is_empty() {
            continue;
        }
        let file = format!("{}/{}.yaml", environment.name, file_name(name));
        // What has one name on disk is kept in one file.
        match goldens.iter_mut().find(|golden| golden.file == file) {
            Some(golden) => golden.app.objects.extend(objects),
            None => goldens.push(Golden {
                file,
                app: App {
                    name: name.to_owned(),
                    objects,
                },
            }),
        }
    }
    for golden in &mut goldens {
        canonical::sort(&mut golden.app.objects);
    }
    goldens
}

/// The objects of an Application, masked.
fn objects(
    environment: &Environment,
    index: usize,
    [chance, time]: [Option<&Environment>; 2],
) -> Vec<Object> {
    let app = &environment.apps[index];
    let like = |other: Option<&Environment>, place: usize| {
        let other = other?.apps.get(index)?;
        let is_like = other.name == app.name && other.objects.len() == app.objects.len();
        let object = other.objects.get(place).filter(|_| is_like)?;
        (object.identity.kind == app.objects[place].identity.kind).then(|| object.effective())
    };
    let objects = app.objects.iter().enumerate();
    objects
        .map(|(place, object)| {
            let mut data = object.effective();
            for (other, mask) in [(chance, Mask::Random), (time, Mask::Time)] {
                if let Some(other) = like(other, place) {
                    data = mask.over(&data, &other);
                }
            }
            let data = canonical::data(&mask::without_secrets(&data));
            Object {
                identity: Identity {
                    namespace: object.identity.namespace.clone(),
                    ..Identity::of(&data)
                },
                data,
                index: ObjectIndex {
                    app: index,
                    object: place,
                },
                is_followed: false,
            }
        })
        .collect()
}

impl Golden {
    /// The text of the file.
    pub fn text(&self) -> Vec<u8> {
        let env = self.file.split('/').next().unwrap_or_default();
        canonical::text(&self.app, env)
    }

    /// Reads what [`Golden::text`] wrote, whoever has changed it since.
    ///
    /// # Errors
    /// Why the text cannot be read.
    pub fn read(file: &str, text: &[u8]) -> Result<Golden, String> {
        let documents = evenkeel_yaml::decode_documents(text, FileId::NONE);
        let documents = documents.map_err(|error| error.text().to_owned())?;
        // The comment that the file begins with is a document too.
        let documents = documents
            .into_iter()
            .filter(|data| data.get("kind").is_some());
        let stem = file.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".yaml").unwrap_or(stem);
        let objects = documents.enumerate();
        let objects = objects.map(|(place, data)| Object {
            identity: Identity::of(&data),
            data: canonical::data(&data),
            index: ObjectIndex {
                app: 0,
                object: place,
            },
            is_followed: false,
        });
        Ok(Golden {
            file: file.to_owned(),
            app: App {
                name: stem.to_owned(),
                objects: objects.collect(),
            },
        })
    }
}
