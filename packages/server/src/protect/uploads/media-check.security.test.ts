import { describe, expect, it } from 'vitest';
import type { Audit } from '../../audit/service.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { Metrics } from '../../gateway/metrics.ts';
import type { CompiledApp } from '../../gateway/runtime.ts';
import { describeEachStore } from '../../store/testing.ts';
import { createMediaChecks } from './media-check.ts';

const rule = { url: 'data.url', scene: 1, notify: '/internal/media' };

/** A context as it is when its answer has come. */
function answered(body: unknown, status = 200): RequestContext {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    id: 'request-1',
    app: { id: 'portal', config: {} },
    route: { match: 'POST /files', protection: { uploads: { mediaCheck: rule } } },
    session: { person: { uid: 'zhang' } },
    answer: { status, headers: { 'content-type': 'application/json' }, chunks: [bytes], length: bytes.length, pump: null },
  } as unknown as RequestContext;
}

describeEachStore((open) => {
  describe('the content check of WeChat', () => {
    const start = async () => {
      const store = await open();
      const asked: { mediaUrl: string; mediaType: string; openid: string }[] = [];
      const told: string[] = [];
      const clock = { now: 1_767_225_600_000 };
      const wechat = { away: false };
      const events: string[] = [];
      const checks = createMediaChecks({
        store,
        audit: { record: async (event: string) => events.push(event) } as unknown as Audit,
        metrics: new Metrics(),
        clock: () => clock.now,
        wechat: () =>
          ({
            mediaCheckAsync: async (request: (typeof asked)[number]) => {
              asked.push(request);
              if (wechat.away) throw new Error('away');
              return { traceId: `trace-${asked.length}` };
            },
          }) as never,
        openidOf: async () => 'openid-of-zhang',
        app: () =>
          ({
            upstream: {
              exchange: async ({ path, body }: { path: string; body: Buffer }) => {
                told.push(`${path} ${body.toString()}`);
                return { pump: null };
              },
            },
          }) as unknown as CompiledApp,
      });
      return { checks, asked, told, events, clock, wechat };
    };
    const address = 'https://img.shop.cn/a/b.png';

    it('is asked about the stored file, and its answer reaches the log and the backend', async () => {
      const { checks, asked, told, events } = await start();
      checks.answered(answered({ data: { url: address } }));
      await checks.settled();
      expect(asked).toMatchObject([{ mediaUrl: address, mediaType: 'image', openid: 'openid-of-zhang' }]);
      expect(await checks.recent(10)).toMatchObject([{ traceId: 'trace-1', state: 'waiting', kind: 'image' }]);
      await checks.heard('portal', { Event: 'wxa_media_check', trace_id: 'trace-1', result: { suggest: 'risky', label: 20002 } });
      await checks.settled();
      expect(await checks.recent(10)).toMatchObject([{ state: 'risky', label: 20002 }]);
      expect(events.join()).toContain('upload_content_risky');
      expect(told).toEqual([
        `/internal/media ${JSON.stringify({ traceId: 'trace-1', requestId: 'request-1', uid: 'zhang', state: 'risky', label: 20002 })}`,
      ]);
    });

    it('says so of each file where WeChat cannot be asked, to people once in a while and to the backend always', async () => {
      const { checks, asked, told, events, wechat } = await start();
      wechat.away = true;
      checks.answered(answered({ data: [{ url: address }, { url: address.replace('b.png', 'c.mp3') }] }));
      await checks.settled();
      await checks.settled();
      expect(asked).toHaveLength(2);
      expect((await checks.recent(10)).map(({ state }) => state)).toEqual(['failed', 'failed']);
      expect(events.filter((event) => event.includes('upload_content_unchecked'))).toHaveLength(1);
      expect(told.filter((line) => line.includes('"state":"failed"'))).toHaveLength(2);
      // No push settles what was never asked.
      await checks.heard('portal', { trace_id: 'unasked/request-1/0', result: { suggest: 'pass', label: 100 } });
      expect((await checks.recent(10)).map(({ state }) => state)).toEqual(['failed', 'failed']);
    });

    it('says so of what WeChat has not answered in time, once, and believes nothing that comes later', async () => {
      const { checks, told, events, clock } = await start();
      checks.answered(answered({ data: { url: address } }));
      await checks.settled();
      clock.now += 3_599_999;
      await checks.expire();
      expect(await checks.recent(10)).toMatchObject([{ state: 'waiting' }]);
      clock.now += 1;
      await checks.expire();
      await checks.expire();
      await checks.settled();
      await checks.heard('portal', { trace_id: 'trace-1', result: { suggest: 'pass', label: 100 } });
      expect(await checks.recent(10)).toMatchObject([{ state: 'failed' }]);
      expect(events.filter((event) => event.includes('upload_content_unchecked'))).toHaveLength(1);
      expect(told).toHaveLength(1);
    });

    it('is not silent where the clock was put right since the last alarm', async () => {
      const { checks, events, clock, wechat } = await start();
      wechat.away = true;
      const alarms = async (): Promise<number> => {
        checks.answered(answered({ data: { url: address } }));
        await checks.settled();
        return events.filter((event) => event.includes('upload_content_unchecked')).length;
      };
      expect([await alarms(), await alarms()]).toEqual([1, 1]);
      clock.now -= 28_800_000;
      expect([await alarms(), await alarms()]).toEqual([2, 2]);
    });

    it('takes only its own results, and each once', async () => {
      const { checks, told } = await start();
      checks.answered(answered({ data: { url: address } }));
      await checks.settled();
      await checks.heard('coupon', { trace_id: 'trace-1', result: { suggest: 'pass', label: 100 } });
      await checks.heard('portal', { trace_id: 'forged', result: { suggest: 'pass', label: 100 } });
      expect(await checks.recent(10)).toMatchObject([{ state: 'waiting' }]);
      await checks.heard('portal', { trace_id: 'trace-1', errcode: -1008 });
      await checks.heard('portal', { trace_id: 'trace-1', result: { suggest: 'pass', label: 100 } });
      await checks.settled();
      expect(await checks.recent(10)).toMatchObject([{ state: 'failed' }]);
      expect(told).toHaveLength(1);
    });

    it('is not asked about refusals, other members, or what is no address of a picture or sound', async () => {
      const { checks, asked } = await start();
      checks.answered(answered({ data: { url: address } }, 500));
      checks.answered(answered({ other: { url: address } }));
      checks.answered(answered({ data: { url: 'file:///etc/passwd.png' } }));
      checks.answered(answered({ data: { url: 'https://img.shop.cn/a.exe' } }));
      await checks.settled();
      expect(asked).toEqual([]);
    });
  });
});
