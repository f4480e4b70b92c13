import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as egg from './egg.ts';
import * as express from './express.ts';
import * as fastify from './fastify.ts';
import * as index from './index.ts';
import * as koa from './koa.ts';
import * as nest from './nest.ts';

const modules: Readonly<Record<string, object>> = {
  '@menshen/backend': index,
  '@menshen/backend/egg': egg,
  '@menshen/backend/express': express,
  '@menshen/backend/fastify': fastify,
  '@menshen/backend/koa': koa,
  '@menshen/backend/nest': nest,
};
const root = join(import.meta.dirname, '../../..');

describe.each(['packages/backend/README.md', 'docs/guides/backend-developer.md', 'docs/guides/field-encryption.md'])(
  '%s',
  (file) => {
    const text = readFileSync(join(root, file), 'utf8');

    it('imports what there is', () => {
      const imports = [...text.matchAll(/^import \{([^}]+)\} from '(@menshen\/[^']+)';$/gm)];
      expect(imports.length).toBeGreaterThan(0);
      for (const [, names = '', from = ''] of imports) {
        for (const name of names.split(',')) expect(modules[from], `${from} has ${name}`).toHaveProperty(name.trim());
      }
      for (const [, from = '', name = ''] of text.matchAll(/require\('(@menshen\/[^']+)'\)\.(\w+)/g))
        expect(modules[from]).toHaveProperty(name);
    });
  },
);

it('every code of a refusal stands in both languages of the guide', () => {
  const [chinese = '', english = ''] = readFileSync(join(root, 'docs/guides/backend-developer.md'), 'utf8').split(
    '# For backend developers',
  );
  for (const code of [
    'identity_missing',
    'identity_invalid',
    'identity_unavailable',
    'role_required',
    'assurance_required',
  ] satisfies index.IdentityErrorCode[]) {
    expect(chinese).toContain(code);
    expect(english).toContain(code);
  }
});
