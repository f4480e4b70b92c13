import * as contract from '@menshen/contract';
import type { CompiledApp, CompiledRoute } from '../../gateway/runtime.ts';
import { classTexts } from '../../inspection/class-texts.ts';
import { ruleBook } from '../../inspection/rule-book.ts';
import { inspectionRules } from '../../inspection/rule-facts.ts';
import { readThreats } from '../../inspection/threats-text.ts';
import { type Bound, bind } from '../bind.ts';
import type { HandlerParts } from './parts.ts';

const dayMs = 86_400_000;
const buckets = 48;

/** What a person is told of a rule. */
const factsOf = (rule: string): contract.RequestInspection['rules'][number] | null => {
  const facts = inspectionRules().get(rule);
  return facts === undefined ? null : { rule, class: facts.class, weight: facts.weight, text: { zh: facts.zh, en: facts.en } };
};

/** How a recorded request was inspected, for its page; null where nothing was found. */
export function requestInspectionView(
  own: Readonly<Record<string, unknown>>,
  parts: Pick<HandlerParts, 'inspection' | 'runtime'>,
): contract.RequestInspection | null {
  const threats = readThreats(own['threats']);
  if (threats.length === 0) return null;
  const app = parts.runtime().apps.get(String(own['app']));
  const route = app?.routes.find(({ match }) => match === own['route']);
  const threshold = app === undefined || route === undefined ? 4 : parts.inspection.rules(app.id, route).threshold;
  const rules = new Set(threats.flatMap(({ features }) => features.map(({ rule }) => rule)));
  const classes = new Set(threats.map((threat) => threat.class));
  return {
    threats: threats.map((threat) => ({
      ...threat,
      features: [...threat.features],
      blocking: threat.score >= threshold,
    })),
    rules: [...rules].flatMap((rule) => factsOf(rule) ?? []),
    threshold,
    classes: [...classes].map((name) => ({ class: name, ...classTexts[name] })),
  };
}

/** Inspection: what it found, its modes, rules and exceptions, and what a change would do. */
export function inspectionHandlers(parts: HandlerParts): readonly Bound[] {
  const { inspection, queries, runtime, clock } = parts;
  const eachRoute = (app: string | undefined): (readonly [CompiledApp, CompiledRoute])[] =>
    [...runtime().apps.values()]
      .filter(({ id }) => app === undefined || id === app)
      .flatMap((one) => one.routes.map((route) => [one, route] as const));

  const overview = async (query: { app?: string | undefined; from?: number | undefined; to?: number | undefined }) => {
    const to = query.to ?? clock();
    const from = Math.min(query.from ?? to - dayMs, to);
    const [found, feedback] = await Promise.all([
      queries.inspection({ from, to, app: query.app }, buckets),
      inspection.feedback(),
    ]);
    const { settings } = inspection.managed();
    const reports = new Map(feedback.map((entry) => [entry.rule, entry]));
    return {
      ...{ from, to, totals: found.totals, targets: [...found.targets] },
      classes: found.classes.map((one) => ({ ...one, name: classTexts[one.class].name })),
      timeline: found.timeline.map((one) => ({ ...one })),
      rules: [...inspectionRules().keys()].flatMap((rule) => {
        const facts = factsOf(rule);
        if (facts === null) return [];
        const said = reports.get(rule);
        return {
          ...facts,
          inForce: settings.weights.get(rule) ?? facts.weight,
          hits: found.hits.get(rule) ?? 0,
          falsePositives: said?.falsePositives ?? 0,
          attacks: said?.attacks ?? 0,
        };
      }),
      routes: eachRoute(query.app).map(([app, route]) => {
        const rules = inspection.rules(app.id, route);
        const now = clock();
        const { mode, threshold } = route.inspection;
        return {
          app: app.id,
          route: route.match,
          mode: rules.mode,
          threshold: rules.threshold,
          source: rules.mode === mode && rules.threshold === threshold ? ('configuration' as const) : ('console' as const),
          configured: { mode, threshold },
          exceptions: rules.exceptions.filter(({ expiresAt }) => expiresAt > now).length,
        };
      }),
      version: settings.version,
      complete: found.keptSince === null || found.keptSince < from,
    };
  };

  const threatened = async (requestId: string, rule: string) => {
    const found = await queries.request(requestId);
    const own = (found?.event['unmapped'] as { menshen?: Record<string, unknown> } | undefined)?.menshen ?? {};
    const named = readThreats(own['threats']).some(({ features }) => features.some((feature) => feature.rule === rule));
    if (found === null || !named) throw new contract.MenshenError('not_found');
    return { app: String(own['app'] ?? ''), route: String(own['route'] ?? '') };
  };

  return [
    bind(contract.getInspection, async ({ query }) => await overview(query)),
    bind(contract.listInspectionExceptions, async ({ query }) => ({
      now: clock(),
      exceptions: inspection.exceptions(query.show, query.app),
    })),
    bind(contract.createInspectionException, async ({ body, by }) => {
      const { requestId, rule } = body;
      const place = requestId === undefined || rule === undefined ? null : await threatened(requestId, rule);
      const made = await inspection.createException(body, by);
      if (place !== null && requestId !== undefined && rule !== undefined)
        await inspection.report({
          ...{ requestId, rule, ...place, by },
          verdict: 'false_positive',
          note: body.reason,
          at: clock(),
        });
      return made;
    }),
    bind(contract.extendInspectionException, async ({ params, body, by }) =>
      inspection.extendException(params.id, body.expiresAt, body.reason, by),
    ),
    bind(contract.revokeInspectionException, async ({ params, body, by }) =>
      inspection.revokeException(params.id, body.reason, by),
    ),
    bind(contract.reportInspection, async ({ body, by }) => {
      const place = await threatened(body.requestId, body.rule);
      return { reports: await inspection.report({ ...body, ...place, by, at: clock() }) };
    }),
    bind(contract.changeInspection, async ({ body, by }) => ({
      version: await inspection.change(body, body.from, body.reason, by),
      at: clock(),
    })),
    bind(contract.replayInspection, async ({ body }) => {
      const to = clock();
      const from = to - dayMs;
      const routes = eachRoute(undefined);
      const managed = inspection.managed();
      const before = ruleBook(routes, managed, null);
      const after = ruleBook(routes, managed, body);
      const { incomplete, unread, keptSince, ...outcome } = await queries.replay({ from, to }, before, after);
      const raised = body.rules.some(
        ({ rule, weight }) => weight !== null && weight > (inspectionRules().get(rule)?.weight ?? 0),
      );
      const unseen = routes.some(([, route]) => route.streamBody) || [...before.values()].some(({ mode }) => mode === 'off');
      const logs = await parts.logs.list();
      const limits: contract.ReplayReport['limits'] = [
        ...(raised ? [{ code: 'below_floor' as const, count: null }] : []),
        ...(unread > 0 ? [{ code: 'budget' as const, count: unread }] : []),
        ...(unseen ? [{ code: 'not_inspected' as const, count: null }] : []),
        ...(keptSince !== null && keptSince >= from ? [{ code: 'oldest_dropped' as const, count: null }] : []),
        ...(incomplete > 0 ? [{ code: 'threats_dropped' as const, count: incomplete }] : []),
        ...(logs.length > 1 ? [{ code: 'other_nodes' as const, count: logs.length - 1 }] : []),
      ];
      return { from, to, ...outcome, limits };
    }),
  ];
}
