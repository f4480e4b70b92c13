/** CWE-937, 1035, 1104 and 1395: components with known vulnerabilities, or that nobody maintains. */
const dependencyCwe = new Set([937, 1035, 1104, 1395]);

/** Whether a finding is about a component of others. */
export const isDependency = ({ cwe }: { readonly cwe: readonly number[] }): boolean =>
  cwe.some((number) => dependencyCwe.has(number));
