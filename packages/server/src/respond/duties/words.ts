import type { Bilingual, EventLevel } from '@menshen/contract';

const levels: Readonly<Record<EventLevel, Bilingual>> = {
  undetermined: { zh: '暂不能判定', en: 'cannot be told yet' },
  none: { zh: '不构成网络安全事件', en: 'no incident in the sense of the measures' },
  general: { zh: '一般', en: 'general' },
  considerable: { zh: '较大', en: 'considerable' },
  major: { zh: '重大', en: 'major' },
  extreme: { zh: '特别重大', en: 'extremely serious' },
};

export const levelName = (level: EventLevel): Bilingual => levels[level];
