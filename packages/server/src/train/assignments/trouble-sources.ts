import type { DetectService } from '../../detect/service.ts';
import type { IncidentService } from '../../respond/incidents/service.ts';
import type { ScanEvidence } from '../../scans/evidence.ts';
import type { Trouble, TroubleSource } from './proposals.ts';

const alertsRead = 500;
const incidentsRead = 200;

/** Alerts that nobody has called false: for each, the rule and the person. */
export const alertTroubles =
  (detect: Pick<DetectService, 'list'>): TroubleSource =>
  async (since) => {
    const { alerts } = await detect.list({ show: 'all' }, alertsRead, null);
    return alerts
      .filter(({ last, verdict }) => last >= since && verdict !== 'false' && verdict !== 'expected')
      .map(
        ({ rule, title, last, uid }): Trouble => ({
          ...{ kind: 'alert', at: last, uid, role: null },
          names: [{ tag: 'alert', value: rule, label: title }],
        }),
      );
  };

/**
 * Incidents that were opened or have moved: each with the rules that found it, for the people whom it concerns, or for those who write code where it
 * concerns nobody in particular. Their titles are not said: people write them.
 */
export const incidentTroubles =
  (incidents: Pick<IncidentService, 'list'>, detect: Pick<DetectService, 'list'>, role: () => string): TroubleSource =>
  async (since) => {
    const [{ incidents: all }, { alerts }] = await Promise.all([
      incidents.list({ show: 'all' }, incidentsRead, 0),
      detect.list({ show: 'all' }, alertsRead, null),
    ]);
    const titles = new Map(alerts.map(({ rule, title }) => [rule, title]));
    return all
      .filter(({ updated, state, mergedInto }) => updated >= since && state !== 'false_alarm' && mergedInto === null)
      .flatMap(({ opened, subjects }): Trouble[] => {
        const of = (kind: string): string[] => subjects.flatMap((one) => (one.kind === kind ? [one.value] : []));
        const names = of('rule').flatMap((value) => {
          const label = titles.get(value);
          return label === undefined ? [] : [{ tag: 'alert' as const, value, label }];
        });
        const uids = of('user');
        const concerned = uids.length === 0 ? [{ uid: null, role: role() }] : uids.map((uid) => ({ uid, role: null }));
        return concerned.map((whom): Trouble => ({ kind: 'incident', at: opened, names, ...whom }));
      });
  };

/** Open findings that a scan saw for the first time: each with its rule and weaknesses, for those who write code. */
export const findingTroubles =
  (findings: Pick<ScanEvidence, 'open'>, role: () => string): TroubleSource =>
  async (since) =>
    (await findings.open())
      .filter(({ firstSeen }) => firstSeen >= since)
      .map(({ rule, title, cwe, firstSeen }): Trouble => {
        const weaknesses = cwe.map((number) => ({ tag: 'cwe' as const, value: String(number), label: title }));
        return {
          kind: 'finding',
          at: firstSeen,
          uid: null,
          role: role(),
          names: [{ tag: 'rule', value: rule, label: title }, ...weaknesses],
        };
      });
