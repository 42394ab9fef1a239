//! The `String` methods of Go's named integers: time.Duration, time.Month and time.Weekday.

use crate::Type;

/// Go's month names, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Go's day names, Sunday first.
pub const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// What the `String` method of an integer type gives for `n`, or `None` where the type has no such
/// method. `%v`, `%s` and printing use it; `%d` does not.
pub fn named_text(n: i64, ty: Type) -> Option<String> {
    match ty.name {
        "time.Duration" => Some(duration_text(n)),
        "time.Month" => Some(name_or_number(&MONTHS, n, 1, "Month")),
        "time.Weekday" => Some(name_or_number(&WEEKDAYS, n, 0, "Weekday")),
        _ => None,
    }
}

/// `time.Duration.String` of `nanos` nanoseconds, such as `1h0m0.5s`.
pub fn duration_text(nanos: i64) -> String {
    let u = nanos.unsigned_abs();
    let sign = if nanos < 0 { "-" } else { "" };
    let text = match u {
        0 => "0s".to_owned(),
        1..1_000 => format!("{u}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(u, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(u, 1_000_000)),
        _ => clock(u),
    };
    format!("{sign}{text}")
}

fn clock(nanos: u64) -> String {
    const MINUTE: u64 = 60_000_000_000;
    let seconds = decimal(nanos % MINUTE, 1_000_000_000);
    match (nanos / MINUTE / 60, nanos / MINUTE % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// `n / unit` (a power of ten) as a decimal number without trailing zeros.
fn decimal(n: u64, unit: u64) -> String {
    let (whole, fraction) = (n / unit, n % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

fn name_or_number(names: &[&str], n: i64, first: i64, type_name: &str) -> String {
    let name = usize::try_from(n.wrapping_sub(first))
        .ok()
        .and_then(|at| names.get(at));
    match name {
        Some(name) => (*name).to_owned(),
        None => format!("%!{type_name}({})", n.cast_unsigned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ty;

    #[test]
    fn durations_as_go_prints_them() {
        for (nanos, want) in [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (3_300_000_000, "3.3s"),
            (60_000_000_000, "1m0s"),
            (3_600_000_000_000, "1h0m0s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"),
            (-1_500_000_000, "-1.5s"),
            (i64::MAX, "2562047h47m16.854775807s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(duration_text(nanos), want);
        }
    }

    #[test]
    fn months_and_days_out_of_range_show_their_number() {
        assert_eq!(named_text(12, ty::MONTH).as_deref(), Some("December"));
        assert_eq!(named_text(0, ty::MONTH).as_deref(), Some("%!Month(0)"));
        assert_eq!(named_text(6, ty::WEEKDAY).as_deref(), Some("Saturday"));
        assert_eq!(
            named_text(-1, ty::WEEKDAY).as_deref(),
            Some("%!Weekday(18446744073709551615)")
        );
        assert_eq!(named_text(1, ty::INT), None);
    }
}
