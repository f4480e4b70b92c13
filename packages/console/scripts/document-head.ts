import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { tokenStyleSheet } from '../src/theme/css-variables.ts';

/**
 * Puts into the page's head what must be there before the first paint: the tokens as custom properties, and the script that picks the
 * theme. The script is a file of its own, since the page's policy allows no inline script.
 */
export function documentHead(): Plugin {
  const source = readFileSync(new URL('../src/theme/first-paint.js', import.meta.url), 'utf8');
  const fileName = `assets/first-paint-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`;
  return {
    name: 'menshen-document-head',
    buildStart() {
      if (this.environment.mode === 'build') this.emitFile({ type: 'asset', fileName, source });
    },
    transformIndexHtml: (_html, context) => [
      { tag: 'style', children: tokenStyleSheet(), injectTo: 'head-prepend' },
      ...(context.server === undefined
        ? [{ tag: 'script', attrs: { src: `/${fileName}` }, injectTo: 'head-prepend' as const }]
        : []),
    ],
  };
}
