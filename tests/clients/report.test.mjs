// What the page of `kijun assess --format html` shows, against the JSON of the same assessment.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { axe, open, withPage } from './browser.mjs';

const shown = (page) => page.locator('details.finding:visible').count();
const count = async (page) => (await page.locator('#count').innerText()).match(/\d+/g).map(Number);
const visible = (locator) => locator.evaluate((at) => at.checkVisibility({ contentVisibilityAuto: true }) && at.getClientRects().length > 0);

describe('reading', () => {
  withPage('needs no script: figures, findings, proofs, dates', 'city', async (page, data) => {
    assert.equal(await page.locator('details.finding').count(), data.findings.length);
    assert.equal(await page.locator('#tools').isVisible(), false, 'no tool that does nothing');
    const first = page.locator('details.finding').first();
    await first.locator('summary').click();
    assert.ok(await visible(first.locator('.proof')));
    for (const part of ['overview', 'questions', 'requirements', 'subjects', 'roles', 'dates', 'evidence', 'risks', 'sources']) {
      assert.ok(await page.locator(`#${part} h2`).isVisible(), part);
    }
  }, { javaScriptEnabled: false });

  withPage('figures stand with what is not decided, in every row', 'city', async (page, data) => {
    const counts = data.summary.requirements;
    const undecided = counts.unknown + counts.conflicting + counts.stale + counts.unverified;
    assert.equal(await page.locator('.figure.open b').innerText(), String(undecided));
    const rows = await page.locator('#overview tbody tr, #overview tfoot tr').all();
    assert.ok(rows.length > 3);
    for (const row of rows) assert.match(await row.locator('td.open').innerText(), /^\d+$/);
    assert.equal(await page.locator('#overview tfoot td.open').innerText(), String(undecided));
  });

  withPage('an address leads to a finding and opens its proof', 'city', async (page, data) => {
    const link = page.locator('#overview .gravest a').first();
    const id = (await link.getAttribute('href')).slice(1);
    assert.ok(data.findings.some((f) => `f-${f.fingerprint}` === id && f.severity === 'must'));
    await link.focus();
    await page.keyboard.press('Enter');
    const finding = page.locator(`#${id}`);
    await page.waitForFunction((id) => document.getElementById(id).open, id);
    assert.ok(await visible(finding.locator('.proof')));
    assert.equal(await page.evaluate(() => document.activeElement.closest('details')?.id), id);
    const of = data.findings.find((f) => `f-${f.fingerprint}` === id);
    const proof = await finding.innerText();
    for (const fact of of.because) assert.ok(proof.includes(`${fact.origin.file}:${fact.origin.line}`), fact.fact);
    assert.ok(proof.includes(of.rule.file));
  });

  withPage('texts of packs and facts do nothing', 'hostile', async (page) => {
    assert.equal(await page.locator('img, iframe, script:not(:last-of-type)').count(), 0);
    assert.ok((await page.locator('h1').innerText()).includes('<b>みなと</b>病院'));
    await page.locator('#unfold').click();
    const text = await page.locator('main').textContent();
    assert.ok(text.includes('</script><script>alert(3)</script>') && text.includes('[U+202E]') && text.includes('שלום'));
    const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
    assert.ok(scroll <= client, `a very long name does not widen the page: ${scroll} > ${client}`);
  });
});

