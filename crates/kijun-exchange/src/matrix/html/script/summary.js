// Head of the page, figures of all pairs of catalogues, what was set aside, packs.

function showHead() {
  document.documentElement.lang = lang;
  const facility = assessed ? data.assessed : null;
  const named = facility ? plain(facility.title) || facility.facility : '';
  document.title = named ? `${t('title')}${t('colon')}${named}` : t('title');
  const head = document.getElementById('title');
  head.replaceChildren(t('title'), ...(facility ? [' ', text(facility.title, { class: 'facility' }), ' ', el('small', {}, facility.facility)] : []));
  document.getElementById('about').textContent = aboutWords();
  for (const one of document.querySelectorAll('[data-text]')) one.textContent = t(one.dataset.text);
  for (const one of document.querySelectorAll('[data-label]')) one.setAttribute('aria-label', t(one.dataset.label));
  for (const one of document.querySelectorAll('[data-lang]')) one.setAttribute('aria-pressed', String(one.dataset.lang === lang));
}

function aboutWords() {
  const when = assessed ? t('asOf', { date: data.assessed.as_of }) : t('unassessed');
  return [when, t('packCount', { n: data.packs.length }), t('engine', { version: data.engine })].join(' · ');
}

function summaryTable(onChoose, chosen) {
  const head = [t('pair'), t('items'), t('statically'), ...(assessed ? [t('byFacts')] : [])];
  const rows = blocks.map((block, i) => {
    const title = [el('b', { class: 'pair-name' }, pairName(block)), catalogName(block.from), catalogName(block.to)];
    const choose = el('button', { type: 'button', class: 'choose', 'aria-pressed': String(i === chosen), onclick: () => onChoose(i) }, i === chosen ? t('shown') : t('show'));
    const { total } = block;
    const cells = [el('td', { class: 'number' }, String(total.items)), el('td', {}, shares('coverage', total.coverage, weakWords(total)))];
    if (assessed) cells.push(el('td', {}, shares('met', total.met)));
    return el('tr', { class: i === chosen ? 'chosen' : null }, el('th', { scope: 'row' }, title, onChoose ? choose : ''), cells);
  });
  return el(
    'table',
    { class: 'summary' },
    el('caption', {}, t('summaryCaption')),
    el('thead', {}, el('tr', {}, head.map((h) => el('th', { scope: 'col' }, h)))),
    el('tbody', {}, rows),
  );
}

function pairName(block) {
  return `${block.from.id} → ${block.to.id}`;
}

function shares(list, counts, more = '') {
  return [bar(list, counts), el('div', { class: 'chips' }, counts.map((n, i) => chip(list, i, n)), more)];
}

function weakWords(total) {
  return total.weak > 0 ? el('span', { class: 'weak-words' }, t('weakWords', { n: total.weak })) : '';
}

function catalogName(catalog) {
  return el('span', { class: 'catalog' }, text(catalog.title ?? {}), catalog.publisher ? [' (', untold(catalog.publisher), ')'] : '');
}

/** The chosen pair in one or two sentences, every figure in words. */
function blockWords(block) {
  const { total } = block;
  const stated = t('sentence', {
    from: block.from.id,
    to: block.to.id,
    items: t('nItems', { n: total.items }),
    static: figures('coverage', total.coverage),
  });
  const weak = total.weak > 0 ? t('weakWords', { n: total.weak }) + (lang === 'ja' ? '。' : '. ') : '';
  return [stated, weak, assessed ? t('sentenceMet', { met: figures('met', total.met) }) : ''].filter(Boolean).join(' ');
}

/** All signs with their words. */
function signs() {
  const list = (title, name) => el('div', { class: 'signs' }, el('b', {}, title), words[name].map((_, i) => chip(name, i)));
  return el('div', { class: 'legend-signs' }, list(t('coverage'), 'coverage'), assessed ? [list(t('met'), 'met'), list(t('verdict'), 'verdicts')] : '');
}

function howToRead() {
  const keys = ['legendStrip', 'legendWeak', 'legendHeat', ...(assessed ? ['legendVerdict'] : []), 'legendOwn', 'legendKeys'];
  return el('ul', {}, keys.map((key) => el('li', {}, t(key))));
}

function setAside() {
  if (data.contradictions.length === 0) return el('p', {}, t('noContradictions'));
  const one = (c, i) =>
    el(
      'article',
      { class: 'contradiction' },
      el('h3', {}, t('contradiction', { n: i + 1 })),
      derivation(c.walks.map(walk)),
      el('p', {}, el('b', {}, t('asideWords')), t('colon')),
      el('ul', {}, c.set_aside.map((s) => el('li', {}, statementWords(data.statements[s])))),
      c.mixed ? el('p', {}, t('mixed')) : '',
    );
  return el('div', {}, data.contradictions.map(one));
}

function packTable() {
  const head = [t('packName'), t('packVersion'), t('packDigest')];
  const row = (p) => el('tr', {}, el('th', { scope: 'row' }, p.name), el('td', {}, p.version), el('td', { class: 'digest' }, p.sha256));
  return el('table', { class: 'packs' }, el('thead', {}, el('tr', {}, head.map((h) => el('th', { scope: 'col' }, h)))), el('tbody', {}, data.packs.map(row)));
}
