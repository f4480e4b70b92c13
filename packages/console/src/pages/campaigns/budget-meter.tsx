import type { CampaignView } from '@menshen/contract';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './campaigns-page.module.css';
import { yuan } from './money.ts';
import { budgetShare } from './urgency.ts';

const nearlyGone = 0.9;

/** How much of the budget is gone, in words and as a bar. */
export function BudgetMeter({ campaign }: { readonly campaign: CampaignView }) {
  const { t, format } = useLanguage();
  const share = budgetShare(campaign);
  const money = (cents: number): string => yuan(cents, format.number);
  return (
    <div className={styles.budget}>
      <span className="no-wrap">
        {t('campaign.budgetOf', { taken: money(campaign.taken.cents), budget: money(campaign.budget.cents) })}
      </span>
      <span className={styles.track} aria-hidden="true">
        <span className={classNames(styles.fill, share >= nearlyGone && styles.low)} style={{ inlineSize: `${share * 100}%` }} />
      </span>
    </div>
  );
}
