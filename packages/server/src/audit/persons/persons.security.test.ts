import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createKeys } from '../../keys/master.ts';
import { describeEachStore } from '../../store/testing.ts';
import { TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { PERSON_TYPES } from '../event-object.ts';
import {
  accountChangeEvent,
  authenticationEvent,
  canonicalJson,
  detectionEvent,
  entityManagementEvent,
  gatewayEvent,
} from '../events.ts';
import type { GatewayEventFields } from '../gateway-event.ts';
import { readGatewayEvent } from '../log/gateway-event-reader.ts';
import { directorySource } from '../log/source.ts';
import { verifyLog } from '../log/verify/verify.ts';
import { readEntries } from '../testing.ts';
import { gatewayFields } from '../testing-events.ts';
import { isPseudonym, openFor, personOf, sealFor } from './model.ts';
import { gatewayUid, protectEvent, protectGatewayEvent, revealEvent, uidsOf } from './protect.ts';
import { createAuditPersons } from './service.ts';
import { createAuditPersonStore } from './store.ts';

const DAY = 86_400_000;
const random = (size: number): Uint8Array => randomBytes(size);
const zhang = personOf('zhang', new Uint8Array(32).fill(1));
const known = (uid: string) => (uid === 'zhang' ? zhang : null);
const knownBack = (pseudonym: string) => (pseudonym === zhang.pseudonym ? zhang : null);

describe('an event about a person', () => {
  it('names them by a pseudonym wherever it names them, and stays canonical', () => {
    const events = [
      authenticationEvent({
        ...{ time: 1, activity: 'logon', app: 'portal', channel: 'wecom', uid: 'zhang', address: '10.0.0.1', userAgent: null },
        ...{ session: null, code: null, requestId: null, by: 'zhang' },
      }),
      accountChangeEvent({
        ...{ time: 1, activity: 'create', uid: 'zhang', by: 'zhang', app: null, address: null, detail: 'zhang', requestId: null },
      }),
      entityManagementEvent({
        time: 1,
        activity: 'update',
        entity: 'roles',
        by: 'zhang',
        detail: { person: 'zhang', roles: 'admin' },
      }),
      entityManagementEvent({
        time: 1,
        activity: 'update',
        entity: 'person',
        by: 'admin',
        detail: { uid: 'zhang', change: 'block' },
      }),
      detectionEvent({ time: 1, rule: 'session_risk', severity: 'low', title: 'session risk', detail: { uid: 'zhang' } }),
    ];
    for (const event of events) {
      const kept = protectEvent(event, known, random);
      expect(kept).not.toContain('zhang');
      expect(kept).toContain(zhang.pseudonym);
      expect(kept).toBe(canonicalJson(JSON.parse(kept)));
      expect(canonicalJson(revealEvent(JSON.parse(kept) as Record<string, unknown>, knownBack))).toBe(event);
      // Without the key it stays as it is.
      expect(canonicalJson(revealEvent(JSON.parse(kept) as Record<string, unknown>, () => null))).toBe(kept);
    }
  });

  it('seals their name, number and address with their key', () => {
    const event = canonicalJson({
      class_uid: 3001,
      user: { uid: 'zhang', name: '张三', phone_number: '13800000000', type_id: 1 },
    });
    const kept = protectEvent(event, known, random);
    expect(kept).not.toMatch(/张三|13800000000|zhang"/);
    expect(kept).toContain('"type_id":1');
    const parsed = JSON.parse(kept) as Record<string, unknown>;
    expect(revealEvent(parsed, knownBack)).toMatchObject({ user: { uid: 'zhang', name: '张三', phone_number: '13800000000' } });
    expect(JSON.stringify(revealEvent(parsed, () => null))).not.toContain('张三');
  });

  it('of the gateway is told by its beginning, whatever a request says', () => {
    fc.assert(
      fc.property(gatewayFields, (fields) => {
        const event = gatewayEvent(fields);
        const found = gatewayUid(event);
        if (found === null) return;
        expect(found.uid).toBe(fields.uid);
        const kept = protectGatewayEvent(event, found, zhang.pseudonym);
        const parsed = JSON.parse(event) as { actor: { user: { uid: string } } };
        parsed.actor.user.uid = zhang.pseudonym;
        expect(kept).toBe(canonicalJson(parsed));
        expect(readGatewayEvent(kept)?.user ?? zhang.pseudonym).toBe(zhang.pseudonym);
      }),
    );
  });

  it('of the gateway that is about another person names neither', () => {
    const li = personOf('li', new Uint8Array(32).fill(3));
    const both = (uid: string) => (uid === 'li' ? li : known(uid));
    const back = (pseudonym: string) => (pseudonym === li.pseudonym ? li : knownBack(pseudonym));
    const [sample] = fc.sample(gatewayFields, 1);
    const about = (type: string) =>
      gatewayEvent({ ...(sample as GatewayEventFields), uid: 'zhang', path: '/me', route: null, object: { type, id: 'li' } });
    for (const type of PERSON_TYPES) {
      const event = about(type);
      expect(gatewayUid(event)).toBeNull();
      const kept = protectEvent(event, both, random);
      expect(uidsOf(kept)).toEqual([]);
      expect(JSON.parse(kept)).toMatchObject({
        actor: { user: { uid: zhang.pseudonym } },
        resources: [{ type, uid: li.pseudonym }],
      });
      expect(kept).toBe(canonicalJson(JSON.parse(kept)));
      expect(canonicalJson(revealEvent(JSON.parse(kept) as Record<string, unknown>, back))).toBe(event);
      // The key of the one destroyed: the other stays readable.
      expect(revealEvent(JSON.parse(kept) as Record<string, unknown>, knownBack)).toMatchObject({
        actor: { user: { uid: 'zhang' } },
        resources: [{ uid: li.pseudonym }],
      });
    }
    // The same id of a thing stays: nothing of a person hangs on it.
    expect(protectEvent(about('Portal::Order'), both, random)).toContain('"uid":"li"');
  });

  it('of the gateway names nobody, whoever asks for whomever', () => {
    const uid = fc.constantFrom('zhang', 'li', '"', 'x","uid":"zhang');
    const type = fc.constantFrom('Menshen::User', 'Menshen::Guest', 'Portal::Order');
    fc.assert(
      fc.property(gatewayFields, uid, uid, type, (fields, asker, id, kind) => {
        const everybody = (name: string) => personOf(name, createHash('sha256').update(name).digest());
        const event = gatewayEvent({ ...fields, uid: asker, object: { type: kind, id } });
        const found = gatewayUid(event);
        const whole = protectEvent(gatewayEvent({ ...fields, uid: asker, object: { type: kind, id } }), everybody, random);
        if (found !== null) expect(protectGatewayEvent(event, found, everybody(asker).pseudonym)).toBe(whole);
        if (asker === 'zhang' && (id === 'zhang' || kind === 'Portal::Order')) expect(found).not.toBeNull();
        if (id !== asker && kind !== 'Portal::Order') expect(found).toBeNull();
        const { actor, resources } = JSON.parse(whole) as { actor: { user: { uid: string } }; resources: { uid: string }[] };
        expect(actor.user.uid).toBe(everybody(asker).pseudonym);
        expect(resources[0]?.uid).toBe(kind === 'Portal::Order' ? id : everybody(id).pseudonym);
      }),
    );
  });

  it('is opened by the own key only, and not when it was changed', () => {
    const sealed = sealFor(zhang, '张三', random);
    expect(openFor(zhang, sealed)).toBe('张三');
    expect(openFor(personOf('zhang', new Uint8Array(32).fill(2)), sealed)).toBeNull();
    expect(openFor({ ...zhang, pseudonym: '~another' }, sealed)).toBeNull();
    for (const broken of ['', 'AAAA', `${sealed.slice(0, -2)}AA`]) expect(openFor(zhang, broken)).toBeNull();
  });
});

describeEachStore((open) => {
  it('gives a person one pseudonym in all processes, finds it by the uid alone, and destroys the key when the law is done with it', async () => {
    const opened = await open();
    const store = createAuditPersonStore(opened);
    let now = 1_780_000_000_000;
    const acts: unknown[] = [];
    const keys = createKeys(new Uint8Array(32).fill(5), random);
    const process = (owner = true) =>
      createAuditPersons({
        ...{ store, keys, random, clock: () => now, days: () => 30 },
        audit: {
          owner: () => owner,
          act: async (_by, act, perform) => {
            acts.push(act);
            return await perform();
          },
        },
      });
    const [a, b] = [process(), process(false)];
    const event = (uid: string) => entityManagementEvent({ time: 1, activity: 'update', entity: 'roles', by: uid, detail: {} });
    const nameIn = (text: string) => (JSON.parse(text) as { actor: { user: { uid: string } } }).actor.user.uid;
    // Both at once: one of the two rows stays.
    const [first, second] = (await Promise.all([a.protect(event('li')), b.protect(event('li'))])).map(nameIn);
    expect(first).toBe(second);
    expect(isPseudonym(first ?? '')).toBe(true);
    expect(a.protect(event('li'))).toBeTypeOf('string');
    expect(await process().pseudonymOf('li')).toBe(first);
    expect(await process().pseudonymOf('wang')).toBeNull();
    expect(await process().pseudonymsOf(['wang', 'li'])).toEqual(new Map([['li', first]]));
    expect(await a.pseudonymsOf(['li', 'li'])).toEqual(new Map([['li', first]]));
    expect(a.met()).toBe(1);
    expect(await process().uidsOf([first ?? '', 'x', '~AAAAAAAAAAAAAAAAAAAAAA'])).toEqual(new Map([[first, 'li']]));
    // Nothing in the row says who it is.
    const rows = JSON.stringify(await opened.db.selectFrom('audit_persons').selectAll().execute());
    expect(rows).not.toContain('"li"');

    expect(await a.erase('wang')).toBeNull();
    // Thirty days are configured; the law wants 180.
    expect(await a.erase('li')).toBe(now + 180 * DAY);
    now += 180 * DAY - 1;
    expect(await a.maintain()).toBe(0);
    expect(await process().pseudonymOf('li')).toBe(first);
    now += 1;
    expect([await a.maintain(), await b.maintain()]).toEqual([0, 0]);
    now += 90_000;
    expect([await b.maintain(), await a.maintain()]).toEqual([0, 1]);
    expect(acts).toEqual([{ activity: 'delete', entity: 'audit person keys', detail: { keys: 1 } }]);
    expect(await a.pseudonymOf('li')).toBeNull();
    expect(await b.uidsOf([first ?? ''])).toEqual(new Map());
    // Who comes back is somebody new to the log.
    expect(nameIn(await a.protect(event('li')))).not.toBe(first);
  });
});

describe('a deployment with pseudonyms', () => {
  let deployment: Deployment | null = null;
  afterEach(async () => {
    await deployment?.close();
    deployment = null;
  });

  it('records nobody by name, finds everybody who may be found, and forgets without breaking the log', {
    timeout: 60_000,
  }, async () => {
    const clock = new TestClock();
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, audit: { ...config.audit, pseudonyms: true } }),
    });
    const { platform } = deployment;
    const token = await deployment.token('zhang');
    for (let at = 0; at < 5; at += 1) expect((await deployment.call('GET', '/portal/me', { token })).status).toBe(200);
    await deployment.indexed();
    const directory = join(String(deployment.config.data), 'tlog');
    const text = (await readEntries(directory)).join('\n');
    expect(text).toContain('"path":"/portal/me"');
    expect(text).not.toContain('"zhang"');
    expect(readFileSync(join(directory, 'index.db')).includes('zhang')).toBe(false);

    const found = async () => {
      const { rows } = await platform.queries.traffic({ uid: 'zhang' }, 50, null);
      return rows.map(({ uid }) => uid);
    };
    expect(await found()).toEqual(['zhang', 'zhang', 'zhang', 'zhang', 'zhang']);
    const [row] = (await platform.queries.traffic({ uid: 'zhang' }, 1, null)).rows;
    expect(await platform.queries.request(row?.requestId ?? '')).toMatchObject({ event: { actor: { user: { uid: 'zhang' } } } });
    const entry = await platform.queries.entry(row?.index ?? -1);
    // The entry is shown as it is proved; who it is stands beside it.
    expect(entry?.row.uid).toBe('zhang');
    expect(JSON.stringify(entry?.event)).not.toContain('zhang');
    expect(entry?.named).toMatchObject({ actor: { user: { uid: 'zhang' } } });
    expect(Buffer.from(entry?.entry ?? '', 'base64').toString('utf8')).toBe(canonicalJson(entry?.event));

    // Whose data was asked for is found as whoever asked, and stands in the log no more than they.
    for (const filter of [
      { object: 'zhang' },
      { object: 'zhang', objectType: 'Menshen::User' },
      { objectType: 'Menshen::User' },
    ]) {
      const { rows } = await platform.queries.list({ ...filter, kind: 'all' }, 50, null);
      expect(rows.map(({ objectType, object }) => [objectType, object])).toEqual(Array(5).fill(['Menshen::User', 'zhang']));
    }
    // A uid that nobody has gets no pseudonym and no row: trying many leaves nothing behind.
    expect((await deployment.call('GET', '/portal/staff/nobody-at-all', { token })).status).toBe(403);
    await deployment.indexed();
    expect((await platform.queries.list({ object: 'nobody-at-all', kind: 'all' }, 50, null)).rows).toEqual([]);
    expect((await platform.queries.list({ object: 'zhang', objectType: 'Portal::Order', kind: 'all' }, 50, null)).rows).toEqual(
      [],
    );

    const { vkey } = await platform.queries.status();
    const whole = () => verifyLog(directorySource(directory), { vkey, live: true });
    expect((await whole()).ok).toBe(true);
  });
});
