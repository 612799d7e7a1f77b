// The panel: why a cell is as it is.

/** What is chosen in a block: a target (or none), and a column (or none). */
function panelBody(block, view, target, column) {
  if (!target) return sourcePanel(block, view, column);
  const cells = column ? target.cells.filter((c) => columnsOver(block, c).has(column)) : target.cells;
  const title = column
    ? t('pairTitle', { row: shortId(target.item), col: shortId(column.item) })
    : shortId(target.item);
  const below = target.counted.filter((one) => view.shown.has(one) && (!column || reaches(block, view, one, column)));
  return [
    el('h2', { id: 'panel-title', tabindex: -1 }, title),
    subject(target),
    column ? el('div', { class: 'subject source' }, el('p', {}, el('span', { class: 'arrow' }, '←'), nodeName(column.item)), verdictLine(column.item)) : '',
    below.length > 0 ? listed(column ? t('reachedItems') : t('below'), below, block, view, column) : '',
    pairs(cells, view, target.item.section ? t('ownCells') : t('derivations')),
  ];
}

function reaches(block, view, target, column) {
  return target.cells.some((c) => view.cells.has(c) && columnsOver(block, c).has(column));
}

function subject(target) {
  const { item } = target;
  const facts = [word('marks', item.mark), t(item.textIncluded ? 'textIncluded' : 'textMissing')];
  if (item.level) facts.unshift(t('level', { level: item.level }));
  const body = [el('p', {}, nodeName(item)), el('p', { class: 'muted' }, facts.join(' · '))];
  if (!item.section) {
    const chips = [chip('coverage', target.coverage), target.weak ? weakTag() : ''];
    if (target.met !== null) chips.push(chip('met', target.met));
    body.push(el('p', { class: 'chips' }, chips));
  }
  if (target.total) body.push(el('div', { class: 'chips' }, target.total.coverage.map((n, i) => chip('coverage', i, n))));
  if (target.total?.met.length > 0) body.push(el('div', { class: 'chips' }, target.total.met.map((n, i) => chip('met', i, n))));
  return el('div', { class: 'subject' }, body);
}

function verdictLine(item) {
  if (!assessed) return '';
  return el('p', { class: 'chips' }, item.verdict === null ? t('none') : chip('verdicts', item.verdict));
}

/** The pairs with their derivations; those that only sum up a section stand folded behind the others. */
function pairs(cells, view, title) {
  const shown = cells.filter((c) => view.cells.has(c));
  const own = shown.filter((c) => !c.rolledUp);
  const sums = shown.filter((c) => c.rolledUp);
  const hidden = cells.length - shown.length;
  const body = [el('h3', {}, title)];
  if (cells.length === 0) body.push(el('p', {}, t('noDerivations')));
  body.push(own.map((c) => pair(c, true)));
  if (sums.length > 0) {
    const folded = el('details', { class: 'sums-up', open: own.length === 0 }, el('summary', {}, t('rolledUp', { n: sums.length })));
    folded.append(...sums.map((c) => pair(c, own.length === 0 && sums.length === 1)));
    body.push(folded);
  }
  if (hidden > 0) body.push(el('p', { class: 'muted' }, t('hiddenPairs', { n: hidden })));
  return el('section', {}, body);
}

function pair(cell, isOpen) {
  const { source } = cell;
  const facts = [
    el('b', { class: 'relation' }, relationWord(cell.possible)),
    cell.mark === null ? t('structure') : word('marks', cell.mark),
    cell.strength ? t('strength', { n: cell.strength }) : cell.mark === null ? '' : t('noStrength'),
    t(cell.stated ? 'stated' : 'inferred'),
    cell.senses.length > 0 ? t('sense', { list: cell.senses.map((s) => word('senses', s)).join(t('comma')) }) : '',
  ];
  const trusted = cell.trusted === cell.possible ? '' : t('trusted', { relation: cell.trusted === ANY ? t('nothing') : relationWord(cell.trusted) });
  const several = relationships(cell.possible).length > 1 ? t('possible', { list: possibleWords(cell.possible) }) : '';
  return el(
    'details',
    { class: 'pair', open: isOpen },
    el('summary', {}, sign('coverage', cell.coverage), ' ', nodeName(source), verdictChips(cell)),
    el('p', { class: 'facts' }, facts.filter(Boolean).map((f) => el('span', {}, f))),
    several ? el('p', {}, several) : '',
    trusted ? el('p', { class: 'muted' }, trusted) : '',
    derivation(cell.walks),
    source.members ? el('ul', { class: 'covering' }, cell.members.map((m, i) => covering(source.members[i], m))) : '',
  );
}

