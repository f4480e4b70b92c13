import { type Measured, MenshenError } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import { type AddressRange, maskWords, readRange } from '../../rates/address-words.ts';
import { canonicalValue, problemOf } from '../../rates/lists/model.ts';
import { longestMs, type Request, shortestMs } from './model.ts';

export interface SoundParts {
  readonly runtime: () => Runtime;
  readonly directory: () => DirectorySnapshot;
  readonly clock: () => number;
}

const wrong = (field: string, problem: string): MenshenError => new MenshenError('validation_failed', { field, problem });

/** Checks that a target names what there is, and gives it in its one spelling. @throws MenshenError `validation_failed` with `field` and `problem` */
export function soundTarget<M extends Measured>(measured: M, parts: SoundParts): M {
  const app = 'app' in measured.target ? measured.target.app : undefined;
  const known = app === undefined ? undefined : parts.runtime().apps.get(app);
  if (app !== undefined && known === undefined) throw wrong('target.app', 'app_unknown');
  if (
    (measured.kind === 'end_sessions' || measured.kind === 'force_step_up') &&
    measured.target.scope === 'department' &&
    !parts.directory().departments.has(measured.target.department)
  )
    throw wrong('target.department', 'department_unknown');
  switch (measured.kind) {
    case 'stop_route':
      if (!known?.routes.some(({ match }) => match === measured.target.route)) throw wrong('target.route', 'route_unknown');
      break;
    case 'stop_campaign':
      if (known?.guards.campaigns.get(measured.target.campaign) === undefined) throw wrong('target.campaign', 'campaign_unknown');
      break;
    case 'rotate_keys':
      if (known?.config.sealedFields.length === 0) throw wrong('target.app', 'no_sealed_fields');
      break;
    case 'block_addresses': {
      const addresses = rangesOf(measured.target.addresses);
      const own = ownAmong(addresses, parts.runtime());
      if (own >= 0) throw wrong(`target.addresses.${own}`, 'own_address');
      return { ...measured, target: { ...measured.target, addresses } };
    }
    case 'isolate_backend':
      return { ...measured, target: { ...measured.target, addresses: rangesOf(measured.target.addresses) } };
    default:
      break;
  }
  return measured;
}

/** As {@link soundTarget}, with the end. */
export function soundRequest(request: Request, parts: SoundParts): Request {
  const left = request.until - parts.clock();
  if (left < shortestMs) throw wrong('until', 'too_soon');
  if (left > longestMs) throw wrong('until', 'too_late');
  return soundTarget(request, parts);
}

function rangesOf(texts: readonly string[]): string[] {
  return [
    ...new Set(
      texts.map((value, at) => {
        const problem = problemOf({ list: 'deny', kind: 'address', value, app: null, expires: null });
        const canonical = canonicalValue('address', value);
        if (problem !== null || canonical === null) throw wrong(`target.addresses.${at}`, problem ?? 'range');
        return canonical;
      }),
    ),
  ];
}

/** Networks of this machine itself. */
const loopback = ['127.0.0.0/8', '::1'] as const;

/**
 * Position of the first range that holds an address of ours, or lies within one: of this machine, or of a proxy in front of it; -1 where none does. Behind
 * a proxy that nobody has named as trusted all clients have its address, and blocking it would be the outage that the attacker wanted.
 */
function ownAmong(addresses: readonly string[], { config }: Pick<Runtime, 'config'>): number {
  const ours = [...loopback, ...config.gateway.trustedProxies].flatMap((text) => readRange(text) ?? []);
  return addresses.findIndex((text) => {
    const range = readRange(text);
    return range !== null && ours.some((own) => overlap(range, own));
  });
}

/** Whether one of two ranges lies within the other. */
function overlap(one: AddressRange, other: AddressRange): boolean {
  const bits = Math.min(one.bits, other.bits);
  const [a, b] = [Uint32Array.from(one.words), Uint32Array.from(other.words)];
  maskWords(a, bits);
  maskWords(b, bits);
  return a.every((word, at) => word === b[at]);
}
