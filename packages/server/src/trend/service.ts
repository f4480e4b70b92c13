import type { Bilingual } from '@menshen/contract';
import type { CompliancePicture } from '../compliance/service.ts';
import { countsOf } from '../compliance/standing.ts';
import { gently } from '../gently.ts';
import { type Assessment, assessing } from '../risk/method/assess.ts';
import type { Facts } from '../risk/model.ts';
import type { Picture } from '../risk/service.ts';
import { type Membership, membershipOf, type Subject } from '../risk/subjects.ts';
import { threats } from '../risk/threats/catalogue.ts';
import { basisOf, causesBetween, type FoundCause } from './causes.ts';
import { type Basis, type Cause, type Day, type DayContent, dayOf, type Mark } from './model.ts';
import { everyDay, type TrendStore } from './store.ts';

const dayMs = 86_400_000;
/** What a day holds is written again so often while it lasts. */
const restMs = 600_000;
/** Subjects of which days are kept: all, Menshen, apps, businesses, and groups of routes while there is room. */
const mostSubjects = 100;
/** Causes of one look whose effect is computed: each is an assessment of its own. */
const mostEffects = 12;
const shownMarks = 200;

export interface Trend {
  readonly days: readonly Day[];
  readonly marks: readonly Mark[];
}

export interface TrendService {
  /** Days and what changed them, the oldest day first and the newest mark first. The last day is of now. */
  trend(subject: Subject, days: number): Promise<Trend>;
  /** Notes what changed since the last look, and what the day holds. Called twice a minute. */
  maintain(): Promise<void>;
}

export interface TrendParts {
  readonly store: TrendStore;
  readonly picture: () => Promise<Picture>;
  readonly states: (subject: Subject) => Promise<CompliancePicture>;
  readonly subjects: () => Promise<readonly { readonly id: Subject; readonly name: Bilingual }[]>;
  readonly keepDays: () => number;
  /** Whether this call is the first of its key in a time, over all nodes. */
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly changed: () => void;
  readonly clock: () => number;
  readonly monotonic: () => number;
}

/** Risk and compliance over time: what every day held, and what changed it. */
export function createTrendService(parts: TrendParts): TrendService {
  const { store, clock, monotonic } = parts;
  let known: Basis | null = null;

  const contentOf = async (picture: Picture, subject: Subject): Promise<DayContent> => {
    const { standings } = await parts.states(subject);
    const risks = risksOf(picture, subject);
    return {
      risk: {
        levels: [1, 2, 3, 4, 5].map((level) => risks.filter((one) => one.level === level).length),
        ...{ total: totalOf(risks), highest: risks[0]?.score ?? 0 },
      },
      compliance: Object.fromEntries([...standings].map(([id, own]) => [id, countsOf(own)])),
    };
  };
  const putDay = async (picture: Picture): Promise<void> => {
    const at = picture.facts.at;
    const rows: (Day & { subject: string })[] = [];
    for (const { id } of (await parts.subjects()).slice(0, mostSubjects))
      rows.push({ day: dayOf(at), at, subject: id, content: await contentOf(picture, id) });
    await store.putDays(rows);
  };
  /** What each cause is worth now: the same facts once more without it. */
  const weighed = async ({ facts, assessment }: Picture, causes: readonly FoundCause[]): Promise<Cause[]> => {
    const now = totalOf(assessment.risks);
    const found: Cause[] = [];
    for (const [index, { without, ...cause }] of causes.entries()) {
      const told = without !== null && index < mostEffects;
      const then = told ? totalOf((await again(without(facts), assessment)).risks) : null;
      found.push({ ...cause, effect: then === null ? null : Math.round((now - then) * 10) / 10 });
    }
    return found;
  };
  const again = async (facts: Facts, { method }: Assessment): Promise<Assessment> =>
    await gently(assessing(facts, threats, method), monotonic);
  /** Whether something was noted. */
  const look = async (picture: Picture): Promise<boolean> => {
    const at = await store.basisAt();
    if (known?.at !== at) known = at === null ? null : await store.basis();
    const { facts, assessment, method } = picture;
    // A node whose picture is older than the last look knows less than was noted.
    if (known !== null && facts.at <= known.at) return false;
    const next = basisOf(facts, assessment, method);
    const causes = known === null ? [] : causesBetween(known, next, facts);
    if (known !== null && causes.length === 0) return false;
    if (!(await store.note(at, next, dayOf(facts.at), await weighed(picture, causes)))) return false;
    known = next;
    return causes.length > 0;
  };

  return {
    async trend(subject, days) {
      const [picture, stored] = await Promise.all([parts.picture(), store.days(subject, dayOf(clock()) - days + 1)]);
      const { apps } = membershipOf(subject, picture.facts.businesses);
      const at = picture.facts.at;
      const today: Day = { day: dayOf(at), at, content: await contentOf(picture, subject) };
      return {
        days: [...stored.filter(({ day }) => day < today.day), today],
        marks: await store.marks(dayOf(clock()) - days + 1, shownMarks, apps === null ? null : [...apps]),
      };
    },
    async maintain() {
      const picture = await parts.picture();
      const noted = await look(picture);
      if (noted) parts.changed();
      const now = clock();
      if (noted || (await parts.once(`trend-day:${Math.floor(now / restMs)}`, restMs))) await putDay(picture);
      if (await parts.once(`trend-old:${dayOf(now)}`, dayMs))
        await store.thin(dayOf(now) - parts.keepDays(), dayOf(now) - everyDay);
    },
  };
}

const totalOf = (risks: readonly { readonly score: number }[]): number =>
  Math.round(risks.reduce((sum, { score }) => sum + score, 0) * 10) / 10;

function risksOf({ assessment, facts }: Picture, subject: Subject): Assessment['risks'] {
  if (subject === 'all') return assessment.risks;
  const { owns }: Membership = membershipOf(subject, facts.businesses);
  return assessment.risks.filter(({ asset }) => owns(asset));
}
