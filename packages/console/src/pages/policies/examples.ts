/** Policies to begin with, by what they say. Actions and types are to be replaced by those of the company's own routes. */
export const policyExamples = {
  own: `@id("own-record")
permit (
  principal is Menshen::User,
  action == Menshen::Action::"leave.read",
  resource is Menshen::User
)
when { principal == resource };
`,
  role: `@id("hr-all")
permit (
  principal in Menshen::Role::"hr",
  action == Menshen::Action::"employee.read",
  resource is Menshen::User
);
`,
  hours: `@id("office-hours")
forbid (principal, action == Menshen::Action::"payroll.export", resource)
unless { context.weekday <= 5 && context.minuteOfDay >= 540 && context.minuteOfDay < 1080 };
`,
  factor: `@id("fresh-factor")
forbid (principal, action == Menshen::Action::"payroll.export", resource)
unless { context has mfaAge && context.mfaAge < 300 };
`,
  masked: `@id("colleague-masked")
@mask("phone, bank.card")
permit (
  principal is Menshen::User,
  action == Menshen::Action::"employee.read",
  resource is Menshen::User
)
when { principal.kind == "employee" };
`,
} as const;

export type PolicyExample = keyof typeof policyExamples;
export const policyExampleNames = Object.keys(policyExamples) as readonly PolicyExample[];
