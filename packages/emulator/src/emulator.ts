import { mayAdminister } from './admin/access.ts';
import { adminPrefix, createAdminApi } from './admin/api.ts';
import { checkOptions } from './check-options.ts';
import { parseCompanyFile } from './company/parse.ts';
import { type EmulatorRequest, type EmulatorResponse, maxBodyBytes, respond } from './http/exchange.ts';
import type { EmulatorOptions } from './options.ts';
import { phoneAsset } from './phone/assets.ts';
import { createPlatform } from './platform.ts';
import { createOutbox } from './push/outbox.ts';
import { answerSms } from './sms/api.ts';
import { createScanPage } from './wecom/scan-page.ts';
import { createWorld } from './world.ts';

export interface Emulator {
  /** Answers a request of a client of WeChat or WeCom, of the admin API, or for the phone page. */
  readonly handle: (request: EmulatorRequest) => Promise<EmulatorResponse>;
  /** Resolves when no callback is under way. */
  readonly idle: () => Promise<void>;
  /** Cuts callbacks that are under way and sends none any more. */
  readonly stop: () => Promise<void>;
}

/**
 * WeChat's and WeCom's servers, offline: state in memory, one handler for both hosts and for what stands for the phone.
 * It holds no socket and no timer of its own besides the time limit of callbacks; see {@link startEmulator} for a server.
 * Throws CompanyFileError and EmulatorOptionsError.
 */
export function createEmulator(options: EmulatorOptions): Emulator {
  checkOptions(options);
  const checked: EmulatorOptions = { ...options, people: parseCompanyFile(options.people) };
  let world = createWorld(checked);
  let platform = createPlatform(world);
  const outbox = createOutbox(checked);
  const admin = createAdminApi({
    world: () => world,
    outbox,
    reset() {
      world = createWorld(checked);
      platform = createPlatform(world);
    },
  });

  const scanPage = createScanPage(() => world);

  return {
    async handle(request) {
      if (request.body.length > maxBodyBytes) return respond(413, { 'content-type': 'text/plain' }, 'body too large');
      const url = parseUrl(request.url);
      if (!url) return respond(400, { 'content-type': 'text/plain' }, 'bad request target');
      const asset = request.method === 'GET' ? phoneAsset(url.pathname) : undefined;
      const isOurs = asset !== undefined || url.pathname.startsWith(adminPrefix);
      if (isOurs && !mayAdminister(request)) return respond(403, { 'content-type': 'text/plain' }, 'only from this machine');
      if (asset) return asset;
      return isOurs ? admin(request, url) : (scanPage(request, url) ?? answerSms(world, request, url) ?? platform(request, url));
    },
    idle: outbox.deliveries.idle,
    stop: outbox.deliveries.stop,
  };
}

/** Only a path: `//host` or a whole address would be read as another host. */
function parseUrl(target: string): URL | undefined {
  if (!target.startsWith('/') || target.startsWith('//')) return undefined;
  return URL.parse(`http://emulator${target}`) ?? undefined;
}
