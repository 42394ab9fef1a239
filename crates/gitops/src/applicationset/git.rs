//! The git generator over the work tree: `applicationset/generators/git.go`, and what the repository server lists
//! for it (`reposerver/repository`, `util/git`).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::glob;
use evenkeel_diagnostics::{Diagnostic, Origin, SourceKind};
use evenkeel_functions::normalize_name;
use evenkeel_value::{Data, DataEntry, DataItem};
use evenkeel_yaml as yaml;
use rustc_hash::FxHashMap;

use super::failure::{Failure, GENERATOR, Stop, span};
use super::generator::{Element, Generators, empty, text_field};
use super::params::{Param, Params, Typed};
use super::pathspec::Pathspec;
use super::{Opaque, Repository};

const WORDS: &str = "error generating params from git: ";

/// One entry of `directories` or `files`.
struct Item<'d> {
    path: &'d str,
    exclude: bool,
    origin: Origin,
}

/// What a file holds, or why it cannot be read.
type Objects = Rc<Result<Vec<Data>, Failure>>;

/// What was read of the repository so far. A matrix asks for the same files again and again.
#[derive(Default)]
pub(super) struct Files {
    directories: RefCell<Option<Rc<[Arc<str>]>>>,
    objects: RefCell<FxHashMap<Arc<str>, Objects>>,
}

pub(super) fn elements(
    generators: &Generators<'_>,
    entry: &DataEntry,
) -> Result<Vec<Element>, Stop> {
    let git = &entry.value;
    let url = text_field(git, "repoURL");
    if !generators.inputs.repository.is_this(url) {
        return Err(Stop::Opaque(Opaque {
            what: "generator git".to_owned(),
            reason: format!("it reads another repository, {url}"),
            origin: entry.origin,
        }));
    }
    let (directories, files) = (items(git, "directories"), items(git, "files"));
    let elements = if !directories.is_empty() {
        from_directories(generators, git, &directories)
            .map_err(|failure| failure.within("error generating params from apps: "))
    } else if !files.is_empty() {
        from_files(generators, git, &files)
    } else {
        let help = "a git generator has directories or files";
        return Err(empty(entry.origin, help).into());
    };
    Ok(elements.map_err(|failure| failure.within(WORDS))?)
}

fn items<'d>(git: &'d Data, name: &str) -> Vec<Item<'d>> {
    let Some(Data::List(items)) = git.get(name) else {
        return Vec::new();
    };
    let item = |item: &'d DataItem| Item {
        path: text_field(&item.value, "path"),
        exclude: item.value.get("exclude") == Some(&Data::Bool(true)),
        origin: item.origin,
    };
    items.iter().map(item).collect()
}

fn from_directories(
    generators: &Generators<'_>,
    git: &Data,
    items: &[Item<'_>],
) -> Result<Vec<Element>, Failure> {
    let directories = generators.files.directories(generators.inputs.repository);
    let mut out = Vec::new();
    for directory in directories.iter() {
        let matches = |item: &&Item<'_>| {
            let matched = glob::matches(item.path.as_bytes(), directory.as_bytes());
            matched.unwrap_or_else(|_| {
                warn_of_pattern(generators, item);
                false
            })
        };
        let (excluding, including): (Vec<_>, Vec<_>) =
            items.iter().filter(matches).partition(|item| item.exclude);
        let Some(item) = including.first().filter(|_| excluding.is_empty()) else {
            continue;
        };
        let mut params = Params::default();
        set_path(generators, git, &mut params, directory, None, item.origin);
        generators.append_values(git, &mut params)?;
        out.push(Element {
            params,
            origins: vec![item.origin],
        });
    }
    Ok(out)
}

fn warn_of_pattern(generators: &Generators<'_>, item: &Item<'_>) {
    let message = format!(
        "the path pattern {:?} is malformed and matches nothing",
        item.path
    );
    let warning = Diagnostic::warning(GENERATOR, message).at(span(item.origin));
    let mut warnings = generators.warnings.borrow_mut();
    if !warnings
        .iter()
        .any(|known| known.message == warning.message)
    {
        warnings.push(warning);
    }
}

fn from_files(
    generators: &Generators<'_>,
    git: &Data,
    items: &[Item<'_>],
) -> Result<Vec<Element>, Failure> {
    let paths = generators.inputs.repository.paths();
    let mut found: BTreeSet<&Arc<str>> = BTreeSet::new();
    let (excluding, including): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.exclude);
    for item in including {
        let spec = pathspec(item)?;
        found.extend(paths.iter().filter(|path| spec.matches(path.as_bytes())));
    }
    for item in excluding {
        let spec = pathspec(item)?;
        found.retain(|path| !spec.matches(path.as_bytes()));
    }
    let mut out = Vec::new();
    for path in found {
        from_file(generators, git, path, items[0].origin, &mut out)
            .map_err(|failure| failure.within(&format!("unable to process file '{path}': ")))?;
    }
    Ok(out)
}

fn pathspec(item: &Item<'_>) -> Result<Pathspec, Failure> {
    Pathspec::new(item.path).ok_or_else(|| {
        let text = format!("the path {:?} is outside the repository", item.path);
        Failure::new(text, item.origin)
    })
}

