// What the page of `kijun matrix --format html` shows, against the JSON of the same matrix.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { axe, open, withPage } from './browser.mjs';

/** The items whose verdicts a pair carries: of a union what covers its members. */
const carried = (cell) => cell.members?.map((m) => m.covered_by) ?? cell.sources;
const leaves = (block) => block.items.filter((item) => !item.section);
const texts = (locator) => locator.allInnerTexts().then((all) => all.map((one) => one.replace(/\s+/g, ' ').trim()));
const tidy = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ').trim();
/** The row of an item: the page gives items numbers of its own. */
const row = (page, id) => page.locator(`#grid tr:has(> th[aria-label^="${id} "])`);
/** What a screen reader says of a cell. */
const named = (cell) => cell.evaluate((td) => td.getAttribute('aria-label') ?? td.querySelector('.sr')?.textContent);
const chosen = (page) => named(page.locator('th:focus, td:focus'));
/** How many items and pairs the page says it shows, and hides. */
async function counts(page) {
  return (await tidy(page.locator('#count'))).match(/\d+/g).map(Number);
}

const COVERAGE = { covered: '対応あり', unverified: '対応あり（未検証）', partly: '一部対応', possibly: '対応の可能性', not_covered: '対応なし' };
const MET = { met: '充足', partly_met: '一部充足', open: '未定', not_met: '不充足', conflicting: '矛盾', not_applicable: '対象外' };
const VERDICT = { satisfied: '適合', violated: '不適合', unverified: '未検証' };

describe('figures', () => {
  for (const name of ['small', 'city']) {
    withPage(`of every pair of catalogues are those of the JSON (${name})`, name, async (page, data) => {
      const rows = page.locator('#summary tbody tr');
      assert.equal(await rows.count(), data.blocks.length);
      for (const [i, { from, to, total }] of data.blocks.entries()) {
        const said = await tidy(rows.nth(i));
        assert.ok(said.includes(`${from.id} → ${to.id}`), said);
        assert.equal(await rows.nth(i).locator('.number').innerText(), String(total.items));
        const [coverage, met] = await rows.nth(i).locator('.chips').all();
        const expected = (words, figures) => Object.keys(words).map((key) => `${words[key]} ${figures[key]}`);
        const chips = async (at) => (await texts(at.locator('.chip'))).map((chip) => chip.replace(/^\S+ /, ''));
        assert.deepEqual(await chips(coverage), expected(COVERAGE, total.coverage));
        assert.deepEqual(await chips(met), expected(MET, total.met));
        assert.equal(said.includes(`そのうち ${total.weak} は`), total.weak > 0);
        assert.ok(!said.includes('%') && !said.includes('％'), 'no rate');
      }
      assert.equal(await page.locator('#summary [aria-pressed="true"]').count(), 1);
    });

    withPage(`of sections and items are those of the JSON, in every block (${name})`, name, async (page, data) => {
      for (const [i, block] of data.blocks.entries()) {
        await page.locator('#summary .choose').nth(i).click();
        await page.click('#rows-all');
        const labels = await page.locator('#grid tbody tr > th').evaluateAll((all) => all.map((th) => th.getAttribute('aria-label')));
        assert.equal(labels.length, block.items.length, 'every item has a row');
        for (const item of block.items) {
          const label = labels.find((one) => one.startsWith(`${item.id} `));
          assert.ok(label, item.id);
          if (item.section) {
            const said = Object.keys(COVERAGE).map((key) => `${COVERAGE[key]} ${item.total.coverage[key]}`).join('、');
            assert.ok(label.includes(`${item.total.items}項目、${said}`), `${label} has ${said}`);
          } else {
            const weak = item.trusted === item.coverage ? '' : '（弱い根拠のみ）';
            assert.ok(label.includes(`${COVERAGE[item.coverage]}${weak}、${MET[item.met]}`), label);
          }
        }
      }
    });
  }

  withPage('of a section stand as one square for each item below it', 'small', async (page, data) => {
    await page.click('#rows-top');
    for (const section of data.blocks[0].items.filter((i) => i.section)) {
      const strip = row(page, section.id).locator('td.coverage .square');
      assert.equal(await strip.count(), section.total.items);
      for (const key of Object.keys(COVERAGE)) {
        assert.equal(await row(page, section.id).locator(`td.coverage .square.coverage-${key}`).count(), section.total.coverage[key]);
      }
      assert.equal(await row(page, section.id).locator('td.met .square').count(), section.total.items);
    }
  });

  withPage('of the heat map count the items that sources below a column reach', 'small', async (page, data) => {
    await page.click('#rows-top');
    await page.click('#columns-top');
    const within = (id, top) => id === top || id.startsWith(`${top}.`);
    const reached = (section, chapter) => {
      const pairs = data.blocks[0].cells.filter((c) => c.target !== section && within(c.target, section));
      return new Set(pairs.filter((c) => carried(c).some((s) => within(s, chapter))).map((c) => c.target)).size;
    };
    const heads = await page.locator('#grid thead th.source').evaluateAll((all) => all.map((th) => th.getAttribute('aria-label').split(' ')[0]));
    assert.deepEqual(heads, ['own:1', 'own:2']);
    for (const section of ['std:A', 'std:B']) {
      for (const [i, chapter] of heads.entries()) {
        const cell = row(page, section).locator('td.heat').nth(i);
        const n = reached(section, chapter);
        assert.equal((await cell.locator('.half').first().innerText()).match(/\d+/)?.[0] ?? '0', String(n), `${section} ${chapter}`);
        assert.ok((await named(cell)).includes(`5項目のうち ${n}`));
      }
    }
    const mixed = row(page, 'std:B').locator('td.heat').first();
    assert.ok((await named(mixed)).includes('対応元の最も悪い判定 不適合（1）'), await named(mixed));
    assert.match(await tidy(mixed.locator('.half').last()), /✕/, 'one violated source is not hidden by satisfied ones');
    assert.ok((await tidy(page.locator('#silent'))).includes('3 対応づけのない章'), 'a chapter without a column is named');
  });
});

