//! How every run begins, goes from one command to the next, and ends.

use super::ask::{Command, OutOfStep, Outcome};
use super::retry::SERVER;

enum Step<S> {
    Start,
    /// Waits for the answer to the last command.
    Waits(S),
    Over(Outcome),
}

/// A run: what it waits for, and what it wants done.
pub(super) struct Course<S> {
    step: Step<S>,
    next: Option<Command>,
}

impl<S> Course<S> {
    pub(super) fn new() -> Self {
        Self { step: Step::Start, next: None }
    }

    /// Nothing was asked yet.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.step, Step::Start)
    }

    pub(super) fn then(&mut self, state: S, command: Command) {
        self.step = Step::Waits(state);
        self.next = Some(command);
    }

    pub(super) fn end(&mut self, outcome: Outcome) {
        self.step = Step::Over(outcome);
    }

    /// What is to be done, once.
    pub(super) fn next(&mut self) -> Option<Command> {
        self.next.take()
    }

    /// What it waits for, to be looked at.
    pub(super) fn waits_for(&self) -> Option<&S> {
        if let Step::Waits(state) = &self.step { Some(state) } else { None }
    }

    /// What it waits for. Whoever takes it and then finds that the answer does not fit has ended the run.
    pub(super) fn answered(&mut self) -> Result<S, OutOfStep> {
        match std::mem::replace(&mut self.step, Step::Over(SERVER)) {
            Step::Waits(state) => Ok(state),
            _ => Err(OutOfStep),
        }
    }

    pub(super) fn outcome(&self) -> Option<Outcome> {
        if let Step::Over(outcome) = self.step { Some(outcome) } else { None }
    }
}