function verdictChips(cell) {
  if (!assessed) return '';
  const known = [...new Set(cell.sources)].filter((s) => s.verdict !== null);
  return el('span', { class: 'verdicts' }, [...new Set(known.map((s) => s.verdict))].map((v) => chip('verdicts', v)));
}

/** Which source covers a member of a union, and why. */
function covering(member, { item, walks }) {
  const by = walks.length === 0 ? [t('colon'), t('itself')] : [t('colon'), t('coveredBy', { a: item.id }), derivation(walks)];
  return el('li', {}, el('b', { class: 'id' }, member.id), by);
}

/** Every step of every walk, what each gives, and what they give together. */
function derivation(walks) {
  const several = walks.length > 1;
  const body = walks.map((own, i) => [
    several ? el('h4', {}, t('walk', { n: i + 1 })) : '',
    el('ol', { class: 'steps' }, own.steps.map(step)),
    own.steps.length > 1 ? el('p', { class: 'gives' }, t('gives', { list: possibleWords(own.gives) })) : '',
  ]);
  if (several) {
    const left = walks.reduce((all, own) => all & own.gives, ANY);
    body.push(el('p', { class: 'gives' }, left === 0 ? t('cannotHold') : t('together', { list: possibleWords(left) })));
  }
  return el('div', { class: 'derivation' }, body);
}

const TURNED = 1;
/** Relationships read from right to left. */
const CONVERSE = { subset: 'superset', superset: 'subset' };

function step({ kind, from, to, statement }) {
  if (!statement) return el('li', { class: 'norm' }, sentence(words.structure[kind], from, to), el('span', { class: 'origin' }, t('norm')));
  const { name } = words.relations[statement.relation];
  const read = kind === TURNED ? (CONVERSE[name] ?? name) : name;
  const index = words.relations.findIndex((r) => r.name === read);
  return el('li', {}, sentence(words.sentences[index], from, to), provenance(statement));
}

/** `{a}` and `{b}` replaced by what the nodes are called. */
function sentence(label, a, b) {
  const parts = plain(label).split(/(\{[ab]\})/);
  const named = { '{a}': () => nodeSpan(a), '{b}': () => nodeSpan(b) };
  return el('span', { class: 'says' }, parts.map((p) => named[p]?.() ?? p));
}

function nodeSpan(node) {
  const ids = node.members ? `{${node.members.map((m) => m.id).join(' ')}}` : node.id;
  const named = node.members ? '' : [' ', text(node.label, { class: 'named' })];
  return el('span', { class: 'node' }, el('b', { class: 'id' }, ids), named);
}

function provenance(statement) {
  const facts = [word('marks', statement.mark), statement.strength ? t('strength', { n: statement.strength }) : t('noStrength')];
  if (statement.sense !== undefined) facts.push(t('sense', { list: word('senses', statement.sense) }));
  return el(
    'div',
    { class: 'origin' },
    el('p', {}, facts.join(' · ')),
    statement.argument ? el('p', {}, el('b', {}, t('argument')), t('colon'), text(statement.argument)) : '',
    statement.source ? el('p', {}, el('b', {}, t('source')), t('colon'), untold(statement.source)) : '',
  );
}

function statementWords(statement) {
  const sources = statement.sources.map((s) => items[s]);
  const from = sources.length === 1 ? sources[0] : { members: sources };
  return [sentence(words.sentences[statement.relation], from, items[statement.target]), provenance(statement)];
}

/** Items to go on to. */
function listed(title, targets, block, view, column) {
  const link = (one) => {
    const cells = column ? one.cells.filter((c) => view.cells.has(c) && columnsOver(block, c).has(column)) : null;
    const index = cells ? bestOf(cells) : one.coverage;
    const column_ = column ? column.item.index : 'target';
    return el('li', {}, el('button', { type: 'button', 'data-go': one.item.index, 'data-column': column_ }, sign('coverage', index), ' ', el('b', { class: 'id' }, shortId(one.item)), ' ', text(one.item.label), el('span', { class: 'sr' }, `${t('colon')}${word('coverage', index)}`), one.met === null ? '' : [' ', chip('met', one.met)]));
  };
  return el('section', {}, el('h3', {}, `${title} (${targets.length})`), el('ul', { class: 'links' }, targets.map(link)));
}

function sourcePanel(block, view, column) {
  const { item } = column;
  const reached = block.targets.filter((one) => !one.item.section && reaches(block, view, one, column));
  return [
    el('h2', { id: 'panel-title', tabindex: -1 }, shortId(item)),
    el('div', { class: 'subject' }, el('p', {}, nodeName(item)), el('p', { class: 'muted' }, word('marks', item.mark)), verdictLine(item)),
    listed(t('reaches'), reached, block, view, column),
  ];
}
