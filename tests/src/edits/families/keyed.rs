//! Items of lists with a key: each list in the same ways.

use super::Pair;
use crate::edits::Draft;

/// A list whose items are told apart by a key: base, object, list, an item that is there, a field of it with another
/// value, and an item to add with its key.
struct Keyed {
    base: &'static str,
    object: &'static str,
    list: &'static str,
    item: &'static str,
    field: (&'static str, &'static str),
    added: (&'static str, &'static str),
}

const fn keyed(
    [base, object, list, item]: [&'static str; 4],
    field: (&'static str, &'static str),
    added: (&'static str, &'static str),
) -> Keyed {
    Keyed {
        base,
        object,
        list,
        item,
        field,
        added,
    }
}

const KEYED: &[Keyed] = &[
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.containers",
            "proxy",
        ],
        ("image", "registry.example.com/infra/proxy:1.20.0"),
        (
            "sidecar",
            "{name: sidecar, image: 'registry.example.com/infra/side:1'}",
        ),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.containers[web].ports",
            "9090",
        ],
        ("name", "prometheus"),
        ("8081", "{name: admin, containerPort: 8081}"),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.containers[web].env",
            "DB_HOST",
        ],
        ("value", "db.internal"),
        ("TZ", "{name: TZ, value: UTC}"),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.containers[web].volumeMounts",
            "/etc/web",
        ],
        ("readOnly", "false"),
        ("/cache", "{name: tmp, mountPath: /cache, subPath: cache}"),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.containers[web].volumeDevices",
            "/dev/xvdb",
        ],
        ("name", "raw"),
        ("/dev/xvdc", "{name: third, devicePath: /dev/xvdc}"),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.volumes",
            "raw",
        ],
        ("persistentVolumeClaim.claimName", "web-raw-2"),
        (
            "secrets",
            "{name: secrets, secret: {secretName: web-credentials}}",
        ),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.hostAliases",
            "10.1.0.20",
        ],
        ("hostnames[0]", "redis.internal"),
        ("10.1.0.40", "{ip: 10.1.0.40, hostnames: [mail.internal]}"),
    ),
    keyed(
        [
            "shop",
            "Deployment/web",
            "spec.template.spec.topologySpreadConstraints",
            "topology.kubernetes.io/zone",
        ],
        ("maxSkew", "1"),
        (
            "example.com/rack",
            "{topologyKey: example.com/rack, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}",
        ),
    ),
    keyed(
        ["shop", "Service/web", "spec.ports", "80"],
        ("targetPort", "8080"),
        ("8443", "{name: https, port: 8443, targetPort: https}"),
    ),
    keyed(
        [
            "platform",
            "Application/shop",
            "spec.source.helm.parameters",
            "image.tag",
        ],
        ("value", "2.4.0"),
        ("debug", "{name: debug, value: 'false'}"),
    ),
    keyed(
        ["platform", "Pipeline/build", "spec.params", "revision"],
        ("default", "develop"),
        ("target", "{name: target, type: string}"),
    ),
    keyed(
        ["platform", "Pipeline/build", "spec.tasks", "test"],
        ("timeout", "30m"),
        (
            "lint",
            "{name: lint, taskRef: {name: lint}, runAfter: [clone]}",
        ),
    ),
    keyed(
        [
            "cluster",
            "CustomResourceDefinition/shops.example.com",
            "spec.versions",
            "v1alpha1",
        ],
        ("served", "false"),
        (
            "v2",
            "{name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}",
        ),
    ),
    keyed(
        [
            "cluster",
            "ValidatingWebhookConfiguration/shop-operator",
            "webhooks",
            "quota.shops.example.com",
        ],
        ("failurePolicy", "Fail"),
        (
            "late.shops.example.com",
            "{name: late.shops.example.com, sideEffects: None}",
        ),
    ),
    keyed(
        [
            "cluster",
            "ClusterRoleBinding/shop-operator",
            "subjects",
            "operators",
        ],
        ("kind", "User"),
        (
            "admins",
            "{kind: Group, name: admins, apiGroup: rbac.authorization.k8s.io}",
        ),
    ),
    keyed(
        ["cluster", "Shop/main", "spec.regions", "us"],
        ("quotas[cpu].value", "6"),
        ("ap", "{name: ap, zones: [a]}"),
    ),
    keyed(
        [
            "platform",
            "PrometheusRule/web",
            "spec.groups",
            "saturation",
        ],
        ("rules[0].record", "'web:requests:rate10m'"),
        (
            "errors",
            "{name: errors, rules: [{record: 'web:errors', expr: '1'}]}",
        ),
    ),
    keyed(
        [
            "shop",
            "ConfigMap/web-config",
            "data[app.yaml].features",
            "reviews",
        ],
        ("enabled", "true"),
        ("gifts", "{name: gifts, enabled: true}"),
    ),
];

/// Each list of [`KEYED`]: changed, added at the end and at the beginning, removed, reordered, and reordered while
/// one item changes, comes and goes.
pub(super) fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for list in KEYED {
        let at = |key: &str| format!("{}[{key}]", list.list);
        let field = format!("{}.{}", at(list.item), list.field.0);
        let added = at(list.added.0);
        let mut pair = |what: &str, edit: &dyn Fn(&mut Draft)| {
            let mut draft = Draft::of(list.base);
            edit(&mut draft);
            pairs.push(Pair::of(
                "keyed lists",
                &format!("{} {what}", list.list),
                &draft,
            ));
        };
        pair("changed", &|d| {
            d.at(list.object).set(&field, list.field.1);
        });
        pair("added", &|d| {
            d.at(list.object).add(&added, list.added.1);
        });
        pair("added first", &|d| {
            d.at(list.object).add_first(&added, list.added.1);
        });
        pair("removed", &|d| {
            d.at(list.object).remove(&at(list.item));
        });
        pair("reordered", &|d| {
            d.at(list.object).reorder(list.list);
        });
        pair("all at once", &|d| {
            d.at(list.object)
                .set(&field, list.field.1)
                .add_first(&added, list.added.1)
                .reorder(list.list);
        });
        pair("replaced", &|d| {
            d.at(list.object)
                .remove(&at(list.item))
                .add_first(&added, list.added.1);
        });
    }
    pairs
}
