import type { ScannerConfig } from '@menshen/contract';
import { chunksOf } from './byte-source.ts';
import { type Exchange, ExchangeError, openExchange, type ScannerAddress, whyFailed } from './exchange.ts';
import type { Scanner, ScanVerdict } from './scanner.ts';
import { signatureName } from './scanner.ts';

type ClamdConfig = Extract<ScannerConfig, { readonly kind: 'clamd' }>;

function addressOf(text: string): ScannerAddress {
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  const { hostname, port } = new URL(text.replace(/^tcp:/, 'http:'));
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/**
 * Speaks clamd's INSTREAM (clamd(8)): the file in chunks, each behind its length in four bytes, a length of zero at the end; the answer is one
 * line `stream: OK`, `stream: NAME FOUND` or an error. Anything else is no verdict.
 */
export function createClamdScanner({ address, timeoutMs }: ClamdConfig): Scanner {
  const target = addressOf(address);
  const ask = async (command: string, send: (exchange: Exchange) => Promise<void>): Promise<string> => {
    const exchange = await openExchange(target, timeoutMs);
    try {
      await exchange.write(`z${command}\0`);
      await send(exchange);
      const answer = await exchange.read((received) => received.includes(0));
      const end = answer.indexOf(0);
      if (end < 0) throw new ExchangeError(answer.length === 0 ? 'broken off' : 'answer not understood');
      return answer.toString('latin1', 0, end);
    } finally {
      exchange.close();
    }
  };
  return {
    async scan(source): Promise<ScanVerdict> {
      let answer: string;
      let whole = false;
      try {
        answer = await ask('INSTREAM', async (exchange) => {
          for await (const chunk of chunksOf(source)) {
            if (exchange.answered()) return;
            const length = Buffer.alloc(4);
            length.writeUInt32BE(chunk.length);
            await exchange.write(Buffer.concat([length, chunk]));
          }
          if (exchange.answered()) return;
          whole = true;
          await exchange.write(Buffer.alloc(4));
        });
      } catch (error) {
        return { kind: 'unscanned', why: whyFailed(error) };
      }
      // Of a file that it has not seen to its end nobody can say that it is clean.
      if (answer === 'stream: OK') return whole ? { kind: 'clean' } : { kind: 'unscanned', why: 'answer not understood' };
      const found = /^stream: (.{1,300}) FOUND$/.exec(answer);
      // With AlertExceedsMax clamd says so of what it has not read to its end; it names no malware.
      if (found?.[1]?.startsWith('Heuristics.Limits.Exceeded') === true)
        return { kind: 'unscanned', why: 'larger than the scanner takes' };
      if (found !== null) return { kind: 'infected', signature: signatureName(found[1] ?? '') };
      return {
        kind: 'unscanned',
        why: answer.includes('size limit') ? 'larger than the scanner takes' : 'answer not understood',
      };
    },
    ping: () =>
      ask('PING', async () => {}).then(
        (answer) => answer === 'PONG',
        () => false,
      ),
  };
}
