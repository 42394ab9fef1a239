//! What Vault's policies allow.
//!
//! After Vault's documentation of policies: of all paths that fit a request, the most specific one decides (its
//! section "Priority matching"); policies of one login that name the same path add up, and `deny` beats all.

use super::hcl;

/// The rules of one policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Acl {
    rules: Vec<(String, Vec<String>)>,
}

impl Acl {
    /// Reads a policy; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Acl> {
        let blocks = match text.trim_start().starts_with('{') {
            true => json(text)?,
            false => hcl::parse(text)?,
        };
        let paths = blocks.into_iter().filter(|block| block.kind == "path");
        let rules = paths.map(|block| {
            let mut capabilities = Vec::new();
            for (name, texts) in block.attributes {
                match name.as_str() {
                    "capabilities" => capabilities.extend(texts),
                    "policy" => {
                        let words = texts.iter().flat_map(|text| older(text));
                        capabilities.extend(words.map(|word| (*word).to_owned()));
                    }
                    _ => {}
                }
            }
            (block.label.trim_start_matches('/').to_owned(), capabilities)
        });
        Some(Acl {
            rules: rules.collect(),
        })
    }

    /// The path that it names first.
    pub(crate) fn first_path(&self) -> Option<&str> {
        self.rules.first().map(|(path, _)| path.as_str())
    }
}

/// Whether a login with several policies may do something at a path. Paths with templates (`{{identity…}}`) are taken
/// to fit: only Vault knows.
pub(crate) fn allows(policies: &[&Acl], capability: &str, path: &str) -> bool {
    let rules = || policies.iter().flat_map(|acl| &acl.rules);
    let fitting = || rules().filter(|(pattern, _)| fits(pattern, path));
    let Some((best, _)) = fitting().max_by(|(a, _), (b, _)| specific(a).cmp(&specific(b))) else {
        return false;
    };
    let of_best = fitting().filter(|(pattern, _)| pattern == best);
    let capabilities: Vec<&str> = of_best.flat_map(|(_, c)| c).map(String::as_str).collect();
    !capabilities.contains(&"deny") && (capabilities.contains(&capability) || best.contains("{{"))
}

/// `*` at the end is any rest, `+` one segment.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, open) = match pattern.strip_suffix('*') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = path.split('/');
    let mut wanted = pattern.split('/').peekable();
    while let Some(want) = wanted.next() {
        let Some(part) = parts.next() else {
            return false;
        };
        let last = open && wanted.peek().is_none();
        let fits = match want {
            "+" => true,
            want if want.contains("{{") => true,
            want if last => part.starts_with(want),
            want => part == want,
        };
        if !fits {
            return false;
        }
        if last {
            return true;
        }
    }
    parts.next().is_none()
}

/// What makes a pattern win over another: a later wildcard, no `*`, fewer `+`, more letters.
fn specific(pattern: &str) -> (usize, bool, std::cmp::Reverse<usize>, usize, &str) {
    let open = pattern.ends_with('*');
    let first = pattern.find('+').or(open.then(|| pattern.len() - 1));
    let pluses = pattern.split('/').filter(|part| *part == "+").count();
    (
        first.unwrap_or(usize::MAX),
        !open,
        std::cmp::Reverse(pluses),
        pattern.len(),
        pattern,
    )
}

/// What the older key `policy` stands for.
fn older(policy: &str) -> &'static [&'static str] {
    match policy {
        "read" => &["read", "list"],
        "write" | "sudo" => &["create", "read", "update", "delete", "list"],
        _ => &["deny"],
    }
}

/// `{"path": {"a": {"capabilities": [...]}}}`.
fn json(text: &str) -> Option<Vec<hcl::Block>> {
    use evenkeel_value::Data;
    let whole = evenkeel_yaml::decode(text.as_bytes(), evenkeel_diagnostics::FileId::NONE).ok()?;
    let Data::Map(paths) = whole.get("path")? else {
        return None;
    };
    let strings = |data: &Data| match data {
        Data::List(items) => {
            let items = items.iter().filter_map(|item| item.value.as_str());
            items.map(str::to_owned).collect()
        }
        data => data.as_str().map(str::to_owned).into_iter().collect(),
    };
    let block = |entry: &evenkeel_value::DataEntry| hcl::Block {
        kind: "path".to_owned(),
        label: String::from_utf8_lossy(&entry.key).into_owned(),
        attributes: ["capabilities", "policy"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), strings(entry.value.get(name)?))))
            .collect(),
    };
    Some(paths.iter().map(block).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(policies: &[&str], path: &str, want: bool) {
        let policies: Vec<Acl> = policies
            .iter()
            .map(|text| Acl::parse(text).expect("a policy"))
            .collect();
        let policies: Vec<&Acl> = policies.iter().collect();
        assert_eq!(allows(&policies, "read", path), want, "{path}");
    }

    #[test]
    fn paths() {
        let all = r#"path "kv/data/*" { capabilities = ["read"] }"#;
        check(&[all], "kv/data/a/b", true);
        check(&[all], "kv/metadata/a", false);
        check(&[all], "kv/data", false);
        let part = r#"path "kv/data/app-*" { capabilities = ["read"] }"#;
        check(&[part], "kv/data/app-one/x", true);
        check(&[part], "kv/data/other", false);
        let one = r#"path "kv/data/+/config" { capabilities = ["read"] }"#;
        check(&[one], "kv/data/app/config", true);
        check(&[one], "kv/data/app/sub/config", false);
        let exact = r#"path "kv/data/app" { capabilities = ["list"] }"#;
        check(&[exact], "kv/data/app", false);
        check(&[], "kv/data/app", false);
        let own = r#"path "kv/data/{{identity.entity.name}}/*" { capabilities = ["read"] }"#;
        check(&[own], "kv/data/me/x", true);
    }

    #[test]
    fn the_most_specific_path_decides() {
        let all = r#"path "kv/*" { capabilities = ["read"] }"#;
        let deny = r#"path "kv/data/secret/*" { capabilities = ["deny"] }"#;
        check(&[all, deny], "kv/data/secret/x", false);
        check(&[all, deny], "kv/data/x", true);
        let list = r#"path "kv/data/a" { capabilities = ["list"] }"#;
        let read = r#"path "kv/data/a" { policy = "read" }"#;
        check(&[list], "kv/data/a", false);
        check(&[list, read], "kv/data/a", true);
        check(&[all, list], "kv/data/a", false);
    }

    #[test]
    fn policies_may_be_json() {
        let json = r#"{"path": {"kv/data/*": {"capabilities": ["read"]}}}"#;
        check(&[json], "kv/data/a", true);
        assert_eq!(Acl::parse("nonsense {"), None);
    }
}
