//! The platform does what its plan for prod asks for: each task's "done when", on what the environments render to.

#![expect(
    clippy::disallowed_methods,
    reason = "tests that read this repository and change copies of it"
)]

mod platform;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use evenkeel_gitops::{App, Environment};
use evenkeel_project::{Project, outputs};
use evenkeel_tests::platform::{copy, errors, root};
use evenkeel_value::Data;
use platform::{app, at, items, object, of_kind, render, render_with, text, visit};

/// Task 1: where the environment runs is written in its element, and arrives in every Application.
#[test]
fn prods_element_carries_what_is_declared() {
    let project = Project::open(&root());
    let prod = render(&project, "prod");
    let set = object(
        app(&prod, "argocd-apps"),
        "ApplicationSet",
        "bitiq-umbrella-by-env",
    );
    let elements = items(&set, "spec.generators.0.list.elements");
    let declared = project.config.envs.get("prod").expect("prod is declared");
    let text_of = |declared: &Option<evenkeel_yaml::Spanned<String>>| {
        declared.as_ref().expect("it is declared").value.clone()
    };
    assert_eq!(elements.len(), 1);
    assert_eq!(text(elements[0], "name"), "prod");
    assert_eq!(
        text(elements[0], "appNamespace"),
        text_of(&declared.namespace)
    );
    assert_eq!(text(elements[0], "baseDomain"), text_of(&declared.domain));
    // `fsGroup: unset` leaves it to the range of the namespace.
    assert_eq!(at(elements[0], "tektonFsGroup"), Some(&Data::str("")));
    let server = text(elements[0], "clusterServer");
    assert_eq!(server, "https://kubernetes.default.svc");
    let applications = prod.apps.iter().filter(|app| app.application.is_some());
    for app in applications {
        assert_eq!(app.destination.server, server, "{}", app.name);
    }
}

/// Task 2: prod has its own Vault, with a role and a policy of its own.
#[test]
fn prods_vault_has_a_role_and_a_policy_of_its_own() {
    let project = Project::open(&root());
    let prod = render(&project, "prod");
    let declared = project.config.envs.get("prod").expect("prod is declared");
    let address = &declared
        .vault
        .as_ref()
        .expect("prod has a Vault")
        .address
        .value;
    let config = app(&prod, "vault-config-prod");
    object(config, "Policy", "gitops-prod");
    let role = object(config, "KubernetesAuthEngineRole", "gitops-prod");
    assert_eq!(items(&role, "spec.policies"), [&Data::str("gitops-prod")]);
    for object in &config.objects {
        let data = object.data();
        if at(&data, "spec.connection").is_some() {
            assert_eq!(text(&data, "spec.connection.address"), address);
        }
    }
    let runtime = app(&prod, "vault-runtime-prod");
    let connections = of_kind(runtime, "VaultConnection");
    assert!(!connections.is_empty());
    for connection in connections {
        assert_eq!(text(&connection.data(), "spec.address"), address);
    }
    for auth in of_kind(runtime, "VaultAuth") {
        assert_eq!(text(&auth.data(), "spec.kubernetes.role"), "gitops-prod");
    }
}

/// Task 4: another domain moves every host and nothing else.
#[test]
fn a_domain_moves_hosts_and_nothing_else() {
    let project = Project::open(&root());
    let before = render(&project, "prod");
    let after = render_with(&project, "prod", "baseDomainOverride: x.example");
    assert_eq!(errors(&after), [""; 0]);
    let hosts = hosts(&after);
    assert!(hosts.contains(&("svc-api.x.example".to_owned(), String::new())));
    assert!(hosts.contains(&("svc-web.x.example".to_owned(), "/echo".to_owned())));
    for (host, _) in &hosts {
        assert!(host.ends_with(".x.example"), "{host}");
    }
    // Checksums follow what they are sums of.
    let lines = |environment: &Environment| -> Vec<String> {
        let texts = outputs(environment).into_iter();
        let texts = texts.map(|(_, text)| String::from_utf8(text).expect("text"));
        let lines: Vec<String> = texts
            .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let others = lines.into_iter().filter(|line| !line.contains("checksum/"));
        others.collect()
    };
    let moved: Vec<String> = lines(&before)
        .iter()
        .map(|line| line.replace("apps.prod.example", "x.example"))
        .collect();
    assert_eq!(moved, lines(&after));
}

/// Task 4: without a domain nothing is rendered to a wrong place.
#[test]
fn a_missing_domain_is_asked_for() {
    let project = Project::open(&root());
    let prod = render_with(&project, "prod", "baseDomainOverride: ''");
    let errors = errors(&prod);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("set baseDomainOverride"),
        "{}",
        errors[0]
    );
    assert_eq!(prod.apps.len(), 1);
}

