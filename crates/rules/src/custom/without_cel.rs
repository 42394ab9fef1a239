//! What stands for CEL in a build without it: rules that need it are refused.

use evenkeel_config::CustomRule as Source;
use evenkeel_diagnostics::{Code, Diagnostic, SourceMap};
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

/// Whether rules can run at all.
pub(super) const IS_THERE: bool = false;

const ABSENT: Code = Code::new("rules/no-cel");
const MESSAGE: &str = "this evenkeel is built without CEL, so rules of one's own cannot run";

/// No program is ever made.
#[derive(Debug)]
pub(super) struct Program(());

#[expect(dead_code, reason = "nothing is judged")]
pub(super) struct Inputs<'a> {
    pub(super) object: &'a Data,
    pub(super) values: Option<&'a Data>,
    pub(super) app: &'a Data,
}

#[expect(dead_code, reason = "nothing is judged")]
pub(super) enum Judgement {
    Keeps,
    Breaks { message: String, path: FieldPath },
    Unknown(String),
}

pub(super) struct Surroundings;

#[derive(Default)]
pub(super) struct Budget(());

impl Program {
    pub(super) fn compile(source: &Source, _: &SourceMap) -> Result<Program, Vec<Diagnostic>> {
        let help = "build it with the feature `cel`, or take the file out of `custom`";
        let diagnostic = Diagnostic::error(ABSENT, MESSAGE).at(source.code.span);
        Err(vec![diagnostic.with_help(help)])
    }

    pub(super) fn reads_objects(&self) -> bool {
        false
    }

    pub(super) fn reads_values(&self) -> bool {
        false
    }

    pub(super) fn judge(&self, _: &Inputs<'_>, _: &Surroundings, _: &mut Budget) -> Judgement {
        Judgement::Unknown(MESSAGE.to_owned())
    }
}

impl Surroundings {
    pub(super) fn new(_: impl Iterator<Item = Data>, _: &Data) -> Surroundings {
        Surroundings
    }
}
