import type { PrivacyService } from './service.ts';

/** What risk and compliance can say of privacy duties, as it stands now; each figure names its article of the PIPL. */
export interface PrivacyEvidence {
  /** Articles 13 to 17: purposes declared, those of them that rest on consent, and people whose consent is to an earlier text. */
  readonly purposes: number;
  readonly onConsent: number;
  readonly outdated: number;
  /** Articles 44 to 50. */
  readonly openRequests: number;
  readonly overdueRequests: number;
  /** Article 47: erasures, and rows that any of them left; 0 is the proof. */
  readonly erasures: number;
  readonly rowsLeft: number;
  /** Article 19: when retention was carried out last, epoch ms, and rows due now. */
  readonly retentionAt: number | null;
  readonly rowsDue: number;
  /** Article 21: third parties that are live, and hosts that no entry names. */
  readonly processors: number;
  readonly unnamedHosts: number;
  /** Articles 55 and 56: what must be assessed and is not. */
  readonly unassessed: readonly string[];
}

const registerLength = 500;

/** Gathers the evidence; reads only. */
export async function privacyEvidence(privacy: PrivacyService): Promise<PrivacyEvidence> {
  const { consents, requests, erasures, retention, registers } = privacy;
  const declared = [...consents.purposes().values()];
  const current = new Set(declared.map(({ textHash }) => textHash));
  const figures = await consents.figures();
  const open = await requests.list({ open: true });
  const erased = await erasures.list(registerLength);
  const rules = await retention.rules();
  const last = (await retention.runs()).find(({ dry }) => !dry);
  const { processors, suggestions } = await registers.processors();
  const { triggers } = await registers.assessments();
  return {
    purposes: declared.length,
    onConsent: declared.filter(({ basis }) => basis === 'consent').length,
    outdated: figures.reduce((sum, one) => sum + (one.act === 'given' && !current.has(one.textHash) ? one.people : 0), 0),
    openRequests: open.length,
    overdueRequests: open.filter((request) => requests.urgency(request) === 'overdue').length,
    erasures: await erasures.count(),
    rowsLeft: erased.reduce((sum, { remaining }) => sum + remaining, 0),
    retentionAt: last?.at ?? null,
    rowsDue: rules.reduce((sum, rule) => sum + (rule.deletes ? rule.due : 0), 0),
    processors: processors.filter(({ fields }) => !fields.ended).length,
    unnamedHosts: suggestions.length,
    unassessed: triggers.flatMap(({ trigger, covered }) => (covered ? [] : [trigger])),
  };
}
