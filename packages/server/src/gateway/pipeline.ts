import { languageOf, type StageName } from '@menshen/contract';
import { createLeakAlarms } from '../protect/disclosure/leak-alarms.ts';
import { noteEnding } from '../rates/ended.ts';
import { writeRefusal } from './answer.ts';
import { demandChannel } from './channel.ts';
import type { RequestContext } from './context.ts';
import type { Counter, Metrics } from './metrics.ts';
import { failed, type Refusal } from './refusal.ts';
import type { GatewayServices } from './services.ts';
import { type AdmissionState, createAdmit } from './stages/admit.ts';
import { createAuthenticate } from './stages/authenticate.ts';
import { type Authorizer, createAuthorizer } from './stages/authorize.ts';
import { createCheckVersion } from './stages/check-version.ts';
import { createConsent } from './stages/consent.ts';
import { containing, createContain } from './stages/contain.ts';
import { createDisclose } from './stages/disclose.ts';
import { createForward } from './stages/forward.ts';
import { createGuard, type Guard } from './stages/guard.ts';
import { createInspect } from './stages/inspect.ts';
import { createLimit } from './stages/limit.ts';
import { createPayment } from './stages/payment.ts';
import { outcomeEvent } from './stages/record.ts';
import { route } from './stages/route.ts';

type StageResult = Refusal | undefined | Promise<Refusal | undefined>;

interface Stage {
  readonly name: StageName;
  readonly run: (context: RequestContext) => StageResult;
  /** Whether monitor mode only notes what this stage would refuse. What protects the gateway itself, or has no "pass" to give, is always enforced. */
  readonly monitored: boolean;
  /** Whether bypass mode leaves the stage out. */
  readonly bypassed: boolean;
  /** Whether only a refusal is worth a line in the record. */
  readonly quiet?: true;
}

export type Pipeline = (context: RequestContext) => Promise<void>;

/** A request's way (DESIGN.md): admit, route, authenticate, inspect, consent, authorize, forward, disclose, record. */
export function createPipeline(services: GatewayServices, state: AdmissionState): Pipeline {
  const limit = createLimit(services);
  const count = createCount(services.metrics);
  const unrecorded = (): void => services.metrics.add('menshen_audit_failures_total');
  const contain = createContain(services);
  const version = createCheckVersion(services);
  const authorizer = createAuthorizer(services);
  const guard = createGuard(services);
  const payment = createPayment(services);
  const forward = createForward(services);
  const disclose = createDisclose(createLeakAlarms(services), services.protection.observe);
  const stages: readonly Stage[] = [
    { name: 'admit', run: createAdmit(services, state), monitored: false, bypassed: false },
    {
      name: 'route',
      run: (context) => route(context) ?? contain.onRoute(context) ?? version.onRoute(context),
      monitored: false,
      bypassed: false,
    },
    { name: 'limit', run: limit.early, monitored: true, bypassed: true, quiet: true },
    { name: 'authenticate', run: containing(createAuthenticate(services), contain), monitored: true, bypassed: false },
    { name: 'authenticate', run: version.onSession, monitored: false, bypassed: false, quiet: true },
    { name: 'verify', run: payment.onRequest, monitored: false, bypassed: false },
    { name: 'open', run: demandChannel, monitored: false, bypassed: false },
    { name: 'limit', run: limit.late, monitored: true, bypassed: true, quiet: true },
    { name: 'inspect', run: createInspect(services), monitored: true, bypassed: false },
    { name: 'consent', run: createConsent(services), monitored: false, bypassed: false },
    { name: 'authorize', run: authorizer.onRequest, monitored: true, bypassed: true },
    { name: 'guard', run: guard.onRequest, monitored: true, bypassed: false },
    { name: 'forward', run: (context) => (context.replayed ? undefined : forward(context)), monitored: false, bypassed: false },
    {
      name: 'disclose',
      run: (context) => onAnswer(context, guard, authorizer, services.protection, disclose),
      monitored: false,
      bypassed: false,
    },
  ];

  return async (context) => {
    let refusal: Refusal | null = null;
    let before = context.started;
    for (const stage of stages) {
      if (stage.bypassed && context.mode === 'bypass') continue;
      // What stands on most routes of no guard would only fill the log.
      if (stage.name === 'guard' && (context.route?.guard ?? null) === null) continue;
      if (stage.name === 'verify' && (context.route?.payment ?? null) === null) continue;
      if (stage.name === 'consent' && (context.route?.consent.length ?? 0) === 0) continue;
      if (stage.name === 'open' && (context.route?.channel ?? 'off') === 'off') continue;
      let result: StageResult;
      try {
        result = stage.run(context);
        if (result instanceof Promise) result = await result;
      } catch {
        // A stage that throws has not said yes.
        result = failed('internal_error', stage.name);
      }
      const { told } = context;
      if (result === undefined && stage.quiet === true && told === null) continue;
      context.told = null;
      const now = services.monotonic();
      const micros = Math.round((now - before) * 1000);
      before = now;
      if (result === undefined) {
        context.traces.push({ stage: stage.name, verdict: 'pass', code: null, where: told, micros });
        continue;
      }
      if (told !== null) context.traces.push({ stage: stage.name, verdict: 'pass', code: null, where: told, micros: 0 });
      const enforced =
        result.soft !== true &&
        !(stage.monitored && context.mode !== 'enforce' && result.failure !== true && result.hard !== true);
      context.traces.push({
        stage: stage.name,
        verdict: enforced ? 'refuse' : 'would_refuse',
        code: result.code,
        where: result.where,
        micros,
      });
      if (enforced) {
        refusal = result;
        break;
      }
    }
    // What fails here is released by itself when its time is over.
    if (context.guard !== null) await guard.settle(context).catch(() => services.metrics.add('menshen_guard_failures_total'));
    if (context.payment !== null) await payment.settle(context).catch(() => services.metrics.add('menshen_guard_failures_total'));
    version.note(context);
    if (context.reopened !== null) contain.ended(context, refusal);
    await finish(context, refusal, services, count, unrecorded);
  };
}

