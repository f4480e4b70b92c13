import type { AppConfig, RouteConfig, SocketConfig } from '@menshen/contract';
import { CompileError } from '../../config/compile-error.ts';

/** What speaks of a body or of an answer, of which a socket has none. */
const bodily = ['schema', 'body', 'mask', 'disclosure', 'richText', 'uploads', 'guards', 'payment', 'retries', 'learn'] as const;

/** The rules of a socket route; null for others. Throws a {@link CompileError} where the route says what would do nothing. */
export function compileSocket(app: AppConfig, route: RouteConfig): SocketConfig | null {
  if (route.socket === undefined) return null;
  const refused = (zh: string, en: string): CompileError =>
    new CompileError(`apps.${app.id}`, `WebSocket 接口 "${route.match}" ${zh}`, `socket route "${route.match}" ${en}`);
  if (!route.match.startsWith('GET ')) throw refused('必须是 GET。', 'must be a GET');
  const idle = bodily.filter((name) => route[name] !== undefined);
  if (idle.length > 0 || route.seal !== 'off' || route.auth === 'approval' || route.resource?.from === 'answer') {
    const names = [
      ...idle,
      ...(route.seal === 'off' ? [] : ['seal']),
      ...(route.auth === 'approval' ? ['auth: approval'] : []),
      ...(route.resource?.from === 'answer' ? ['resource.from: answer'] : []),
    ].join(', ');
    throw refused(`没有请求体和返回，不能设置 ${names}。`, `has neither body nor answer, and cannot have ${names}`);
  }
  return route.socket;
}
