import type { Bilingual, Language } from '@menshen/contract';

const problems = {
  invalidFilter: { status: 400, zh: '筛选条件无法识别。', en: 'The filter cannot be read.' },
  invalidSyntax: { status: 400, zh: '请求体不符合 SCIM。', en: 'The body is not of SCIM form.' },
  invalidPath: { status: 400, zh: 'PATCH 的路径无法识别。', en: 'A path of the PATCH cannot be read.' },
  noTarget: { status: 400, zh: 'PATCH 的路径没有指向任何内容。', en: 'A path of the PATCH leads to nothing.' },
  invalidValue: { status: 400, zh: '属性值缺失或不符合要求。', en: 'A value is missing or not of the right form.' },
  mutability: { status: 400, zh: '该属性不可修改。', en: 'The attribute cannot be changed.' },
  tooMany: { status: 400, zh: '结果或操作过多。', en: 'There are too many results or operations.' },
  uniqueness: { status: 409, zh: '已有相同的用户或组。', en: 'There is such a user or group already.' },
  notFound: { status: 404, zh: '未找到该资源。', en: 'There is no such resource.' },
  preconditionFailed: { status: 412, zh: '资源已被修改。', en: 'The resource has changed since it was read.' },
  notImplemented: { status: 501, zh: '不支持批量操作。', en: 'Bulk operations are not supported.' },
} as const satisfies Record<string, Bilingual & { readonly status: number }>;

export type ScimProblem = keyof typeof problems;
/** Those that RFC 7644 table 9 names. */
const named: ReadonlySet<string> = new Set([
  'invalidFilter',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'mutability',
  'tooMany',
  'uniqueness',
]);

/** A refusal of the SCIM interface (RFC 7644 3.12). */
export class ScimError extends Error {
  readonly problem: ScimProblem;
  constructor(problem: ScimProblem) {
    super(problems[problem].en);
    this.name = 'ScimError';
    this.problem = problem;
  }
  get status(): number {
    return problems[this.problem].status;
  }
}

/** The body of a refusal; `detail` is of our own making. */
export function scimErrorBody(status: number, problem: ScimProblem | null, detail: string): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(problem !== null && named.has(problem) ? { scimType: problem } : {}),
    detail,
  };
}

export const scimText = (problem: ScimProblem, language: Language): string => problems[problem][language];
