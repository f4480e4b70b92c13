import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema, routeSchema, uploadsTopSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { compileRouteParts } from '../config/compile.ts';

const guide = readFileSync(
  join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'guides', 'field-types-and-uploads.md'),
  'utf8',
);
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
const fragment = z.object({
  uploads: z.unknown().optional(),
  routes: z.array(z.unknown()).optional(),
  apps: z.array(z.object({ id: z.string(), routes: z.array(z.unknown()) })).optional(),
});

/** The routes of a block, whatever part of a configuration it shows. */
function routesOf(text: string): readonly unknown[] {
  const value: unknown = parse(text);
  if (Array.isArray(value)) return value;
  const { uploads, routes, apps } = fragment.parse(value);
  if (routes !== undefined) return routes;
  if (apps !== undefined) return apps.flatMap((app) => app.routes);
  // What stands under a route.
  if (typeof uploads === 'object' && uploads !== null && 'types' in uploads)
    return [{ match: 'POST /api/files', action: 'file.upload', body: { types: ['multipart'] }, uploads }];
  return [];
}

describe('the examples of the guide to field types and uploads', () => {
  it('are a configuration', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    const scanners = blocks.flatMap((text) => {
      const value: unknown = parse(text);
      const top = Array.isArray(value) ? undefined : fragment.parse(value).uploads;
      return typeof top === 'object' && top !== null && 'scanner' in top ? [uploadsTopSchema.parse(top)] : [];
    });
    expect(scanners.map(({ scanner }) => scanner?.kind)).toEqual(['clamd', 'icap']);
    const routes = blocks.flatMap(routesOf).map((route) => routeSchema.parse(route));
    expect(routes.length).toBeGreaterThanOrEqual(5);
    const config = configSchema.parse({
      uploads: scanners[0],
      apps: [
        {
          id: 'portal',
          basePath: '/portal',
          audience: ['employee'],
          upstream: 'http://127.0.0.1:1',
          wechat: { appid: 'wxtestportal000001', secret: 'secret' },
        },
      ],
    });
    const compile = compileRouteParts(config, '.');
    const [app] = config.apps;
    if (app === undefined) throw new Error('no app');
    for (const route of routes) expect(compile(app, route).protection.key).toBe(`portal ${route.match}`);
  });

  it('name the formats that settle as the engine does', () => {
    const compile = compileRouteParts(configSchema.parse({}), '.');
    const rows = [...guide.matchAll(/^\| ((?:`[a-z0-9-]+` ?)+)[^|]*\|[^|]*\| (符合即放行|检测)/gmu)];
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const [, names = '', verdict] of rows) {
      for (const [, format = ''] of names.matchAll(/`([a-z0-9-]+)`/g)) {
        if (format === 'enum') continue;
        const schema = { type: 'object', properties: { a: { type: 'string', format } } };
        const app = { id: 'a' } as Parameters<typeof compile>[0];
        const { protection } = compile(app, routeSchema.parse({ match: 'POST /x', action: 'x', schema }));
        expect([format, protection.declared.body?.fields.settlesAt(['a'])]).toEqual([format, verdict === '符合即放行']);
      }
    }
  });
});
