/** The mark: two door leaves meeting in a line, each with its ring. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M3 5.2 11.2 2v20L3 18.8Z" fill="var(--solid)" />
      <path d="M21 5.2 12.8 2v20l8.2-3.2Z" fill="var(--solid)" />
      <circle cx="8.9" cy="12" r="1.25" fill="none" stroke="var(--on-solid)" strokeWidth="1.1" />
      <circle cx="15.1" cy="12" r="1.25" fill="none" stroke="var(--on-solid)" strokeWidth="1.1" />
    </svg>
  );
}
