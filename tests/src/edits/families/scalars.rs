//! Values that become other values, also of another type or shape.

use super::Row;

const POD: &str = "spec.template.spec";

pub(super) const SCALARS: &[Row] = &[
    Row("an int", "shop", |d| {
        d.at("Deployment/web").set("spec.replicas", "5");
    }),
    Row("an int that becomes 0", "shop", |d| {
        d.at("Deployment/web").set("spec.replicas", "0");
    }),
    Row("a large int", "cluster", |d| {
        d.at("PriorityClass/shop-critical").set("value", "2000000");
    }),
    Row("a negative int", "shop", |d| {
        d.at("Deployment/web")
            .set("spec.revisionHistoryLimit", "-1");
    }),
    Row("a float", "cluster", |d| {
        d.at("Shop/main").set("spec.weight", "1.25");
    }),
    Row("a bool", "shop", |d| {
        d.at("ServiceAccount/web")
            .set("automountServiceAccountToken", "true");
    }),
    Row("a bool of a CronJob", "store", |d| {
        d.at("CronJob/backup").set("spec.suspend", "true");
    }),
    Row("an image", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.containers[web].image",
            "registry.example.com/shop/web:2.4.0",
        );
    }),
    Row("a percentage", "shop", |d| {
        d.at("Deployment/web")
            .text("spec.strategy.rollingUpdate.maxSurge", "50%");
    }),
    Row("a schedule", "store", |d| {
        d.at("CronJob/backup").text("spec.schedule", "0 4 * * *");
    }),
    Row("a duration", "platform", |d| {
        d.at("Certificate/shop").text("spec.renewBefore", "720h");
    }),
    Row("a duration that lasts as long", "platform", |d| {
        d.at("Route/web").text(
            "metadata.annotations[haproxy.router.openshift.io/timeout]",
            "1m",
        );
    }),
    Row("an empty string", "config", |d| {
        d.at("ConfigMap/nested").text("data.plain", "");
    }),
    Row("from an empty string", "config", |d| {
        d.at("ConfigMap/nested").text("data.empty", "full");
    }),
    Row("only the case", "shop", |d| {
        d.at("ConfigMap/web-config").text("data.LOG_LEVEL", "INFO");
    }),
    Row("a blank at the end", "config", |d| {
        d.at("ConfigMap/nested")
            .text("data.plain", "just some words ");
    }),
    Row("Unicode", "config", |d| {
        d.at("ConfigMap/nested")
            .text("data.plain", "bloß ein paar Wörter \u{1f6a2}");
    }),
    Row("a label everywhere", "shop", |d| {
        d.at("ConfigMap/web-config")
            .text("metadata.labels[app.kubernetes.io/version]", "2.3.2");
        d.at("Deployment/web")
            .text("metadata.labels[app.kubernetes.io/version]", "2.3.2");
    }),
    Row("an API version", "shop", |d| {
        d.at("HorizontalPodAutoscaler/web")
            .text("apiVersion", "autoscaling/v2beta2");
    }),
    Row("a host", "platform", |d| {
        d.at("Route/web").text("spec.host", "shop.apps.example.org");
    }),
    Row("a checksum", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.metadata.annotations.checksum/config",
            "77aa0d3a9be2",
        );
    }),
    Row("binary data", "config", |d| {
        d.at("ConfigMap/vault")
            .text("binaryData[logo.png]", "iVBORw0KGgoBBBBB");
    }),
    Row("a pattern", "cluster", |d| {
        d.at("CustomResourceDefinition/shops.example.com").text(
            "spec.versions[v1].schema.openAPIV3Schema.properties.spec.properties.domain.pattern",
            "^[a-z0-9.]+$",
        );
    }),
];

pub(super) const TYPES: &[Row] = &[
    Row("a number as a string", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.containers[web].readinessProbe.httpGet.port",
            "8080",
        );
    }),
    Row("a string as a number", "shop", |d| {
        d.at("Deployment/web").set(
            "spec.template.spec.containers[web].env[DB_PORT].value",
            "5432",
        );
    }),
    Row("a bool as a string", "shop", |d| {
        d.at("ServiceAccount/web")
            .text("automountServiceAccountToken", "false");
    }),
    Row("a string as a bool", "shop", |d| {
        d.at("Deployment/web").set(
            "spec.template.metadata.annotations[prometheus.io/scrape]",
            "true",
        );
    }),
    Row("a number as a name", "shop", |d| {
        d.at("Service/web")
            .text("spec.ports[9090].targetPort", "metrics");
    }),
    Row("a name as a number", "shop", |d| {
        d.at("Service/web").set("spec.ports[80].targetPort", "8080");
    }),
    Row("data as a number", "config", |d| {
        d.at("ConfigMap/nested").set("data.number", "42");
    }),
    Row("another null", "cluster", |d| {
        d.at("Shop/main").respell("spec.options.note", "~");
    }),
    Row("the string null", "config", |d| {
        d.at("ConfigMap/nested").text("data.plain", "null");
    }),
    Row("a null that is absent", "cluster", |d| {
        d.at("Shop/main").drop_null("spec.options.note");
    }),
    Row("an absent field that is null", "shop", |d| {
        d.at("Deployment/web")
            .add_null("spec.template.spec.nodeSelector")
            .add_null("spec.paused");
    }),
    Row("a float that is an int", "cluster", |d| {
        d.at("Shop/main").respell("spec.replicas", "2.0");
    }),
    Row("a float with a zero", "cluster", |d| {
        d.at("Shop/main").respell("spec.weight", "1.50");
    }),
    Row("an exponent", "cluster", |d| {
        d.at("PriorityClass/shop-critical")
            .respell("value", "1e+06");
    }),
    Row("an octal mode", "shop", |d| {
        let web = d.at("Deployment/web").respell(
            "spec.template.spec.volumes[config].configMap.defaultMode",
            "0644",
        );
        web.respell(
            "spec.template.spec.volumes[config].configMap.items[1].mode",
            "0755",
        );
    }),
    Row("another octal mode", "shop", |d| {
        d.at("Deployment/web").set(
            "spec.template.spec.volumes[config].configMap.defaultMode",
            "0600",
        );
    }),
    Row("a version that is a number", "platform", |d| {
        d.at("Application/shop")
            .set("spec.source.helm.parameters[image.tag].value", "2.3");
    }),
];

