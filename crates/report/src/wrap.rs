//! Lines of a width.

/// Breaks text at spaces so that lines have at most `width` characters, where words allow it. Lines that the text has
/// stay apart.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let lines = text.split('\n').map(|line| one(line, width));
    lines.collect::<Vec<_>>().join("\n")
}

fn one(line: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut length = 0;
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    // The rest of an item is told from the next one.
    let hanging = match indent.as_str() {
        "" => String::new(),
        indent => format!("{indent}  "),
    };
    for word in line.split_whitespace() {
        let needed = word.chars().count();
        if length == 0 {
            wrapped.push_str(&indent);
            length = indent.len();
        } else if length + 1 + needed > width {
            wrapped.push('\n');
            wrapped.push_str(&hanging);
            length = hanging.len();
        } else {
            wrapped.push(' ');
            length += 1;
        }
        wrapped.push_str(word);
        length += needed;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        let check = |text: &str, want: &str| assert_eq!(wrapped(text, 10), want);
        check("one two three", "one two\nthree");
        check("  a b c d e f g", "  a b c d\n    e f g");
        check("a very-long-word b", "a\nvery-long-word\nb");
        check("a\n\nb", "a\n\nb");
    }
}
