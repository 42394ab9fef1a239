//! Label selectors: `applicationset/utils/selector.go`, which is Kubernetes' own without its check of values, and
//! `k8s.io/apimachinery/pkg/util/validation`.

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, number};
use rustc_hash::FxHashMap;

use super::failure::Failure;
use super::generator::text_field;
use super::leaf::lossy;
use super::params::Params;

const NAME_HELP: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
    alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_HELP: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or \
    '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex \
    used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
/// What Kubernetes says of a name that is no subdomain.
pub(super) const SUBDOMAIN_HELP: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' \
    or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const MAX_NAME: usize = 63;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

#[derive(Debug)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

/// What must hold of labels.
#[derive(Debug)]
pub(super) struct Selector(Vec<Requirement>);

impl Selector {
    /// Reads a `metav1.LabelSelector`. Values are only checked where they must be those of labels.
    ///
    /// # Errors
    /// Kubernetes' text.
    pub(super) fn new(data: &Data, check_values: bool) -> Result<Selector, Failure> {
        let mut all = Vec::new();
        if let Some(Data::Map(labels)) = data.get("matchLabels") {
            for label in labels.iter() {
                let requirement = Requirement {
                    key: lossy(&label.key).into_owned(),
                    operator: Operator::In,
                    values: vec![label.value.as_str().unwrap_or_default().to_owned()],
                };
                requirement.check(label.origin, check_values)?;
                all.push(requirement);
            }
        }
        if let Some(Data::List(items)) = data.get("matchExpressions") {
            for item in items.iter() {
                let requirement = expression(&item.value, item.origin)?;
                requirement.check(item.origin, check_values)?;
                all.push(requirement);
            }
        }
        Ok(Selector(all))
    }

    /// Whether nothing is required.
    pub(super) fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether flattened parameters match.
    pub(super) fn matches(&self, params: &Params) -> bool {
        if self.is_everything() {
            return true;
        }
        let flat = params.flatten();
        let flat: FxHashMap<_, _> = flat
            .iter()
            .map(|flat| (flat.name.as_slice(), flat.text()))
            .collect();
        self.0.iter().all(|requirement| {
            let value = flat.get(requirement.key.as_bytes());
            requirement.holds(value.map(|value| &**value))
        })
    }

    /// Whether labels match.
    pub(super) fn matches_labels<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        let holds = |one: &Requirement| one.holds(label(&one.key).map(str::as_bytes));
        self.0.iter().all(holds)
    }
}

impl Requirement {
    fn holds(&self, value: Option<&[u8]>) -> bool {
        let listed = |value: &[u8]| self.values.iter().any(|known| known.as_bytes() == value);
        match self.operator {
            Operator::In => value.is_some_and(listed),
            Operator::NotIn => !value.is_some_and(listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    fn check(&self, at: Origin, check_values: bool) -> Result<(), Failure> {
        let mut wrong = Vec::new();
        let problems = name_problems(&self.key);
        if !problems.is_empty() {
            let key = number::quote(self.key.as_bytes());
            wrong.push(format!(
                "key: Invalid value: {key}: {}",
                problems.join("; ")
            ));
        }
        let listed = matches!(self.operator, Operator::In | Operator::NotIn);
        if listed && self.values.is_empty() {
            // The nil slice that Kubernetes copies an empty list to.
            let text = "values: Invalid value: []string(nil): for 'in', 'notin' operators, values set can't be empty";
            wrong.push(text.to_owned());
        }
        if !listed && !self.values.is_empty() {
            let values: Vec<_> = self
                .values
                .iter()
                .map(|v| number::quote(v.as_bytes()))
                .collect();
            wrong.push(format!(
                "values: Invalid value: []string{{{}}}: values set must be empty for exists and does not exist",
                values.join(", ")
            ));
        }
        if check_values {
            wrong.extend(self.values.iter().enumerate().filter_map(|(index, value)| {
                let shown = number::quote(value.as_bytes());
                let place = format!("values[{index}][{}]: Invalid value: {shown}", self.key);
                if value.len() > MAX_NAME {
                    return Some(format!("{place}: must be no more than {MAX_NAME} bytes"));
                }
                (!value.is_empty() && !is_name(value)).then(|| format!("{place}: {VALUE_HELP}"))
            }));
        }
        match wrong.as_slice() {
            [] => Ok(()),
            [one] => Err(Failure::new(one, at)),
            many => Err(Failure::new(format!("[{}]", many.join(", ")), at)),
        }
    }
}

fn expression(data: &Data, at: Origin) -> Result<Requirement, Failure> {
    let operator = text_field(data, "operator");
    let values = match data.get("values") {
        Some(Data::List(items)) => items
            .iter()
            .map(|item| item.value.as_str().unwrap_or_default().to_owned())
            .collect(),
        _ => Vec::new(),
    };
    Ok(Requirement {
        key: text_field(data, "key").to_owned(),
        operator: match operator {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            other => {
                let other = number::quote(other.as_bytes());
                let text = format!("{other} is not a valid pod selector operator");
                let help = "operators are In, NotIn, Exists and DoesNotExist";
                return Err(Failure::new(text, at).with_help(help));
            }
        },
        values,
    })
}

/// `IsQualifiedName`.
fn name_problems(key: &str) -> Vec<String> {
    let parts: Vec<_> = key.split('/').collect();
    let mut problems = Vec::new();
    let name = match parts.as_slice() {
        [name] => name,
        ["", name] => {
            problems.push("prefix part must be non-empty".to_owned());
            name
        }
        [prefix, name] => {
            if prefix.len() > 253 {
                problems.push("prefix part must be no more than 253 bytes".to_owned());
            }
            if !is_subdomain(prefix) {
                problems.push(format!("prefix part {SUBDOMAIN_HELP}"));
            }
            name
        }
        _ => {
            return vec![format!(
                "a qualified name {NAME_HELP} with an optional DNS subdomain prefix and '/' (e.g. \
                 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        problems.push("name part must be non-empty".to_owned());
    } else if name.len() > MAX_NAME {
        problems.push(format!("name part must be no more than {MAX_NAME} bytes"));
    }
    if !is_name(name) {
        problems.push(format!("name part {NAME_HELP}"));
    }
    problems
}

fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    end(bytes.first()) && end(bytes.last()) && bytes.iter().all(inner)
}

/// `IsDNS1123Subdomain`, but for the length.
pub(super) fn is_subdomain(name: &str) -> bool {
    name.split('.').all(|label| {
        let bytes = label.as_bytes();
        let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let end = |byte: Option<&u8>| byte.is_some_and(alphanumeric);
        end(bytes.first())
            && end(bytes.last())
            && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
    })
}
