const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks a configured address and returns it without a trailing slash. Secrets travel in queries and bodies, so plain HTTP is
 * accepted for loopback only (the emulator). Throws TypeError, without the address, as it may hold a key.
 */
export function readBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (!url) throw new TypeError('apiBase is not an absolute URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname))) {
    throw new TypeError('apiBase must use https: (http: is accepted for loopback only)');
  }
  if (url.search || url.hash || url.username || url.password)
    throw new TypeError('apiBase must be an origin with an optional path');
  return `${url.origin}${url.pathname}`.replace(/\/$/, '');
}
