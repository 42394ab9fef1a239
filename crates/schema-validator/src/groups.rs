//! Groups that boon leaves out.
//!
//! Where only one alternative of `allOf`, `anyOf` or `oneOf` has a finding, boon reports that finding
//! alone; the Go library always puts it below the group. Which groups there were shows in the path from
//! the schema of the finding above to its own.

/// A group between two findings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What the Go library says of it.
    pub(crate) message: &'static str,
    /// How many tokens deeper than the finding above the group's value lies.
    pub(crate) depth: usize,
}

/// The groups on the way from the schema `above` to the schema `own`, outermost first. Schemas of
/// different resources have none between them.
pub(crate) fn between(above: &str, own: &str) -> Vec<Group> {
    let above = above.trim_end_matches('#');
    let Some(path) = own.strip_prefix(above) else {
        return Vec::new();
    };
    let path = path.trim_start_matches('#');
    if !path.starts_with('/') {
        return Vec::new();
    }
    let mut tokens = path[1..].split('/').peekable();
    let (mut groups, mut depth) = (Vec::new(), 0);
    while let Some(keyword) = tokens.next() {
        match keyword {
            "allOf" | "anyOf" | "oneOf" => {
                tokens.next();
                let message = match keyword {
                    "allOf" => "'allOf' failed",
                    "anyOf" => "'anyOf' failed",
                    _ => "'oneOf' failed, none matched",
                };
                groups.push(Group { message, depth });
            }
            "properties" | "patternProperties" | "prefixItems" => {
                tokens.next();
                depth += 1;
            }
            "items" => {
                // A list of schemas, before 2020-12.
                if tokens
                    .peek()
                    .is_some_and(|next| next.bytes().all(|b| b.is_ascii_digit()))
                {
                    tokens.next();
                }
                depth += 1;
            }
            "additionalProperties"
            | "unevaluatedProperties"
            | "additionalItems"
            | "unevaluatedItems"
            | "contains" => depth += 1,
            "dependentSchemas" | "dependencies" | "$defs" | "definitions" => {
                tokens.next();
            }
            _ => {}
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_in_paths() {
        let all_of = |depth| Group {
            message: "'allOf' failed",
            depth,
        };
        let root = "file:///values.schema.json#";
        let between = |path: &str| between(root, &format!("{root}{path}"));
        assert_eq!(between(""), []);
        assert_eq!(between("/properties/allOf/not"), []);
        assert_eq!(between("/properties/v/allOf/1"), [all_of(1)]);
        assert_eq!(
            between("/allOf/0/items/3/allOf/1/properties/a"),
            [all_of(0), all_of(1)]
        );
        assert_eq!(super::between("x:a#/allOf/0", "x:b#/allOf/0"), []);
    }
}
