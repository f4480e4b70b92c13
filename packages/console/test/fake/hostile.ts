import type { Endpoint } from '@menshen/contract';

/** Markup, a template and a formula, and then one word that is as long as the contract lets it be. */
const hostileText = (length: number): string =>
  `"><img src=x onerror="alert(1)"><svg onload=alert(2)>{0}{{x}}\${x}${'W'.repeat(400)}`.slice(0, length);

const lengths = [400, 200, 120, 64, 32];

/** What tells the page what to show or to ask for next, and which step stands in which: no text of a stranger, though the contract says no more of it than that it is text. */
const ours = /\.(?:csrf|target\.\w+|step(?:s\.\*)?\.(?:key|parent)|record\.approval|campaign\.(?:app|id))$/;

/**
 * Puts hostile texts into answers: wherever the contract takes any text, and as long as it takes it. What it finds for one place holds for all rows
 * beside it, so keep the function.
 */
export function hostileAnswers(): (endpoint: Endpoint, answer: unknown) => unknown {
  const known = new Map<string, number>();
  return (endpoint, answer) => {
    const copy = JSON.parse(JSON.stringify(answer ?? null)) as unknown;
    const isTaken = (): boolean => endpoint.response.safeParse(copy).success;
    const spoil = (node: Record<string, unknown>, path: string): void => {
      for (const [key, value] of Object.entries(node)) {
        const at = `${path}.${Array.isArray(node) ? '*' : key}`;
        if (typeof value === 'object' && value !== null) spoil(value as Record<string, unknown>, at);
        if (typeof value !== 'string' || ours.test(at)) continue;
        const longest =
          known.get(at) ??
          lengths.find((length) => {
            node[key] = hostileText(length);
            return isTaken();
          }) ??
          0;
        known.set(at, longest);
        node[key] = longest === 0 ? value : hostileText(longest);
      }
    };
    if (typeof copy === 'object' && copy !== null) spoil(copy as Record<string, unknown>, endpoint.id);
    return copy;
  };
}
