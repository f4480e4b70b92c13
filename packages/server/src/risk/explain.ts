import type { Bilingual } from '@menshen/contract';
import { controls } from './controls/catalogue.ts';
import type { ControlStanding } from './controls/effect.ts';
import type { Risk } from './method/assess.ts';
import { functionNames, type Method } from './method/functions.ts';

/** One step of the way to the number. */
export interface Step {
  readonly name: Bilingual;
  readonly value: number;
  readonly text: Bilingual;
  readonly function: string | null;
}

const words = {
  confidentiality: { zh: '机密性', en: 'confidentiality' },
  integrity: { zh: '完整性', en: 'integrity' },
  availability: { zh: '可用性', en: 'availability' },
} as const;

const names = (list: readonly ControlStanding[], language: 'zh' | 'en'): string =>
  list.map(({ control }) => controls[control].name[language]).join(language === 'zh' ? '、' : ', ');

/** How the number came about: seven steps, each from those before it or from something that was seen. */
export function explain(risk: Risk, method: Method): readonly Step[] {
  const { inputs, values, frequency, threat, asset, bare, weakness, prevented, protected: protecting, businesses } = risk;
  const worst = threat.harms.reduce((most, harm) => (asset[harm] > asset[most] ? harm : most), threat.harms[0] ?? 'integrity');
  const source = weakness === null ? null : weakness.title;
  const lowered = (from: number, to: number, by: readonly ControlStanding[]): Bilingual =>
    by.length === 0
      ? { zh: '，没有生效的控制措施', en: ', no control works' }
      : { zh: `，${names(by, 'zh')}降低 ${from - to} 级`, en: `, less ${from - to} by ${names(by, 'en')}` };
  const ease = lowered(bare.ease, inputs.ease, prevented);
  const impact = lowered(bare.impact, inputs.impact, protecting);
  const basis = (grade: number): Bilingual =>
    source === null
      ? {
          zh: `未发现具体弱点，按此类威胁的一般情况取 ${grade}`,
          en: `nothing concrete was found: ${grade} as usual for this threat`,
        }
      : { zh: `${source.zh}：${grade}`, en: `${source.en}: ${grade}` };
  return [
    {
      ...{ name: { zh: '威胁', en: 'threat' }, value: values.threat, function: method.threat },
      text: {
        zh: `能力 ${inputs.capability} × 频率 ${inputs.frequency}（一般为 ${frequency.usual}，近 30 天见到 ${frequency.seen} 次）`,
        en: `capability ${inputs.capability} × frequency ${inputs.frequency} (usually ${frequency.usual}; seen in 30 days: ${frequency.seen})`,
      },
    },
    {
      ...{ name: { zh: '资产价值', en: 'asset value' }, value: values.asset, function: method.asset },
      text: {
        zh: `受损的${words[worst].zh} ${inputs.harmed} × 业务重要性 ${inputs.importance}${businesses.length === 0 ? '（尚未归属业务）' : ''}`,
        en: `harmed ${words[worst].en} ${inputs.harmed} × importance of the business ${inputs.importance}${businesses.length === 0 ? ' (no business named)' : ''}`,
      },
    },
    {
      ...{ name: { zh: '利用难易', en: 'ease' }, value: inputs.ease, function: 'reduction.strongest-and-one.1' },
      text: { zh: `${basis(bare.ease).zh}${ease.zh}`, en: `${basis(bare.ease).en}${ease.en}` },
    },
    {
      ...{ name: { zh: '影响程度', en: 'impact' }, value: inputs.impact, function: 'reduction.strongest-and-one.1' },
      text: { zh: `${basis(bare.impact).zh}${impact.zh}`, en: `${basis(bare.impact).en}${impact.en}` },
    },
    {
      ...{ name: { zh: '可能性', en: 'likelihood' }, value: round(values.likelihood), function: method.likelihood },
      text: {
        zh: `由威胁 ${values.threat} 与利用难易 ${inputs.ease} 得出`,
        en: `of threat ${values.threat} and ease ${inputs.ease}`,
      },
    },
    {
      ...{ name: { zh: '损失', en: 'loss' }, value: round(values.loss), function: method.loss },
      text: {
        zh: `由资产价值 ${values.asset} 与影响程度 ${inputs.impact} 得出`,
        en: `of asset value ${values.asset} and impact ${inputs.impact}`,
      },
    },
    {
      ...{ name: { zh: '风险', en: 'risk' }, value: values.score, function: method.risk },
      text: {
        zh: `可能性 × 损失，满分 25；第 ${values.level} 级（${functionNames.level}）`,
        en: `likelihood × loss, of 25; level ${values.level} (${functionNames.level})`,
      },
    },
  ];
}

const round = (value: number): number => Math.round(value * 100) / 100;
