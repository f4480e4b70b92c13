import type { Lab, LabRequest, LogFact, LogFacts } from './model.ts';

/** A request that a learner sent, and what its real answer showed. */
export interface Sent {
  readonly request: string;
  readonly requestId: string;
  readonly meant: boolean;
  readonly harmed: boolean;
}

/** How far one request of a lab is; all that apply must hold. */
export interface Standing {
  readonly request: string;
  readonly role: LabRequest['role'];
  /** An attack that the log shows as allowed while it did its harm, before the protection; null for honest requests. */
  readonly succeeded: boolean | null;
  /** Of an attack: stopped after the switch, for the right reason. Of an honest request: allowed after it, and unspoilt. */
  readonly held: boolean;
}

export interface Verdict {
  readonly passed: boolean;
  readonly standings: readonly Standing[];
}

/**
 * Judges a run by the decision log of its sandbox: every attack was allowed before the protection came into force and stopped after it by what the lab is
 * about, and every honest request passed after it. A request that the log does not know counts for nothing, whatever its answer was.
 */
export function judge(lab: Lab, sent: readonly Sent[], { switched, requests }: LogFacts): Verdict {
  const factOf = new Map(requests.map((fact) => [fact.requestId, fact]));
  const standings = lab.requests.map((request): Standing => {
    const mine = sent.flatMap((one) => {
      const fact = one.request === request.id ? factOf.get(one.requestId) : undefined;
      return fact === undefined ? [] : [{ ...one, fact }];
    });
    const after = (fact: LogFact): boolean => switched !== null && fact.index > switched;
    if (request.role === 'honest') {
      const held = mine.some(({ fact, meant, harmed }) => after(fact) && meant && !harmed && allowed(fact));
      return { request: request.id, role: request.role, succeeded: null, held };
    }
    const succeeded = mine.some(({ fact, harmed }) => (switched === null || fact.index < switched) && harmed && allowed(fact));
    const held = mine.some(({ fact, meant, harmed }) => after(fact) && meant && !harmed && stopped(request, fact));
    return { request: request.id, role: request.role, succeeded, held };
  });
  return { passed: standings.every(({ succeeded, held }) => succeeded !== false && held), standings };
}

const allowed = ({ outcome, alarm }: LogFact): boolean => outcome === 'passed' && alarm === null;

function stopped({ stoppedBy }: LabRequest, { outcome, code, alarm }: LogFact): boolean {
  if (stoppedBy.alarm !== null && alarm === stoppedBy.alarm) return true;
  return (outcome === 'refused' || outcome === 'failed') && code !== null && stoppedBy.codes.includes(code);
}
