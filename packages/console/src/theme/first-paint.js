// Runs before the first paint, as its own file because the page's policy allows no inline script.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('menshen.theme');
  } catch {
    // Storage is blocked: follow the system.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
