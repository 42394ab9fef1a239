//! How much two names differ, for "did you mean".

/// How many items have to be put in, taken out or replaced to make `b` of `a` (Levenshtein).
pub fn edit_distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn counts_what_has_to_change() {
        let check = |a: &str, b: &str, want| {
            assert_eq!(edit_distance(a.as_bytes(), b.as_bytes()), want, "{a} {b}");
        };
        check("", "", 0);
        check("abc", "", 3);
        check("indent", "nindent", 1);
        check("kitten", "sitting", 3);
    }
}
