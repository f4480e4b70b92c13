/** The sides of risk, as the address names them. */
export const riskTabs = ['risks', 'trend', 'businesses', 'controls', 'what-if', 'treatment', 'assets', 'versions'] as const;
export type RiskTab = (typeof riskTabs)[number];
