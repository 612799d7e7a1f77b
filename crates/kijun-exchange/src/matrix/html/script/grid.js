// The heat map: a tree of the target against chapters of the source, to be walked with arrow keys.

/** Of each pair of catalogues: what is expanded, and the cell that has the focus when the table is entered. */
const states = blocks.map((block) => ({
  open: new Set(block.targets.filter(opensFirst)),
  openColumns: openAtFirst(block.columnRoots),
  at: { row: null, column: 'target' },
}));

/** Rows in order, with depth and place among their visible siblings. */
function visibleRows(block, view, open) {
  const isShown = (target) => !isFiltered() || view.shown.has(target) || target.counted.some((c) => view.shown.has(c));
  const rows = [];
  const add = (list, level) => {
    const siblings = list.filter(isShown);
    siblings.forEach((target, i) => {
      rows.push({ target, level, place: i + 1, of: siblings.length });
      if (open.has(target)) add(target.children, level + 1);
    });
  };
  add(block.roots, 1);
  return rows;
}

function visibleColumns(block, open) {
  const columns = [];
  const add = (list, level) => {
    for (const column of list) {
      columns.push({ column, level });
      if (open.has(column)) add(column.children, level + 1);
    }
  };
  add(block.columnRoots, 1);
  return columns;
}

function grid(block, state, view) {
  const rows = visibleRows(block, view, state.open);
  const columns = visibleColumns(block, state.openColumns);
  const heat = heatMap(block, view);
  const label = t('grid', { to: block.to.id, from: block.from.id });
  return el(
    'table',
    { id: 'grid', role: 'treegrid', class: assessed ? 'grid assessed' : 'grid', 'aria-label': label },
    el('thead', { role: 'rowgroup' }, gridHead(columns, state)),
    el('tbody', { role: 'rowgroup' }, rows.map((row) => gridRow(row, columns, heat, view, state))),
  );
}

function gridHead(columns, state) {
  const fixed = (key, words) => el('th', { role: 'columnheader', scope: 'col', class: key, 'data-column': key, tabindex: -1 }, words);
  return el(
    'tr',
    { role: 'row', 'data-row': 'head' },
    fixed('target', t('target')),
    fixed('coverage', [t('coverage'), el('small', {}, t('statically'))]),
    assessed ? fixed('met', [t('met'), el('small', {}, t('byFacts'))]) : [],
    columns.map(({ column, level }) => columnHead(column, level, state)),
  );
}

function columnHead(column, level, state) {
  const isOpen = state.openColumns.has(column);
  const opens = column.children.length > 0;
  const label = `${column.item.id} ${plain(column.item.label)}${opens ? t('comma') + t('expandable') : ''}`;
  const of = {
    role: 'columnheader',
    scope: 'col',
    class: `source depth-${Math.min(level, 4)}`,
    'data-column': column.item.index,
    'aria-expanded': opens ? String(isOpen) : null,
    'aria-label': label,
    title: `${column.item.id} ${plain(column.item.label)}`,
    tabindex: -1,
  };
  const name = el('span', { class: 'upright' }, el('b', {}, shortId(column.item)), ' ', text(column.item.label));
  return el('th', of, el('div', { class: 'head' }, name, twisty(opens, isOpen)));
}

function twisty(opens, isOpen) {
  return el('span', { class: opens ? 'twisty' : 'twisty none', 'aria-hidden': 'true' }, opens ? (isOpen ? '−' : '+') : '');
}

function gridRow({ target, level, place, of }, columns, heat, view, state) {
  const opens = target.children.length > 0;
  const isOpen = state.open.has(target);
  const row = el('tr', {
    role: 'row',
    class: target.item.section ? 'section' : 'item',
    'data-row': target.item.index,
    'aria-level': level,
    'aria-posinset': place,
    'aria-setsize': of,
    'aria-expanded': opens ? String(isOpen) : null,
  });
  row.append(rowHead(target, level, opens, isOpen), standing('coverage', target, view, isOpen));
  if (assessed) row.append(standing('met', target, view, isOpen));
  for (const { column } of columns) row.append(heatCell(target, column, heat(target, column)));
  return row;
}

function rowHead(target, level, opens, isOpen) {
  const { item } = target;
  return el(
    'th',
    {
      role: 'rowheader',
      scope: 'row',
      class: `target depth-${Math.min(level, 5)}`,
      'data-column': 'target',
      'aria-label': `${item.id} ${plain(item.label)}${t('colon')}${standingWords(target)}`,
      tabindex: -1,
    },
    el('div', { class: 'name' }, twisty(opens, isOpen), el('span', {}, el('b', { class: 'id' }, shortId(item)), ' ', text(item.label))),
  );
}

