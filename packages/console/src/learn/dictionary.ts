import type { learnZh } from '../i18n/zh/learn.ts';

export type LearnKey = keyof typeof learnZh;

export type LearnDictionary = Readonly<Record<LearnKey, string>>;