describe('search and filters', () => {
  withPage('narrow the findings and count what they hide', 'city', async (page, data) => {
    const all = data.findings.length;
    assert.deepEqual(await count(page), [all]);
    await page.fill('#query', 'ＰＡＣＳ us-west');
    const n = await shown(page);
    assert.ok(n > 0 && n < all);
    assert.deepEqual(await count(page), [all, n, all - n]);
    await page.fill('#query', 'ぺーすめーかーぜったいにない');
    assert.equal(await shown(page), 0);
    await page.click('#clear');
    assert.equal(await shown(page), all);

    await page.uncheck('#gravities input[value="undecided"]');
    const definite = data.findings.filter((f) => f.verdict !== 'unknown').length;
    assert.equal(await shown(page), definite);
    await page.click('#clear');

    await page.selectOption('#kind', 'contract');
    assert.equal(await shown(page), data.findings.filter((f) => f.subject.kind === 'contract').length);
    await page.selectOption('#role', 'purchaser');
    const both = data.findings.filter((f) => f.subject.kind === 'contract' && (f.audience.length === 0 || f.audience.includes('purchaser')));
    assert.equal(await shown(page), both.length);
    await page.click('#clear');
    assert.equal(await shown(page), all);
  });

  withPage('a link to what a filter hides shows it', 'city', async (page) => {
    await page.uncheck('#gravities input[value="must"]');
    await page.locator('#overview .gravest a').first().click();
    await page.waitForFunction(() => document.querySelector('details.finding:target')?.open);
    assert.ok(await page.locator('details.finding:target').isVisible());
  });

  withPage('work by keyboard alone', 'city', async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await page.focus('#query');
    await page.keyboard.type('CL-LOC-1');
    const n = await shown(page);
    assert.ok(n > 0);
    const summary = page.locator('details.finding:visible > summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    assert.ok(await visible(page.locator('details.finding[open] .proof').first()));
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('details.finding[open]').count(), 0);
  });
});

describe('paper', () => {
  for (const script of [true, false]) {
    withPage(`is short, and has everything where that is asked for, ${script ? 'with' : 'without'} the script`, 'city', async (page, data) => {
      await page.setViewportSize({ width: 695, height: 1000 });
      const pages = async () => (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page[^s]/g).length;
      const fits = async () => {
        const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
        assert.ok(scroll <= client, `nothing runs off A4: ${scroll} > ${client}`);
      };
      const proofs = page.locator('details.finding .proof');
      await page.locator('details.finding > summary').nth(1).click();
      await page.emulateMedia({ media: 'print' });
      assert.deepEqual([await visible(proofs.nth(0)), await visible(proofs.nth(1))], [false, true], 'proofs as they are on the screen');
      assert.equal(await page.locator('details.finding > summary').evaluateAll((all) => all.filter((at) => at.getClientRects().length > 0).length), data.findings.length, 'every finding');
      assert.ok(await page.locator('.abridged').isVisible(), 'what is left out is said');
      const open = page.locator('#requirements tr:not(.settled) > td').first();
      const settled = page.locator('#requirements tr.settled').first();
      assert.deepEqual([await visible(open), await visible(settled)], [true, false]);
      for (const part of ['questions', 'dates', 'risks', 'sources']) assert.ok(await visible(page.locator(`#${part} :is(table, p)`).first()), part);
      for (const tool of ['nav', '#tools', '#subjects']) assert.equal(await page.locator(tool).isVisible(), false, tool);
      await fits();
      const short = await pages();

      await page.emulateMedia({ media: 'screen' });
      await page.check('#print-all');
      await page.emulateMedia({ media: 'print' });
      for (const part of [proofs.nth(0), settled, page.locator('#subjects article').first(), page.locator('#requirements table').first()]) assert.ok(await visible(part));
      assert.equal(await page.locator('.abridged').isVisible(), false);
      await fits();
      const all = await pages();
      assert.ok(short * 2 < all, `${short} of ${all} pages`);
      assert.equal(await page.locator('details.finding[open]').count(), 1, 'nothing stays open');
    }, { javaScriptEnabled: script });
  }

  withPage('the summary for the management is one page', 'management', async (page) => {
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    assert.equal(pdf.match(/\/Type\s*\/Page[^s]/g).length, 1);
    assert.match(pdf, /\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/, 'A4');
  });
});

describe('accessibility', () => {
  const views = { wide: {}, narrow: { viewport: { width: 360, height: 740 } }, dark: { colorScheme: 'dark' } };
  for (const name of ['city', 'hostile', 'management']) {
    for (const [view, options] of Object.entries(views)) {
      test(`axe finds nothing (${name}, ${view})`, async () => {
        // The policy of the page lets no other script in.
        const page = await open(name, { ...options, bypassCSP: true });
        await page.evaluate(axe);
        await page.evaluate(() => document.querySelectorAll('details').forEach((part, i) => (part.open = i < 40 || part.open)));
        const found = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
        const told = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`).join('\n')}`);
        assert.deepEqual(told, []);
        await page.context().close();
      });
    }
  }
});
