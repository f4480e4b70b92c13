import { setTimeout as delay } from 'node:timers/promises';
import { attackScenes } from './actor/attacks.ts';
import { assembleCrowd } from './actor/crowd.ts';
import { attackGapAt, drawScene, gapAt } from './actor/day.ts';
import { createHttpClient, textField, UnreachableError } from './actor/http.ts';
import { requireLoopback } from './actor/loopback.ts';
import { createPhone } from './actor/phone.ts';
import { honestScenes, type Scene } from './actor/scenes.ts';
import { type ActorEvent, createStage } from './actor/stage.ts';
import { demoCompany } from './company.ts';
import { createSeededRandom } from './random.ts';

export type { ActorEvent } from './actor/stage.ts';

export interface ActorOptions {
  /** Loopback only, as is `emulatorUrl`: startActor throws TypeError for anything else. */
  readonly gatewayUrl: string;
  readonly emulatorUrl: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** How fast the working day passes: 1 when absent, from 0.1 to 100. However fast, there are at most five requests a second. */
  readonly speed?: number;
  /** The actor goes home after so long; eight hours when absent. */
  readonly durationMs?: number;
  /** Waits; rejects when the signal aborts. Timers that do not hold the process when absent. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent?: (event: ActorEvent) => void;
  /** Tampers with the demonstration's backend, or repairs it. */
  readonly tamper?: (on: boolean) => void;
}

export interface Actor {
  /** Ends the day at once; resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** Resolves when the day is over, by itself or by `stop`; rejects when the actor itself has failed. */
  readonly done: Promise<void>;
}

const eightHoursMs = 8 * 3_600_000;
/** Never more than five requests a second. */
const minGapMs = 200;
const backOffMs = { first: 1_000, most: 60_000 };
const attackNames = Object.keys(attackScenes) as (keyof typeof attackScenes)[];

/**
 * Plays a working day of the demonstration company against a gateway on this machine: employees, leaders and customers, one request after
 * the other, and every few seconds an attack. It waits longer and longer while the gateway is down, and ends by itself.
 */
export function startActor(options: ActorOptions): Actor {
  const { clock, speed = 1, durationMs = eightHoursMs } = options;
  if (!(speed >= 0.1 && speed <= 100)) throw new RangeError('speed must be from 0.1 to 100');
  const sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal, ref: false }));
  const gateway = createHttpClient(requireLoopback(options.gatewayUrl));
  const emulator = createHttpClient(requireLoopback(options.emulatorUrl));
  const random = createSeededRandom(Buffer.from(options.random(4)).readUInt32LE());
  const stopping = new AbortController();
  const { signal } = stopping;

  const began = clock();
  const elapsed = (): number => clock() - began;
  let scene: Pick<ActorEvent, 'kind' | 'scene'> = { kind: 'honest', scene: '' };
  let lastRequest = Number.NEGATIVE_INFINITY;

  const stage = createStage({
    ...(options.tamper === undefined ? {} : { tamper: options.tamper }),
    gateway,
    phone: createPhone(emulator),
    random,
    crowd: assembleCrowd(demoCompany(), random),
    async pace() {
      // Half to one and a half of the mean, so that the traffic has no beat.
      const gap = Math.max(minGapMs, gapAt(elapsed(), speed) * (0.5 + random.int(1_000) / 1_000));
      const wait = Math.min(gap, lastRequest + gap - clock());
      if (wait > 0) await sleep(wait, signal);
      signal.throwIfAborted();
      lastRequest = clock();
    },
    report(method, path, reply) {
      const code = reply.status >= 400 ? (textField(reply.body, 'code') ?? `http_${reply.status}`) : null;
      options.onEvent?.({ ...scene, method, path, status: reply.status, code, requestId: reply.requestId });
    },
  });

  async function playDay(): Promise<void> {
    let nextAttack = attackGapAt(0, speed);
    // The tampered coupon first: it is what people come to see.
    let attack = attackNames.indexOf('tampered-coupon');
    let backOff = backOffMs.first;
    while (!signal.aborted && elapsed() < durationMs) {
      let play: Scene;
      if (elapsed() >= nextAttack) {
        const name = attackNames[attack % attackNames.length] ?? 'undeclared-route';
        attack += 1;
        nextAttack = elapsed() + attackGapAt(elapsed(), speed);
        scene = { kind: 'attack', scene: name };
        play = attackScenes[name];
      } else {
        const name = drawScene(elapsed(), speed, random);
        scene = { kind: 'honest', scene: name };
        play = honestScenes[name];
      }
      try {
        await play(stage);
        backOff = backOffMs.first;
        // A scene may end without a request, and the loop must not spin on such scenes.
        await sleep(minGapMs / 4, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof UnreachableError)) throw error;
        await sleep(backOff, signal);
        backOff = Math.min(backOff * 2, backOffMs.most);
      }
    }
  }

  const done = playDay()
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    })
    .finally(() => {
      gateway.close();
      emulator.close();
    });
  // Whoever does not wait for the end of the day must not be brought down by it.
  done.catch(() => undefined);

  return {
    done,
    async stop() {
      stopping.abort();
      gateway.close();
      emulator.close();
      await done.catch(() => undefined);
    },
  };
}
