// Searches the index as one types. Everything is put in as text.
'use strict';
(() => {
  const box = document.getElementById('q');
  const list = document.getElementById('results');
  const count = document.getElementById('count');
  const MOST = 100;
  const title = document.documentElement.lang === 'ja' ? [3, 4] : [4, 3];

  /** As it is searched: widths, case and the two kinds of kana count as one. */
  function folded(text) {
    const flat = text.normalize('NFKC').toLowerCase();
    return flat.replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  }

  const index = globalThis.KIJUN_INDEX.map((entry) => ({
    entry,
    name: folded(entry[2]),
    titles: folded(`${entry[3]} ${entry[4]}`),
    all: folded(entry.slice(1).join(' ')),
  }));

  /** Smaller is better: a name, the start of one, a part of one, a title, any text. */
  function rank(item, words, whole) {
    if (!words.every((word) => item.all.includes(word))) return -1;
    const local = item.name.slice(item.name.indexOf(':') + 1);
    if (item.name === whole || local === whole) return 0;
    if (item.name.startsWith(whole) || local.startsWith(whole)) return 1;
    if (item.titles.startsWith(whole)) return 2;
    if (words.every((word) => item.titles.includes(word))) return 3;
    return item.name.includes(whole) ? 4 : 5;
  }

  function row({ entry }) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = entry[0];
    const name = document.createElement('span');
    name.className = 'id';
    name.textContent = entry[2];
    link.append(name, entry[2] ? ' ' : '', entry[title[0]] || entry[title[1]]);
    const sort = document.createElement('span');
    sort.className = 'tag';
    sort.textContent = list.dataset[entry[1]] ?? entry[1];
    item.append(link, ' ', sort);
    return item;
  }

  const prompt = count.textContent;
  function search() {
    const whole = folded(box.value.trim());
    const words = whole.split(/\s+/).filter(Boolean);
    if (!words.length) {
      count.textContent = prompt;
      list.replaceChildren();
      return;
    }
    const found = [];
    index.forEach((item, at) => {
      const own = rank(item, words, whole);
      if (own >= 0) found.push([own, at, item]);
    });
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const more = found.length > MOST ? ` — ${list.dataset.first.replace('{m}', MOST)}` : '';
    count.textContent = found.length ? list.dataset.found.replace('{n}', found.length) + more : list.dataset.none;
    list.replaceChildren(...found.slice(0, MOST).map(([, , item]) => row(item)));
  }

  box.value = new URLSearchParams(location.search).get('q') ?? '';
  box.addEventListener('input', search);
  search();
  box.focus();
})();
