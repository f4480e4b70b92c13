const base = 'https://console.invalid';

/**
 * A path of this console, or the start page: what comes from an address bar or a server's text never leads to another site
 * (`//host`, `/\host`, `https:`, `javascript:`), nor back to the sign-in page.
 */
export function safeTarget(target: string | undefined): string {
  if (target === undefined || !/^\/(?![/\\])/.test(target) || /[\u0000-\u001f\\]/.test(target) || !URL.canParse(target, base))
    return '/';
  const url = new URL(target, base);
  if (url.origin !== base || isSignInPath(url.pathname)) return '/';
  return `${url.pathname}${url.search}`;
}

/** The pages that need no session. */
export function isSignInPath(path: string): boolean {
  return ['/login', '/setup', '/invitation'].includes(path) || path.startsWith('/login/');
}
