import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import type { Trend } from '../trend/service.ts';
import { controls } from './controls/catalogue.ts';
import { riskDetail } from './detail.ts';
import { cellOf, functionNames, methods } from './method/functions.ts';
import { gatherReport, writeReport } from './report/write-report.ts';
import { scoreCvss31 } from './scoring/cvss31.ts';
import { scoreCvss40 } from './scoring/cvss40.ts';
import { type OwaspFactor, rateOwasp } from './scoring/owasp.ts';
import { VectorError } from './scoring/vector.ts';
import { advisoriesOldMs, type Picture, type RiskService } from './service.ts';
import type { Subject } from './subjects.ts';
import { comparable, comparisonView, type Decided, riskRow, standingView, versionView } from './views.ts';
import { stepTitle } from './whatif/step-title.ts';

const dayMs = 86_400_000;
const endingMs = 30 * dayMs;
/** Days of the trend that a report shows. */
export const reportTrendDays = 90;
/** Stored versions that the history of a risk is read from; of a large company fewer, because each is read whole. */
const historyLength = (risks: number): number => (risks > 10_000 ? 3 : 15);

export interface RiskHandlerParts {
  readonly risks: RiskService;
  /** Name of the company for the report; empty where the configuration has none. */
  readonly company: () => string;
  /** What an assessment can be about. */
  readonly subjects: () => Promise<readonly { readonly id: Subject; readonly name: contract.Bilingual }[]>;
  readonly trend: (subject: Subject, days: number) => Promise<Trend>;
  readonly clock: () => number;
}

