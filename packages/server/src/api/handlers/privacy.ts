import * as contract from '@menshen/contract';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { DirectoryService } from '../../directory/service.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { PrivacyService } from '../../privacy/service.ts';
import { type Bound, bind } from '../bind.ts';
import { erasureView, mentionsView, requestDetail, requestSummary } from './privacy-views.ts';

export interface PrivacyHandlerParts {
  readonly privacy: PrivacyService;
  readonly directory: DirectoryService;
  readonly runtime: () => Runtime;
  readonly audit: Audit;
  readonly clock: () => number;
}

const registerLength = 500;

/** Consent, requests, erasure, retention and the registers, for the console. */
export function privacyHandlers(parts: PrivacyHandlerParts): readonly Bound[] {
  return [...consentHandlers(parts), ...requestHandlers(parts), ...erasureHandlers(parts), ...registerHandlers(parts)];
}

function consentHandlers({ privacy, directory, runtime }: PrivacyHandlerParts): readonly Bound[] {
  const { consents, requests, erasures } = privacy;
  return [
    bind(contract.listPurposes, async () => {
      const figures = await consents.figures();
      const apps = [...runtime().apps.values()];
      const purposes = [...consents.purposes().values()].map((purpose): contract.PurposeView => {
        const { id, version, name, text, basis, fields, sensitive, textHash } = purpose;
        const people = (of: (one: (typeof figures)[number]) => boolean): number =>
          figures.filter((one) => one.purpose === id && of(one)).reduce((sum, one) => sum + one.people, 0);
        return {
          ...{ id, version, name, text, basis, fields, sensitive, declared: true, textSha256: textHash },
          apps: purpose.apps ?? apps.map((app) => app.id),
          routes: apps.flatMap((app) =>
            app.routes.filter(({ consent }) => consent.includes(id)).map(({ match }) => `${app.id} ${match}`),
          ),
          given: people((one) => one.act === 'given' && one.textHash === textHash),
          outdated: people((one) => one.act === 'given' && one.textHash !== textHash),
          withdrawn: people((one) => one.act === 'withdrawn'),
        };
      });
      const gone = new Set(figures.map((one) => one.purpose).filter((id) => !consents.purposes().has(id)));
      for (const id of gone) {
        const count = (act: string): number =>
          figures.filter((one) => one.purpose === id && one.act === act).reduce((sum, one) => sum + one.people, 0);
        purposes.push({
          ...{ id, version: 0, name: { zh: id, en: id }, text: { zh: '', en: '' }, basis: 'consent', fields: [], apps: [] },
          ...{ sensitive: false, routes: [], given: 0, outdated: count('given'), withdrawn: count('withdrawn') },
          ...{ textSha256: '', declared: false },
        });
      }
      return { purposes };
    }),
    bind(contract.getPersonPrivacy, async ({ params: { uid } }) => {
      const names = new Set([...consents.purposes().keys(), ...consents.said(uid).keys()]);
      return {
        uid,
        states: [...names].map((purpose) => ({ purpose, ...consents.state(uid, purpose) })),
        consents: (await consents.history(uid)).map(({ id, purpose, version, act, textHash, app, channel, by, at }) => ({
          ...{ id, purpose, version, act, app, channel, by, at },
          textSha256: textHash,
        })),
        requests: (await requests.list({ uid })).map(({ id }) => id),
        holdings: [...(await erasures.holdings(uid))],
        listedBy: [...(await directory.personal.listedBy(uid))],
      };
    }),
    bind(contract.recordConsent, async ({ params: { uid }, body: { purpose, act }, by }) => ({
      state: await consents.record(uid, { purpose, act, app: '', channel: 'back_office', by }),
    })),
  ];
}

function requestHandlers({ privacy, directory, audit, clock }: PrivacyHandlerParts): readonly Bound[] {
  const { requests, requestStore, erasures } = privacy;
  return [
    bind(contract.listSubjectRequests, async ({ query: { open, uid } }) => {
      const found = await requests.list({ ...(open === undefined ? {} : { open }), ...(uid === undefined ? {} : { uid }) });
      const shown = found.map((request) => requestSummary(request, privacy));
      const order = { overdue: 0, soon: 1, calm: 2, closed: 3 };
      // What is due first stands first; what is closed, the latest first.
      shown.sort(
        (a, b) => order[a.urgency] - order[b.urgency] || (a.closed === null ? a.due - b.due : (b.closed ?? 0) - (a.closed ?? 0)),
      );
      const live = (await requests.list({ open: true })).map((request) => requests.urgency(request));
      return {
        requests: shown,
        open: live.length,
        overdue: live.filter((urgency) => urgency === 'overdue').length,
        soon: live.filter((urgency) => urgency === 'soon').length,
        dueDays: requests.dueDays(),
      };
    }),
    bind(contract.getSubjectRequest, async ({ params: { id } }) => await requestDetail(await requests.find(id), privacy)),
    bind(contract.createSubjectRequest, async ({ body, by }) => {
      const { uid, received, ...rest } = body;
      const known = (await erasures.holdings(uid)).some(({ rows }) => rows > 0);
      if (!known) throw new contract.MenshenError('not_found');
      if (received !== undefined && received > clock())
        throw new contract.MenshenError('validation_failed', { fields: ['received'] });
      const made = await requests.open({
        ...{ uid, ...rest, channel: 'back_office', app: null, verified: null, by },
        ...(received === undefined ? {} : { received }),
      });
      if (made === null) throw new contract.MenshenError('conflict');
      return { id: made.id, due: made.due };
    }),
    bind(contract.advanceSubjectRequest, async ({ params: { id }, body, by }) =>
      requestDetail(await requests.advance(id, body, by), privacy),
    ),
    bind(contract.exportForRequest, async ({ params: { id }, body: { note, close }, by }) => {
      const { backend, ...made } = await privacy.export(id, note, close, by);
      return { ...made, backend: [...backend] };
    }),
    bind(contract.fetchExport, async ({ params: { id }, by }) => {
      const info = await requestStore.exportInfo(id);
      const file = info === null ? null : await requestStore.exportFile(id);
      if (info === null || file === null) throw new contract.MenshenError('not_found');
      const detail = { request: id, sha256: info.sha256 };
      await audit.record(entityManagementEvent({ time: clock(), activity: 'read', entity: 'personal data export', by, detail }));
      return { name: `menshen-personal-data-${id}.zip`, sha256: info.sha256, file };
    }),
    bind(contract.correctForRequest, async ({ params: { id }, body: { note, ...fields }, by }) => {
      const { uid } = await requests.demandReady(id);
      await correct(directory, uid, fields, by);
      const changed = Object.keys(fields).join(', ');
      return await requestDetail(
        await requests.settle(id, { step: 'corrected', note: `${changed}: ${note}`, close: true }, by),
        privacy,
      );
    }),
  ];
}

