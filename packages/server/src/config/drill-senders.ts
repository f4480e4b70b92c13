import type { Config } from '@menshen/contract';
import type { ConfigProblem } from './load.ts';

/** Senders of phishing drills that look like our own notices, or have no mail server: a drill must never teach people to distrust a real warning. */
export function drillSenderProblems({
  training,
  notify,
  console: { publicUrl },
}: Pick<Config, 'training' | 'notify' | 'console'>): ConfigProblem[] {
  const hostOf = (url: string | undefined): string[] => (url === undefined ? [] : [new URL(url).hostname]);
  const ours = new Set([...hostOf(training.publicUrl), ...hostOf(publicUrl)]);
  const mail = new Map(notify.channels.flatMap(({ id, by }) => ('mail' in by ? [[id, by.mail] as const] : [])));
  const own = new Set([...mail.values()].map(({ from }) => from.toLowerCase()));
  return training.drills.senders.flatMap(({ from, url, channel }, at) => {
    const problem = (field: string, zh: string, en: string): ConfigProblem => ({
      ...{ line: null, column: null, field: `training.drills.senders.${at}.${field}`, zh, en },
    });
    return [
      ...(own.has(from.toLowerCase())
        ? [problem('from', '演练不得使用通知的发件地址。', 'a drill does not write from the address of notices')]
        : []),
      ...(hostOf(url).some((host) => ours.has(host))
        ? [
            problem(
              'url',
              '演练链接不得使用控制台或学习页面的主机。',
              'links of a drill lead to another host than the console or the page for learners',
            ),
          ]
        : []),
      ...(channel === undefined || mail.has(channel)
        ? []
        : [problem('channel', `没有邮件通道 ${channel}。`, `there is no mail channel ${channel}`)]),
    ];
  });
}
