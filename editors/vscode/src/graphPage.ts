// The rule graph as a drawing: columns from requirements to attributes. Free of VS Code, so that it is tested without.
import type { Graph } from "./answers";
import { type Html, Places, html } from "./html";
import { BASE, type Lang } from "./proofPage";

const WORDS = {
  ja: { copy: "Mermaid としてコピー", copyDot: "DOT としてコピー", size: (n: number, e: number) => `${n} 個の要素、${e} 本のつながり` },
  en: { copy: "Copy as Mermaid", copyDot: "Copy as DOT", size: (n: number, e: number) => `${n} nodes, ${e} edges` },
};

const WIDTH = 220;
const HEIGHT = 46;
const GAP = { across: 50, down: 10 };
const SWEEPS = 4;

/** The column of every node: behind all that rests on it, attributes in the last. */
export function columnsOf(graph: Graph): number[] {
  const below = graph.nodes.map((): number[] => []);
  for (const { from, to } of graph.edges) below[from]?.push(to);
  const depth = new Array<number>(graph.nodes.length).fill(0);
  const open = new Set<number>();
  const settle = (node: number, at: number): void => {
    if (open.has(node) || (at <= (depth[node] ?? 0) && at > 0)) return;
    depth[node] = Math.max(depth[node] ?? 0, at);
    open.add(node);
    for (const next of below[node] ?? []) settle(next, at + 1);
    open.delete(node);
  };
  const below_ = new Set(graph.edges.map((edge) => edge.to));
  graph.nodes.forEach((_, node) => {
    if (!below_.has(node)) settle(node, 0);
  });
  const last = Math.max(0, ...depth);
  return depth.map((own, node) => (graph.nodes[node]?.kind === "attribute" ? last : own));
}

/** The nodes of each column, so ordered that few edges cross. */
export function orderOf(graph: Graph, columns: number[]): number[][] {
  const order: number[][] = Array.from({ length: Math.max(-1, ...columns) + 1 }, () => []);
  columns.forEach((column, node) => order[column]?.push(node));
  const near = graph.nodes.map((): number[] => []);
  for (const { from, to } of graph.edges) {
    near[from]?.push(to);
    near[to]?.push(from);
  }
  const place = new Map<number, number>();
  const remember = (nodes: number[]) => nodes.forEach((node, i) => place.set(node, (i + 0.5) / nodes.length));
  order.forEach(remember);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const nodes of sweep % 2 === 0 ? order : [...order].reverse()) {
      const middle = (node: number) => {
        const all = (near[node] ?? []).map((other) => place.get(other) ?? 0);
        return all.length === 0 ? (place.get(node) ?? 0) : all.reduce((a, b) => a + b, 0) / all.length;
      };
      const wanted = new Map(nodes.map((node) => [node, middle(node)]));
      nodes.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a - b);
      remember(nodes);
    }
  }
  return order;
}

export function graphBody(graph: Graph, lang: Lang): { body: Html; places: Places } {
  const places = new Places();
  const order = orderOf(graph, columnsOf(graph));
  const tallest = Math.max(1, ...order.map((nodes) => nodes.length));
  const size = { x: order.length * (WIDTH + GAP.across) - GAP.across + 4, y: tallest * (HEIGHT + GAP.down) + 4 };
  const at = new Map<number, { x: number; y: number }>();
  order.forEach((nodes, column) => {
    const top = ((tallest - nodes.length) * (HEIGHT + GAP.down)) / 2;
    nodes.forEach((node, i) => at.set(node, { x: column * (WIDTH + GAP.across) + 2, y: top + i * (HEIGHT + GAP.down) + 2 }));
  });
  const edge = ({ from, to, kind }: Graph["edges"][number]) => {
    const [a, b] = [at.get(from), at.get(to)];
    if (!a || !b) return html``;
    const [x1, y1, x2, y2] = [a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
    const bend = Math.max(30, (x2 - x1) / 2);
    return html`<path class="edge ${kind}" d="M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
  };
  const node = (own: Graph["nodes"][number], i: number) => {
    const { x, y } = at.get(i) ?? { x: 0, y: 0 };
    const verdict = own.verdict && html` <span class="chip ${own.verdict.name}">${own.verdict.label}</span>`;
    const text = html`<span class="kind">${own.label}</span> <b>${own.name}</b>${verdict}<br>${own.title || html`&nbsp;`}`;
    const box = places.link(own.location, text, `node kind-${own.kind}${own.focus ? " focus" : ""}`);
    return html`<foreignObject x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}">${box}</foreignObject>`;
  };
  const words = WORDS[lang];
  const body = html`<p class="tools">${words.size(graph.nodes.length, graph.edges.length)} <button type="button" class="link" data-copy="mermaid">${words.copy}</button> <button type="button" class="link" data-copy="dot">${words.copyDot}</button></p>
<svg width="${size.x}" height="${size.y}" viewBox="0 0 ${size.x} ${size.y}">${graph.edges.map(edge)}${graph.nodes.map(node)}</svg>`;
  return { body, places };
}

export const GRAPH_STYLE = `${BASE}
.tools { position: sticky; left: 0; width: max-content; color: var(--vscode-descriptionForeground); }
.tools button { margin-left: 1em; }
.edge { fill: none; stroke: var(--vscode-foreground); stroke-opacity: .35; stroke-width: 1.3; }
.edge.reads { stroke-dasharray: 4 3; }
.node, button.node.link { box-sizing: border-box; display: block; width: 100%; height: 100%; padding: .15em .6em; border: 1px solid var(--vscode-widget-border, #8888); border-radius: .3em; background: var(--vscode-editorWidget-background); color: var(--vscode-foreground); font-size: 12px; line-height: 1.5; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
button.node.link:hover { border-color: var(--vscode-focusBorder); text-decoration: none; }
.node.focus { border-width: 2px; border-color: var(--vscode-focusBorder) !important; }
.node b { font-family: var(--mono); }
.node .kind { color: var(--vscode-descriptionForeground); }
.node.kind-section, .node.kind-requirement { border-radius: 1.4em; }
.node.kind-attribute { border-style: dashed; }
`;
