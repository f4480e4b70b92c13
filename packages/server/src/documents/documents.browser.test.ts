import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePages, launchBrowser, withoutBrowser } from '../train/testing-browser.ts';
import { writeHtml } from './html.ts';

const word = 'W'.repeat(4_000);

describe.skipIf(withoutBrowser)('a page to print in a real browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await closePages(browser);
  });

  it('stays on its paper when a name has no end, and runs nothing', async () => {
    const page = await browser.newPage({ viewport: { width: 794, height: 1_123 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    const text = `<img src=x onerror=alert(1)>${word}`;
    await page.setContent(
      writeHtml({
        ...{ title: text, subtitle: text, footer: text, author: text, created: 0, language: 'en' },
        blocks: [
          { kind: 'heading', level: 1, text },
          { kind: 'paragraph', text },
          { kind: 'list', items: [text] },
          { kind: 'facts', rows: [[text, text]] },
          { kind: 'table', head: [text, 'b'], rows: [[text, text]] },
          { kind: 'bars', caption: text, rows: [[text, 3]] },
        ],
      }),
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(794);
    expect(asked).toEqual([]);
  });
});
