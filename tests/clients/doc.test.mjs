// What the site of `kijun doc` does in a browser, opened from a folder.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { axe, open, url } from './browser.mjs';

/** The test with a page of a site that is open; it may ask for the files of the site, and must have been quiet else. */
function onPage(title, name, run, options) {
  test(title, async () => {
    const page = await open(name, options);
    try {
      await run(page);
      const site = url(name.split('/')[0]).replace(/\.html$/, '/');
      const noise = page.noise.filter((line) => !line.startsWith(site));
      assert.deepEqual(noise, [], 'no message, no request to anywhere else');
    } finally {
      await page.context().close();
    }
  });
}

const found = (page) => page.locator('#results li a').allInnerTexts();

describe('the search', () => {
  onPage('finds a Japanese title, from any page', 'packs/ja/index', async (page) => {
    await page.fill('#q', '受託事業者の選定');
    await page.press('#q', 'Enter');
    await page.waitForURL(/search\.html/);
    await page.waitForSelector('#results li');
    assert.match((await found(page))[0], /^mhlw@4\.2:8\.1\.2\.C\.キ 受託事業者の選定基準/);
    await page.click('#results li a');
    assert.match(page.url(), /items-mhlw-4\.2-8\.html#/);
    assert.equal(await page.locator(':target h3 .id').innerText(), 'mhlw@4.2:8.1.2.C.キ');
  });

  onPage('finds by id, by rule, by width and kind of kana, and says when there is nothing', 'packs/en/search', async (page) => {
    await page.fill('#q', 'K0302');
    assert.deepEqual((await found(page)).slice(0, 1), ['K0302 types do not match']);
    await page.fill('#q', 'selection_criteria_adopted');
    assert.equal((await found(page)).length, 1);
    await page.fill('#q', 'ＧＶ．ＳＣ－０６');
    assert.match((await found(page))[0], /^csf@2\.0:GV\.SC-06 /);
    await page.fill('#q', 'くらうど');
    assert.ok((await found(page)).length > 3);
    await page.fill('#q', 'zzzzzz');
    assert.deepEqual([await page.innerText('#count'), (await found(page)).length], ['nothing found; try other words', 0]);
  });

  onPage('shows names of packs as text', 'hostile/ja/search', async (page) => {
    await page.fill('#q', 'img src');
    assert.ok((await found(page)).some((line) => line.includes('<img src=x onerror=alert(1)>')));
    assert.equal(await page.locator('main img, main script').count(), 0);
  });
});

describe('pages', () => {
  onPage('lead to the same page in the other language and back', 'packs/ja/pack-mhlw-4.2', async (page) => {
    await page.click('.language');
    assert.match(page.url(), /\/en\/pack-mhlw-4\.2\.html$/);
    assert.match(await page.innerText('h1'), /^MHLW safety guideline/);
    await page.click('.language');
    assert.match(page.url(), /\/ja\/pack-mhlw-4\.2\.html$/);
  });

  onPage('are styled, and read without a script', 'packs/ja/items-mhlw-4.2-8', async (page) => {
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('section.item:not(.section)')).borderTopWidth), '1px');
    await page.locator('details.rule summary').first().click();
    assert.ok(await page.locator('details.rule pre.code').first().isVisible());
  }, { javaScriptEnabled: false });

  const site = fileURLToPath(url('hostile').replace(/\.html$/, '/ja/'));
  for (const file of readdirSync(site).filter((name) => /^(items|pack|index)/.test(name))) {
    onPage(`run nothing of packs: ${file}`, `hostile/ja/${file.replace(/\.html$/, '')}`, async (page) => {
      assert.equal(await page.locator('script, img, iframe').count(), 0);
    });
  }

  for (const name of ['packs/ja/index', 'packs/ja/items-mhlw-4.2-8', 'packs/en/pack-map-mhlw-csf', 'packs/en/diagnostics', 'packs/ja/search']) {
    for (const colorScheme of ['light', 'dark']) {
      onPage(`are accessible: ${name} (${colorScheme})`, name, async (page) => {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'], preload: false }));
        assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].html}`), []);
      }, { colorScheme, bypassCSP: true });
    }
  }

  onPage('do not scroll sideways on a phone', 'packs/ja/items-mhlw-4.2-8', async (page) => {
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${wide} > ${room}`);
  }, { viewport: { width: 390, height: 800 } });
});

test('the site is a folder of its own', () => {
  const names = readdirSync(join(fileURLToPath(url('packs').replace(/\.html$/, '/'))));
  assert.deepEqual(names.sort(), ['.kijun-doc', 'en', 'index.html', 'ja', 'search-index.js', 'search.js', 'style.css']);
});
