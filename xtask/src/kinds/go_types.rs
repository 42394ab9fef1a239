//! Kinds of a module of Go types: those with a client.

use std::path::Path;

use super::{Kind, read};

/// The kinds of every `<group>/<version>/types*.go`, each with whether clients list and watch it.
pub(super) fn of_module(module: &Path) -> Result<Vec<(Kind, bool)>, String> {
    let mut kinds = Vec::new();
    for entry in walkdir::WalkDir::new(module).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy();
        let Some(folder) = path.parent().filter(|_| name.starts_with("types")) else {
            continue;
        };
        let outside = folder.strip_prefix(module).unwrap_or(folder);
        let foreign = ["vendor", "tests", "tools", "example", "legacyconfig"];
        if foreign.iter().any(|other| outside.starts_with(other)) {
            continue;
        }
        let register = folder.join("register.go");
        if !name.ends_with(".go") || !register.is_file() {
            continue;
        }
        let Some(group) = group(&read(&register)?) else {
            continue;
        };
        let version = folder.file_name().unwrap_or_default().to_string_lossy();
        let version = if group.is_empty() {
            version.into_owned()
        } else {
            format!("{group}/{version}")
        };
        kinds.extend(of_file(&read(path)?, &version));
    }
    Ok(kinds)
}

/// The value of `GroupName`.
fn group(register: &str) -> Option<String> {
    register.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        let names = [
            "GroupName",
            "const GroupName",
            "const GroupName string",
            "groupName",
        ];
        let known = names.contains(&name.trim());
        known.then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn of_file(text: &str, version: &str) -> Vec<(Kind, bool)> {
    let mut kinds = Vec::new();
    let mut markers: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some(marker) = line.strip_prefix("// +genclient") {
            markers.push(marker);
        } else if let Some(rest) = line.strip_prefix("type ") {
            if !markers.is_empty() && rest.contains(" struct") {
                let name = rest.split(' ').next().unwrap_or_default().to_owned();
                let kind = Kind {
                    version: version.to_owned(),
                    cluster_scoped: markers.contains(&":nonNamespaced"),
                    name,
                };
                kinds.push((kind, has_verbs(&markers)));
            }
            markers.clear();
        }
    }
    kinds
}

/// Whether the client lists and watches.
fn has_verbs(markers: &[&str]) -> bool {
    let has = |list: &str, verb: &str| list.split(',').any(|one| one == verb);
    markers.iter().all(|marker| {
        if let Some(only) = marker.strip_prefix(":onlyVerbs=") {
            has(only, "list") && has(only, "watch")
        } else if let Some(skipped) = marker.strip_prefix(":skipVerbs=") {
            !has(skipped, "list") && !has(skipped, "watch")
        } else {
            *marker != ":noVerbs"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_say_scope_and_verbs() {
        let text = "// +genclient\n// +genclient:nonNamespaced\n\n// Node is one.\ntype Node struct {\n}\n\
                    type NodeSpec struct {\n// +genclient\n// +genclient:onlyVerbs=create\ntype Review struct {\n";
        let found: Vec<_> = of_file(text, "v1")
            .into_iter()
            .map(|(kind, listed)| (kind.name, kind.cluster_scoped, listed))
            .collect();
        let want = [
            ("Node".to_owned(), true, true),
            ("Review".to_owned(), false, false),
        ];
        assert_eq!(found, want);
    }
}