describe('search and filters', () => {
  withPage('find ids, titles in both languages, and kana as typed', 'small', async (page) => {
    const find = async (query) => {
      await page.fill('#search', query);
      const [all, n, hidden] = await counts(page);
      return { all, n, hidden, rows: await page.locator('#grid tbody tr.item').count() };
    };
    for (const [query, n] of [['A.3', 1], ['セキュリティ', 1], ['せきゅりてぃ', 1], ['バックアップ', 1], ['BACKUP', 1], ['std:b', 5], ['選定', 2], ['not met', 1]]) {
      assert.deepEqual(await find(query), { all: 10, n, hidden: 10 - n, rows: n }, query);
    }
    await page.fill('#search', 'そのような語はない');
    assert.match(await tidy(page.locator('#count')), /当てはまる項目がない。10項目すべて/);
    assert.equal(await page.locator('#grid tbody tr').count(), 0);
    await page.click('#clear');
    assert.match(await tidy(page.locator('#count')), /10項目をすべて表示中/);
    assert.equal(await page.inputValue('#search'), '');
  });

  for (const name of ['small', 'city']) {
    withPage(`leave what the JSON has of each value, and say how much they hide (${name})`, name, async (page, data) => {
      const block = data.blocks[0];
      const all = leaves(block);
      const verdicts = new Map(block.sources.map((s) => [s.id, s.verdict ?? 'none']));
      const passes = {
        coverage: (item, value) => (value === 'weak' ? item.trusted !== item.coverage : item.coverage === value),
        met: (item, value) => item.met === value,
        relation: (item, value) => item.cells.some((c) => block.cells[c].relation === value),
        mark: (item, value) => item.cells.some((c) => (block.cells[c].mark ?? 'structure') === value),
        verdict: (item, value) => item.cells.some((c) => carried(block.cells[c]).some((s) => verdicts.get(s) === value)),
      };
      await page.click('#filters summary');
      const boxes = await page.locator('[data-facet]').evaluateAll((list) => list.map((b) => [b.dataset.facet, b.value]));
      assert.equal(boxes.length, 6 + 6 + 7 + 6 + 9);
      for (const [facet, value] of boxes) {
        const box = page.locator(`[data-facet="${facet}"][value="${value}"]`);
        await box.check();
        const n = all.filter((item) => passes[facet](item, value)).length;
        const said = await counts(page);
        const expected = n === 0 ? [all.length] : [all.length, n, all.length - n];
        assert.deepEqual(said.slice(0, expected.length), expected, `${facet} ${value}`);
        assert.ok(await page.locator('#active').isVisible(), 'says that something is filtered');
        await box.uncheck();
      }
      await page.check('#direct');
      const [total, n, hidden, pairsAll, pairs] = await counts(page);
      assert.deepEqual([total, n, hidden], [all.length, all.length, 0], 'gaps stay in sight');
      assert.deepEqual([pairsAll, pairs], [block.cells.length, block.cells.filter((c) => !c.rolled_up).length]);
    });
  }

  withPage('of two facets narrow each other, values of one widen', 'small', async (page, data) => {
    const all = leaves(data.blocks[0]);
    await page.click('#filters summary');
    await page.check('[data-facet="coverage"][value="covered"]');
    await page.check('[data-facet="coverage"][value="partly"]');
    assert.equal((await counts(page))[1], all.filter((i) => ['covered', 'partly'].includes(i.coverage)).length);
    await page.check('[data-facet="met"][value="met"]');
    assert.equal((await counts(page))[1], all.filter((i) => i.coverage === 'covered' && i.met === 'met').length);
  });
});

