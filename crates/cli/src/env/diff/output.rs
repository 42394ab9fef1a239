//! In which form differences are shown, and where.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use evenkeel_report::diff::{Compared, Layout, html, json, markdown, template, text};

use crate::outcome::Outcome;

/// How differences are shown.
#[derive(Debug, Args)]
pub(super) struct OutputFlags {
    /// Show each difference by its object, also those that are explained
    #[arg(long)]
    all: bool,
    /// List all effects of a cause, not only how many there are
    #[arg(long)]
    effects: bool,
    /// How to show it: text; json (schemas/diff.schema.json); markdown, for a comment on a pull request; html, one page
    /// that needs nothing else; template=FILE, a Jinja template that reads the JSON
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// How many lines Markdown may have
    #[arg(long, value_name = "N", default_value_t = 60)]
    max_lines: usize,
    /// Write it to a file, as a whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    Markdown,
    Html,
    Template(PathBuf),
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        Ok(match text {
            "text" => Format::Text,
            "json" => Format::Json,
            "markdown" => Format::Markdown,
            "html" => Format::Html,
            _ => match text
                .strip_prefix("template=")
                .filter(|file| !file.is_empty())
            {
                Some(file) => Format::Template(file.into()),
                None => {
                    let formats = "text, json, markdown, html, template=FILE";
                    return Err(format!("it is one of {formats}"));
                }
            },
        })
    }
}

impl OutputFlags {
    /// Whether it is shown how fields came to be. Finding that out for all of them takes longer.
    pub(super) fn wants_traces(&self) -> bool {
        matches!(self.format, Format::Html | Format::Template(_))
    }

    /// Shows differences, on stdout in lines of `width` characters or in the file that is asked for.
    pub(super) fn show(&self, compared: &Compared<'_>, width: usize, out: &mut Outcome) {
        let shown = match self.render(compared, width) {
            Ok(shown) => shown,
            Err(reason) => return out.refuse(&reason),
        };
        let Some(path) = &self.output else {
            out.is_styled = self.format == Format::Text;
            out.stdout.extend_from_slice(shown.as_bytes());
            return;
        };
        let plain = match self.format {
            Format::Text => anstream::adapter::strip_str(&shown).to_string(),
            _ => shown,
        };
        if let Err(error) = evenkeel_project::replace(path, plain.as_bytes()) {
            out.refuse(&format!("{}: {error}", path.display()));
        }
    }

    fn render(&self, compared: &Compared<'_>, width: usize) -> Result<String, String> {
        Ok(match &self.format {
            Format::Text => {
                let layout = Layout {
                    width,
                    all: self.all,
                    lists_effects: self.effects,
                };
                text(compared, layout)
            }
            Format::Json => format!("{:#}\n", json(compared)),
            Format::Markdown => markdown(compared, self.max_lines),
            Format::Html => html(compared),
            Format::Template(file) => {
                let name = file.display().to_string();
                let source =
                    fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
                template(compared, &name, &source)?
            }
        })
    }
}
