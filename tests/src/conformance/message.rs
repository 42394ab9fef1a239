//! What of an error message counts.

const DEBUG_HINT: &str = "Use --debug flag to render out invalid YAML";
const SCHEMA: &str = "don't meet the specifications of the schema";

/// The text that both programs must agree on: what stands after `Error: `, with `directory` replaced,
/// white space collapsed, and the violations of a schema sorted (Helm's order of them is random).
pub fn essential(stderr: &str, directory: &str) -> String {
    let text = stderr.replace(directory, "<TMP>");
    let text = after_error(&text).trim().replace(DEBUG_HINT, "");
    if !text.contains(SCHEMA) {
        return collapse(&text);
    }
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    collapse(&lines.join("\n"))
}

/// How a recorded message ends that was too long to keep.
const CUT: &str = " […]";

/// Cuts a message that nobody would read to the end, such as that of an endless recursion.
pub fn shorten(message: &str) -> String {
    const LONGEST: usize = 2_000;
    match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}{CUT}", message[..end].trim_end()),
        None => message.to_owned(),
    }
}

/// Whether an essential message is the recorded one, as far as that was kept.
pub fn agrees(recorded: &str, essential: &str) -> bool {
    match recorded.strip_suffix(CUT) {
        Some(start) => essential.starts_with(start),
        None => recorded == essential,
    }
}

fn after_error(text: &str) -> &str {
    const MARK: &str = "Error: ";
    if let Some(rest) = text.strip_prefix(MARK) {
        return rest;
    }
    match text.find("\nError: ") {
        Some(at) => &text[at + 1 + MARK.len()..],
        None => text,
    }
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_message_counts() {
        let stderr = "level=WARN msg=x\nError: a  b\n c /t/1/x\n\nUse --debug flag to render out invalid YAML\n";
        assert_eq!(essential(stderr, "/t/1"), "a b c <TMP>/x");
        assert_eq!(essential("boom Error: x", "/t"), "boom Error: x");
    }

    #[test]
    fn long_messages_are_kept_in_part() {
        let long = "ä b ".repeat(1_000);
        let kept = essential(&shorten(&long), "/t");
        assert!(kept.len() < 3_000, "{}", kept.len());
        assert!(agrees(&kept, &essential(&long, "/t")));
        assert!(!agrees(&kept, "ä b c"));
        assert!(agrees("a", "a") && !agrees("a", "ab"));
    }
}
