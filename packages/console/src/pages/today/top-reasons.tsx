import type { getToday } from '@menshen/contract';
import { useNavigate } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { Facet } from '../../components/filters/facet.tsx';
import { Reason } from '../../components/reason.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Why requests were refused most; each reason opens its requests. */
export function TopReasons({ codes }: { readonly codes: Output<typeof getToday>['codes'] }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const items = codes.slice(0, 6).map(({ code, count }) => ({ value: code, count, label: <Reason code={code} /> }));
  return (
    <Panel flush title={t('today.reasons')}>
      <Facet
        items={items}
        chosen={undefined}
        choose={(code) => void navigate({ to: '/traffic', search: { code } })}
        empty={t('today.noReasons')}
      />
    </Panel>
  );
}
