import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Language } from '@menshen/contract';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/build.ts';
import { now } from '../fake/company.ts';
import { type FakeServer, startFakeServer } from '../fake/server.ts';
import { busyWorld } from '../fake/world.ts';
import { launchChromium } from './chromium.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rows are alike: the first dozen of a table stand for the rest. There are no frames, and nothing is kept but what is reported. */
const axeRun = (rules: readonly string[] | null): string => `axe.run(
  { include: [["html"]], exclude: [["tbody > tr:nth-child(n + 13)"]] },
  { resultTypes: ["violations"], elementRef: false, preload: false, iframes: false, runOnly: ${JSON.stringify(rules)} ?? undefined },
).then((results) => results.violations)`;
/** What depends on the theme: half of the time that all rules take. */
const colours = ['color-contrast', 'link-in-text-block'];

export interface Look {
  readonly language: Language;
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

/** A page of the console with a list of everything that went wrong in it. One visit opens many addresses, one after the other. */
export interface Visit {
  readonly look: Look;
  readonly page: Page;
  /** Goes to a path and waits until everything is shown. */
  open(path: string): Promise<void>;
  /** Goes to a path as a link does, without loading anything that is there, and waits likewise. What the page knows of the world stays. */
  follow(path: string): Promise<void>;
  /** Waits until nothing is loading. */
  settle(): Promise<void>;
  /** What axe-core finds by all its rules, or by those that depend on colours, one rule a line. */
  violations(rules?: 'all' | 'colours'): Promise<readonly string[]>;
  /** Console errors, failed requests and answers of 500 and more since the last question. */
  takeProblems(): readonly string[];
  /** Writes the whole page as PNG into the folder that `MENSHEN_SCREENSHOTS` names; otherwise does nothing. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface Stage {
  readonly server: FakeServer;
  visit(look?: Partial<Look>): Promise<Visit>;
  close(): Promise<void>;
}

/** What suites share that run in one process, one after the other: a browser that has loaded the console's files, and the server that they came from. */
interface Theatre {
  readonly server: FakeServer;
  readonly browser: Browser;
  /** Pages that no visit uses, by look: they hold nothing but the console's files, compiled. */
  readonly idle: Map<string, Page[]>;
}

let theatre: Promise<Theatre> | null = null;

/** Builds the console, serves it, and starts a browser, which ends with this process. */
async function openTheatre(chromiumPath: string): Promise<Theatre> {
  const { folder } = await buildConsole();
  const server = await startFakeServer(folder, busyWorld());
  return { server, browser: await launchChromium(chromiumPath), idle: new Map() };
}

/** Sets an invented world before a browser. */
export async function setStage(chromiumPath: string): Promise<Stage> {
  theatre ??= openTheatre(chromiumPath);
  const { server, browser, idle } = await theatre;
  server.world = busyWorld();
  server.spoil = null;
  server.writes.length = 0;
  const open = new Set<Visit>();
  return {
    server,
    async visit(change = {}) {
      const look: Look = { language: 'zh', theme: 'light', width: 1280, height: 800, ...change };
      const pages = idle.get(JSON.stringify(look)) ?? [];
      idle.set(JSON.stringify(look), pages);
      const page = pages.pop() ?? (await (await newContext(browser, look)).newPage());
      const visit = startVisit(page, server, look, () => {
        open.delete(visit);
        pages.push(page);
      });
      open.add(visit);
      return visit;
    },
    async close() {
      for (const visit of [...open]) await visit.close();
    },
  };
}

async function newContext(browser: Browser, look: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.theme,
    locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
    // Far from Shanghai, so that a time of this machine's zone would be seen.
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  await context.clock.setFixedTime(now);
  return context;
}

function startVisit(page: Page, server: FakeServer, look: Look, release: () => void): Visit {
  const problems = collectProblems(page);
  const settle = async (): Promise<void> => {
    await page.waitForFunction(
      () =>
        document.querySelector('h1') !== null &&
        document.querySelector('[data-loading]') === null &&
        [...document.querySelectorAll('[data-chart]')].every((chart) => chart.querySelector('svg') !== null),
    );
  };
  return {
    look,
    page,
    settle,
    async open(path) {
      await page.goto(server.url + path);
      await settle();
    },
    async follow(path) {
      await page.evaluate(walk, ['/nothing/between', path]);
      await settle();
    },
    async violations(rules = 'all') {
      if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axeSource);
      const found = (await page.evaluate(axeRun(rules === 'all' ? null : colours))) as AxeResults['violations'];
      return found.map(({ id, nodes }) => {
        const [first] = nodes;
        return `${id}, ${nodes.length} times, at ${first?.target.join(' ')}: ${first?.html.slice(0, 240)}`;
      });
    },
    takeProblems: () => problems.splice(0),
    async screenshot(name) {
      const folder = process.env.MENSHEN_SCREENSHOTS;
      if (folder === undefined || folder === '') return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
    },
    async close() {
      page.removeAllListeners();
      await page.evaluate(() => sessionStorage.clear());
      await page.goto('about:blank');
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'all' });
      await cdp.detach();
      release();
    },
  };
}

/** Goes from address to address, each when the one before it is shown: a page that lies between two addresses lets the second begin anew. */
async function walk(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const left = document.querySelector('h1');
    history.pushState(null, '', path);
    while ([left, null].includes(document.querySelector('h1'))) await new Promise(requestAnimationFrame);
  }
}

function collectProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    // A refused call is an answer; the browser logs it all the same.
    if (['error', 'warning'].includes(message.type()) && !/status of 4\d\d/.test(message.text()))
      problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    // Calls that a newer filter or a left page called off, and the event stream of a left page.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  return problems;
}
