import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, webhookKey } from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const send = async (body: unknown, key = webhookKey) => (await bench.post('/cgi-bin/webhook/send', body, { key })).json;
const text = (content: string) => ({ msgtype: 'text', text: { content } });

describe('cgi-bin/webhook/send', () => {
  it('posts to the members of the group', async () => {
    expect(await send(text('告警'))).toEqual({ errcode: 0, errmsg: 'ok' });
    const { messages } = (await bench.get('/_emulator/messages', { person: 'lisi' })).json;
    expect(messages).toMatchObject([{ kind: 'robot', from: '告警群', type: 'text', text: '告警' }]);
    expect((await bench.get('/_emulator/messages', { person: 'wangwu' })).json.messages).toEqual([]);
  });

  it('answers 93000 for an unknown or missing key', async () => {
    for (const key of ['', '11111111-2222-4333-8444-555555555556']) {
      const { errcode, errmsg } = await send(text('告警'), key);
      expect(errcode).toBe(93000);
      expect(errmsg).toMatch(/^invalid webhook url, hint: \[\d+\], from ip: 127\.0\.0\.1, more info at .*\?e=93000$/);
    }
  });

  it('takes 20 messages a minute, then answers 45009', async () => {
    for (let count = 0; count < 20; count++) expect((await send(text('告警'))).errcode).toBe(0);
    const refused = await send(text('告警'));
    expect(refused.errcode).toBe(45009);
    expect(refused.errmsg).toMatch(/^api freq out of limit, /);
    bench.clock.advance(60_000);
    expect((await send(text('告警'))).errcode).toBe(0);
  });

  it('limits text to 2048 bytes and markdown to 4096', async () => {
    expect((await send(text('安'.repeat(682)))).errcode).toBe(0);
    expect((await send(text('安'.repeat(683)))).errcode).toBe(45002);
    for (const msgtype of ['markdown', 'markdown_v2']) {
      expect((await send({ msgtype, [msgtype]: { content: 'x'.repeat(4096) } })).errcode).toBe(0);
      expect((await send({ msgtype, [msgtype]: { content: 'x'.repeat(4097) } })).errcode).toBe(45002);
    }
  });

  it('answers 40008 for broken JSON and unknown types', async () => {
    expect((await send('{')).errcode).toBe(40008);
    expect((await send({ msgtype: 'poem', poem: {} })).errcode).toBe(40008);
  });

  it('checks the fingerprint of an image, and its size', async () => {
    const bytes = Buffer.from('not really a png');
    const md5 = createHash('md5').update(bytes).digest('hex');
    const image = (more: Record<string, string> = {}) => ({
      msgtype: 'image',
      image: { base64: bytes.toString('base64'), md5, ...more },
    });
    expect((await send(image())).errcode).toBe(0);
    expect((await send(image({ md5: '0'.repeat(32) }))).errcode).toBe(40058);
    const large = Buffer.alloc(2 * 1024 * 1024 + 1).toString('base64');
    expect((await send(image({ base64: large }))).errcode).toBe(45002);
  });

  it('takes one to eight articles', async () => {
    const news = (count: number) => ({
      msgtype: 'news',
      news: { articles: Array(count).fill({ title: 't', url: 'https://a.example' }) },
    });
    expect((await send(news(8))).errcode).toBe(0);
    expect((await send(news(9))).errcode).toBe(40058);
  });
});

describe('cgi-bin/webhook/upload_media', () => {
  async function upload(content: string, query: Record<string, string> = {}) {
    const form = new FormData();
    form.set('media', new File([content], 'report.txt', { type: 'text/plain' }));
    const encoded = new Response(form);
    return (
      await bench.send({
        method: 'POST',
        url: `/cgi-bin/webhook/upload_media?${new URLSearchParams({ key: webhookKey, type: 'file', ...query })}`,
        headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
        body: new Uint8Array(await encoded.arrayBuffer()),
      })
    ).json;
  }
  const post = (media_id: string) => send({ msgtype: 'file', file: { media_id } });

  it('keeps a file for three days', async () => {
    const uploaded = await upload('weekly report');
    expect(uploaded).toMatchObject({ errcode: 0, type: 'file', created_at: String(bench.clock() / 1000) });
    expect((await post(uploaded.media_id)).errcode).toBe(0);
    bench.clock.advance(3 * 86_400_000);
    expect((await post(uploaded.media_id)).errcode).toBe(40007);
    expect((await post('unknown')).errcode).toBe(40007);
  });

  it('refuses what is empty, of no known type, or no form', async () => {
    expect((await upload('')).errcode).toBe(44001);
    expect((await upload('content', { type: 'image' })).errcode).toBe(40058);
    expect((await upload('content', { key: 'wrong' })).errcode).toBe(93000);
    const query = { key: webhookKey, type: 'file' };
    expect((await bench.post('/cgi-bin/webhook/upload_media', 'no form', query)).json.errcode).toBe(44001);
  });
});
