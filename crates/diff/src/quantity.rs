//! Scalars that say the same in other words: numbers, and Kubernetes' quantities.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

/// Maps of quantities, by the field that holds the map (`v1.ResourceList` of k8s.io/api and its users).
const MAPS: &[&str] = &[
    "allocatable",
    "capacity",
    "hard",
    "limits",
    "maxAllowed",
    "minAllowed",
    "podFixed",
    "requests",
    "used",
];

/// Maps of quantities that have a name of that meaning in one kind only.
const MAPS_OF_KINDS: &[(&str, &str)] = &[
    ("LimitRange", "default"),
    ("LimitRange", "defaultRequest"),
    ("LimitRange", "max"),
    ("LimitRange", "maxLimitRequestRatio"),
    ("LimitRange", "min"),
];

/// Fields that are quantities themselves (`resource.Quantity` in k8s.io/api).
const FIELDS: &[&str] = &["averageValue", "divisor", "sizeLimit", "targetAverageValue"];

/// Whether the API reads the field as a quantity, in an object of that kind.
pub(crate) fn is_quantity(kind: &str, path: &FieldPath) -> bool {
    let [.., parent, Step::Key(field)] = path.0.as_slice() else {
        return false;
    };
    let Step::Key(parent) = parent else {
        return FIELDS.contains(&field.as_str());
    };
    FIELDS.contains(&field.as_str())
        || MAPS.contains(&parent.as_str())
        || MAPS_OF_KINDS.contains(&(kind, parent))
}

/// Whether two quantities are the same amount; `None` if one of them is none.
pub(crate) fn same_amount(before: &Data, after: &Data) -> Option<bool> {
    Some(amount(before)? == amount(after)?)
}

/// Whether two values without parts are the same; numbers are by what they count.
pub(crate) fn same(before: &Data, after: &Data) -> bool {
    match (before, after) {
        (Data::Float(before), Data::Float(after)) if before.is_nan() => after.is_nan(),
        (Data::Int(_) | Data::Uint(_), Data::Int(_) | Data::Uint(_)) => before == after,
        _ => match (number(before), number(after)) {
            (Some(before), Some(after)) => before == after,
            _ => before == after,
        },
    }
}

/// A number, as JSON has it.
pub(crate) fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Int(n) => Some(*n as f64),
        Data::Uint(n) => Some(*n as f64),
        Data::Float(n) => Some(*n),
        _ => None,
    }
}

/// Billionths are the least that the API server keeps: it rounds up to them (`Quantity` of apimachinery).
const LEAST: i32 = 9;

/// Suffixes: what they multiply by, as a power of ten, or of two for binary ones.
const SUFFIXES: &[(&str, i32, u32)] = &[
    ("Ki", 0, 10),
    ("Mi", 0, 20),
    ("Gi", 0, 30),
    ("Ti", 0, 40),
    ("Pi", 0, 50),
    ("Ei", 0, 60),
    ("n", -9, 0),
    ("u", -6, 0),
    ("m", -3, 0),
    ("k", 3, 0),
    ("M", 6, 0),
    ("G", 9, 0),
    ("T", 12, 0),
    ("P", 15, 0),
    ("E", 18, 0),
];

/// An amount in billionths.
fn amount(data: &Data) -> Option<i128> {
    match data {
        Data::Int(n) => i128::from(*n).checked_mul(1_000_000_000),
        Data::Uint(n) => i128::from(*n).checked_mul(1_000_000_000),
        // The shortest text that reads as the number is what was written.
        Data::Float(n) => parse(&n.to_string()),
        data => parse(data.as_str()?),
    }
}

/// Exact, for a report must not call two amounts equal that are not.
fn parse(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(unsigned.len());
    let (digits, suffix) = unsigned.split_at(end);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let (tens, twos) = factor(suffix)?;
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
    let amount = mantissa.checked_mul(1i128 << twos)?;
    let power = LEAST + tens - i32::try_from(fraction.len()).ok()?;
    let power_of_ten = 10i128.checked_pow(power.unsigned_abs())?;
    let amount = match power < 0 {
        false => amount.checked_mul(power_of_ten)?,
        true => amount.checked_add(power_of_ten - 1)? / power_of_ten,
    };
    Some(match text.starts_with('-') {
        true => -amount,
        false => amount,
    })
}

fn factor(suffix: &str) -> Option<(i32, u32)> {
    if suffix.is_empty() {
        return Some((0, 0));
    }
    if let Some((_, tens, twos)) = SUFFIXES.iter().find(|(name, ..)| *name == suffix) {
        return Some((*tens, *twos));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let tens: i32 = exponent.parse().ok()?;
    (tens.abs() <= 30).then_some((tens, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, want: Option<bool>) {
        assert_eq!(same_amount(&Data::str(before), &Data::str(after)), want);
    }

    #[test]
    fn amounts_are_compared_exactly() {
        for (before, after) in [
            ("1000m", "1"),
            ("1Gi", "1024Mi"),
            ("0.5Gi", "512Mi"),
            ("2e9", "2G"),
            ("2E9", "2000M"),
            ("134217728", "128Mi"),
            ("0.1", "100m"),
            ("1.", "1"),
            ("-1k", "-1000"),
            ("0.0000000001", "1n"),
            ("1E", "1e18"),
        ] {
            check(before, after, Some(true));
        }
        for (before, after) in [("1G", "1Gi"), ("1", "1001m"), ("1", "-1"), ("0.7", "701m")] {
            check(before, after, Some(false));
        }
    }

    #[test]
    fn other_texts_are_no_amounts() {
        for text in [
            "", "Gi", "1 Gi", "1gi", "1.2.3", "e3", "1e", "1e99", "nan", "0x1",
        ] {
            check("1", text, None);
        }
        assert_eq!(
            same_amount(&Data::Float(0.5), &Data::str("500m")),
            Some(true)
        );
        assert_eq!(same_amount(&Data::Int(1), &Data::str("1000m")), Some(true));
        assert_eq!(same_amount(&Data::Bool(true), &Data::str("1")), None);
    }

    #[test]
    fn fields_say_whether_they_are_quantities() {
        let is = |kind: &str, path: &str| is_quantity(kind, &FieldPath::parse(path).unwrap());
        assert!(is(
            "Deployment",
            "spec.template.spec.containers[a].resources.limits.cpu"
        ));
        assert!(is("LimitRange", "spec.limits[0].default.cpu"));
        assert!(is("Pod", "spec.volumes[a].emptyDir.sizeLimit"));
        assert!(!is("Task", "spec.params[a].default"));
        assert!(!is("ConfigMap", "data.cpu"));
    }
}
