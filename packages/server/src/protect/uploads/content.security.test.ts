import { type ConfigInput, createInspectionException, getRequest } from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setUpThree, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import * as files from './testing/files.ts';

const body = { types: ['multipart' as const], maxBytes: 4_000_000 };
const types = ['png', 'svg', 'pdf', 'docx', 'zip', 'txt', 'csv'] as const;

const withRoutes = (config: ConfigInput): ConfigInput => ({
  ...config,
  console: { listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' },
  apps: (config.apps ?? []).map((app) => ({
    ...app,
    routes: [
      ...(app.routes ?? []),
      { match: 'POST /taken', action: 'upload', body, uploads: { types: [...types] } },
      { match: 'POST /streamed', action: 'upload', body: { ...body, stream: true }, uploads: { types: [...types] } },
      {
        match: 'POST /lenient',
        action: 'upload',
        body,
        uploads: { types: [...types], content: { formula: 'note', script: 'allow' } },
      },
      {
        match: 'POST /hard',
        action: 'upload',
        body,
        uploads: { types: [...types], content: { formula: 'refuse', external: 'refuse' } },
      },
      { match: 'POST /watched', action: 'upload', body, uploads: { types: [...types] }, inspect: { mode: 'monitor' } },
      { match: 'POST /relaxed', action: 'upload', body, uploads: { types: [...types] }, inspect: { threshold: 20 } },
      { match: 'POST /unread', action: 'upload', body, uploads: { types: [...types] }, inspect: { mode: 'off' } },
      { match: 'POST /silent', action: 'upload', body },
      { match: 'POST /silent-off', action: 'upload', body, inspect: { mode: 'off' } },
      { match: 'PUT /bytes', action: 'upload', body: { types: ['binary'], maxBytes: 1_000_000 } },
    ],
  })),
});

const text = (value: string): Buffer => Buffer.from(value);
const svg = (inner: string): Buffer => text(`<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`);
const command = text("姓名,备注\n王芳,=cmd|'/C calc'!A0\n");

describe('the content of files through the gateway', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let token: string;
  let received: string[] = [];
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read, change: withRoutes });
    three = await setUpThree(deployment, clock);
    token = await deployment.token('zhang');
  });
  afterAll(() => deployment.close());
  beforeEach(() => {
    received = [];
    deployment.backend.answer = (_request, response, bytes) => {
      received.push(bytes.toString());
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    };
  });

  /** As `wx.uploadFile` sends it: one file under a name, fields of `formData` beside it. */
  const post = async (path: string, data: Buffer, filename: string, type = 'application/octet-stream') => {
    const { contentType, bytes } = files.multipart([
      { name: 'orderId', text: '20260001' },
      { name: 'photo', filename, type, data },
    ]);
    return await deployment.call('POST', `/portal/${path}`, { token, headers: { 'content-type': contentType }, raw: bytes });
  };
  const codeOf = async (path: string, data: Buffer, filename: string, type?: string): Promise<string> => {
    const answer = await post(path, data, filename, type);
    return answer.status === 200 ? 'passed' : String(answer.body['code']);
  };
  const detailOf = async (requestId: unknown) => {
    await deployment.indexed();
    return (await three.audit.browser.call(getRequest, { params: { requestId: String(requestId) } })).body;
  };
  /** What is recorded of the last request to a route. */
  const lastOf = async (path: string): Promise<string> => {
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.traffic({ route: `POST /${path}` }, 1, null);
    return JSON.stringify(await deployment.platform.queries.request(rows[0]?.requestId ?? ''));
  };

  it.each([
    ['a script in a drawing', svg('<script>run()</script>'), 'a.svg', 'upload.svg_script'],
    ['a handler in a drawing', svg('<g onload="run()"/>'), 'a.svg', 'upload.markup_handler'],
    ['code in a picture', files.png({ text: '<?=$_GET[0]($_POST[1]);?>' }), 'a.png', 'upload.php_code'],
    ['a page in a picture', files.png({ text: '<svg onload=run(1234567890)>' }), 'a.png', 'upload.hidden_script'],
    ['an action in a PDF', files.pdf('<</S /Launch /F (cmd.exe)>>'), 'a.pdf', 'upload.pdf_launch'],
    ['macros', files.docx([{ name: 'word/vbaProject.bin' }]), 'a.docx', 'upload.office_macro'],
    ['a path upwards', files.zip([{ name: '../x' }]), 'a.zip', 'upload.archive_path'],
    ['a page of a server in an archive', files.zip([{ name: 'a/x.jsp' }]), 'a.zip', 'upload.server_name'],
    ['a command in a table', command, 'a.csv', 'upload.formula_command'],
    ['another name', files.png(), 'a.pdf', 'upload.extension'],
  ])('%s is refused, held or streamed, and told by its rule without a word of it', async (_what, data, filename, rule) => {
    for (const path of ['taken', 'streamed', 'relaxed']) {
      const answer = await post(path, data, filename);
      expect([path, answer.status, answer.body['code']]).toEqual([path, 422, 'upload_content_refused']);
      const detail = await detailOf(answer.body['requestId']);
      const [threat] = detail.inspection?.threats ?? [];
      expect(threat).toMatchObject({ class: 'upload', place: 'file', name: 'photo', blocking: true });
      expect(threat?.features.map((feature) => feature.rule)).toContain(rule);
      expect(threat?.evidence).toContain(rule.slice('upload.'.length));
      expect(threat?.evidence).toMatch(/^[a-z_ @#·\d/…]+$/);
      expect(detail.inspection?.rules.find((one) => one.rule === rule)?.text.zh).toMatch(/\p{Script=Han}/u);
      expect(JSON.stringify(detail)).toContain('file 0: upload.');
    }
    expect(received).toEqual([]);
  });

  it.each([
    ['a drawing', svg('<path d="M0 0h9"/>'), 'a.svg', 'image/svg+xml'],
    ['a picture', files.png({ text: 'Software' }), '照片.png', 'image/png'],
    ['a document', files.pdf(), '合同.pdf', 'application/pdf'],
    ['a table', text('姓名,余额\n王芳,-12.5\n'), '名单.csv', 'text/csv'],
    ['an archive', files.zip([{ name: '资料/a.txt' }]), '资料.zip', 'application/zip'],
  ])('%s passes everywhere', async (_what, data, filename, type) => {
    for (const path of ['taken', 'streamed', 'hard', 'silent']) expect(await codeOf(path, data, filename, type)).toBe('passed');
    expect(received).toHaveLength(4);
  });

  it('is decided on as the route says of its kinds', async () => {
    expect(await codeOf('lenient', command, 'a.csv')).toBe('passed');
    expect(await lastOf('lenient')).toContain('upload.formula_command');
    expect(await codeOf('lenient', svg('<script>run()</script>'), 'a.svg')).toBe('passed');
    expect(await lastOf('lenient')).not.toContain('svg_script');
    expect(await codeOf('lenient', files.png({ text: '<?php run();' }), 'a.png')).toBe('upload_content_refused');
    expect(await codeOf('taken', text('a,=SUM(A1:A2)'), 'a.csv')).toBe('passed');
    expect(await lastOf('taken')).toContain('upload.formula');
    expect(await codeOf('hard', text('a,=SUM(A1:A2)'), 'a.csv')).toBe('upload_content_refused');
  });

  it('is only noted where the route watches, and read where inspection is off but the route takes files', async () => {
    expect(await codeOf('watched', command, 'a.csv')).toBe('passed');
    expect(await lastOf('watched')).toContain('upload.formula_command');
    expect(await codeOf('unread', command, 'a.csv')).toBe('upload_content_refused');
  });

  it('is read where the route says nothing of files', async () => {
    expect(await codeOf('silent', svg('<script>run()</script>'), 'a.svg')).toBe('upload_content_refused');
    expect(await codeOf('silent', files.zip([{ name: '../x' }]), 'a.zip')).toBe('upload_content_refused');
    expect(await codeOf('silent', text('x'), 'shell.php.jpg')).not.toBe('passed');
    expect(await codeOf('silent', files.png().subarray(0, 40), 'a.png')).toBe('passed');
    expect(await codeOf('silent-off', svg('<script>run()</script>'), 'a.svg')).toBe('passed');
    const put = async (raw: Buffer) =>
      (await deployment.call('PUT', '/portal/bytes', { token, headers: { 'content-type': 'application/octet-stream' }, raw }))
        .status;
    expect(await put(files.png({ text: '<?php run();' }))).toBe(422);
    expect(await put(files.png())).toBe(200);
  });

  it('passes by an exception for its rule and field, and for nothing else', async () => {
    const made = await three.security.browser.call(createInspectionException, {
      body: {
        ...{ app: 'portal', route: 'POST /taken', rule: 'upload.formula_command', where: { place: 'file', name: 'photo' } },
        ...{ reason: 'tables of the finance course', expiresAt: clock.now + 86_400_000 },
      },
    });
    expect(made.status).toBe(201);
    expect(await codeOf('taken', command, 'a.csv')).toBe('passed');
    expect(await lastOf('taken')).toContain('"excepted"');
    expect(await codeOf('taken', Buffer.concat([command, text('<?php run();')]), 'a.csv')).toBe('upload_content_refused');
    expect(await codeOf('streamed', command, 'a.csv')).toBe('upload_content_refused');
  });

  it('is counted by rule', async () => {
    const metrics = await (await fetch(`${deployment.platform.api.url}/metrics`)).text();
    expect(metrics).toMatch(/menshen_upload_findings_total\{rule="upload\.php_code"\} [1-9]/);
    expect(metrics).toMatch(/menshen_inspection_blocked_total\{class="upload"\} [1-9]/);
    expect(metrics).toMatch(/menshen_inspection_would_block_total\{class="upload"\} [1-9]/);
  });
});
