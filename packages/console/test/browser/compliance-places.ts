import { fakeItem } from '../fake/compliance-handlers.ts';

/** The pages of compliance, and words that they must show. */
export const compliancePlaces: readonly (readonly [name: string, words: readonly [path: string, zh: string, en: string]])[] = [
  ['compliance', ['/compliance', '证据热力图', 'Evidence by age']],
  ['compliance gaps', ['/compliance?state=gap', '为敏感接口要求二次验证', 'Ask for a second factor on sensitive routes']],
  ['compliance mapping', ['/compliance?view=mapping', '一项措施可以同时回答', 'One measure answers']],
  ['reports', ['/reports', '等保自查', '等保自查']],
  ['compliance of an item', [`/compliance/${fakeItem}`, '1 名管理员没有二次验证', '1 administrator has no second factor']],
];
