import { compileSchema, createInspector } from '../src/index.ts';

/** A coupon order as a mini program sends it: 577 bytes, 24 leaves, mostly Chinese. */
const order = {
  orderNo: 'SO20260412000187',
  shopId: 102,
  customer: { name: '王小明', mobile: '13800138000', level: '金卡会员' },
  items: [
    { sku: 'TEA-0912', title: '西湖龙井明前特级茶叶礼盒', quantity: 2, priceCents: 29900 },
    { sku: 'CUP-0033', title: '景德镇手绘青花瓷茶杯', quantity: 1, priceCents: 8800 },
  ],
  address: { province: '浙江省', city: '杭州市', district: '西湖区', detail: '文三路478号华星时代广场A座1203室' },
  coupon: null,
  remark: '请尽快发货，周末送到公司前台，谢谢！',
  paid: true,
  test: false,
  totalCents: 68600,
};

const text = { type: 'string', minLength: 1, maxLength: 100 };
const cents = { type: 'integer', minimum: 0, maximum: 10_000_000 };
const closed = (properties: Readonly<Record<string, unknown>>): unknown => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const schema = closed({
  orderNo: { type: 'string', pattern: '^SO\\d{14}$' },
  shopId: { type: 'integer', minimum: 1 },
  customer: closed({ name: text, mobile: { type: 'string', format: 'cn-mobile' }, level: text }),
  items: {
    type: 'array',
    minItems: 1,
    maxItems: 50,
    items: closed({ sku: { type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' }, title: text, quantity: cents, priceCents: cents }),
  },
  address: closed({ province: text, city: text, district: text, detail: text }),
  coupon: { type: ['string', 'null'] },
  remark: { type: 'string', maxLength: 200 },
  paid: { type: 'boolean' },
  test: { type: 'boolean' },
  totalCents: cents,
});

const bytes = Buffer.from(JSON.stringify(order));
const inspector = createInspector();
const check = compileSchema(schema, { name: 'order' });
const body = { contentType: 'application/json; charset=utf-8', contentEncoding: undefined, bytes };
const head = {
  method: 'GET',
  rawPath: '/api/v1/orders/SO20260412000187',
  rawQuery: 'page=2&size=20&status=paid&q=%E8%8C%B6%E5%8F%B6',
  headers: [
    ...[
      'Host',
      'api.corp.example.com',
      'Connection',
      'keep-alive',
      'Accept',
      '*/*',
      'Accept-Language',
      'zh-CN,zh-Hans;q=0.9',
      'Accept-Encoding',
      'gzip',
    ],
    ...[
      'User-Agent',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) MicroMessenger/8.0.50 Language/zh MiniProgram',
    ],
    ...['Referer', 'https://servicewechat.com/wx1234567890abcdef/42/page-frame.html', 'Content-Type', 'application/json'],
    ...['Authorization', `Bearer mst1.${'x'.repeat(43)}`],
  ],
};

const cases: Readonly<Record<string, () => unknown>> = {
  'JSON.parse(bytes.toString())': () => JSON.parse(bytes.toString()),
  inspectBody: () => inspector.inspectBody(body),
  'inspectBody + schema': () => {
    const result = inspector.inspectBody(body);
    return 'value' in result ? check.check(result.value) : result;
  },
  'inspectHead (9 headers, 4 parameters)': () => inspector.inspectHead(head),
};

const rounds = 25;
const iterations = 20_000;
const samples = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds + 3; round += 1) {
  for (const [name, run] of Object.entries(cases)) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < iterations; i += 1) run();
    // The first rounds warm up.
    if (round >= 3) samples.get(name)?.push(Number(process.hrtime.bigint() - start) / iterations);
  }
}
process.stdout.write(`${bytes.length} bytes, median and fastest of ${rounds} interleaved rounds of ${iterations}\n`);
for (const [name, times] of samples) {
  times.sort((a, b) => a - b);
  process.stdout.write(
    `${name.padEnd(40)} ${(times[rounds >> 1] ?? 0).toFixed(0).padStart(6)} ns ${(times[0] ?? 0).toFixed(0).padStart(6)} ns\n`,
  );
}
