import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlLines } from './curl-lines.ts';
import { storyScripts } from './story-scripts.ts';

const lines = curlLines({
  gatewayUrl: 'http://127.0.0.1:9',
  emulatorUrl: 'http://127.0.0.1:10',
  backendUrl: 'http://127.0.0.1:11',
});

describe.each(['zh', 'en'] as const)('scripts of the stories, %s', (language) => {
  const scripts = storyScripts(lines, language);
  it('hold every line of a story once, with what it shows', () => {
    for (const line of lines.filter(({ story }) => story !== null)) {
      const text = scripts.find(({ id }) => id === line.story)?.text ?? '';
      expect(text.split(`${line.command}\n`).length - 1, line.id).toBeGreaterThanOrEqual(1);
      expect(text).toContain(line[language].replaceAll("'", `'\\''`));
    }
  });
  it('set every variable before they use it, so that each runs by itself', () => {
    for (const { id, text } of scripts) {
      const set = new Set<string>();
      for (const command of text.split('\n').filter((line) => !line.startsWith('printf') && !line.startsWith('#'))) {
        for (const [, name = ''] of command.matchAll(/\$([A-Z]+)/g)) expect(set, `${id}: ${name}`).toContain(name);
        const name = /^([A-Z]+)=/.exec(command)?.[1];
        if (name !== undefined) set.add(name);
      }
    }
  });
  it('let the owner sign in before the thief, whose login is strange only against hers', () => {
    const text = scripts.find(({ id }) => id === 'stolen-login')?.text ?? '';
    expect(text.indexOf('TOKEN=')).toBeGreaterThan(0);
    expect(text.indexOf('TOKEN=')).toBeLessThan(text.indexOf('THIEF='));
  });
  it.skipIf(process.platform === 'win32')('are sound to a POSIX shell', () => {
    for (const { text } of scripts) execFileSync('sh', ['-n'], { input: text });
  });
});