/// Hosts and paths of all Routes and Ingresses.
fn hosts(environment: &Environment) -> BTreeSet<(String, String)> {
    let mut hosts = BTreeSet::new();
    for app in &environment.apps {
        for route in of_kind(app, "Route") {
            let route = route.data();
            // A Route without a host gets one from the cluster.
            if at(&route, "spec.host").is_some() {
                let [host, path] = ["spec.host", "spec.path"].map(|at| text(&route, at).to_owned());
                hosts.insert((host, path));
            }
        }
        for ingress in of_kind(app, "Ingress") {
            for rule in items(&ingress.data(), "spec.rules") {
                hosts.insert((text(rule, "host").to_owned(), String::new()));
            }
        }
    }
    hosts
}

/// Task 5: what local runs, prod runs with an overlay of its own, or somebody said why not.
#[test]
fn every_app_of_local_is_in_prod_or_off_with_a_reason() {
    assert_eq!(unaccounted(&root()), [""; 0]);
}

#[test]
fn a_missing_overlay_is_noticed() {
    let copy = copy();
    fs::remove_file(copy.path().join("charts/strfry/values-prod.yaml")).expect("it was there");
    let found = unaccounted(copy.path());
    assert_eq!(
        found,
        ["strfry: the value file charts/strfry/values-prod.yaml does not exist"]
    );
}

#[test]
fn a_missing_reason_is_noticed() {
    let copy = copy();
    let path = copy.path().join("evenkeel.yaml");
    let config = fs::read_to_string(&path).expect("it was copied");
    let is_entry = |line: &&str| line.contains("env: prod, app: ollama");
    let shorter: Vec<&str> = config.lines().filter(|line| !is_entry(line)).collect();
    assert_eq!(shorter.len() + 1, config.lines().count());
    fs::write(&path, shorter.join("\n")).expect("it can be written");
    assert_eq!(
        unaccounted(copy.path()),
        ["ollama: off in prod without a reason"]
    );
}

/// The apps of local that prod neither runs with an overlay nor leaves out with a reason, each with what is missing.
fn unaccounted(repository: &Path) -> Vec<String> {
    let project = Project::open(repository);
    let (local, prod) = (render(&project, "local"), render(&project, "prod"));
    let mut missing = Vec::new();
    for there in local.apps.iter().filter(|app| app.application.is_some()) {
        let Some(name) = there.name.strip_suffix("-local") else {
            continue;
        };
        let here = prod
            .apps
            .iter()
            .find(|app| app.name == format!("{name}-prod"));
        let problem = match here {
            Some(here) => overlay_problem(there, here),
            None => {
                (!has_reason(&project, name)).then(|| "off in prod without a reason".to_owned())
            }
        };
        missing.extend(problem.map(|problem| format!("{name}: {problem}")));
    }
    missing
}

fn has_reason(project: &Project, app: &str) -> bool {
    project.config.parity.off.iter().any(|off| {
        let off = &off.value;
        off.env.value == "prod" && off.app.value == app && !off.reason.value.trim().is_empty()
    })
}

fn overlay_problem(there: &App, here: &App) -> Option<String> {
    if let Some(error) = here.diagnostics.first() {
        return Some(error.message.clone());
    }
    let has = |app: &App, file: &str| {
        let sources = app
            .application
            .iter()
            .flat_map(|application| &application.sources);
        let mut files =
            sources.flat_map(|source| source.helm.iter().flat_map(|helm| &helm.value_files));
        files.any(|known| known == file)
    };
    let lost = has(there, "values-local.yaml") && !has(here, "values-prod.yaml");
    lost.then(|| "no overlay for prod".to_owned())
}

/// Task 6: operators follow the channels that they are pinned to.
#[test]
fn channels_equal_the_pins() {
    let project = Project::open(&root());
    let pins: BTreeMap<String, String> = project
        .config
        .pins
        .iter()
        .map(|(name, channel)| (name.value.clone(), channel.value.clone()))
        .collect();
    for env in ["local", "prod"] {
        let environment = render(&project, env);
        let subscriptions = environment
            .apps
            .iter()
            .flat_map(|app| of_kind(app, "Subscription"));
        let channels: BTreeMap<String, String> = subscriptions
            .map(|subscription| {
                let data = subscription.data();
                let [name, channel] =
                    ["spec.name", "spec.channel"].map(|at| text(&data, at).to_owned());
                (name, channel)
            })
            .collect();
        assert_eq!(channels, pins, "{env}");
    }
}

