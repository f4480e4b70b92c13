import { createHmac } from 'node:crypto';
import { emptyProfile, type Observed, type Observer, observe, type RouteProfile } from '@menshen/inspect';
import type { ProfileKind, RouteRef } from './store.ts';

/** Requests of one route and kind that are looked at in a second; what comes beyond is not. */
const perSecond = 20;
/** Of them by one person, so that nobody takes the place of all others. */
const perPerson = 4;
const maxQueued = 200;
const maxRoutes = 2_500;
const maxTags = 10_000;

interface Learner {
  readonly of: RouteRef;
  readonly kind: ProfileKind;
  profile: RouteProfile;
  changed: boolean;
  givenAt: number;
  second: number;
  taken: number;
  readonly takenBy: Map<string, number>;
}

/** Requests that were answered, on their way into profiles. */
export interface Learning {
  /** Notes a request; the work is done after the answer. `who` is a uid, or an address where nobody is signed in. */
  note(of: RouteRef, kind: ProfileKind, seen: Observed, who: string): void;
  /** Takes over what this node knew before. */
  restore(of: RouteRef, kind: ProfileKind, profile: RouteProfile): void;
  /** Profiles that changed since they were last given, if that is at least so long ago. */
  changed(olderThanMs?: number): readonly { readonly of: RouteRef; readonly kind: ProfileKind; readonly profile: RouteProfile }[];
  profile(of: RouteRef, kind: ProfileKind): RouteProfile | null;
  forget(of: RouteRef, kind: ProfileKind | null): void;
  /** Does now what is queued. */
  drain(): void;
}

/** Learns the form of requests on this node. `key` makes the tags of people: the same on all nodes, and nowhere else. */
export function createLearning({ key, clock }: { readonly key: Uint8Array; readonly clock: () => number }): Learning {
  const learners = new Map<string, Learner>();
  const queue: { learner: Learner; seen: Observed; who: string; at: number }[] = [];
  const tags = new Map<string, number>();
  let scheduled = false;

  const digest = (text: string): number => createHmac('sha256', key).update(text).digest().readUInt32BE(0);
  const tagOf = (who: string): number => {
    const known = tags.get(who);
    if (known !== undefined) return known;
    if (tags.size >= maxTags) tags.clear();
    const tag = digest(`person ${who}`);
    tags.set(who, tag);
    return tag;
  };
  const idOf = ({ app, route }: RouteRef, kind: ProfileKind): string => `${kind} ${app} ${route}`;
  const learnerOf = (of: RouteRef, kind: ProfileKind): Learner | null => {
    const id = idOf(of, kind);
    const known = learners.get(id);
    if (known !== undefined) return known;
    if (learners.size >= maxRoutes) return null;
    const made = {
      of,
      kind,
      profile: emptyProfile(clock()),
      changed: false,
      givenAt: 0,
      second: 0,
      taken: 0,
      takenBy: new Map<string, number>(),
    };
    learners.set(id, made);
    return made;
  };
  const drain = (): void => {
    scheduled = false;
    for (const { learner, seen, who, at } of queue.splice(0)) {
      const observer: Observer = { tag: tagOf(who), digest: (text) => digest(`value ${text}`) };
      observe(learner.profile, seen, observer, at);
      learner.changed = true;
    }
  };

  return {
    note(of, kind, seen, who) {
      const learner = learnerOf(of, kind);
      if (learner === null || queue.length >= maxQueued) return;
      const at = clock();
      const second = Math.floor(at / 1_000);
      if (learner.second !== second) {
        learner.second = second;
        learner.taken = 0;
        learner.takenBy.clear();
      }
      const own = learner.takenBy.get(who) ?? 0;
      if (learner.taken >= perSecond || own >= perPerson) return;
      learner.taken += 1;
      learner.takenBy.set(who, own + 1);
      queue.push({ learner, seen, who, at });
      if (scheduled) return;
      scheduled = true;
      setImmediate(drain);
    },
    restore(of, kind, profile) {
      const learner = learnerOf(of, kind);
      if (learner !== null) learner.profile = profile;
    },
    changed(olderThanMs = 0) {
      drain();
      const now = clock();
      const list = [...learners.values()].filter(({ changed, givenAt }) => changed && now - givenAt >= olderThanMs);
      for (const learner of list) {
        learner.changed = false;
        learner.givenAt = now;
      }
      return list.map(({ of, kind, profile }) => ({ of, kind, profile }));
    },
    profile: (of, kind) => learners.get(idOf(of, kind))?.profile ?? null,
    forget(of, kind) {
      for (const one of ['accepted', 'refused'] as const) if (kind === null || kind === one) learners.delete(idOf(of, one));
    },
    drain,
  };
}
