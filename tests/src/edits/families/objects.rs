//! Objects that come, go, are renamed, come twice, or lie elsewhere.

use super::Row;
use crate::edits::draft::Layout;
use crate::edits::{Order, Style};

pub(super) const RENAMES: &[Row] = &[
    Row("a suffix", "shop", |d| {
        d.at("Deployment/web").rename("web-eu");
    }),
    Row("a suffix and an image", "shop", |d| {
        d.at("Deployment/web").rename("web-eu").text(
            "spec.template.spec.containers[web].image",
            "registry.example.com/shop/web:2.4.0",
        );
    }),
    Row("a prefix and a port", "shop", |d| {
        d.at("Service/web")
            .rename("shop-web")
            .set("spec.ports[80].targetPort", "8080");
    }),
    Row("a hash", "config", |d| {
        d.at("ConfigMap/tools-env-8d4f7b6c9k")
            .rename("tools-env-2k5h8m4t7f");
        d.at("DaemonSet/agent").text(
            "spec.template.spec.containers[agent].envFrom[0].configMapRef.name",
            "tools-env-2k5h8m4t7f",
        );
    }),
    Row("a hash and a value", "config", |d| {
        d.at("ConfigMap/tools-env-8d4f7b6c9k")
            .rename("tools-env-2k5h8m4t7f")
            .text("data.PAGER", "most");
        d.at("DaemonSet/agent").text(
            "spec.template.spec.containers[agent].envFrom[0].configMapRef.name",
            "tools-env-2k5h8m4t7f",
        );
    }),
    Row("a hash and a script", "store", |d| {
        let init = d
            .at("ConfigMap/db-init-4f9c2b7d11")
            .rename("db-init-90aa1c3e5f");
        init.replace(
            "data[20-grants.sql]",
            "grant select on",
            "grant select, insert on",
        );
        d.at("StatefulSet/db").text(
            "spec.template.spec.volumes[init].configMap.name",
            "db-init-90aa1c3e5f",
        );
    }),
    Row("the version in the name of a Job", "store", |d| {
        let job = d.at("Job/db-migrate-v12").rename("db-migrate-v13");
        let job = job.text(
            "spec.template.spec.containers[migrate].image",
            "registry.example.com/store/migrate:13",
        );
        job.text("spec.template.spec.containers[migrate].args[1]", "--to=13");
    }),
    Row("another namespace", "shop", |d| {
        d.at("Ingress/web").text("metadata.namespace", "shop-eu");
    }),
    Row("another namespace and name", "platform", |d| {
        d.at("PrometheusRule/web")
            .text("metadata.namespace", "monitoring")
            .rename("shop-web");
    }),
    Row("several objects at once", "shop", |d| {
        d.at("Service/web").rename("web-canary");
        d.at("Deployment/web")
            .rename("web-canary")
            .set("spec.replicas", "1");
        d.at("HorizontalPodAutoscaler/web")
            .rename("web-canary")
            .text("spec.scaleTargetRef.name", "web-canary");
    }),
    Row("one of a kind among many", "config", |d| {
        d.at("ConfigMap/prometheus")
            .rename("prometheus-server")
            .set("data[prometheus.yml].global.scrape_interval", "15s");
    }),
    Row("cluster-wide objects", "cluster", |d| {
        d.at("ClusterRole/shop-operator")
            .rename("main-shop-operator");
        d.at("ClusterRoleBinding/shop-operator")
            .rename("main-shop-operator")
            .text("roleRef.name", "main-shop-operator");
    }),
    Row("a Secret", "shop", |d| {
        d.at("Secret/web-credentials")
            .rename("web-credentials-v2")
            .text("data.password", "aHVudGVyMi1hZnRlci0x");
    }),
    Row("and a stranger of the same kind", "store", |d| {
        d.at("Job/db-migrate-v12").rename("db-migrate-v13");
        d.create(
            "{apiVersion: batch/v1, kind: Job, metadata: {name: seed, namespace: store}, spec: {completions: 5, template: \
             {spec: {serviceAccountName: seeder, containers: [{name: seed, image: 'registry.example.com/seed:1'}]}}}}",
        );
    }),
];

