//! Variables of Tekton: `$(params.name)`, `$(tasks.name.results.name)`.

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable<'t> {
    /// A parameter; of an array or an object with the part that is taken.
    Param(&'t str),
    /// A parameter of the TriggerTemplate.
    TemplateParam(&'t str),
    Workspace(&'t str),
    /// A task of the Pipeline, and its result if it is one.
    Task(&'t str, Option<&'t str>),
}

/// The variables in a text.
pub(super) fn variables(text: &str) -> impl Iterator<Item = Variable<'_>> {
    let starts = text.match_indices("$(");
    starts.filter_map(|(at, start)| {
        let inner = &text[at + start.len()..];
        variable(&inner[..inner.find(')')?])
    })
}

fn variable(inner: &str) -> Option<Variable<'_>> {
    if let Some(name) = name_of(inner, "tt.params") {
        return Some(Variable::TemplateParam(name));
    }
    if let Some(name) = name_of(inner, "params") {
        return Some(Variable::Param(name));
    }
    if let Some(rest) = inner.strip_prefix("workspaces.") {
        return Some(Variable::Workspace(rest.split('.').next()?));
    }
    let (task, rest) = inner.strip_prefix("tasks.")?.split_once('.')?;
    let result = name_of(rest, "results");
    Some(Variable::Task(task, result))
}

/// The name behind a prefix: `.name`, `["name"]` or `['name']`.
fn name_of<'t>(inner: &'t str, prefix: &str) -> Option<&'t str> {
    let rest = inner.strip_prefix(prefix)?;
    if let Some(name) = rest.strip_prefix('.') {
        return Some(name.split('[').next().unwrap_or(name));
    }
    let quoted = rest.strip_prefix('[')?.split(']').next()?;
    Some(quoted.trim_matches(['"', '\'']))
}

/// Whether a name is declared; what follows a dot may be a part of an object.
pub(super) fn is_declared<'n>(name: &str, mut declared: impl Iterator<Item = &'n str>) -> bool {
    declared.any(|known| {
        let rest = name.strip_prefix(known);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_texts() {
        let read = |text| variables(text).collect::<Vec<_>>();
        assert_eq!(
            read("$(params.url):$(params[\"a.b\"])"),
            [Variable::Param("url"), Variable::Param("a.b")]
        );
        assert_eq!(read("$(params.list[*])"), [Variable::Param("list")]);
        assert_eq!(
            read("$(tt.params.revision)"),
            [Variable::TemplateParam("revision")]
        );
        assert_eq!(
            read("$(workspaces.source.path)"),
            [Variable::Workspace("source")]
        );
        assert_eq!(
            read("$(tasks.build.results.digest) $(tasks.build.status)"),
            [
                Variable::Task("build", Some("digest")),
                Variable::Task("build", None)
            ]
        );
        assert_eq!(read("$(context.run.name) $(date)"), []);
    }
}
