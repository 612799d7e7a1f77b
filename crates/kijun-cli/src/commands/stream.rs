//! Many facilities: one line each in, one line each out, in the same order and in bounded memory.

mod answer;
mod envelope;
mod lines;
mod tally;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kijun_text::Label;
use rayon::prelude::*;

use self::answer::{Answer, Assessor};
use self::lines::Queue;
use self::tally::Tally;
use super::{Status, load_sound, no_rule, refuse};
use crate::args::{FactArgs, Stream};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Bytes of the input that are read at once.
const BUFFER: usize = 1 << 18;

/// NDJSON of facilities -> NDJSON of assessments.
pub(crate) fn run(args: &Stream, terminal: &Terminal) -> Status {
    let facts = FactArgs {
        as_of: args.as_of.clone(),
        facts: Some(Vec::new()),
        profile: args.profile.clone(),
        locked: false,
    };
    let (workspace, today) = match load_sound(&args.path, &facts, terminal) {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let assessor = Assessor::new(&workspace, today, args.fail_on);
    if !assessor.has_rules() {
        return no_rule(terminal);
    }
    let (input, output) = match (open_input(args), open_output(args)) {
        (Ok(input), Ok(output)) => (input, output),
        (Err(message), _) | (_, Err(message)) => return refuse(terminal, &message, &Label::default()),
    };
    let length = args.input.as_deref().and_then(|p| std::fs::metadata(p).ok()).map(|m| m.len());
    let mut tally = Tally::new(*terminal, length);
    let queue = Arc::new(Queue::default());
    let written = pump(&assessor, input, output, args.first_line, &queue, &mut tally);
    tally.finish();
    if let Some(error) = queue.failure() {
        let message = Label::new(
            format!("入力を最後まで読めません: {}", kijun_text::in_japanese(&error)),
            format!("cannot read the input to its end: {error}"),
        );
        return refuse(terminal, &message, &Label::default());
    }
    match written {
        // Who reads the output may stop when they have seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let message = Label::new(
                format!("出力に書けません: {}", kijun_text::in_japanese(&error)),
                format!("cannot write the output: {error}"),
            );
            refuse(terminal, &message, &Label::default())
        }
        _ => tally.status(),
    }
}

type Input = Box<dyn BufRead + Send>;

fn open_input(args: &Stream) -> Result<Input, Label> {
    let Some(path) = &args.input else {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, std::io::stdin())));
    };
    let file = File::open(path).map_err(|error| {
        let shown = path.display();
        kijun_text::cannot_read(&shown, &error)
    })?;
    Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
}

fn open_output(args: &Stream) -> Result<Box<dyn Write>, Label> {
    let Some(path) = &args.output else {
        return Ok(Box::new(BufWriter::new(std::io::stdout())));
    };
    let shown = path.display();
    if args.input.as_deref().is_some_and(|input| is_same(input, path)) {
        return Err(Label::new(
            format!("`{shown}` は入力でもあります"),
            format!("`{shown}` is the input as well"),
        ));
    }
    let file = File::create(path).map_err(|error| kijun_text::cannot_write(&shown, &error))?;
    Ok(Box::new(BufWriter::new(file)))
}

fn is_same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Reads, assesses and writes at the same time, until the input ends or nobody takes the output any more.
fn pump(
    assessor: &Assessor<'_>,
    mut input: Input,
    mut output: Box<dyn Write>,
    first_line: u64,
    queue: &Arc<Queue>,
    tally: &mut Tally,
) -> std::io::Result<()> {
    let filled = Arc::clone(queue);
    // Not waited for: where nobody takes the output any more, it may never see the end of its input.
    std::thread::spawn(move || filled.fill(&mut *input, first_line));
    std::thread::scope(|scope| {
        let (sender, answers) = sync_channel::<Vec<Answer>>(1);
        scope.spawn(move || assess_all(assessor, queue, &sender));
        let written = write_all(answers, &mut *output, tally);
        queue.close();
        written
    })
}

/// Writes answers as they come, until there are no more or nobody takes them.
fn write_all(
    answers: Receiver<Vec<Answer>>,
    output: &mut dyn Write,
    tally: &mut Tally,
) -> std::io::Result<()> {
    for batch in answers {
        for answer in &batch {
            output.write_all(&answer.text)?;
            tally.count(answer);
        }
        // Who asks one line at a time waits for the answer.
        output.flush()?;
        tally.show();
    }
    Ok(())
}

/// Assesses what waits, all of it at once, until there is nothing more or nobody takes the answers.
fn assess_all(assessor: &Assessor<'_>, queue: &Queue, answers: &SyncSender<Vec<Answer>>) {
    loop {
        let lines = queue.take();
        if lines.is_empty() {
            return;
        }
        if answers.send(lines.par_iter().map(|line| assessor.answer(line)).collect()).is_err() {
            return;
        }
    }
}
