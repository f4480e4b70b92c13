import type { DataKind } from '@menshen/contract';
import type { BackendAnswer } from '../../gateway/backend-answer.ts';
import type { RequestContext } from '../../gateway/context.ts';
import type { MaskedField } from '../../gateway/mask-fields.ts';
import type { DisclosureRules } from '../disclosure/rules.ts';
import { examineFields } from './examine-fields.ts';
import { isMaskedBy } from './masked-path.ts';
import type { FieldSeen } from './model.ts';
import { addToTop, ReaderSketch } from './reader-sketch.ts';

/** An answer that was disclosed: nothing but references. */
interface Disclosed {
  readonly app: string;
  readonly route: string;
  readonly uid: string | null;
  readonly requestId: string;
  readonly at: number;
  readonly rules: DisclosureRules;
  /** Personal values that were left in clear. */
  readonly values: number;
  /** The backend's answer and the fields that were masked in it; null where it is not sampled. */
  readonly sample: { readonly answer: BackendAnswer; readonly masks: readonly MaskedField[] } | null;
}

export interface ReadersSeen {
  readonly app: string;
  readonly route: string;
  readonly day: number;
  readonly sketch: ReaderSketch;
  readonly top: Map<string, number>;
}

/** Personal values that one person was shown on a route. */
export type ValuesRead = Pick<Disclosed, 'app' | 'route' | 'uid' | 'requestId' | 'at' | 'rules' | 'values'>;

export interface ObservingParts {
  /** A keyed digest; the key is the same on all nodes and nowhere else. */
  readonly digest: (text: string) => Buffer;
  readonly clock: () => number;
  /** Hears of every answer with personal values in clear, sampled or not. */
  readonly read: (values: ValuesRead) => void;
  readonly dropped: () => void;
  /** Runs work after the present turn; `setImmediate` outside tests. */
  readonly later: (work: () => void) => void;
  readonly perSecond?: number;
}

export interface Observing {
  /** Takes a reference to an answer; returns at once. */
  offer(context: RequestContext, answer: BackendAnswer, masks: readonly MaskedField[], values: number): void;
  /** What was seen since the last call. */
  take(): { readonly fields: readonly FieldSeen[]; readonly readers: readonly ReadersSeen[] };
  /** Does now what is queued. */
  drain(): void;
}

const samplesPerSecond = 20;
const samplesOfRoute = 4;
const maxQueued = 5_000;
/** Of one answer, so that a turn stays short, and of a second: looking takes some 60 ms a MiB. */
const maxBytes = 131_072;
const bytesPerSecond = 524_288;
const maxPending = 5_000;
const perTurn = 200;
const json = /^application\/(?:[a-z0-9.-]+\+)?json\b/i;
const dayMs = 86_400_000;

const canSample = ({ pump, length, headers }: BackendAnswer): boolean => {
  const type = headers['content-type'];
  const encoding = headers['content-encoding'];
  return (
    pump === null &&
    length > 1 &&
    length <= maxBytes &&
    typeof type === 'string' &&
    json.test(type) &&
    (encoding === undefined || encoding === 'identity')
  );
};

/** Looks into answers after they have gone. */
export function createObserving({
  digest,
  clock,
  read,
  dropped,
  later,
  perSecond = samplesPerSecond,
}: ObservingParts): Observing {
  const queue: Disclosed[] = [];
  let fields = new Map<string, { -readonly [Key in keyof FieldSeen]: FieldSeen[Key] }>();
  let readers = new Map<string, ReadersSeen>();
  let second = 0;
  let taken = 0;
  let bytes = 0;
  const takenOf = new Map<RequestContext['route'], number>();
  let scheduled = false;

  const mayTake = (route: RequestContext['route'], length: number, at: number): boolean => {
    const now = Math.floor(at / 1_000);
    if (now !== second) {
      second = now;
      taken = 0;
      bytes = 0;
      takenOf.clear();
    }
    const own = takenOf.get(route) ?? 0;
    if (taken >= perSecond || own >= samplesOfRoute || bytes + length > bytesPerSecond) return false;
    taken += 1;
    bytes += length;
    takenOf.set(route, own + 1);
    return true;
  };

  const examine = ({ app, route, uid, at, rules }: Disclosed, sample: NonNullable<Disclosed['sample']>): void => {
    const { chunks, length } = sample.answer;
    let value: unknown;
    try {
      value = JSON.parse(Buffer.concat(chunks, length).toString('utf8'));
    } catch {
      return;
    }
    let inClear = 0;
    for (const { field, counts } of examineFields(value)) {
      const masked = sample.masks.some(({ path }) => isMaskedBy(field, path));
      for (const [kind, values] of counts) {
        const shown = !masked && (rules.personal as Partial<Record<DataKind, string>>)[kind] !== 'mask';
        if (shown) inClear += values;
        const key = JSON.stringify([app, route, field, kind]);
        const known = fields.get(key);
        if (known !== undefined) {
          known.answers += 1;
          known.values += values;
          known.shown += shown ? 1 : 0;
          known.last = at;
          if (shown) known.lastShown = at;
        } else if (fields.size < maxPending) {
          const times = { first: at, last: at, lastShown: shown ? at : null };
          fields.set(key, { app, route, field, kind, values, answers: 1, shown: shown ? 1 : 0, ...times });
        }
      }
    }
    if (inClear > 0 && uid !== null) noteReader(app, route, uid, at);
  };
  const noteReader = (app: string, route: string, uid: string, at: number): void => {
    const day = Math.floor(at / dayMs) * dayMs;
    const key = JSON.stringify([day, app, route]);
    let known = readers.get(key);
    if (known === undefined) {
      if (readers.size >= maxPending) return;
      known = { app, route, day, sketch: new ReaderSketch(), top: new Map() };
      readers.set(key, known);
    }
    known.sketch.add(digest(`reader ${uid}`));
    addToTop(known.top, digest(`reader of ${day} ${uid}`).toString('hex', 0, 6), 1);
  };

  const turn = (): void => {
    scheduled = false;
    for (let done = 0; done < perTurn; done += 1) {
      const one = queue.shift();
      if (one === undefined) return;
      if (one.values > 0) read(one);
      if (one.sample === null) continue;
      examine(one, one.sample);
      // One answer is work enough for a turn.
      break;
    }
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || queue.length === 0) return;
    scheduled = true;
    later(turn);
  };

  return {
    offer({ app, route, session, id }, answer, masks, values) {
      if (app === null || route === null) return;
      const at = clock();
      const sample = canSample(answer) && mayTake(route, answer.length, at) ? { answer, masks } : null;
      if (sample === null && values === 0) return;
      if (queue.length >= maxQueued) return dropped();
      const uid = session?.person.uid ?? null;
      queue.push({ app: app.id, route: route.match, uid, requestId: id, at, rules: route.disclosure, values, sample });
      schedule();
    },
    take() {
      const seen = { fields: [...fields.values()], readers: [...readers.values()] };
      fields = new Map();
      readers = new Map();
      return seen;
    },
    drain() {
      while (queue.length > 0) turn();
    },
  };
}
