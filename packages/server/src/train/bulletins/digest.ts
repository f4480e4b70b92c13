import type { Bilingual } from '@menshen/contract';

/** What the company may be told of the time since the last digest. */
export interface DigestFacts {
  /** Why courses were assigned: what happened, never to whom. */
  readonly happened: readonly Bilingual[];
  /** Share of people who reported the last drill, in percent; null where none ended or too few got it. */
  readonly reported: number | null;
  readonly contests: readonly string[];
}

const shown = 3;

/** A digest's text: what the author says, then what happened. */
export function digestText(said: Bilingual, { happened, reported, contests }: DigestFacts): Bilingual {
  const lines: Bilingual[] = [
    ...happened.slice(0, shown).map((one) => ({ zh: `· ${one.zh}`, en: `· ${one.en}` })),
    ...(reported === null
      ? []
      : [
          {
            zh: `· 上次钓鱼演练中，${reported}% 的人举报了邮件`,
            en: `· ${reported} % reported the mail of the last phishing drill`,
          },
        ]),
    ...contests.slice(0, shown).map((title) => ({ zh: `· 知识竞赛：${title}`, en: `· Contest: ${title}` })),
  ];
  if (lines.length === 0) return said;
  const join = (language: 'zh' | 'en', head: string): string =>
    `${said[language]}\n\n${head}\n${lines.map((line) => line[language]).join('\n')}`;
  return { zh: join('zh', '最近发生的事：'), en: join('en', 'What happened lately:') };
}
