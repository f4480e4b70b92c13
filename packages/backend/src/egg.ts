import type { MiddlewareOptions } from './guard.ts';
import { type KoaMiddleware, menshen as koaMiddleware } from './koa.ts';

export { requireAssurance, requireRole } from './koa.ts';

/**
 * Egg middleware factory: Egg calls it with the options of `config.menshen` and the application. In `app/middleware/menshen.js`:
 *
 * @example
 * module.exports = require('@menshen/backend/egg').menshen;
 * // config/config.default.js
 * config.middleware = ['menshen'];
 * config.menshen = { gateway: 'https://gateway.internal', audience: 'portal' };
 */
export function menshen(options: MiddlewareOptions, _app: unknown): KoaMiddleware {
  return koaMiddleware(options);
}
