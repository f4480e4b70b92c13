import type { Bilingual } from '@menshen/contract';

/** What the priority of a weakness is made of. */
export interface PriorityInputs {
  /** CVSS score, or what stands for it where nobody scored it: 0 to 10. */
  readonly severity: number;
  /** Probability that it is exploited within 30 days (EPSS), 0 to 1; null where none is known. */
  readonly epss: number | null;
  /** Listed among the vulnerabilities that are known to be exploited (KEV). */
  readonly exploited: boolean;
  readonly exposure: 'small' | 'controlled' | 'open';
  /** Value of what has it, 1 to 5. */
  readonly assetValue: number;
  /** A version or change that mends it is known. */
  readonly fixable: boolean;
  /** Controls that work now and stand before it, by name. */
  readonly controls: readonly Bilingual[];
}

export interface PriorityPart {
  readonly part: 'severity' | 'exploitation' | 'exposure' | 'asset' | 'fix' | 'controls';
  readonly points: number;
  readonly text: Bilingual;
}

/** 0 to 100, and the parts that add up to exactly that. */
export interface Priority {
  readonly points: number;
  readonly parts: readonly PriorityPart[];
}

const exposurePoints = { small: 0, controlled: 5, open: 10 } as const;
const exposureTexts: Readonly<Record<PriorityInputs['exposure'], Bilingual>> = {
  small: { zh: '只有管理员或内部组件可达', en: 'only administrators or inner parts reach it' },
  controlled: { zh: '登录后可达', en: 'reached after signing in' },
  open: { zh: '任何人都可达', en: 'anybody reaches it' },
};
/** Each working control takes five points off, two of them at most. */
const controlPoints = 5;
const countedControls = 2;

/**
 * What to mend first. Severity gives up to 40 points, exploitation 25, the asset 15, exposure 10, a known fix 10; working controls take off up to 10, never more
 * than there is. After the thought that severity alone sorts badly: most severe holes are never used, and some mild ones are at once.
 */
export function priorityOf(inputs: PriorityInputs): Priority {
  const { severity, epss, exploited, exposure, assetValue, fixable, controls } = inputs;
  const parts: PriorityPart[] = [
    {
      part: 'severity',
      points: Math.round(Math.min(10, Math.max(0, severity)) * 4),
      text: { zh: `严重性 ${severity.toFixed(1)}（满分 10）`, en: `severity ${severity.toFixed(1)} of 10` },
    },
    exploitation(epss, exploited),
    { part: 'exposure', points: exposurePoints[exposure], text: exposureTexts[exposure] },
    {
      part: 'asset',
      points: Math.round(Math.min(5, Math.max(1, assetValue)) * 3),
      text: { zh: `资产价值 ${assetValue}（满分 5）`, en: `asset value ${assetValue} of 5` },
    },
    {
      part: 'fix',
      points: fixable ? 10 : 0,
      text: fixable ? { zh: '已知修复办法，可以马上处理', en: 'a fix is known' } : { zh: '暂无修复办法', en: 'no fix is known' },
    },
  ];
  const sum = parts.reduce((total, { points }) => total + points, 0);
  const counted = controls.slice(0, countedControls);
  const less = Math.min(sum, counted.length * controlPoints);
  parts.push({
    part: 'controls',
    points: less === 0 ? 0 : -less,
    text:
      counted.length === 0
        ? { zh: '没有生效的控制措施', en: 'no control stands before it' }
        : {
            zh: `生效的控制措施：${counted.map(({ zh }) => zh).join('、')}`,
            en: `working controls: ${counted.map(({ en }) => en).join(', ')}`,
          },
  });
  return { points: sum - less, parts };
}

/** KEV outweighs every forecast; below it the square root spreads the many small probabilities of EPSS. */
function exploitation(epss: number | null, exploited: boolean): PriorityPart {
  if (exploited)
    return {
      part: 'exploitation',
      points: 25,
      text: { zh: '已列入已知被利用漏洞目录（KEV）', en: 'on the list of known exploited vulnerabilities (KEV)' },
    };
  if (epss === null)
    return { part: 'exploitation', points: 0, text: { zh: '没有利用情报', en: 'nothing is known of its exploitation' } };
  const percent = (Math.min(1, Math.max(0, epss)) * 100).toFixed(1);
  return {
    part: 'exploitation',
    points: Math.round(20 * Math.sqrt(Math.min(1, Math.max(0, epss)))),
    text: {
      zh: `30 天内被利用的概率 ${percent}%（EPSS）`,
      en: `exploited within 30 days with a probability of ${percent} % (EPSS)`,
    },
  };
}
