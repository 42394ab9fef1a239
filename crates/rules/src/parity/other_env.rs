//! PAR-03.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_config::Config;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use regex::Regex;

use crate::context::{Check, Context, Subject};
use crate::fields::each_text;
use crate::hosts::{is_in_comment, is_searched};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-03",
    statement: "Nothing in an environment is called after another one",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A namespace, a domain, a role or a values file of another environment in what this one renders means that a default \
won or an overlay was copied: the object talks to the other environment, or to nobody.

The rule knows the names of the others from the configuration (`namespace`, `domain`) and from what is rendered: a \
name with the environment's own in it (`web-prod`, the Vault role `gitops-prod`, `values-prod.yaml`) has a counterpart \
in each other environment (`gitops-local`). It looks for them in every text of every object, in scripts and embedded \
configuration too. They count as whole names only: an environment called `local` makes nothing of `localhost`, of \
`svc.cluster.local` or of `local-path`. Comments of scripts do not count, nor what a script only searches for, nor a \
name that stands within one of the environment's own.

Names that the whole cluster shares give no counterparts (an issuer `letsencrypt-prod` is used anywhere). Left to other \
rules are the destinations of Applications (ENV-06), `metadata.namespace` (PAR-06), and hosts that `forbid` names \
(PAR-04). Of an Application that is rendered, what it hands to its chart shows in the chart's objects; an \
ApplicationSet is not looked at.

A repository whose configuration declares a single environment is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Where a name of an environment stands in a longer name.
const HOLE: &str = "\0";

/// A name of another environment.
struct Token {
    text: String,
    env: String,
    what: &'static str,
}

/// What is looked for.
struct Wanted<'t> {
    /// Finds out at once that a text, as nearly all, has none of them.
    any: Option<Regex>,
    tokens: &'t [Token],
    /// Names that belong to the environment although another one's is in them.
    kept: &'t BTreeSet<String>,
}

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let own = context.environment.name.as_str();
    if context.settings.is_none() || context.config.envs.iter().count() < 2 {
        return check.undeclared("the configuration declares no other environment");
    }
    let kept = own_names(context.config, own);
    let mut tokens = declared(context.config, own);
    tokens.extend(counterparts(check.all, context.config, own));
    tokens.retain(|token| !kept.contains(&token.text));
    // The longest first: it says more.
    tokens.sort_by(|a, b| {
        b.text
            .len()
            .cmp(&a.text.len())
            .then_with(|| a.text.cmp(&b.text))
    });
    tokens.dedup_by(|a, b| a.text == b.text);
    let texts: Vec<String> = tokens
        .iter()
        .map(|token| regex::escape(&token.text))
        .collect();
    let wanted = Wanted {
        any: Regex::new(&texts.join("|")).ok(),
        tokens: &tokens,
        kept: &kept,
    };
    let mut found = Vec::new();
    if !tokens.is_empty() {
        for subject in context.subjects() {
            if is_looked_at(subject) {
                look(context, subject, &wanted, &mut found);
            }
        }
    }
    for finding in found {
        check.report(finding);
    }
}

/// Definitions hold examples, and an ApplicationSet may list every environment.
fn is_looked_at(subject: &Subject<'_>) -> bool {
    let id = &subject.object.identity;
    let kind = (id.group.as_str(), id.kind.as_str());
    kind.0 != "apiextensions.k8s.io" && kind != ("argoproj.io", "ApplicationSet")
}

/// What the environment is called by itself.
fn own_names(config: &Config, own: &str) -> BTreeSet<String> {
    let settings = config.envs.get(own);
    let facts = settings.into_iter().flat_map(|env| {
        let facts = env.namespace.iter().chain(&env.domain);
        facts.chain(&env.public_domains)
    });
    let facts = facts.map(|fact| fact.value.trim_start_matches("*.").to_owned());
    facts.chain([own.to_owned()]).collect()
}

