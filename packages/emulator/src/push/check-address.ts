/** What the platform's console says when a callback address is saved. */
export type AddressCheck = { readonly ok: true } | { readonly ok: false; readonly reason: 'unreachable' | 'status' | 'answer' };

const maxAnswerBytes = 1024;

/** Asks the address for the proof that it knows the key. The answer must be exact: no quotes, byte order mark or line end. */
export async function checkAddress(
  fetch: typeof globalThis.fetch,
  check: { readonly url: string; readonly expected: string },
  timeoutMs: number,
): Promise<AddressCheck> {
  try {
    const response = await fetch(check.url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { ok: false, reason: 'status' };
    }
    const answer = await readStart(response);
    return answer === check.expected ? { ok: true } : { ok: false, reason: 'answer' };
  } catch {
    return { ok: false, reason: 'unreachable' };
  }
}

/** The body as text, or undefined when it is longer than any right answer. */
async function readStart(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxAnswerBytes) return undefined;
  }
  return Buffer.concat(chunks).toString('latin1');
}
