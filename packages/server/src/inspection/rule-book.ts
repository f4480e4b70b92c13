import { type InspectedField, type InspectionChange, MenshenError } from '@menshen/contract';
import type { ActiveException, InspectionRules } from './model.ts';
import type { RuleBook } from './replay.ts';
import { routeKey } from './route-key.ts';
import { type InspectedRoute, type Managed, rulesOf } from './snapshot.ts';
import type { StoredException } from './store.ts';

/** A change that is only thought of. */
export interface PlannedChange extends InspectionChange {
  readonly exceptions: {
    readonly add: readonly {
      readonly app: string;
      readonly route?: string | undefined;
      readonly class?: StoredException['class'] | undefined;
      readonly rule?: string | undefined;
      readonly where: InspectedField;
    }[];
    /** Ids, of the console's or of the file's. */
    readonly remove: readonly string[];
  };
}

/**
 * The rules of every route as they are (`change` null) or as a change would make them. Throws MenshenError `not_found` for a route that does not
 * exist: a change that says nothing would look harmless.
 */
export function ruleBook(
  routes: readonly (readonly [{ readonly id: string }, InspectedRoute])[],
  managed: Managed,
  change: PlannedChange | null,
): RuleBook {
  const book = new Map<string, InspectionRules>();
  for (const [app, route] of routes) {
    const { mode, threshold, steps, exceptions, weights } = rulesOf(app.id, route, managed);
    book.set(routeKey(app.id, route.match), {
      ...{ mode, threshold, steps, weights },
      exceptions: exceptions.map(({ id, target, where, expiresAt }) => ({ id, target, where, expiresAt })),
    });
  }
  if (change === null) return book;

  const weights = new Map(managed.settings.weights);
  for (const { rule, weight } of change.rules) {
    if (weight === null) weights.delete(rule);
    else weights.set(rule, weight);
  }
  const removed = new Set(change.exceptions.remove);
  const configured = new Map(routes.map(([app, route]) => [routeKey(app.id, route.match), route.inspection]));
  const set = new Map(change.routes.map((one) => [routeKey(one.app, one.route), one]));
  const known = new Set(routes.map(([app]) => app.id));
  for (const key of set.keys()) if (!book.has(key)) throw new MenshenError('not_found');
  for (const { app, route } of change.exceptions.add)
    if (route === undefined ? !known.has(app) : !book.has(routeKey(app, route))) throw new MenshenError('not_found');

  for (const [key, rules] of book) {
    const own = set.get(key);
    const file = configured.get(key);
    book.set(key, {
      ...rules,
      mode: own?.mode === undefined ? rules.mode : (own.mode ?? file?.mode ?? rules.mode),
      threshold: own?.threshold === undefined ? rules.threshold : (own.threshold ?? file?.threshold ?? rules.threshold),
      weights,
      exceptions: [
        ...rules.exceptions.filter(({ id }) => !removed.has(id)),
        ...change.exceptions.add
          .filter(({ app, route }) => (route === undefined ? key.startsWith(`${app} `) : key === routeKey(app, route)))
          .map(
            (planned, at): ActiveException => ({
              id: `planned-${at}`,
              target: planned.rule === undefined ? { class: planned.class ?? 'scanner' } : { rule: planned.rule },
              where: planned.where,
              // The replay may be judged later than it was asked for, by another thread: what is only planned has no end.
              expiresAt: Number.POSITIVE_INFINITY,
            }),
          ),
      ],
    });
  }
  return book;
}
