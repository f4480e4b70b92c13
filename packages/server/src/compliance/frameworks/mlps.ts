import type { Framework } from '../model.ts';
import { mlpsComputingSections } from './mlps-computing.ts';
import { mlpsMobileSections } from './mlps-mobile.ts';
import { mlpsNetworkSections } from './mlps-network.ts';
import { requirementsOf } from './write.ts';

/** MLPS 2.0: 74 technical items of level 3 and 19 of the extension for mobile use. */
export const mlps: Framework = {
  id: 'mlps',
  name: { zh: '等级保护 2.0（GB/T 22239-2019）', en: 'MLPS 2.0 (GB/T 22239-2019)' },
  definition: {
    zh: '第三级安全通用要求技术部分 74 项，加移动互联扩展 19 项，共 93 项。其中 64 项本产品能够执行或取证（技术 63 项、移动 1 项），范围是平台及其后的应用，不含主机与网络，其余 29 项须人工佐证。“证据有效”只表示此刻有新鲜证据，不是测评结论。',
    en: '74 technical items of level 3 and 19 of the extension for mobile use: 93. This product can enforce or prove 64 of them (63 technical, 1 mobile), for the platform and the apps behind it, not for hosts or networks; the other 29 are attested by hand. "Evidence is fresh" says what is seen now and is no verdict of an assessor.',
  },
  caution: {
    zh: '条款号按第三级编号，第二级对应 7.1 与 7.3。要求为本产品的转述，以标准原文为准。管理部分（8.1.6 至 8.1.10）不在此列。',
    en: 'Clauses are numbered as in level 3; level 2 has them in 7.1 and 7.3. Requirements are paraphrased: the standard counts. The management part (8.1.6 to 8.1.10) is not here.',
  },
  ...requirementsOf('mlps', [...mlpsNetworkSections, ...mlpsComputingSections, ...mlpsMobileSections], () => true),
};

/** Prefix of the clauses of the extension for mobile use. */
export const mobileClauses = '8.3.';
