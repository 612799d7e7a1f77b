// The page of a proof. Free of VS Code, so that it is tested without.
import type { Explanation, Fact, Item, Node, Outcome, Verdict } from "./answers";
import { type Html, Places, html } from "./html";

const WORDS = {
  ja: {
    source: "出典",
    rule: "規則",
    proof: "証明（決め手になった部分）",
    facts: "根拠となった事実",
    repairs: "直し方（事実がこう変われば適合。どれか一つ）",
    untried: "確かめていません",
    missing: "足りない事実",
    answeredBy: "回答者",
    others: "ほかの対象",
    beside: "この事実に関わるほかの判定",
    below: "下の項目",
    withdrawn: "取り下げられた項目です。移行先:",
    unknown: "台帳は未確認です",
    repeated: "上に示したとおり",
    graph: "規則のつながり",
    all: "すべての対象",
    none: "—",
  },
  en: {
    source: "source",
    rule: "rule",
    proof: "Proof (the parts that decide)",
    facts: "Facts it rests on",
    repairs: "Repairs (any one of them would satisfy it)",
    untried: "not tried",
    missing: "Missing facts",
    answeredBy: "answered by",
    others: "Other subjects",
    beside: "Other verdicts on this fact",
    below: "Below it",
    withdrawn: "Withdrawn; it went into:",
    unknown: "the register is not known",
    repeated: "as shown above",
    graph: "Rule graph",
    all: "All subjects",
    none: "—",
  },
};

export type Lang = keyof typeof WORDS;

/** What is in the panel, and the places that its buttons open. */
export function proofBody(of: Explanation, lang: Lang): { body: Html; places: Places } {
  const page = new ProofPage(lang);
  return { body: page.whole(of), places: page.places };
}

class ProofPage {
  readonly places = new Places();
  private readonly words;

  constructor(lang: Lang) {
    this.words = WORDS[lang];
  }

  whole(of: Explanation): Html {
    const { requirement: r } = of;
    const edition = r.edition && html`<span class="edition">${r.edition}</span>`;
    return html`
<header>
<h1>${this.places.link(r.location, r.id, "id")}${edition} <span class="title">${r.title}</span></h1>
<p class="tags">${r.tags}${r.source && ` · ${this.words.source}: ${r.source}`}</p>
<p class="about">${r.verdict ? chip(r.verdict) : ""} ${r.verdict?.reason} ${of.subject !== null && explain(r.id, null, this.words.all)} <button type="button" class="link" data-graph="${r.id}">${this.words.graph}</button></p>
${r.withdrawn && html`<p>${this.words.withdrawn}</p><ul>${r.withdrawn.map((item) => this.item(item))}</ul>`}
${of.reasons.map((reason) => html`<p>${reason}</p>`)}
</header>
${of.outcomes.map((o, i) => this.outcome(o, i))}
${this.section(this.words.others, of.others, (o) => html`<li>${o.id === null ? o.subject : explain(r.id, o.id, o.subject)} ${chip(o.verdict)} <code>${o.rule}</code></li>`)}
${this.section(this.words.beside, of.beside, (b) => html`<li>${explain(b.id, b.subject, b.subject === null ? b.id : `${b.id} @ ${b.subject}`)} ${b.verdict && chip(b.verdict)}</li>`)}
${this.section(this.words.below, of.below, (item) => this.item(item))}`;
  }

  private section<T>(title: string, all: T[], one: (of: T) => Html): Html | "" {
    return all.length === 0 ? "" : html`<section class="list"><h2>${title}</h2><ul>${all.map(one)}</ul></section>`;
  }

  private item(item: Item): Html {
    return html`<li>${explain(item.id, null, item.id)} ${item.title} ${item.verdict ? chip(item.verdict) : this.words.none}</li>`;
  }

  private outcome(o: Outcome, index: number): Html {
    const key = `${index}-${o.subject.label}-${o.rule.name}`;
    const mark = o.rule.mark && html` <span class="mark">${o.rule.mark}</span>`;
    return html`<section class="outcome verdict-${o.verdict.name}">
<h2>${this.places.link(o.subject.location, o.subject.label, "subject")} ${chip(o.verdict)}</h2>
${o.message && html`<p class="message">${o.message}</p>`}${o.toConfirm && html`<p class="note">${o.toConfirm}</p>`}
<details class="rule" data-key="${key}-rule"><summary>${this.words.rule} ${this.places.link(o.rule.location, o.rule.name, "name")}${mark}</summary><pre>${o.rule.text}</pre></details>
${o.proof.length > 0 && html`<h3>${this.words.proof}</h3><ul class="tree">${o.proof.map((node, i) => this.node(node, `${key}-${i}`))}</ul>`}
${o.facts.length > 0 && html`<h3>${this.words.facts}</h3><ul class="facts">${o.facts.map((fact) => this.fact(fact))}</ul>`}
${o.repairs.length > 0 && html`<h3>${this.words.repairs}</h3><ol class="repairs">${o.repairs.map((r) => html`<li>${r.steps.map((s, i) => html`${i > 0 && html`<br>+ `}${this.places.link(s.location, s.text, "step")}`)}${r.unverified && html` <span class="note">${this.words.untried}</span>`}</li>`)}</ol>`}
${o.missing.length > 0 && html`<h3>${this.words.missing}</h3><ul class="missing">${o.missing.map((m) => html`<li>${this.places.link(m.location, m.name, "fact")}${m.question && html`<p class="question">${m.question}${m.of && html` <span class="note">${this.words.answeredBy}: ${m.of}</span>`}</p>`}</li>`)}</ul>`}
</section>`;
  }

