import { type IncidentsConfig, incidentsSchema, type JudgementFacts } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { assessDuties, type DutyInput, type DutyMark, mostUrgent } from './assess.ts';
import { dutyRules } from './rules.ts';
import { levelThresholds, suggestLevel } from './thresholds.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** After every rule has come into force. */
const start = Date.UTC(2026, 10, 26);

const config = (change: object = {}): IncidentsConfig => incidentsSchema.parse(change);
const judged = (change: Partial<JudgementFacts> = {}): JudgementFacts => ({
  ...{ level: 'considerable', personalInformation: 'no', people: null, harmAvoided: false, networkData: 'no' },
  ...{ nationalSecurity: 'no', lossYuan: null },
  ...change,
});
const mark = (rule: string, at: number): DutyMark => ({ rule, at, by: 'li', to: 'x', reference: '', note: '' });
function assess(change: Partial<DutyInput> = {}) {
  const input: DutyInput = {
    ...{ facts: judged(), clocks: { detected: start }, opened: start, marks: [], config: config(), now: start },
    ...change,
  };
  const all = assessDuties(input);
  return {
    all,
    of(id: string) {
      const found = all.find(({ rule }) => rule.id === id);
      if (found === undefined) throw new Error(`no rule ${id}`);
      return found;
    },
  };
}

describe('deadlines by the kind of operator (article 4)', () => {
  it.each([
    ['cii', 'report_cii', hour],
    ['state_organ', 'report_organ', 2 * hour],
    ['other', 'report_other', 4 * hour],
  ] as const)('%s', (kind, rule, span) => {
    const own = config({ operator: { kinds: [kind] } });
    const at = (now: number) => assess({ config: own, now }).of(rule);
    expect(at(start)).toMatchObject({ state: 'running', started: start, due: start + span });
    expect(at(start + span).state).toBe('running');
    expect(at(start + span + 1).state).toBe('overdue');
    const others = assess({ config: own }).all.filter((one) => one.rule.operators.length > 0 && one.rule.id !== rule);
    expect(others.map(({ state }) => state)).toEqual(['not_applicable', 'not_applicable']);
  });

  it('all that fit, of one who is several: the shortest is the most urgent', () => {
    const own = config({ operator: { kinds: ['other', 'cii'] } });
    expect(mostUrgent(assess({ config: own }).all)?.rule.id).toBe('report_cii');
  });
});

describe('what is judged', () => {
  it('nothing yet: the time runs as a warning, and says that nobody has judged', () => {
    const { all, of } = assess({ facts: null });
    expect(of('report_other')).toMatchObject({ state: 'undecided', due: start + 4 * hour });
    expect(all.filter(({ state }) => state === 'running' || state === 'overdue')).toEqual([]);
    expect(mostUrgent(all)).toMatchObject({ state: 'undecided', rule: { id: 'report_other' } });
    // "Cannot be told yet" is no leave to wait.
    expect(assess({ facts: judged({ level: 'undetermined' }) }).of('report_other').state).toBe('undecided');
  });

  it.each([
    ['none', 'not_applicable'],
    ['general', 'not_applicable'],
    ['considerable', 'running'],
    ['major', 'running'],
    ['extreme', 'running'],
  ] as const)('level %s: %s', (level, state) => {
    expect(assess({ facts: judged({ level }) }).of('report_other').state).toBe(state);
  });

  it('personal information: possibly is enough, and avoided harm excuses from telling people, never from telling the authority', () => {
    const states = (facts: Partial<JudgementFacts>) => {
      const { of } = assess({ facts: judged(facts) });
      return [of('pipl_authority').state, of('pipl_persons').state];
    };
    expect(states({ personalInformation: 'no' })).toEqual(['not_applicable', 'not_applicable']);
    expect(states({ personalInformation: 'possible' })).toEqual(['at_once', 'at_once']);
    expect(states({ personalInformation: 'yes', harmAvoided: true })).toEqual(['at_once', 'not_applicable']);
    // The law names no number, so none is made up.
    expect(assess({ facts: judged({ personalInformation: 'yes' }) }).of('pipl_authority').due).toBeNull();
  });

  it('a flaw that touches national security: a day', () => {
    const { of } = assess({ facts: judged({ nationalSecurity: 'yes' }) });
    expect(of('data_flaw')).toMatchObject({ state: 'running', due: start + day });
    expect(assess({ facts: judged({ nationalSecurity: 'possible' }) }).of('data_flaw').state).toBe('undecided');
  });
});

