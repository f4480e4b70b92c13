import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { tokenStyleSheet } from '../src/theme/css-variables.ts';

/**
 * Puts the tokens and the script that picks the theme in front of everything else, as in the console; but the tokens as a file of their own, because the
 * policy of this page allows no style in it. The page is called `index.html`.
 */
export function learnHead(): Plugin {
  const script = readFileSync(new URL('../src/theme/first-paint.js', import.meta.url), 'utf8');
  const style = tokenStyleSheet();
  const named = (name: string, type: string, source: string): string =>
    `assets/${name}-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.${type}`;
  const [scriptName, styleName] = [named('first-paint', 'js', script), named('tokens', 'css', style)];
  return {
    name: 'menshen-learn-head',
    buildStart() {
      this.emitFile({ type: 'asset', fileName: scriptName, source: script });
      this.emitFile({ type: 'asset', fileName: styleName, source: style });
    },
    transformIndexHtml: () => [
      { tag: 'link', attrs: { rel: 'stylesheet', href: `/${styleName}` }, injectTo: 'head-prepend' },
      { tag: 'script', attrs: { src: `/${scriptName}` }, injectTo: 'head-prepend' as const },
    ],
    // After Vite's own, which makes the page.
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['learn.html'];
        if (page !== undefined) page.fileName = 'index.html';
      },
    },
  };
}
