import { startEmulator } from '@menshen/emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attackScenes, forgedSpellings } from './actor/attacks.ts';
import { honestScenes } from './actor/scenes.ts';
import { type StandInGateway, startStandInGateway } from './actor/testing/stand-in-gateway.ts';
import { type Actor, type ActorEvent, startActor } from './actor.ts';
import { demoEmulator } from './emulator.ts';

const start = 1_700_000_000_000;
let now = start;
let gateway: StandInGateway;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let actor: Actor | undefined;
let slept: number[];
let events: (ActorEvent & { readonly at: number })[];

/** Time passes only while the actor waits. */
function play(options: { durationMs: number; speed?: number; onSleep?: (ms: number) => void; gatewayUrl?: string }): Actor {
  const { onSleep, ...rest } = options;
  actor = startActor({
    gatewayUrl: gateway.url,
    emulatorUrl: emulator.url,
    clock: () => now,
    random: (size) => new Uint8Array(size).fill(7),
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      now += ms;
      slept.push(ms);
      onSleep?.(ms);
    },
    onEvent: (event) => events.push({ ...event, at: now }),
    ...rest,
  });
  return actor;
}

beforeEach(async () => {
  now = start;
  slept = [];
  events = [];
  gateway = await startStandInGateway();
  emulator = await startEmulator({ ...demoEmulator(gateway.url), port: 0, clock: () => now });
});
afterEach(async () => {
  await actor?.stop();
  await Promise.all([gateway.close(), emulator.close()]);
});

const scenesOf = (kind: ActorEvent['kind'], until: number) =>
  new Set(events.filter((event) => event.kind === kind && event.at <= until).map((event) => event.scene));

describe('the actor', () => {
  it('shows nearly everything that people do within the first minute, and every attack', async () => {
    await play({ durationMs: 70_000 }).done;
    expect(scenesOf('attack', start + 70_000)).toEqual(new Set(Object.keys(attackScenes)));
    const played = scenesOf('honest', start + 60_000);
    expect(Object.keys(honestScenes).filter((scene) => !played.has(scene)).length).toBeLessThanOrEqual(2);
    const logins = gateway.seen.filter((one) => one.path === '/_menshen/v1/login').map((one) => one.body.toString('utf8'));
    expect(logins.some((body) => body.includes('"wechat"'))).toBe(true);
    expect(logins.some((body) => body.includes('"wecom"'))).toBe(true);
    expect(gateway.seen.some((one) => one.path === '/_menshen/v1/bind')).toBe(true);
  });

  it('never sends more than five requests in a second, however fast the day', async () => {
    await play({ durationMs: 120_000, speed: 100 }).done;
    const times = events.map((event) => event.at);
    times.forEach((at, index) => {
      const before = times[index - 1];
      if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(199.999);
    });
    expect(times.length).toBeGreaterThan(100);
  });

  it('is calm after the first minute, with a few attacks every minute', async () => {
    await play({ durationMs: 360_000 }).done;
    const later = events.filter((event) => event.at > start + 120_000);
    const minutes = 4;
    expect(later.length / minutes).toBeGreaterThan(30);
    expect(later.length / minutes).toBeLessThan(150);
    const attacks = later.filter((event, index) => event.kind === 'attack' && later[index - 1]?.scene !== event.scene);
    expect(attacks.length / minutes).toBeGreaterThanOrEqual(2);
    expect(attacks.length / minutes).toBeLessThanOrEqual(6);
  });

  it('comes from many addresses, all of them in the documentation ranges', async () => {
    await play({ durationMs: 60_000 }).done;
    // What WeCom itself calls the gateway with is not the actor's.
    const sent = gateway.seen.filter(({ path }) => !path.includes('/callback/'));
    const addresses = new Set(sent.map((one) => String(one.headers['x-forwarded-for'])));
    expect(addresses.size).toBeGreaterThan(30);
    for (const address of addresses) expect(address).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.([1-9]\d{0,2})$/);
  });

  it('stops by itself when the time is up, and at once when told to', async () => {
    await play({ durationMs: 30_000 }).done;
    expect(now - start).toBeLessThan(45_000);
    const second = play({ durationMs: 8 * 3_600_000, onSleep: () => slept.length > 40 && void second.stop() });
    await second.done;
    expect(now - start).toBeLessThan(120_000);
  });

  it('waits longer and longer while the gateway asks it to, and comes back', async () => {
    gateway.unavailable = true;
    await play({
      durationMs: 400_000,
      onSleep: () => {
        if (now - start > 200_000) gateway.unavailable = false;
      },
    }).done;
    const pauses = slept.filter((ms) => ms >= 1_000 && Number.isInteger(ms / 1_000));
    expect(pauses.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(events.at(-1)?.status).not.toBe(503);
  });

  it('logs in again when sessions have ended, and repeats what it was doing', async () => {
    let ended = false;
    await play({
      durationMs: 180_000,
      onSleep: () => {
        if (ended || now - start < 60_000) return;
        ended = true;
        gateway.endSessions();
      },
    }).done;
    const refused = events.filter((event) => event.code === 'session_expired' && event.kind === 'honest');
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) {
      const after = events.slice(events.indexOf(one) + 1, events.indexOf(one) + 4);
      expect(
        after.some((event) => event.path === one.path && event.status === 200),
        one.path,
      ).toBe(true);
    }
    expect(events.some((event) => event.code === 'session_missing')).toBe(false);
  });

  it('backs off when nobody listens', async () => {
    const dead = await startStandInGateway();
    await dead.close();
    await play({ durationMs: 300_000, gatewayUrl: dead.url }).done;
    expect(slept.filter((ms) => ms === 60_000).length).toBeGreaterThan(2);
    expect(events).toEqual([]);
  });
});

