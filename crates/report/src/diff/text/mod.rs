//! Differences for people at a terminal: what made them first, and each of them where that is asked for.

mod causes;
mod flow;
mod objects;
mod summary;

use evenkeel_diff::Class;

use super::Compared;
use super::effect::title;
use crate::paint::{Style, harmless};

/// How differences are laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// How many characters a line has.
    pub width: usize,
    /// Whether each difference is shown by its object, also those that are explained.
    pub all: bool,
    /// Whether all effects of a cause are listed, not only counted.
    pub lists_effects: bool,
}

/// Less than this is no line.
const MIN_WIDTH: usize = 40;

/// What differs and why. Differences without causes, such as those of files, are shown by object.
pub fn text(compared: &Compared<'_>, layout: Layout) -> String {
    let layout = Layout {
        width: layout.width.max(MIN_WIDTH),
        ..layout
    };
    let differences = compared.differences;
    let mut text = String::new();
    if layout.all || differences.causes.is_empty() {
        for comparison in &differences.comparisons {
            text.push_str(&objects::comparison(comparison, layout));
        }
    } else {
        for comparison in &differences.comparisons {
            let title = Style::Bold.paint(harmless(&title(comparison)));
            text.push_str(&format!("{title}\n"));
        }
        text.push_str(&causes::text(compared, layout));
    }
    text.push_str(&summary::text(compared, layout));
    text
}

/// The colour of a class: what nobody has explained is red.
fn style(class: &Class) -> Style {
    match class {
        class if !class.is_explained() => Style::Red,
        Class::Security { .. } => Style::Yellow,
        _ => Style::Cyan,
    }
}
