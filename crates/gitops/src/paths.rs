//! Paths within the work tree.

/// A path relative to the root of the work tree: `name` within `base`, or from the root if it begins with a
/// slash. `None` if it leaves the root.
pub fn normal(base: &str, name: &str) -> Option<String> {
    let whole = match name.strip_prefix('/') {
        Some(from_root) => from_root.to_owned(),
        None => join(base, name),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `directory/name`, or `name` at the root.
pub fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        directory => format!("{directory}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn paths_stay_within_the_repository() {
        let check = |base, name, want: Option<&str>| {
            assert_eq!(normal(base, name).as_deref(), want, "{name} in {base}");
        };
        check("charts/web", "values.yaml", Some("charts/web/values.yaml"));
        check("charts/web", "../../env/prod.yaml", Some("env/prod.yaml"));
        check("charts/web", "/env/prod.yaml", Some("env/prod.yaml"));
        check("charts/web", "../../../etc/passwd", None);
        check("", "./a//b", Some("a/b"));
    }
}