/** Risks: the picture, each one down to its evidence, what-if, treatment, versions and the report. */
export function riskHandlers({ risks, company, subjects, trend, clock }: RiskHandlerParts): readonly Bound[] {
  const subjectOf = async (asked: string): Promise<{ readonly id: Subject; readonly name: contract.Bilingual }> => {
    const known = (await subjects()).find(({ id }) => id === asked);
    if (known === undefined) throw new contract.MenshenError('not_found');
    return known;
  };
  const scoresOf = ({ assessment }: Picture): ReadonlyMap<string, number> =>
    new Map(assessment.risks.map(({ id, score }) => [id, score]));
  const decided = async (picture: Picture): Promise<Decided> => {
    const [treatments, acceptances] = await Promise.all([
      risks.treatments.list(),
      risks.treatments.acceptances(scoresOf(picture)),
    ]);
    return {
      // The newest plan of a risk comes first in the list, and wins by being set last.
      treatment: new Map(treatments.toReversed().map(({ risk, state }) => [risk, state])),
      accepted: new Set(acceptances.flatMap(({ risk, state }) => (state === 'valid' ? [risk] : []))),
    };
  };

  return [
    bind(contract.getRiskOverview, async ({ query }) => await overview(risks, query.business ?? null, clock())),
    bind(contract.listRisks, async ({ query: { limit, cursor, ...filter } }) => {
      const picture = await risks.current();
      const offset = cursor === undefined ? 0 : Number(cursor);
      if (!Number.isSafeInteger(offset) || offset < 0)
        throw new contract.MenshenError('validation_failed', { fields: ['cursor'] });
      const rows = picture.assessment.risks.filter((risk) => isMeant(risk, filter));
      const of = await decided(picture);
      return {
        risks: rows.slice(offset, offset + limit).map((risk) => riskRow(risk, of)),
        next: rows.length > offset + limit ? String(offset + limit) : null,
        total: rows.length,
      };
    }),
    bind(contract.getRisk, async ({ params }) => {
      const picture = await risks.current();
      const risk = picture.assessment.risks.find(({ id }) => id === params.id);
      if (risk === undefined) throw new contract.MenshenError('not_found');
      const { versions } = await risks.versions(historyLength(picture.assessment.risks.length), null);
      const history = (await Promise.all(versions.map(({ id }) => risks.open(id)))).flatMap(({ version, content }) => {
        const then = content.risks.find(({ id }) => id === params.id);
        return then === undefined ? [] : [{ number: version.number, at: version.at, score: then.score }];
      });
      return riskDetail(risk, {
        ...{
          facts: picture.facts,
          assessment: picture.assessment,
          advisories: picture.advisories,
          method: picture.method,
        },
        decided: await decided(picture),
        treatments: await risks.treatments.list(),
        acceptances: await risks.treatments.acceptances(scoresOf(picture)),
        history: history.reverse(),
      });
    }),
    bind(contract.listRiskAssets, async () => {
      const { facts, assessment } = await risks.current();
      const byAsset = Map.groupBy(assessment.risks, ({ asset }) => asset.id);
      return {
        assets: facts.assets.map((asset) => {
          const own = byAsset.get(asset.id) ?? [];
          return { ...asset, risks: own.length, worst: own[0]?.score ?? 0 };
        }),
      };
    }),
    bind(contract.setAssetOwner, async ({ body, by }) => {
      await risks.setOwner(body.asset, body.owner, by);
      return { ok: true as const };
    }),
    bind(contract.listRiskControls, async () => {
      const { facts, assessment } = await risks.current();
      const assets = new Map(facts.assets.map((asset) => [asset.id, asset]));
      const order = { stale: 0, off: 1, effective: 2 } as const;
      return {
        controls: assessment.controls
          .map((one) => standingView(one, assets))
          .sort((a, b) => order[a.state] - order[b.state] || b.strength - a.strength),
      };
    }),
    bind(contract.putBusiness, async ({ params, body, by }) => {
      await risks.putBusiness(params.id, body, by);
      return { ok: true as const };
    }),
    bind(contract.removeBusiness, async ({ params, by }) => {
      await risks.removeBusiness(params.id, by);
      return { ok: true as const };
    }),
    bind(contract.riskWhatIf, async ({ body }) => {
      const { before, after } = await risks.whatIf(body.changes);
      return comparisonView(before.risks.map(comparable), after.risks.map(comparable));
    }),
    bind(contract.listRiskVersions, async ({ query }) => {
      const { versions, next } = await risks.versions(query.limit, query.cursor ?? null);
      return { versions: versions.map(versionView), next };
    }),
    bind(contract.saveRiskVersion, async ({ body, by }) => versionView(await risks.save(body.reason, by))),
    bind(contract.compareRiskVersion, async ({ params, query }) => {
      const { version, content, replayed } = await risks.open(params.id);
      if (query.to === 'now') {
        const { assessment } = await risks.current();
        const comparison = comparisonView(content.risks, assessment.risks.map(comparable));
        return { version: versionView(version), other: null, comparison, replayed };
      }
      const earlier = await risks.before(version);
      const comparison = comparisonView(earlier?.content.risks ?? [], content.risks);
      return {
        version: versionView(version),
        other: earlier === null ? null : versionView(earlier.version),
        comparison,
        replayed,
      };
    }),
    bind(contract.getRiskReport, async ({ query: { format, lang, subject: asked } }) => {
      const subject = await subjectOf(asked);
      const parts = await gatherReport(risks, {
        ...{ lang, subject, company: company() },
        trend: await trend(subject.id, reportTrendDays),
        monotonic: () => performance.now(),
      });
      const { bytes, ...report } = writeReport(parts, format, subject.id);
      return { ...report, content: Buffer.from(bytes).toString('base64') };
    }),
    bind(contract.listTreatments, async () => {
      const scores = scoresOf(await risks.current());
      const [treatments, acceptances] = await Promise.all([risks.treatments.list(), risks.treatments.acceptances(scores)]);
      return {
        treatments: treatments.map((one) => ({ ...one, score: scores.get(one.risk) ?? null })),
        acceptances: acceptances.map((one) => ({ ...one, now: scores.get(one.risk) ?? null })),
      };
    }),
    bind(contract.addTreatment, async ({ body: { risk, ...fields }, by }) => await risks.treatments.add(risk, fields, by)),
    bind(contract.changeTreatment, async ({ params, body, by }) => await risks.treatments.change(params.id, body, by)),
    bind(contract.acceptRisk, async ({ body, by, approvedBy }) => await risks.treatments.accept(body, by, approvedBy)),
    bind(contract.revokeAcceptance, async ({ params, body, by }) => await risks.treatments.revoke(params.id, body.reason, by)),
    bind(contract.listAdvisories, async () => {
      const [{ facts, advisories }, imports] = await Promise.all([risks.current(), risks.imports()]);
      const cves = Map.groupBy(
        facts.weaknesses.filter(({ cve }) => cve !== null),
        ({ cve }) => cve ?? '',
      );
      const used = [...cves].flatMap(([cve, own]) => {
        const known = advisories.get(cve);
        if (known === undefined) return [];
        const { epss, exploited } = known;
        return [{ cve, epss, exploited, cvss: own[0]?.cvss ?? null, weaknesses: own.length }];
      });
      return {
        imports: imports.map((one) => ({ ...one, old: clock() - one.at > advisoriesOldMs })),
        oldDays: advisoriesOldMs / dayMs,
        used: used.sort((a, b) => Number(b.exploited) - Number(a.exploited) || (b.epss ?? -1) - (a.epss ?? -1)),
        unknown: [...cves.keys()].filter((cve) => !advisories.has(cve)),
      };
    }),
    bind(contract.importAdvisories, async ({ body, by }) => await risks.importAdvisories(body.kind, body.text, by)),
    bind(contract.scoreVulnerability, async ({ body }) => {
      try {
        if ('owasp' in body) return rateOwasp(body.owasp as Partial<Record<OwaspFactor, number>>);
        return body.vector.startsWith('CVSS:4.0/') ? scoreCvss40(body.vector) : scoreCvss31(body.vector);
      } catch (error) {
        if (error instanceof VectorError || error instanceof RangeError)
          throw new contract.MenshenError('validation_failed', { fields: ['owasp' in body ? 'owasp' : 'vector'] });
        throw error;
      }
    }),
  ];
}

