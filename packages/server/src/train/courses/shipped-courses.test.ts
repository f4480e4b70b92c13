import { readdirSync, readFileSync } from 'node:fs';
import { endpoints } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { ruleTexts } from '../../detect/alert-text.ts';
import { openLibrary } from './library.ts';
import { courseLanguages } from './model.ts';

const library = openLibrary();
const courses = [...library.courses.values()];

/** What the issue asks courses for, by their ids. */
const subjects = [
  ...['phishing', 'account-theft', 'personal-data', 'secure-miniprogram', 'cloud-functions', 'injection', 'coupon-fraud'],
  ...['secrets', 'incident-reporting', 'administrator'],
];

/**
 * A minute of silent reading: 238 words of English (Brysbaert 2019, doi:10.1016/j.jml.2019.104047), some 350 characters of Chinese. Minutes for a question and
 * for a look at a picture are as we saw them.
 */
const pace = { words: 238, characters: 350, question: 0.4, picture: 0.1 };

/** All that is read of something, without names of kinds and files. */
const textOf = (part: unknown): string =>
  typeof part === 'string'
    ? part
    : typeof part === 'object' && part !== null
      ? Object.entries(part)
          .map(([name, inner]) => (['kind', 'name', 'href', 'url'].includes(name) ? '' : textOf(inner)))
          .join(' ')
      : '';

describe('the courses that ship', () => {
  it('are ten, on what a company with mini programs needs', () => {
    expect([...library.courses.keys()].sort()).toEqual(subjects.toSorted());
    expect(endpoints.length).toBeGreaterThan(0);
  });

  it.each(courses.map((course) => [course.id, course] as const))(
    '%s: 5 to 8 minutes, 6 to 9 cards, a bank of 12 and more',
    (_id, course) => {
      expect(course.minutes).toBeGreaterThanOrEqual(5);
      expect(course.minutes).toBeLessThanOrEqual(8);
      expect(course.bank.length).toBeGreaterThanOrEqual(12);
      // A draw leaves others for the next attempt.
      expect(course.bank.length).toBeGreaterThanOrEqual(2 * course.draw);
      expect(course.checks.length).toBeGreaterThanOrEqual(1);
      for (const language of courseLanguages) {
        const { cards, sources } = course.text[language];
        expect(cards.length).toBeGreaterThanOrEqual(6);
        expect(cards.length).toBeLessThanOrEqual(9);
        expect(sources.length).toBeGreaterThanOrEqual(2);
        const pictures = cards.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'picture'));
        expect(pictures.length).toBeGreaterThanOrEqual(3);
      }
    },
  );

  it.each(courses.flatMap((course) => courseLanguages.map((language) => [course.id, language, course] as const)))(
    '%s in %s really takes 5 to 8 minutes, about as many as it says',
    (_id, language, course) => {
      const { cards } = course.text[language];
      const words = textOf(cards.map(({ title, blocks }) => [title, blocks]));
      const minutes =
        (words.match(/\p{Script=Han}/gu)?.length ?? 0) / pace.characters +
        (words.match(/[\p{Script=Latin}\d]+/gu)?.length ?? 0) / pace.words +
        (cards.filter(({ check }) => check !== null).length + course.draw) * pace.question +
        cards.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'picture')).length * pace.picture;
      expect(minutes).toBeGreaterThanOrEqual(5);
      expect(minutes).toBeLessThanOrEqual(8);
      expect(Math.abs(minutes - course.minutes)).toBeLessThanOrEqual(1.5);
    },
  );

  it.each(courses.map((course) => [course.id, course] as const))(
    '%s: English is English, and Chinese is Chinese',
    (_id, course) => {
      for (const { ask, options, because } of course.text.en.questions.values())
        expect([ask, ...options, because].join(' ')).not.toMatch(/\p{Script=Han}/u);
      for (const { ask, because } of course.text.zh.questions.values()) expect(`${ask}${because}`).toMatch(/\p{Script=Han}/u);
    },
  );

  it('name alerts that there are', () => {
    const named = courses.flatMap(({ tags }) => tags.flatMap((tag) => (tag.startsWith('alert:') ? [tag.slice(6)] : [])));
    expect(named.length).toBeGreaterThan(20);
    const detections = new URL('../../../detections/', import.meta.url);
    const sigma = readdirSync(detections).flatMap((file) =>
      [...readFileSync(new URL(file, detections), 'utf8').matchAll(/^name: (\w+)$/gm)].map(([, name = '']) => name),
    );
    expect(sigma.length).toBeGreaterThan(10);
    for (const rule of named) expect([...Object.keys(ruleTexts), ...sigma], rule).toContain(rule);
  });

  it('have pictures that are pictures: no script, no link, nothing from elsewhere', () => {
    expect(library.pictures.size).toBeGreaterThanOrEqual(10);
    for (const [name, svg] of library.pictures) {
      expect(svg, name).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 640 \d+"/);
      expect(svg, name).not.toMatch(/<script|<foreignObject|<image|<use|href=|\son\w+=|url\(|@import|<style|<!ENTITY/i);
    }
  });
});