  private node(node: Node, key: string): Html {
    const binding = node.binding && html`<span class="binding">${node.binding.name} = ${node.binding.value}</span> `;
    const head = html`<span class="truth ${node.truth}">${node.label}</span> ${binding}${this.places.link(node.location, node.text, "expression")}`;
    if (node.facts.length + node.notes.length + node.children.length === 0) return html`<li><div class="leaf">${head}</div></li>`;
    const notes = node.notes.map((note) => html`<li class="note">${note.text} ${this.places.named(note.location)}</li>`);
    const children = node.children.map((child, i) => this.node(child, `${key}.${i}`));
    return html`<li><details open data-key="${key}"><summary>${head}</summary><ul>${node.facts.map((fact) => this.fact(fact))}${notes}${children}</ul></details></li>`;
  }

  private fact(fact: Fact): Html {
    const name = html`<span class="fact">${fact.name}</span>`;
    if (fact.repeated) return html`<li class="of-fact">${name} <span class="note">${this.words.repeated}</span></li>`;
    if (fact.values.length === 0) return html`<li class="of-fact">${name}: ${this.words.unknown}</li>`;
    const value = (v: Fact["values"][number]) => html`<span class="value">${v.text}</span>${v.evidence && html` <span class="note">${v.evidence}</span>`} ${this.places.named(v.location)}`;
    return html`${fact.values.map((v) => html`<li class="of-fact">${name} <span class="label">${fact.label}</span> = ${value(v)}</li>`)}`;
  }
}

function chip({ name, label }: Verdict): Html {
  return html`<span class="chip ${name}">${label}</span>`;
}

function explain(id: string, subject: string | null, text: string): Html {
  return html`<button type="button" class="link" data-explain="${id}"${subject !== null && html` data-subject="${subject}"`}>${text}</button>`;
}

export const BASE = `
:root { --fonts: var(--vscode-font-family), "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif; --mono: var(--vscode-editor-font-family), "Noto Sans Mono CJK JP", monospace; }
body { font-family: var(--fonts); font-size: var(--vscode-font-size); color: var(--vscode-foreground); padding: 0 1.2em 2em; line-height: 1.6; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: inherit; overflow-wrap: anywhere; }
button.link { cursor: pointer; color: var(--vscode-textLink-foreground); }
button.link:hover { text-decoration: underline; }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.chip { display: inline-block; border: 1px solid currentColor; border-radius: 1em; padding: 0 .7em; font-size: .9em; line-height: 1.5; white-space: nowrap; color: var(--vscode-descriptionForeground); }
.chip.violated { color: var(--vscode-errorForeground); }
.chip.conflicting { color: var(--vscode-charts-purple, #b180d7); }
.chip.unknown, .chip.stale, .chip.unverified { color: var(--vscode-charts-blue, #3794ff); }
.chip.satisfied { color: var(--vscode-charts-green, #388a34); }
`;

export const PROOF_STYLE = `${BASE}
h1 { font-size: 1.35em; font-weight: 600; margin: .8em 0 .2em; line-height: 1.4; }
h1 .id { font-family: var(--mono); }
.edition { font-size: .7em; font-weight: 400; border: 1px solid var(--vscode-widget-border, #8888); border-radius: .3em; padding: 0 .4em; margin-left: .4em; vertical-align: middle; }
.tags, .note, .label, .place.link { color: var(--vscode-descriptionForeground); }
.tags { margin: 0; }
.about > * { margin-right: 1em; }
.note, .place { font-size: .92em; }
.outcome { border: 1px solid var(--vscode-widget-border, #8886); border-left-width: 4px; border-radius: .3em; padding: .2em 1em .8em; margin: 1em 0; }
.outcome.verdict-violated { border-left-color: var(--vscode-errorForeground); }
.outcome.verdict-unknown, .outcome.verdict-stale, .outcome.verdict-unverified { border-left-color: var(--vscode-charts-blue, #3794ff); }
.outcome.verdict-conflicting { border-left-color: var(--vscode-charts-purple, #b180d7); }
.outcome.verdict-satisfied { border-left-color: var(--vscode-charts-green, #388a34); }
h2 { font-size: 1.1em; margin: .5em 0; }
h3 { font-size: 1em; margin: 1em 0 .3em; }
.message { font-size: 1.05em; margin: .4em 0; white-space: pre-line; }
pre { font-family: var(--mono); font-size: var(--vscode-editor-font-size); background: var(--vscode-textCodeBlock-background); padding: .6em .8em; overflow-x: auto; white-space: pre-wrap; margin: .3em 0; }
code, .fact, .expression, .binding, .name { font-family: var(--mono); font-size: .95em; }
ul, ol { margin: .2em 0; padding-left: 1.6em; }
.tree, .tree ul { list-style: none; padding-left: 1.2em; }
.tree { padding-left: 0; }
.tree ul { border-left: 1px solid var(--vscode-tree-indentGuidesStroke, #8886); margin-left: .35em; }
.leaf { padding-left: 1.05em; }
.of-fact { padding-left: 1.05em; overflow-wrap: anywhere; }
summary { cursor: pointer; }
button.expression.link { color: var(--vscode-foreground); }
.truth { display: inline-block; min-width: 2.2em; text-align: center; border-radius: .25em; font-size: .85em; padding: 0 .4em; color: #fff; background: #5f6b7a; }
.truth.true { background: #2e7d32; }
.truth.false { background: #b3261e; }
.truth.unknown { background: #1a6fb5; }
.binding { color: var(--vscode-symbolIcon-variableForeground, inherit); }
.value { font-weight: 600; }
.question { margin: 0; }
.mark { color: var(--vscode-editorWarning-foreground); }
`;
