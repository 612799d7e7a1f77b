//! The command line in Japanese. English stands at the arguments themselves; `help.txt` has each of its texts, and below it the
//! same in Japanese. A text that has none fails the test, as does one that nothing says any more.

mod wrong;

use std::collections::HashMap;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};

pub(super) use wrong::described;

const HELP: &str = include_str!("help.txt");

const TEMPLATE: &str = "{before-help}{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}";

/// The command with everything below it, which says in Japanese what it said in English.
pub(super) fn translated(mut command: Command) -> Command {
    // Makes what clap adds of its own: `help`, `--help`, `--version`, and global options at each command.
    command.build();
    in_japanese(command, &words().collect())
}

/// The same as a page of help, where clap's own words are Japanese too: headings, defaults, what may stand for a value.
pub(super) fn helping(command: Command) -> Command {
    with_headings(translated(command))
}

type Words = HashMap<&'static str, &'static str>;

/// English and Japanese.
fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    HELP.split("\n\n").filter_map(|pair| pair.trim().split_once('\n'))
}

fn in_japanese(mut command: Command, words: &Words) -> Command {
    let said = |text: &dyn ToString| {
        let text = text.to_string();
        words.get(text.as_str()).map_or(text.clone(), |&ja| ja.to_owned())
    };
    if let Some(about) = command.get_about().map(|text| said(text)) {
        command = command.about(about);
    }
    if let Some(about) = command.get_long_about().map(|text| said(text)) {
        command = command.long_about(about);
    }
    if let Some(after) = command.get_after_help().map(|text| said(text)) {
        command = command.after_help(after);
    }
    command.mut_args(|arg| argument(arg, &said)).mut_subcommands(|sub| in_japanese(sub, words))
}

fn argument(mut arg: Arg, said: &dyn Fn(&dyn ToString) -> String) -> Arg {
    if let Some(help) = arg.get_help().map(|text| said(text)) {
        arg = arg.help(help);
    }
    if let Some(help) = arg.get_long_help().map(|text| said(text)) {
        arg = arg.long_help(help);
    }
    let values = values(&arg);
    if values.iter().any(|v| v.get_help().is_some()) {
        let values = values.into_iter().map(|v| match v.get_help().map(|text| said(text)) {
            Some(help) => v.help(help),
            None => v,
        });
        arg = arg.value_parser(PossibleValuesParser::new(values));
    }
    arg
}

/// What may stand for the value, where that can be listed.
fn values(arg: &Arg) -> Vec<PossibleValue> {
    if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() }
}

fn with_headings(command: Command) -> Command {
    command
        .help_template(TEMPLATE)
        .subcommand_help_heading("コマンド")
        .mut_args(with_notes)
        .mut_subcommands(with_headings)
}

fn with_notes(arg: Arg) -> Arg {
    let heading = if arg.is_positional() { "引数" } else { "オプション" };
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values = if arg.is_hide_possible_values_set() { Vec::new() } else { values(&arg) };
    let default: Vec<_> = arg.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
    let mut notes = String::new();
    if !default.is_empty() && arg.get_action().takes_values() {
        notes += &format!(" [既定: {}]", default.join(" "));
    }
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let mut short = format!("{help}{notes}");
    let mut long = arg.get_long_help().map(|text| format!("{text}{notes}"));
    if values.iter().any(|v| v.get_help().is_some()) {
        let lines = values.iter().map(|v| match v.get_help() {
            Some(text) => format!("- {}: {text}", v.get_name()),
            None => format!("- {}", v.get_name()),
        });
        long = Some(format!("{short}\n選択肢:\n{}", lines.collect::<Vec<_>>().join("\n")).trim().to_owned());
    }
    if !names.is_empty() {
        short += &format!(" [選択肢: {}]", names.join(", "));
    }
    let arg = arg.help_heading(heading).hide_default_value(true).hide_possible_values(true);
    let arg = arg.help(short.trim().to_owned());
    match long {
        Some(long) => arg.long_help(long),
        None => arg,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::super::Args;
    use super::*;

    fn texts(command: &Command, into: &mut BTreeSet<String>) {
        let own = [command.get_about(), command.get_long_about(), command.get_after_help()];
        into.extend(own.into_iter().flatten().map(ToString::to_string));
        for arg in command.get_arguments() {
            let help = [arg.get_help(), arg.get_long_help()];
            into.extend(help.into_iter().flatten().map(ToString::to_string));
            if arg.get_action().takes_values() {
                let values = arg.get_possible_values();
                into.extend(values.iter().filter_map(|v| v.get_help()).map(ToString::to_string));
            }
        }
        command.get_subcommands().for_each(|sub| texts(sub, into));
    }

    #[test]
    fn every_text_of_the_help_has_its_japanese_and_no_other_is_kept() {
        let mut command = Args::command();
        command.build();
        let mut said = BTreeSet::new();
        texts(&command, &mut said);
        let known: BTreeSet<String> = words().map(|(en, _)| en.to_owned()).collect();
        let missing: Vec<_> = said.difference(&known).collect();
        assert!(missing.is_empty(), "without Japanese in help.txt:\n{missing:#?}");
        let unused: Vec<_> = known.difference(&said).collect();
        assert!(unused.is_empty(), "in help.txt, but nothing says it:\n{unused:#?}");
    }

    #[test]
    fn help_is_in_japanese_throughout() {
        let mut command = helping(Args::command());
        for name in [&[][..], &["assess"], &["import", "crosswalk"], &["seal"]] {
            let sub = name.iter().try_fold(&mut command, |c, n| c.find_subcommand_mut(n));
            let text = sub.map(|c| c.render_long_help().to_string()).unwrap_or_default();
            for english in
                ["Usage:", "Options:", "Arguments:", "Commands:", "Print", "[default:", "possible values"]
            {
                assert!(!text.contains(english), "{english} in\n{text}");
            }
            assert!(text.contains("使い方: kijun") && text.contains("オプション:"), "{text}");
        }
    }
}
