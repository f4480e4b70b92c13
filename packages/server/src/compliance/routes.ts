import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import { frameworks, requirementOf } from './frameworks/index.ts';
import { mappedTo, mappingOf } from './mapping.ts';
import type { CompliancePicture, ComplianceService } from './service.ts';
import { countsOf } from './standing.ts';
import { attestationView, exclusionView, proofView, rowView } from './views.ts';

export interface ComplianceHandlerParts {
  readonly compliance: ComplianceService;
  readonly clock: () => number;
}

/** Compliance: states, items down to their evidence, attestations and exclusions. */
export function complianceHandlers({ compliance, clock }: ComplianceHandlerParts): readonly Bound[] {
  const { attestations } = compliance;
  const assessed = async (subject: string): Promise<CompliancePicture> => {
    const known = (await compliance.subjects()).find(({ id }) => id === subject);
    if (known === undefined) throw new contract.MenshenError('not_found');
    return await compliance.assess(known.id);
  };
  return [
    bind(contract.getCompliance, async ({ query }) => {
      const picture = await assessed(query.subject);
      const own = picture.standings.get(query.framework) ?? [];
      const { name, definition, caution, sections } = frameworks[query.framework];
      const used = new Set(own.map(({ requirement }) => requirement.section));
      return {
        ...{ at: picture.at, framework: query.framework, name, definition, caution, subject: query.subject },
        subjects: [...(await compliance.subjects())],
        counts: countsOf(own),
        sections: sections.filter(({ id }) => used.has(id)),
        items: own.map(rowView),
        frameworks: [...picture.standings].map(([id, all]) => ({ id, name: frameworks[id].name, counts: countsOf(all) })),
      };
    }),
    bind(contract.getComplianceItem, async ({ params, query }) => {
      const requirement = requirementOf(params.id);
      if (requirement === null) throw new contract.MenshenError('not_found');
      const picture = await assessed(query.subject);
      const standing = picture.standings.get(requirement.framework)?.find((one) => one.requirement.id === requirement.id);
      // A requirement of a higher level than the company's is not asked.
      if (standing === undefined) throw new contract.MenshenError('not_found');
      const now = clock();
      const [attested, excluded] = await Promise.all([
        attestations.list(requirement.id),
        attestations.exclusions(requirement.id),
      ]);
      const [newest] = excluded;
      const { name, sections } = frameworks[requirement.framework];
      const { attestations: limits } = compliance.config();
      return {
        ...rowView(standing),
        ...{ framework: requirement.framework, name, note: requirement.note, checked: requirement.checked },
        sectionName: sections.find(({ id }) => id === requirement.section)?.name ?? name,
        proofs: standing.proofs.map((one) => proofView(one, requirement)),
        attestations: attested.map((one) => attestationView(one, now)),
        exclusion: newest === undefined ? null : exclusionView(newest, now),
        mapped: mappedTo(standing, mappingOf(picture.standings)),
        ...{ fileBytes: limits.fileBytes, attestationDays: limits.days },
      };
    }),
    bind(contract.listComplianceMapping, async ({ query }) => {
      const { standings } = await assessed(query.subject);
      const known = new Map([...standings.values()].flat().flatMap(({ proofs }) => proofs.map((one) => [one.proof, one])));
      return {
        proofs: [...mappingOf(standings)]
          .map(([proof, items]) => ({ standing: known.get(proof), items }))
          .flatMap(({ standing, items }) =>
            standing === undefined ? [] : [{ ...proofView(standing, { id: items[0]?.id ?? '' }), items: [...items] }],
          )
          .sort((a, b) => b.items.length - a.items.length),
      };
    }),
    bind(contract.addAttestation, async ({ params, body: { content, ...given }, by }) => {
      const added = await attestations.attest(params.id, { ...given, content: Buffer.from(content, 'base64') }, by);
      return attestationView(added, clock());
    }),
    bind(contract.fetchAttestation, async ({ params, by }) => {
      const { attestation, content } = await attestations.take(params.id, by);
      const { name, type, sha256 } = attestation;
      return { name, type, sha256, content: Buffer.from(content).toString('base64') };
    }),
    bind(contract.withdrawAttestation, async ({ params, body, by }) =>
      attestationView(await attestations.withdraw(params.id, body.reason, by), clock()),
    ),
    bind(contract.excludeComplianceItem, async ({ params, body, by, approvedBy }) =>
      exclusionView(await attestations.exclude(params.id, body, by, approvedBy), clock()),
    ),
    bind(contract.includeComplianceItem, async ({ params, body, by }) => {
      await attestations.include(params.id, body.reason, by);
      return { ok: true as const };
    }),
  ];
}
