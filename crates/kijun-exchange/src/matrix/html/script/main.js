// The page as a whole: what is chosen, and what keys and clicks do.
const page = { block: 0, view: null, panel: null };
const screen_ = document.getElementById('screen');
const panel = document.getElementById('panel');

function chosen() {
  return { block: blocks[page.block], state: states[page.block] };
}

function showAll() {
  showHead();
  showTools();
  document.getElementById('legend-body').replaceChildren(howToRead());
  document.getElementById('signs').replaceChildren(signs());
  document.getElementById('set-aside').replaceChildren(setAside());
  document.getElementById('packs').replaceChildren(packTable());
  showBlock();
  showPanel();
}

function showBlock() {
  const { block } = chosen();
  if (!block) return;
  document.getElementById('summary').replaceChildren(summaryTable(chooseBlock, page.block));
  document.getElementById('block-title').textContent = `${block.from.id} → ${block.to.id}`;
  document.getElementById('block-words').textContent = blockWords(block);
  document.getElementById('silent').textContent = block.columnRoots.length === 0 ? t('noCells') : silentWords(block);
  showGrid();
}

function silentWords(block) {
  if (block.silent.length === 0) return '';
  const list = block.silent.map((i) => `${shortId(i)} ${plain(i.label)}`).join(t('comma'));
  return t('silent', { n: block.silent.length, list });
}

/** Draws the table anew; the focus stays where it was. */
function showGrid() {
  const { block, state } = chosen();
  page.view = applied(block);
  const hadFocus = document.getElementById('grid')?.contains(document.activeElement);
  const place = document.getElementById('view');
  const { scrollLeft, scrollTop } = place;
  place.replaceChildren(grid(block, state, page.view));
  place.scrollLeft = scrollLeft;
  place.scrollTop = scrollTop;
  const cell = cellAt(state.at);
  cell.tabIndex = 0;
  if (hadFocus) cell.focus({ preventScroll: true });
  markChosen();
  const count = countWords(block, page.view);
  const status = document.getElementById('count');
  if (status.textContent !== count) status.textContent = count;
}

function countWords(block, view) {
  const all = block.total.items;
  const n = view.shown.size;
  const pairsAll = block.cells.length;
  const pairs = view.cells.size;
  if (!isFiltered()) return t('countAll', { all, pairs });
  return n === 0 ? t('countNone', { all }) : t('countSome', { n, all, hidden: all - n, pairs, pairsAll });
}

function chooseBlock(index) {
  closePanel();
  page.block = index;
  openForFilter();
  showBlock();
  document.querySelectorAll('#summary .choose')[index].focus();
}

// Search and filters.

function showTools() {
  const field = el('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false', placeholder: t('searchHint'), oninput: () => search(field.value) });
  field.value = filter.query;
  const isOpen = document.getElementById('filters')?.open ?? false;
  const clear = el('button', { type: 'button', id: 'clear', onclick: clearFilters }, t('clear'));
  const direct = el('input', { type: 'checkbox', id: 'direct', onchange: () => ((filter.direct = direct.checked), filtered()) });
  direct.checked = filter.direct;
  const expand = (label, ...buttons) => el('div', { class: 'levels', role: 'group', 'aria-label': label }, el('span', { 'aria-hidden': 'true' }, label), buttons);
  const button = (label, id, run) => el('button', { type: 'button', id, onclick: run }, label);
  document.getElementById('tools').replaceChildren(
    el('div', { class: 'tools' }, el('label', { class: 'search', for: 'search' }, el('span', {}, t('search')), field),
      expand(t('rows'), button(t('top'), 'rows-top', () => openRows(() => false)), button(t('sections'), 'rows-sections', () => openRows(opensFirst)), button(t('allRows'), 'rows-all', () => openRows(() => true))),
      expand(t('columns'), button(t('top'), 'columns-top', () => openColumns(() => new Set())), button(t('sections'), 'columns-sections', () => openColumns((b) => new Set(b.columnRoots))), button(t('allRows'), 'columns-all', () => openColumns((b) => new Set(b.columnOf.values())))),
    ),
    el('details', { id: 'filters', class: 'filters', open: isOpen },
      el('summary', {}, t('filters')),
      el('p', { class: 'muted' }, t('filterHint')),
      el('div', { class: 'facets' }, FACETS.map(facet)),
      el('p', {}, el('label', {}, direct, ' ', t('direct'))),
    ),
    el('div', { id: 'active', class: 'active' }, activeWords(), clear),
  );
  showActive();
}

function activeWords() {
  return el('span', { id: 'active-words' });
}

function facet(name) {
  const list = choices(name);
  if (list.length === 0) return '';
  const box = ([value, label]) => {
    const input = el('input', { type: 'checkbox', 'data-facet': name, value, onchange: () => choose(name, value, input.checked) });
    input.checked = filter.chosen[name].has(value);
    return el('label', {}, input, ' ', label);
  };
  return el('fieldset', {}, el('legend', {}, t(name)), list.map(box));
}

