import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Course } from './courses/model.ts';

const executablePath = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

/** Whether tests in a browser run: where there is none, only the continuous integration insists. */
export const withoutBrowser = executablePath === undefined && process.env['CI'] !== 'true';

export const phone = { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true } as const;

let launched: Promise<Browser> | null = null;

/** A browser, which suites of one process share, one after the other: it ends with the process. A suite closes the contexts that it opened. */
export function launchBrowser(): Promise<Browser> {
  launched ??= chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A page lives for seconds: what V8 compiles a second time, for speed, is thrown away before it pays.
      '--js-flags=--no-opt --no-maglev',
    ],
  });
  return launched;
}

/** Closes all that is open in a browser. */
export async function closePages(browser: Browser | undefined): Promise<void> {
  for (const context of browser?.contexts() ?? []) await context.close();
}

/** Keeps what a page complains of; refusals of the server are what tests ask for. */
export function watchPage(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !/status of [45]\d\d/.test(message.text()))
      problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
}

/** Nothing sticks out of a phone's screen, and what is touched is large enough (WCAG 2.2, 2.5.8). */
export async function expectToFit(page: Page): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(Number(wide)).toBeLessThanOrEqual(0);
  const small = await page.evaluate(`[...document.querySelectorAll('button, a.button, label.option, summary, nav a')]
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && (height < 24 || width < 24)).length`);
  expect(small).toBe(0);
}

/** Chooses what is right in the questions on the page, which a test knows from the course's own text. */
export async function answerRightly(page: Page, course: Course): Promise<void> {
  for (const field of await page.locator('fieldset.question').all()) {
    const legend = await field.locator('legend').innerText();
    const [id, text] = [...course.text.zh.questions].find(([, one]) => legend.includes(one.ask)) ?? ['', undefined];
    const right = course.bank.find((question) => question.id === id)?.right ?? [];
    for (const [at, option] of (text?.options ?? []).entries())
      if (right[at] === true) await field.getByText(option, { exact: true }).click();
  }
}
