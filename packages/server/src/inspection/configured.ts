import { hash } from 'node:crypto';
import type { ExceptionConfig, InspectConfig, InspectionMode } from '@menshen/contract';
import type { ActiveException } from './model.ts';

/** Points at which a text is an attack, by profile. The calibration of the weights is for `standard`. */
export const profileThresholds = { strict: 3, standard: 4, relaxed: 6 } as const;

/** An exception of the configuration file. */
export interface ConfiguredException extends ActiveException {
  readonly owner: string;
  readonly reason: string;
  /** Where in the file it stands. */
  readonly level: 'gateway' | 'app' | 'route';
}

/** What the configuration says of the inspection of one route. */
export interface ConfiguredInspection {
  readonly mode: InspectionMode;
  readonly threshold: number;
  readonly steps: number | null;
  readonly exceptions: readonly ConfiguredException[];
}

const dayMs = 86_400_000;

/** Epoch ms of the end of an exception: a day ends at its midnight in UTC. */
export function endOf(expires: string): number {
  return expires.length === 10 ? Date.parse(`${expires}T00:00:00Z`) + dayMs : Date.parse(expires);
}

function exceptionOf(given: ExceptionConfig, level: ConfiguredException['level']): ConfiguredException {
  const target = given.rule === undefined ? { class: given.class ?? 'scanner' } : { rule: given.rule };
  const digest = hash('sha256', JSON.stringify([target, given.where, given.owner, given.expires]), 'base64url').slice(0, 12);
  return {
    id: given.id ?? `file-${digest}`,
    target,
    where: given.where,
    expiresAt: endOf(given.expires),
    owner: given.owner,
    reason: given.reason,
    level,
  };
}

/** The nearest word counts: the route's, then the app's, then the gateway's. Exceptions of all three hold together. */
export function configuredInspection(
  gateway: InspectConfig,
  app: InspectConfig | undefined,
  route: InspectConfig | undefined,
): ConfiguredInspection {
  const levels = [route, app, gateway].filter((level) => level !== undefined);
  const points = levels.find(({ threshold, profile }) => threshold !== undefined || profile !== undefined);
  return {
    mode: levels.find(({ mode }) => mode !== undefined)?.mode ?? 'enforce',
    threshold: points?.threshold ?? profileThresholds[points?.profile ?? 'standard'],
    steps: levels.find(({ steps }) => steps !== undefined)?.steps ?? null,
    exceptions: [
      ...(route?.exceptions ?? []).map((given) => exceptionOf(given, 'route')),
      ...(app?.exceptions ?? []).map((given) => exceptionOf(given, 'app')),
      ...gateway.exceptions.map((given) => exceptionOf(given, 'gateway')),
    ],
  };
}