describe('clocks', () => {
  it('count from whoever knew first, and from awareness only where the company has decided so', () => {
    const clocks = { detected: start, aware: start + 3 * hour };
    const from = (dutiesFrom: string, given: object) =>
      assess({ clocks: given, config: config({ dutiesFrom }) }).of('report_other').started;
    expect(from('detected', clocks)).toBe(start);
    expect(from('detected', { detected: start, aware: start - hour })).toBe(start - hour);
    expect(from('aware', clocks)).toBe(start + 3 * hour);
    expect(from('aware', { detected: start })).toBe(start);
    expect(from('detected', {})).toBe(start);
  });

  it('the summary waits for the end of the handling and has thirty days', () => {
    const waiting = assess().of('report_summary');
    expect(waiting).toMatchObject({ state: 'waiting', due: null });
    const clocks = { detected: start, recovered: start + day };
    expect(assess({ clocks }).of('report_summary')).toMatchObject({ state: 'running', due: start + 31 * day });
    expect(assess({ clocks, now: start + 31 * day + 1 }).of('report_summary').state).toBe('overdue');
    expect(assess({ clocks, facts: judged({ level: 'general' }) }).of('report_summary').state).toBe('not_applicable');
  });

  it('what was done is done; late is said to be late, and a second report does not make it punctual', () => {
    const done = (...at: number[]) =>
      assess({ marks: at.map((one) => mark('report_other', one)), now: start + day }).of('report_other').state;
    expect(done(start + 4 * hour)).toBe('done');
    expect(done(start + 4 * hour + 1)).toBe('done_late');
    expect(done(start + 5 * hour, start + 3 * hour)).toBe('done');
    expect(assess({ marks: [mark('report_other', start + hour)] }).of('report_supplement').state).toBe('at_once');
    expect(assess().of('report_supplement').state).toBe('waiting');
  });

  it('a rule that was not in force then does not apply', () => {
    const before = Date.UTC(2025, 9, 31, 15, 59);
    expect(assess({ clocks: { detected: before } }).of('report_other').state).toBe('not_applicable');
    // Midnight of the first of November is that of China.
    expect(assess({ clocks: { detected: before + minute }, now: before + minute }).of('report_other').state).toBe('running');
    expect(
      assess({ clocks: { detected: before }, facts: judged({ personalInformation: 'yes' }) }).of('pipl_authority').state,
    ).toBe('at_once');
  });
});

describe('thresholds', () => {
  it.each([
    [999_999, null],
    [1_000_000, 'considerable'],
    [9_999_999, 'considerable'],
    [10_000_000, 'major'],
    [100_000_000, 'extreme'],
  ] as const)('%d people: %s', (people, level) => {
    expect(suggestLevel({ people, lossYuan: null, personalInformation: 'yes' })).toBe(level);
  });

  it('people count only where their information is concerned, and the gravest number wins', () => {
    expect(suggestLevel({ people: 50_000_000, lossYuan: null, personalInformation: 'no' })).toBeNull();
    expect(suggestLevel({ people: 1_000_000, lossYuan: 20_000_000, personalInformation: 'possible' })).toBe('major');
  });

  it('say where they are not confirmed', () => {
    const unconfirmed = levelThresholds.filter(({ certainty }) => certainty === 'unconfirmed');
    expect(unconfirmed.length).toBeGreaterThan(0);
    expect(unconfirmed.every(({ of }) => of === 'lossYuan')).toBe(true);
  });
});

describe('the rules', () => {
  it('name article, date and recipient in both languages, and mark every time that the text does not state', () => {
    for (const rule of dutyRules) {
      expect(rule.article).toMatch(/^\d+$/);
      expect(rule.effective).toMatch(/^20\d\d-\d\d-\d\d$/);
      for (const words of [rule.title, rule.law, rule.trigger, rule.from, rule.recipient, rule.content]) {
        expect(words.zh).toMatch(/\p{Script=Han}/u);
        expect(words.en).not.toMatch(/\p{Script=Han}/u);
      }
      if (rule.deadlineMinutes === null) expect(rule.certainty, rule.id).not.toBe('stated');
    }
    expect(new Set(dutyRules.map(({ id }) => id)).size).toBe(dutyRules.length);
  });
});