describe('the attacks', () => {
  beforeEach(() => play({ durationMs: 300_000 }).done);
  const attack = (scene: string) => events.filter((event) => event.kind === 'attack' && event.scene === scene);

  it('present a login code twice', () => {
    expect(attack('reused-code').some((event) => event.code === 'code_used')).toBe(true);
  });

  it('spell the identity header in more than one way', () => {
    const spelled = new Set(gateway.seen.flatMap((one) => one.rawHeaders.filter((name) => forgedSpellings.includes(name))));
    expect(spelled.size).toBeGreaterThan(1);
    expect(gateway.seen.some((one) => one.headers.connection?.includes('X-Menshen-Identity'))).toBe(true);
  });

  it('send a body of ten megabytes, of which the gateway takes what it likes', () => {
    expect(attack('huge-body').map((event) => event.code)).toContain('body_too_large');
  });

  it('send bytes that are no UTF-8, a key twice, and amounts that no campaign gives', () => {
    const bodies = gateway.seen.map((one) => one.body.toString('utf8'));
    expect(bodies.some((body) => body.includes('\ufffd'))).toBe(true);
    expect(bodies.some((body) => /"amountCents":500,"amountCents":99900/.test(body))).toBe(true);
    expect(bodies.some((body) => /"amountCents":-500/.test(body))).toBe(true);
  });

  it('ask for what is not declared, and for the records of others', () => {
    expect(attack('undeclared-route').map((event) => event.path)).toContain('/portal/api/slow');
    expect(attack('colleague-record').filter((event) => event.path.startsWith('/portal/api/employees/')).length).toBeGreaterThan(
      2,
    );
  });

  it('guess session tokens of the right form', () => {
    const guesses = gateway.seen.filter(
      (one) =>
        /^Bearer mst1\.[A-Za-z0-9_-]{64}$/.test(one.headers.authorization ?? '') &&
        one.headers['x-forwarded-for']?.toString().startsWith('203.'),
    );
    expect(guesses.length).toBeGreaterThanOrEqual(3);
  });
});
