import { type EmulatorRequest, type EmulatorResponse, respond } from '../http/exchange.ts';
import { companyApi } from './company-api.ts';
import { controlApi } from './control-api.ts';
import { phoneApi } from './phone-api.ts';
import { pushApi } from './push-api.ts';
import { type AdminContext, AdminFailure, type AdminRoute } from './route.ts';

export const adminPrefix = '/_emulator/';

/**
 * The admin API: JSON in and out, under `/_emulator/`. A POST must say `Content-Type: application/json`, which no form of
 * another site can. Errors: `{code, ...}` with status 400, 404, 405, 409, 415 or 422.
 */
export function createAdminApi(context: AdminContext): (request: EmulatorRequest, url: URL) => Promise<EmulatorResponse> {
  const routes = [...phoneApi(context), ...companyApi(context), ...pushApi(context), ...controlApi(context)];

  return async (request, url) => {
    const candidates = routes.filter((route) => adminPrefix + route.path === url.pathname);
    if (candidates.length === 0) return json(404, { code: 'not_found' });
    const route = candidates.find((candidate) => candidate.method === request.method);
    if (!route) return json(405, { code: 'method_not_allowed' });
    if (route.method === 'POST' && !isJson(request.headers['content-type'])) return json(415, { code: 'content_type_not_json' });
    try {
      return json(200, await route.handle(readInput(route, request, url)));
    } catch (error) {
      if (error instanceof AdminFailure) return json(error.status, { code: error.code, ...error.details });
      throw error;
    }
  };
}

function readInput(route: AdminRoute, request: EmulatorRequest, url: URL): unknown {
  if (route.method === 'GET') return Object.fromEntries(url.searchParams);
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    throw new AdminFailure('input_invalid', { field: '' });
  }
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json(\s*;|$)/i.test(contentType ?? '');
}

function json(status: number, body: Readonly<Record<string, unknown>>): EmulatorResponse {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return respond(status, headers, JSON.stringify(body));
}
