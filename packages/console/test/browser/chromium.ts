import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Chromium from `CHROMIUM_PATH`, or the first of the usual names on the PATH; null when this machine has none. */
export function findChromium(): string | null {
  const given = process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const candidates = [
    ...(given === undefined ? [] : [given]),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find(isExecutable) ?? null;
}

/**
 * Chromium for a suite, and whether to skip the suite: where CI promises a browser its absence is a failure, elsewhere the tests are
 * skipped and say so.
 */
export function chromiumForTests(): { readonly skip: boolean; path(): string } {
  const found = findChromium();
  return {
    skip: found === null && process.env.CI !== 'true',
    path() {
      if (found === null) throw new Error('CI needs Chromium: put it on the PATH or set CHROMIUM_PATH');
      return found;
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a browser that talks to nobody but the page's own server. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A page lives for a second: what V8 compiles a second time, for speed, is thrown away before it pays.
      '--js-flags=--no-opt --no-maglev',
    ],
  });
}
