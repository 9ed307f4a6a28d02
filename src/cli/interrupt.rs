//! Ctrl-C and the like while a file is being written: the file is finished or left as it was, and then the run ends as
//! by the signal itself.

use std::io;

/// Does a piece of work on a file to its end, whatever signal comes.
///
/// # Errors
/// Those of the work.
pub(super) fn uninterrupted<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    #[cfg(unix)]
    return unix::uninterrupted(work);
    #[cfg(not(unix))]
    work()
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Arc, OnceLock};

    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::low_level::emulate_default_handler;

    /// What the handlers know.
    #[derive(Default)]
    struct Signals {
        /// No file is being written: a signal does what it always does.
        idle: Arc<AtomicBool>,
        /// The signal that came while one was.
        pending: Arc<AtomicUsize>,
    }

    pub(super) fn uninterrupted<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        static SIGNALS: OnceLock<Signals> = OnceLock::new();
        let signals = SIGNALS.get_or_init(|| {
            let signals = Signals::default();
            // A system that takes no handlers stops the work where it is.
            let _ = signals.listen();
            signals
        });
        signals.idle.store(false, Ordering::SeqCst);
        let done = work();
        signals.idle.store(true, Ordering::SeqCst);
        match i32::try_from(signals.pending.load(Ordering::SeqCst)) {
            Ok(signal @ 1..) => emulate_default_handler(signal).and(Err(io::ErrorKind::Interrupted.into())),
            _ => done,
        }
    }

    impl Signals {
        fn listen(&self) -> io::Result<()> {
            for signal in [SIGINT, SIGTERM] {
                flag::register_conditional_default(signal, self.idle.clone())?;
                flag::register_usize(signal, self.pending.clone(), signal.unsigned_abs() as usize)?;
            }
            // A file that grows too large is an error of the write, and not the end of the run.
            flag::register(SIGXFSZ, Arc::default()).map(drop)
        }
    }
}