describe('keys', () => {
  withPage('walk the table, expand, open the panel and come back', 'small', async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'skip', 'the skip link comes first');
    await page.keyboard.press('Enter');
    assert.match(await chosen(page), /^std:A /);
    assert.equal(await page.locator('#grid [tabindex="0"]').count(), 1, 'one cell is in the order of tabs');
    await page.click('#rows-top');
    await row(page, 'std:A').locator('th').focus();
    await page.keyboard.press('ArrowDown');
    assert.match(await chosen(page), /^std:B /);
    await page.keyboard.press(' ');
    assert.equal(await row(page, 'std:B').getAttribute('aria-expanded'), 'true');
    assert.match(await chosen(page), /^std:B /, 'the focus stays');
    await page.keyboard.press('ArrowDown');
    assert.match(await chosen(page), /^std:B\.1 /);
    await page.keyboard.press('End');
    assert.match(await chosen(page), /^B\.1 ← /);
    await page.keyboard.press('Home');
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight');
    assert.match(await chosen(page), /^B\.1 ← 1 運用：一部対応、判定 不適合/);
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#panel').isVisible());
    assert.equal(await page.evaluate(() => document.activeElement.id), 'panel-title');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#panel').isHidden());
    assert.match(await chosen(page), /^B\.1 ← 1 /, 'the focus comes back');
    await page.keyboard.press('Control+Home');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.column), 'target');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    assert.match(await chosen(page), /^own:1 運用/);
    const columns = await page.locator('#grid thead th').count();
    await page.keyboard.press(' ');
    assert.equal(await page.locator('#grid thead th').count(), columns + 4, 'a chapter shows what is in it');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid', 'the focus can be seen');
  });
});

describe('the panel', () => {
  withPage('tells every step with its provenance', 'small', async (page, data) => {
    await page.click('#rows-all');
    await row(page, 'std:A.1').locator('th .id').click();
    const panel = page.locator('#panel');
    const said = await tidy(panel);
    const block = data.blocks[0];
    const item = block.items.find((i) => i.id === 'std:A.1');
    assert.equal(await panel.locator('.pair').count(), item.cells.length);
    assert.ok(said.includes('own:1.1 施錠 は std:A.1 セキュリティ を含む'), said);
    for (const part of ['当方の読み', '強さ 8', '観点: 意味', '</script><img src=x onerror=alert(4)>', '対照表<script>alert(3)</script>', '適合']) {
      assert.ok(said.includes(part), `${part} in ${said}`);
    }
    // By way of a third catalogue: every step stands there, and what the steps give.
    await row(page, 'std:A.4').locator('th .id').click();
    const cell = block.cells.find((c) => c.target === 'std:A.4' && c.sources[0] === 'own:2.1');
    const pair = panel.locator('.pair', { has: page.locator('summary', { hasText: 'own:2.1' }) });
    const steps = await texts(pair.locator('.steps li'));
    assert.equal(steps.length, cell.derivation.flatMap((w) => w.steps).length);
    cell.derivation[0].steps.forEach((step, i) => {
      assert.ok(steps[i].includes(step.from) && steps[i].includes(step.to), steps[i]);
      assert.ok(step.strength === undefined || steps[i].includes(`強さ ${step.strength}`), steps[i]);
    });
    assert.equal(await tidy(pair.locator('.gives')), '⇒ 部分または重なるまたは無関係');
    // A statement that is written from the other side is read from this one.
    await row(page, 'std:B.2').locator('th .id').click();
    assert.ok((await tidy(panel)).includes('own:1.3 教育 は std:B.2 一部充足 の部分'), await tidy(panel));
    // A union names its members and what covers them.
    await row(page, 'std:B.3').locator('th .id').click();
    assert.match(await tidy(panel.locator('.pair').first()), /まとめて own:1\.1 施錠 own:1\.3 教育/);
    assert.equal(await panel.locator('.covering li').count(), 2);
  });

  withPage('of a section leads on to its items', 'small', async (page) => {
    await page.click('#rows-top');
    await row(page, 'std:B').locator('td.heat').first().click();
    await page.locator('#panel [data-go]', { hasText: 'B.1' }).click();
    assert.match(await tidy(page.locator('#panel-title')), /^B\.1 ← 1$/);
    assert.equal(await row(page, 'std:B').getAttribute('aria-expanded'), 'true');
    await page.click('#panel .close');
    await row(page, 'std:B').locator('th .twisty').click();
    await row(page, 'std:B').locator('td.coverage .square').nth(2).click();
    assert.equal(await tidy(page.locator('#panel-title')), 'B.3');
  });

  withPage('says how many pairs a filter hides in it', 'small', async (page) => {
    await page.click('#rows-all');
    await page.click('#filters summary');
    await page.check('[data-facet="relation"][value="superset"]');
    await row(page, 'std:B.3').locator('th .id').click();
    assert.match(await tidy(page.locator('#panel')), /絞り込みで隠れている組: \d/);
  });

  withPage('and the end of the page: what was set aside', 'small', async (page, data) => {
    assert.equal(data.contradictions.length, 1);
    const said = await tidy(page.locator('#set-aside'));
    for (const { sources, target } of data.contradictions[0].set_aside) {
      assert.ok(sources.every((s) => said.includes(s)) && said.includes(target), said);
    }
    assert.ok(said.includes('同時に成り立たない'), said);
    assert.equal(said.includes('すべて正しいこともあり得る'), data.contradictions[0].mixed);
  });
});

