// Elements, made without ever reading markup out of a text.

/** An element; `of` are attributes (`class`, `aria-…`), `on…` listeners, and `null` or `false` leaves one out. */
function el(tag, of = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(of)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

/** A label of the packs: in the language of the page, else in the other one, and then said to be in that. */
function text(label, of = {}) {
  const other = lang === 'ja' ? 'en' : 'ja';
  const own = label[lang];
  return el('span', own ? of : { ...of, lang: other }, own ?? label[other] ?? '');
}

/** A text of the packs that is given in no particular language. */
function untold(own) {
  const isJapanese = /[\u3040-\u30ff\u3400-\u9fff]/.test(own);
  return el('span', isJapanese && lang !== 'ja' ? { lang: 'ja' } : {}, own);
}

/** A label where there is place for a text only. */
function plain(label) {
  return label[lang] ?? label.ja ?? label.en ?? '';
}

function word(list, index) {
  return plain(words[list][index]);
}

function relationWord(possible) {
  const name = relationName(possible);
  const index = words.relations.findIndex((r) => r.name === name);
  return index < 0 ? t(name) : word('relations', index);
}

function possibleWords(possible) {
  return relationships(possible)
    .map((i) => word('relations', i))
    .join(t('or'));
}

/** A sign on its colour, for eyes only; words stand beside it or in a label. */
function sign(list, index, extra = '') {
  return el('span', { class: `sign ${list}-${words[list][index].name} ${extra}`, 'aria-hidden': 'true' }, words[list][index].sign);
}

/** A sign and its word. */
function chip(list, index, count) {
  const number = count === undefined ? '' : el('b', {}, String(count));
  return el('span', { class: `chip${count === 0 ? ' zero' : ''}` }, sign(list, index), word(list, index), number);
}

/** "一部対応 35、対応なし 88": every figure, the zeros too. */
function figures(list, counts) {
  return counts.map((n, i) => t('nOf', { what: word(list, i), n })).join(t('semicolon'));
}

/** Shares of a whole as a bar; the figures stand beside it. */
function bar(list, counts) {
  const parts = counts.map((n, i) =>
    n === 0 ? null : part(n, el('i', { class: `${list}-${words[list][i].name}` }, words[list][i].sign)),
  );
  return el('div', { class: 'bar', role: 'img', 'aria-label': figures(list, counts) }, parts);
}

function part(n, made) {
  made.style.flexGrow = n;
  return made;
}

/** The editor in whose panel the page stands, if it does: it opens the place of an id. */
const host = typeof acquireVsCodeApi === 'function' ? acquireVsCodeApi() : null;

function idOf(node) {
  if (!host) return el('b', { class: 'id' }, node.id);
  const open = (event) => {
    event.preventDefault();
    event.stopPropagation();
    host.postMessage({ open: node.id });
  };
  return el('button', { type: 'button', class: 'id in-editor', title: t('openInEditor'), onclick: open }, node.id);
}

function nodeName(node) {
  if (!node.members) return [idOf(node), ' ', text(node.label, { class: 'named' })];
  const inner = node.members.map((m) => el('li', {}, idOf(m), ' ', text(m.label, { class: 'named' })));
  return [t('jointly'), el('ul', { class: 'members' }, inner)];
}