/// Task 7: pipelines of prod run with their own rights, credentials and addresses.
#[test]
fn prods_pipelines_depend_on_nothing_of_local() {
    let prod = render(&Project::open(&root()), "prod");
    let pipelines = app(&prod, "ci-pipelines-prod");
    for object in &pipelines.objects {
        visit(&object.data(), &mut |data| {
            assert_eq!(at(data, "fsGroup"), None, "{}", object.identity.name);
            let text = data.as_str().unwrap_or_default();
            for local in [
                "localhost",
                "127.0.0.1",
                ".testing",
                "vault-dev",
                "bitiq-local",
            ] {
                assert!(!text.contains(local), "{}: {text}", object.identity.name);
            }
        });
    }
    let account = object(pipelines, "ServiceAccount", "pipeline");
    // For mounting at the account; for pulling in the runs, where it replaces nobody's list.
    let names_quay = |list: Vec<&Data>| {
        list.iter()
            .any(|secret| text(secret, "name") == "quay-auth")
    };
    assert!(names_quay(items(&account, "secrets")));
    for template in of_kind(pipelines, "TriggerTemplate") {
        let pod = "spec.resourcetemplates.0.spec.taskRunTemplate.podTemplate.imagePullSecrets";
        assert!(
            names_quay(items(&template.data(), pod)),
            "{}",
            template.identity.name
        );
    }
    let delivered: BTreeSet<String> =
        of_kind(app(&prod, "vault-runtime-prod"), "VaultStaticSecret")
            .into_iter()
            .filter(|secret| secret.identity.namespace == "openshift-pipelines")
            .map(|secret| text(&secret.data(), "spec.destination.name").to_owned())
            .collect();
    let needed = ["github-webhook-secret", "gitops-repo-creds", "quay-auth"];
    assert_eq!(delivered, needed.map(str::to_owned).into());
}

/// Task 7: a group that an environment asks for reaches the pods, and no other environment's.
#[test]
fn a_group_comes_from_the_environments_own_element() {
    let project = Project::open(&root());
    let values = "envs: [{name: prod, clusterServer: https://kubernetes.default.svc, appNamespace: bitiq-prod, \
                  baseDomain: '', tektonFsGroup: '1000700000'}]";
    let prod = render_with(&project, "prod", values);
    let mut groups = BTreeSet::new();
    for object in &app(&prod, "ci-pipelines-prod").objects {
        visit(&object.data(), &mut |data| {
            groups.extend(at(data, "fsGroup").map(|group| format!("{group:?}")));
        });
    }
    assert_eq!(
        groups,
        [format!("{:?}", Data::Float(1_000_700_000.0))].into()
    );
}

/// Task 8: the version of the whole is composed of the tags that each environment runs.
#[test]
fn the_version_is_composed_of_the_tags() {
    let charts = root().join("charts");
    let umbrella = platform::yaml_file(&charts.join("bitiq-umbrella/Chart.yaml"));
    for env in ["local", "sno", "prod"] {
        let mut parts = Vec::new();
        for entry in fs::read_dir(&charts).expect("charts are there") {
            let chart = entry.expect("a chart").path();
            let about = platform::yaml_file(&chart.join("Chart.yaml"));
            let annotation =
                at(&about, "annotations").and_then(|all| all.get("bitiq.io/appversion"));
            if annotation.and_then(Data::as_str) == Some("true") {
                let values = platform::yaml_file(&chart.join(format!("values-{env}.yaml")));
                visit(&values, &mut |data| parts.extend(image_part(data)));
            }
        }
        parts.sort();
        let composite: Vec<String> = parts
            .into_iter()
            .map(|(name, tag)| format!("{name}-{tag}"))
            .collect();
        assert_eq!(composite.len(), 4, "{env}");
        assert_eq!(composite.join("_"), text(&umbrella, "appVersion"), "{env}");
    }
}

/// The last part of a repository and the tag beside it.
fn image_part(data: &Data) -> Option<(String, String)> {
    let (repository, tag) = (
        data.get("repository")?.as_str()?,
        data.get("tag")?.as_str()?,
    );
    assert!(conforms(tag), "{tag}");
    let name = repository.rsplit('/').next().unwrap_or(repository);
    Some((name.to_owned(), tag.to_owned()))
}

/// Whether a tag is `v<semver>-commit.g<sha>`.
fn conforms(tag: &str) -> bool {
    let Some((version, commit)) = tag
        .strip_prefix('v')
        .and_then(|rest| rest.split_once("-commit.g"))
    else {
        return false;
    };
    let numbers: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    numbers.len() == 3
        && numbers.iter().all(is_number)
        && commit.len() >= 7
        && commit.bytes().all(is_hex)
}
