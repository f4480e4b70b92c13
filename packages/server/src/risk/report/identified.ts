import type { Block } from '../../documents/model.ts';
import { controls } from '../controls/catalogue.ts';
import type { Risk } from '../method/assess.ts';
import { heading, type Language, levelName, paragraph, type ReportParts, type Say, table } from './blocks.ts';
import { kindNames, sourceNames, stateNames, weaknessSourceNames } from './words.ts';

export function businesses({ picture, language }: ReportParts, t: Say): Block[] {
  const { assessment } = picture;
  return [
    heading(t('三、业务与业务风险', '3. Businesses and their risks')),
    ...table(
      [
        t('业务', 'business'),
        t('重要性', 'importance'),
        t('负责人', 'owner'),
        t('风险值', 'score'),
        t('等级', 'level'),
        t('风险数', 'risks'),
      ],
      assessment.businesses.map(({ business, importance, score, level, risks }) => [
        business.name[language],
        String(importance),
        business.owner,
        String(score),
        levelName(level, language),
        String(risks),
      ]),
      t,
    ),
    heading(t('系统资产', 'System assets'), 2),
    ...table(
      [t('系统资产', 'system asset'), t('风险值', 'score'), t('等级', 'level'), t('风险数', 'risks')],
      assessment.systems.map(({ asset, score, level, risks }) => [
        asset.name[language],
        String(score),
        levelName(level, language),
        String(risks),
      ]),
      t,
      [3, 1, 1, 1],
    ),
  ];
}

export function assets({ picture, language }: ReportParts, t: Say): Block[] {
  return [
    heading(t('四、系统组件与单元资产', '4. Components')),
    paragraph(
      t(
        '资产由平台从配置与运行数据中自动发现，只有负责人由人指定。',
        'Assets were found in configuration and operation; only owners were told by people.',
      ),
    ),
    ...table(
      [t('资产', 'asset'), t('类别', 'kind'), t('机密', 'C'), t('完整', 'I'), t('可用', 'A'), t('负责人', 'owner')],
      picture.facts.assets.map(({ name, kind, confidentiality, integrity, availability, owner }) => [
        name[language],
        kindNames[kind][language],
        ...[confidentiality, integrity, availability].map(String),
        owner ?? '',
      ]),
      t,
      [4, 2, 1, 1, 1, 2],
    ),
  ];
}

export function threatTable(risks: readonly Risk[], language: Language, t: Say): Block[] {
  const byThreat = [...Map.groupBy(risks, ({ threat }) => threat.id).values()].map((own) => {
    const [first] = own;
    const most = own.reduce((highest, { inputs }) => Math.max(highest, inputs.frequency), 0);
    return { own, first, most, seen: own.reduce((highest, { frequency }) => Math.max(highest, frequency.seen), 0) };
  });
  return [
    heading(t('五、威胁', '5. Threats')),
    ...table(
      [
        t('威胁', 'threat'),
        t('来源', 'source'),
        t('能力', 'capability'),
        t('频率', 'frequency'),
        t('近 30 天见到', 'seen in 30 days'),
        t('最高风险值', 'highest'),
      ],
      byThreat.flatMap(({ first, most, seen }) =>
        first === undefined
          ? []
          : [
              [
                first.threat.name[language],
                sourceNames[first.threat.source][language],
                String(first.threat.capability),
                String(most),
                String(seen),
                String(first.score),
              ],
            ],
      ),
      t,
      [3, 2, 1, 1, 1, 1],
    ),
  ];
}

export function weaknesses({ picture, language }: ReportParts, t: Say): Block[] {
  const names = new Map(picture.facts.assets.map(({ id, name }) => [id, name]));
  return [
    heading(t('六、脆弱性', '6. Weaknesses')),
    ...table(
      [
        t('脆弱性', 'weakness'),
        t('资产', 'asset'),
        t('来源', 'from'),
        t('难易', 'ease'),
        t('影响', 'impact'),
        t('处理办法', 'what mends it'),
      ],
      [...picture.facts.weaknesses]
        .sort((a, b) => b.ease + b.impact - a.ease - a.impact || (a.id < b.id ? -1 : 1))
        .map(({ title, asset, source, ease, impact, fix }) => [
          title[language],
          names.get(asset)?.[language] ?? asset,
          weaknessSourceNames[source][language],
          String(ease),
          String(impact),
          fix[language],
        ]),
      t,
      [3, 3, 1, 1, 1, 3],
    ),
  ];
}

export function controlTable({ picture, language }: ReportParts, t: Say): Block[] {
  const groups = [...Map.groupBy(picture.assessment.controls, ({ control }) => control)];
  return [
    heading(t('七、已有安全措施', '7. Controls')),
    paragraph(
      t(
        '只有在规定期限内有运行证据的措施才计为有效；仅有配置而没有证据的，不降低风险。',
        'A control counts only while fresh evidence shows that it works; configuration alone lowers nothing.',
      ),
    ),
    ...table(
      [
        t('措施', 'control'),
        stateNames.effective[language],
        stateNames.stale[language],
        stateNames.off[language],
        t('证据', 'shown by'),
      ],
      groups.map(([control, own]) => [
        controls[control].name[language],
        ...(['effective', 'stale', 'off'] as const).map((state) => String(own.filter((one) => one.state === state).length)),
        controls[control].shownBy[language],
      ]),
      t,
      [3, 1, 1, 1, 4],
    ),
  ];
}