describe('languages', () => {
  withPage('change all words of the page, and say where only the other is there', 'small', async (page) => {
    await page.click('#rows-all');
    assert.equal(await page.getAttribute('html', 'lang'), 'ja');
    await page.click('[data-lang="en"]');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.equal(await page.title(), 'Coverage matrix: Hospital & Co');
    assert.match(await page.locator('#title').innerText(), /Hospital & Co/);
    assert.match(await tidy(row(page, 'std:A.1')), /covered and met ◎ covered ✓ met/);
    const other = row(page, 'std:B.5').locator('th [lang="ja"]');
    assert.equal(await other.innerText(), '題名だけ日本語', 'a title without English is marked as Japanese');
    const rest = await page.evaluate(() => {
      const walk = document.createTreeWalker(document.getElementById('screen'), NodeFilter.SHOW_TEXT);
      const found = [];
      while (walk.nextNode()) {
        const { textContent, parentElement } = walk.currentNode;
        if (/[ぁ-ヿ一-鿿]/.test(textContent) && parentElement.closest('[lang]').lang !== 'ja') found.push(textContent);
      }
      return found;
    });
    assert.deepEqual(rest, [], 'no Japanese is left unsaid');
    await page.click('[data-lang="ja"]');
    assert.match(await tidy(row(page, 'std:A.1')), /セキュリティ ◎ 対応あり ✓ 充足/);
    assert.equal(await page.locator('[data-lang="ja"]').getAttribute('aria-pressed'), 'true');
  });

  withPage('open as asked for; without facts nothing is said to be met', 'static', async (page) => {
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.match(await tidy(page.locator('#about')), /without facts of a facility/);
    assert.equal(await page.locator('#grid .met').count(), 0);
    assert.equal(await page.locator('[data-facet="met"], [data-facet="verdict"]').count(), 0);
  });
});

describe('print', () => {
  withPage('has every item and no controls', 'small', async (page, data) => {
    await page.emulateMedia({ media: 'print' });
    await page.locator('#print h1').waitFor();
    assert.ok(await page.locator('#screen').isHidden());
    assert.equal(await page.locator('#print').locator('button, input, [tabindex]').count(), 0);
    const said = await tidy(page.locator('#print'));
    for (const item of data.blocks[0].items) assert.ok(said.includes(item.id.slice(4)), item.id);
    for (const part of ['2026-11-22', 'この表は判断を助けるもの', '記号', '対応あり（未検証） 1', '不充足 1', '脇に置いた対応づけ']) assert.ok(said.includes(part), part);
    assert.match(said, /A\.1 セキュリティ ◎ 対応あり ✓ 充足 ◎ 1\.1 施錠（包含、当方の読み、強さ 8、判定 適合）/);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    assert.ok(pdf.length > 10_000 && pdf.subarray(0, 4).toString() === '%PDF');
  });

  withPage('follows the filters, and says so', 'small', async (page) => {
    await page.fill('#search', 'セキュリティ');
    await page.emulateMedia({ media: 'print' });
    await page.locator('#print h1').waitFor();
    const said = await tidy(page.locator('#print'));
    assert.match(said, /絞り込み: 「セキュリティ」を含む/);
    assert.match(said, /10項目のうち 1 を表示中、9 は絞り込みで隠れている/);
    assert.ok(!said.includes('B.1 不充足'));
  });
});

