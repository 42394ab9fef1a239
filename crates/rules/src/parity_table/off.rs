//! What the configuration says about Applications that are off.

use evenkeel_config::{Config, Date, Off};
use evenkeel_diagnostics::Span;
use evenkeel_diff::Reason;

use super::{Column, OffReason, State, Untrue};

/// `parity.off`, on a day.
pub(super) struct Policy<'c> {
    pub(super) config: &'c Config,
    pub(super) today: Option<Date>,
}

impl Policy<'_> {
    /// Why an environment does not run an Application. `hidden` is why it may run it nevertheless.
    pub(super) fn state(
        &self,
        env: &str,
        app: &str,
        is_expected: bool,
        hidden: Option<&String>,
    ) -> State {
        let mut entries = self.config.parity.off.iter();
        let entry = entries.find(|off| off.value.env.value == env && off.value.app.value == app);
        match (entry, hidden) {
            (Some(entry), _) => State::Off(self.reason(&entry.value, entry.span)),
            (None, Some(reason)) => State::Unknown(reason.clone()),
            (None, None) if is_expected => State::Unexplained,
            (None, None) => State::Absent,
        }
    }

    fn reason(&self, off: &Off, span: Span) -> OffReason {
        let review = off.review.as_ref().map(|review| review.value);
        let dates = review.zip(self.today);
        OffReason {
            is_overdue: dates.is_some_and(|(review, today)| review < today),
            reason: Reason {
                text: off.reason.value.clone(),
                owner: Some(off.owner.value.clone()),
                review,
                span,
            },
        }
    }

    /// The entries about environments of the table that are not true, or that nothing needs.
    pub(super) fn untrue(
        &self,
        columns: &[Column<'_>],
        reference: Option<&Column<'_>>,
    ) -> Vec<Untrue> {
        let entries = self.config.parity.off.iter();
        let untrue = entries.filter_map(|off| {
            let (env, app) = (&off.value.env.value, &off.value.app.value);
            let column = columns.iter().find(|at| at.environment.name == *env)?;
            let is_on = column.cells.contains_key(app);
            let is_needed = reference.is_none_or(|reference| {
                reference.cells.contains_key(app) || reference.hidden.is_some()
            });
            (is_on || !is_needed).then(|| Untrue {
                env: env.clone(),
                app: app.clone(),
                is_on,
                span: off.span,
            })
        });
        untrue.collect()
    }
}
