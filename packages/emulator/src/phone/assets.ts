import { readFileSync } from 'node:fs';
import { type EmulatorResponse, respond } from '../http/exchange.ts';

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const assets: ReadonlyMap<string, EmulatorResponse> = new Map([
  ['/', load('index.html', 'text/html')],
  ['/phone.css', load('phone.css', 'text/css')],
  ['/phone.js', load('phone.js', 'text/javascript')],
]);

/** The phone page and its files. The page itself holds no data: its script asks the admin API. */
export function phoneAsset(path: string): EmulatorResponse | undefined {
  return assets.get(path);
}

function load(name: string, type: string): EmulatorResponse {
  const text = readFileSync(new URL(`../../phone/${name}`, import.meta.url), 'utf8');
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  return respond(200, headers, text);
}