type Filter = {
  readonly business?: string | undefined;
  readonly asset?: string | undefined;
  readonly threat?: string | undefined;
  readonly level?: number | undefined;
  readonly likelihood?: number | undefined;
  readonly loss?: number | undefined;
  readonly q?: string | undefined;
};

function isMeant(risk: Picture['assessment']['risks'][number], filter: Filter): boolean {
  const { likelihood, loss } = cellOf(risk.values);
  const q = filter.q?.toLowerCase();
  const said = (names: { zh: string; en: string } | undefined): boolean =>
    q === undefined || (names !== undefined && `${names.zh} ${names.en}`.toLowerCase().includes(q));
  return (
    (filter.business === undefined || risk.businesses.includes(filter.business)) &&
    (filter.asset === undefined || risk.asset.id === filter.asset || risk.asset.of === filter.asset) &&
    (filter.threat === undefined || risk.threat.id === filter.threat) &&
    (filter.level === undefined || risk.level === filter.level) &&
    (filter.likelihood === undefined || likelihood === filter.likelihood) &&
    (filter.loss === undefined || loss === filter.loss) &&
    (said(risk.asset.name) || said(risk.threat.name) || said(risk.weakness?.title))
  );
}

async function overview(risks: RiskService, business: string | null, now: number) {
  const picture = await risks.current();
  const { facts, assessment } = picture;
  const shown = business === null ? assessment.risks : assessment.risks.filter((risk) => risk.businesses.includes(business));
  const matrix = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]);
  for (const { values } of shown) {
    const { likelihood, loss } = cellOf(values);
    const row = matrix[5 - loss];
    if (row !== undefined) row[likelihood - 1] = (row[likelihood - 1] ?? 0) + 1;
  }
  const scores = new Map(assessment.risks.map(({ id, score }) => [id, score]));
  const [treatments, acceptances, imports, { versions }] = await Promise.all([
    risks.treatments.list(),
    risks.treatments.acceptances(scores),
    risks.imports(),
    risks.versions(1, null),
  ]);
  const [last] = versions;
  const opened = last === undefined ? null : await risks.open(last.id);
  const told = new Set(picture.businesses.map(({ id }) => id));
  const standing = (state: string): number => assessment.controls.filter((one) => one.state === state).length;
  const { changed: _changed, ...comparison } =
    opened === null ? comparisonView([], []) : comparisonView(opened.content.risks, assessment.risks.map(comparable));
  return {
    ...{ at: assessment.at, millis: picture.millis, method: picture.method },
    functions: { ...methods[picture.method], level: functionNames.level, rollUp: functionNames.rollUp },
    ...{ risks: shown.length, assets: facts.assets.length, weaknesses: facts.weaknesses.length, matrix },
    levels: [1, 2, 3, 4, 5].map((level) => shown.filter((risk) => risk.level === level).length),
    businesses: assessment.businesses.map(({ business: one, importance, id, score, level, risks: count, worst }) => ({
      ...{ id, score, level, risks: count, worst, name: one.name, importance: one.importance, effective: importance },
      ...{ owner: one.owner, apps: [...one.apps], tiedTo: [...one.tiedTo], told: told.has(id) },
    })),
    systems: assessment.systems.map(({ asset, id, score, level, risks: count, worst }) => ({
      ...{ id, score, level, risks: count, worst, name: asset.name },
    })),
    controls: { effective: standing('effective'), stale: standing('stale'), off: standing('off') },
    steps: (await picture.steps()).map(({ changes, control, tag, gain, risks: count, most }) => ({
      ...{ changes: [...changes], gain, risks: count, most, title: stepTitle(controls[control].name, tag) },
    })),
    since: opened === null ? null : { version: versionView(opened.version), comparison },
    acceptances: {
      valid: acceptances.filter(({ state }) => state === 'valid').length,
      ending: acceptances.filter(({ state, until }) => state === 'valid' && until - now < endingMs).length,
      exceeded: acceptances.filter(({ state }) => state === 'exceeded').length,
      expired: acceptances.filter(({ state }) => state === 'expired').length,
    },
    treatments: {
      open: treatments.filter(({ state }) => state === 'planned' || state === 'under_way').length,
      overdue: treatments.filter(({ overdue }) => overdue).length,
    },
    advisories: imports.map((one) => ({ ...one, old: now - one.at > advisoriesOldMs })),
  };
}