pub(super) const SHAPES: &[Row] = &[
    Row("a map that becomes a list", "cluster", |d| {
        d.at("Shop/main").set("spec.options", "[cache, tracing]");
    }),
    Row("a list that becomes a map", "cluster", |d| {
        d.at("Shop/main").set(
            "spec.stages",
            "{fetch: {timeout: 30}, build: {timeout: 300}}",
        );
    }),
    Row("a scalar that becomes a map", "cluster", |d| {
        d.at("Shop/main").set("spec.size", "{name: medium}");
    }),
    Row("a map that becomes a scalar", "cluster", |d| {
        d.at("Shop/main").set("spec.options.cache", "true");
    }),
    Row("a scalar that becomes a list", "cluster", |d| {
        d.at("Shop/main").set("spec.domain", "[shop.example.com]");
    }),
    Row("a list that becomes a scalar", "cluster", |d| {
        d.at("Shop/main").set("spec.regions[us].zones", "a,b");
    }),
    Row("a map that is emptied", "cluster", |d| {
        d.at("Shop/main")
            .remove("spec.options.cache.enabled")
            .remove("spec.options.cache.ttl");
    }),
    Row("an empty map that becomes a list", "cluster", |d| {
        d.at("Shop/main").set("spec.options.tracing", "[]");
    }),
    Row("an embedded map that becomes a list", "shop", |d| {
        d.at("ConfigMap/web-config")
            .set("data[app.yaml].limits", "[10, 50]");
    }),
    Row("a source of a volume", "shop", |d| {
        let web = d
            .at("Deployment/web")
            .remove("spec.template.spec.volumes[data].persistentVolumeClaim");
        web.add("spec.template.spec.volumes[data].emptyDir", "{}");
    }),
];

pub(super) const KEYS: &[Row] = &[
    Row("a key is added", "shop", |d| {
        d.at("Deployment/web").add("spec.minReadySeconds", "10");
    }),
    Row("a key is removed", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.progressDeadlineSeconds");
    }),
    Row("a map is added", "shop", |d| {
        d.at("Deployment/web").add(
            "spec.template.spec.securityContext",
            "{runAsUser: 1000, fsGroup: 1000}",
        );
    }),
    Row("a map is removed", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.containers[web].securityContext");
    }),
    Row("an empty map is added", "shop", |d| {
        d.at("Deployment/web")
            .add("spec.template.spec.nodeSelector", "{}");
    }),
    Row("an empty map is removed", "cluster", |d| {
        d.at("Shop/main").remove("spec.options.tracing");
    }),
    Row("an empty list is added", "cluster", |d| {
        d.at("Shop/main").add("spec.extra", "[]");
    }),
    Row("an empty string is added", "config", |d| {
        d.at("ConfigMap/nested").add("data.other", "\"\"");
    }),
    Row("annotations are added", "store", |d| {
        d.at("StatefulSet/db")
            .add("metadata.annotations", "{a.b/c: x, d: y}");
    }),
    Row("an annotation with dots", "shop", |d| {
        d.at("Deployment/web")
            .add("metadata.annotations[example.com/pager]", "\"on\"");
    }),
    Row("a label goes", "shop", |d| {
        d.at("Service/web")
            .remove("metadata.labels[app.kubernetes.io/name]");
    }),
    Row("a list is added", "store", |d| {
        d.at("StatefulSet/db")
            .add("spec.template.spec.tolerations", "[{operator: Exists}]");
    }),
    Row("a list is removed", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.hostAliases");
    }),
    Row("a key moves up", "cluster", |d| {
        d.at("Shop/main").shift("spec.options.cache", "spec.cache");
    }),
    Row("a key moves down", "cluster", |d| {
        d.at("Shop/main")
            .shift("spec.weight", "spec.options.weight");
    }),
    Row("a key is renamed", "config", |d| {
        d.at("ConfigMap/vault")
            .shift("data[app.ini]", "data[server.ini]");
    }),
    Row("a probe moves to another", "shop", |d| {
        d.at("Deployment/web").shift(
            "spec.template.spec.containers[web].livenessProbe.httpGet",
            "spec.template.spec.containers[web].livenessProbe.exec",
        );
    }),
    Row("data moves to binaryData", "config", |d| {
        d.at("ConfigMap/nested")
            .remove("data.plain")
            .add("binaryData", "{plain: anVzdCBzb21l}");
    }),
    Row("a field of a CRD", "cluster", |d| {
        d.at("CustomResourceDefinition/shops.example.com").add(
            "spec.versions[v1].schema.openAPIV3Schema.properties.spec.properties.owner",
            "{type: string, maxLength: 63}",
        );
    }),
    Row("a status of a CRD", "cluster", |d| {
        d.at("CustomResourceDefinition/shops.example.com")
            .add("spec.versions[v1].subresources", "{status: {}}");
    }),
    Row("a deep field", "shop", |d| {
        let path =
            format!("{POD}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution");
        d.at("Deployment/web").add(
            &path,
            "[{weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}]",
        );
    }),
];