describe('for everyone', () => {
  for (const [name, colorScheme] of [['small', 'light'], ['small', 'dark'], ['city', 'light'], ['city', 'dark'], ['static', 'light']]) {
    test(`axe finds nothing (${name}, ${colorScheme})`, async () => {
      // Only here the policy is lifted: axe is a program of its own.
      const page = await open(name, { colorScheme, bypassCSP: true });
      await page.evaluate(axe);
      const check = async (what) => {
        const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
        const told = violations.map((v) => `${what}: ${v.id} ${v.help} ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`);
        assert.deepEqual(told, []);
      };
      await check('as opened');
      await page.click('#filters summary');
      for (const one of await page.locator('details.legend > summary').all()) await one.click();
      await page.click('#rows-all');
      await check('all open');
      await page.locator('#grid td.heat:has(.half)').first().click();
      await check('with the panel');
      await page.context().close();
    });
  }

  withPage('names roles, levels and places of the tree', 'small', async (page) => {
    await page.click('#rows-all');
    const grid = page.locator('#grid');
    assert.equal(await grid.getAttribute('role'), 'treegrid');
    const of = async (id) => row(page, id).evaluate((tr) => ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-expanded'].map((a) => tr.getAttribute(a)));
    assert.deepEqual(await of('std:B'), ['1', '2', '2', 'true']);
    assert.deepEqual(await of('std:B.4'), ['2', '4', '5', null]);
    assert.equal(await page.locator('#count').getAttribute('aria-live'), 'polite');
  });

  for (const name of ['small', 'city']) {
    withPage(`a narrow screen needs no scrolling sideways (${name})`, name, async (page) => {
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(await width(), 360);
      await page.click('#filters summary');
      for (const one of await page.locator('details.legend > summary').all()) await one.click();
      await page.click('#rows-all');
      await page.click('#columns-all');
      assert.equal(await width(), 360);
      await page.locator('#grid tbody th .id').first().click();
      assert.equal(await width(), 360);
    }, { viewport: { width: 360, height: 740 } });
  }

  withPage('nothing moves while it opens', 'city', async (page) => {
    const shift = await page.evaluate(
      () => new Promise((done) => {
        let sum = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => done(sum), 200));
      }),
    );
    assert.equal(shift, 0);
  });
});

describe('hostile texts', () => {
  withPage('are texts', 'small', async (page, data) => {
    await page.click('#rows-all');
    await page.click('#columns-all');
    for (const th of await page.locator('#grid tbody th .id').all()) await th.click();
    await page.click('[data-lang="en"]');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('script').count(), 2);
    const title = data.blocks[0].items[0].title.ja;
    assert.equal(title, '</script><img src=x onerror=alert(1)>');
    await page.emulateMedia({ media: 'screen' });
    await page.click('[data-lang="ja"]');
    assert.ok((await row(page, 'std:A').locator('th').innerText()).includes(title));
    assert.match(await page.locator('#title').innerText(), /<img src=x onerror=alert\(7\)>病院/);
  });

  test('could not run or reach anything if they were more', async () => {
    const page = await open('small');
    const reached = await page.evaluate(async () => {
      const tried = {};
      try {
        document.body.innerHTML += '<b>x</b>';
        tried.markup = true;
      } catch {
        tried.markup = false;
      }
      tried.fetch = await fetch('http://127.0.0.1:9/').then(() => true, () => false);
      const script = document.createElement('script');
      try {
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
      } catch {
        // A text is refused before it stands there.
      }
      tried.script = globalThis.ran === true;
      return tried;
    });
    assert.deepEqual(reached, { markup: false, fetch: false, script: false });
    assert.ok(page.noise.some((m) => m.includes('Content Security Policy')), page.noise.join('\n'));
    await page.context().close();
  });
});
