//! `--inventory FILE`: lints an inventory of any length in constant memory, on all processors, in order.
//!
//! One thread cuts the input into batches of lines and deals them out in turn, each worker lints its batches, and the
//! results are collected in the same turn: so they come out in the order of the input, and nothing is ever sorted or
//! kept. Every queue is bounded, so whoever is slow slows the others down.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::{Exit, complain};
use crate::Options;
use crate::discover::name_of;
use crate::engine::{Engines, Registry};
use crate::inventory::{Inventory, LONGEST_LINE, Totals};
use crate::report::inventory::{findings, line, summary};
use crate::source::Sources;

/// A batch is full with so many bytes, or with so many lines.
const BATCH_BYTES: usize = 128 << 10;
const BATCH_LINES: usize = 64;

/// So many batches wait for a worker, and so many results of it to be written.
const WAITING: usize = 2;

/// How often the progress is shown.
const REFRESH: Duration = Duration::from_millis(200);

/// Some lines of the input.
struct Batch {
    /// The number of the first line, from 1.
    first: u32,
    lines: Vec<Vec<u8>>,
    /// Bytes of the input up to the end of the batch.
    read: u64,
}

/// What was found in a batch.
struct Done {
    text: String,
    totals: Totals,
    last: u32,
    read: u64,
}

/// Lints the inventory at a path, `-` being standard input.
///
/// # Errors
/// What the system says of standard output.
pub(super) fn run(
    path: &str,
    sources: &Sources,
    options: &Options,
    strict_unknown: bool,
) -> io::Result<Exit> {
    let (input, length) = match open(path) {
        Ok(opened) => opened,
        Err(error) => {
            complain(&format!("`{path}`: cannot read it: {error}"));
            return Ok(Exit::Failed);
        }
    };
    let (rules, name) = (Registry::embedded(), name_of(path));
    // The configuration is read before the workers start, once for all of them.
    let first = Inventory::new(rules, sources, &name, options);
    drop(first);
    let mut totals = Totals::default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let read = thread::scope(|scope| -> io::Result<io::Result<()>> {
        let mut senders = Vec::new();
        let mut receivers = Vec::new();
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (sender, batches) = sync_channel::<Batch>(WAITING);
            let (results, receiver) = sync_channel::<Done>(WAITING);
            let name = &name;
            scope.spawn(move || work(Inventory::new(rules, sources, name, options), &batches, &results));
            senders.push(sender);
            receivers.push(receiver);
        }
        let reader = scope.spawn(move || deal(input, &senders));
        let mut progress = Progress::new(length);
        for receiver in receivers.iter().cycle() {
            let Ok(done) = receiver.recv() else { break };
            progress.clear(&done);
            out.write_all(done.text.as_bytes())?;
            totals.merge(done.totals);
            progress.show(done.last, done.read, &totals, &mut out)?;
        }
        progress.end();
        // Without receivers the workers stop, and without workers the reader.
        drop(receivers);
        Ok(reader.join().unwrap_or_else(|_| Err(io::Error::other("the reader failed"))))
    })?;
    let (found, misconfigured) = Engines::new(rules, options).run(sources, &[]);
    out.write_all(findings(&found, sources, None).as_bytes())?;
    out.write_all(summary(&totals).as_bytes())?;
    out.flush()?;
    if let Err(error) = &read {
        complain(&format!("`{path}`: cannot read it: {error}"));
    }
    Ok(if read.is_err() || misconfigured {
        Exit::Failed
    } else if totals.fails || (strict_unknown && totals.summary.not_analysed > 0) {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// The input, and its length in bytes if that is known.
fn open(path: &str) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if path == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// Cuts the input into batches and deals them out in turn, until it ends or nobody listens any more.
fn deal(input: Box<dyn Read + Send>, workers: &[SyncSender<Batch>]) -> io::Result<()> {
    let mut input = BufReader::with_capacity(BATCH_BYTES, input);
    let (mut number, mut read) = (1_u32, 0);
    for worker in workers.iter().cycle() {
        let (first, mut bytes, mut lines) = (number, 0, Vec::new());
        let mut ended = Ok(false);
        while bytes < BATCH_BYTES && lines.len() < BATCH_LINES {
            match next_line(&mut input, &mut read) {
                Ok(Some(line)) => {
                    bytes += line.len();
                    lines.push(line);
                    number = number.saturating_add(1);
                }
                Ok(None) => ended = Ok(true),
                Err(error) => ended = Err(error),
            }
            if !matches!(ended, Ok(false)) {
                break;
            }
        }
        let is_heard = lines.is_empty() || worker.send(Batch { first, lines, read }).is_ok();
        if ended? || !is_heard {
            break;
        }
    }
    Ok(())
}

/// The next line, without its end; of one that is too long just enough to see that.
fn next_line(input: &mut impl BufRead, read: &mut u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut is_end = true;
    loop {
        let chunk = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            chunk => chunk?,
        };
        if chunk.is_empty() {
            return Ok((!is_end).then_some(line));
        }
        is_end = false;
        let end = memchr::memchr(b'\n', chunk);
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let room = (LONGEST_LINE + 1).saturating_sub(line.len());
        line.extend_from_slice(part.get(..room).unwrap_or(part));
        let used = part.len() + usize::from(end.is_some());
        *read += used as u64;
        input.consume(used);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

/// Lints batches until there are no more, or nobody wants the results.
fn work(mut inventory: Inventory<'_>, batches: &Receiver<Batch>, results: &SyncSender<Done>) {
    for Batch { first, lines, read } in batches {
        let mut done = Done { text: String::new(), totals: Totals::default(), last: first, read };
        for (bytes, number) in lines.iter().zip(first..) {
            done.last = number;
            if let Some(found) = inventory.line(number, bytes) {
                done.totals.add(&found);
                done.text.push_str(&line(&found));
            }
        }
        if results.send(done).is_err() {
            return;
        }
    }
}

/// How far it is, on standard error if that is a terminal.
struct Progress {
    length: Option<u64>,
    wanted: bool,
    shown: Option<Instant>,
    started: Instant,
}

impl Progress {
    fn new(length: Option<u64>) -> Self {
        let started = Instant::now();
        Progress { length, wanted: io::stderr().is_terminal(), shown: None, started }
    }

    /// Makes room for findings that go to the same terminal.
    fn clear(&mut self, done: &Done) {
        if self.shown.is_some() && !done.text.is_empty() && io::stdout().is_terminal() {
            self.end();
        }
    }

    fn show(&mut self, lines: u32, read: u64, totals: &Totals, out: &mut impl Write) -> io::Result<()> {
        let is_due = self.shown.unwrap_or(self.started).elapsed() >= REFRESH;
        if !self.wanted || !is_due {
            return Ok(());
        }
        // What was found so far stands above the line.
        out.flush()?;
        let share = self.length.filter(|length| *length > 0).map(|length| read * 100 / length);
        let share = share.map(|share| format!("{share:3} %  ")).unwrap_or_default();
        let crate::Summary { errors, warnings, .. } = totals.summary;
        let _ =
            write!(io::stderr().lock(), "\r\x1b[K{share}{lines} lines, {errors} errors, {warnings} warnings");
        self.shown = Some(Instant::now());
        Ok(())
    }

    fn end(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}