pub(super) const OBJECTS: &[Row] = &[
    Row("one is added", "shop", |d| {
        d.create("{apiVersion: v1, kind: Service, metadata: {name: admin, namespace: shop}, spec: {ports: [{port: 1}]}}");
    }),
    Row("one is removed", "shop", |d| {
        d.at("PodDisruptionBudget/web").delete();
    }),
    Row("the first is removed", "cluster", |d| {
        d.at("Namespace/shop").delete();
    }),
    Row("one becomes another kind", "shop", |d| {
        d.at("Ingress/web").delete();
        d.create(
            "{apiVersion: route.openshift.io/v1, kind: Route, metadata: {name: web, namespace: shop}, \
             spec: {host: shop.example.com, to: {kind: Service, name: web}}}",
        );
    }),
    Row("a Deployment becomes a StatefulSet", "config", |d| {
        d.at("DaemonSet/agent").delete();
        d.create(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: agent, namespace: tools}, \
             spec: {replicas: 2, selector: {matchLabels: {app: agent}}}}",
        );
    }),
    Row("a kind of another group", "shop", |d| {
        d.create(
            "{apiVersion: projectcontour.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {a: 1}}",
        );
    }),
    Row("the same name in another namespace", "shop", |d| {
        d.create(
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop-eu}}",
        );
    }),
    Row("a Secret is added", "shop", |d| {
        d.create(
            "{apiVersion: v1, kind: Secret, metadata: {name: extra, namespace: shop}, \
             data: {key: bmV3LWFmdGVyLXNlY3JldA==}, stringData: {other: plain-after-8812}}",
        );
    }),
    Row("a Secret is removed", "store", |d| {
        d.at("Secret/db-superuser").delete();
    }),
    Row("several come and go", "platform", |d| {
        d.at("Route/web").delete();
        d.at("Task/run-tests").delete();
        d.create("{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: lint, namespace: ci}, spec: {steps: [{name: a}]}}");
        d.create(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh}, data: {app.yaml: 'a: 1'}}",
        );
    }),
    Row("one without a namespace", "cluster", |d| {
        d.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: loose}, data: {a: b}}");
    }),
    Row("one with a namespace of its own", "cluster", |d| {
        d.create("{apiVersion: v1, kind: Namespace, metadata: {name: shop-eu}}");
        d.at("Namespace/shop").text(
            "metadata.labels[pod-security.kubernetes.io/enforce]",
            "baseline",
        );
    }),
];

const TWIN: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: twin, namespace: shop}, data: {a: '1', b: x}}";

pub(super) const DUPLICATES: &[Row] = &[
    Row("the same", "shop", |d| {
        d.at("Service/web").repeat();
    }),
    Row("the same, and another edit", "shop", |d| {
        d.at("Service/web").repeat();
        d.at("Deployment/web").set("spec.replicas", "4");
    }),
    Row("one of them is edited", "shop", |d| {
        d.given(TWIN);
        d.given(&TWIN.replace("b: x", "b: w, c: z"));
        d.at("ConfigMap/twin").text("data.c", "zz");
    }),
    Row("in another order", "shop", |d| {
        d.given(TWIN);
        d.given(&TWIN.replace("b: x", "b: w"));
        d.styles[1] = Style {
            documents: Order::Reversed,
            ..Style::default()
        };
    }),
    Row("one of them goes", "shop", |d| {
        d.given(TWIN);
        d.given(&TWIN.replace("b: x", "b: w"));
        d.at("ConfigMap/twin").delete();
    }),
    Row("one more comes", "shop", |d| {
        d.given(TWIN);
        d.create(&TWIN.replace("b: x", "b: w"));
    }),
];

pub(super) const FILES: &[Row] = &[
    Row("a List", "shop", |d| {
        d.layouts[1] = Layout::List;
    }),
    Row("a List on both sides", "shop", |d| {
        d.layouts = [Layout::List; 2];
        d.at("Deployment/web").set("spec.replicas", "4");
    }),
    Row("a List becomes documents", "store", |d| {
        d.layouts[0] = Layout::List;
        d.at("StatefulSet/db").set("spec.replicas", "5");
        d.at("Job/db-migrate-v12").delete();
    }),
    Row("a List in another order", "cluster", |d| {
        d.layouts = [Layout::List; 2];
        d.styles[1] = Style {
            keys: Order::Reversed,
            ..Style::default()
        };
        d.at("Shop/main").set("spec.replicas", "3");
    }),
    Row("a folder of one document a file", "shop", |d| {
        d.layouts = [Layout::Folder(1); 2];
    }),
    Row("a folder that is split otherwise", "shop", |d| {
        d.layouts = [Layout::Folder(1), Layout::Folder(4)];
        d.at("Deployment/web").set("spec.replicas", "4");
    }),
    Row("a folder in another order", "store", |d| {
        d.layouts = [Layout::Folder(2), Layout::Folder(3)];
        d.styles[1] = Style {
            documents: Order::Reversed,
            ..Style::default()
        };
        d.at("CronJob/backup").text("spec.schedule", "0 5 * * *");
    }),
    Row("a folder becomes a file", "platform", |d| {
        d.layouts = [Layout::Folder(2), Layout::File];
        d.at("Route/web").text("spec.host", "shop.apps.example.org");
    }),
    Row("a file becomes a folder", "cluster", |d| {
        d.layouts = [Layout::File, Layout::Folder(3)];
        d.at("StorageClass/fast").text("parameters.iops", "6000");
    }),
    Row("a folder loses an object", "config", |d| {
        d.layouts = [Layout::Folder(1); 2];
        d.at("DaemonSet/agent").delete();
    }),
];