fn from_file(
    generators: &Generators<'_>,
    git: &Data,
    path: &Arc<str>,
    at: Origin,
    out: &mut Vec<Element>,
) -> Result<(), Failure> {
    let objects = generators.files.objects(generators, path, at);
    let objects = objects.as_ref().as_ref().map_err(Clone::clone)?;
    for object in objects {
        let origin = first_origin(object).unwrap_or(at);
        let mut params = Params::from_data(object);
        if !generators.leaves.is_go() {
            params = flat(&params);
        }
        let (directory, name) = path.rsplit_once('/').unwrap_or((".", path));
        set_path(generators, git, &mut params, directory, Some(name), origin);
        generators.append_values(git, &mut params)?;
        out.push(Element {
            params,
            origins: vec![origin],
        });
    }
    Ok(())
}

/// The classic style has strings only.
fn flat(params: &Params) -> Params {
    let flat = params.flatten();
    let param = |flat: &super::params::Flat| Param {
        name: flat.name.as_slice().into(),
        value: Typed::Any(Data::Str(flat.text())),
        origin: flat.origin,
    };
    Params(flat.iter().map(param).collect())
}

/// The parameters that name the directory, and the file if it is one.
fn set_path(
    generators: &Generators<'_>,
    git: &Data,
    params: &mut Params,
    directory: &str,
    file: Option<&str>,
    at: Origin,
) {
    let prefix = text_field(git, "pathParamPrefix");
    let base = directory.rsplit('/').next().unwrap_or(directory);
    let mut texts = vec![
        ("basename", base.to_owned()),
        ("basenameNormalized", normalize_name(base.as_bytes())),
    ];
    if let Some(file) = file {
        texts.push(("filename", file.to_owned()));
        texts.push(("filenameNormalized", normalize_name(file.as_bytes())));
    }
    if !generators.leaves.is_go() {
        let path = match prefix {
            "" => "path".to_owned(),
            prefix => format!("{prefix}.path"),
        };
        params.set_text(&path, directory, at);
        for (name, text) in &texts {
            params.set_text(&format!("{path}.{name}"), text, at);
        }
        for (index, segment) in directory.split('/').enumerate() {
            params.set_text(&format!("{path}[{index}]"), segment, at);
        }
        return;
    }
    let segments = directory.split('/').map(|segment| DataItem {
        value: Data::str(segment),
        origin: at,
    });
    let segments = Typed::Strings(Data::List(segments.collect()));
    let mut path = Params::default();
    path.set_text("path", directory, at);
    for (name, text) in &texts {
        path.set_text(name, text, at);
    }
    path.set(Param::new("segments", segments, at));
    let path = Param::new("path", Typed::Map(path), at);
    params.set(match prefix {
        "" => path,
        prefix => Param::new(prefix, Typed::Map(Params(vec![path])), at),
    });
}

fn first_origin(object: &Data) -> Option<Origin> {
    match object {
        Data::Map(entries) => entries.iter().map(|e| e.origin).min_by_key(|o| o.offset),
        _ => None,
    }
}

impl Files {
    /// All directories that hold files, but hidden ones, as walking the tree gives them.
    fn directories(&self, repository: &dyn Repository) -> Rc<[Arc<str>]> {
        let mut known = self.directories.borrow_mut();
        let listed = known.get_or_insert_with(|| {
            let mut found: BTreeSet<Vec<&str>> = BTreeSet::new();
            for path in repository.paths() {
                let mut parts: Vec<&str> = path.split('/').collect();
                parts.pop();
                parts.truncate(
                    parts
                        .iter()
                        .take_while(|part| !part.starts_with('.'))
                        .count(),
                );
                while !parts.is_empty() && found.insert(parts.clone()) {
                    parts.pop();
                }
            }
            found
                .iter()
                .map(|parts| Arc::from(parts.join("/")))
                .collect()
        });
        Rc::clone(listed)
    }

    /// The objects of a file: those of a list, or the one that it is.
    fn objects(&self, generators: &Generators<'_>, path: &Arc<str>, at: Origin) -> Objects {
        if let Some(objects) = self.objects.borrow().get(path) {
            return Rc::clone(objects);
        }
        let objects = Rc::new(read(generators, path, at));
        self.objects
            .borrow_mut()
            .insert(Arc::clone(path), Rc::clone(&objects));
        objects
    }
}

fn read(generators: &Generators<'_>, path: &Arc<str>, at: Origin) -> Result<Vec<Data>, Failure> {
    let Some(content) = generators.inputs.repository.read(path) else {
        return Err(Failure::new("unable to read the file", at));
    };
    let file = generators.sources.add(
        generators.inputs.repository.shown(path),
        Arc::clone(&content),
        SourceKind::File,
    );
    let unable = |error: yaml::Error| Failure::yaml(&error, at).within("unable to parse file: ");
    let data = yaml::decode(&content, file).map_err(unable)?;
    match data {
        Data::Null => Ok(vec![Data::empty_map()]),
        Data::List(items) if items.is_empty() => Ok(vec![Data::empty_map()]),
        Data::List(items) if items.iter().all(|item| is_object(&item.value)) => {
            Ok(items.iter().map(|item| item.value.clone()).collect())
        }
        map @ Data::Map(_) => Ok(vec![map]),
        other => {
            let kind = other.json_kind();
            let text = format!(
                "unable to parse file: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \
                 {kind} into Go value of type map[string]interface {{}}"
            );
            let help =
                "a file of a git generator holds one map of parameters, or a list of such maps";
            Err(Failure::new(text, Origin::new(file, 0)).with_help(help))
        }
    }
}

fn is_object(data: &Data) -> bool {
    matches!(data, Data::Map(_) | Data::Null)
}
