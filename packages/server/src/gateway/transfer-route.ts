import type { TicketRequest } from '@menshen/contract';
import type { Session } from '../identity/model.ts';
import type { GatewayServices } from './services.ts';
import { findApp } from './stages/route.ts';

/** Whether the target of a ticket is a route of the session's app that takes an upload. No route takes a socket yet, so that a ticket for one is refused. */
export function takesTransfer(
  services: Pick<GatewayServices, 'runtime'>,
  host: string | undefined,
  session: Session,
  request: TicketRequest,
): boolean {
  if (request.use !== 'upload') return false;
  const path = request.target.split('?', 1)[0] ?? '';
  const app = findApp(services.runtime(), host, path);
  if (app === undefined || app.id !== session.app) return false;
  const found = app.router.find('POST', path);
  return found.kind === 'route' && (found.route.bodyTypes.has('multipart') || found.route.streamBody);
}
