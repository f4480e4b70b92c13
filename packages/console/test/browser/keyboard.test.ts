import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { busyWorld } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

/** What has the focus, and whether a person can see that it has. */
interface Focus {
  /** Place in the document, so that an order shows. */
  readonly at: number;
  readonly name: string;
  readonly seen: boolean;
}

describe.skipIf(chromium.skip)('by keyboard alone', () => {
  let stage: Stage;
  let visit: Visit;
  beforeAll(async () => {
    stage = await setStage(chromium.path());
    visit = await stage.visit();
  });
  afterAll(async () => {
    await stage?.close();
  });
  beforeEach(() => {
    stage.server.world = busyWorld();
  });
  afterEach(() => {
    expect(visit.takeProblems()).toEqual([]);
  });

  const press = (key: string): Promise<void> => visit.page.keyboard.press(key);
  const nameOfFocus = (): Promise<string> => visit.page.evaluate(focusName);
  const tabTo = async (name: string): Promise<void> => {
    for (let steps = 0; steps < 60 && (await nameOfFocus()) !== name; steps += 1) await press('Tab');
    expect(await nameOfFocus()).toBe(name);
  };

  it('starts with the way past the navigation', async () => {
    await visit.open('/');
    await press('Tab');
    expect(await nameOfFocus()).toBe('跳到正文');
    expect((await visit.page.evaluate(readFocus)).seen).toBe(true);
    await press('Enter');
    expect(await visit.page.evaluate(() => document.activeElement?.id)).toBe('main');
    await press('Tab');
    expect(await nameOfFocus()).toBe('查看错误');
  });

  it.each(['/', '/traffic?outcome=refused', '/people', '/switches'])(
    'walks %s from top to bottom, seen at each step',
    async (path) => {
      await visit.open(path);
      const steps: Focus[] = [];
      for (let count = 0; count < 30; count += 1) {
        await press('Tab');
        const step = await visit.page.evaluate(readFocus);
        if (step.at === -1) break;
        steps.push(step);
      }
      expect(steps.length).toBeGreaterThan(12);
      expect(steps.filter((step) => !step.seen)).toEqual([]);
      expect(steps.map((step) => step.at)).toEqual(steps.map((step) => step.at).sort((a, b) => a - b));
    },
  );

  it('opens the palette, goes where it says, and closes it with Escape', async () => {
    await visit.open('/');
    await tabTo('查看错误');
    await press('Control+k');
    const search = visit.page.getByRole('combobox', { name: '页面、人员、请求编号、#审计序号…' });
    await search.waitFor();
    await expect.poll(() => search.evaluate((input) => input === document.activeElement)).toBe(true);
    await press('Escape');
    await search.waitFor({ state: 'detached' });
    await expect.poll(nameOfFocus).toBe('查看错误');

    await press('Control+k');
    await search.waitFor();
    await visit.page.keyboard.type('#600');
    await visit.page.getByRole('option', { name: /打开审计条目 #600/ }).waitFor();
    await press('Enter');
    await visit.page.waitForURL('**/audit/600');
    await visit.page.getByText('已证明').first().waitFor();
    // The next Tab starts in the page that was opened.
    expect(await visit.page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  it('leaves a dialog with Escape: nothing is done, and the focus is back', async () => {
    await visit.open('/switches');
    await tabTo('切换到旁路');
    await press('Enter');
    const dialog = visit.page.getByRole('dialog', { name: '切换到旁路' });
    await dialog.waitFor();
    // The first thing to do here is to say why.
    await expect.poll(() => dialog.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    for (let count = 0; count < 8; count += 1) {
      await press('Tab');
      // Between the last and the first element the focus is with the browser; it never is in the page behind.
      const inside = (element: Element): boolean =>
        element.contains(document.activeElement) || document.activeElement === document.body;
      expect(await dialog.evaluate(inside)).toBe(true);
    }
    await press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(nameOfFocus).toBe('切换到旁路');
    expect(stage.server.writes).toEqual([]);
    expect(stage.server.world.mode.mode).toBe('enforce');
  });

  it('unfolds the departments with the arrows and chooses with Enter', async () => {
    await visit.open('/people');
    await tabTo('云杉零售集团 64');
    await press('ArrowDown');
    await press('ArrowDown');
    expect(await nameOfFocus()).toBe('信息技术中心 20');
    await press('ArrowRight');
    await press('ArrowRight');
    await press('Enter');
    await visit.page.waitForURL(/department=/);
    expect(await visit.page.locator('[role="treeitem"][aria-selected="true"]').count()).toBe(1);
  });
});

function focusName(): string {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return '';
  return (element.getAttribute('aria-label') ?? element.innerText).replaceAll(/\s+/g, ' ').trim();
}

/** Seen: on the screen, not under the top bar, and marked by an outline or a ring (WCAG 2.4.7, 2.4.11). */
function readFocus(): Focus {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return { at: -1, name: '', seen: false };
  // A field shows its focus on the box that is drawn around it.
  const drawn = element.closest('.ant-select, .ant-input-affix-wrapper, .ant-segmented-item, label') ?? element;
  const box = drawn.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, Math.max(box.y, 0) + 4);
  const uncovered = top !== null && (drawn.contains(top) || top.contains(drawn));
  const marked = [element, drawn, ...drawn.children].some((candidate) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(candidate);
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  });
  const name = element.getAttribute('aria-label') ?? element.innerText.slice(0, 40);
  return {
    at: [...document.querySelectorAll('*')].indexOf(element),
    name: `${element.tagName} ${name}`,
    seen: uncovered && marked,
  };
}