/// Namespaces and domains of the others, as the configuration declares them.
fn declared(config: &Config, own: &str) -> Vec<Token> {
    let others = config.envs.iter().filter(|(name, _)| name.value != own);
    let tokens = others.flat_map(|(name, env)| {
        let facts = [("namespace", &env.namespace), ("domain", &env.domain)];
        facts.into_iter().filter_map(move |(what, fact)| {
            let text = fact.as_ref()?.value.trim_start_matches("*.").to_owned();
            // A mere word is called so by others too.
            text.contains(['-', '.']).then(|| Token {
                text,
                env: name.value.clone(),
                what,
            })
        })
    });
    tokens.collect()
}

/// The names of the others that correspond to names with an environment in them. One that only other environments
/// have must be in two of them: else nothing shows that it follows the environment.
fn counterparts(all: &[Context<'_>], config: &Config, own: &str) -> Vec<Token> {
    let mut patterns: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for context in all {
        let env = context.environment.name.as_str();
        for name in names(context) {
            if let Some(pattern) = pattern(&name, env) {
                patterns.entry(pattern).or_default().insert(env);
            }
        }
    }
    patterns.retain(|_, envs| envs.contains(own) || envs.len() > 1);
    let others = config.envs.iter().filter(|(name, _)| name.value != own);
    let tokens = others.flat_map(|(name, _)| {
        patterns.keys().map(|pattern| Token {
            text: pattern.replace(HOLE, &name.value),
            env: name.value.clone(),
            what: "name",
        })
    });
    tokens.collect()
}

/// A name with a hole in the place of the environment's, which stands at its end: in front it is a word.
fn pattern(name: &str, env: &str) -> Option<String> {
    let stem = name
        .strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"));
    let rest = stem.unwrap_or(name).strip_suffix(env)?;
    let ends = rest.len() > 1 && rest.ends_with(['-', '_']);
    ends.then(|| format!("{rest}{HOLE}{}", &name[stem.unwrap_or(name).len()..]))
}

/// Names that are an environment's own, not the cluster's: of Applications, objects in namespaces, Namespaces, roles in
/// Vault, values files.
fn names(context: &Context<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for app in &context.environment.apps {
        names.insert(app.name.clone());
        let sources = app
            .application
            .iter()
            .flat_map(|application| &application.sources);
        let files = sources
            .flat_map(|source| &source.helm)
            .flat_map(|helm| &helm.value_files);
        names.extend(files.map(|file| file.rsplit('/').next().unwrap_or(file).to_owned()));
    }
    for subject in context.subjects() {
        let id = &subject.object.identity;
        let is_namespace = id.group.is_empty() && id.kind == "Namespace";
        if (is_namespace || !id.namespace.is_empty()) && id.group != "cert-manager.io" {
            names.insert(id.name.clone());
        }
    }
    let auths = context.of_kind("secrets.hashicorp.com", "VaultAuth");
    names.extend(auths.map(|auth| auth.text("spec.kubernetes.role").to_owned()));
    names
}

fn look(
    context: &Context<'_>,
    subject: &Subject<'_>,
    wanted: &Wanted<'_>,
    found: &mut Vec<Finding>,
) {
    let is_app = subject.object.identity.group == "argoproj.io"
        && subject.object.identity.kind == "Application";
    let is_input = is_app && !context.is_final(subject);
    each_text(subject.data(), &mut |steps, text| {
        let has_none = wanted.any.as_ref().is_some_and(|any| !any.is_match(text));
        if has_none || is_left_to_others(steps, is_app, is_input) {
            return;
        }
        // What a longer name holds is not said again.
        let mut said: Vec<(usize, usize)> = Vec::new();
        for token in wanted.tokens {
            let Some(at) = occurrence(text, token, wanted.kept, &said) else {
                continue;
            };
            said.push((at, at + token.text.len()));
            if context.settings.is_some_and(|env| {
                env.forbid
                    .iter()
                    .any(|glob| glob.value.matches(host_around(text, at, token.text.len())))
            }) {
                continue;
            }
            let message = match token.what {
                "name" => format!("{} is a name of {}", token.text, token.env),
                what => format!("{} is the {what} of {}", token.text, token.env),
            };
            let env = &context.environment.name;
            let finding = Finding::new(subject, FieldPath(steps.to_vec()), message)
                .evidence(&token.text)
                .hint(format!(
                    "derive it from what {env} declares, or set it in the values of {env}"
                ));
            found.push(finding);
        }
    });
}

fn is_left_to_others(steps: &[Step], is_app: bool, is_input: bool) -> bool {
    let key = |at: usize| match steps.get(at) {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    let is_files = steps
        .iter()
        .any(|step| matches!(step, Step::Key(key) if key == "valueFiles"));
    key(0) == "metadata" && key(1) == "namespace"
        || is_app && key(0) == "spec" && key(1) == "destination"
        || is_input && key(0) == "spec" && key(1).starts_with("source") && !is_files
}

/// The first place where a name stands for itself.
fn occurrence(
    text: &str,
    token: &Token,
    kept: &BTreeSet<String>,
    said: &[(usize, usize)],
) -> Option<usize> {
    let length = token.text.len();
    let mut places = text.match_indices(token.text.as_str()).map(|(at, _)| at);
    places.find(|&at| {
        let (start, end) = (at, at + length);
        let is_within = said.iter().any(|(from, to)| *from <= start && end <= *to);
        let is_own = kept.iter().any(|own| {
            let mut owned = text.match_indices(own.as_str());
            owned.any(|(from, _)| from <= start && end <= from + own.len())
        });
        is_whole(text, start, end, token.what)
            && !is_within
            && !is_own
            && !is_in_comment(text, start)
            && !is_searched(text, start, end)
    })
}

/// Whether no longer name goes on around it. Below a domain there are hosts.
fn is_whole(text: &str, start: usize, end: usize, what: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let before = text[..start].chars().next_back();
    let mut after = text[end..].chars();
    let next = after.next();
    let goes_on = next == Some('.') && after.next().is_some_and(|c| c.is_ascii_alphanumeric());
    !(before.is_some_and(is_name) || next.is_some_and(is_name) || what == "domain" && goes_on)
}

/// The host that holds a place.
fn host_around(text: &str, at: usize, length: usize) -> &str {
    let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let start = text[..at]
        .rfind(|c| !is_host(c))
        .map_or(0, |before| before + 1);
    let rest = &text[at + length..];
    let end = rest.find(|c| !is_host(c)).unwrap_or(rest.len());
    text.get(start..at + length + end).unwrap_or_default()
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A namespace in a script, a domain, and a role of another environment",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs:
  prod: {namespace: shop-prod, domain: apps.example.com}
  local: {namespace: shop-local, domain: apps-crc.testing}
-- all.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader-prod}
---
apiVersion: batch/v1
kind: Job
metadata: {name: seed}
spec:
  template:
    spec:
      containers:
        - name: seed
          args:
            - |
              # Not shop-local, but:
              set -e
              vault write auth/kubernetes/role/x policies=reader-local #~ reader-local is a name of local
              oc -n shop-local get pods #~ shop-local is the namespace of local
              curl https://shop.apps-crc.testing/ #~ apps-crc.testing is the domain of local
"#,
    },
    Example {
        title: "Its own names",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs:
  prod: {namespace: shop-prod, domain: apps.example.com}
  local: {namespace: shop-local, domain: apps-crc.testing}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {api: "http://shop.{{ .Release.Namespace }}.svc:8080"}
"#,
    },
    Example {
        title: "Words that an environment is called by, longer names, an issuer, a comment, a pattern of sed",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs:
  prod: {namespace: shop-prod, domain: apps.example.com}
  local: {namespace: shop-local, domain: example.com}
-- all.yaml --
# Was in shop-local once.
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  host: shop.apps.svc.cluster.local
  class: local-path
  other: my-shop-locality, shop-local-2, localhost
  run.sh: |
    # Was in shop-local once.
    sed "s|shop-local|$NAMESPACE|" in > out
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec: {issuerRef: {kind: ClusterIssuer, name: letsencrypt-local}}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt-prod}
"#,
    },
    Example {
        title: "There is one environment",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {namespace: shop-prod}}
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {namespace: shop-local}
"#,
    },
];
