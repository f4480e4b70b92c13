import { findIntegrityIssue } from './integrity.ts';
import { type CompanyFile, companySchema } from './model.ts';

/** The company file is unusable. `path` is a JSON pointer to what is wrong; neither it nor the text holds values of the file. */
export class CompanyFileError extends Error {
  override readonly name = 'CompanyFileError';
  readonly code = 'company_file_invalid';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`company file: ${path || '/'}: ${problem}`);
    this.path = path;
  }
}

/** Checks form and integrity of a parsed company file. Throws CompanyFileError. */
export function parseCompanyFile(value: unknown): CompanyFile {
  const result = companySchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new CompanyFileError(pointer(issue?.path ?? []), issue?.code ?? 'invalid');
  }
  const issue = findIntegrityIssue(result.data);
  if (issue) throw new CompanyFileError(pointer(issue.path), issue.problem);
  return result.data;
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
