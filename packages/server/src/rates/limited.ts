/** Somebody whose requests are being refused for coming too fast. */
export interface LimitedSubject {
  readonly kind: 'address' | 'person' | 'device' | 'session' | 'route' | 'app';
  readonly who: string;
  readonly app: string | null;
  readonly route: string | null;
  /** Name of the limit: `person 30/60 s`. */
  readonly limit: string;
  /** Epoch ms. */
  readonly since: number;
  last: number;
  /** When another request would pass. */
  until: number;
  refused: number;
}

const kept = 2_000;
/** Who was not refused for so long is not limited now. */
const overMs = 60_000;
/** A pause of this length begins a new episode. */
const episodeMs = 10 * 60_000;

/**
 * Who is limited now and why. Written only when a request is refused; bounded: when it is full, of a few of the oldest the one with the fewest
 * refusals makes room.
 */
export class LimitedLedger {
  readonly #subjects = new Map<string, LimitedSubject>();

  note(subject: Omit<LimitedSubject, 'since' | 'last' | 'until' | 'refused'>, now: number, retryAfterMs: number): void {
    const key = `${subject.kind}\n${subject.app}\n${subject.route}\n${subject.limit}\n${subject.who}`;
    const known = this.#subjects.get(key);
    if (known !== undefined && now - known.last < episodeMs) {
      known.last = now;
      known.until = now + retryAfterMs;
      known.refused += 1;
      return;
    }
    this.#subjects.delete(key);
    if (this.#subjects.size >= kept) this.#makeRoom();
    this.#subjects.set(key, { ...subject, since: now, last: now, until: now + retryAfterMs, refused: 1 });
  }

  /** Those who are limited now, most refusals first. */
  now(now: number, limit: number): readonly LimitedSubject[] {
    return [...this.#subjects.values()]
      .filter(({ last, until }) => now - last < overMs || until > now)
      .sort((a, b) => b.refused - a.refused || b.last - a.last)
      .slice(0, limit);
  }

  /** Of the last ten minutes, most refusals first. */
  top(now: number, limit: number): readonly LimitedSubject[] {
    return [...this.#subjects.values()]
      .filter(({ last }) => now - last < episodeMs)
      .sort((a, b) => b.refused - a.refused || b.last - a.last)
      .slice(0, limit);
  }

  forget(who: string): void {
    for (const [key, subject] of this.#subjects) if (subject.who === who) this.#subjects.delete(key);
  }

  #makeRoom(): void {
    let least: [string, LimitedSubject] | null = null;
    let looked = 0;
    for (const entry of this.#subjects) {
      if (least === null || entry[1].refused < least[1].refused) least = entry;
      looked += 1;
      if (looked === 16) break;
    }
    if (least !== null) this.#subjects.delete(least[0]);
  }
}
