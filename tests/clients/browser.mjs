// A browser, and pages opened in it that have to be quiet.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const pages = process.env.KIJUN_PAGES;
assert.ok(pages, 'KIJUN_PAGES names the folder with the pages');

export const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const url = (name) => pathToFileURL(join(pages, `${name}.html`)).href;
export const json = (name) => JSON.parse(readFileSync(join(pages, `${name}.json`), 'utf8'));

let browser;
before(async () => {
  const root = process.getuid?.() === 0;
  browser = await chromium.launch({ executablePath: process.env.KIJUN_CHROMIUM ?? '/usr/bin/chromium', args: root ? ['--no-sandbox'] : [] });
});
after(() => browser?.close());

/** Opens a page; whatever it says, asks for or tries is in `noise`. */
export async function open(name, options = {}, hash = '') {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.noise = [];
  page.on('console', (message) => page.noise.push(message.text()));
  page.on('pageerror', (error) => page.noise.push(String(error)));
  page.on('dialog', (dialog) => (page.noise.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on('request', (request) => request.url().split('#')[0] !== url(name) && page.noise.push(request.url()));
  await page.goto(url(name) + hash);
  return page;
}

/** The test with a page that is open, and must have been quiet. */
export function withPage(title, name, run, options, hash) {
  test(title, async () => {
    const page = await open(name, options, hash);
    try {
      await run(page, json(name));
      assert.deepEqual(page.noise, [], 'no message, no request');
    } finally {
      await page.context().close();
    }
  });
}
