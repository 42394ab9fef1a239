//! Items of lists without a key, of lists whose order counts, and of lists in lists.

use super::Row;

pub(super) const SEQUENCES: &[Row] = &[
    Row("an argument changes", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.containers[web].args[1]",
            "--log-level=debug",
        );
    }),
    Row("an argument is added", "shop", |d| {
        d.at("Deployment/web")
            .add("spec.template.spec.containers[web].args[4]", "--strict");
    }),
    Row("an argument is added first", "shop", |d| {
        d.at("Deployment/web")
            .add("spec.template.spec.containers[web].args[0]", "--strict");
    }),
    Row("an argument is added in between", "shop", |d| {
        d.at("Deployment/web")
            .add("spec.template.spec.containers[web].args[2]", "--strict");
    }),
    Row("an argument is removed", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.containers[web].args[1]");
    }),
    Row("the first argument is removed", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.containers[web].args[0]");
    }),
    Row("arguments are reordered", "shop", |d| {
        d.at("Deployment/web")
            .sequence("spec.template.spec.containers[web].args");
    }),
    Row("the value of an argument of two words", "shop", |d| {
        d.at("Deployment/web")
            .text("spec.template.spec.containers[proxy].args[3]", "9443");
    }),
    Row("two arguments change", "shop", |d| {
        let web = d.at("Deployment/web").text(
            "spec.template.spec.containers[web].args[0]",
            "--listen=:9000",
        );
        web.text(
            "spec.template.spec.containers[web].args[2]",
            "--cache-size=512",
        );
    }),
    Row("a command changes", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.initContainers[migrate].command[1]",
            "down",
        );
    }),
    Row("a command is reordered", "shop", |d| {
        d.at("Deployment/web")
            .sequence("spec.template.spec.initContainers[migrate].command");
    }),
    Row("arguments go altogether", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.containers[web].args");
    }),
    Row("envFrom is reordered", "shop", |d| {
        d.at("Deployment/web")
            .sequence("spec.template.spec.containers[web].envFrom");
    }),
    Row("envFrom gets one more", "shop", |d| {
        d.at("Deployment/web").add(
            "spec.template.spec.containers[web].envFrom[3]",
            "{secretRef: {name: more}}",
        );
    }),
    Row("envFrom loses one", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.containers[web].envFrom[1]");
    }),
    Row("one of envFrom changes", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.containers[web].envFrom[2].configMapRef.name",
            "common",
        );
    }),
    Row("nameservers are reordered", "shop", |d| {
        d.at("Deployment/web")
            .sequence("spec.template.spec.dnsConfig.nameservers");
    }),
    Row("a search domain is added", "shop", |d| {
        d.at("Deployment/web")
            .add("spec.template.spec.dnsConfig.searches[2]", "cluster.local");
    }),
    Row("values files are reordered", "platform", |d| {
        d.at("Application/shop")
            .sequence("spec.source.helm.valueFiles");
    }),
    Row("a values file changes", "platform", |d| {
        d.at("Application/shop")
            .text("spec.source.helm.valueFiles[1]", "values-test.yaml");
    }),
    Row("a values file is removed", "platform", |d| {
        d.at("Application/shop")
            .remove("spec.source.helm.valueFiles[2]");
    }),
    Row("steps are reordered", "platform", |d| {
        d.at("Task/run-tests").sequence("spec.steps");
    }),
    Row("a step is added", "platform", |d| {
        d.at("Task/run-tests").add(
            "spec.steps[lint]",
            "{name: lint, image: 'registry.example.com/ci/go:1.24'}",
        );
    }),
    Row("a step changes", "platform", |d| {
        d.at("Task/run-tests")
            .text("spec.steps[unit].image", "registry.example.com/ci/go:1.25");
    }),
    Row("a step goes", "platform", |d| {
        d.at("Task/run-tests").remove("spec.steps[report]");
    }),
    Row("init containers are reordered", "shop", |d| {
        d.at("Deployment/web")
            .sequence("spec.template.spec.initContainers");
    }),
    Row("an init container is added", "shop", |d| {
        d.at("Deployment/web").add(
            "spec.template.spec.initContainers[chown]",
            "{name: chown, image: 'registry.example.com/tools/busybox:1'}",
        );
    }),
    Row("an init container comes first", "shop", |d| {
        d.at("Deployment/web").add_first(
            "spec.template.spec.initContainers[chown]",
            "{name: chown, image: 'registry.example.com/tools/busybox:1'}",
        );
    }),
    Row("an init container goes", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.initContainers[wait-for-db]");
    }),
    Row("an init container changes", "shop", |d| {
        d.at("Deployment/web").text(
            "spec.template.spec.initContainers[migrate].image",
            "registry.example.com/shop/migrate:2.4.0",
        );
    }),
    Row(
        "stages of a custom resource are reordered",
        "cluster",
        |d| {
            d.at("Shop/main").sequence("spec.stages");
        },
    ),
    Row("a stage changes", "cluster", |d| {
        d.at("Shop/main").set("spec.stages[1].timeout", "600");
    }),
    Row("a stage is added in between", "cluster", |d| {
        d.at("Shop/main")
            .add("spec.stages[2]", "{action: verify, timeout: 90}");
    }),
    Row("a stage is removed", "cluster", |d| {
        d.at("Shop/main").remove("spec.stages[0]");
    }),
    Row("a timeout in a condition", "platform", |d| {
        d.at("Pipeline/build")
            .text("spec.tasks[image].when[0].operator", "notin");
    }),
    Row("defaults of an array are reordered", "platform", |d| {
        d.at("Pipeline/build")
            .sequence("spec.params[flags].default");
    }),
    Row("embedded files are reordered", "config", |d| {
        d.at("ConfigMap/prometheus")
            .sequence("data[prometheus.yml].rule_files");
    }),
    Row("relabelings are reordered", "platform", |d| {
        d.at("ServiceMonitor/web")
            .sequence("spec.endpoints[0].metricRelabelings");
    }),
];

