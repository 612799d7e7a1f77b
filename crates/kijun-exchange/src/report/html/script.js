// Search and filters. What is on the page stands there without them.
const tools = document.getElementById('tools');
const findings = [...document.querySelectorAll('details.finding')];

/** As it is searched: widths, case and the two kinds of kana count as one. */
function folded(text) {
  const flat = text.normalize('NFKC').toLowerCase();
  return flat.replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

const texts = new Map();
/** The text of a finding with that of its requirement. */
function textOf(finding) {
  if (!texts.has(finding)) texts.set(finding, folded(finding.closest('.requirement').querySelector('h4').textContent + finding.textContent));
  return texts.get(finding);
}

function filter() {
  const words = folded(document.getElementById('query').value).split(/\s+/).filter(Boolean);
  const gravities = new Set([...tools.querySelectorAll('#gravities input:checked')].map((box) => box.value));
  const [role, catalog, kind] = ['role', 'catalog', 'kind'].map((id) => document.getElementById(id).value);
  let shown = 0;
  for (const finding of findings) {
    const { dataset } = finding;
    const roles = dataset.roles.split(' ').filter(Boolean);
    const fits =
      gravities.has(dataset.gravity) &&
      (!role || roles.length === 0 || roles.includes(role)) &&
      (!catalog || dataset.catalog === catalog) &&
      (!kind || dataset.kind === kind) &&
      words.every((word) => textOf(finding).includes(word));
    finding.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  for (const group of document.querySelectorAll('.requirement, .gravity')) {
    group.hidden = !group.querySelector('details.finding:not([hidden])');
  }
  const count = document.getElementById('count');
  const text = shown === findings.length ? count.dataset.all : count.dataset.some;
  count.textContent = text.replace('{all}', findings.length).replace('{n}', shown).replace('{hidden}', findings.length - shown);
}

function clear() {
  document.getElementById('query').value = '';
  for (const box of tools.querySelectorAll('#gravities input')) box.checked = true;
  for (const choice of tools.querySelectorAll('select')) choice.value = '';
  filter();
}

/** Opens what an address leads to, and all around it. */
function reveal() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  if (target.hidden) clear();
  for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  target.scrollIntoView();
  if (target.tagName === 'DETAILS') target.querySelector('summary').focus({ preventScroll: true });
}

if (tools && findings.length > 0) {
  tools.hidden = false;
  tools.addEventListener('input', filter);
  document.getElementById('clear').addEventListener('click', clear);
  const unfold = document.getElementById('unfold');
  unfold.addEventListener('click', () => {
    const open = unfold.getAttribute('aria-pressed') !== 'true';
    unfold.setAttribute('aria-pressed', String(open));
    for (const finding of findings) finding.open = open;
  });
  filter();
}
addEventListener('hashchange', reveal);
reveal();

// What is folded is opened for as long as it prints, but proofs only where everything is asked for.
let closed = [];
addEventListener('beforeprint', () => {
  const all = document.getElementById('print-all')?.checked;
  closed = [...document.querySelectorAll(all ? 'details:not([open])' : 'details:not([open], .finding)')];
  for (const part of closed) part.open = true;
});
addEventListener('afterprint', () => {
  for (const part of closed) part.open = false;
  closed = [];
});
