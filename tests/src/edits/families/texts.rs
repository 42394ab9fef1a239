//! Strings: data within them, scripts, quantities, secrets.

use super::Row;
use crate::edits::{Order, Quotes, Style};

pub(super) const EMBEDDED: &[Row] = &[
    Row("a port in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .set("data[app.yaml].server.port", "9000");
    }),
    Row("a float in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .set("data[app.yaml].server.ratio", "0.5");
    }),
    Row("a type in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .text("data[app.yaml].server.port", "8080");
    }),
    Row("a key is added in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .add("data[app.yaml].server.http2", "true");
    }),
    Row("a map is added in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .add("data[app.yaml].cache", "{size: 10, ttl: 1m}");
    }),
    Row("a key is removed in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .remove("data[app.yaml].server.tls");
    }),
    Row("a list in YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .add("data[app.yaml].server.hosts[2]", "m.shop.example.com");
    }),
    Row("a value in JSON", "shop", |d| {
        d.at("ConfigMap/web-config")
            .set("data[client.json].retries", "5");
    }),
    Row("a list in JSON", "shop", |d| {
        d.at("ConfigMap/web-config")
            .text("data[client.json].paths[1]", "/checkout");
    }),
    Row("a header in JSON", "shop", |d| {
        d.at("ConfigMap/web-config")
            .add("data[client.json].headers.X-Shop", "web");
    }),
    Row("JSON of a variable", "shop", |d| {
        d.at("Deployment/web").set(
            "spec.template.spec.containers[web].env[FEATURES].value.limit",
            "20",
        );
    }),
    Row("a list in JSON of a variable", "shop", |d| {
        d.at("Deployment/web").add(
            "spec.template.spec.containers[web].env[FEATURES].value.beta[2]",
            "c",
        );
    }),
    Row("Helm values of an Application", "platform", |d| {
        d.at("Application/shop")
            .text("spec.source.helm.values.resources.limits.memory", "2Gi");
    }),
    Row("a variable in Helm values", "platform", |d| {
        d.at("Application/shop").text(
            "spec.source.helm.values.extraEnv[TZ].value",
            "Europe/Berlin",
        );
    }),
    Row("a variable is added in Helm values", "platform", |d| {
        d.at("Application/shop").add(
            "spec.source.helm.values.extraEnv[DEBUG]",
            "{name: DEBUG, value: '1'}",
        );
    }),
    Row("YAML in YAML", "platform", |d| {
        d.at("Application/shop")
            .set("spec.source.helm.values.configYaml.server.workers", "8");
    }),
    Row("a list in YAML in YAML", "platform", |d| {
        d.at("Application/shop")
            .remove("spec.source.helm.values.configYaml.tags[1]");
    }),
    Row("YAML in YAML of a ConfigMap", "config", |d| {
        d.at("ConfigMap/nested").set(
            "data[values.yaml].chart[config.yaml].logging.level",
            "debug",
        );
    }),
    Row("a key in YAML in YAML", "config", |d| {
        d.at("ConfigMap/nested").add(
            "data[values.yaml].chart[config.yaml].users[bob].roles[1]",
            "ops",
        );
    }),
    Row("JSON in YAML", "config", |d| {
        d.at("ConfigMap/nested")
            .text("data[values.yaml].chart.settings.theme", "light");
    }),
    Row("compact JSON", "config", |d| {
        d.at("ConfigMap/nested")
            .set("data[compact.json].a.b[y].v", "3");
    }),
    Row("the title of a panel", "config", |d| {
        d.at("ConfigMap/dashboards")
            .text("data[shop.json].panels[1].title", "All errors");
    }),
    Row("the query of a panel", "config", |d| {
        d.at("ConfigMap/dashboards").text(
            "data[shop.json].panels[0].targets[0].expr",
            "sum(rate(http_requests_total[10m]))",
        );
    }),
    Row("a panel is added", "config", |d| {
        d.at("ConfigMap/dashboards").add(
            "data[shop.json].panels[2]",
            "{type: gauge, title: Load, gridPos: {h: 4, w: 4, x: 0, y: 8}, targets: [{expr: load1}]}",
        );
    }),
    Row("a variable of a dashboard", "config", |d| {
        d.at("ConfigMap/dashboards")
            .text("data[shop.json].templating.list[pod].type", "custom");
    }),
    Row("a scrape job", "config", |d| {
        d.at("ConfigMap/prometheus").text(
            "data[prometheus.yml].scrape_configs[1].static_configs[0].targets[0]",
            "web:9091",
        );
    }),
    Row("a list at the root", "config", |d| {
        d.at("ConfigMap/prometheus")
            .text("data[rules.yaml][1].for", "15m");
    }),
    Row("an item of a list at the root", "config", |d| {
        d.at("ConfigMap/prometheus").add(
            "data[rules.yaml][2]",
            "{alert: Gone, expr: 'absent(up)', for: 1m}",
        );
    }),
    Row("a file of YAML is added", "config", |d| {
        d.at("ConfigMap/prometheus")
            .add("data[more.yaml]", "\"a: 1\\nb: 2\\n\"");
    }),
    Row("a file of YAML is removed", "config", |d| {
        d.at("ConfigMap/prometheus").remove("data[rules.yaml]");
    }),
    Row("YAML that breaks", "config", |d| {
        d.at("ConfigMap/prometheus")
            .text("data[rules.yaml]", "- alert: [Down\n  expr: up == 0\n");
    }),
    Row("YAML that becomes text", "config", |d| {
        d.at("ConfigMap/prometheus")
            .text("data[rules.yaml]", "none any more\nsince today\n");
    }),
    Row("JSON that becomes YAML", "shop", |d| {
        d.at("ConfigMap/web-config")
            .restyle("data[client.json]", Style::default())
            .set("data[client.json].retries", "4");
    }),
];