pub(super) const SETS: &[Row] = &[
    Row("verbs are reordered", "cluster", |d| {
        d.at("ClusterRole/shop-operator").reorder("rules[0].verbs");
    }),
    Row("a verb is added", "cluster", |d| {
        d.at("ClusterRole/shop-operator")
            .add("rules[0].verbs[3]", "patch");
    }),
    Row("a verb is added first", "cluster", |d| {
        d.at("ClusterRole/shop-operator")
            .add("rules[0].verbs[0]", "patch");
    }),
    Row("a verb is removed", "cluster", |d| {
        d.at("ClusterRole/shop-operator")
            .remove("rules[1].verbs[3]");
    }),
    Row("a verb changes", "cluster", |d| {
        d.at("ClusterRole/shop-operator")
            .text("rules[0].verbs[2]", "list-all");
    }),
    Row("resources are reordered and get one", "cluster", |d| {
        let role = d
            .at("ClusterRole/shop-operator")
            .reorder("rules[0].resources");
        role.add("rules[0].resources[3]", "secrets");
    }),
    Row("rules are reordered", "cluster", |d| {
        d.at("ClusterRole/shop-operator").reorder("rules");
    }),
    Row("a rule is added", "cluster", |d| {
        d.at("ClusterRole/shop-operator").add(
            "rules[4]",
            "{apiGroups: [batch], resources: [jobs], verbs: [create]}",
        );
    }),
    Row("a rule is added first", "cluster", |d| {
        d.at("ClusterRole/shop-operator").add(
            "rules[0]",
            "{apiGroups: [batch], resources: [jobs], verbs: [create]}",
        );
    }),
    Row("a rule is removed", "cluster", |d| {
        d.at("ClusterRole/shop-operator").remove("rules[2]");
    }),
    Row("a rule changes after a reorder", "cluster", |d| {
        let role = d.at("ClusterRole/shop-operator").reorder("rules");
        role.add("rules[0].verbs[5]", "delete");
    }),
    Row("finalizers are reordered", "store", |d| {
        d.at("PersistentVolumeClaim/backups")
            .reorder("metadata.finalizers");
    }),
    Row("a finalizer is removed", "store", |d| {
        d.at("PersistentVolumeClaim/backups")
            .remove("metadata.finalizers[1]");
    }),
    Row("access modes are reordered", "store", |d| {
        d.at("PersistentVolumeClaim/backups")
            .reorder("spec.accessModes");
    }),
    Row("an access mode changes", "store", |d| {
        d.at("PersistentVolumeClaim/backups")
            .text("spec.accessModes[0]", "ReadWriteMany");
    }),
    Row("policy types are reordered", "shop", |d| {
        d.at("NetworkPolicy/web").reorder("spec.policyTypes");
    }),
    Row("a policy type is removed", "shop", |d| {
        d.at("NetworkPolicy/web").remove("spec.policyTypes[1]");
    }),
    Row("capabilities are reordered", "shop", |d| {
        d.at("Deployment/web")
            .reorder("spec.template.spec.containers[web].securityContext.capabilities.add");
    }),
    Row("a capability is added", "shop", |d| {
        d.at("Deployment/web").add(
            "spec.template.spec.containers[web].securityContext.capabilities.add[3]",
            "SYS_ADMIN",
        );
    }),
    Row("tolerations are reordered", "shop", |d| {
        d.at("Deployment/web")
            .reorder("spec.template.spec.tolerations");
    }),
    Row("a toleration changes", "shop", |d| {
        d.at("Deployment/web")
            .set("spec.template.spec.tolerations[1].tolerationSeconds", "120");
    }),
    Row("a toleration changes after a reorder", "shop", |d| {
        let web = d
            .at("Deployment/web")
            .reorder("spec.template.spec.tolerations");
        web.set("spec.template.spec.tolerations[0].tolerationSeconds", "120");
    }),
    Row("a toleration is removed", "shop", |d| {
        d.at("Deployment/web")
            .remove("spec.template.spec.tolerations[0]");
    }),
    Row("hosts of a certificate are reordered", "platform", |d| {
        d.at("Certificate/shop").reorder("spec.dnsNames");
    }),
    Row("a host of a certificate changes", "platform", |d| {
        d.at("Certificate/shop")
            .text("spec.dnsNames[2]", "api.example.com");
    }),
    Row("peers are reordered", "shop", |d| {
        d.at("NetworkPolicy/web").reorder("spec.ingress[0].from");
    }),
    Row("a peer is added", "shop", |d| {
        d.at("NetworkPolicy/web").add(
            "spec.ingress[0].from[2]",
            "{ipBlock: {cidr: 192.168.0.0/16}}",
        );
    }),
    Row("a port of a peer changes", "shop", |d| {
        d.at("NetworkPolicy/web")
            .set("spec.egress[0].ports[0].port", "5433");
    }),
    Row("ingress rules of a policy are reordered", "shop", |d| {
        d.at("NetworkPolicy/web").reorder("spec.ingress");
    }),
    Row("exceptions of a block change", "shop", |d| {
        d.at("NetworkPolicy/web")
            .add("spec.ingress[1].from[0].ipBlock.except[2]", "10.3.0.0/16");
    }),
    Row("source ranges are reordered", "shop", |d| {
        d.at("Service/web").reorder("spec.loadBalancerSourceRanges");
    }),
    Row("a source range changes", "shop", |d| {
        d.at("Service/web")
            .text("spec.loadBalancerSourceRanges[1]", "172.20.0.0/16");
    }),
    Row("metrics are reordered", "shop", |d| {
        d.at("HorizontalPodAutoscaler/web").reorder("spec.metrics");
    }),
    Row("a metric changes", "shop", |d| {
        d.at("HorizontalPodAutoscaler/web")
            .set("spec.metrics[0].resource.target.averageUtilization", "60");
    }),
    Row("sync options are reordered", "platform", |d| {
        d.at("Application/shop")
            .reorder("spec.syncPolicy.syncOptions");
    }),
    Row("a sync option changes", "platform", |d| {
        d.at("Application/shop")
            .text("spec.syncPolicy.syncOptions[1]", "ServerSideApply=false");
    }),
    Row("required fields are reordered", "cluster", |d| {
        d.at("CustomResourceDefinition/shops.example.com")
            .reorder("spec.versions[v1].schema.openAPIV3Schema.properties.spec.required");
    }),
    Row("a value of an enum is added", "cluster", |d| {
        d.at("CustomResourceDefinition/shops.example.com").add(
            "spec.versions[v1].schema.openAPIV3Schema.properties.spec.properties.size.enum[3]",
            "huge",
        );
    }),
];

