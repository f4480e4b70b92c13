import type { Bilingual } from '@menshen/contract';

/** Words for the routes that a tag stands for. */
const tags: Readonly<Record<string, Bilingual>> = {
  export: { zh: '所有导出接口', en: 'all export routes' },
  personal: { zh: '所有返回个人信息的接口', en: 'all routes with personal data' },
  money: { zh: '所有涉及资金的接口', en: 'all routes about money' },
  write: { zh: '所有写入接口', en: 'all writing routes' },
  read: { zh: '所有读取接口', en: 'all reading routes' },
  public: { zh: '所有无需登录的接口', en: 'all routes without a login' },
  'signed-in': { zh: '所有需要登录的接口', en: 'all routes with a login' },
};

/** What a step would do, in words. */
export function stepTitle(control: Bilingual, tag: string | null): Bilingual {
  if (tag === null) return { zh: `让“${control.zh}”全面生效`, en: `${control.en}: make it work everywhere` };
  const where = tags[tag] ?? { zh: tag, en: tag };
  return { zh: `在${where.zh}上启用“${control.zh}”`, en: `${control.en} on ${where.en}` };
}
