import type { FindingDetail } from '@menshen/contract';
import { catalogue, type Framework } from '@menshen/scan/facts';
import type { StoredFinding } from './model.ts';
import { probeRules } from './probe/rules.ts';

type Explanation = FindingDetail['explanation'];

/** What a rule is about and how it is mended: from our catalogues, else in the words of the tool that found it. */
export function explanationOf({ rule, file, content }: StoredFinding): Explanation {
  const known = catalogue.get(rule);
  if (known !== undefined)
    return {
      description: known.description,
      fix: known.fix,
      examples: Object.entries(known.examples)
        .sort(([a], [b]) => closeness(b, file) - closeness(a, file))
        .map(([framework, { bad, good }]) => ({ framework, bad, good })),
      clauses: [
        ...known.guide.map((chapter) => ({ zh: `小程序安全指引 ${chapter}`, en: `WeChat security guide ${chapter}` })),
        ...known.asvs.map((clause) => both(clause.replace(/^(?=ASVS |\d)(?:ASVS )?/, 'ASVS 4.0.3 '))),
        ...known.mlps.map((clause) => both(`GB/T 22239-2019 ${clause}`)),
      ],
    };
  const probed = probeRules.get(rule);
  if (probed !== undefined)
    return {
      description: probed.description,
      fix: probed.fix,
      examples: [],
      clauses: probed.asvs.map((clause) => both(`ASVS 5.0 ${clause}`)),
    };
  const help = content.help ?? content.message;
  return { description: help, fix: { zh: '', en: '' }, examples: [], clauses: [] };
}

const both = (text: string) => ({ zh: text, en: text });

/** How near an example's framework is to the file at hand. */
function closeness(framework: string, file: string | null): number {
  const name = file ?? '';
  const fits: Partial<Record<Framework, RegExp>> = {
    wxml: /\.(wxml|vue|wxs)$/,
    json: /\.json$/,
    cloud: /(^|\/)cloud-?functions?\//i,
    miniprogram: /(^|\/)(mini-?program|pages|components)\//i,
    egg: /(^|\/)app\/(controller|service|middleware|extend)\//,
    nest: /\.(controller|service|guard|module)\.ts$/,
    thinkjs: /(^|\/)src\/(controller|logic|model)\//,
  };
  const pattern = fits[framework as Framework];
  return pattern === undefined ? 0 : pattern.test(name) ? 2 : -1;
}
