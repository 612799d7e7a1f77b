// Which items and pairs are shown.

const FACETS = ['coverage', 'met', 'relation', 'mark', 'verdict'];
const filter = { query: '', direct: false, chosen: Object.fromEntries(FACETS.map((f) => [f, new Set()])) };

/** What can be chosen of each: value and word. */
function choices(facet) {
  const list = (name) => words[name].map((w) => [w.name, plain(w)]);
  switch (facet) {
    case 'coverage':
      return [...list('coverage'), ['weak', t('weak')]];
    case 'met':
      return assessed ? list('met') : [];
    case 'relation':
      return [...list('relations'), ['overlaps', t('overlaps')], ['open', t('open')]];
    case 'mark':
      return [...list('marks'), ['structure', t('structure')]];
    default:
      return assessed ? [...list('verdicts'), ['none', t('none')]] : [];
  }
}

function isFiltered() {
  return filter.query !== '' || filter.direct || FACETS.some((f) => filter.chosen[f].size > 0);
}

/** What the filters leave: items that figures count, and pairs. */
function applied(block) {
  const { chosen } = filter;
  const query = fold(filter.query.trim());
  const asksOfPairs = ['relation', 'mark', 'verdict'].some((f) => chosen[f].size > 0);
  const cells = new Set(block.cells.filter(cellPasses));
  const shown = new Set();
  for (const target of block.targets) {
    const named = query === '' || isNamed(target, query);
    const own = target.cells.filter((c) => cells.has(c) && (named || c.sources.some((s) => s.folded.includes(query))));
    if (!named) for (const cell of target.cells) if (!own.includes(cell)) cells.delete(cell);
    const passes = itemPasses(target) && (named || own.length > 0) && (!asksOfPairs || own.length > 0);
    if (passes && !target.item.section) shown.add(target);
    if (!passes && !target.item.section) for (const cell of own) cells.delete(cell);
  }
  return { shown, cells };
}

function cellPasses(cell) {
  const { relation, mark, verdict } = filter.chosen;
  const has = (chosen, value) => chosen.size === 0 || chosen.has(value);
  const verdicts = cell.sources.map((s) => (s.verdict === null ? 'none' : words.verdicts[s.verdict].name));
  return (
    !(filter.direct && cell.rolledUp) &&
    has(relation, relationName(cell.possible)) &&
    has(mark, cell.mark === null ? 'structure' : words.marks[cell.mark].name) &&
    (verdict.size === 0 || verdicts.some((v) => verdict.has(v)))
  );
}

function itemPasses(target) {
  const { coverage, met } = filter.chosen;
  const isWeak = coverage.has('weak') && target.weak;
  const covers = coverage.size === 0 || isWeak || coverage.has(words.coverage[target.coverage].name);
  return covers && (met.size === 0 || (target.met !== null && met.has(words.met[target.met].name)));
}

/** An item is found by its own name and by that of a section above it. */
function isNamed(target, query) {
  for (let at = target; at; at = at.above) if (at.item.folded.includes(query)) return true;
  return false;
}

/** The filters in words, for print. */
function filterWords() {
  const list = FACETS.filter((f) => filter.chosen[f].size > 0).map((f) => {
    const chosen = choices(f).filter(([value]) => filter.chosen[f].has(value));
    return t(f) + t('colon') + chosen.map(([, label]) => label).join(t('or'));
  });
  if (filter.query !== '') list.unshift(t('query', { q: filter.query }));
  if (filter.direct) list.push(t('direct'));
  return list.join(t('comma'));
}