const FLOW: Style = Style {
    flow: true,
    ..PLAIN
};
const PLAIN: Style = Style {
    keys: Order::Kept,
    documents: Order::Kept,
    quotes: Quotes::Needed,
    flow: false,
    json: false,
    comments: false,
    anchors: false,
    crlf: false,
    wide: false,
    quoted_text: false,
    empty_documents: false,
};

pub(super) const REFORMATTED: &[Row] = &[
    Row("flow", "shop", |d| {
        d.at("ConfigMap/web-config").restyle("data[app.yaml]", FLOW);
    }),
    Row("the order of keys", "shop", |d| {
        d.at("ConfigMap/web-config").restyle(
            "data[app.yaml]",
            Style {
                keys: Order::Reversed,
                ..PLAIN
            },
        );
    }),
    Row("comments", "shop", |d| {
        d.at("ConfigMap/web-config").restyle(
            "data[app.yaml]",
            Style {
                comments: true,
                ..PLAIN
            },
        );
    }),
    Row("quotes", "platform", |d| {
        d.at("Application/shop").restyle(
            "spec.source.helm.values",
            Style {
                quotes: Quotes::Double,
                ..PLAIN
            },
        );
    }),
    Row("indentation", "platform", |d| {
        d.at("Application/shop").restyle(
            "spec.source.helm.values",
            Style {
                wide: true,
                ..PLAIN
            },
        );
    }),
    Row("YAML in YAML", "platform", |d| {
        let quoted = Style {
            quoted_text: true,
            keys: Order::Reversed,
            ..PLAIN
        };
        d.at("Application/shop")
            .restyle(
                "spec.source.helm.values.configYaml",
                Style {
                    keys: Order::Reversed,
                    ..FLOW
                },
            )
            .restyle("spec.source.helm.values", quoted);
    }),
    Row("JSON on one line", "config", |d| {
        d.at("ConfigMap/dashboards").restyle(
            "data[shop.json]",
            Style {
                json: true,
                ..PLAIN
            },
        );
    }),
    Row("JSON as YAML", "config", |d| {
        d.at("ConfigMap/dashboards")
            .restyle("data[shop.json]", FLOW);
    }),
    Row("YAML as JSON", "config", |d| {
        d.at("ConfigMap/prometheus").restyle(
            "data[prometheus.yml]",
            Style {
                json: true,
                ..PLAIN
            },
        );
    }),
    Row("keys of JSON", "config", |d| {
        let style = Style {
            json: true,
            keys: Order::Reversed,
            ..PLAIN
        };
        d.at("ConfigMap/nested")
            .restyle("data[compact.json]", style);
    }),
    Row("a list at the root", "config", |d| {
        d.at("ConfigMap/prometheus").restyle(
            "data[rules.yaml]",
            Style {
                comments: true,
                keys: Order::Rotated,
                ..PLAIN
            },
        );
    }),
    Row("an equal number", "shop", |d| {
        d.at("ConfigMap/web-config")
            .respell("data[app.yaml].server.port", "8080.0");
    }),
    Row("flow and an edit", "shop", |d| {
        let config = d
            .at("ConfigMap/web-config")
            .set("data[app.yaml].server.tls", "true");
        config.restyle(
            "data[app.yaml]",
            Style {
                keys: Order::Reversed,
                ..FLOW
            },
        );
    }),
    Row("anchors", "shop", |d| {
        d.at("ConfigMap/web-config").restyle(
            "data[app.yaml]",
            Style {
                anchors: true,
                wide: true,
                ..PLAIN
            },
        );
    }),
];