/** How an item or a section stands, in words. */
function standingWords(target) {
  const parts = [];
  if (!target.item.section) {
    parts.push(word('coverage', target.coverage) + (target.weak ? `（${t('weak')}）` : ''));
    if (target.met !== null) parts.push(word('met', target.met));
  }
  if (target.counted.length > 0) {
    const { items: n, coverage, met } = target.total;
    parts.push(t('nItems', { n }), figures('coverage', coverage));
    if (met.length > 0) parts.push(figures('met', met));
  }
  return parts.join(t('comma'));
}

/** The cell for coverage or for what is met: of an item its sign; of a section a square for each item below, or when
 * these have rows of their own, a bar. */
function standing(list, target, view, isOpen) {
  const body = [];
  if (!target.item.section && target[list] !== null) {
    body.push(chip(list, target[list]));
    if (list === 'coverage' && target.weak) body.push(weakTag());
  }
  if (target.counted.length > 0) {
    const counts = target.total[list];
    const some = counts.map((n, i) => (n > 0 ? el('span', {}, sign(list, i, 'small'), String(n)) : null));
    body.push(
      isOpen ? bar(list, counts) : strip(list, target, view),
      el('div', { class: 'sums', 'aria-hidden': 'true' }, some, list === 'coverage' && target.total.weak > 0 ? weakTag(target.total.weak) : ''),
    );
  }
  return el('td', { role: 'gridcell', class: list, 'data-column': list, tabindex: -1 }, body);
}

function strip(list, target, view) {
  const of = { class: 'strip', role: 'img', 'aria-label': figures(list, target.total[list]) };
  return el('div', of, target.counted.map((one) => square(list, one, view)));
}

/** That only weak mappings say so, of an item or of so many. */
function weakTag(n) {
  return el('span', { class: 'tag' }, t('weak'), n === undefined ? '' : ` ${n}`);
}

function square(list, target, view) {
  const { item } = target;
  const state = target[list];
  const classes = ['square', `${list}-${words[list][state].name}`];
  if (list === 'coverage' && target.weak) classes.push('weak');
  if (!view.shown.has(target)) classes.push('off');
  return el('i', { class: classes.join(' '), 'data-item': item.index, title: `${shortId(item)} ${plain(item.label)}${t('colon')}${word(list, state)}` });
}

function heatCell(target, column, spot) {
  const seen = spotView(target, spot);
  const label = `${shortId(target.item)} ← ${shortId(column.item)} ${plain(column.item.label)}${t('colon')}${spotWords(target, seen)}`;
  const of = { role: 'gridcell', class: 'heat', 'data-column': column.item.index, tabindex: -1 };
  if (!seen) return el('td', { ...of, 'aria-label': label });
  const cell = el('td', of, el('span', { class: 'sr' }, label));
  const { coverage, worst } = seen;
  const tint = seen.isSum ? `sum sum-${Math.ceil(seen.share * 4)}` : `coverage-${words.coverage[coverage].name}`;
  const count = seen.isSum ? String(seen.reached) : seen.isOwn ? '§' : '';
  cell.append(el('span', { class: `half ${tint}`, 'aria-hidden': 'true' }, words.coverage[coverage].sign, count));
  if (worst) {
    const { name, sign: mark } = words.verdicts[worst.verdict];
    cell.append(el('span', { class: `half verdicts-${name}`, 'aria-hidden': 'true' }, mark, worst.count > 1 ? String(worst.count) : ''));
  }
  return cell;
}

/** The cell of the grid that has this row and column; else the next best. */
function cellAt({ row, column }) {
  const table = document.getElementById('grid');
  const own = table.querySelector(`tr[data-row="${row}"]`) ?? table.tBodies[0].rows[0] ?? table.rows[0];
  return own.querySelector(`[data-column="${column}"]`) ?? own.cells[0];
}

function placeOf(cell) {
  return { row: cell.parentElement.dataset.row, column: cell.dataset.column };
}

/** Where a key leads from a cell, or nothing. */
function cellByKey(cell, event) {
  const table = document.getElementById('grid');
  const row = cell.parentElement.rowIndex;
  const column = cell.cellIndex;
  const last = table.rows.length - 1;
  const at = (r, c) => {
    const cells = table.rows[Math.max(0, Math.min(last, r))].cells;
    return cells[Math.max(0, Math.min(cells.length - 1, c))];
  };
  const far = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'Home':
      return at(far ? 0 : row, 0);
    case 'End':
      return at(far ? last : row, Infinity);
    case 'PageDown':
      return at(row + 10, column);
    case 'PageUp':
      return at(row - 10, column);
    default:
      return null;
  }
}