function choose(name, value, isChosen) {
  if (isChosen) filter.chosen[name].add(value);
  else filter.chosen[name].delete(value);
  filtered();
}

function search(query) {
  filter.query = query;
  filtered();
}

function clearFilters() {
  filter.query = '';
  filter.direct = false;
  for (const name of FACETS) filter.chosen[name].clear();
  showTools();
  filtered();
  document.getElementById('search').focus();
}

function filtered() {
  openForFilter();
  showActive();
  showGrid();
  if (page.panel) showPanel();
}

function showActive() {
  document.getElementById('active').hidden = !isFiltered();
  document.getElementById('active-words').textContent = isFiltered() ? t('printFilter', { list: filterWords() }) : '';
}

/** So many items that a filter leaves are opened up to. */
const FEW = 80;

/** What a filter leaves is in sight, unless it is much; without a filter sections are. */
function openForFilter() {
  const { block, state } = chosen();
  const { shown } = applied(block);
  const isNarrow = isFiltered() && shown.size <= FEW;
  state.open = new Set(block.targets.filter((x) => (isNarrow ? x.counted.some((c) => shown.has(c)) : opensFirst(x))));
}

function openRows(which) {
  const { block, state } = chosen();
  state.open = new Set(block.targets.filter((x) => x.children.length > 0 && which(x)));
  showGrid();
}

function openColumns(open) {
  const { block, state } = chosen();
  state.openColumns = open(block);
  showGrid();
}

// The table.

/** What a cell is about: a target, a column, or both. */
function meant(cell) {
  const { block } = chosen();
  const { row, column } = placeOf(cell);
  return {
    target: row === 'head' ? null : block.byItem.get(items[row]),
    column: block.columnOf.get(items[column]) ?? null,
  };
}

function toggle(cell) {
  const { state } = chosen();
  const { target, column } = meant(cell);
  const [set, one] = target ? [state.open, target] : [state.openColumns, column];
  if (!one || one.children.length === 0) return;
  if (!set.delete(one)) set.add(one);
  state.at = placeOf(cell);
  showGrid();
}

function focusOn(cell) {
  const { state } = chosen();
  cellAt(state.at).tabIndex = -1;
  state.at = placeOf(cell);
  cell.tabIndex = 0;
  cell.focus();
}

function onGridKey(event) {
  const cell = event.target.closest('th, td');
  if (!cell) return;
  const next = cellByKey(cell, event);
  if (next) focusOn(next);
  else if (event.key === ' ') toggle(cell);
  else if (event.key === 'Enter') openPanel(cell);
  else return;
  event.preventDefault();
}

function onGridClick(event) {
  const square = event.target.closest('.square');
  if (square) return goTo(items[square.dataset.item], 'target');
  const cell = event.target.closest('th, td');
  if (!cell) return;
  focusOn(cell);
  if (event.target.closest('.twisty:not(.none)')) toggle(cell);
  else openPanel(cell);
}

/** Opens what is above an item, and the panel on it. */
function goTo(item, column) {
  const { block, state } = chosen();
  for (let at = block.byItem.get(item).above; at; at = at.above) state.open.add(at);
  state.at = { row: String(item.index), column: String(column) };
  showGrid();
  const cell = cellAt(state.at);
  focusOn(cell);
  openPanel(cell);
}

// The panel.

function openPanel(cell) {
  const { target, column } = meant(cell);
  if (!target && !column) return;
  page.panel = { target, column };
  showPanel();
  document.getElementById('panel-title').focus();
  cellAt(chosen().state.at).scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function showPanel() {
  panel.hidden = page.panel === null;
  document.body.classList.toggle('with-panel', page.panel !== null);
  markChosen();
  if (!page.panel) return panel.replaceChildren();
  const { block } = chosen();
  const close = el('button', { type: 'button', class: 'close', onclick: closePanel, 'aria-label': t('close') }, '✕');
  panel.replaceChildren(close, ...panelBody(block, page.view, page.panel.target, page.panel.column).flat());
  panel.scrollTop = 0;
}

function closePanel() {
  if (!page.panel) return;
  page.panel = null;
  showPanel();
  cellAt(chosen().state.at).focus();
}

function markChosen() {
  document.querySelector('#grid .chosen')?.classList.remove('chosen');
  if (page.panel) cellAt(chosen().state.at).classList.add('chosen');
}

// Everything is in place before the first picture.

lang = data.lang;
document.getElementById('view').addEventListener('keydown', onGridKey);
document.getElementById('view').addEventListener('click', onGridClick);
panel.addEventListener('click', (event) => {
  const link = event.target.closest('[data-go]');
  if (link) goTo(items[link.dataset.go], link.dataset.column);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closePanel();
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  cellAt(chosen().state.at).focus();
});
for (const one of document.querySelectorAll('[data-lang]')) {
  one.addEventListener('click', () => {
    lang = one.dataset.lang;
    showAll();
  });
}
addEventListener('beforeprint', printPage);
matchMedia('print').addEventListener('change', (event) => {
  if (event.matches) printPage();
});
showAll();
