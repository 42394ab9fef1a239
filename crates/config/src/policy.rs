//! What the rules take from the configuration.

use evenkeel_yaml::Spanned;

use crate::date::Date;
use crate::field::OneOrMany;
use crate::glob::{Glob, Pattern};
use crate::values::Values;

record! {
    owner "the parity of environments";
    /// How far environments may differ.
    pub struct Parity {
        /// The environment that the others follow.
        "reference" => reference: Option<Spanned<String>>,
        /// Applications of the reference that are off elsewhere, on purpose.
        "off" => off: Vec<Spanned<Off>>,
    }
}

record! {
    owner "an application that is off";
    /// An application that is off in an environment, and why.
    pub struct Off {
        /// The environment.
        "env" => env: Spanned<String>,
        /// The application, by the name it has without the environment.
        "app" => app: Spanned<String>,
        /// Why it is off.
        "reason" => reason: Spanned<String>,
        /// Who answers for that.
        "owner" => owner: Spanned<String>,
        /// When to think again.
        "review" => review: Option<Spanned<Date>>,
    }
}

record! {
    owner "an explained difference";
    /// A difference between environments that has a reason.
    pub struct Expectation {
        /// The applications, by the names they have without the environment; default: all.
        "app" => app: OneOrMany<Spanned<Glob>>,
        /// The environment that differs; default: any.
        "env" => env: Option<Spanned<String>>,
        /// The field, as `Kind/name:path`, or an object, as `Kind/name`; each part may be a glob.
        "path" => path: Spanned<String>,
        /// What the field was in environments when the difference was accepted, such as `{local: 1, prod: 2}`; null
        /// where it was not there. When it is something else, the difference is no longer explained. Default: any.
        "values" => values: Values,
        /// Why it differs.
        "reason" => reason: Spanned<String>,
        /// Who answers for that.
        "owner" => owner: Option<Spanned<String>>,
        /// When to think again; the entry holds on.
        "review" => review: Option<Spanned<Date>>,
    }
}

record! {
    owner "a secret of the catalogue";
    /// A secret that has been put into the Vault.
    pub struct SecretPath {
        /// Its path, without the mount.
        "path" => path: Spanned<String>,
        /// The keys that it holds.
        "keys" => keys: Vec<Spanned<String>>,
    }
}

record! {
    owner "the image policy";
    /// Which images are built from here, and how their tags look.
    pub struct Images {
        /// Repositories of images that belong to the platform.
        "owned" => owned: Vec<Spanned<Glob>>,
        /// What their tags look like.
        "tag" => tag: Option<Spanned<Pattern>>,
        /// Environments that may run other tags than the reference.
        "lag" => lag: Vec<Spanned<Lag>>,
    }
}

record! {
    owner "a lag";
    /// Images that an environment runs at another tag than `parity.reference`, and why.
    pub struct Lag {
        /// The environment.
        "env" => env: Spanned<String>,
        /// Their repositories; default: all.
        "image" => image: Option<Spanned<Glob>>,
        /// Why they differ.
        "reason" => reason: Spanned<String>,
    }
}

record! {
    owner "required parameters";
    /// What an application has to be given.
    pub struct Required {
        /// The application, with the environment in its name or without.
        "app" => app: Spanned<String>,
        /// The names of Helm parameters, as paths with dots.
        "parameters" => parameters: Vec<Spanned<String>>,
    }
}

record! {
    owner "an external object";
    /// Objects that exist although this repository does not render them.
    pub struct External {
        /// Their kind, such as `Secret`.
        "kind" => kind: Spanned<String>,
        /// Their names, which may be globs.
        "names" => names: Vec<Spanned<Glob>>,
        /// Their namespace; default: any.
        "namespace" => namespace: Option<Spanned<String>>,
        /// The environment that has them; default: all.
        "env" => env: Option<Spanned<String>>,
        /// Where they come from.
        "reason" => reason: Option<Spanned<String>>,
    }
}

choice! {
    what "a level of a rule";
    /// How much a rule's findings matter.
    pub enum RuleLevel {
        /// they fail the check
        Error = "error",
        /// they are shown
        Warn = "warn",
        /// they are shown to who asks
        Info = "info",
        /// the rule does not run
        Off = "off",
    }
}

record! {
    owner "a waiver";
    /// Findings that are accepted, and why.
    pub struct Waiver {
        /// The rule, such as `VLT-05`.
        "rule" => rule: Spanned<String>,
        /// The environment; default: all.
        "env" => env: Option<Spanned<String>>,
        /// The application; default: all.
        "app" => app: Option<Spanned<String>>,
        /// The object, as `Kind/name`; default: all.
        "object" => object: Option<Spanned<String>>,
        /// The field of the object; default: all.
        "path" => path: Option<Spanned<String>>,
        /// Why they are accepted.
        "reason" => reason: Spanned<String>,
        /// Who answers for that.
        "owner" => owner: Spanned<String>,
        /// The last day that the waiver holds.
        "expires" => expires: Option<Spanned<Date>>,
        /// When to think again; the waiver holds on.
        "review" => review: Option<Spanned<Date>>,
    }
}
