import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A peer's engine, on a request that is parsed already. */
export interface AppSec {
  readonly name: string;
  inspect(headers: readonly string[], query: string, body: unknown): void;
}

interface Native {
  readonly DDWAF: {
    new (
      rules: object,
      path: string,
    ): { createContext(): { run(payload: { persistent: object }, timeout: number): unknown; dispose(): void } };
    version(): string;
  };
}

/**
 * Datadog's libddwaf with its recommended rules, where it is installed: in the folder that `MENSHEN_BENCH_APPSEC` names, by
 * `npm install @datadog/native-appsec dd-trace` there. It is 25 MB of native code and so no dependency of this repository. Null where it is not.
 */
export function loadAppSec(): AppSec | null {
  const folder = process.env['MENSHEN_BENCH_APPSEC'];
  if (folder === undefined || folder === '') return null;
  const require = createRequire(join(folder, 'package.json'));
  const { DDWAF } = require('@datadog/native-appsec') as Native;
  const rules = readFileSync(require.resolve('dd-trace/packages/dd-trace/src/appsec/recommended.json'), 'utf8');
  const engine = new DDWAF(JSON.parse(rules) as object, 'recommended');
  return {
    name: `@datadog/native-appsec (libddwaf ${DDWAF.version()})`,
    inspect(headers, query, body) {
      const fields: Record<string, string> = {};
      for (let at = 0; at + 1 < headers.length; at += 2) fields[String(headers[at]).toLowerCase()] = String(headers[at + 1]);
      const context = engine.createContext();
      context.run(
        {
          persistent: {
            'server.request.uri.raw': `/api/orders?${query}`,
            'server.request.headers.no_cookies': fields,
            'server.request.query': Object.fromEntries(new URLSearchParams(query)),
            ...(body === undefined ? {} : { 'server.request.body': body }),
          },
        },
        1_000_000,
      );
      context.dispose();
    },
  };
}
