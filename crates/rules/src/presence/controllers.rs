//! Applications that make objects themselves.

use evenkeel_value::Data;

use super::Inventory;
use crate::fields::{find, select};

const ROLES: &[&str] = &["ClusterRole", "Role"];

impl Inventory<'_, '_> {
    /// Whether an Application brings a role that lets its controllers make pods: such pods are rendered nowhere.
    pub(crate) fn may_make_pods(&self, app: usize) -> bool {
        let subjects = self.context.subjects().iter();
        let roles = subjects.filter(|subject| {
            let id = &subject.object.identity;
            subject.app == app
                && id.group == "rbac.authorization.k8s.io"
                && ROLES.contains(&id.kind.as_str())
        });
        roles
            .flat_map(|role| find(role.data(), "rules[]"))
            .any(|(_, rule)| {
                grants(rule, "apiGroups[]", "")
                    && grants(rule, "resources[]", "pods")
                    && grants(rule, "verbs[]", "create")
            })
    }
}

fn grants(rule: &Data, list: &str, wanted: &str) -> bool {
    let mut items = select(rule, list).into_iter();
    items.any(|(_, item)| item == wanted || item == "*")
}
