//! One case: what goes in and what must come out.

use super::calls::Call;

/// Which Helm an expectation was recorded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Helm 4.
    Helm4,
    /// Helm 3.
    Helm3,
}

impl Profile {
    /// Both, Helm 4 first.
    pub const ALL: [Profile; 2] = [Profile::Helm4, Profile::Helm3];

    /// The value of evenkeel's `--helm-version`.
    pub fn major(self) -> &'static str {
        match self {
            Profile::Helm4 => "4",
            Profile::Helm3 => "3",
        }
    }
}

/// A file of the case's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path relative to the case's directory; a final slash makes an empty directory.
    pub path: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// The command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Args {
    /// More arguments after `template rel ./demo -n ns`.
    More(Vec<String>),
    /// All of them.
    Whole(Vec<String>),
}

impl Args {
    /// The full command line, without the program's name.
    pub fn command_line(&self) -> Vec<String> {
        match self {
            Args::Whole(args) => args.clone(),
            Args::More(args) => {
                let fixed = ["template", "rel", super::CHART, "-n", "ns"];
                fixed
                    .iter()
                    .map(|a| (*a).to_owned())
                    .chain(args.iter().cloned())
                    .collect()
            }
        }
    }
}

/// What a run prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// Success, with these bytes on stdout.
    Stdout(Vec<u8>),
    /// Failure, with this text after `Error: `.
    Error(String),
}

/// What a case renders and expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// One run of the command line.
    Run {
        /// Helm 4's result; `None` until it is recorded.
        helm4: Option<Expectation>,
        /// Helm 3's, where it differs.
        helm3: Option<Expectation>,
    },
    /// Many template expressions, each with its own result.
    Calls(Vec<Call>),
}

/// One case of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Unique in the suite.
    pub id: String,
    /// The chart below `demo/`, and other files beside it.
    pub files: Vec<File>,
    /// The command line.
    pub args: Args,
    /// What is rendered and expected.
    pub body: Body,
}

impl Case {
    /// What `profile` prints, for a case with one run.
    pub fn expectation(&self, profile: Profile) -> Option<&Expectation> {
        match (&self.body, profile) {
            (
                Body::Run {
                    helm3: Some(expected),
                    ..
                },
                Profile::Helm3,
            ) => Some(expected),
            (Body::Run { helm4, .. }, _) => helm4.as_ref(),
            (Body::Calls(_), _) => None,
        }
    }
}