pub(super) const TEXTS: &[Row] = &[
    Row("a line of a script", "shop", |d| {
        d.at("ConfigMap/web-config")
            .replace("data[start.sh]", "sleep 1", "sleep 5");
    }),
    Row("a line is added to a script", "shop", |d| {
        d.at("ConfigMap/web-config")
            .replace("data[start.sh]", "set -eu\n", "set -eu\ncd /app\n");
    }),
    Row("a line is removed from a script", "shop", |d| {
        d.at("ConfigMap/web-config")
            .replace("data[start.sh]", "set -eu\n", "");
    }),
    Row("indentation of a script", "shop", |d| {
        d.at("ConfigMap/web-config")
            .replace("data[start.sh]", "  sleep", "    sleep");
    }),
    Row("a property", "shop", |d| {
        d.at("ConfigMap/web-config")
            .replace("data[app.properties]", "pool=20", "pool=40");
    }),
    Row("a comment of properties", "shop", |d| {
        d.at("ConfigMap/web-config").replace(
            "data[app.properties]",
            "# the cache",
            "# the shop's cache",
        );
    }),
    Row("HCL", "config", |d| {
        d.at("ConfigMap/vault")
            .replace("data[vault.hcl]", "tls_disable = 1", "tls_disable = 0");
    }),
    Row("HCL of a policy", "config", |d| {
        d.at("ConfigMap/vault")
            .replace("data[policy.hcl]", "\"read\", \"list\"", "\"read\"");
    }),
    Row("a server's configuration", "config", |d| {
        d.at("ConfigMap/vault")
            .replace("data[nginx.conf]", "listen 80;", "listen 8080;");
    }),
    Row("an ini file", "config", |d| {
        d.at("ConfigMap/vault")
            .replace("data[app.ini]", "port = 8080", "port = 9090");
    }),
    Row("XML", "config", |d| {
        d.at("ConfigMap/vault")
            .replace("data[logback.xml]", "INFO", "DEBUG");
    }),
    Row("SQL", "store", |d| {
        d.at("ConfigMap/db-init-4f9c2b7d11").replace(
            "data[10-schema.sql]",
            "label text",
            "label varchar(80)",
        );
    }),
    Row("a template", "config", |d| {
        d.at("ConfigMap/prometheus").replace(
            "data[alertmanager.tmpl]",
            ".Status",
            ".Status | toUpper",
        );
    }),
    Row("text with colons", "shop", |d| {
        d.at("Ingress/web").replace(
            "metadata.annotations[nginx.ingress.kubernetes.io/configuration-snippet]",
            "X-Shop: web",
            "X-Shop: web-eu",
        );
    }),
    Row("a script of a step", "platform", |d| {
        d.at("Task/run-tests")
            .replace("spec.steps[unit].script", "-race", "-race -count=1");
    }),
    Row("a script in a command", "store", |d| {
        d.at("StatefulSet/db").replace(
            "spec.template.spec.containers[postgres].command[2]",
            "=200",
            "=400",
        );
    }),
    Row("a query of many lines", "platform", |d| {
        d.at("PrometheusRule/web")
            .replace("spec.groups[availability].rules[1].expr", "> 1", "> 2");
    }),
    Row("a file of text is added", "config", |d| {
        d.at("ConfigMap/vault")
            .add("data[extra.hcl]", "\"disable_mlock = true\\n\"");
    }),
    Row("text of many lines becomes one", "shop", |d| {
        d.at("ConfigMap/web-config")
            .text("data[start.sh]", "exec true");
    }),
];

