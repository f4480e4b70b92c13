import type { getRisk, RiskAcceptance, RiskTreatment } from '@menshen/contract';
import type * as z from 'zod';
import { scoreOfVector } from './advisories/read.ts';
import { type ControlId, controls } from './controls/catalogue.ts';
import { explain } from './explain.ts';
import { type Assessment, assess, type Risk } from './method/assess.ts';
import { computeRisk, type MethodName, methods } from './method/functions.ts';
import type { Facts, Weakness } from './model.ts';
import { priorityOf } from './scoring/priority.ts';
import { decideSsvc } from './scoring/ssvc.ts';
import type { AdvisoryRow } from './store.ts';
import { type Decided, riskRow, standingView } from './views.ts';
import { scoreOfSeverity } from './vulnerabilities/findings.ts';
import { applyChanges, type Change } from './whatif/apply.ts';

type Detail = z.input<typeof getRisk.response>;

export interface DetailParts {
  readonly facts: Facts;
  readonly assessment: Assessment;
  readonly advisories: ReadonlyMap<string, AdvisoryRow>;
  readonly method: MethodName;
  readonly decided: Decided;
  readonly treatments: readonly RiskTreatment[];
  readonly acceptances: readonly RiskAcceptance[];
  readonly history: Detail['history'];
}

/** One risk with everything that it rests on. */
export function riskDetail(risk: Risk, parts: DetailParts): Detail {
  const { facts, assessment, decided, method } = parts;
  const assets = new Map(facts.assets.map((asset) => [asset.id, asset]));
  return {
    ...riskRow(risk, decided),
    ...{ at: assessment.at, text: risk.threat.text, assetPath: risk.asset.path },
    steps: [...explain(risk, methods[method])],
    replayed: computeRisk(risk.inputs, methods[method]).score === risk.score,
    signs: [...risk.frequency.evidence],
    weaknesses: risk.weaknesses.map((weakness) => ({
      ...weaknessDetail(weakness, risk, parts),
      after: scoreAfter(risk, parts, { kind: 'mend', weakness: weakness.id }),
    })),
    prevented: risk.prevented.map((one) => standingView(one, assets)),
    protected: risk.protected.map((one) => standingView(one, assets)),
    missing: missingControls(risk, parts),
    treatments: parts.treatments.filter((one) => one.risk === risk.id),
    acceptances: parts.acceptances.filter((one) => one.risk === risk.id),
    history: parts.history,
  };
}

/** Grade of ease or impact as a score of 10, for what nobody scored. */
const scoreOfGrades = ({ ease, impact }: Pick<Weakness, 'ease' | 'impact'>): number =>
  scoreOfSeverity[(['info', 'low', 'medium', 'high', 'critical'] as const)[Math.round((ease + impact) / 2) - 1] ?? 'medium'];

function weaknessDetail(
  weakness: Weakness,
  { asset, values, prevented }: Risk,
  { advisories }: DetailParts,
): Omit<Detail['weaknesses'][number], 'after'> {
  const advisory = weakness.cve === null ? undefined : advisories.get(weakness.cve);
  const vector = advisory?.vector ?? null;
  const cvss = weakness.cvss ?? (vector === null ? null : scoreOfVector(vector));
  const [epss, exploited] = [advisory?.epss ?? null, advisory?.exploited ?? false];
  const { exposure } = asset;
  const easy = vector === null ? exposure === 'open' && weakness.ease >= 4 : /\/AV:N\/AC:L.*\/PR:N\/UI:N/.test(vector);
  return {
    ...{ id: weakness.id, kind: weakness.kind, source: weakness.source, title: weakness.title, fix: weakness.fix },
    ...{ ease: weakness.ease, impact: weakness.impact, cve: weakness.cve, cvss, epss, exploited, since: weakness.since },
    evidence: [...weakness.evidence],
    priority: toPriority(
      priorityOf({
        ...{ severity: cvss ?? scoreOfGrades(weakness), epss, exploited, exposure, assetValue: values.asset },
        fixable: weakness.fixable,
        controls: prevented.map(({ control }) => controls[control].name),
      }),
    ),
    ssvc: decideSsvc({
      exploitation: exploited ? 'active' : (epss ?? 0) >= 0.1 ? 'poc' : 'none',
      exposure,
      automatable: easy ? 'yes' : 'no',
      humanImpact: (['low', 'low', 'medium', 'high', 'very_high'] as const)[values.asset - 1] ?? 'very_high',
    }),
  };
}

const toPriority = ({ points, parts }: ReturnType<typeof priorityOf>) => ({ points, parts: [...parts] });

/** Score of a risk after one change. Only its asset is assessed again: what stands before others does not matter here. */
function scoreAfter(risk: Risk, { facts, method }: Pick<DetailParts, 'facts' | 'method'>, change: Change): number {
  const own: Facts = {
    ...facts,
    assets: facts.assets.filter(({ id }) => id === risk.asset.id || id === risk.asset.of),
    weaknesses: facts.weaknesses.filter(({ asset }) => asset === risk.asset.id),
  };
  const { risks } = assess(applyChanges(own, [change]), [risk.threat], methods[method]);
  return risks.find(({ id }) => id === risk.id)?.score ?? risk.score;
}

/** Controls of the threat that do not work before this asset, each tried alone. */
function missingControls(risk: Risk, parts: DetailParts): Detail['missing'] {
  const working = new Set([...risk.prevented, ...risk.protected].map(({ control }) => control));
  const wanted: ControlId[] = [...risk.threat.prevents, ...risk.threat.protects].filter((control) => !working.has(control));
  const scopes = new Set(['*', risk.asset.id, risk.asset.of]);
  return wanted
    .map((control) => {
      const change = { kind: 'control' as const, control, on: true, where: { asset: risk.asset.id } } satisfies Change;
      const on = parts.facts.controls.some((fact) => fact.control === control && scopes.has(fact.scope) && fact.configured);
      const { name, shownBy } = controls[control];
      const state = on ? ('stale' as const) : ('off' as const);
      return { control, name, state, shownBy, after: scoreAfter(risk, parts, change), change };
    })
    .sort((a, b) => a.after - b.after);
}
