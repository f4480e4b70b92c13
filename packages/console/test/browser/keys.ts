import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Visit } from './stage.ts';

const mostSteps = 80;

/** What a person without a mouse does: walks with Tab, presses keys, types. */
export interface Keys {
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  /** Walks with Tab until the target has the focus: what cannot be reached so fails. */
  tabTo(target: Locator): Promise<void>;
  /** Waits until the target has the focus without a key. */
  hasFocus(target: Locator): Promise<void>;
  /** Goes down an open menu to an item, and chooses it. */
  choose(item: string): Promise<void>;
  button(name: string | RegExp, within?: Locator): Locator;
  dialog(name: string): Locator;
}

export function keysOf({ page }: Visit): Keys {
  const focused = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement);
  return {
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text),
    async tabTo(target) {
      // A target is looked for by its role and name: that costs more than a step, and is done again only when the page has made it anew.
      let element = await target.elementHandle();
      for (let steps = 0; steps < mostSteps; steps += 1) {
        if (!(await element?.evaluate(({ isConnected }) => isConnected))) element = await target.elementHandle();
        if (await element?.evaluate((one) => one === document.activeElement)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`not reached by Tab: ${String(target)}`);
    },
    async hasFocus(target) {
      await target.waitFor();
      await expect.poll(() => focused(target)).toBe(true);
    },
    async choose(item) {
      const target = page.getByRole('menuitem', { name: item });
      await target.waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role="menu"]') !== null)).toBe(true);
      const items = page.getByRole('menuitem');
      const at = (await items.allInnerTexts()).findIndex((text) => text.includes(item));
      await page.keyboard.press('Home');
      await expect.poll(() => focused(items.nth(0))).toBe(true);
      for (let down = 1; down <= at; down += 1) {
        await page.keyboard.press('ArrowDown');
        await expect.poll(() => focused(items.nth(down))).toBe(true);
      }
      await page.keyboard.press('Enter');
    },
    button: (name, within) => (within ?? page).getByRole('button', { name, exact: typeof name === 'string' }),
    dialog: (name) => page.getByRole('dialog', { name }),
  };
}
