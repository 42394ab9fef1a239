//! Kubernetes' quantities.

use evenkeel_value::Data;

/// Suffixes and what they multiply by (`resource.Quantity` of apimachinery).
const SUFFIXES: &[(&str, f64)] = &[
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// A quantity as a number, exact enough to compare sizes; `None` if it is none.
pub(crate) fn quantity(data: &Data) -> Option<f64> {
    match data {
        Data::Int(n) => Some(*n as f64),
        Data::Uint(n) => Some(*n as f64),
        Data::Float(n) => Some(*n),
        _ => parse(data.as_str()?.trim()),
    }
}

/// The same of a text.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let number = |text: &str| {
        let plain = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        text.parse::<f64>().ok().filter(|n| plain && n.is_finite())
    };
    let of_suffix = |(suffix, factor): &(&str, f64)| {
        let digits = text.strip_suffix(suffix)?;
        Some(number(digits)? * factor)
    };
    number(text).or_else(|| SUFFIXES.iter().find_map(of_suffix))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quantities() {
        assert_eq!(parse("10Gi"), Some(10_737_418_240.0));
        assert_eq!(parse("1.5Gi"), Some(1_610_612_736.0));
        assert_eq!(parse("1e3"), Some(1000.0));
        assert_eq!(parse("2E"), Some(2e18));
        assert_eq!(parse("100m"), Some(0.1));
        assert_eq!(parse("500"), Some(500.0));
        for text in ["", "Gi", "10 Gi", "ten", "10Q", "inf", "nan"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
