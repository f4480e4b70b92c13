import type { DetectionRequest, SettledFields } from '@menshen/inspect';

/** A request with every text that its declared type settles left empty: for a thread, which cannot be handed the function that tells. */
export function withoutSettled(request: DetectionRequest, settled: SettledFields): DetectionRequest {
  const path: string[] = [];
  const copy = (node: unknown, source: 'query' | 'body'): unknown => {
    if (typeof node === 'string') return settled(source, path) ? '' : node;
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) {
      path.push('*');
      const items = node.map((item: unknown) => copy(item, source));
      path.pop();
      return items;
    }
    const members: Record<string, unknown> = Object.create(null);
    for (const key in node) {
      path.push(key);
      members[key] = copy((node as Record<string, unknown>)[key], source);
      path.pop();
    }
    return members;
  };
  const { body } = request;
  return {
    ...request,
    query: copy(request.query, 'query') as DetectionRequest['query'],
    ...(body === undefined ? {} : { body: { ...body, value: copy(body.value, 'body') } }),
  };
}
