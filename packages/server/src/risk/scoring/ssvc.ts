/** Whether the weakness is exploited: nothing known, a proof of concept, attacks. */
export type Exploitation = 'none' | 'poc' | 'active';
/** How reachable what has it is. */
export type Exposure = 'small' | 'controlled' | 'open';
/** Whether an attacker can do all steps by a program. */
export type Automatable = 'no' | 'yes';
/** Harm to people and to what the company is for. */
export type HumanImpact = 'low' | 'medium' | 'high' | 'very_high';
export type SsvcDecision = 'defer' | 'scheduled' | 'out_of_cycle' | 'immediate';

export interface SsvcPoint {
  readonly exploitation: Exploitation;
  readonly exposure: Exposure;
  readonly automatable: Automatable;
  readonly humanImpact: HumanImpact;
}

const humanImpacts = ['low', 'medium', 'high', 'very_high'] as const;
const letters = { D: 'defer', S: 'scheduled', O: 'out_of_cycle', I: 'immediate' } as const;

/**
 * The deployer's tree of SSVC (CERT/CC, data/csv/ssvc/deployer_patch_application_priority_1_0_0.csv): a row for exploitation, exposure and automatable; its
 * letters are the decisions for human impact low, medium, high, very high.
 */
const tree: Readonly<Record<`${Exploitation} ${Exposure} ${Automatable}`, string>> = {
  'none small no': 'DDSS',
  'none small yes': 'DSSS',
  'none controlled no': 'DSSS',
  'none controlled yes': 'SSSS',
  'none open no': 'DSSS',
  'none open yes': 'SSSO',
  'poc small no': 'DSSS',
  'poc small yes': 'SSSS',
  'poc controlled no': 'DSSS',
  'poc controlled yes': 'SSSO',
  'poc open no': 'SSSO',
  'poc open yes': 'SSOO',
  'active small no': 'SSOO',
  'active small yes': 'SOOO',
  'active controlled no': 'SSOO',
  'active controlled yes': 'OOOO',
  'active open no': 'SOOI',
  'active open yes': 'OOII',
};

/** What a deployer does with a weakness, and when: defer, with the next maintenance, out of cycle, at once. */
export function decideSsvc({ exploitation, exposure, automatable, humanImpact }: SsvcPoint): SsvcDecision {
  const letter = tree[`${exploitation} ${exposure} ${automatable}`][humanImpacts.indexOf(humanImpact)];
  return letters[(letter ?? 'I') as keyof typeof letters];
}