pub(super) const QUANTITIES: &[Row] = &[
    Row("cores of a limit", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[web].resources.limits.cpu",
            "1",
        );
    }),
    Row("cores of a request", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[web].resources.requests.cpu",
            "0.25",
        );
    }),
    Row("a string of cores", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[proxy].resources.limits.cpu",
            "2",
        );
    }),
    Row("binary memory", "shop", |d| {
        let web = d.at("Deployment/web").respell(
            "spec.template.spec.containers[web].resources.limits.memory",
            "1024Mi",
        );
        web.respell(
            "spec.template.spec.containers[web].resources.requests.memory",
            "0.5Gi",
        );
    }),
    Row("decimal memory", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[web].resources.limits.ephemeral-storage",
            "2000M",
        );
    }),
    Row("bytes", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[proxy].resources.limits.memory",
            "134217728",
        );
    }),
    Row("an exponent", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[web].resources.limits.ephemeral-storage",
            "2e9",
        );
    }),
    Row("the size of a volume", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.volumes[tmp].emptyDir.sizeLimit",
            "0.5Gi",
        );
    }),
    Row("storage of a claim", "store", |d| {
        d.at("PersistentVolumeClaim/backups")
            .respell("spec.resources.requests.storage", "102400Mi");
    }),
    Row("storage of a template", "store", |d| {
        d.at("StatefulSet/db").respell(
            "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
            "20480Mi",
        );
    }),
    Row("a quota", "store", |d| {
        let quota = d
            .at("ResourceQuota/store")
            .respell("spec.hard[requests.cpu]", "8000m");
        quota
            .respell("spec.hard[requests.memory]", "32768Mi")
            .respell("spec.hard.pods", "40");
    }),
    Row("limits of a range", "store", |d| {
        let range = d
            .at("LimitRange/store")
            .respell("spec.limits[0].default.cpu", "0.5");
        range.respell("spec.limits[0].defaultRequest.cpu", "0.1");
    }),
    Row("an average value", "shop", |d| {
        d.at("HorizontalPodAutoscaler/web")
            .respell("spec.metrics[1].pods.target.averageValue", "1000");
    }),
    Row("a divisor", "shop", |d| {
        d.at("Deployment/web").respell(
            "spec.template.spec.containers[web].env[CPU_LIMIT].valueFrom.resourceFieldRef.divisor",
            "0.001",
        );
    }),
    Row("resources of a custom resource", "cluster", |d| {
        let shop = d
            .at("Shop/main")
            .respell("spec.resources.limits.cpu", "1000m");
        shop.respell("spec.resources.limits.memory", "1048576Ki");
    }),
    Row("decimal is not binary", "shop", |d| {
        d.at("Deployment/web").set(
            "spec.template.spec.containers[web].resources.limits.memory",
            "1G",
        );
    }),
    Row("more cores", "shop", |d| {
        d.at("Deployment/web").set(
            "spec.template.spec.containers[web].resources.limits.cpu",
            "1001m",
        );
    }),
    Row("a quota that grows", "store", |d| {
        d.at("ResourceQuota/store")
            .text("spec.hard[requests.cpu]", "9");
    }),
    Row("an annotation is no quantity", "shop", |d| {
        d.at("Deployment/web")
            .text("metadata.annotations[example.com/budget]", "1");
    }),
    Row("data is no quantity", "shop", |d| {
        d.at("ConfigMap/web-config")
            .text("data.MAX_UPLOAD", "65536Ki");
    }),
    Row("a variable is no quantity", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.containers[web].env[DB_PORT].value",
            "5432.0",
        );
    }),
    Row("a duration is no quantity", "platform", |d| {
        d.at("Certificate/shop").text("spec.duration", "129600m");
    }),
];

pub(super) const SECRETS: &[Row] = &[
    Row("a value of data", "shop", |d| {
        d.at("Secret/web-credentials")
            .text("data.password", "aHVudGVyMi1hZnRlci0y");
    }),
    Row("a value of stringData", "shop", |d| {
        d.at("Secret/web-credentials")
            .text("stringData.token", "tok-after-99");
    }),
    Row("a key is added", "shop", |d| {
        d.at("Secret/web-credentials")
            .add("data.key", "a2V5LWFmdGVyLTc3");
    }),
    Row("a key is removed", "shop", |d| {
        d.at("Secret/web-credentials").remove("stringData.token");
    }),
    Row("YAML in stringData", "shop", |d| {
        let text = "db:\n  password: inner-after-78\n  pool: 5\n";
        d.at("Secret/web-credentials")
            .text("stringData[config.yaml]", text);
    }),
    Row("YAML in stringData becomes text", "shop", |d| {
        d.at("Secret/web-credentials")
            .text("stringData[config.yaml]", "only-after-words here\n");
    }),
    Row("a type", "shop", |d| {
        d.at("Secret/web-credentials")
            .text("type", "kubernetes.io/basic-auth");
    }),
    Row("stringData goes", "store", |d| {
        d.at("Secret/db-superuser").remove("stringData");
    }),
    Row("data comes", "store", |d| {
        d.at("Secret/db-superuser")
            .add("data", "{token: dG9rZW4tYWZ0ZXItNQ==}");
    }),
    Row("what was applied last", "store", |d| {
        let annotation = "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration].stringData.password";
        d.at("Secret/db-superuser")
            .text(annotation, "applied-after-32")
            .text("stringData.password", "super-after-9d");
    }),
    Row("in a List", "store", |d| {
        d.layouts = [crate::edits::draft::Layout::List; 2];
        d.at("Secret/db-superuser")
            .text("stringData.password", "super-after-10");
    }),
    Row("a value that is a number", "shop", |d| {
        d.at("Secret/web-credentials")
            .set("stringData.token", "5550199123");
    }),
];