/** What an answer has to pass before anything of it is disclosed. */
function onAnswer(
  context: RequestContext,
  guard: Guard,
  authorizer: Authorizer,
  protection: GatewayServices['protection'],
  disclose: (context: RequestContext) => Refusal | undefined,
): StageResult {
  const guarded = guard.onAnswer(context);
  const disclosed = (): Refusal | undefined => authorizer.onAnswer(context) ?? protection.onAnswer(context) ?? disclose(context);
  if (guarded instanceof Promise) return guarded.then((refusal) => refusal ?? disclosed());
  return guarded ?? disclosed();
}

/** Records the outcome and answers: the record of a change is durable before its answer leaves. */
async function finish(
  context: RequestContext,
  refusal: Refusal | null,
  services: GatewayServices,
  count: Count,
  unrecorded: () => void,
): Promise<void> {
  const { response, answer } = context;
  const latencyMicros = Math.round((services.monotonic() - context.started) * 1000);
  const event = outcomeEvent(context, refusal, services.clock(), latencyMicros);
  let ending = refusal;
  if (context.intent !== null) {
    try {
      await services.audit.settle(event, context.intent);
    } catch {
      ending = failed('audit_unwritable', null, 5);
    }
  } else {
    // A read or a refusal is on its way to the log; if the log fails, the next request is refused by its state.
    services.audit.note(event, unrecorded);
  }
  count(context, ending, latencyMicros);
  noteEnding(services.rates, context, ending);
  services.protection.ended(context, ending);
  const { rateHeaders } = context;
  if (ending !== null) {
    for (const name of response.headersSent ? [] : response.getHeaderNames()) if (!ours.has(name)) response.removeHeader(name);
    for (let at = 0; rateHeaders !== null && !response.headersSent && at < rateHeaders.length; at += 2) {
      response.setHeader(rateHeaders[at] ?? '', rateHeaders[at + 1] ?? '');
    }
    writeRefusal(response, {
      code: ending.code,
      requestId: context.id,
      language: languageOf(context.request.headers['accept-language']),
      retryAfter: ending.retryAfter,
      ...(ending.extra === undefined ? {} : { extra: ending.extra }),
    });
    return;
  }
  if (answer === null) return;
  const { list, lines } = context.clientHeaders;
  response.writeHead(answer.status, rateHeaders === null ? list : [...list, ...rateHeaders], lines);
  if (answer.pump === null) response.end(answer.chunks, answer.length);
  else await answer.pump(response).catch(() => services.metrics.add('menshen_answers_broken_total'));
}

type Count = (context: RequestContext, refusal: Refusal | null, latencyMicros: number) => void;

/** Counts how requests end, by app; a counter is looked up by its name only once. */
function createCount(metrics: Metrics): Count {
  const counters = {
    passed: new Map<string, Counter>(),
    refused: new Map<string, Counter>(),
    failed: new Map<string, Counter>(),
  };
  return (context, refusal, latencyMicros) => {
    const outcome = refusal === null ? 'passed' : refusal.failure === true ? 'failed' : 'refused';
    const app = context.app?.id ?? '';
    let counter = counters[outcome].get(app);
    if (counter === undefined) {
      counter = metrics.counter('menshen_requests_total', `app="${app}",outcome="${outcome}"`);
      counters[outcome].set(app, counter);
    }
    counter.value += 1;
    if (refusal !== null) metrics.add('menshen_refusals_total', `code="${refusal.code}"`);
    metrics.observeLatency(latencyMicros / 1_000_000);
  };
}

/** Headers that no backend has set, and that a refusal keeps. */
const ours: ReadonlySet<string> = new Set(['allow', 'strict-transport-security']);
