// HTML as text, for pages in panels. Free of VS Code, so that it is tested without.
import type { Location, Place } from "./answers";

/** Text that is markup already. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | null | undefined | false | Part[];

const SIGNS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function markup(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(markup).join("");
  if (part === null || part === undefined || part === false) return "";
  return String(part).replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}

/** Markup with parts that are none, unless they are made by this function. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < parts.length ? markup(parts[i]) : "")).join(""));
}

/** Places that a page may be asked to open, by their number. */
export class Places {
  readonly all: Location[] = [];

  /** A button that opens a place; where there is none, the text alone. */
  link(place: Place, text: Part, name = "go"): Html {
    if (place === null) return html`<span class="${name}">${text}</span>`;
    const number = this.all.push(place) - 1;
    return html`<button type="button" class="${name} link" data-go="${number}" title="${shortPlace(place)}">${text}</button>`;
  }

  /** A button with the name of the file and the line. */
  named(place: Place): Html {
    return place === null ? html`` : this.link(place, shortPlace(place), "place");
  }
}

/** `contract.csv:12`. */
export function shortPlace({ uri, range }: Location): string {
  const path = decodeURIComponent(uri);
  return `${path.slice(path.lastIndexOf("/") + 1)}:${range.start.line + 1}`;
}

/** A whole page whose only script and style are its own. What is clicked is told to the panel; a message replaces the body and
 * keeps what is folded and how far it is scrolled. */
export function page(lang: string, nonce: string, style: string, body: Html): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main id="page">${body.text}</main>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>`;
}

const SCRIPT = `
const host = acquireVsCodeApi();
const main = document.getElementById('page');
main.querySelector('.focus')?.scrollIntoView({ block: 'center', inline: 'center' });
const folds = () => [...main.querySelectorAll('details[data-key]')];
addEventListener('click', (event) => {
  const target = event.target.closest('[data-go], [data-explain], [data-graph], [data-copy]');
  if (target) host.postMessage({ ...target.dataset });
});
addEventListener('message', ({ data }) => {
  const open = new Map(folds().map((one) => [one.dataset.key, one.open]));
  const at = scrollY;
  main.innerHTML = data.body;
  for (const one of folds()) if (open.has(one.dataset.key)) one.open = open.get(one.dataset.key);
  if (data.keep) scrollTo(0, at);
  else scrollTo(0, 0);
});
`;