/** Corrects what the hand has entered. What a source says is corrected in the source: it would come back with the next run. */
async function correct(
  directory: DirectoryService,
  uid: string,
  fields: { readonly [name in 'name' | 'position' | 'phone' | 'email']?: string | undefined },
  by: string,
): Promise<void> {
  const person = directory.snapshot().person(uid);
  if (person === undefined) throw new contract.MenshenError('not_found');
  const sources = await directory.personal.listedBy(uid);
  if (sources.length > 0 || person.kind === 'customer') throw new contract.MenshenError('conflict', { sources });
  const said = (name: keyof typeof fields): string | null => fields[name] ?? null;
  await directory.put(
    'local',
    [
      {
        ...{ key: uid, uid, kind: person.kind, departments: null, leads: null, number: null, roles: [], status: null },
        ...{ name: said('name'), position: said('position'), phone: said('phone'), email: said('email') },
      },
    ],
    [],
    by,
  );
}

function erasureHandlers({ privacy }: PrivacyHandlerParts): readonly Bound[] {
  const { requests, erasures, retention, backend, signer } = privacy;
  return [
    bind(contract.erasePersonalData, async ({ params: { uid }, body: { scope, reason, request }, by }) => {
      await erasures.demandErasable(uid, scope);
      const asked = request === undefined ? null : await requests.demandReady(request);
      if (asked !== null && asked.uid !== uid) throw new contract.MenshenError('conflict');
      // The backends first: what they refuse leaves everything as it was.
      const backends = await backend.ask(uid, 'delete', request ?? null);
      const cause = asked === null ? 'administrator' : asked.channel === 'wechat' ? 'wechat_cancellation' : 'request';
      const done = await erasures.erase({ uid, scope, cause, by });
      if (asked !== null)
        await requests.settle(
          asked.id,
          { step: 'erased', note: reason, erasure: done.id, close: true },
          by,
          done.scope === 'person',
        );
      const { id, rows, keys, remaining, mentions } = done;
      return { id, rows, keys, remaining, backend: backends.map(({ app }) => app), mentions: mentions && mentionsView(mentions) };
    }),
    bind(contract.findPersonMentions, async ({ params: { uid } }) => mentionsView(await erasures.mentions(uid))),
    bind(contract.listErasures, async () => ({
      erasures: (await erasures.list(registerLength)).map(erasureView),
      total: await erasures.count(),
    })),
    bind(contract.getErasureCertificate, async ({ params: { id } }) => {
      const found = await erasures.find(id);
      if (found === null) throw new contract.MenshenError('not_found');
      // The key that signed it, which may have been rotated since.
      return { ...found, publicKey: (await signer.keyOf(found.statement, found.signature)) ?? signer.publicKey };
    }),
    bind(contract.getPrivacyKey, async () => ({ publicKey: signer.publicKey })),
    bind(contract.getRetention, async () => ({
      rules: [...(await retention.rules())],
      runs: (await retention.runs()).map((run) => ({ ...run, results: [...run.results] })),
    })),
    bind(contract.runRetention, async ({ body: { dry, compact }, by }) => {
      const run = await retention.run({ dry, compact, by });
      return { ...run, results: [...run.results] };
    }),
  ];
}

function registerHandlers({ privacy: { registers } }: PrivacyHandlerParts): readonly Bound[] {
  return [
    bind(contract.listProcessors, async () => await registers.processors()),
    bind(
      contract.putProcessor,
      async ({ params: { id }, body, by }) => await registers.putProcessor(id, body.fields, body.version, by),
    ),
    bind(contract.listAssessments, async () => await registers.assessments()),
    bind(
      contract.putAssessment,
      async ({ params: { id }, body, by }) => await registers.putAssessment(id, body.fields, body.version, by),
    ),
    bind(contract.signAssessment, async ({ params: { id }, body, by }) => await registers.signAssessment(id, body.version, by)),
    bind(contract.getAssessmentHistory, async ({ params: { id } }) => ({ versions: await registers.assessmentVersions(id) })),
  ];
}
