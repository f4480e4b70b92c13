import { type Bilingual, type BulletinKind, inNumber } from '@menshen/contract';
import type { PersonalMessage } from '../../notify/personal.ts';

/** What stands open for one person, for the end of a digest. */
export interface OpenWork {
  readonly courses: readonly { readonly title: Bilingual; readonly due: number }[];
  readonly refresh: number;
}

const shownCourses = 5;
const day = (at: number, language: 'zh' | 'en'): string =>
  new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: 'Asia/Shanghai',
    month: 'long',
    day: 'numeric',
  }).format(at);

/** What each kind is called in front of its title: people learn to tell them apart. */
const marks: Readonly<Record<BulletinKind, Bilingual>> = {
  digest: { zh: '安全简报', en: 'Security digest' },
  tip: { zh: '安全提示', en: 'Security tip' },
  warning: { zh: '安全警示', en: 'Security warning' },
};

function openText({ courses, refresh }: OpenWork): Bilingual | null {
  if (courses.length === 0 && refresh === 0) return null;
  const lines = courses.slice(0, shownCourses).map(({ title, due }) => ({
    zh: `· ${title.zh}（${day(due, 'zh')}前）`,
    en: `· ${title.en} (by ${day(due, 'en')})`,
  }));
  const further = courses.length - lines.length;
  if (further > 0) lines.push({ zh: `· 另有 ${further} 门`, en: `· ${further} more` });
  if (refresh > 0) lines.push({ zh: `· 复习题 ${refresh} 道`, en: inNumber(refresh, `· ${refresh} question[s] to refresh`) });
  return { zh: lines.map((line) => line.zh).join('\n'), en: lines.map((line) => line.en).join('\n') };
}

export interface BulletinParts {
  readonly kind: BulletinKind;
  readonly title: Bilingual;
  readonly text: Bilingual;
  /** Null where nothing of the person is to be said. */
  readonly open: OpenWork | null;
  /** Where it leads; null where no page is served. */
  readonly url: string | null;
  /** Link that turns it off; null where it cannot be. */
  readonly stop: string | null;
}

/** A bulletin as one person gets it. */
export function bulletinMessage({ kind, title, text, open, url, stop }: BulletinParts): PersonalMessage {
  const mine = open === null ? null : openText(open);
  return {
    subject: { zh: `【${marks[kind].zh}】${title.zh}`, en: `[${marks[kind].en}] ${title.en}` },
    text,
    more: mine === null ? [] : [{ label: { zh: '你的待办', en: 'Open for you' }, text: mine }],
    url,
    severity: kind === 'warning' ? 'high' : 'info',
    ...(stop === null ? {} : { unsubscribe: { label: { zh: '不再接收这类邮件', en: 'Stop mails of this kind' }, url: stop } }),
  };
}
