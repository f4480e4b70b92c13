import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { startActor } from '@menshen/demo';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSetupLink } from '../cli/testing/administrator.ts';
import { type MenshenProcess, spawnMenshen } from '../cli/testing/process.ts';
import type { ConsoleBrowser } from '../testing/console.ts';
import { freePortBase } from '../testing/free-ports.ts';
import { closePages, launchBrowser, watchPage, withoutBrowser } from '../train/testing-browser.ts';

type RiskPage = { readonly risks: contract.RiskRow[]; readonly next: string | null };
const base = await freePortBase();

/** The demo company as `npm start` runs it, after a working day with its attacks, in a real browser. */
describe.skipIf(withoutBrowser)('risk of the demo company', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-risk-demo-'));
  const problems: string[] = [];
  let server: MenshenProcess;
  let operator: ConsoleBrowser;
  let browser: Browser;
  let page: Page;
  let risks: contract.RiskRow[];

  beforeAll(async () => {
    server = spawnMenshen(['dev', '--quiet', '--json', '--port-base', String(base), '--data', folder]);
    const started = JSON.parse((await server.seen(/^\{.*\}\n/m))[0]) as Record<
      'gateway' | 'emulator' | 'console' | 'setup',
      string
    >;
    operator = await openSetupLink(started.setup);
    let now = Date.now();
    await startActor({
      ...{ gatewayUrl: started.gateway, emulatorUrl: started.emulator, clock: () => now },
      // The actor's day passes as fast as the gateway answers.
      sleep: async (ms, signal) => {
        signal.throwIfAborted();
        now += ms;
      },
      ...{ random: (size: number) => new Uint8Array(size).fill(7), durationMs: 110_000, onEvent: () => undefined },
    }).done;
    browser = await launchBrowser();
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 900 } });
    await context.addCookies([...operator.cookies].map(([name, value]) => ({ name, value, url: started.console })));
    page = await context.newPage();
    watchPage(page, problems);
    risks = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: '200', ...(cursor === null ? {} : { cursor }) };
      const { body }: { readonly body: RiskPage } = await operator.call(contract.listRisks, { query });
      risks.push(...body.risks);
      cursor = body.next;
    } while (cursor !== null);
  }, 120_000);
  afterAll(async () => {
    await closePages(browser);
    server.child.kill('SIGKILL');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('is computed whole, from what was seen', async () => {
    const { body } = await operator.call(contract.getRiskOverview, {});
    expect(risks.length).toBeGreaterThanOrEqual(100);
    expect(body.risks).toBe(risks.length);
    expect(body.controls.effective).toBeGreaterThan(10);
  });

  it('is followed from the number to the raw record in three clicks, whatever it is about', async () => {
    const kinds = [...new Map(risks.map((risk) => [risk.asset.kind, risk])).values()];
    expect(kinds.length).toBeGreaterThan(5);
    for (const risk of kinds) {
      await page.goto(`${operator.url}/risk`);
      const matrix = page.getByRole('link', { name: new RegExp(`可能性 ${risk.likelihood}，损失 ${risk.loss}$`) });
      // One: the number in the matrix.
      await matrix.click();
      const name = `${risk.threat.name.zh} · ${risk.asset.name.zh}`;
      const more = page.getByRole('button', { name: /更多/ });
      const row = page.getByRole('link', { name, exact: true });
      await row.or(more).first().waitFor();
      // A long list shows its first page: the field above it finds the rest.
      if (!(await row.isVisible())) await page.getByRole('textbox', { name: '资产、威胁或弱点' }).fill(risk.asset.name.zh);
      // Two: the risk.
      await row.first().click();
      await page.waitForURL(new RegExp(`/risk/${risk.id.replaceAll('.', '\\.')}$`));
      const { body } = await operator.call(contract.getRisk, { params: { id: risk.id } });
      const evidence = [
        ...body.signs,
        ...body.weaknesses.flatMap((one) => one.evidence),
        ...[...body.prevented, ...body.protected].flatMap((one) => one.evidence),
      ];
      const [first] = evidence;
      const target = first?.path ?? body.assetPath;
      // Three: what it rests on; where nothing was seen yet, the asset itself.
      const link =
        first === undefined ? page.locator(`main a[href="${target}"]`) : page.getByRole('link', { name: first.text.zh });
      await link.first().click();
      await page.waitForURL((url) => url.pathname === target.split('?')[0]);
      await page.locator('h1').first().waitFor();
      expect(await page.getByText(/找不到|出错/).count(), `${risk.id} → ${target}`).toBe(0);
    }
    expect(problems).toEqual([]);
  });
});
