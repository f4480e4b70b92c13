import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { learnHead } from './scripts/learn-head.ts';

/** The page for employees: React and nothing of the console's component library, for phones and the browsers inside WeCom. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), learnHead()],
  build: {
    outDir: 'dist/learn',
    emptyOutDir: true,
    target: 'es2020',
    cssTarget: 'chrome87',
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    // The icon stays a file: one address less that the policy must allow.
    assetsInlineLimit: 0,
    rolldownOptions: { input: fileURLToPath(new URL('learn.html', import.meta.url)) },
  },
});
