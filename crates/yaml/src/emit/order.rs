//! The order of keys in a mapping: `keyList.Less` of go-yaml (sorter.go), for strings.

use evenkeel_value::unicode::{is_digit, is_letter};

use super::scalar::Version;

/// Sorts by key in natural order: `a2` before `a10`, letters after other characters.
///
/// The order is not transitive for keys such as `1`, `01` and `1a`; Go's result is then up to chance, and
/// ours the one of a merge sort over the given order.
pub(super) fn sort_keys<T>(items: &mut Vec<T>, key: impl Fn(&T) -> &str + Copy, version: Version) {
    let sorted = items.is_sorted_by(|a, b| !less(key(b), key(a), version));
    if sorted {
        return;
    }
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    let order = merge_sort((0..taken.len()).collect(), &|&a, &b| {
        let key_at = |at: usize| taken.get(at).and_then(Option::as_ref).map_or("", key);
        less(key_at(a), key_at(b), version)
    });
    items.extend(order.into_iter().filter_map(|at| taken.get_mut(at)?.take()));
}

/// A stable merge sort, which the standard library's is not for an order that is none.
fn merge_sort(mut items: Vec<usize>, less: &impl Fn(&usize, &usize) -> bool) -> Vec<usize> {
    if items.len() < 2 {
        return items;
    }
    let right = merge_sort(items.split_off(items.len() / 2), less);
    let left = merge_sort(items, less);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from = if less(b, a) { &mut right } else { &mut left };
        merged.extend(from.next());
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

fn less(a: &str, b: &str, version: Version) -> bool {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let start = (0..=same)
        .rev()
        .find(|&at| a.is_char_boundary(at))
        .unwrap_or(0);
    let (before, a, b) = (&a[..start], &a[start..], b.get(start..).unwrap_or_default());
    let (Some(first_a), Some(first_b)) = (a.chars().next(), b.chars().next()) else {
        return a.len() < b.len();
    };
    match (is_letter(first_a), is_letter(first_b)) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        // v3 sorts letters before other characters behind a number.
        (a_is_letter, b_is_letter) => {
            let after_digit = before.chars().next_back().is_some_and(is_digit);
            let letters_first = version == Version::V3 && after_digit;
            return if letters_first {
                a_is_letter
            } else {
                b_is_letter
            };
        }
    }
    // A zero counts if there is another digit than zero before it in the same number.
    let zeros = first_a == '0' || first_b == '0';
    let digits_before = before.chars().rev().take_while(|&c| is_digit(c));
    let start = i64::from(zeros && digits_before.into_iter().any(|c| c != '0'));
    let (number_a, digits_a) = number(a, start);
    let (number_b, digits_b) = number(b, start);
    if number_a != number_b {
        return number_a < number_b;
    }
    if digits_a != digits_b {
        return digits_a < digits_b;
    }
    first_a < first_b
}

/// The number that `text` starts with, after the digits that `start` stands for, as wrapping as Go's, and
/// how many digits it has.
fn number(text: &str, start: i64) -> (i64, usize) {
    let digits = text.chars().take_while(|&c| is_digit(c));
    digits.fold((start, 0), |(number, count), c| {
        let digit = i64::from(u32::from(c)) - i64::from(b'0');
        (number.wrapping_mul(10).wrapping_add(digit), count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &str, version: Version, want: &str) {
        let mut keys: Vec<&str> = keys.split(' ').collect();
        sort_keys(&mut keys, |key| key, version);
        assert_eq!(keys.join(" "), want);
    }

    #[test]
    fn natural_order() {
        check("a10 a2 a1 b", Version::V2, "a1 a2 a10 b");
        check("a b A _ 1 -", Version::V2, "- _ 1 A a b");
        check("a1b a1-b", Version::V2, "a1-b a1b");
        check("a1b a1-b", Version::V3, "a1b a1-b");
        check("é z 中 a", Version::V2, "a z é 中");
        check("x100 x1 x10 x01", Version::V2, "x1 x01 x10 x100");
    }
}
