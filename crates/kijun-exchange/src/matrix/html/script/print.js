// What is printed: figures, sections against chapters, and every item with its sources in words.

function printPage() {
  const filters = filterWords();
  const head = [
    el('h1', {}, t('title'), assessed ? [' ', text(data.assessed.title)] : ''),
    el('p', {}, aboutWords()),
    el('p', {}, t('notice')),
    filters ? el('p', { class: 'filters' }, t('printFilter', { list: filters })) : '',
    el('h2', {}, t('summary')),
    summaryTable(null, -1),
    el('h2', {}, t('legend')),
    signs(),
  ];
  const foot = [el('h2', {}, t('setAside')), setAside(), el('h2', {}, t('packs')), packTable()];
  document.getElementById('print').replaceChildren(...head.flat(), ...blocks.map(printBlock), ...foot);
}

function printBlock(block) {
  const view = applied(block);
  const isShown = (target) => view.shown.has(target) || target.counted.some((c) => view.shown.has(c));
  const rows = block.targets.filter((target) => !isFiltered() || isShown(target));
  return el(
    'section',
    { class: 'block' },
    el('h2', {}, `${block.from.id} → ${block.to.id}`),
    el('p', {}, blockWords(block)),
    isFiltered() ? el('p', {}, countWords(block, view)) : '',
    block.cells.length === 0
      ? el('p', {}, t('noCells'))
      : [
          el('h3', {}, t('printHeat')),
          printHeat(block, view),
          el('p', {}, silentWords(block)),
          el('h3', { class: 'list-title' }, t('printList')),
          printList(rows, view),
        ],
  );
}

function printHeat(block, view) {
  const state = { open: new Set(block.targets.filter(opensFirst)), openColumns: openAtFirst(block.columnRoots) };
  const heat = heatMap(block, view);
  const columns = visibleColumns(block, state.openColumns);
  const rows = visibleRows(block, view, state.open);
  const head = columns.map(({ column }) => el('th', { scope: 'col' }, el('span', { class: 'upright' }, el('b', {}, shortId(column.item)), ' ', text(column.item.label))));
  const body = rows.map(({ target, level }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row', class: `target depth-${Math.min(level, 5)}` }, el('b', {}, shortId(target.item)), ' ', text(target.item.label)),
      standing('coverage', target, view, state.open.has(target)),
      assessed ? standing('met', target, view, state.open.has(target)) : [],
      columns.map(({ column }) => heatCell(target, column, heat(target, column))),
    ),
  );
  const table = el(
    'table',
    { class: 'grid print-heat' },
    el('thead', {}, el('tr', {}, el('th', { scope: 'col', class: 'target' }, t('target')), el('th', { scope: 'col' }, t('coverage')), assessed ? el('th', { scope: 'col' }, t('met')) : [], head)),
    el('tbody', {}, body),
  );
  for (const cell of table.querySelectorAll('td')) for (const name of ['role', 'tabindex', 'data-column']) cell.removeAttribute(name);
  return table;
}

function printList(rows, view) {
  const head = [t('target'), t('coverage'), ...(assessed ? [t('met')] : []), t('printPairs')];
  const row = (target) => {
    const { item } = target;
    const name = el('th', { scope: 'row', colspan: item.section ? head.length : null }, el('b', { class: 'id' }, shortId(item)), ' ', text(item.label));
    if (item.section) return el('tr', { class: 'section' }, name);
    const own = target.cells.filter((c) => view.cells.has(c));
    const direct = own.filter((c) => !c.rolledUp);
    const sums = own.length - direct.length;
    const hidden = target.cells.length - own.length;
    return el(
      'tr',
      {},
      name,
      el('td', {}, chip('coverage', target.coverage), target.weak ? [' ', weakTag()] : ''),
      assessed ? el('td', {}, target.met === null ? '' : chip('met', target.met)) : [],
      el(
        'td',
        {},
        el('ul', {}, direct.map((c) => el('li', {}, printPair(c)))),
        sums > 0 ? el('p', { class: 'muted' }, t('printRolled', { n: sums })) : '',
        hidden > 0 ? el('p', { class: 'muted' }, t('hiddenPairs', { n: hidden })) : '',
      ),
    );
  };
  return el('table', { class: 'print-list' }, el('thead', {}, el('tr', {}, head.map((h) => el('th', { scope: 'col' }, h)))), el('tbody', {}, rows.map(row)));
}

function printPair(cell) {
  const { source } = cell;
  const name = source.members ? [el('b', { class: 'id' }, `{${source.members.map(shortId).join(' ')}}`)] : [el('b', { class: 'id' }, shortId(source)), ' ', text(source.label)];
  const verdicts = [...new Set(cell.sources.map((s) => s.verdict).filter((v) => v !== null))].map((v) => word('verdicts', v));
  const facts = [
    possibleWords(cell.possible),
    cell.mark === null ? t('structure') : word('marks', cell.mark),
    cell.strength ? t('strength', { n: cell.strength }) : '',
    verdicts.length > 0 ? t('verdictOf', { verdict: verdicts.join(t('comma')) }) : '',
  ];
  return [sign('coverage', cell.coverage, 'small'), ' ', name, lang === 'ja' ? '（' : ' (', facts.filter(Boolean).join(t('comma')), lang === 'ja' ? '）' : ')'];
}