pub(super) const NESTED: &[Row] = &[
    Row("a list in an item of a list", "cluster", |d| {
        d.at("Shop/main").text("spec.regions[eu].zones[1]", "d");
    }),
    Row("a list of a list", "cluster", |d| {
        d.at("Shop/main").set("spec.matrix[0][1]", "20");
    }),
    Row("a list of a list gets one", "cluster", |d| {
        d.at("Shop/main").add("spec.matrix[1][3]", "7");
    }),
    Row("a list is added to a list", "cluster", |d| {
        d.at("Shop/main").add("spec.matrix[2]", "[7, 8, 9]");
    }),
    Row("a key in a key", "cluster", |d| {
        d.at("Shop/main")
            .set("spec.regions[eu].quotas[memory].value", "40");
    }),
    Row("a key in a key is added", "cluster", |d| {
        d.at("Shop/main").add(
            "spec.regions[us].quotas[memory]",
            "{name: memory, value: 8}",
        );
    }),
    Row("a key in a reordered key", "cluster", |d| {
        d.at("Shop/main")
            .reorder("spec.regions")
            .reorder("spec.regions[eu].quotas")
            .set("spec.regions[eu].quotas[cpu].value", "11");
    }),
    Row("a path of an Ingress", "shop", |d| {
        let web = d
            .at("Ingress/web")
            .remove("spec.rules[0].http.paths[1].backend.service.port.name");
        web.add(
            "spec.rules[0].http.paths[1].backend.service.port.number",
            "8080",
        );
    }),
    Row("a path of an Ingress is added", "shop", |d| {
        d.at("Ingress/web").add(
            "spec.rules[0].http.paths[2]",
            "{path: /static, pathType: Prefix, backend: {service: {name: static, port: {number: 80}}}}",
        );
    }),
    Row("rules of an Ingress are reordered", "shop", |d| {
        d.at("Ingress/web").reorder("spec.rules");
    }),
    Row("a host of an Ingress changes", "shop", |d| {
        d.at("Ingress/web")
            .text("spec.rules[1].host", "www.example.com")
            .text("spec.tls[0].hosts[1]", "www.example.com");
    }),
    Row("an expression of an affinity", "shop", |d| {
        d.at("Deployment/web").add(
            "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values[1]",
            "large",
        );
    }),
    Row("a parameter of a task", "platform", |d| {
        d.at("Pipeline/build")
            .text("spec.tasks[clone].params[depth].value", "0");
    }),
    Row("an alert", "platform", |d| {
        d.at("PrometheusRule/web")
            .text("spec.groups[availability].rules[0].for", "10m");
    }),
    Row("an alert is added", "platform", |d| {
        d.at("PrometheusRule/web").add(
            "spec.groups[availability].rules[2]",
            "{alert: WebGone, expr: 'absent(up)', labels: {severity: info}}",
        );
    }),
    Row("a storage request of a template", "store", |d| {
        d.at("StatefulSet/db").text(
            "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
            "40Gi",
        );
    }),
    Row("a port of a Service that has it twice", "store", |d| {
        d.at("Service/dns")
            .set("spec.ports[dns-tcp].targetPort", "5354");
    }),
    Row(
        "ports of a Service that has one twice, reordered",
        "store",
        |d| {
            d.at("Service/dns").reorder("spec.ports");
        },
    ),
    Row("a variable that is set twice", "store", |d| {
        d.at("CronJob/backup").text(
            "spec.jobTemplate.spec.template.spec.containers[dump].env[2].value",
            "60",
        );
    }),
    Row("a property of an ExternalSecret", "platform", |d| {
        d.at("ExternalSecret/web")
            .text("spec.data[1].remoteRef.property", "passphrase");
    }),
    Row("a backend of a Route", "platform", |d| {
        d.at("Route/web")
            .set("spec.alternateBackends[web-canary].weight", "10");
    }),
];
