//! The commands: their names, what they take, and what they do in a line.

use kijun_text::{Label, Lang, nearest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Verdicts,
    Why,
    Set,
    Unset,
    Add,
    Remove,
    Complete,
    Incomplete,
    Facts,
    Let,
    Type,
    Changes,
    Undo,
    Save,
    AsOf,
    Load,
    Reload,
    Lang,
    Quit,
}

/// A command with its name, its arguments, and what it does.
pub(super) struct Entry {
    pub(super) command: Command,
    pub(super) name: &'static str,
    pub(super) takes: &'static str,
    ja: &'static str,
    en: &'static str,
}

const fn entry(
    command: Command,
    name: &'static str,
    takes: &'static str,
    ja: &'static str,
    en: &'static str,
) -> Entry {
    Entry { command, name, takes, ja, en }
}

/// In the order in which they are listed.
pub(super) const COMMANDS: [Entry; 20] = [
    entry(
        Command::Verdicts,
        "verdicts",
        "[REQUIREMENT | CATALOG]",
        "判定。指定がなければ件数と、適合でない項目",
        "verdicts; without a name the figures, and what is not in order",
    ),
    entry(
        Command::Why,
        "why",
        "REQUIREMENT [for SUBJECT]",
        "判定の証明(`kijun explain` と同じ)",
        "the proof of a verdict, as `kijun explain` prints it",
    ),
    entry(Command::Set, "set", "KIND ID FIELD VALUE", "事実を書き換える", "change a fact"),
    entry(Command::Unset, "unset", "KIND ID FIELD", "事実を未確認に戻す", "make a fact unknown"),
    entry(Command::Add, "add", "KIND ID", "記録を加える", "add a record"),
    entry(Command::Remove, "remove", "KIND ID", "記録を除く", "take a record out"),
    entry(
        Command::Complete,
        "complete",
        "KIND",
        "その種類の台帳に漏れがないとする",
        "say that the register of a kind is complete",
    ),
    entry(
        Command::Incomplete,
        "incomplete",
        "KIND",
        "その種類の台帳に漏れがありうるとする",
        "say that it is not",
    ),
    entry(Command::Facts, "facts", "[KIND [ID]]", "いまの事実を見る", "the facts as they stand"),
    entry(
        Command::Let,
        "let",
        "[NAME KIND ID]",
        "記録に名前を付け、式で使う",
        "name a record, for expressions",
    ),
    entry(Command::Type, "type", "EXPRESSION", "式の型を見る", "the type of an expression"),
    entry(Command::Changes, "changes", "", "ファイルと違うところ", "what differs from the files"),
    entry(Command::Undo, "undo", "", "直前の変更を取り消す", "take the last change back"),
    entry(
        Command::Save,
        "save",
        "FILE [--force]",
        "変更を事実のファイル(TOML)に書く",
        "write the changes as a file of facts (TOML)",
    ),
    entry(Command::AsOf, "as-of", "[DATE]", "評価日", "the date of evaluation"),
    entry(
        Command::Load,
        "load",
        "PATH",
        "別の作業場所を読む(変更は捨てる)",
        "another workspace; changes are dropped",
    ),
    entry(
        Command::Reload,
        "reload",
        "",
        "ファイルを読み直し、変更を重ねる",
        "read the files again, and make the changes again",
    ),
    entry(Command::Lang, "lang", "ja | en", "表示の言語", "the language"),
    entry(Command::Help, "help", "", "この一覧", "this list"),
    entry(Command::Quit, "quit", "", "終わる(Ctrl-D)", "end (Ctrl-D)"),
];

/// The command with this name, or what is wrong with it.
pub(super) fn find(name: &str) -> Result<Command, (Label, Label)> {
    let wanted = name.to_lowercase();
    let short = match wanted.as_str() {
        "q" | "exit" => "quit",
        "h" | "?" => "help",
        other => other,
    };
    if let Some(entry) = COMMANDS.iter().find(|e| e.name == short) {
        return Ok(entry.command);
    }
    let message =
        Label::new(format!("コマンド `:{name}` はありません"), format!("there is no command `:{name}`"));
    let help = match nearest(&wanted, COMMANDS.iter().map(|e| e.name)) {
        Some(similar) => {
            Label::new(format!("もしかして: `:{similar}`"), format!("did you mean `:{similar}`?"))
        }
        None => Label::new("`:help` で一覧が出ます", "`:help` lists them"),
    };
    Err((message, help))
}

/// How a command is written.
pub(super) fn usage(command: Command) -> Label {
    let found = COMMANDS.iter().find(|e| e.command == command);
    let text = found.map(|e| format!(":{} {}", e.name, e.takes)).unwrap_or_default();
    let text = text.trim_end();
    Label::new(format!("`{text}` と書きます"), format!("write `{text}`"))
}

pub(super) fn help(lang: Lang) -> String {
    let mut out = String::new();
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    out.push_str(say(
        "式を書くと、その値と、分からないときは足りない事実を示します。\n",
        "An expression is answered with its value and, where that is unknown, with the facts that are missing.\n",
    ));
    for example in [
        "count(c in contract)",
        "any v in vendor with v.country != JP: true",
        "each c in contract: c.expires",
    ] {
        out.push_str(&format!("  {example}\n"));
    }
    out.push_str(say(
        "事実の変更は記憶の中だけです。ファイルに書くのは :save だけです。\n\n",
        "Changes of facts are in memory only; nothing but :save writes a file.\n\n",
    ));
    for entry in &COMMANDS {
        let head = format!(":{} {}", entry.name, entry.takes);
        out.push_str(&format!(
            "  {}  {}\n",
            crate::terminal::pad(head.trim_end(), 34),
            say(entry.ja, entry.en)
        ));
    }
    out.push_str(say(
        "\nFIELD までは `contract.ehr-2025.clauses` のようにつなげても書けます。種類や項目は日本語の見出しでも書けます。\n",
        "\nKIND ID FIELD may also be written as contract.ehr-2025.clauses; kinds and fields also by their labels.\n",
    ));
    out
}
