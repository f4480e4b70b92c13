import type { Bilingual, ComplianceFramework } from '@menshen/contract';
import type { Requirement, RequirementKind } from '../model.ts';
import type { ProofId } from '../proofs.ts';

const kinds = { E: 'enforced', P: 'proved', M: 'manual' } as const satisfies Record<string, RequirementKind>;

/** A line of a framework's data: clause, kind, lowest level, what it asks for, and what answers it. */
export type Line = readonly [
  clause: string,
  kind: keyof typeof kinds,
  level: number | null,
  zh: string,
  en: string,
  proofs?: readonly ProofId[],
  more?: {
    readonly platform?: readonly ProofId[];
    readonly note?: readonly [zh: string, en: string];
    /** What its id ends in where that is not the clause: two duties of one clause, and ids that attestations hold on to. */
    readonly id?: string;
  },
];

export interface Section {
  readonly id: string;
  readonly name: readonly [zh: string, en: string];
  readonly lines: readonly Line[];
}

const said = ([zh, en]: readonly [string, string]): Bilingual => ({ zh, en });

/** Requirements of the lines of a framework. */
export function requirementsOf(
  framework: ComplianceFramework,
  sections: readonly Section[],
  /** Whether clause and sense were compared with a published copy, by clause. */
  checked: (clause: string) => boolean,
): { sections: { id: string; name: Bilingual }[]; requirements: Requirement[] } {
  return {
    sections: sections.map(({ id, name }) => ({ id, name: said(name) })),
    requirements: sections.flatMap(({ id: section, lines }) =>
      lines.map(([clause, kind, level, zh, en, proofs = [], more = {}]) => ({
        ...{ id: `${framework}:${more.id ?? clause.replaceAll(' ', '.')}`, framework, clause, section, level },
        checked: checked(clause),
        ...{ text: { zh, en }, kind: kinds[kind], proofs },
        platformProofs: more.platform ?? null,
        note: more.note === undefined ? null : said(more.note),
      })),
    ),
  };
}
