import type { ConfiguredInspection } from './configured.ts';
import { compileRules, enoughPoints } from './decide.ts';
import type { ActiveException, InspectionRules } from './model.ts';
import { routeKey } from './route-key.ts';
import type { InspectionSettings, StoredException } from './store.ts';

/** The rules of a route with their decision compiled. */
export interface CompiledRules extends InspectionRules {
  readonly decide: ReturnType<typeof compileRules>;
  readonly enough: number;
}

/** A route as the snapshot knows it; compiled routes of the gateway fit. */
export interface InspectedRoute {
  readonly match: string;
  readonly inspection: ConfiguredInspection;
}

/** What the console adds to the configuration. */
export interface Managed {
  readonly exceptions: readonly StoredException[];
  readonly settings: InspectionSettings;
}

const active = ({ id, class: attack, rule, where, expiresAt }: StoredException): ActiveException => ({
  id,
  target: rule === null ? { class: attack ?? 'scanner' } : { rule },
  where,
  expiresAt,
});

/** Puts together what the file and the console say of a route: the console stands above the file, exceptions hold together. */
export function rulesOf(app: string, route: InspectedRoute, { exceptions, settings }: Managed): InspectionRules {
  const set = settings.routes.get(routeKey(app, route.match));
  const { inspection } = route;
  return {
    mode: set?.mode ?? inspection.mode,
    threshold: set?.threshold ?? inspection.threshold,
    steps: inspection.steps,
    exceptions: [
      ...inspection.exceptions,
      ...exceptions
        .filter((one) => one.revokedAt === null && one.app === app && (one.route === null || one.route === route.match))
        .map(active),
    ],
    weights: settings.weights,
  };
}

/** The rules of every route in memory, compiled when a route is first asked for and anew when something has changed. */
export class InspectionSnapshot {
  #managed: Managed;
  #compiled = new WeakMap<InspectedRoute, CompiledRules>();

  constructor(managed: Managed) {
    this.#managed = managed;
  }

  get managed(): Managed {
    return this.#managed;
  }

  replace(managed: Managed): void {
    this.#managed = managed;
    this.#compiled = new WeakMap();
  }

  of(app: string, route: InspectedRoute): CompiledRules {
    let compiled = this.#compiled.get(route);
    if (compiled === undefined) {
      const rules = rulesOf(app, route, this.#managed);
      compiled = { ...rules, decide: compileRules(rules), enough: enoughPoints(rules) };
      this.#compiled.set(route, compiled);
    }
    return compiled;
  }
}
