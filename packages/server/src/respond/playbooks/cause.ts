import { type AlertView, type FindingView, guardDifferenceText, MenshenError } from '@menshen/contract';
import { capital } from '../../detect/alert-text.ts';
import { type Facts, holds } from './expression/evaluate.ts';
import { fill } from './expression/template.ts';
import { literalFits } from './format/parameters.ts';
import type { Playbook, Trigger } from './model.ts';

/** What the platform knows that the facts of a run are completed with. */
export interface Company {
  /** What the directory says of a person; null where it knows nobody of this uid. */
  person(uid: string): Facts | null;
  /** The only app with a campaign of this id; null where there is none, or more than one. */
  appOfCampaign(campaign: string): string | null;
}

const ranks = ['low', 'medium', 'high', 'critical'] as const;

/** Whether an alert is what a trigger waits for. */
export function triggers(playbook: Playbook, alert: Pick<AlertView, 'rule' | 'severity'>): boolean {
  return playbook.triggers.some((trigger: Trigger) => {
    if (trigger.kind !== 'alert') return false;
    return ranks.indexOf(alert.severity) >= ranks.indexOf(trigger.severity) && (trigger.rules?.includes(alert.rule) ?? true);
  });
}

/** Whether a finding is what a trigger waits for. */
export function triggersFinding(playbook: Playbook, finding: Pick<FindingView, 'rule' | 'severity'>): boolean {
  return playbook.triggers.some((trigger: Trigger) => {
    if (trigger.kind !== 'finding') return false;
    const named = trigger.rules?.some((prefix) => finding.rule.startsWith(prefix)) ?? true;
    return named && ranks.indexOf(trigger.severity) <= (ranks as readonly string[]).indexOf(finding.severity);
  });
}

/** The facts that a run for a finding begins with. */
export function factsOfFinding({ id, rule, severity, app, project, file, route }: FindingView): Facts {
  return { alert: {}, person: {}, input: {}, finding: { id, rule, severity, app, project, file, route } };
}

/** The facts that a run for an alert begins with. */
export function factsOfAlert(alert: AlertView, company: Company): Facts {
  const facts = Object.fromEntries(alert.facts.map(({ name, value }) => [name, value]));
  const text = (...names: readonly string[]): string | null => {
    const found = names.map((name) => facts[name]).find((value) => typeof value === 'string' && value !== '');
    return typeof found === 'string' ? found : null;
  };
  const campaign = text('campaign');
  return {
    alert: {
      ...{ id: alert.id, rule: alert.rule, title_zh: alert.title.zh, title_en: alert.title.en },
      ...{ severity: alert.severity, found: alert.found, person: alert.uid },
      ...{ address: alert.address, device: alert.device, session: alert.session, repeats: alert.repeats },
      app: text('app') ?? (campaign === null ? null : company.appOfCampaign(campaign)),
      route: text('route', 'endpoint'),
      campaign,
      ...differenceOf(alert),
      facts,
    },
    person: alert.uid === null ? {} : (company.person(alert.uid) ?? {}),
    input: {},
  };
}

/** What a guard expected and saw, as a sentence in each language; null where the alert knows of none. */
function differenceOf({ facts }: AlertView): Facts {
  const [expected, seen] = ['guard_expected', 'guard_seen'].map((wanted) => facts.find(({ name }) => name === wanted)?.value);
  if (typeof expected !== 'string' || typeof seen !== 'string') return { difference_zh: null, difference_en: null };
  const { zh, en } = guardDifferenceText({ expected, seen });
  return { difference_zh: `${zh}。`, difference_en: `${capital(en)}.` };
}

/** What somebody gave a playbook by hand; `alone`: no alert stands in for what is missing. @throws MenshenError `validation_failed` with the names of inputs that are unknown, missing or of the wrong type */
export function factsOfInputs(
  playbook: Playbook,
  given: Readonly<Record<string, string | number>>,
  company: Company,
  alone: boolean,
): Facts {
  const known = new Map(playbook.inputs.map((input) => [input.name, input]));
  const wrong = [
    ...Object.entries(given).flatMap(([name, value]) => {
      const input = known.get(name);
      return input === undefined || !literalFits(input.type, value) ? [`inputs.${name}`] : [];
    }),
    ...playbook.inputs
      .filter(({ name, required }) => alone && required && given[name] === undefined)
      .map(({ name }) => `inputs.${name}`),
  ];
  if (wrong.length > 0) throw new MenshenError('validation_failed', { fields: wrong });
  const person = playbook.inputs.find(({ type }) => type === 'person');
  const uid = person === undefined ? undefined : given[person.name];
  return { input: { ...given }, person: typeof uid === 'string' ? (company.person(uid) ?? {}) : {} };
}

/** Whether the condition of a playbook lets it start for these facts. */
export const admits = (playbook: Playbook, facts: Facts): boolean => playbook.when === null || holds(playbook.when, facts);

/** What `once` folds by; null where the playbook has none. */
export function onceKey(playbook: Playbook, facts: Facts): string | null {
  return playbook.once === null ? null : String(fill(playbook.once.by, facts) ?? '').slice(0, 300);
}
