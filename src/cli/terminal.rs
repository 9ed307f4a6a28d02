//! What is done only where a person looks on: colours, the terminal's width, a line of progress.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::source::Sources;

/// A run that is done by then says nothing of its progress.
const PATIENCE: Duration = Duration::from_secs(2);
/// The time between two lines of progress.
const PACE: Duration = Duration::from_millis(250);
/// Columns between which reports are readable.
const NARROWEST: usize = 50;
const WIDEST: usize = 120;

/// Whether standard output is a terminal.
pub(super) fn is_watched() -> bool {
    io::stdout().is_terminal()
}

/// Whether to colour standard output: on a terminal, unless `NO_COLOR` is set to something.
pub(super) fn colour() -> bool {
    is_watched() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether standard output is a terminal that opens links.
pub(super) fn opens_links() -> bool {
    supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// The columns that a report has on standard output, if that is a terminal.
pub(super) fn width() -> Option<usize> {
    let (columns, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(columns.0).clamp(NARROWEST, WIDEST))
}

/// Does a piece of work, and tells on a terminal how many files were read when it takes long.
pub(super) fn with_progress<T>(sources: &Sources, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (done, is_done) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || tell(sources, &is_done));
        let result = work();
        drop(done);
        result
    })
}

fn tell(sources: &Sources, is_done: &Receiver<()>) {
    let start = Instant::now();
    let mut pause = PATIENCE;
    while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(pause) {
        pause = PACE;
        let (files, seconds) = (sources.len(), start.elapsed().as_secs());
        let _ = write!(io::stderr(), "\rkmslint: {files} files read, {seconds} s\u{1b}[K");
    }
    if pause == PACE {
        let _ = write!(io::stderr(), "\r\u{1b}[K");
    }
}
