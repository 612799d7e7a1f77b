// The data of the page, with references instead of numbers.
const data = JSON.parse(document.getElementById('data').textContent);
const words = data.words;
const STATED = 1;
const ROLLED_UP = 2;
const ANY = 31;
/** All but unrelated: something in common for certain. */
const OVERLAPS = 15;
const NOT_COVERED = words.coverage.findIndex((w) => w.name === 'not_covered');

const items = data.items.map(([id, label, parent, flags, mark, level, verdict], index) => ({
  index,
  id,
  label,
  parent,
  section: (flags & 1) !== 0,
  textIncluded: (flags & 2) !== 0,
  mark,
  level,
  verdict,
  folded: fold([id, label.ja, label.en].filter(Boolean).join('\n')),
}));
const nodes = [...items, ...data.unions.map((members) => ({ members: members.map((m) => items[m]) }))];
const steps = data.steps.map(([kind, from, to, statement]) => ({
  kind,
  from: nodes[from],
  to: nodes[to],
  statement: data.statements[statement],
}));
const blocks = data.blocks.map(block);
const assessed = data.assessed !== null;

/** As a person types it: width, case and kana make no difference. */
function fold(text) {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain.replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

function block(raw) {
  const cells = raw.cells.map(cell);
  const targets = raw.targets.map(([index, coverage, trusted, met, total, own]) => ({
    item: items[index],
    coverage,
    weak: trusted > coverage,
    met,
    total: total && tally(total),
    cells: own.map((i) => cells[i]),
    children: [],
    /** Below it, what figures count. */
    counted: [],
    above: null,
  }));
  const byItem = new Map(targets.map((target) => [target.item, target]));
  for (const target of targets) {
    target.above = byItem.get(items[target.item.parent]) ?? null;
    target.above?.children.push(target);
    if (target.item.section) continue;
    for (let above = target.above; above; above = above.above) above.counted.push(target);
  }
  for (const one of cells) one.target = byItem.get(one.target);
  const columns = columnTree(raw.sources.map((i) => items[i]), cells);
  return {
    ...raw,
    total: tally(raw.total),
    targets,
    cells,
    byItem,
    roots: targets.filter((target) => !target.above),
    ...columns,
  };
}

function tally([count, coverage, weak, met]) {
  return { items: count, coverage, weak, met };
}

function cell(raw) {
  const [node, target, possible, trusted, flags, strength, mark, coverage, senses, walks, members] = raw;
  const source = nodes[node];
  return {
    source,
    /** Whose verdicts it carries. */
    sources: source.members ? members.map(([item]) => items[item]) : [source],
    target: items[target],
    possible,
    trusted,
    stated: (flags & STATED) !== 0,
    rolledUp: (flags & ROLLED_UP) !== 0,
    strength,
    mark,
    coverage,
    senses,
    walks: walks.map(walk),
    members: members.map(([item, own]) => ({ item: items[item], walks: own.map(walk) })),
  };
}

function walk([gives, own]) {
  return { gives, steps: own.map((i) => steps[i]) };
}

/** The sources that some cell speaks of, with their sections; and the uppermost ones of which none speaks. */
function columnTree(sources, cells) {
  const used = new Set();
  for (const source of cells.flatMap((c) => c.sources)) {
    for (let item = source; item; item = items[item.parent]) used.add(item);
  }
  const all = [...new Set([...sources, ...used])];
  const byItem = new Map();
  for (const item of all.filter((i) => used.has(i)).sort((a, b) => a.index - b.index)) {
    byItem.set(item, { item, children: [], above: null });
  }
  for (const column of byItem.values()) {
    column.above = byItem.get(items[column.item.parent]) ?? null;
    column.above?.children.push(column);
  }
  return {
    columnOf: byItem,
    columnRoots: [...byItem.values()].filter((column) => !column.above),
    silent: sources.filter((item) => item.parent === null && !used.has(item)),
  };
}

/** `equal` … when one relationship is left, else `overlaps` or `open`. */
function relationName(possible) {
  const left = relationships(possible);
  if (left.length === 1) return words.relations[left[0]].name;
  return (possible & ~OVERLAPS) === 0 ? 'overlaps' : 'open';
}

function relationships(possible) {
  return words.relations.map((_, i) => i).filter((i) => possible & (1 << i));
}

/** The id without its catalogue. */
function shortId(item) {
  return item.id.slice(item.id.indexOf(':') + 1);
}

/** Sections all of whose children are sections too are open at first: what is seen is sections, not items. */
function opensFirst(node) {
  return node.children.length > 1 && node.children.every((child) => child.children.length > 0);
}

/** So many columns are shown at first. */
const COLUMNS = 16;

/** The columns that may open at first, all of them if there is room. */
function openAtFirst(roots) {
  const open = roots.filter(opensFirst);
  const count = open.reduce((sum, column) => sum + column.children.length, roots.length);
  return new Set(count <= COLUMNS ? open : []);
}
