import { lengthBucket, numberBucket } from './buckets.ts';
import { characterClasses, classesOf } from './character-classes.ts';
import { emptyField, type FieldProfile, type ObjectProfile, type RouteProfile, type TextProfile } from './profile.ts';
import { holdsFormat, learnedFormats } from './text-formats.ts';
import { counts, type Feature, unseen, witness } from './witness.ts';

/** The person who sent a request, and how a value is made unrecognisable. */
export interface Observer {
  /** 32 bits that stand for the person. */
  readonly tag: number;
  /** 32 bits of a keyed digest of a text. */
  digest(text: string): number;
}

/** The parts of a request that was accepted. A query and path parameters are objects of texts. */
export interface Observed {
  readonly body?: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  readonly path: Readonly<Record<string, unknown>>;
}

const maxPlaces = 400;
const maxDepth = 12;
const maxMembers = 64;
const maxItemsSeen = 8;
const maxTextSeen = 4_096;
const maxValues = 24;
/** A name as programs write it. A run of four digits or more looks like an order or a phone. */
const memberName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const manyDigits = /\d{4}/;
const enumValue = /^[\p{L}\p{N}_.:-]{1,40}$/u;

/** Adds a request to what is known of its route. Time and memory are bounded whatever the request holds; nothing of it is kept as it stands. */
export function observe(profile: RouteProfile, { body, query, path }: Observed, observer: Observer, now: number): void {
  witness(profile.requests, observer.tag);
  profile.last = Math.max(profile.last, now);
  const walk = new Walk(profile, observer);
  if (body !== undefined) {
    profile.body ??= emptyField();
    walk.field(profile.body, body, 0);
  }
  walk.field(profile.query, query, 0);
  walk.field(profile.path, path, 0);
}

class Walk {
  readonly #profile: RouteProfile;
  readonly #observer: Observer;
  /** Places left to look at in this request. */
  #steps = 1_000;

  constructor(profile: RouteProfile, observer: Observer) {
    this.#profile = profile;
    this.#observer = observer;
  }

  field(field: FieldProfile, value: unknown, depth: number): void {
    this.#steps -= 1;
    if (this.#steps < 0 || depth > maxDepth) return;
    const type = typeOf(value);
    this.#count(field.types, type);
    if (typeof value === 'string') {
      field.text ??= { classes: {}, lengths: {}, formats: {}, values: { entries: {}, other: unseen() } };
      this.#text(field.text, value);
    } else if (typeof value === 'number') {
      field.numbers ??= {};
      this.#count(field.numbers, numberBucket(value));
    } else if (Array.isArray(value)) {
      field.array ??= { sizes: {}, items: emptyField() };
      this.#count(field.array.sizes, String(lengthBucket(value.length)));
      for (const item of value.slice(0, maxItemsSeen)) this.field(field.array.items, item, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      field.object ??= { seen: unseen(), members: {}, other: unseen(), rest: null };
      this.#object(field.object, value as Readonly<Record<string, unknown>>, depth);
    }
  }

  #object(object: ObjectProfile, value: Readonly<Record<string, unknown>>, depth: number): void {
    const { tag } = this.#observer;
    const before = { ...object.seen };
    witness(object.seen, tag);
    for (const [name, member] of Object.entries(object.members)) if (!Object.hasOwn(value, name)) witness(member.absent, tag);
    for (const [name, child] of Object.entries(value)) {
      if (this.#steps < 0) return;
      const known = Object.hasOwn(object.members, name) ? object.members[name] : undefined;
      if (known !== undefined) {
        witness(known.present, tag);
        this.field(known.field, child, depth + 1);
      } else if (this.#mayName(object, name)) {
        // Who sent the object before came without it.
        const made = { present: unseen(), absent: { ...before }, field: emptyField() };
        witness(made.present, tag);
        object.members[name] = made;
        this.#profile.places += 1;
        this.field(made.field, child, depth + 1);
      } else {
        witness(object.other, tag);
        object.rest ??= emptyField();
        this.field(object.rest, child, depth + 1);
      }
    }
  }

  #mayName(object: ObjectProfile, name: string): boolean {
    if (!memberName.test(name) || manyDigits.test(name) || name in Object.prototype) return false;
    if (this.#profile.places >= maxPlaces) return false;
    const names = Object.keys(object.members);
    if (names.length < maxMembers) return true;
    // Room for a name of several people: one that only one person has ever sent makes it.
    const lonely = names.find((other) => {
      const by = object.members[other]?.present.by;
      return by !== undefined && by !== true && by.length < 2;
    });
    if (lonely === undefined) return false;
    delete object.members[lonely];
    return true;
  }

  #text(text: TextProfile, value: string): void {
    const { tag } = this.#observer;
    this.#count(
      text.lengths,
      String(lengthBucket([...value.slice(0, maxTextSeen)].length + Math.max(0, value.length - maxTextSeen))),
    );
    const found = classesOf(value, maxTextSeen);
    for (const name of characterClasses) if (found.has(name)) this.#count(text.classes, name);
    for (const name of learnedFormats) {
      text.formats[name] ??= { yes: unseen(), no: unseen() };
      const tally = text.formats[name];
      // What many people have not kept to is out of the question; for markup, how often it comes is asked.
      if (counts(tally.no) && name !== 'markup') continue;
      if (name !== 'markup' && value === '') continue;
      witness(value.length <= maxTextSeen && holdsFormat(name, value) ? tally.yes : tally.no, tag);
    }
    if (text.values !== null) this.#value(text, value);
  }

  /** Enum candidates: a digest until enough people have sent the same text, then the text itself. */
  #value(text: TextProfile, value: string): void {
    const { values } = text;
    if (values === null) return;
    const { tag, digest } = this.#observer;
    if (!enumValue.test(value) || manyDigits.test(value)) return this.#otherValue(text, values.other, tag);
    const clear = `=${value}`;
    const hidden = `#${digest(value)}`;
    const known = Object.hasOwn(values.entries, clear) ? clear : Object.hasOwn(values.entries, hidden) ? hidden : null;
    if (known === null && Object.keys(values.entries).length >= maxValues) return this.#otherValue(text, values.other, tag);
    const feature = this.#count(values.entries, known ?? hidden);
    if (counts(feature) && known !== clear) {
      delete values.entries[hidden];
      values.entries[clear] = feature;
    }
  }

  #otherValue(text: TextProfile, other: Feature, tag: number): void {
    witness(other, tag);
    if (counts(other)) text.values = null;
  }

  #count(features: Record<string, Feature>, name: string): Feature {
    const feature = features[name] ?? unseen();
    features[name] = feature;
    witness(feature, this.#observer.tag);
    return feature;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
