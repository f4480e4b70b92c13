import type { DetectionRequest } from './request.ts';

/** What a name or value counts beside its characters: many small ones cost more than a long one. */
const around = 8;
const deepest = 64;

/** Characters of a request that are read as text, about as many as were sent. */
export function charactersOf({ decodedPath, headers, query, body }: DetectionRequest): number {
  let sum = decodedPath.length;
  for (const text of headers) sum += text.length;
  sum += charactersIn(query, 0);
  if (body === undefined) return sum;
  for (const { name, filename } of body.files) sum += name.length + filename.length;
  return sum + (body.value === undefined ? (body.bytes?.length ?? 0) : charactersIn(body.value, 0));
}

function charactersIn(node: unknown, depth: number): number {
  if (typeof node === 'string') return node.length + around;
  if (typeof node !== 'object' || node === null || depth > deepest) return around;
  let sum = 0;
  if (Array.isArray(node)) for (const item of node) sum += charactersIn(item, depth + 1);
  else for (const [key, item] of Object.entries(node)) sum += key.length + around + charactersIn(item, depth + 1);
  return sum;
}
