import type { TicketRequest } from '@menshen/contract';
import type { Session } from '../identity/model.ts';
import type { GatewayServices } from './services.ts';
import { findApp } from './stages/route.ts';

/** Whether the target of a ticket is a route of the session's app that takes an upload, or a socket. */
export function takesTransfer(
  services: Pick<GatewayServices, 'runtime'>,
  host: string | undefined,
  session: Session,
  request: TicketRequest,
): boolean {
  const path = request.target.split('?', 1)[0] ?? '';
  const app = findApp(services.runtime(), host, path);
  if (app === undefined || app.id !== session.app) return false;
  const found = app.router.find(request.use === 'upload' ? 'POST' : 'GET', path);
  if (found.kind !== 'route') return false;
  if (request.use === 'socket') return found.route.socket !== null;
  return found.route.bodyTypes.has('multipart') || found.route.streamBody;
}
